"""Read a text, in any supported format, that is to be verified against the documents of an index."""

from pathlib import Path

from index.errors import UserError
from index.readers.parsed import ParsedFile
from index.readers.registry import format_of
from index.workers.reader_pool import ReaderPool

LONGEST = 100_000  # characters of a text that is checked while a person waits


class TooLong(UserError):
    """A text is too long to be verified interactively."""


class NoSuchFile(UserError):
    """There is no file to verify."""


def check_length(text: str) -> None:
    """Check that a text is short enough to be verified interactively.

    Raises:
        TooLong: it has more than ``LONGEST`` characters.
    """
    if len(text) > LONGEST:
        raise TooLong("The text has more than {:,} characters. Check it in parts, or with rag verify FILE.", LONGEST)


def read_draft(path: Path) -> str:
    """Return the text of a file, and of the files inside it, as a document is read, with «#» before its headings.

    Raises:
        NoSuchFile: there is no such file.
        UnreadableFile: it cannot be read as text.
    """
    if not path.is_file():
        raise NoSuchFile("There is no file {}. Name the text or exported answer to verify.", path)
    with ReaderPool() as pool:
        contents = pool.read(path, format_of(path))
    return "\n\n".join(_mark_headings(file.parsed) for file in contents.documents)


def _mark_headings(parsed: ParsedFile) -> str:
    """Return a text whose headings are told from sentences as in Markdown: they name what follows."""
    text = parsed.text
    for block in reversed(parsed.blocks):
        if block.kind == "heading" and text[block.start : block.end].strip():
            text = f"{text[: block.start]}# {text[block.start :]}"
    return text


def split_draft(text: str, longest: int = LONGEST) -> list[str]:
    """Return a text in parts of at most ``longest`` characters, cut between paragraphs, else lines, else words."""
    pieces: list[str] = []
    while len(text) > longest:
        breaks = (text.rfind(mark, 0, longest) + len(mark) for mark in ("\n\n", "\n", ". ", " "))
        end = next((at for at in breaks if at > longest // 2), longest)
        pieces, text = [*pieces, text[:end]], text[end:]
    return [piece for piece in [*pieces, text] if any(character.isalnum() for character in piece)] or [text]
