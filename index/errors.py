"""What a person can mend. Anything else that is raised is a bug and keeps its traceback."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.report import Skipped


class UserError(Exception):
    """One sentence for the person: what is wrong, with the value, and what to do next.

    It is given with its values apart, ``UserError("No index in {}.", folder)``, so that it can be said in another
    language.
    """

    def __init__(self, sentence: str, *values: object) -> None:
        super().__init__(sentence, *values)
        self.sentence, self.values = sentence, values

    def __str__(self) -> str:
        return self.sentence.format(*self.values)


class CorpusMissing(UserError):
    """The folder to index is absent, is no folder, or holds nothing readable."""


class NothingToIndex(CorpusMissing):
    """The folder to index is there, and holds no file that can be read; ``skipped`` says why, for each file."""

    def __init__(self, sentence: str, *values: object, skipped: "tuple[Skipped, ...]" = ()) -> None:
        super().__init__(sentence, *values)
        self.skipped = skipped


class Unreadable(UserError):
    """One file cannot be read as text; a rebuild reports it and goes on with the others."""


class ReaderStopped(Unreadable):
    """Something outside stopped the process that read a file: this says nothing of the file, and is not remembered."""


class IndexMissing(UserError):
    """There is no index in the folder."""


class NoDocuments(IndexMissing):
    """A question was asked before any document was added."""


class IndexOutdated(UserError):
    """The index was made by another version, or with another encoder."""


class IndexDamaged(UserError):
    """A part of the index is absent, or does not match its checksum."""


class IndexBusy(UserError):
    """Another process is rebuilding this index."""


class DiskProblem(UserError):
    """The disk is full, or may not be written to."""


class EncoderMissing(UserError):
    """The encoder cannot be loaded."""


class BadQuestion(UserError):
    """The question is empty, too long, or holds no word."""
