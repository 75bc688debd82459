"""Rules on values: each number and date of a sentence must be in the evidence, with its unit."""

from collections.abc import Iterator

from rag.verification.alignment import SAME, Alignment, Evidence
from rag.verification.findings import Finding, reason
from rag.verification.quantities import Quantity
from rag.verification.statement import Token

_COUNTED = 3  # a small number in words may count what the evidence lists


def check_values(alignment: Alignment) -> Iterator[Finding]:
    """Yield what is wrong with the numbers and dates of a sentence."""
    for token in alignment.claim.content:
        if token.quantity:
            yield from _check_quantity(alignment, token, token.quantity)
        elif token.moment and alignment.similarity(token) < SAME:
            yield _absent_moment(alignment, token)


def _check_quantity(alignment: Alignment, token: Token, quantity: Quantity) -> Iterator[Finding]:
    pair = alignment.pairs.get(token.at)
    told = pair.other.quantity if pair else None
    if pair is None or (told is None and pair.other.moment is None):
        yield _absent_quantity(alignment, token, quantity)
    elif told and {quantity.bound, told.bound} == {"more", "less"}:
        why = reason("The quotes say the opposite bound of {}.", token.text)
        yield Finding("contradicted", why, (token.span,), (pair.evidence.source,))
    elif pair.similarity < SAME:
        why = reason("The quotes give {} in another unit.", token.text)
        yield Finding(
            "unsupported" if quantity.dimension else "not checked", why, (token.span,), (pair.evidence.source,)
        )


def _absent_quantity(alignment: Alignment, token: Token, quantity: Quantity) -> Finding:
    others = [(one, other) for one in alignment.chosen for other in one.statement.content if other.quantity]
    used = {id(pair.other) for pair in alignment.pairs.values()}
    same_value = [(one, other) for one, other in others if other.quantity and other.quantity.equals(quantity)]
    rival = [
        (one, other)
        for one, other in others
        if other.quantity and other.quantity.dimension == quantity.dimension and id(other) not in used
    ]
    if same_value:
        return _finding("unsupported", "The quotes give {} in another unit.", token, same_value[0][0])
    if rival and alignment.coverage >= 0.4:
        return _finding(
            "contradicted", "The quotes give another value where the sentence gives {}.", token, rival[0][0]
        )
    is_count = quantity.values[0] <= _COUNTED and not token.text[0].isdigit()
    return _finding("not checked" if is_count else "unsupported", "The quotes do not give {}.", token)


def _absent_moment(alignment: Alignment, token: Token) -> Finding:
    moment = token.moment
    others = [(one, other.moment) for one in alignment.chosen for other in one.statement.content if other.moment]
    rival = [one for one, other in others if moment and moment.differs(other)]
    if rival and alignment.coverage >= 0.4:
        return _finding("contradicted", "The quotes give another date where the sentence gives {}.", token, rival[0])
    is_relative = bool(moment and moment.words)
    return _finding("not checked" if is_relative else "unsupported", "The quotes do not give {}.", token)


def _finding(verdict: str, template: str, token: Token, evidence: Evidence | None = None) -> Finding:
    source = (evidence.source,) if evidence else ()
    return Finding(verdict, reason(template, token.text), (token.span,), source)  # type: ignore[arg-type]
