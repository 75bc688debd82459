"""Conversations, stored on this machine only, one JSON file each."""

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from index.documents import is_of
from index.files import read_plain
from index.private import make_private_folder, write_private_text
from rag.answer import Answer, Turn

NAME_LIMIT = 80
UNDO_SECONDS = 60.0  # how long a deleted conversation can be restored
UNSAVED_LIMIT = 100  # conversations
_HALF = re.compile(r"[0-9a-f]{16}\.[0-9a-f]{8}")  # the name of a file that is being written
_WRITING = 60 * 10**9  # nanoseconds that writing one takes at most


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns, oldest first, under a name; ``thumbs`` maps turns to their rating, "good" or "bad"."""

    id: str
    name: str = ""
    turns: tuple[Turn, ...] = ()
    thumbs: Mapping[int, str] = field(default_factory=dict)

    def with_turn(self, turn: Turn) -> "Conversation":
        return replace(self, name=self.name or turn.question[:NAME_LIMIT], turns=(*self.turns, turn))

    def to_dict(self) -> dict[str, Any]:
        turns = [{"question": turn.question, "answer": turn.answer.to_dict()} for turn in self.turns]
        thumbs = {str(number): thumb for number, thumb in self.thumbs.items()}
        return {"id": self.id, "name": self.name, "turns": turns, "thumbs": thumbs}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Conversation":
        turns = tuple(Turn(turn["question"], Answer.from_dict(turn["answer"])) for turn in plain["turns"])
        thumbs = {int(number): thumb for number, thumb in plain["thumbs"].items()}
        return cls(plain["id"], plain["name"], turns, thumbs)


class Conversations:
    """The conversations in a folder, created with the first; only its owner can read them.

    A deleted conversation stays beside the others as ``ID.deleted`` for ``undo_seconds``, or until the folder is opened
    again. One that cannot be written, to a full or read-only disk, is kept in memory.
    """

    def __init__(self, folder: Path, undo_seconds: float = UNDO_SECONDS) -> None:
        self.folder, self.undo_seconds, self._lock = folder, undo_seconds, Lock()
        self._deleted: dict[str, Timer] = {}  # since the start, by id: pages may still show them
        self._unsaved: dict[str, Conversation] = {}  # by id, those written to last at the end
        for path in folder.glob("*.deleted"):
            path.unlink(missing_ok=True)

    @staticmethod
    def start() -> Conversation:
        return Conversation(secrets.token_hex(8))

    def open(self, id: str) -> Conversation:
        """Return the conversation saved under this id, or a new one if none can be read."""
        return self._unsaved.get(id) or (_is_id(id) and _read(self._path(id))) or self.start()

    def is_saved(self, id: str) -> bool:
        """Return False if the disk did not take this conversation: it is lost when the server stops."""
        return id not in self._unsaved

    def change(self, conversation: Conversation, act: Callable[[Conversation], Conversation]) -> Conversation:
        """Apply ``act`` to the stored conversation, to which another page may have added, and save the result.

        A conversation deleted meanwhile does not come back: ``act`` is applied to a new one.
        """
        with self._lock:
            stored = self.open(conversation.id)
            if self.is_deleted(conversation.id):
                conversation = stored
            changed = act(stored if stored.id == conversation.id or conversation.turns else conversation)
            self._unsaved.pop(changed.id, None)
            if changed.turns:
                self._keep_or_hold(changed)
        return changed

    def _keep_or_hold(self, conversation: Conversation) -> None:
        """Save a conversation to its file; keep it in memory, with the latest others, while that fails."""
        try:
            self.keep(conversation)
        except OSError:
            self._unsaved[conversation.id] = conversation
            for oldest in list(self._unsaved)[:-UNSAVED_LIMIT]:
                del self._unsaved[oldest]

    def keep(self, conversation: Conversation) -> None:
        """Save a conversation to its file.

        Raises:
            OSError: the disk is full, or may not be written to.
        """
        make_private_folder(self.folder)
        path = self._path(conversation.id)
        temporary = path.with_suffix(f".{secrets.token_hex(4)}")  # replaced whole: a reader never sees half a file
        try:
            write_private_text(temporary, json.dumps(conversation.to_dict(), ensure_ascii=False))
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def delete(self, id: str) -> None:
        """Delete a conversation. It can be restored for ``undo_seconds``."""
        if not _is_id(id):
            return
        with self._lock, suppress(FileNotFoundError):
            self._unsaved.pop(id, None)
            self._path(id).rename(self._path_of_deleted(id)).chmod(0o600)
            self._deleted[id] = timer = Timer(self.undo_seconds, self._purge, (id,))
            timer.daemon = True
            timer.start()

    def restore(self, id: str) -> bool:
        """Restore a deleted conversation; return False if it is gone for good."""
        with self._lock:
            if not self.is_deleted(id) or not self._path_of_deleted(id).is_file():
                return False
            self._path_of_deleted(id).rename(self._path(id))
            self._deleted.pop(id).cancel()
        return True

    def is_deleted(self, id: str) -> bool:
        """Return True if the conversation was deleted since the start, and not restored."""
        return id in self._deleted

    def restorable(self) -> list[Conversation]:
        """Return the deleted conversations that can still be restored."""
        deleted = (_read(path) for path in sorted(self.folder.glob("*.deleted")))
        return [conversation for conversation in deleted if conversation and self.is_deleted(conversation.id)]

    def _purge(self, id: str) -> None:
        with self._lock:
            if self.is_deleted(id):
                self._path_of_deleted(id).unlink(missing_ok=True)

    def all(self) -> Iterator[Conversation]:
        """Yield the saved conversations, latest first."""
        opened = (self.open(path.stem) for path in self._files())
        return (conversation for conversation in opened if conversation.turns)

    def quotes(self, source: str) -> bool:
        """Return True if a saved turn quotes this document."""
        unsaved = any(_shows(turn, source) for conversation in self._unsaved.values() for turn in conversation.turns)
        return unsaved or any(self._holds(path, source) for path in self._files())

    def forget(self, source: str) -> int:
        """Delete every turn that quotes a document; return the number deleted.

        Follow-ups understood from such a turn are deleted too. A file that is no readable conversation but names the
        document is deleted, and counts as one. Files that a killed process left half written are deleted unread.
        """
        with self._lock:
            self._sweep()
            for path in self.folder.glob("*.deleted"):
                if self._holds(path, source):
                    path.unlink(missing_ok=True)
            return self._forget_unsaved(source) + sum(self._forget_in(path, source) for path in self._files())

    def _forget_unsaved(self, source: str) -> int:
        unsaved = self._unsaved
        remaining = {id: drop_turns_of(conversation, source) for id, conversation in unsaved.items()}
        self._unsaved = {id: conversation for id, conversation in remaining.items() if conversation.turns}
        return sum(len(conversation.turns) - len(remaining[id].turns) for id, conversation in unsaved.items())

    def _forget_in(self, path: Path, source: str) -> int:
        if not self._holds(path, source):
            return 0
        conversation = _read(path)
        remaining = conversation and drop_turns_of(conversation, source)
        if conversation and remaining and remaining.turns:
            self.keep(remaining)
            return len(conversation.turns) - len(remaining.turns)
        path.unlink(missing_ok=True)
        return len(conversation.turns) if conversation else 1

    def _holds(self, path: Path, source: str) -> bool:
        conversation = _read(path)
        if conversation is not None:
            return any(_shows(turn, source) for turn in conversation.turns)
        with suppress(OSError):
            written = read_plain(path)
            names = (json.dumps(source, ensure_ascii=ascii)[:-1] + end for ascii in (False, True) for end in ('"', "/"))
            return any(name.encode("utf-8", "surrogatepass") in written for name in names)
        return False

    def _sweep(self) -> None:
        """Delete stray files that are older than any write takes."""
        for path in self.folder.glob("*.*"):
            if _HALF.fullmatch(path.name) and _count_changes(path) < time.time_ns() - _WRITING:
                path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        """List the saved files, latest first; another process may delete some meanwhile."""
        return sorted(self.folder.glob("*.json"), key=_count_changes, reverse=True)

    def _path(self, id: str) -> Path:
        return self.folder / f"{id}.json"

    def _path_of_deleted(self, id: str) -> Path:
        return self.folder / f"{id}.deleted"


def _read(path: Path) -> Conversation | None:
    """Read a conversation; return None if there is no such file, or one of another version, which is left alone."""
    try:
        conversation = Conversation.from_dict(json.loads(read_plain(path)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return conversation if conversation.id == path.stem else None


def drop_turns_of(conversation: Conversation, source: str) -> Conversation:
    """Drop the turns that show words of a document, and those understood from such a turn."""
    dropped: set[int] = set()
    for number, turn in enumerate(conversation.turns):
        follows = number - 1 in dropped and turn.answer.question_understood != turn.question
        if follows or _shows(turn, source):
            dropped.add(number)
    numbers = [number for number in range(len(conversation.turns)) if number not in dropped]
    turns = tuple(conversation.turns[number] for number in numbers)
    thumbs = {new: conversation.thumbs[old] for new, old in enumerate(numbers) if old in conversation.thumbs}
    was_first = 0 in dropped and conversation.name == conversation.turns[0].question[:NAME_LIMIT]
    name = (turns[0].question[:NAME_LIMIT] if turns else "") if was_first else conversation.name
    return replace(conversation, name=name, turns=turns, thumbs=thumbs)


def _shows(turn: Turn, source: str) -> bool:
    cited, nearest = turn.answer.citations, turn.answer.nearest
    return any(is_of(citation.source, source) for citation in cited) or any(
        is_of(hit.source, source) for hit in nearest
    )


def _count_changes(path: Path) -> int:
    """Return the modification time of a file in nanoseconds, or 0 if it is gone."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _is_id(text: str) -> bool:  # an id becomes a file name: nothing else may
    return re.fullmatch(r"[0-9a-f]{16}", text) is not None
