"""Evaluation of retrieval, answers and refusals on a file of questions with known answers.

A question file holds one JSON object a line::

    {"question": "Qui préside ?", "answerable": true,
     "evidence": [{"doc": "notes/a.txt", "quote": "Marie Curie préside"}],
     "answer": [["Marie Curie", "Curie"]], "history": "De quoi parle-t-on ?"}

Only ``question`` is needed. ``doc`` is a document's id, or a beginning that no other id has;
without ``quote`` the whole document counts as evidence. ``answer`` lists what a quote must contain: one string of each
inner list.
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

DEEPEST = 10  # documents


class BadQuestions(UserError):
    """The question file cannot be used."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A question with its expected evidence and answer."""

    question: str
    answerable: bool = True
    evidence: tuple[tuple[str, Span | None], ...] = ()  # document ids, with the span if it is known
    answer: tuple[tuple[str, ...], ...] = ()
    history: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """The measures of one question. A measure that does not apply is None."""

    question: str
    answerable: bool
    refused: bool
    confidence: float
    rank: int | None  # of the first right document among the hits, from 1; 0 if there is none
    first: bool | None  # the first citation overlaps the evidence
    any: bool | None
    contains: bool | None  # a quote contains the answer
    first_contains: bool | None
    focus: bool | None  # a focus contains it
    exact: bool  # every quote is its document's text
    seconds: float
    bold: float | None = None  # the share of the first quote that its focus takes
    length: int | None = None  # characters of the first quote


def read_questions(path: Path, index: Index) -> list[Expected]:
    """Read a question file, in its order, and locate the evidence in the documents of the index.

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


def _expected(line: str, location: str, index: Index) -> Expected:
    try:
        row = json.loads(line)
        question = row["question"]
    except (ValueError, KeyError, TypeError):
        raise BadQuestions('{} is no object with a "question". Write {{"question": "…"}}.', location) from None
    for name, (kind, example) in _KINDS.items():
        if name in row and not kind(row[name]):
            raise BadQuestions('{}: "{}" must be as in {}.', location, name, example)
    evidence = tuple(_evidence(item, location, index) for item in row.get("evidence", ()))
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
    "answer": (lambda value: _are(value, lambda choices: _are(choices, _is_text)), '[["Marie Curie", "Curie"]]'),
    "history": (lambda value: value is None or _is_text(value), '"De quoi parle-t-on ?"'),
}


def _evidence(row: Mapping[str, str], location: str, index: Index) -> tuple[str, Span | None]:
    id = _document_named(row["doc"], location, index)
    if "quote" not in row:
        return id, None
    start = index.document(id).text.find(row["quote"])
    if start < 0:
        wrong = "{} quotes “{}”, which {} does not contain. Copy it from the text."
        raise BadQuestions(wrong, location, row["quote"][:60], id)
    return id, Span(start, start + len(row["quote"]))


def _document_named(name: str, location: str, index: Index) -> str:
    """Return the id that is ``name``, or that alone begins so."""
    if name in index.document_ids:
        return name
    ids = [id for id in index.document_ids if id.startswith(name)]
    if not ids:
        raise BadQuestions(
            "{} names the document “{}”, which is not in the index. Rebuild, or correct it.", location, name
        )
    if len(ids) > 1:
        raise BadQuestions("{} names “{}”, as {} and {} begin. Write the whole name.", location, name, ids[0], ids[1])
    return ids[0]


def evaluate_question(expected: Expected, index: Index) -> QuestionResult:
    """Ask and search for one question, and compare the results with what is expected.

    Raises:
        UserError: as ``rag.ask``.
    """
    history = [Turn(expected.history, ask(expected.history, index=index))] if expected.history else []
    start = perf_counter()
    answer = ask(expected.question, index=index, history=history)
    seconds = perf_counter() - start
    has_evidence = expected.answerable and bool(expected.evidence)
    has_answer = expected.answerable and any(expected.answer)
    overlaps = [_overlaps(citation, expected) for citation in answer.citations]
    hits = [_holds(citation.quote, expected) for citation in answer.citations]
    return QuestionResult(
        question=expected.question,
        answerable=expected.answerable,
        refused=not answer.found,
        confidence=answer.confidence,
        rank=_rank(expected, index) if has_evidence and not history else None,
        first=any(overlaps[:1]) if has_evidence else None,
        any=any(overlaps) if has_evidence else None,
        contains=any(hits) if has_answer else None,
        first_contains=any(hits[:1]) if has_answer else None,
        focus=any(_holds(citation.focus_text or "", expected) for citation in answer.citations) if has_answer else None,
        exact=all(
            index.document(citation.source).text[citation.start : citation.end] == citation.quote
            for citation in answer.citations
        ),
        seconds=seconds,
        length=len(answer.citations[0].quote) if answer.citations else None,
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
    """Averages over questions: shares from 0 to 1, or None without data; latencies in milliseconds."""

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
    quote_median: int | None = None  # characters of the first quote
    quote_95: int | None = None  # its 95th percentile

    def to_dict(self) -> dict[str, Any]:
        """Return the measures by name, ready for JSON."""
        return asdict(self)


def summarise(results: Sequence[QuestionResult]) -> Summary:
    """Average each measure over the questions to which it applies."""
    answerable = [result for result in results if result.answerable]
    unanswerable = [result for result in results if not result.answerable]
    ranks = [result.rank for result in answerable if result.rank is not None]
    lengths = sorted(result.length for result in results if result.length is not None)
    times = sorted(result.seconds * 1000 for result in results)
    return Summary(
        questions=len(results),
        answerable=len(answerable),
        hit_at_1=_share(rank == 1 for rank in ranks),
        hit_at_5=_share(0 < rank <= 5 for rank in ranks),
        mrr=_mean(1 / rank if rank else 0.0 for rank in ranks),
        ndcg_at_10=_mean(1 / log2(1 + rank) if rank else 0.0 for rank in ranks),
        first_citation=_share(result.first for result in answerable),
        any_citation=_share(result.any for result in answerable),
        answer_in_first_quote=_share(result.first_contains for result in answerable),
        answer_in_a_quote=_share(result.contains for result in answerable),
        answer_in_focus=_share(result.focus for result in answerable),
        focus_share=_mean(result.bold for result in answerable if result.bold is not None),
        exact=_share(result.exact for result in results),
        refused_answerable=_share(result.refused for result in answerable),
        refused_unanswerable=_share(result.refused for result in unanswerable),
        auroc=compute_auroc(
            [result.confidence for result in answerable], [result.confidence for result in unanswerable]
        ),
        median_ms=round(times[len(times) // 2], 2) if times else 0.0,
        slowest_ms=round(times[-1], 2) if times else 0.0,
        quote_median=lengths[len(lengths) // 2] if lengths else None,
        quote_95=lengths[len(lengths) * 95 // 100] if lengths else None,
    )


def compute_auroc(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Return the area under the ROC curve of the confidence, or None where one kind of question is missing.

    It is the probability that an answerable question has more confidence than an unanswerable one; ties count half.
    """
    if not positives or not negatives:
        return None
    return round(mean((a > b) + 0.5 * (a == b) for a in positives for b in negatives), 4)


def trace_curve(results: Sequence[QuestionResult]) -> list[tuple[float, float, float]]:
    """Return the trade-off of refusing, as triples by ascending threshold.

    Each holds the threshold, the share of answerable questions that it refuses, and that of unanswerable ones.
    """
    answerable = [result.confidence for result in results if result.answerable]
    unanswerable = [result.confidence for result in results if not result.answerable]
    if not answerable or not unanswerable:
        return []
    steps = sorted({*answerable, *unanswerable})
    return [(step, mean(x < step for x in answerable), mean(x < step for x in unanswerable)) for step in steps]


def _share(values: Iterable[bool | None]) -> float | None:
    return _mean(float(value) for value in values if value is not None)


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return round(mean(numbers), 4) if numbers else None
