"""Which words of a sentence its evidence does not say: a linear model over how they and their neighbours are aligned.

People mark phrases, not words: «in 2019» and not «2019». So a word counts with the words of meaning beside it, and a
function word hardly by itself. ``bench/train/looseness.py`` fits the weights.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from index.documents import Span
from rag.models import feature_names, models
from rag.reading.entailment import Entailment
from rag.verification.alignment import Alignment
from rag.verification.statement import Token

_LIKELY, _LIKELY_TO_BOTH = 0.62, 0.5  # probability from which a word is loose; where the reader has read it, too
_CERTAIN = 1e-4  # the reader's probabilities are not nearer to 0 and 1
_BESIDE = 0.8  # what a word counts that stands in the sentence beside another
_RELATIVE = 0.8  # or this share of the probability of the loosest word, if none is likely
_DETERMINERS = frozenset("le la les l un une des du the a an his her its their son sa ses leur leurs".split())
_PREPOSITIONS = frozenset(
    "de d a au aux en dans par pour sur avec in on of at to for by with from as before after during".split()
)


class Support(NamedTuple):
    """How well the evidence supports a content word, each 0 to 1."""

    similarity: float  # best similarity in any sentence
    together: float  # the most of the claim that such a sentence says, against the most that any sentence says
    in_best: float  # similarity in the sentence that says most of the claim
    nearby: float  # the same there or, less, in the sentences beside it


class Word(NamedTuple):
    """The features of one word; of a function word ``similarity`` and the like are those of the words around it."""

    similarity: float
    together: float
    in_best: float
    nearby: float
    next_similarity: float
    next_together: float
    next_in_best: float
    next_nearby: float
    before_similarity: float
    before_together: float
    before_in_best: float
    before_nearby: float
    light_next_similarity: float  # of function words alone
    light_next_together: float
    light_before_similarity: float
    light_before_together: float
    is_value: float
    is_name: float
    rarity: float
    is_light: float
    determiner: float
    preposition: float
    beside_next: float  # whether the next word of meaning follows at once
    share: float  # the most of the claim that a sentence says


FEATURES = feature_names(Word)
_NOTHING = Support(0.7, 0.7, 0.7, 0.7)  # of a word that is not there


def find_loose(alignment: Alignment, judged: Entailment | None = None) -> tuple[Span, ...]:
    """Return the spans of the phrases that the evidence does not say, in order; offsets in the sentence.

    If the reader has read it too, the log-odds of both are averaged.
    """
    tokens = alignment.claim.tokens
    scores = models().linear("looseness", FEATURES).scores([*word_features(alignment)])
    likely = _LIKELY
    if judged:
        marks = np.clip([judged.mark(token.span) for token in tokens], _CERTAIN, 1 - _CERTAIN)
        scores, likely = (scores + np.log(marks / (1 - marks))) / 2, _LIKELY_TO_BOTH
    shares = 1 / (1 + np.exp(-scores))
    least = min(likely, _RELATIVE * float(shares.max()))
    loose = [token for token, share in zip(tokens, shares, strict=True) if share >= least]
    return tuple(_phrases(loose))


def _phrases(loose: Sequence[Token]) -> Iterator[Span]:
    """Yield the spans of words that follow each other, joined."""
    start = loose[0].span.start if loose else 0
    for token, after in pairwise((*loose, None)):
        if token and (after is None or after.at != token.at + 1):
            yield Span(start, token.span.end)
            start = after.span.start if after else 0


def word_features(alignment: Alignment) -> list[Word]:
    """Return the features of each word of the sentence, in order."""
    claim = alignment.claim
    share, supports = _support(alignment)
    return [_word(token, claim.content, supports, share) for token in claim.tokens]


def _word(token: Token, content: Sequence[Token], supports: Mapping[int, Support], share: float) -> Word:
    """Return the features of a word, among the words of meaning and their support."""
    after = next((other for other in content if other.at > token.at), None)
    before = next((other for other in reversed(content) if other.at < token.at), None)
    following, preceding = (supports[other.at] if other else _NOTHING for other in (after, before))
    is_light = float(token.is_light)
    support = supports.get(token.at) or Support(
        *(min(value, other) for value, other in zip(following, preceding, strict=True))
    )
    return Word(
        similarity=support.similarity,
        together=support.together,
        in_best=support.in_best,
        nearby=support.nearby,
        next_similarity=following.similarity,
        next_together=following.together,
        next_in_best=following.in_best,
        next_nearby=following.nearby,
        before_similarity=preceding.similarity,
        before_together=preceding.together,
        before_in_best=preceding.in_best,
        before_nearby=preceding.nearby,
        light_next_similarity=is_light * following.similarity,
        light_next_together=is_light * following.together,
        light_before_similarity=is_light * preceding.similarity,
        light_before_together=is_light * preceding.together,
        is_value=float(bool(token.quantity or token.moment)),
        is_name=float(token.is_name),
        rarity=token.weight,
        is_light=is_light,
        determiner=float(token.folded in _DETERMINERS),
        preposition=float(token.folded in _PREPOSITIONS),
        beside_next=float(after is not None and after.at == token.at + 1),
        share=share,
    )


def _support(alignment: Alignment) -> tuple[float, dict[int, Support]]:
    """Return the most of the sentence that one of the evidence says, and how each word of meaning is held."""
    content = alignment.claim.content
    weights = np.array([token.weight for token in content])
    table = np.array(
        [[similarities.get(token.at, 0.0) for token in content] for similarities in alignment.similarities]
    )
    beside = _BESIDE * np.maximum(np.vstack([table[1:], 0 * table[:1]]), np.vstack([0 * table[:1], table[:-1]]))
    wide = np.maximum(table, beside)
    shares = wide @ weights / max(float(weights.sum()), 1e-6)
    most, best = float(shares.max()), int(shares.round(6).argmax())
    together = (shares[:, None] * table).max(axis=0) / max(most, 1e-6)
    columns = zip(table.max(axis=0), together, table[int((table @ weights).round(6).argmax())], wide[best], strict=True)
    return most, {token.at: Support(*map(float, row)) for token, row in zip(content, columns, strict=True)}
