"""The write path: files to documents, passages, sentences, a lexical index and vectors, on disk.

To index a folder, then open the index:

    index.rebuild("my-documents", ".index")
    opened = index.open_index(".index")
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

# ONNX Runtime reports its use to its maker unless this is set before it is imported; its own function comes too late.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if TYPE_CHECKING:
    from index.build.erase import forget
    from index.build.rebuild import rebuild
    from index.build.watch import watch_folder
    from index.documents import Document, Passage, Sentence, Span
    from index.errors import UserError
    from index.index import Index, open_index
    from index.progress import Progress, Report, SkippedFile
    from index.settings import Settings
    from index.storage.snapshot import check_index

__all__ = [
    "Document",
    "Index",
    "Passage",
    "Progress",
    "Report",
    "Sentence",
    "Settings",
    "SkippedFile",
    "Span",
    "UserError",
    "check_index",
    "forget",
    "open_index",
    "rebuild",
    "watch_folder",
]
_MODULES = {
    **dict.fromkeys(("Document", "Passage", "Sentence", "Span"), "documents"),
    **dict.fromkeys(("Progress", "Report", "SkippedFile"), "progress"),
    **dict.fromkeys(("Index", "open_index"), "index"),
    "Settings": "settings",
    "check_index": "storage.snapshot",
    "forget": "build.erase",
    "watch_folder": "build.watch",
    "UserError": "errors",
    "rebuild": "build.rebuild",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: FAISS and tantivy take longer to import than all the rest."""
    if name not in _MODULES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(import_module(f"index.{_MODULES[name]}"), name)
