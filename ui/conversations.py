"""Conversations kept on this machine, one JSON file each, and nowhere else."""

import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock
from typing import Any

from rag.answers import Answer, Turn

NAME_LIMIT = 80


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
    """The conversations of a folder, which is made when the first is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._lock = folder, Lock()

    @staticmethod
    def start() -> Conversation:
        return Conversation(secrets.token_hex(8))

    def open(self, id: str) -> Conversation:
        """The conversation kept under this id; an empty one where there is none that can be read."""
        if not _is_id(id) or not (path := self._path(id)).is_file():
            return self.start()
        try:
            return Conversation.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError):  # damaged, or of another version: left where it is
            return self.start()

    def change(self, known: Conversation, act: Callable[[Conversation], Conversation]) -> Conversation:
        """Keeps what ``act`` makes of a conversation as it is kept by now: another page may have added to it."""
        with self._lock:
            kept = self.open(known.id)
            changed = act(kept if kept.id == known.id else known)
            self.keep(changed)
        return changed

    def keep(self, conversation: Conversation) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(conversation.id)
        beside = path.with_suffix(f".{secrets.token_hex(4)}")  # replaced whole: a reader never sees half a file
        beside.write_text(json.dumps(conversation.to_dict(), ensure_ascii=False), encoding="utf-8")
        beside.replace(path)

    def delete(self, id: str) -> None:
        if _is_id(id):
            self._path(id).unlink(missing_ok=True)

    def all(self) -> Iterator[Conversation]:
        """The latest first."""
        paths = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        opened = (self.open(path.stem) for path in paths)
        return (kept for kept in opened if kept.turns)

    def _path(self, id: str) -> Path:
        return self.folder / f"{id}.json"


def _is_id(text: str) -> bool:  # an id becomes a file name: nothing else may
    return re.fullmatch(r"[0-9a-f]{16}", text) is not None
