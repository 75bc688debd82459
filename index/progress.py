"""What a rebuild reports while it runs and at its end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from index.errors import UnreadableFile

Phase = Literal["reading", "writing"]  # files are read, split, encoded and added; then the indexes are finished


@dataclass(frozen=True, slots=True)
class Progress:
    phase: Phase
    done: int  # files
    total: int
    name: str = ""  # of the file that was done last
    passages: int = 0  # of the files that are done
    done_bytes: int = 0  # of the files that are done
    total_bytes: int = 0


ProgressCallback = Callable[[Progress], None]


class Skipped(NamedTuple):
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
    def from_error(cls, source: str, error: UnreadableFile) -> "Skipped":
        """Describe the file ``source`` that ``error`` kept out of the index."""
        numbers_and_texts = (value if isinstance(value, str | int | float) else str(value) for value in error.values)
        return cls(source, error.sentence, tuple(numbers_and_texts))


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
    skipped: tuple[Skipped, ...]
    seconds: float
