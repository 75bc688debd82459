"""What a person can mend. Anything else that is raised is a bug and keeps its traceback."""

import re
from collections.abc import Sequence
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.progress import Skipped

_PLAIN_FIELD, _PLAIN_FORMAT = re.compile(r"\d*"), re.compile(r"[,g]?")


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


class CorpusNotFound(UserError):
    """The folder to index is absent, is no folder, or holds nothing readable."""


class NothingToIndex(CorpusNotFound):
    """The folder to index is there, and holds no file that can be read; ``skipped`` says why, for each file."""

    def __init__(self, sentence: str, *values: object, skipped: "tuple[Skipped, ...]" = ()) -> None:
        super().__init__(sentence, *values)
        self.skipped = skipped


class UnreadableFile(UserError):
    """One file cannot be read as text; a rebuild reports it and goes on with the others."""


class ReaderKilled(UnreadableFile):
    """Something outside stopped the process that read a file: this says nothing of the file, and is not remembered."""


class IndexNotFound(UserError):
    """There is no index in the folder."""


class NoDocuments(IndexNotFound):
    """A question was asked before any document was added."""


class IndexMismatch(UserError):
    """The index was made by another version, or with another encoder."""


class IndexCorrupted(UserError):
    """A part of the index is absent, or does not match its checksum."""


class IndexLocked(UserError):
    """Another process is rebuilding this index."""


class StorageError(UserError):
    """The disk fails, or may not be written to."""


class DiskFull(StorageError):
    """The disk has no room left."""


class EncoderLoadError(UserError):
    """The encoder cannot be loaded."""


class ConverterNotInstalled(EncoderLoadError):
    """The encoder has to be converted, and the optional packages that convert are absent."""


class EncoderNotNamed(UserError):
    """The index was made with an encoder that nobody named here; an index alone never has a model loaded."""


class InvalidQuestion(UserError):
    """The question is empty, too long, or holds no word."""


def is_sentence(sentence: object, values: Sequence[object]) -> bool:
    """Whether a sentence that was read from a file is a text with a place for each value, and nothing more.

    ``str.format`` could be made to look into objects, or to pad a value to gigabytes.
    """
    if not isinstance(sentence, str) or not all(isinstance(value, str | int | float) for value in values):
        return False
    try:
        if not all(_is_plain(*field) for field in Formatter().parse(sentence)):
            return False
        sentence.format(*values)
    except (ValueError, IndexError):
        return False
    return True


def _is_plain(literal: str, name: str | None, spec: str | None, conversion: str | None) -> bool:
    """Whether a field of a format (``name`` is None where only a literal is left) takes a value as it is."""
    if name is None:
        return True
    has_plain_format = _PLAIN_FIELD.fullmatch(name) and _PLAIN_FORMAT.fullmatch(spec or "")
    return bool(has_plain_format) and conversion in (None, "r")
