"""Rules on sentences that repeat the evidence almost word for word: what was edited decides.

Words are compared in order, all of them: a word that is put in, left out or replaced between words that stay the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from index.documents import Span
from rag.answer import Verdict
from rag.text.lazy import lazy_property
from rag.verification.alignment import Evidence
from rag.verification.findings import Finding, reason
from rag.verification.statement import Statement, Token
from rag.verification.vocabulary import (
    DENYING,
    FRENCH_NEGATIVES,
    FREQUENCIES,
    QUANTIFIERS,
    STRONG_POSSIBLE,
    are_antonyms,
)

_CLOSE = 0.7  # share of the words of a sentence, from its first to its last that are the same, at which it repeats
_RUN = 4  # words in a row that are no coincidence
_NEGATIVES = (DENYING | FRENCH_NEGATIVES | {"ne", "cannot"}) - {"t", "plus", "ni", "no", "personne", "point"}
_COMPARING = frozenset("moins plus less fewer more".split())


@dataclass(frozen=True, slots=True)
class Edit:
    """Words of the sentence that stand where the evidence has others; either side may be empty."""

    mine: tuple[Token, ...]
    theirs: tuple[Token, ...]

    @property
    def is_small(self) -> bool:
        """Whether at most one word with meaning, or one name, is touched on each side."""
        return all(_weighty(side) <= 1 and len(side) <= 5 for side in (self.mine, self.theirs))


@dataclass(frozen=True)
class Comparison:
    """The words of a sentence against those of an evidence sentence, in order."""

    claim: Statement
    evidence: Evidence

    @lazy_property
    def _codes(self) -> Sequence[tuple[str, int, int, int, int]]:
        mine, theirs = (_keys(one) for one in (self.claim, self.evidence.statement))
        return SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()

    @lazy_property
    def verbatim(self) -> frozenset[int]:
        """Return the positions of the words that stand in a run of the evidence."""
        runs = (range(a, b) for tag, a, b, *_ in self._codes if tag == "equal" and b - a >= _RUN)
        return frozenset(at for run in runs for at in run)

    @lazy_property
    def repeats(self) -> bool:
        """Whether the sentence repeats the evidence almost word for word."""
        return sum(b - a for tag, a, b, *_ in self._codes if tag == "equal") >= _CLOSE * len(self.claim.tokens)

    @lazy_property
    def edits(self) -> tuple[Edit, ...]:
        """Return what differs between words that are the same; empty unless the sentence repeats the evidence."""
        equal = [at for at, code in enumerate(self._codes) if code[0] == "equal"]
        if not equal:
            return ()
        codes = self._codes[max(0, equal[0] - 1) : equal[-1] + 2]
        if not self.repeats:
            return ()
        mine, theirs = self.claim.tokens, self.evidence.statement.tokens
        return tuple(Edit(mine[a:b], theirs[c:d]) for tag, a, b, c, d in codes if tag != "equal")


def compare(claim: Statement, evidence: Evidence) -> Comparison:
    """Compare a sentence with one of the evidence, word for word."""
    return Comparison(claim, evidence)


def check_edits(comparison: Comparison) -> Iterator[Finding]:
    """Yield the edits that change what a sentence states."""
    edits = comparison.edits
    yield from _check_negation(comparison, edits)
    for edit in edits:
        if edit.is_small:
            found = _modality(edit) or _quantifier(edit) or _opposite(edit) or _value(edit)
            if found and found[0] == "contradicted" and _is_elsewhere(comparison.evidence.statement, found[2]):
                found = "not checked", found[1], found[2]
            if found:
                verdict, why, tokens = found
                yield Finding(verdict, why, _spans(tokens), (comparison.evidence.source,))


def _check_negation(comparison: Comparison, edits: Sequence[Edit]) -> Iterator[Finding]:
    """Compare how many words deny, so that a clause that only moved makes no difference."""
    if comparison.claim.folded[:1] in (("si",), ("if",)) or any(
        token.quantifier in ("some", "few") for token in comparison.claim.tokens
    ):
        return  # it denies in a case or of a part
    small = [edit for edit in edits if edit.is_small]
    mine = [token for edit in small for token in edit.mine if _denies(comparison.claim, token)]
    theirs = [token for edit in small for token in edit.theirs if _denies(comparison.evidence.statement, token)]
    if mine and not theirs:
        words = " ".join(token.text for token in mine)
        why = reason("The sentence denies «{}»; the quotes do not.", _after(comparison.claim, mine[-1]) or words)
        yield Finding("contradicted", why, _spans(mine), (comparison.evidence.source,))
    elif theirs and not mine:
        denied = _after(comparison.evidence.statement, theirs[-1]) or theirs[-1].text
        why = reason("The quotes deny «{}»; the sentence does not.", denied)
        spans = tuple(token.span for token in comparison.claim.content if token.text == denied)[:1]
        yield Finding("contradicted", why, spans, (comparison.evidence.source,))


def _is_elsewhere(told: Statement, tokens: Sequence[Token]) -> bool:
    """Return whether the evidence says the words too, values apart, in another place: the edit may move them."""
    is_value = any(token.quantity or token.moment for token in tokens)
    return not is_value and {token.folded for token in tokens} <= set(told.folded)


def _denies(statement: Statement, cue: Token) -> bool:
    """Return whether a word denies something, and does not only bound a number: «pas moins de quatre»."""
    return cue.folded in _NEGATIVES and not _COMPARING & set(statement.folded[cue.at + 1 : cue.at + 2])


def _after(statement: Statement, cue: Token) -> str:
    """Return the next word with meaning after a word that denies."""
    return next((token.text for token in statement.tokens[cue.at + 1 :] if not token.is_light), "")


Found = tuple[Verdict, str, Sequence[Token]] | None


def _modality(edit: Edit) -> Found:
    mine, theirs = (
        {token.folded for token in side if token.folded in STRONG_POSSIBLE} for side in (edit.mine, edit.theirs)
    )
    if bool(mine) == bool(theirs):
        return None
    said = " ".join(token.text for token in (edit.mine or edit.theirs))
    if mine:
        why = reason("The sentence says that «{}» is only possible; the quotes state it.", said)
        return "unsupported", why, edit.mine
    told = " ".join(token.text for token in edit.theirs)
    return "unsupported", reason("The quotes say that «{}» is only possible.", told), edit.mine


def _quantifier(edit: Edit) -> Found:
    for table in (QUANTIFIERS, FREQUENCIES):
        mine = [(table[token.folded], token) for token in edit.mine if token.folded in table]
        theirs = [(table[token.folded], token) for token in edit.theirs if token.folded in table]
        if mine and theirs and {name for name, _ in mine} != {name for name, _ in theirs}:
            said, told = mine[0][1], theirs[0][1]
            why = reason("The sentence says «{}» where the quotes say «{}».", said.text, told.text)
            return "unsupported", why, [said]
    return None


def _opposite(edit: Edit) -> Found:
    for token in edit.mine:
        other = next((other for other in edit.theirs if are_antonyms(token.folded, other.folded)), None)
        if other:
            why = reason("The sentence says «{}» where the quotes say the opposite, «{}».", token.text, other.text)
            return "contradicted", why, [token]
    return None


def _value(edit: Edit) -> Found:
    """Return a number, date or name that stands where the evidence has another."""
    mine = [token for token in edit.mine if token.quantity or token.moment or token.is_name]
    theirs = [token for token in edit.theirs if token.quantity or token.moment or token.is_name]
    if not mine or not theirs:
        return None
    said, told = mine[0], theirs[0]
    if said.quantity and told.quantity:
        is_bound = said.quantity.bound != told.quantity.bound and said.quantity.admits(told.quantity)
        is_within = not said.quantity.bound and told.quantity.bound in ("more", "less")
        if is_bound or is_within or said.quantity.rounds(told.quantity):
            return None
        is_same = said.quantity.dimension == told.quantity.dimension
        why = reason("The quotes give another value where the sentence gives {}.", said.text)
        return "contradicted" if is_same else "unsupported", why, [said]
    if said.moment and told.moment:
        if not said.moment.differs(told.moment):
            return None
        return "contradicted", reason("The quotes give another date where the sentence gives {}.", said.text), [said]
    if bool(said.moment) != bool(told.moment) and (said.is_name or told.is_name):
        return None  # a name beside a date; whether the evidence holds them is judged elsewhere
    if (
        bool(said.moment) != bool(told.moment)
        or said.is_name != told.is_name
        or (said.is_name and not _alike(said, told))
    ):
        return "unsupported", reason("The sentence says «{}» where the quotes say «{}».", said.text, told.text), mine
    return None


def _alike(said: Token, told: Token) -> bool:
    return said.folded[:4] == told.folded[:4] or said.folded in told.folded or told.folded in said.folded


def _weighty(side: Sequence[Token]) -> int:
    """Count the words with meaning; the words of one name are one."""
    return sum(
        not token.is_light and not (at and token.is_name and side[at - 1].is_name) for at, token in enumerate(side)
    )


def _keys(statement: Statement) -> list[str]:
    """Return each word as it is compared: numbers and dates by value, others by stem."""
    return [_key(token) for token in statement.tokens]


def _key(token: Token) -> str:
    if token.quantity:
        values = "|".join(str(value.normalize()) for value in token.quantity.values[:1])
        return f"{values} {token.quantity.dimension} {token.quantity.bound.replace('about', '')}"
    if token.moment:
        moment = token.moment
        if moment.grain == "year":  # «2000» may be a number
            return f"{Decimal(moment.year or 0).normalize()}  "
        return str((moment.year, moment.month, moment.day, moment.decade, moment.century, moment.weekday, moment.words))
    return token.folded if token.is_light else token.stem


def _spans(tokens: Sequence[Token]) -> tuple[Span, ...]:
    return tuple(token.span for token in tokens)
