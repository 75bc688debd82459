"""Opposites: the least size is not the greatest, nor what is earned what is spent."""

import re
from collections.abc import Sequence

from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.query.question import Question
from rag.text.folding import any_of, fold_keeping_offsets

# Pairs of what a text says one side of; a text with both, or with neither, tells nothing.
_PAIRS = tuple(
    tuple(re.compile(rf"\b{any_of(words)}\b") for words in pair)
    for pair in (
        (
            r"max\.?|maxi(?:mum|mums|ma|male?s?|maux)?|plafonds?|au plus|at most|no more than|up to"
            r"|jusqu['’]a|largest|biggest|upper limit",
            r"min\.?|mini(?:mum|mums|ma|male?s?|maux)?|planchers?|au moins|at least|no less than|smallest"
            r"|smaller than|lower limit",
        ),
        (r"recettes?|revenus?|income|revenues?|earnings", r"depenses?|charges|expenses?|expenditures?|spending|costs?"),
        (r"arriv(?:ee?s?|er|ent|als?|ing)", r"depart(?:s|ures?|ing)?"),
        (r"brute?s?|gross", r"nette?s?|net"),
        (r"tarifs? pleins?|plein tarif|full (?:price|fare|rate)s?", r"tarifs? reduits?|reduced|discounted"),
        (r"minuscules?|lower ?case", r"majuscules?|upper ?case|capital letters"),
        (r"minorites?|minority", r"majorites?|majority"),
    )
)


def without_opposites(question: Question, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Return the sentences without those that say of the opposite what the question asks.

    What a sentence stands under counts as well as the sentence. If the best sentence is dropped, only those are left
    that say the side asked about.
    """
    question_sides = _sides(question.text)
    if not question_sides:
        return list(scored)
    stated = [_sides(" ".join([*sentence.above, sentence.sentence.text])) for sentence in scored]
    opposite = frozenset((number, 1 - side) for number, side in question_sides)
    if stated and stated[0] & opposite:
        return [sentence for sentence, sides in zip(scored, stated, strict=True) if question_sides <= sides]
    return [sentence for sentence, sides in zip(scored, stated, strict=True) if not sides & opposite]


def _sides(text: str) -> frozenset[tuple[int, int]]:
    """Return the pairs of which a text says one side alone, each with that side."""
    folded = fold_keeping_offsets(text)
    sides_of_pairs = ([side for side, pattern in enumerate(pair) if pattern.search(folded)] for pair in _PAIRS)
    return frozenset((number, sides[0]) for number, sides in enumerate(sides_of_pairs) if len(sides) == 1)
