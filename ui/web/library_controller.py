"""The behaviour of the page for documents and conversations: each function takes an action, returns the pane."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import NamedTuple

from index.errors import UserError
from index.progress import Progress
from ui.html import library as library_html
from ui.i18n.labels import Labels
from ui.services.conversations import NAME_LIMIT, Conversation, Conversations
from ui.services.indexing import Event
from ui.services.library import Library
from ui.services.paths import shorten_home
from ui.services.removal import Removed
from ui.services.requests import hide_address

THUMBS = ("good", "bad")


class Removal(NamedTuple):
    """What a removal, or undoing it, changes on the page; None leaves a panel as it is."""

    removal: str | None  # stays while a rebuild tells of its progress in the other
    notice: str | None


@dataclass(frozen=True)
class LibraryController:
    """The controller of documents and saved conversations."""

    library: Library
    conversations: Conversations
    _numbers: Iterator[int] = field(default_factory=lambda: count(1), init=False, repr=False, compare=False)

    def documents(self, words: str, page: int, labels: Labels) -> str:
        """Render a page of the documents whose names contain the words."""
        watched = self.library.indexing.watched
        try:
            listed = self.library.entries(words, max(1, page))
            return library_html.render_library(listed, self.library.folders.view(), watched, labels)
        except UserError as error:
            return library_html.render_broken_library(hide_address(error), labels)

    def rebuild(self, labels: Labels) -> str:
        """Start a rebuild of the index; return its notice."""
        self.library.rebuild()
        return self._begun(labels)

    def show_sample(self, labels: Labels) -> str:
        """Start indexing the sample in place of the personal documents; return the notice."""
        try:
            self.library.show_sample()
        except UserError as error:
            return library_html.render_error(error, labels)
        return self._begun(labels)

    def show_personal(self, labels: Labels) -> str:
        """Start indexing the personal documents in place of the sample; return the notice."""
        self.library.show_personal()
        return self._begun(labels)

    def follow(self, labels: Labels, refused: Sequence[str] = ()) -> Iterator[str]:
        """Yield the progress of a rebuild, then its report and the ``refused`` files."""
        for event in self.library.indexing.follow():
            notice = self._render_event(event, labels)
            if not isinstance(event, Progress):
                notice += library_html.render_refusals(refused, labels) + library_html.render_rebuild_end(
                    self.library.edition
                )
            yield notice

    def watch(self, is_on: bool, labels: Labels) -> str:
        """Start or stop watching the folder; return the notice."""
        indexing = self.library.indexing
        try:
            indexing.watch() if is_on else indexing.unwatch()
        except UserError as error:
            return library_html.render_error(error, labels)
        return ""

    def remove(self, id: str, labels: Labels) -> Removal:
        """Move a document out of the folder, and start a rebuild."""
        try:
            removed = self.library.remove(id)
        except UserError as error:
            return Removal(None, library_html.render_error(error, labels))
        location = shorten_home(self.library.path_of(removed))
        return Removal(library_html.render_removed(removed, location, next(self._numbers), labels), self._begun(labels))

    def undo(self, path: str, id: str, labels: Labels) -> Removal:
        """Restore a removed document, and start a rebuild."""
        try:
            restored_id = self.library.restore(Removed(id, path))
        except UserError as error:
            return Removal(None, library_html.render_error(error, labels))
        return Removal(library_html.render_restored(id, restored_id, next(self._numbers), labels), self._begun(labels))

    def discard(self, path: str, labels: Labels) -> Removal:
        """Delete a removed document permanently."""
        try:
            self.library.delete(path)
        except UserError as error:
            return Removal(None, library_html.render_error(error, labels))
        return Removal(library_html.render_deleted(path, next(self._numbers), labels), None)

    def _begun(self, labels: Labels) -> str:
        return self._render_event(Progress("reading", 0, 0), labels)

    def _render_event(self, event: Event, labels: Labels) -> str:
        if isinstance(event, Progress):
            return library_html.render_progress(
                event, self.library.indexing.seconds, self.library.indexing.remaining_seconds, labels
            )
        if isinstance(event, UserError):
            return library_html.render_error(event, labels)
        has_moved = self.library.indexing.moved_to is not None
        return library_html.render_report(
            event, labels, library_html.render_move(self.library.folders.view(), labels) if has_moved else ""
        )

    def conversation_list(self, current: str, labels: Labels, *, open_id: str = "", trouble: str = "") -> str:
        """Render the restorable conversations, then the saved ones; ``open_id`` was open on the page."""
        restorable = self.conversations.restorable()
        notices = [
            library_html.render_deleted_conversation(deleted, deleted.id == open_id, labels) for deleted in restorable
        ]
        if trouble:
            notices.insert(0, library_html.render_problem(trouble, labels))
        return library_html.render_conversations(self.conversations.all(), current, labels, notices)

    def rename(self, id: str, name: str) -> None:
        conversation = self.conversations.open(id)
        if conversation.id == id and name.strip():
            self.conversations.change(conversation, lambda now: replace(now, name=name.strip()[:NAME_LIMIT]))

    def rate(self, id: str, turn: int, thumb: str) -> None:
        """Save a rating of an answer; giving the same rating again removes it."""
        conversation = self.conversations.open(id)
        if conversation.id == id and 0 <= turn < len(conversation.turns) and thumb in THUMBS:
            self.conversations.change(conversation, lambda now: _rate(now, turn, thumb))


def _rate(conversation: Conversation, turn: int, thumb: str) -> Conversation:
    thumbs = {number: rating for number, rating in conversation.thumbs.items() if number != turn}
    again = conversation.thumbs.get(turn) == thumb
    return replace(conversation, thumbs=thumbs if again else {**thumbs, turn: thumb})
