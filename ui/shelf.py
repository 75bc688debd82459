"""What the page does with documents and conversations: each function takes what the person did, and gives the pane."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import UserError
from index.report import Progress, Report
from ui import shelves
from ui.conversations import NAME_LIMIT, Conversation, Conversations
from ui.indexing import Event
from ui.labels import Labels
from ui.library import Library, Listed

THUMBS = ("good", "bad")


@dataclass(frozen=True)
class Shelf:
    """The documents and the conversations that are kept."""

    library: Library
    conversations: Conversations

    def documents(self, words: str, page: int, labels: Labels) -> str:
        """The library: a page of what the words name."""
        indexing = self.library.indexing
        try:
            listed = self.library.entries(words, max(1, page))
            return shelves.library(listed, _at_home(self.library.corpus), indexing.watched, labels)
        except UserError as error:
            nothing = Listed((), words)
            return shelves.library(nothing, "", indexing.watched, labels, shelves.trouble(error, labels))

    def rebuild(self, labels: Labels) -> str:
        """Begins to rebuild the index, and tells so."""
        self.library.indexing.start()
        return self._told(Progress("reading", 0, 0), labels)

    def follow(self, labels: Labels, refused: Sequence[str] = ()) -> Iterator[str]:
        """What a rebuild tells, to its end; then with the files that were ``refused`` before it."""
        for event in self.library.indexing.follow():
            told = self._told(event, labels)
            done = "" if isinstance(event, Progress) else f'<span data-done="{self.library.edition}"></span>'
            yield told + (done and shelves.refusals(refused, labels) + done)

    def watch(self, on: bool, labels: Labels) -> str:
        """Begins or ends to keep the index current with the folder; what is to be told."""
        indexing = self.library.indexing
        try:
            indexing.watch() if on else indexing.unwatch()
        except UserError as error:
            return shelves.trouble(error, labels)
        return ""

    def remove(self, id: str, labels: Labels) -> str:
        """Takes a document out of the folder and, once the index is rebuilt, out of the index."""
        try:
            self.library.remove(id)
        except UserError as error:
            return shelves.trouble(error, labels)
        return self.rebuild(labels)

    def _told(self, event: Event, labels: Labels) -> str:
        if isinstance(event, Progress):
            return shelves.progress(event, self.library.indexing.seconds, self.library.indexing.left, labels)
        return shelves.report(event, labels) if isinstance(event, Report) else shelves.trouble(event, labels)

    def kept(self, current: str, labels: Labels, *, left: str = "", trouble: str = "") -> str:
        """The kept conversations, after those that can be restored; ``left`` is the one the page had open."""
        undo = "".join(shelves.deleted(one, one.id == left, labels) for one in self.conversations.restorable())
        notice = f"{shelves.problem(trouble, labels) if trouble else ''}{undo}"
        return shelves.conversations(self.conversations.all(), current, labels, notice)

    def rename(self, id: str, name: str) -> None:
        kept = self.conversations.open(id)
        if kept.id == id and name.strip():
            self.conversations.change(kept, lambda now: replace(now, name=name.strip()[:NAME_LIMIT]))

    def judge(self, id: str, turn: int, thumb: str) -> None:
        """Keeps what the person thinks of an answer; the same thumb again takes it back."""
        kept = self.conversations.open(id)
        if kept.id == id and 0 <= turn < len(kept.turns) and thumb in THUMBS:
            self.conversations.change(kept, lambda now: _judged(now, turn, thumb))


def _judged(kept: Conversation, turn: int, thumb: str) -> Conversation:
    others = {number: given for number, given in kept.thumbs.items() if number != turn}
    again = kept.thumbs.get(turn) == thumb
    return replace(kept, thumbs=others if again else {**others, turn: thumb})


def _at_home(folder: Path) -> str:
    """As a shell writes it: ~ is the home folder."""
    home = Path.home()
    return f"~/{folder.relative_to(home).as_posix()}" if folder.is_relative_to(home) else str(folder)
