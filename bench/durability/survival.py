"""What must be true after a kill. Pure functions of what is on the disk, which return what is wrong with it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from ui.services.conversations import Conversation

BROKEN = ("LOST", "DAMAGED", "HALF", "WRONG")  # the states of an index that a kill must not leave


def index_state(content: "Mapping[str, Any] | None", new: str, old: str | None, other_digests: str) -> str:
    """Return the state of an index whose changing document was ``old`` (None: no index), and was to be ``new``.

    ``content`` is what a fresh process finds; ``other_digests`` is the digest of the documents that do not change.
    """
    if content is None:
        return "none yet" if old is None else "LOST"
    if content["damage"] or not content["searchable"]:
        return "DAMAGED"
    if content["others"] != other_digests or content["version"] is None:
        return "HALF"
    return {new: "the new one", old: "the old one"}.get(str(content["version"]), "WRONG")


def index_faults(content: "Mapping[str, Any] | None", base: Mapping[str, str], hashes: Iterable[str]) -> list[str]:
    """Return what is wrong with a server's index: it must be complete, with all documents of ``base`` (id to hash).

    ``content`` is what a fresh process finds: its damage, and of each document the hashes of its file and of its text.
    All files are plain text, so both are equal; they must be among ``hashes``, those of all that was ever written.
    """
    if content is None:
        return ["index LOST"]
    if content["damage"]:
        return [f"index DAMAGED: {content['damage']}"]
    all_ids, documents = set(hashes), content["documents"]
    return [
        *(f"index HALF: {id} is not in it" for id, hash in base.items() if documents.get(id, [None])[0] != hash),
        *(f"index WRONG: {id} is no version of a file" for id, (hash, _) in documents.items() if hash not in all_ids),
        *(f"index WRONG: the text of {id} is not its file" for id, (hash, text) in documents.items() if hash != text),
    ]


def lost_uploads(
    acknowledged: Mapping[str, str], corpus: Path, removals: Iterable[str] = (), removed: Sequence[Path] = ()
) -> list[str]:
    """Return the acknowledged uploads (id to hash) that are gone, unless being removed and in ``removed``."""
    removing, removed_digests = set(removals), digests(removed)
    return [
        f"upload LOST: {id}"
        for id, hash in acknowledged.items()
        if digest(corpus / id) != hash and not (id in removing and hash in removed_digests)
    ]


def half_files(corpus: Path, hashes: Iterable[str]) -> list[str]:
    """Return the visible files whose content nobody has sent."""
    sent = set(hashes)
    return [f"file HALF: {path.relative_to(corpus)}" for path in visible(corpus) if digest(path) not in sent]


def vanished(removals: Mapping[str, str], corpus: Path, removed: Sequence[Path]) -> list[str]:
    """Return the files (id to hash) to be removed that are neither in the folder nor among the removed ones."""
    removed_digests = digests(removed)
    return [
        f"removed file VANISHED: {id}"
        for id, hash in removals.items()
        if digest(corpus / id) != hash and hash not in removed_digests
    ]


def still_there(acknowledged: Mapping[str, str], corpus: Path) -> list[str]:
    """Return the files (id to hash) that are in the folder although their removal was acknowledged."""
    return [f"removal UNDONE: {id}" for id, hash in acknowledged.items() if digest(corpus / id) == hash]


def broken_conversations(folder: Path, acknowledged: Mapping[str, Sequence[str]]) -> list[str]:
    """Return unreadable conversations, and answered questions (by conversation) that are gone."""
    saved: dict[str, list[str]] = {}
    faults = []
    for path in sorted(folder.glob("*.json")):
        try:
            conversation = Conversation.from_dict(json.loads(path.read_text("utf-8")))
        except (ValueError, KeyError, TypeError) as error:
            faults.append(f"conversation BROKEN: {path.name}: {type(error).__name__}: {error}")
            continue
        saved[path.stem] = [turn.question for turn in conversation.turns]
    lost = [
        (id, question)
        for id, questions in acknowledged.items()
        for question in questions
        if question not in saved.get(id, [])
    ]
    return faults + [f"turn LOST: {question!r} of {id}" for id, question in lost]


def tracebacks(log: str) -> list[str]:
    """Return the final exception of each traceback in the standard error of a process."""
    lines = log.splitlines()
    starts = [number for number, line in enumerate(lines) if "Traceback (most recent call last)" in line]
    return [f"traceback: {_raised(lines[start + 1 :])}" for start in starts]


def _raised(lines: Sequence[str]) -> str:
    """Return the first line that is not indented; exception groups are drawn with bars."""
    return next((line for line in lines if line and line[0] not in " |+"), "not finished")


def digests(folders: Iterable[Path]) -> set[str]:
    """Return the hashes of all files below the folders that exist."""
    return {digest(path) for folder in folders for path in folder.rglob("*") if path.is_file()}


def visible(corpus: Path) -> list[Path]:
    """Return the files of a folder that neither are hidden nor lie in a hidden folder."""
    files = (path for path in corpus.rglob("*") if path.is_file())
    return [path for path in files if not any(name.startswith(".") for name in path.relative_to(corpus).parts)]


def digest(path: Path) -> str:
    """Return the SHA-256 of a file; "" if there is none."""
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
