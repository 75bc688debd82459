"""What a rebuild reports while it runs and at its end."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from index.errors import UnreadableFile, is_sentence

# Documents elsewhere are fetched; files are read, split, encoded and added; then the indexes are finished, and sent
# where they are in a store.
Phase = Literal["fetching", "reading", "writing", "sending"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is."""

    phase: Phase
    done: int  # files; of what is sent to a store, passages
    total: int
    name: str = ""  # of the file that was done last, or, where pages are told, of the one that OCR reads
    passages: int = 0  # of the files that are done
    done_bytes: int = 0  # of the files that are done
    total_bytes: int = 0
    page: int = 0  # of the pages that OCR reads of a file, how many were begun
    pages: int = 0


ProgressCallback = Callable[[Progress], None]


class SkippedFile(NamedTuple):
    """A file that is not in the index, and the reason: a clause to follow its name and a colon, and its values."""

    source: str
    clause: str
    values: tuple[str | float, ...] = ()

    @property
    def reason(self) -> str:
        """The reason in English."""
        return str(self.error)

    @property
    def error(self) -> UnreadableFile:
        """The reason as an error, which can be translated."""
        return UnreadableFile(self.clause, *self.values)

    @classmethod
    def from_error(cls, source: str, error: UnreadableFile) -> "SkippedFile":
        """Describe the file ``source`` that ``error`` kept out of the index."""
        return cls(source, error.sentence, plain_values(error))


class ReadWarning(NamedTuple):
    """What of a file could not be read, while the rest of it was: a clause to follow where it stands, and its values.

    ``source`` is the file, or one inside it (``mail.eml/photo.jpg``). A reader, which knows no name of the file that it
    reads, leaves it empty, or gives the name of the file inside.
    """

    source: str
    clause: str
    values: tuple[str | float, ...] = ()
    page: int | None = None  # from 1
    line: int | None = None  # from 1

    @property
    def reason(self) -> str:
        """The reason in English."""
        return str(self.error)

    @property
    def error(self) -> UnreadableFile:
        """The reason as an error, which can be translated."""
        return UnreadableFile(self.clause, *self.values)

    def to_dict(self) -> dict[str, str | int | None]:
        """Return the warning for JSON, its reason in English."""
        return {"source": self.source, "page": self.page, "line": self.line, "reason": self.reason}

    @classmethod
    def from_error(
        cls, error: UnreadableFile, *, page: int | None = None, line: int | None = None, source: str = ""
    ) -> "ReadWarning":
        """Describe the part of a file that ``error`` kept from being read."""
        return cls(source, error.sentence, plain_values(error), page, line)

    def with_source(self, source: str) -> "ReadWarning":
        """Return the warning as one of the file ``source``, or of the file inside it."""
        return self._replace(source=f"{source}/{self.source}" if self.source else source)


def warnings_of(rows: Iterable[Sequence[Any]]) -> tuple[ReadWarning, ...]:
    """Restore warnings from JSON.

    Raises:
        ValueError, TypeError: they are none.
    """
    return tuple(_warning(*row) for row in rows)


def _warning(source: str, clause: str, values: Sequence[Any], page: int | None, line: int | None) -> ReadWarning:
    numbers = [number for number in (page, line) if number is not None]
    if type(source) is not str or not is_sentence(clause, values) or not all(type(n) is int and n > 0 for n in numbers):
        raise ValueError("a warning without a name or a reason")
    return ReadWarning(source, clause, tuple(values), page, line)


def plain_values(error: UnreadableFile) -> tuple[str | float, ...]:
    """Return the values of an error as JSON can hold them."""
    return tuple(value if isinstance(value, str | int | float) else str(value) for value in error.values)


@dataclass(frozen=True, slots=True)
class Report:
    """What the index holds after a rebuild, and how its documents differ from before."""

    documents: int
    passages: int
    sentences: int
    added: int
    changed: int
    removed: int
    unchanged: int
    skipped: tuple[SkippedFile, ...]  # whole files
    seconds: float
    warnings: tuple[ReadWarning, ...] = ()  # what was read in part
