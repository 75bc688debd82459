"""Conversations kept on this machine, one JSON file each, and nowhere else."""

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from rag.answers import Answer, Turn

NAME_LIMIT = 80
UNDO_SECONDS = 60.0  # how long a deleted conversation can be restored


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns, oldest first, under a name; ``thumbs`` is what the person thought of a turn: "good" or "bad"."""

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
    """The conversations of a folder, which is made when the first is kept.

    A deleted conversation stays beside the others as ``ID.deleted`` until ``undo_seconds`` have passed, or until the
    folder is opened again.
    """

    def __init__(self, folder: Path, undo_seconds: float = UNDO_SECONDS) -> None:
        self.folder, self.undo_seconds, self._lock = folder, undo_seconds, Lock()
        self._deleted: dict[str, Timer] = {}  # since the start, by id: pages may still show them
        for path in folder.glob("*.deleted"):
            path.unlink(missing_ok=True)

    @staticmethod
    def start() -> Conversation:
        return Conversation(secrets.token_hex(8))

    def open(self, id: str) -> Conversation:
        """The conversation kept under this id; an empty one where there is none that can be read."""
        return (_is_id(id) and _read(self._path(id))) or self.start()

    def change(self, known: Conversation, act: Callable[[Conversation], Conversation]) -> Conversation:
        """Keeps what ``act`` makes of a conversation as it is kept by now: another page may have added to it.

        Of one that was deleted meanwhile nothing comes back: ``act`` then gets a new one.
        """
        with self._lock:
            kept = self.open(known.id)
            if self.is_deleted(known.id):
                known = kept
            changed = act(kept if kept.id == known.id else known)
            self.keep(changed)
        return changed

    def keep(self, conversation: Conversation) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(conversation.id)
        beside = path.with_suffix(f".{secrets.token_hex(4)}")  # replaced whole: a reader never sees half a file
        beside.touch(mode=0o600)  # for its owner only
        beside.write_text(json.dumps(conversation.to_dict(), ensure_ascii=False), encoding="utf-8")
        beside.replace(path)

    def delete(self, id: str) -> None:
        """Take a conversation out of the list. It can be restored for ``undo_seconds``."""
        if not _is_id(id):
            return
        with self._lock, suppress(FileNotFoundError):
            self._path(id).rename(self._deleted_path(id)).chmod(0o600)
            self._deleted[id] = timer = Timer(self.undo_seconds, self._purge, (id,))
            timer.daemon = True
            timer.start()

    def restore(self, id: str) -> bool:
        """Bring a deleted conversation back; False where it is gone for good."""
        with self._lock:
            if not self.is_deleted(id) or not self._deleted_path(id).is_file():
                return False
            self._deleted_path(id).rename(self._path(id))
            self._deleted.pop(id).cancel()
        return True

    def is_deleted(self, id: str) -> bool:
        """Whether the conversation was deleted since the start, and not restored."""
        return id in self._deleted

    def restorable(self) -> list[Conversation]:
        """The deleted conversations that can still be restored."""
        kept = (_read(path) for path in sorted(self.folder.glob("*.deleted")))
        return [one for one in kept if one and self.is_deleted(one.id)]

    def _purge(self, id: str) -> None:
        with self._lock:
            if self.is_deleted(id):
                self._deleted_path(id).unlink(missing_ok=True)

    def all(self) -> Iterator[Conversation]:
        """The latest first."""
        paths = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        opened = (self.open(path.stem) for path in paths)
        return (kept for kept in opened if kept.turns)

    def _path(self, id: str) -> Path:
        return self.folder / f"{id}.json"

    def _deleted_path(self, id: str) -> Path:
        return self.folder / f"{id}.deleted"


def _read(path: Path) -> Conversation | None:
    """The conversation in a file; None where there is none, or a damaged one, or one of another version."""
    try:
        return Conversation.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _is_id(text: str) -> bool:  # an id becomes a file name: nothing else may
    return re.fullmatch(r"[0-9a-f]{16}", text) is not None
