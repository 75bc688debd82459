"""The reading room over an index on disk."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import rag
from index import open_index
from rag.answers import Answer, Turn
from ui.conversations import Conversations
from ui.events import Room


def indexed_room(folder: Path) -> Room:
    """Answers from the index of ``folder``; conversations are kept beside it."""

    def ask(question: str, history: Sequence[Turn] = ()) -> Iterator[Answer]:
        yield rag.ask(question, index=folder, history=history)

    return Room(ask, lambda: open_index(folder), Conversations(folder / "conversations"))
