"""Rules on who and what: names in the evidence, who does what to whom, who speaks."""

from collections.abc import Iterator
from itertools import combinations

from rag.text.attribution import same_side, speakers_named
from rag.verification.alignment import NEAR, Alignment, Evidence, Pair
from rag.verification.findings import Finding, reason
from rag.verification.statement import Statement

_COORDINATORS = frozenset("et and ou or".split())


def check_names(alignment: Alignment) -> Iterator[Finding]:
    """Yield the names that no evidence holds; names mark a sentence unsupported, never contradicted."""
    for token in alignment.claim.content:
        if token.is_name and len(token.text) > 1 and alignment.similarity(token) < NEAR:
            yield Finding("unsupported", reason("The quotes do not name {}.", token.text), (token.span,))


def check_roles(alignment: Alignment) -> Iterator[Finding]:
    """Yield two words that stand around a third in the sentence, and the other way round in the evidence.

    «Paul a invité Marie» and «Marie a invité Paul» are exchanged; in the passive the other order is the same.
    """
    for one in alignment.chosen:
        pairs = sorted(
            (pair for pair in alignment.pairs.values() if pair.evidence is one and pair.similarity >= 0.85),
            key=lambda pair: pair.token.at,
        )
        for (first, last), middle in _around(pairs):
            if _is_like(first, last) and _are_exchanged(alignment.claim, one.statement, first, middle, last):
                why = reason("«{}» and «{}» have exchanged their roles.", first.token.text, last.token.text)
                yield Finding("contradicted", why, (first.token.span, last.token.span), (one.source,))
                return


def _around(pairs: list[Pair]) -> Iterator[tuple[tuple[Pair, Pair], Pair]]:
    for first, last in combinations(pairs, 2):
        between = [pair for pair in pairs if first.token.at < pair.token.at < last.token.at]
        middle = next((pair for pair in between if not pair.token.is_name and not pair.token.quantity), None)
        if middle:
            yield (first, last), middle


def _is_like(first: Pair, last: Pair) -> bool:
    """Return whether two words may take each other's place: two names, two numbers, or two nouns."""
    kinds = [(pair.token.is_name, bool(pair.token.quantity), bool(pair.token.moment)) for pair in (first, last)]
    return kinds[0] == kinds[1]


def _are_exchanged(claim: Statement, told: Statement, first: Pair, middle: Pair, last: Pair) -> bool:
    if min(first.token.weight, last.token.weight) < 0.2:
        return False
    turned = last.other.at < middle.other.at < first.other.at
    kept = first.other.at < middle.other.at < last.other.at
    return kept if _voices_differ(claim, told, first, last) else turned


def _voices_differ(claim: Statement, told: Statement, first: Pair, last: Pair) -> bool:
    """Return whether one of the two is passive, with one of the words as its agent."""
    mine = any(0 < last.token.at - at <= 4 for at in claim.agents)
    theirs = any(0 < pair.other.at - at <= 4 for pair in (first, last) for at in told.agents)
    return mine != theirs


def check_speakers(alignment: Alignment) -> Iterator[Finding]:
    """Yield the speaker of the sentence, where the evidence has another."""
    for name in speakers_named(alignment.claim.text)[:1]:
        told = [speaker for one in alignment.chosen[:2] for speaker in _speakers(one)]
        if told and not any(same_side(name, other) for other in told):
            start = alignment.claim.text.find(name)
            why = reason("The quotes do not attribute this to {}.", name)
            span = (type(alignment.claim.tokens[0].span)(start, start + len(name)),) if start >= 0 else ()
            yield Finding("unsupported", why, span, (alignment.chosen[0].source,))


def _speakers(one: Evidence) -> tuple[str, ...]:
    return (*speakers_named(one.statement.text), *([one.speaker] if one.speaker else []))
