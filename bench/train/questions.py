"""The questions that ranker and abstention are fitted on, from articles that the encoder did not see."""

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.quality import datasets
from bench.quality.datasets import Query, Text, for_encoder

FOLDS = 5


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question, and the documents that answer it, if any."""

    query: Query
    documents: frozenset[str]
    title: str
    swapped: bool = False  # it names another thing than the question it was made of

    @property
    def fold(self) -> int:
        return fold_of(self.title)


def fold_of(title: str) -> int:
    return zlib.crc32(f"fold of {title}".encode()) % FOLDS


def questions(data: Path, name: str, split: str) -> list[LabelledQuestion]:
    """Return the questions about articles that the encoder did not see."""
    texts, relevant = datasets.corpus(data / name), datasets.qrels(data / name, split)
    written = _written_against(data / name / split)
    labelled = []
    for query in datasets.queries(data / name, split):
        source = next(iter(relevant.get(query.id) or [written.get(query.id, "")]))
        if source and not for_encoder(texts[source].title):
            labelled.append(LabelledQuestion(query, frozenset(relevant.get(query.id, ())), texts[source].title))
    return labelled


def _written_against(folder: Path) -> dict[str, str]:
    path = folder / "context_of_unanswerable.jsonl"
    if not path.exists():
        return {}
    return {row["query_id"]: row["doc_id"] for row in map(json.loads, path.read_text().splitlines())}


def untitled(texts: Iterable[Text]) -> list[Text]:
    return [Text(text.id, "", text.text) for text in texts]
