"""The formats in which answers are exported.

Files in ``FORMATS`` carry their proof: ``read_export`` gets the answers back from them.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from index.errors import StorageError, UserError
from rag.answer import Answer
from ui.exports.proof import pack
from ui.exports.references import write_ris
from ui.html import export
from ui.i18n.labels import Labels


class UnknownFormat(UserError):
    """A file was to be written in a format that is not known."""


class Format(NamedTuple):
    """A media type, and the function that writes the answers of a conversation in it."""

    media_type: str
    write: Callable[[Sequence[Answer], Labels], str | bytes]


def write_json(answers: Sequence[Answer], labels: Labels) -> str:
    """Return one answer as `rag ask --json` prints it, several as a list of them."""
    plain = [answer.to_dict() for answer in answers]
    return json.dumps(plain[0] if len(plain) == 1 else plain, ensure_ascii=False, indent=2)


def write_markdown(answers: Sequence[Answer], labels: Labels) -> str:
    """Return the answers as Markdown, with the proof in a comment."""
    text = "\n".join(export.as_markdown(answer, labels) for answer in answers)
    return f"{text}\n{export.as_comment(pack(answers))}\n"


def write_html(answers: Sequence[Answer], labels: Labels) -> str:
    """Return the answers as an HTML page, with the proof in its head."""
    return export.as_html(answers, pack(answers), labels)


def write_word(answers: Sequence[Answer], labels: Labels) -> bytes:
    """Return a Word file with a footnote for each citation."""
    from ui.exports.word import as_word  # imports python-docx

    return as_word(answers, labels)


FORMATS = {
    "md": Format("text/markdown", write_markdown),
    "html": Format("text/html", write_html),
    "json": Format("application/json", write_json),
    "docx": Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", write_word),
}

REFERENCES = {"ris": Format("application/x-research-info-systems", write_ris)}  # without the answers: no proof
WRITTEN = FORMATS | REFERENCES


def format_of(path: Path) -> Format:
    """Return the export format for the suffix of a file name.

    Raises:
        UnknownFormat: the ending is none of them.
    """
    format = WRITTEN.get(path.suffix[1:].lower())
    if format is None:
        endings = ", ".join(f".{ending}" for ending in WRITTEN)
        raise UnknownFormat("Cannot export to {}: its name must end in one of {}.", path.name, endings)
    return format


def write_export(answers: Sequence[Answer], path: Path, labels: Labels) -> None:
    """Write answers to a file, in the format that its name ends in.

    A file of that name is replaced once the new one is whole.

    Raises:
        UnknownFormat: the name ends in none of the formats.
        StorageError: the file cannot be written.
    """
    written = format_of(path).write(answers, labels)
    temporary = path.with_name(f"{path.name}.new")
    try:
        temporary.write_bytes(written.encode() if isinstance(written, str) else written)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        reason = error.strerror or str(error)
        raise StorageError("Cannot write {} ({}). Choose another location for the export.", path, reason) from error
