"""What the page does with documents and conversations: each function takes what the person did, and gives the pane."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.errors import UserError
from index.report import Progress, Report
from ui import shelves
from ui.conversations import NAME_LIMIT, Conversations
from ui.labels import Labels
from ui.library import Library

THUMBS = ("good", "bad")


@dataclass(frozen=True)
class Shelf:
    """The documents and the conversations that are kept."""

    library: Library
    conversations: Conversations

    def documents(self, query: str, labels: Labels, notice: str = "") -> str:
        """The library, what the query names of it; ``notice`` comes first."""
        try:
            return shelves.library(self.library.entries(query), query, notice, labels)
        except UserError as error:
            return shelves.library((), query, shelves.trouble(error, labels), labels)

    def rebuild(self, labels: Labels, refused: Sequence[str] = ()) -> Iterator[str]:
        """The library while the index is rebuilt, then with the report, and the files that were ``refused`` before."""
        before = self.library.entries()
        for event in self.library.rebuild():
            if isinstance(event, Progress):
                yield shelves.library(before, "", shelves.progress(event, labels), labels)
            else:
                notice = shelves.report(event, labels) if isinstance(event, Report) else shelves.trouble(event, labels)
                yield self.documents("", labels, notice + shelves.refusals(refused, labels))

    def remove(self, id: str, labels: Labels) -> Iterator[str]:
        """Takes a document out of the folder and out of the index."""
        try:
            self.library.remove(id)
        except UserError as error:
            yield self.documents("", labels, shelves.trouble(error, labels))
        else:
            yield from self.rebuild(labels)

    def kept(self, current: str, labels: Labels) -> str:
        return shelves.conversations(self.conversations.all(), current, labels)

    def rename(self, id: str, name: str) -> None:
        kept = self.conversations.open(id)
        if kept.id == id and name.strip():
            self.conversations.keep(replace(kept, name=name.strip()[:NAME_LIMIT]))

    def delete(self, id: str, current: str, labels: Labels) -> str:
        self.conversations.delete(id)
        return self.kept(current, labels)

    def judge(self, id: str, turn: int, thumb: str) -> None:
        """Keeps what the person thinks of an answer; the same thumb again takes it back."""
        kept = self.conversations.open(id)
        if kept.id == id and 0 <= turn < len(kept.turns) and thumb in THUMBS:
            others = {number: given for number, given in kept.thumbs.items() if number != turn}
            again = kept.thumbs.get(turn) == thumb
            self.conversations.keep(replace(kept, thumbs=others if again else {**others, turn: thumb}))
