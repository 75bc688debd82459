"""From evidence to citations, and from candidates to hits: spans, sliced from their documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Span
from index.index import Index
from rag.answer import Citation, Hit
from rag.extraction.evidence import Evidence
from rag.models import logistic, models
from rag.ranking.rerank import RankedPassages
from rag.text.attribution import speaker


@dataclass(frozen=True, slots=True)
class Cited:
    citation: Citation
    repeats: int | None  # the place of the citation that says the same


def citations(chosen: Sequence[Evidence]) -> tuple[Cited, ...]:
    """One citation for each piece of evidence, in the same order."""
    return tuple(Cited(_citation(one), one.repeats) for one in chosen)


def _citation(evidence: Evidence) -> Citation:
    sentences = evidence.candidate.view.sentences
    document = sentences[0].span.document
    start, end = sentences[evidence.first].span.start, sentences[evidence.last].span.end
    answering, found = evidence.best.view.span, evidence.best.focus
    span = found.span if found else None
    return Citation(
        source=document.id,
        start=start,
        end=end,
        quote=document.slice(start, end),
        page=document.page_at(start),
        sha256=document.sha256,
        title=document.title,
        date=document.date,
        passage=Span(sentences[0].span.start, sentences[-1].span.end),
        focus=span and Span(answering.start + span.start, answering.start + span.end),
        speaker=speaker([one.text for one in sentences[: evidence.best.at + 1]]),
    )


def hits(ranked: RankedPassages, index: Index, most: int) -> tuple[Hit, ...]:
    """The best candidates as hits, best first; a score is the calibrated probability that the passage is relevant."""
    relevance = models().linear("relevance", ("passage",))
    slope, bias = float(relevance.weights[0]), relevance.bias
    strongest = max((one.words for one in ranked.candidates), default=0.0) or 1.0
    return tuple(
        _hit(index, one.number, logistic(slope * score + bias), one.words / strongest, max(one.meanings))
        for one, score in zip(ranked.candidates[:most], ranked.scores[:most], strict=True)
    )


def _hit(index: Index, number: int, score: float, words: float, meaning: float) -> Hit:
    passage = index.passage(number)
    return Hit(
        source=passage.document.id,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        score=round(score, 6),
        words=round(words, 6),
        meaning=round(meaning, 6),
        title=passage.document.title,
        date=passage.document.date,
        page=passage.page,
    )
