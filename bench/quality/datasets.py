"""The data sets for training and measuring: a loader for each kind of file, and the split between them.

A data folder holds retrieval sets (``corpus.jsonl``, ``<split>/queries.jsonl``, ``<split>/qrels.jsonl``) and pairs
(``*.tsv.gz``). None of it ships with the program.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """One document of a retrieval set."""

    id: str
    title: str  # of its article; several documents may share it, and it may be empty
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question of a retrieval set."""

    id: str
    text: str
    answers: tuple[str, ...]
    answerable: bool
    standalone: bool  # it can be understood without its paragraph in view


def for_encoder(title: str) -> bool:
    """Return whether the encoder may be trained on an article; the other half trains the ranker.

    The same on every machine. Neither the questions nor the paragraphs of an article cross the split.
    """
    return zlib.crc32(title.encode()) % 2 == 0


def corpus(folder: Path) -> dict[str, Text]:
    """Return the documents of a retrieval set by id, in the order of the file."""
    return {row["id"]: Text(row["id"], row["title"], row["text"]) for row in _json_lines(folder / "corpus.jsonl")}


def queries(folder: Path, split: str) -> list[Query]:
    """Return the questions of one split, in the order of the file, unanswerable ones included."""
    return [
        Query(row["id"], row["text"], tuple(row["answers"]), row["answerable"], row.get("standalone", True))
        for row in _json_lines(folder / split / "queries.jsonl")
    ]


def qrels(folder: Path, split: str) -> dict[str, set[str]]:
    """Return, for each answerable question, the ids of the documents that answer it."""
    relevant: dict[str, set[str]] = {}
    for row in _json_lines(folder / split / "qrels.jsonl"):
        relevant.setdefault(row["query_id"], set()).add(row["doc_id"])
    return relevant


def pairs(path: Path) -> list[tuple[str, ...]]:
    """Yield the rows of a gzipped file of tab-separated columns."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        return [tuple(line.rstrip("\n").split("\t")) for line in lines]


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)
