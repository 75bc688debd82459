"""Read a text, in any supported format, that is to be verified against the documents of an index."""

from pathlib import Path

from index.errors import UserError
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
    """Return the text of a file, and of the files inside it, as a document is read.

    Raises:
        NoSuchFile: there is no such file.
        UnreadableFile: it cannot be read as text.
    """
    if not path.is_file():
        raise NoSuchFile("There is no file {}. Name the text or exported answer to verify.", path)
    with ReaderPool() as pool:
        contents = pool.read(path, format_of(path))
    return "\n\n".join(file.parsed.text for file in contents.documents)
