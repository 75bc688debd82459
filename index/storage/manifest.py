"""The manifest of a snapshot: what it holds and what it was made with.

An index may come from somebody else, so each value is checked before anything is used. The checksum only shows that the
manifest is complete, not that it is honest.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import IndexCorrupted, IndexMismatch, is_sentence
from index.files import read_plain_text
from index.private import write_private_text
from index.progress import ReadWarning, SkippedFile, warnings_of

FORMAT = 9
NAME = "manifest.json"
CENTROIDS = "ivf.faiss"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"  # a folder
DOCUMENTS = (  # the files of each segment that tell of its documents
    "documents.sqlite", "texts.utf8", "sentences.npy", "passages.npy", "languages.npy", "documents.npy",
)  # fmt: skip
SEARCHED = (VECTORS, f"{LEXICAL}/meta.json")  # those that are searched; a store has its own
PASSAGE_BITS = 28  # of a passage's address in the word index; the others, 35, are the code of its segment
_CODE_BITS = 35
_MOST_DIMENSIONS = 1 << 16
_MOST_SENTENCES = 1 << 40
_SEGMENT_NAME = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FILE = re.compile(r"([0-9a-f]{32})(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9_.-]+){1,2}")


class Segment(NamedTuple):
    """A run of documents, in a folder of its own."""

    name: str
    documents: int
    passages: int
    sentences: int

    @property
    def code(self) -> int:
        """A number for the segment, under 2**35; no other segment of the index has it."""
        return segment_code(self.name)


def segment_code(name: str) -> int:
    """Return the number that a segment of a name has: the first 35 bits of the name."""
    return int(name, 16) >> (128 - _CODE_BITS)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds, and what it was made with."""

    corpus: str  # the folder
    created_at: str  # ISO 8601
    encoder: str
    fingerprint: str  # of the encoder
    dimension: int
    split: dict[str, int]
    segments: tuple[Segment, ...]
    vector_index: str  # the FAISS factory string
    ivf_digest: str  # of what the centroids were trained on
    nprobe: int  # how many of them a search looks at
    recall: float  # of the vector index, measured
    digest: str  # of the ids and contents of all files, and of what made the index of them
    skipped: tuple[SkippedFile, ...] = ()
    warnings: tuple[ReadWarning, ...] = ()
    files: dict[str, tuple[int, str]] | None = None  # size and SHA-256 of each file of the snapshot
    format: int = FORMAT

    @property
    def is_replica(self) -> bool:
        """Return whether the words and vectors are in a store, and only the documents here."""
        return not any(f"{self.segments[0].name}/{name}" in (self.files or {}) for name in SEARCHED)

    @property
    def documents(self) -> int:
        """The number of documents."""
        return sum(segment.documents for segment in self.segments)

    @property
    def passages(self) -> int:
        """The number of passages."""
        return sum(segment.passages for segment in self.segments)

    @property
    def sentences(self) -> int:
        """The number of sentences."""
        return sum(segment.sentences for segment in self.segments)


def read_manifest(snapshot: Path) -> Manifest:
    """Read and check the manifest of a snapshot.

    Raises:
        IndexMismatch: another version of this program wrote it.
        IndexCorrupted: it is missing, was changed, or holds a value that no rebuild writes.
    """
    try:
        plain = json.loads(read_plain_text(snapshot / NAME))
        if plain["format"] != FORMAT:
            raise IndexMismatch(
                "{} was made by another version of this program. Build it again: rag rebuild FOLDER", snapshot.parent
            )
        if plain.pop("checksum") != _checksum(plain):
            raise ValueError("it was changed")
        return parse_manifest(plain)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexCorrupted(
            "The manifest of {} is missing or damaged. Build it again: rag rebuild FOLDER", snapshot
        ) from error


def write_manifest(snapshot: Path, content: Manifest, files: Mapping[str, tuple[int, str]]) -> None:
    """Write a manifest with the size and SHA-256 of each file of the snapshot.

    Raises:
        OSError: the disk is full, or fails.
    """
    plain = json.loads(json.dumps(asdict(content) | {"files": files}))
    plain["checksum"] = _checksum(plain)
    write_private_text(snapshot / NAME, json.dumps(plain, indent=1, ensure_ascii=False))


def parse_manifest(plain: Mapping[str, Any]) -> Manifest:
    """Return the manifest that JSON describes, if a rebuild could have written each of its values.

    Raises:
        ValueError: a value has the wrong type or is out of range, or two values are inconsistent.
        KeyError: a value is missing.
        TypeError: a list or an object is something else.
    """
    fields = {name: _check(name, plain[name], check) for name, check in _CHECKS.items()}
    fields["segments"] = tuple(_segment(row) for row in plain["segments"])
    fields["skipped"] = tuple(_skipped(row) for row in plain["skipped"])
    fields["warnings"] = warnings_of(plain["warnings"])
    fields["files"] = {name: _facts(facts) for name, facts in plain["files"].items()}
    _check_segments(fields["segments"])
    _check_names(fields["segments"], fields["files"])
    return Manifest(**fields)


def _check(name: str, value: Any, check: Callable[[Any], bool]) -> Any:
    if not check(value):
        raise ValueError(f"{name} cannot be {value!r}"[:200])
    return value


def _is_text(value: Any) -> bool:
    return type(value) is str and "\0" not in value


def _is_moment(value: Any) -> bool:
    return type(value) is str and 1990 < datetime.fromisoformat(value).year < 9000


def _is_count(value: Any, least: int = 0, most: int = _MOST_SENTENCES) -> bool:
    return type(value) is int and least <= value <= most


def _is_share(value: Any) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1  # which NaN is not


def _is_split(value: Any) -> bool:
    return type(value) is dict and all(_is_count(number) for number in value.values())


def _is_digest(value: Any) -> bool:
    return type(value) is str and bool(_DIGEST.fullmatch(value))


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "corpus": _is_text,
    "created_at": _is_moment,
    "encoder": _is_text,
    "fingerprint": _is_text,
    "dimension": lambda value: _is_count(value, 1, _MOST_DIMENSIONS),
    "split": _is_split,
    "vector_index": _is_text,
    "ivf_digest": _is_digest,
    "nprobe": lambda value: _is_count(value, 1),
    "recall": _is_share,
    "digest": _is_digest,
    "format": lambda value: type(value) is int and value == FORMAT,
}


def _segment(row: Any) -> Segment:
    segment = Segment(*row)
    counts = segment.documents, segment.passages, segment.sentences
    _check(
        "the name of a segment", segment.name, lambda name: type(name) is str and bool(_SEGMENT_NAME.fullmatch(name))
    )
    _check("the counts of a segment", counts, lambda counts: all(_is_count(count, 1) for count in counts))
    if not segment.documents <= segment.passages <= segment.sentences or segment.passages > 1 << PASSAGE_BITS:
        raise ValueError(f"no segment has {counts} documents, passages and sentences")
    return segment


def _skipped(row: Any) -> SkippedFile:
    source, clause, values = row
    if not _is_text(source) or type(values) is not list or not is_sentence(clause, values):
        raise ValueError("a skipped file is without a name or a reason")
    return SkippedFile(source, clause, tuple(values))


def _facts(facts: Any) -> tuple[int, str]:
    size, checksum = facts
    if type(size) is not int or size < 0 or not _is_digest(checksum):
        raise ValueError("a file without a size or a checksum")
    return size, checksum


def _check_segments(segments: tuple[Segment, ...]) -> None:
    """Check the codes of segments: two with the same would exchange their passages in the lexical index.

    Raises:
        ValueError: there is no segment, or two have the same code.
    """
    if not segments or len({segment.code for segment in segments}) != len(segments):
        raise ValueError("no segments, or two of one code")


def _check_names(segments: tuple[Segment, ...], files: Mapping[str, object]) -> None:
    """Check that the listed files are those of the segments.

    Raises:
        ValueError: a file lies outside the segments' folders, or one that a segment needs is not listed.
    """
    names = {segment.name for segment in segments}
    for file in files:
        match = _FILE.fullmatch(file)
        if file != CENTROIDS and not (match and match[1] in names):
            raise ValueError(f"no segment holds a file {file!r}"[:200])
    searched = [f"{name}/{needed}" in files for name in names for needed in SEARCHED]
    if any(f"{name}/{needed}" not in files for name in names for needed in DOCUMENTS) or len({*searched}) != 1:
        raise ValueError("a segment without one of its files")


def _checksum(plain: Mapping[str, Any]) -> str:
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
