"""The reading room over an index on disk."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import rag
from index import open_index
from rag.answers import Answer, Turn
from ui.conversations import Conversations
from ui.events import Room
from ui.library import Library
from ui.pictures import Pictures
from ui.shelf import Shelf
from ui.suggestions import suggester


def indexed_room(folder: Path) -> Room:
    """Answers from the index of ``folder``; conversations are kept beside it.

    Raises:
        UserError: there is no such index, or it cannot be used.
    """
    rag.search("une première question", 1, index=folder)  # reads all tables: many may ask at once from now on

    def ask(question: str, history: Sequence[Turn] = ()) -> Iterator[Answer]:
        return rag.stream(question, index=folder, history=history)

    suggest = suggester(lambda question: rag.ask(question, index=folder, k=1))
    library = Library(folder)
    shelf = Shelf(library, Conversations(folder / "conversations"))
    return Room(ask, lambda: open_index(folder), shelf, Pictures(lambda: library.corpus), suggest)
