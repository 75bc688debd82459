"""A file that was read and chunked, and the cache row that represents it.

A cache may come from somebody else. A row is accepted only if all its values are consistent, and a text is decompressed
no further than a reader would have read it.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.progress import ReadWarning, warnings_of
from index.readers.parsed import ParsedFile

Offsets = NDArray[np.int32]

LARGEST_TEXT = 200_000_000  # bytes: as many characters as a file may hold (index.readers.registry), of four bytes each


class NotChunkedFile(Exception):
    """A row is not what ``make_row`` writes."""


class CachedDocument(NamedTuple):
    """A document of a file: the file itself, whose name is empty, or one inside it."""

    name: str
    sha256: str  # of its bytes
    key: str  # of its content


class CachedFile(NamedTuple):
    """The cached result of reading a file."""

    documents: tuple[CachedDocument, ...]
    warnings: tuple[ReadWarning, ...] = ()  # with no source, or the name of the file inside
    programs: Mapping[str, str] = MappingProxyType({})  # what this depends on: versions by format, and passwords


def parse_cached_file(
    documents: Iterable[Sequence[Any]], warnings: Iterable[Sequence[Any]], programs: Any
) -> CachedFile:
    """Restore the result of reading a file from JSON.

    Raises:
        ValueError, TypeError: it is something else.
    """
    cached = tuple(CachedDocument(*document) for document in documents)
    if not cached or not all(type(value) is str for document in cached for value in document):
        raise ValueError("documents that are none")
    return CachedFile(cached, warnings_of(warnings), {str(id): str(version) for id, version in programs.items()})


@dataclass(frozen=True, slots=True)
class ChunkedFile:
    """A document that was read and chunked."""

    parsed: ParsedFile
    packed: bytes  # its text, compressed
    sentences: Offsets  # shape (sentences, 2): start and end
    passages: Offsets  # shape (passages,): the first sentence of each
    languages: tuple[str, ...]  # of each passage


def make_row(chunked: ChunkedFile) -> list[Any]:
    """Return the values of a cache row, in the order of its columns."""
    return [
        chunked.packed,
        json.dumps(chunked.parsed.to_dict()),
        chunked.sentences.astype(np.int32).tobytes(),
        chunked.passages.astype(np.int32).tobytes(),
        " ".join(chunked.languages),
    ]


def parse_row(row: Sequence[Any]) -> ChunkedFile:
    """Restore the file that ``make_row`` made the row of.

    Raises:
        NotChunkedFile: it made no such row.
    """
    try:
        packed, serialized, sentences, passages, languages = row
        chunked = ChunkedFile(
            ParsedFile.from_dict(_unpack(packed), json.loads(serialized)),
            packed,
            np.frombuffer(sentences, np.int32).reshape(-1, 2),
            np.frombuffer(passages, np.int32),
            tuple(languages.split(" ")),
        )
        if not (_has_plain_facts(chunked.parsed) and _has_plain_spans(chunked)):
            raise ValueError("values that do not fit together")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error) as error:
        raise NotChunkedFile(str(error)) from error
    return chunked


def _unpack(packed: bytes) -> str:
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(packed, LARGEST_TEXT)
    if not unpacking.eof:
        raise ValueError("it unpacks to more than a file may hold, or is cut")
    return text.decode()


def _has_plain_facts(parsed: ParsedFile) -> bool:
    offsets = [*parsed.pages, *parsed.breaks, *(block.end for block in parsed.blocks[-1:])]
    texts = [text for text in (parsed.title, parsed.encoding) if text is not None]
    in_text = all(type(offset) is int and 0 <= offset <= len(parsed.text) for offset in offsets)
    on_pages = all(type(page) is int and 0 < page <= len(parsed.pages) for page in parsed.recognised)
    return in_text and on_pages and all(type(text) is str for text in [*texts, parsed.places])


def _has_plain_spans(chunked: ChunkedFile) -> bool:
    spans, firsts = chunked.sentences, chunked.passages
    if not len(spans) or not len(firsts) or len(firsts) != len(chunked.languages):
        return False
    in_text = spans.min() >= 0 and spans.max() <= len(chunked.parsed.text) and (spans[:, 0] < spans[:, 1]).all()
    in_order = firsts[0] == 0 and firsts[-1] < len(spans) and (np.diff(firsts) > 0).all()
    return bool(in_text and in_order)
