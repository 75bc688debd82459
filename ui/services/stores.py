"""What a store holds, told to a person."""

import json
from typing import Any

from index.stores.base import Store


def describe(store: Store) -> dict[str, Any]:
    """Return the snapshots, counts and size of a store.

    Raises:
        StoreError: it cannot be reached.
    """
    state = store.state()
    manifest = json.loads(state.current.manifest) if state.current else {"segments": []}
    documents, passages, sentences = (sum(row[at] for row in manifest["segments"]) for at in (1, 2, 3))
    return {
        "current": state.current.number if state.current else None,
        "documents": documents,
        "passages": passages,
        "sentences": sentences,
        "encoder": manifest.get("encoder"),
        "segments": state.segments,
        "unused": state.unused,
        "bytes": state.size,
        "snapshots": {str(number): made for number, made in state.snapshots},
    }
