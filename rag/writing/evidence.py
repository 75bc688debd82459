"""What a model is given to write from: numbered passages as citations, as many as there is room for."""

from collections.abc import Iterable, Iterator, Sequence

from index.documents import Span
from rag.answer import Answer, Citation, Hit
from rag.extraction.citations import list_hits
from rag.intents.naming import narrow
from rag.intents.reply import Scope, quote_with_speaker
from rag.query.question import parse_question
from rag.ranking.rerank import searcher

_NEAREST = 3
_PASSAGES = 16  # more dilute what answers, and a small machine reads them for minutes


def collect_evidence(question: str, extracted: Answer, scope: Scope, budget: int) -> tuple[Citation, ...]:
    """Return the passages for a question within ``budget`` characters, most relevant first.

    Those that the extractive answer quotes come first, then those of the document that the question names, if it names
    one, then all others.
    """
    cited = (
        quote_with_speaker(scope.index.document(citation.source), citation.passage) for citation in extracted.citations
    )
    return _fitting(_without_overlap([*cited, *_rank(question, scope)])[:_PASSAGES], budget)


def _rank(question: str, scope: Scope) -> Iterator[Citation]:
    text, narrowed = narrow(question, scope)
    for query, own_scope in ((text, narrowed), (question, scope)) if narrowed is not scope else ((question, scope),):
        ranked = searcher(own_scope.index).rank(parse_question(query), own_scope.allowed, _PASSAGES)
        for candidate in ranked.candidates:
            first, last = candidate.passage.sentences[0].span, candidate.passage.sentences[-1].span
            yield quote_with_speaker(first.document, Span(first.start, last.end))


def find_nearest(question: str, scope: Scope) -> tuple[Hit, ...]:
    """Return the passages to show where nothing answers, most relevant first."""
    return list_hits(searcher(scope.index).rank(parse_question(question), scope.allowed), scope.index, _NEAREST)


def quote_document(source: str, scope: Scope) -> tuple[Citation, ...]:
    """Return all passages of a document, in its order."""
    document, index = scope.index.document(source), scope.index
    passages = [index.passage(number) for number in index.passages_of(source)]
    return tuple(quote_with_speaker(document, Span(passage.start, passage.end)) for passage in passages)


def split_batches(evidence: Sequence[Citation], budget: int) -> list[tuple[Citation, ...]]:
    """Return the evidence in runs of at most ``budget`` characters, in order; a longer passage is left out."""
    runs: list[tuple[Citation, ...]] = []
    remaining = [citation for citation in evidence if estimate_size(citation) <= budget]
    while remaining:
        runs.append(_fitting(remaining, budget))
        remaining = remaining[len(runs[-1]) :]
    return runs


def estimate_size(citation: Citation) -> int:
    """Return about how many characters a passage takes in a request, with what stands above it."""
    return len(citation.quote) + len(citation.title) + len(citation.source) + len(citation.path) + 120


def _fitting(evidence: Iterable[Citation], budget: int) -> tuple[Citation, ...]:
    """Return the passages before the first that no longer fits."""
    fitting: list[Citation] = []
    for citation in evidence:
        budget -= estimate_size(citation)
        if budget < 0:
            break
        fitting.append(citation)
    return tuple(fitting)


def _without_overlap(evidence: Iterable[Citation]) -> list[Citation]:
    """Return the passages in their order, without those that share characters with an earlier one."""
    distinct: list[Citation] = []
    for citation in evidence:
        if not any(
            citation.source == other.source and citation.start < other.end and other.start < citation.end
            for other in distinct
        ):
            distinct.append(citation)
    return distinct
