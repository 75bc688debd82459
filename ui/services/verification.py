"""A file that is compared with the documents of an index: text that somebody wrote, in any format that is read."""

import json
from pathlib import Path

from index.errors import UserError
from index.readers.registry import format_of
from index.workers.reader_pool import ReaderPool
from rag.answer import Answer


class NoSuchFile(UserError):
    """There is no file to verify."""


def read_answers(path: Path) -> tuple[Answer, ...]:
    """Return the answers in a file that ``Answer.to_dict`` filled; none if the file is something else."""
    try:
        plain = json.loads(path.read_bytes()) if path.suffix.lower() == ".json" else []
        return tuple(Answer.from_dict(part) for part in (plain if isinstance(plain, list) else [plain]))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def read_draft(path: Path) -> str:
    """Return the text of a file, read as a document is.

    Raises:
        NoSuchFile: there is no such file.
        UnreadableFile: it cannot be read as text.
    """
    if not path.is_file():
        raise NoSuchFile("There is no file {}. Name the text, or the exported answer, that is to be verified.", path)
    with ReaderPool() as pool:
        return pool.read(path, format_of(path)).parsed.text
