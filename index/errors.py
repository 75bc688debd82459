"""Errors that a person can fix. Anything else that is raised is a bug and keeps its traceback."""

import re
from collections.abc import Sequence
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.progress import SkippedFile

_PLAIN_FIELD, _PLAIN_FORMAT = re.compile(r"\d*"), re.compile(r"[,g]?")


class UserError(Exception):
    """One sentence for the person: what is wrong, with the value, and what to do next.

    The values are passed separately, ``UserError("No index in {}.", folder)``, so that the sentence can be translated.
    """

    def __init__(self, sentence: str, *values: object) -> None:
        super().__init__(sentence, *values)
        self.sentence, self.values = sentence, values

    def __str__(self) -> str:
        return self.sentence.format(*self.values)


class CorpusNotFound(UserError):
    """The folder to index does not exist, is not a folder, or holds nothing readable."""


class NothingToIndex(CorpusNotFound):
    """No file in the folder to index can be read; ``skipped`` gives the reason for each."""

    def __init__(self, sentence: str, *values: object, skipped: "tuple[SkippedFile, ...]" = ()) -> None:
        super().__init__(sentence, *values)
        self.skipped = skipped


class CorpusUnreachable(UserError):
    """The storage that holds the documents cannot be listed, or no longer answers."""


class UnreadableFile(UserError):
    """A file cannot be read as text. A rebuild reports it and continues with the others."""


class ReaderKilled(UnreadableFile):
    """Something outside killed the process that read a file. This says nothing about the file, and is not cached."""


class ProgramMissing(UnreadableFile):
    """A program that would convert a file is not installed. It may be tomorrow, so this is not cached."""


class IndexNotFound(UserError):
    """There is no index in the folder."""


class NoDocuments(IndexNotFound):
    """A question was asked before any document was added."""


class IndexMismatch(UserError):
    """The index was made by another version, or with another encoder."""


class IndexCorrupted(UserError):
    """A part of the index is missing or does not match its checksum."""


class IndexLocked(UserError):
    """Another process is rebuilding this index."""


class SchedulerError(UserError):
    """The scheduler that reads for a rebuild, or one of its workers, cannot be used."""


class StorageError(UserError):
    """The disk fails, or may not be written to."""


class DiskFull(StorageError):
    """The disk is full."""


class EncoderLoadError(UserError):
    """The encoder cannot be loaded."""


class ConverterNotInstalled(EncoderLoadError):
    """The encoder must be converted, and the optional packages for that are not installed."""


class EncoderNotNamed(UserError):
    """The index was made with an encoder that nobody named. An index alone never causes a model to be loaded."""


class InvalidQuestion(UserError):
    """The question is empty, too long, or has no searchable word."""


def is_sentence(sentence: object, values: Sequence[object]) -> bool:
    """Return whether a sentence read from a file is a template with a plain place for each value, and nothing more.

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


def first_line(error: BaseException, message: str = "") -> str:
    """Return the first line of ``message`` or of the error without a full stop; the type of an error without text."""
    return ((message or str(error)).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def unreadable_index(path: Path) -> IndexCorrupted:
    """Return the error for a file or folder of an index that is not as it was written."""
    return IndexCorrupted("{} cannot be read. Build the index again: rag rebuild FOLDER", path)


def _is_plain(literal: str, name: str | None, spec: str | None, conversion: str | None) -> bool:
    """Return whether a format field inserts its value as it is; ``name`` is None after the last field."""
    if name is None:
        return True
    has_plain_format = _PLAIN_FIELD.fullmatch(name) and _PLAIN_FORMAT.fullmatch(spec or "")
    return bool(has_plain_format) and conversion in (None, "r")
