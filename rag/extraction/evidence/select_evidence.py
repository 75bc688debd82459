"""Select the few scored sentences that answer, each with the quote that holds it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.documents import Block, Document
from index.language import fold
from rag.extraction.evidence.scored_sentence import ScoredSentence, resemble
from rag.extraction.quote import LONGEST, Quote, asks_for_list, complete_quote, runs_on
from rag.query.question import Question
from rag.ranking.versions import are_versions, compute_version_key
from rag.text.analysis import AnalyzedSentence
from rag.text.attribution import matches_any
from rag.text.moments import find_unmatched

_WHOLE_QUOTE = 400  # characters of a quote that takes the place of one that it holds
_WORTH = 0.2  # least share of the best probability at which another sentence is shown
_STANDS_OUT = 0.75  # share of the probability of a list that makes one sentence of it the answer
_JOINED = 0.3  # least share of a sentence's probability at which its neighbour joins the quote
_TO_DO = re.compile(
    r"\bque (?:faire|dois[- ]je faire|doit[- ]on faire|faut[- ]il faire)\b|\bwhat (?:should|must|do|can) i do\b"
)
_ALIKE = 0.6  # least share of common terms at which two sentences say the same


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that answers, and the quote that holds it; strongest first in a sequence of them."""

    best: ScoredSentence
    quote: Quote
    repeats: int | None = None  # the position of evidence that says the same in another document
    copies: tuple[str, ...] = ()  # ids of other documents that are copies or older versions of its own, sorted


def put_lists_first(scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Return the sentences, best first, where those of a list with its lead-in count as one.

    Where together they are likelier than the best sentence, and none of them stands out, their best goes first: the
    quote is the whole list, if it is not too long for one.
    """
    members: dict[tuple[str, Block], list[ScoredSentence]] = {}
    for sentence in scored:
        if (
            sentence.fits
            and (lead_in := _lead_in(sentence))
            and _is_short_list(sentence.sentence.span.document, lead_in)
        ):
            members.setdefault((sentence.sentence.span.document.id, lead_in), []).append(sentence)
    lists = [of_list for (_, lead_in), of_list in members.items() if any(s.sentence.block == lead_in for s in of_list)]
    likeliest = max(lists, key=_total_probability, default=[])
    total = _total_probability(likeliest)
    if not likeliest or total <= scored[0].probability or likeliest[0].probability >= _STANDS_OUT * total:
        return list(scored)
    return [likeliest[0], *(sentence for sentence in scored if sentence is not likeliest[0])]


def _total_probability(sentences: Sequence[ScoredSentence]) -> float:
    return round(sum(sentence.probability for sentence in sentences), 6)


def _is_short_list(document: Document, lead_in: Block) -> bool:
    items = document.children_of(lead_in)
    return bool(items) and items[-1].end - lead_in.start <= LONGEST


def _lead_in(sentence: ScoredSentence) -> Block | None:
    """Return the lead-in that a sentence is, or that of its list."""
    block, document = sentence.sentence.block, sentence.sentence.span.document
    if block is None or block.kind == "lead-in":
        return block
    above = document.context_at(block.start) if block.kind == "item" else ()
    return next((other for other in reversed(above) if other.kind == "lead-in"), None)


def select_evidence(scored: Sequence[ScoredSentence], most: int, question: Question | None = None) -> list[Evidence]:
    """Select at most ``most`` pieces of evidence, strongest first.

    These are the best sentence, and others that add to it or repeat it in another document. Of copies and versions that
    say the same, the newest is quoted. ``scored`` is best first. The ``question`` tells how much of a list or an
    explanation is quoted.
    """
    chosen: list[Evidence] = []
    selected: list[ScoredSentence] = []
    for sentence in scored:
        if len(chosen) == most:
            break
        if selected and sentence.probability < _worth(sentence, selected[0]) * selected[0].probability:
            continue
        if not sentence.fits or any(_covers(evidence, sentence) for evidence in chosen):
            continue
        similar = next((n for n, other in enumerate(selected) if _alike(sentence, other)), None)
        if similar is not None and _same_document(sentence, selected[similar]):
            continue
        if similar is not None and are_versions(sentence.candidate.passage, selected[similar].candidate.passage):
            chosen[similar] = _newest(
                chosen[similar], _evidence(sentence, scored, chosen[similar].repeats, (), question)
            )
            continue
        if similar is not None and chosen[similar].repeats is not None:
            similar = chosen[similar].repeats
        evidence = _evidence(sentence, scored, similar, chosen, question)
        overlapping = [at for at, other in enumerate(chosen) if _overlaps(evidence, other)]
        if overlapping and evidence.quote.span.end - evidence.quote.span.start <= _WHOLE_QUOTE:
            chosen[overlapping[0]] = _larger(chosen[overlapping[0]], evidence)
            continue
        chosen.append(evidence)
        selected.append(sentence)
    return chosen


def _newest(evidence: Evidence, other: Evidence) -> Evidence:
    """Return the evidence of the newest version, with the ids of the others; without dates, the first stays."""
    documents = evidence.best.sentence.span.document, other.best.sentence.span.document
    newest = other if compute_version_key(documents[1]) > compute_version_key(documents[0]) else evidence
    ids = {*evidence.copies, *(document.id for document in documents)} - {newest.best.sentence.span.document.id}
    return replace(newest, copies=tuple(sorted(ids)))


def _worth(sentence: ScoredSentence, best: ScoredSentence) -> float:
    """Return the share of the best probability that a sentence needs: half as much if another speaker says it."""
    speakers, other = sentence.sentence.speakers, best.sentence.speakers
    another_side = bool(speakers) and bool(other) and not any(matches_any(speaker, other) for speaker in speakers)
    return _WORTH / 2 if another_side else _WORTH


def _covers(evidence: Evidence, sentence: ScoredSentence) -> bool:
    span, quote = sentence.sentence.span, evidence.quote.span
    return _same_document(sentence, evidence.best) and span.start < quote.end and quote.start < span.end


def _overlaps(evidence: Evidence, other: Evidence) -> bool:
    """Return whether two quotes, complete as they are, share some text."""
    span, quote = evidence.quote.span, other.quote.span
    return _same_document(evidence.best, other.best) and span.start < quote.end and quote.start < span.end


def _larger(evidence: Evidence, other: Evidence) -> Evidence:
    """Return the evidence with the other's quote, if that holds its own."""
    span, quote = evidence.quote.span, other.quote.span
    return replace(evidence, quote=other.quote) if quote.start <= span.start and span.end <= quote.end else evidence


def _same_document(sentence: ScoredSentence, other: ScoredSentence) -> bool:
    return sentence.sentence.span.document.id == other.sentence.span.document.id


def _alike(sentence: ScoredSentence, other: ScoredSentence) -> bool:
    """Return whether both sentences have most terms in common, the same numbers, and no date against another."""
    left, right = sentence.sentence, other.sentence
    if left.numbers != right.numbers:
        return False
    if len(left.term_set & right.term_set) < _ALIKE * max(1, min(len(left.term_set), len(right.term_set))):
        return False
    return not (find_unmatched(left.moments, right.moments) and find_unmatched(right.moments, left.moments))


def _evidence(
    sentence: ScoredSentence,
    scored: Sequence[ScoredSentence],
    repeats: int | None,
    chosen: Sequence[Evidence],
    question: Question | None,
) -> Evidence:
    """Return the sentence as evidence, joined with a neighbour that is nearly as probable."""
    sentences = sentence.candidate.passage.sentences
    joinable = [
        other.at
        for other in scored
        if other.candidate is sentence.candidate
        and abs(other.at - sentence.at) == 1
        and other.probability >= _JOINED * sentence.probability
        and runs_on(sentences, min(sentence.at, other.at))
        and not resemble(sentence.sentence, other.sentence)
        and not any(_covers(evidence, other) for evidence in chosen)
    ]
    first, *_, last = sorted([sentence.at, sentence.at, *joinable[:1]])
    kind, all_items = (question.kind, asks_for_list(question.text)) if question else ("none", False)
    if question and _needs_code(question, sentences, first):
        first -= 1
    if question and _TO_DO.search(fold(question.text)):
        kind = "how"
    quote = complete_quote(sentences, first, last, kind, all_items)
    if not all_items and _shares_list(sentence, scored, kind):
        full_list = complete_quote(sentences, first, last, kind, all_items=True)
        quote = full_list if full_list.span.end - full_list.span.start <= LONGEST else quote
    return Evidence(sentence, quote, repeats)


def _needs_code(question: Question, sentences: Sequence[AnalyzedSentence], at: int) -> bool:
    """Return whether the sentence before, in the same paragraph, has the code that is asked about: «E01», "RX7"."""
    codes = {token for token in question.tokens if token.isalnum() and not token.isalpha() and not token.isdigit()}
    if not at or codes.isdisjoint(sentences[at - 1].words) or not runs_on(sentences, at - 1):
        return False
    return codes.isdisjoint(sentences[at].words)


def _shares_list(sentence: ScoredSentence, scored: Sequence[ScoredSentence], kind: str) -> bool:
    """Return whether items of one list answer together: several of them are likely, or it is numbered steps."""
    block = sentence.sentence.block
    if block is None or block.kind != "item":
        return False
    if kind == "how" and sentence.sentence.text[:1].isdigit():
        return True
    return any(
        _same_document(sentence, other)
        and other.sentence.block is not None
        and (other.sentence.block.kind, other.sentence.block.parent) == (block.kind, block.parent)
        and other.sentence.block != block
        and other.probability >= _WORTH * scored[0].probability
        for other in scored
    )
