"""Documents that differ: the same statement with another figure or date."""

from collections.abc import Iterable, Sequence

from index.language import fold
from index.storage.lexical import analyze
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.extraction.evidence.select_evidence import Evidence
from rag.query.question import Question
from rag.ranking.versions import are_editions, are_versions, compute_version_key
from rag.text.analysis import AnalyzedSentence
from rag.text.moments import Moment, find_moments, find_unmatched

_MIN_COMMON_SHARE = 0.7  # of terms, numbers apart, at which two sentences speak of the same thing
_SCORE_MARGIN = 5.0  # most by which the score of a sentence of a newer edition is below the best
_ASKING = ("how many", "how long", "when", "which", "what", "none")


def find_differing(question: Question, chosen: Sequence[Evidence]) -> list[Evidence]:
    """Return the best evidence and what says another figure or date of the same in another document; else nothing.

    Versions of one document come newest first.
    """
    if question.kind not in _ASKING or question.asks_whether or not chosen:
        return []
    first = chosen[0].best.sentence
    disagreeing = [
        evidence
        for evidence in chosen[1:]
        if evidence.repeats is None and _differ(question, first, evidence.best.sentence)
    ]
    if not disagreeing:
        return []
    differing, passage = [chosen[0], *disagreeing], chosen[0].best.candidate.passage
    if all(are_versions(passage, other.best.candidate.passage) for other in disagreeing):
        differing.sort(key=lambda evidence: compute_version_key(evidence.best.sentence.span.document), reverse=True)
    return differing


def put_newest_first(question: Question, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Return the sentences, best first, with that of a newer edition before the best, if it is under the same headings.

    A question that names a number or a time may be about an older edition.
    """
    editions = [
        sentence
        for sentence in scored
        if sentence.fits
        and sentence.score >= scored[0].score - _SCORE_MARGIN
        and sentence.sentence.headings[1:] == scored[0].sentence.headings[1:]
        and are_editions(sentence.sentence.span.document, scored[0].sentence.span.document)
        and compute_version_key(sentence.sentence.span.document) > compute_version_key(scored[0].sentence.span.document)
    ]
    if not editions or question.numbers or question.period:
        return list(scored)
    newest = max(editions, key=lambda sentence: compute_version_key(sentence.sentence.span.document))
    return [newest, *(sentence for sentence in scored if sentence is not newest)]


def _differ(question: Question, sentence: AnalyzedSentence, other: AnalyzedSentence) -> bool:
    """Return whether two sentences of different documents are alike but for one number or date that nobody asked of."""
    if sentence.span.document.id == other.span.document.id:
        return False
    left, right = _values(question, sentence, other), _values(question, other, sentence)
    if [len(values) for values in (*left, *right)] not in ([1, 0, 1, 0], [0, 1, 0, 1]):
        return False
    left_terms, right_terms = _terms(sentence), _terms(other)
    common = len(left_terms & right_terms)
    return common >= _MIN_COMMON_SHARE * max(len(left_terms), len(right_terms), 1) and common > 1


def _values(question: Question, sentence: AnalyzedSentence, other: AnalyzedSentence) -> tuple[set[str], list[Moment]]:
    """Return the numbers and the dates that one sentence has, and neither the other nor the question."""
    numbers = _numbers(sentence) - _numbers(other) - _join(question.tokens)
    return numbers, find_unmatched(sentence.moments, [*other.moments, *find_moments(question.text)])


def _numbers(sentence: AnalyzedSentence) -> set[str]:
    """Return the numbers outside of dates."""
    return _join(
        fold(match.group())
        for match in sentence.mentions.numbers
        if not any(match.start() < moment.span.end and moment.span.start < match.end() for moment in sentence.moments)
    )


def _join(numbers: Iterable[str]) -> set[str]:
    """Return the numbers without the spaces inside them: "50 %" is "50%"."""
    return {"".join(number.split()) for number in numbers}


def _terms(sentence: AnalyzedSentence) -> set[str]:
    """Return the terms of a sentence without those of its numbers and dates."""
    dated = {
        term for moment in sentence.moments for term in analyze(sentence.text[slice(*moment.span)], sentence.field)
    }
    return {term for term in sentence.term_set - dated if not any(character.isdigit() for character in term)}
