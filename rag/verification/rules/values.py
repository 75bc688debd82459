"""Rules on values: each number and date of a sentence must be in the evidence, with its unit; sources may differ."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from rag.answer import Verdict
from rag.text.quantities import Quantity
from rag.verification.alignment import FRAME, SAME, Alignment, EvidenceSentence
from rag.verification.findings import Finding, reason
from rag.verification.statement import Statement, Token, lies_in_period

_MIN_COMMON_SHARE = 0.7  # of words, values apart, at which two sentences speak of the same
_RELATIVE = frozenset("suivant suivante suivants suivantes next following prochain prochaine lendemain veille".split())
_COUNTED = 3  # a small number in words may count what the evidence lists


def check_values(alignment: Alignment, repeats: bool) -> Iterator[Finding]:
    """Yield what is wrong with the numbers and dates of a sentence, which may repeat the evidence word for word."""
    for token in alignment.claim.content:
        if token.quantity:
            yield from _check_quantity(alignment, token, token.quantity, repeats)
        elif token.moment and alignment.similarity(token) < SAME:
            yield _absent_moment(alignment, token)


def _check_quantity(alignment: Alignment, token: Token, quantity: Quantity, repeats: bool) -> Iterator[Finding]:
    pair = alignment.pairs.get(token.at)
    quoted = pair.other.quantity if pair else None
    if pair is None or (quoted is None and pair.other.moment is None):
        yield _absent_quantity(alignment, token, quantity, repeats)
    elif quoted and {quantity.bound, quoted.bound} == {"more", "less"}:
        why = reason("The quotes give the opposite bound for {}.", token.text)
        yield Finding("contradicted", why, (token.span,), (pair.evidence.source,))
    elif pair.similarity < SAME:
        why = reason("The quotes give {} in another unit.", token.text)
        verdict: Verdict = "not checked" if quantity.dimension in ("", "ordinal") else "unsupported"
        yield Finding(verdict, why, (token.span,), (pair.evidence.source,))


def _absent_quantity(alignment: Alignment, token: Token, quantity: Quantity, repeats: bool) -> Finding:
    """Condemn a number that the evidence lacks where it speaks of the same; elsewhere it is a doubt."""
    quoted_quantities = [
        (evidence, other.quantity)
        for evidence in alignment.chosen
        for other in evidence.statement.content
        if other.quantity
    ]
    quantities = [other for _, other in quoted_quantities]
    alike = [other for other in quantities if other.dimension == quantity.dimension]
    if quantity.is_sum(quantities) or any(quantity.admits(other) or quantity.may_be(other) for other in alike):
        return _finding("not checked", "The quotes do not give {}.", token)
    is_added = repeats and quantity.bound not in ("more", "less")
    if _is_derived(quantity, quantities):
        return _finding("unsupported" if is_added else "not checked", "The quotes do not give {}.", token)
    same_value = next((evidence for evidence, other in quoted_quantities if other.equals(quantity)), None)
    if same_value and alignment.frame(token) >= FRAME:
        return _finding("unsupported", "The quotes give {} in another unit.", token, same_value)
    if rival := find_rival_value(alignment, token):
        return _finding("contradicted", "The quotes give another value where the sentence gives {}.", token, rival)
    is_count = quantity.values[0] <= _COUNTED and not token.text[0].isdigit()
    is_alone = (
        alignment.frame(token) >= FRAME and not is_count and not quoted_quantities
    )  # which it may be computed from
    return _finding("unsupported" if is_alone or is_added else "not checked", "The quotes do not give {}.", token)


def find_rival_value(alignment: Alignment, token: Token) -> EvidenceSentence | None:
    """Return the evidence that gives another value of the kind where it says what is around this, or None."""
    used = {id(pair.other) for pair in alignment.pairs.values()}
    rivals = (
        evidence
        for evidence in alignment.chosen
        for other in _values(evidence.statement)
        if id(other) not in used and _differ(token, other) and alignment.frame(token, evidence) >= FRAME
    )
    return next(rivals, None)


def _differ(token: Token, other: Token) -> bool:
    if token.quantity and other.quantity:
        mine, theirs = token.quantity, other.quantity
        return mine.dimension == theirs.dimension and not mine.equals(theirs) and not mine.rounds(theirs)
    return bool(token.moment and other.moment and token.moment.differs(other.moment))


def _is_derived(quantity: Quantity, quantities: Sequence[Quantity]) -> bool:
    """Return whether a bound or a share may follow from the numbers of the evidence, which rules do not compute."""
    return quantity.bound in ("more", "less") or (
        not quantity.dimension and "%" in {other.dimension for other in quantities}
    )


def _absent_moment(alignment: Alignment, token: Token) -> Finding:
    quoted_moments = [
        (evidence, other) for evidence in alignment.chosen for other in evidence.statement.content if other.moment
    ]
    mine = token.moment
    if mine is None or mine.words or alignment.frame(token) < FRAME or _is_reckoned(alignment):
        return _finding("not checked", "The quotes do not give {}.", token)
    if any(other.moment and other.moment.year and not mine.differs(other.moment) for _, other in quoted_moments):
        return _finding("not checked", "The quotes do not give {}.", token)  # more exact than the evidence
    if any(lies_in_period(alignment.claim, token, evidence.statement, other) for evidence, other in quoted_moments):
        return _finding("not checked", "The quotes do not give {}.", token)
    rival = next((evidence for evidence, other in quoted_moments if other.moment and mine.differs(other.moment)), None)
    if rival:
        return _finding("contradicted", "The quotes give another date where the sentence gives {}.", token, rival)
    return _finding("unsupported", "The quotes do not give {}.", token)


def _is_reckoned(alignment: Alignment) -> bool:
    """Return whether the evidence counts from another date, so that the one it means is not written: "next spring"."""
    return any(not _RELATIVE.isdisjoint(evidence.statement.folded) for evidence in alignment.chosen)


def _finding(verdict: Verdict, template: str, token: Token, evidence: EvidenceSentence | None = None) -> Finding:
    return Finding(verdict, reason(template, token.text), (token.span,), (evidence.source,) if evidence else ())


def check_sources(alignment: Alignment, evidence: Sequence[EvidenceSentence]) -> Iterator[Finding]:
    """Yield the value on which two sources differ, where the sentence gives it; both sides are evidence."""
    values = [token for token in alignment.claim.content if token.quantity or token.moment]
    if not values:
        return
    quoted = [
        sentence
        for sentence in evidence
        if sentence.is_quoted and any(_agree(token, other) for token in values for other in sentence.statement.content)
    ]
    for first, second in combinations(evidence, 2):
        if first.source.source == second.source.source or (first not in quoted and second not in quoted):
            continue
        if differing := _differing(first.statement, second.statement):
            disputed = [token for token in values if any(_agree(token, value) for value in differing)]
            if disputed:
                why = reason("The sources differ on {}.", ", ".join(value.text for value in differing))
                spans = tuple(token.span for token in disputed)
                yield Finding("unsupported", why, spans, (first.source, second.source))
                return


def _differing(statement: Statement, other: Statement) -> tuple[Token, ...]:
    """Return the only value that each sentence has and the other has not, if the rest is alike; else nothing."""
    only_mine, only_theirs = _only(statement, other), _only(other, statement)
    if len(only_mine) != 1 or len(only_theirs) != 1 or bool(only_mine[0].moment) != bool(only_theirs[0].moment):
        return ()
    left, right = _words(statement), _words(other)
    is_alike = len(left & right) >= max(2, _MIN_COMMON_SHARE * max(len(left), len(right)))
    return (only_mine[0], only_theirs[0]) if is_alike else ()


def _only(statement: Statement, other: Statement) -> list[Token]:
    """Return the values of a sentence that the other does not have."""
    other_values = _values(other)
    return [
        token
        for token in _values(statement)
        if not any(_agree(token, two) or _agree(two, token) for two in other_values)
    ]


def _values(statement: Statement) -> list[Token]:
    return [token for token in statement.content if token.quantity or token.moment]


def _words(statement: Statement) -> set[str]:
    return {token.stem for token in statement.content if not (token.quantity or token.moment)}


def _agree(token: Token, other: Token) -> bool:
    if token.quantity and other.quantity:
        return token.quantity.equals(other.quantity) or token.quantity.rounds(other.quantity)
    return bool(token.moment and other.moment and token.moment.agrees(other.moment))
