"""Rules on sentences that repeat the evidence almost word for word: what was edited decides.

Words are compared in order, all of them: a word that is put in, left out or replaced between words that stay the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from rag.answer import Verdict
from rag.text.countries import find_countries
from rag.text.lazy import lazy_property
from rag.verification.alignment import SAME, EvidenceSentence, compute_similarity, forms_of
from rag.verification.findings import Finding, reason
from rag.verification.statement import Statement, Token, is_other_case, lies_in_period, spans_of_tokens
from rag.verification.synonyms import may_mean_same
from rag.verification.vocabulary import (
    COMPARING,
    DENIED_VERBS,
    DENYING,
    FRENCH_NEGATIVES,
    FREQUENCIES,
    QUANTIFIERS,
    STRONG_POSSIBLE,
    are_antonyms,
    are_exclusive,
)

_CLOSE = 0.7  # share of the words of a sentence, from its first to its last that are the same, at which it repeats
_ENDED = frozenset({"longer", "more"})  # after «no»
_ELLIPTIC = 2  # words with meaning of a sentence that lives on the one before it
_FEWEST_REPEATED = 10  # words of a run within a sentence that count as a repetition of the evidence
_RUN = 4  # words in a row that are no coincidence
_NEGATIVES = (DENYING | FRENCH_NEGATIVES | {"ne", "cannot"}) - {"t", "plus", "ni", "no", "personne", "point"}


@dataclass(frozen=True, slots=True)
class Edit:
    """Words of the sentence that stand where the evidence has others; either side may be empty."""

    mine: tuple[Token, ...]
    theirs: tuple[Token, ...]

    @property
    def is_small(self) -> bool:
        """Return whether at most one word with meaning, or one name, is touched on each side."""
        return all(_weighty(side) <= 1 and len(side) <= 5 for side in (self.mine, self.theirs))


@dataclass(frozen=True)
class Comparison:
    """The words of a sentence against those of an evidence sentence, in order."""

    claim: Statement
    evidence: EvidenceSentence

    @lazy_property
    def _codes(self) -> Sequence[tuple[str, int, int, int, int]]:
        mine, theirs = (_keys(statement) for statement in (self.claim, self.evidence.statement))
        return SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()

    @lazy_property
    def verbatim(self) -> frozenset[int]:
        """Return the positions of the words that stand in a run of the evidence."""
        runs = (range(a, b) for tag, a, b, *_ in self._codes if tag == "equal" and b - a >= _RUN)
        return frozenset(at for run in runs for at in run)

    @lazy_property
    def repeats(self) -> bool:
        """Return whether the sentence repeats the evidence almost word for word."""
        return sum(b - a for tag, a, b, *_ in self._codes if tag == "equal") >= _CLOSE * len(self.claim.tokens)

    @lazy_property
    def edits(self) -> tuple[Edit, ...]:
        """Return what differs between words that are the same, in the part that repeats the evidence."""
        codes = self._repeated
        mine, theirs = self.claim.tokens, self.evidence.statement.tokens
        return tuple(Edit(mine[a:b], theirs[c:d]) for tag, a, b, c, d in codes if tag != "equal")

    @lazy_property
    def _repeated(self) -> Sequence[tuple[str, int, int, int, int]]:
        """Return the codes of the part that repeats: the whole sentence, or what is between runs of the same words."""
        equal = [at for at, code in enumerate(self._codes) if code[0] == "equal"]
        if not equal:
            return ()
        if self.repeats:
            return self._codes[max(0, equal[0] - 1) : equal[-1] + 2]
        runs = [at for at in equal if self._codes[at][2] - self._codes[at][1] >= _RUN]
        run = self._codes[runs[0] : runs[-1] + 1] if runs else ()
        length = sum(b - a for _, a, b, *_ in run)
        same = sum(b - a for tag, a, b, *_ in run if tag == "equal")
        return run if length >= _FEWEST_REPEATED and same >= _CLOSE * length else ()


def compare(claim: Statement, evidence: EvidenceSentence) -> Comparison:
    """Compare a sentence with one of the evidence, word for word."""
    return Comparison(claim, evidence)


def repeats_together(comparisons: Sequence[Comparison]) -> bool:
    """Return whether a sentence repeats several of the evidence together, almost word for word."""
    positions = frozenset[int]().union(*(comparison.verbatim for comparison in comparisons))
    return bool(comparisons) and len(positions) >= _CLOSE * len(comparisons[0].claim.tokens)


def check_edits(comparison: Comparison, evidence: Sequence[EvidenceSentence]) -> Iterator[Finding]:
    """Yield the edits that change what a sentence states, unless another sentence of the evidence has them too."""
    statements = [other.statement for other in evidence if other is not comparison.evidence]
    edits, source = comparison.edits, comparison.evidence.statement
    yield from _check_negation(comparison, edits, statements)
    for edit in edits:
        if edit.is_small:
            finding = _modality(edit) or _quantifier(edit) or _opposite(edit) or _value(edit, comparison.claim, source)
            finding = finding or _word(edit, comparison.claim, source, comparison.repeats)
            if finding and (
                (not (comparison.repeats and finding[0] == "unsupported") and _is_moved(comparison, finding[2]))
                or any(_is_elsewhere(other, finding[2]) and _relates(other, edit) for other in statements)
            ):
                finding = "not checked", finding[1], finding[2]
            if finding:
                verdict, why, tokens = finding
                yield Finding(verdict, why, spans_of_tokens(tokens), (comparison.evidence.source,))


def _check_negation(
    comparison: Comparison, edits: Sequence[Edit], statements: Sequence[Statement]
) -> Iterator[Finding]:
    """Compare how many words deny, so that a clause that only moved makes no difference."""
    claim, source = comparison.claim, comparison.evidence.statement
    partial = (token.quantifier in ("some", "few") or _is_bounded(token) for token in claim.tokens)
    if any(partial) or is_other_case(claim, source):
        return  # it denies of a part, or in a case
    small = [edit for edit in edits if edit.is_small]
    mine = [token for edit in small for token in edit.mine if _denies(claim, token)]
    theirs = [token for edit in small for token in edit.theirs if _denies(source, token)]
    if mine and not theirs:
        if any(_denies_too(other, claim, mine[-1]) for other in statements):
            return
        words = " ".join(token.text for token in mine)
        why = reason("The sentence denies “{}”; the quotes do not.", _after(claim, mine[-1]) or words)
        yield Finding("contradicted", why, spans_of_tokens(mine), (comparison.evidence.source,))
    elif theirs and not mine:
        denied = _after(source, theirs[-1]) or theirs[-1].text
        why = reason("The quotes deny “{}”; the sentence does not.", denied)
        spans = tuple(token.span for token in claim.content if token.text == denied)[:1]
        yield Finding("contradicted", why, spans, (comparison.evidence.source,))


def _is_moved(comparison: Comparison, tokens: Sequence[Token]) -> bool:
    """Return whether the evidence says the words too, values apart, as often as the sentence that repeats it."""
    mine, theirs = comparison.claim.folded, comparison.evidence.statement.folded
    is_more = any(mine.count(token.folded) > theirs.count(token.folded) for token in tokens)
    return _is_elsewhere(comparison.evidence.statement, tokens) and not (comparison.repeats and is_more)


def _is_elsewhere(source: Statement, tokens: Sequence[Token]) -> bool:
    """Return whether the evidence says the words too, values apart, in another place: the edit may move them."""
    is_value = any(token.quantity or token.moment for token in tokens)
    return not is_value and {token.folded for token in tokens} <= set(source.folded)


def _is_bounded(token: Token) -> bool:
    return token.quantity is not None and token.quantity.bound in ("more", "less")


def _relates(other: Statement, edit: Edit) -> bool:
    """Return whether another sentence may say why one word stands for another: «Tout Suédois est un Scandinave»."""
    replaced = {token.stem for token in edit.theirs if not token.is_light}
    return bool(replaced & {token.stem for token in other.content}) or len(other.content) <= _ELLIPTIC


def _denies(statement: Statement, cue: Token) -> bool:
    """Return whether a word denies something, and does not only bound a number: «pas moins de quatre»."""
    following = statement.folded[cue.at + 1 : cue.at + 2]
    if cue.folded == "no":
        return bool(_ENDED & set(following))
    is_bound = COMPARING & set(following) or "than" in statement.folded[cue.at + 2 : cue.at + 3]  # "not later than"
    return cue.folded in _NEGATIVES | DENIED_VERBS and not is_bound


def _denies_too(other: Statement, claim: Statement, cue: Token) -> bool:
    """Return whether another sentence denies the word that stands after a word that denies."""
    denied = next((token for token in claim.tokens[cue.at + 1 :] if not token.is_light), None)
    return denied is not None and any(token.denied and token.stem == denied.stem for token in other.tokens)


def _after(statement: Statement, cue: Token) -> str:
    """Return the next word with meaning after a word that denies."""
    return next((token.text for token in statement.tokens[cue.at + 1 :] if not token.is_light), "")


EditFinding = tuple[Verdict, str, Sequence[Token]] | None


def _modality(edit: Edit) -> EditFinding:
    mine, theirs = (
        {token.folded for token in side if token.folded in STRONG_POSSIBLE} for side in (edit.mine, edit.theirs)
    )
    if bool(mine) == bool(theirs):
        return None
    claimed = " ".join(token.text for token in (edit.mine or edit.theirs))
    if mine:
        why = reason("The sentence says that “{}” is only possible; the quotes state it.", claimed)
        return "unsupported", why, edit.mine
    quoted = " ".join(token.text for token in edit.theirs)
    return "unsupported", reason("The quotes say that “{}” is only possible.", quoted), edit.mine


def _quantifier(edit: Edit) -> EditFinding:
    for table in (QUANTIFIERS, FREQUENCIES):
        mine = [(table[token.folded], token) for token in edit.mine if token.folded in table]
        theirs = [(table[token.folded], token) for token in edit.theirs if token.folded in table]
        if mine and theirs and {name for name, _ in mine} != {name for name, _ in theirs}:
            word, other = mine[0][1], theirs[0][1]
            why = reason("The sentence says “{}” where the quotes say “{}”.", word.text, other.text)
            return "unsupported", why, [word]
    return None


def _opposite(edit: Edit) -> EditFinding:
    for token in edit.mine:
        if token.folded in COMPARING and any(other.quantity for other in edit.mine):  # by their numbers
            continue
        other = next((other for other in edit.theirs if are_antonyms(token.folded, other.folded)), None)
        if other:
            why = reason("The sentence says “{}” where the quotes say the opposite, “{}”.", token.text, other.text)
            return "unsupported" if token.is_denied and other.is_denied else "contradicted", why, [token]
    return None


def _value(edit: Edit, claim: Statement, source: Statement) -> EditFinding:
    """Return a number, date or name that stands where the evidence has another."""
    mine = [token for token in edit.mine if token.quantity or token.moment or token.is_name]
    theirs = [token for token in edit.theirs if token.quantity or token.moment or token.is_name]
    if not mine or not theirs:
        return None
    word, other = mine[0], theirs[0]
    if word.quantity and other.quantity:
        is_bound = word.quantity.bound != other.quantity.bound and word.quantity.admits(other.quantity)
        is_within = not word.quantity.bound and other.quantity.bound in ("more", "less")
        if is_bound or is_within or word.quantity.rounds(other.quantity) or word.quantity.may_be(other.quantity):
            return None
        is_same = word.quantity.dimension == other.quantity.dimension
        why = reason("The quotes give another value where the sentence gives {}.", word.text)
        return "contradicted" if is_same else "unsupported", why, [word]
    if word.moment and other.moment:
        if not word.moment.differs(other.moment) or lies_in_period(claim, word, source, other):
            return None
        return "contradicted", reason("The quotes give another date where the sentence gives {}.", word.text), [word]
    if bool(word.moment) != bool(other.moment) and (word.is_name or other.is_name):
        return None  # a name beside a date; whether the evidence holds them is judged elsewhere
    if (
        bool(word.moment) != bool(other.moment)
        or word.is_name != other.is_name
        or (word.is_name and not _alike(word, other))
    ):
        return "unsupported", reason("The sentence says “{}” where the quotes say “{}”.", word.text, other.text), mine
    return None


def _word(edit: Edit, claim: Statement, source: Statement, repeats: bool) -> EditFinding:
    """Return a common word that stands where the evidence has another.

    It is unsupported if both are of a class whose words exclude each other; else it may mean the same.
    """
    language = claim.language
    mine, theirs = ([token for token in side if not token.is_light] for side in (edit.mine, edit.theirs))
    if language != source.language or len(mine) != 1 or len(theirs) != 1:
        return None
    word, other = mine[0], theirs[0]
    if any(token.is_name or token.quantity or token.moment for token in (word, other)) or word.stem == other.stem:
        return None
    why = reason("The sentence says “{}” where the quotes say “{}”.", word.text, other.text)
    if repeats and (are_exclusive(word.folded, other.folded) or _are_countries(word.text, other.text)):
        return "unsupported", why, [word]
    is_same = compute_similarity(word, forms_of(word, language), other) >= SAME
    if is_same or may_mean_same(word.folded, other.folded, language):
        return None
    return "not checked", why, [word]


def _are_countries(claimed: str, quoted: str) -> bool:
    """Return whether two words are of different countries: «allemand», «italien»."""
    mine, theirs = find_countries(claimed), find_countries(quoted)
    return bool(mine and theirs) and not mine & theirs


def _alike(word: Token, other: Token) -> bool:
    return word.folded[:4] == other.folded[:4] or word.folded in other.folded or other.folded in word.folded


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
