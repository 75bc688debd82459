"""From evidence to citations, and from candidates to hits: spans, sliced from their documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Span
from index.index import Index
from rag.answer import Citation, Hit
from rag.extraction.evidence.select_evidence import Evidence
from rag.extraction.quote import context_of
from rag.models import logistic, models
from rag.ranking.rerank import RankedPassages
from rag.text.attribution import find_speaker


@dataclass(frozen=True, slots=True)
class CitationDraft:
    """A citation, and the number of an earlier one that says the same in another document."""

    citation: Citation
    repeats: int | None  # its position in the sequence
    is_list: bool = False  # the quote goes from a lead-in to the end of its list


def cite_evidence(chosen: Sequence[Evidence]) -> tuple[CitationDraft, ...]:
    """Return one citation for each piece of evidence, in the same order."""
    return tuple(CitationDraft(_citation(evidence), evidence.repeats, evidence.quote.is_list) for evidence in chosen)


def _citation(evidence: Evidence) -> Citation:
    sentences, (start, end) = evidence.best.candidate.passage.sentences, evidence.quote.span
    document = sentences[0].span.document
    answering, focus = evidence.best.sentence.span, evidence.best.focus
    span = focus.span if focus and not evidence.quote.is_list else None
    context = context_of(document, evidence.quote.span)
    return Citation(
        source=document.id,
        start=start,
        end=end,
        quote=document.slice(start, end),
        page=document.page_at(start),
        sha256=document.sha256,
        title=document.title,
        date=document.date,
        passage=Span(min(start, sentences[0].span.start), max(end, sentences[-1].span.end)),
        focus=span and Span(max(start, answering.start + span.start), answering.start + span.end),
        speaker=evidence.best.sentence.turn
        or find_speaker([sentence.text for sentence in sentences[: evidence.best.at + 1]]),
        context=context,
        context_texts=tuple(document.slice(*block) for block in context),
        ocr=document.is_recognised(start),
    )


def list_hits(ranked: RankedPassages, index: Index, most: int) -> tuple[Hit, ...]:
    """Return the ``most`` best candidates as hits, best first.

    A score is the calibrated probability that the passage is relevant, 0 to 1.
    """
    relevance = models().linear("embedded relevance" if ranked.reader_cosines else "relevance", ("passage",))
    slope, bias = float(relevance.weights[0]), relevance.bias
    strongest = max((candidate.bm25 for candidate in ranked.candidates), default=0.0) or 1.0
    return tuple(
        _hit(
            index,
            candidate.number,
            logistic(slope * score + bias),
            candidate.bm25 / strongest,
            max(candidate.cosines),
        )
        for candidate, score in zip(ranked.candidates[:most], ranked.scores[:most], strict=True)
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
