"""Measures answers against questions whose answers are known: anyone's own file, on anyone's own index.

A question file holds one JSON object a line::

    {"question": "Qui préside ?", "answerable": true,
     "evidence": [{"doc": "notes/a.txt", "quote": "Marie Curie préside"}],
     "answer": [["Marie Curie", "Curie"]], "history": "De quoi parle-t-on ?"}

Only ``question`` is needed. ``doc`` is a document's id, or its beginning; without ``quote`` the whole document counts
as evidence. ``answer`` lists what a quote must contain: one string of each inner list.
``history`` is an earlier question.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log2
from pathlib import Path
from statistics import mean
from time import perf_counter
from typing import Any

from index.documents import Span
from index.errors import UserError
from index.index import Index
from rag.answer import Citation, Turn
from rag.pipeline import ask, search

DEEPEST = 10  # hits looked at


class BadQuestions(UserError):
    """The question file cannot be used."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A question, and what is known of its answer."""

    question: str
    answerable: bool = True
    evidence: tuple[tuple[str, Span | None], ...] = ()  # documents, with the span that answers where it is known
    answer: tuple[tuple[str, ...], ...] = ()
    history: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """How one question went. A measure that does not apply is None."""

    question: str
    answerable: bool
    refused: bool
    confidence: float
    rank: int | None  # of the first right document among the hits, from 1; 0 where it is not there
    first: bool | None  # the first citation overlaps the evidence
    any: bool | None
    contains: bool | None  # a quote contains the answer
    first_contains: bool | None
    focus: bool | None  # a focus contains it
    exact: bool  # every quote is its document's text
    seconds: float
    bold: float | None = None  # the share of the first quote that its focus takes


def read_questions(path: Path, index: Index) -> list[Expected]:
    """The questions of a file, with evidence found in the documents of the index.

    Raises:
        BadQuestions: the file, a line, a document or a quote is not usable; the message says which.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        unread = "{} cannot be read: {}. Give a file of questions in UTF-8, one JSON object a line."
        raise BadQuestions(unread, path, reason) from None
    return [_expected(line, f"{path}, line {number}", index) for number, line in enumerate(lines, 1) if line.strip()]


def _expected(line: str, place: str, index: Index) -> Expected:
    try:
        row = json.loads(line)
        question = row["question"]
    except (ValueError, KeyError, TypeError):
        raise BadQuestions('{} is no object with a "question". Write {{"question": "…"}}.', place) from None
    for name, (kind, example) in _KINDS.items():
        if name in row and not kind(row[name]):
            raise BadQuestions('{}: "{}" must be as in {}.', place, name, example)
    evidence = tuple(_evidence(one, place, index) for one in row.get("evidence", ()))
    answer = tuple(tuple(choices) for choices in row.get("answer", ()) if choices)
    return Expected(question, row.get("answerable", True), evidence, answer, row.get("history"))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are(value: Any, kind: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(kind, value))


def _is_evidence(value: Any) -> bool:
    return isinstance(value, dict) and _is_text(value.get("doc")) and _is_text(value.get("quote", "…"))


_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "question": (_is_text, '"Qui préside ?"'),
    "answerable": (lambda value: isinstance(value, bool), "true"),
    "evidence": (lambda value: _are(value, _is_evidence), '[{"doc": "notes/a.txt", "quote": "Marie Curie préside"}]'),
    "answer": (lambda value: _are(value, lambda one: _are(one, _is_text)), '[["Marie Curie", "Curie"]]'),
    "history": (lambda value: value is None or _is_text(value), '"De quoi parle-t-on ?"'),
}


def _evidence(one: Mapping[str, str], place: str, index: Index) -> tuple[str, Span | None]:
    id = next((id for id in index.document_ids if id == one["doc"] or id.startswith(one["doc"])), None)
    if id is None:
        raise BadQuestions(
            "{} names the document «{}», which is not in the index. Rebuild, or correct it.", place, one["doc"]
        )
    if "quote" not in one:
        return id, None
    start = index.document(id).text.find(one["quote"])
    if start < 0:
        wrong = "{} quotes «{}», which {} does not contain. Copy it from the text."
        raise BadQuestions(wrong, place, one["quote"][:60], id)
    return id, Span(start, start + len(one["quote"]))


def judge(expected: Expected, index: Index) -> Judged:
    """Asks, searches and compares."""
    history = [Turn(expected.history, ask(expected.history, index=index))] if expected.history else []
    began = perf_counter()
    answer = ask(expected.question, index=index, history=history)
    seconds = perf_counter() - began
    wanted = expected.answerable and bool(expected.evidence)
    worded = expected.answerable and any(expected.answer)
    overlaps = [_overlaps(one, expected) for one in answer.citations]
    holds = [_holds(one.quote, expected) for one in answer.citations]
    return Judged(
        question=expected.question,
        answerable=expected.answerable,
        refused=not answer.found,
        confidence=answer.confidence,
        rank=_rank(expected, index) if wanted and not history else None,
        first=any(overlaps[:1]) if wanted else None,
        any=any(overlaps) if wanted else None,
        contains=any(holds) if worded else None,
        first_contains=any(holds[:1]) if worded else None,
        focus=any(_holds(one.focus_text or "", expected) for one in answer.citations) if worded else None,
        exact=all(index.document(one.source).text[one.start : one.end] == one.quote for one in answer.citations),
        seconds=seconds,
        bold=len(answer.citations[0].focus_text or "") / len(answer.citations[0].quote) if answer.citations else None,
    )


def _rank(expected: Expected, index: Index) -> int:
    right = {id for id, _ in expected.evidence}
    sources = list(dict.fromkeys(hit.source for hit in search(expected.question, 2 * DEEPEST, index=index)))
    return next((rank for rank, source in enumerate(sources[:DEEPEST], 1) if source in right), 0)


def _overlaps(citation: Citation, expected: Expected) -> bool:
    return any(
        id == citation.source and (span is None or (citation.start < span.end and span.start < citation.end))
        for id, span in expected.evidence
    )


def _holds(text: str, expected: Expected) -> bool:
    return all(any(choice.lower() in text.lower() for choice in choices) for choices in expected.answer)


@dataclass(frozen=True, slots=True)
class Summary:
    """Shares from 0 to 1, None where no question tells; latencies in milliseconds."""

    questions: int
    answerable: int
    hit_at_1: float | None
    hit_at_5: float | None
    mrr: float | None
    ndcg_at_10: float | None
    first_citation: float | None
    any_citation: float | None
    answer_in_first_quote: float | None
    answer_in_a_quote: float | None
    answer_in_focus: float | None
    focus_share: float | None
    exact: float | None
    refused_answerable: float | None
    refused_unanswerable: float | None
    auroc: float | None
    median_ms: float
    slowest_ms: float

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def summarise(judged: Sequence[Judged]) -> Summary:
    """One figure for each measure."""
    good = [one for one in judged if one.answerable]
    bad = [one for one in judged if not one.answerable]
    ranks = [one.rank for one in good if one.rank is not None]
    times = sorted(one.seconds * 1000 for one in judged)
    return Summary(
        questions=len(judged),
        answerable=len(good),
        hit_at_1=_share(rank == 1 for rank in ranks),
        hit_at_5=_share(0 < rank <= 5 for rank in ranks),
        mrr=_mean(1 / rank if rank else 0.0 for rank in ranks),
        ndcg_at_10=_mean(1 / log2(1 + rank) if rank else 0.0 for rank in ranks),
        first_citation=_share(one.first for one in good),
        any_citation=_share(one.any for one in good),
        answer_in_first_quote=_share(one.first_contains for one in good),
        answer_in_a_quote=_share(one.contains for one in good),
        answer_in_focus=_share(one.focus for one in good),
        focus_share=_mean(one.bold for one in good if one.bold is not None),
        exact=_share(one.exact for one in judged),
        refused_answerable=_share(one.refused for one in good),
        refused_unanswerable=_share(one.refused for one in bad),
        auroc=auroc([one.confidence for one in good], [one.confidence for one in bad]),
        median_ms=round(times[len(times) // 2], 2) if times else 0.0,
        slowest_ms=round(times[-1], 2) if times else 0.0,
    )


def auroc(good: Sequence[float], bad: Sequence[float]) -> float | None:
    """How often an answerable question has more confidence than an unanswerable one, ties counting half."""
    if not good or not bad:
        return None
    return round(mean((a > b) + 0.5 * (a == b) for a in good for b in bad), 4)


def curve(judged: Sequence[Judged]) -> list[tuple[float, float, float]]:
    """For each threshold: it, the share of answerable questions refused, and of unanswerable ones."""
    good = [one.confidence for one in judged if one.answerable]
    bad = [one.confidence for one in judged if not one.answerable]
    if not good or not bad:
        return []
    steps = sorted({*good, *bad})
    return [(step, mean(x < step for x in good), mean(x < step for x in bad)) for step in steps]


def _share(values: Iterable[bool | None]) -> float | None:
    return _mean(float(value) for value in values if value is not None)


def _mean(values: Iterable[float]) -> float | None:
    known = list(values)
    return round(mean(known), 4) if known else None
