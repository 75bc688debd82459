"""Rules on what belongs to what: a name, number or date that the evidence holds, but says of something else.

A sentence may join words that a quote does not join: «La France a placé 8 500 soldats» where another country did. So a
name or a value is looked up beside the words that stand beside it in the sentence, its anchors. It is misplaced if
another of its kind stands there, and it does nowhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.text.countries import find_countries
from rag.verification.alignment import SAME, Alignment, EvidenceSentence, Forms, compute_similarity
from rag.verification.findings import Finding, reason
from rag.verification.statement import Statement, Token
from rag.verification.vocabulary import BE

_ANCHOR = 0.8  # least similarity of the word of the evidence that stands for an anchor
_RARE = 0.2  # least weight of an anchor
_REACH = 5  # words between a value or name of the sentence and its anchor
_BESIDE = {"name": 7, "number": 6, "date": 12}  # words of the evidence between an anchor and what belongs to it
_SAME_SIDE = 14  # ... and a name that may still belong to it
_PASSIVE = 3  # words between a form of «être» and its participle
_NEIGHBORHOOD = 5  # words with meaning on each side that tell what the sentence speaks of
_LEADING = frozenset("le la les l the un une a an ce cet cette ces this these son sa ses leur leurs".split())
_CASES = {
    word: words.split()[0]
    for words in (
        "de|d du des of", "au aux to at", "en dans in into", "par by", "pour for", "avec with", "contre against",
        "sur on", "entre between", "vers", "depuis since", "from", "selon according", "chez", "sous under",
    )
    for word in words.replace("|", " ").split()
}  # fmt: skip
_TOWARDS, _AGAINST = frozenset("a to puis then".split()), frozenset("contre against versus vs".split())
_JOINING = frozenset("et and ou or a to".split())
_FRAME = 0.65  # least share of the words around an item, by rarity, that the evidence of a rival says
_NOTHING = Forms(frozenset(), {})


@dataclass(frozen=True, slots=True)
class _Item:
    """A number, a date, or the words of one name: the tokens ``start`` to ``end`` (exclusive) of a sentence."""

    statement: Statement
    start: int
    end: int

    @property
    def head(self) -> Token:
        return self.statement.tokens[self.start]

    @property
    def kind(self) -> str:
        if self.head.moment:
            return "date"
        return "number" if self.head.quantity else "name"

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(token.stem for token in self.statement.tokens[self.start : self.end])

    @property
    def text(self) -> str:
        tokens = self.statement.tokens
        return self.statement.text[tokens[self.start].span.start : tokens[self.end - 1].span.end]

    @property
    def case(self) -> str:
        """Return the preposition before a name, "" for none."""
        folded = self.statement.folded
        at = self.start - 1
        while at >= 0 and (folded[at] in _LEADING or not self.statement.tokens[at].is_light):
            if self.statement.tokens[at].clause != self.head.clause or self.start - at > 3:
                return ""
            at -= 1
        return _CASES.get(folded[at], "") if at >= 0 else ""


def check_bindings(alignment: Alignment, evidence: Sequence[EvidenceSentence]) -> Iterator[Finding]:
    """Yield the names and values that stand beside other words in the evidence, and values that changed places.

    All is compared within one language.
    """
    claim = alignment.claim
    if any(sentence.statement.language != claim.language for sentence in evidence):
        return
    yield from _check_order(claim, alignment.chosen)
    items = {id(sentence): _items(sentence.statement) for sentence in evidence}
    for item in _items(claim):
        pair = alignment.pairs.get(item.start)
        if pair is None or pair.similarity < SAME or pair.other.is_name != item.head.is_name:
            continue
        if rival := _find_rival(alignment, item, [(sentence, items[id(sentence)]) for sentence in evidence]):
            why = reason("The quotes say “{}” about something else.", item.text)
            yield Finding("unsupported", why, (item.head.span,), (rival.source,))


def _items(statement: Statement) -> list[_Item]:
    """Return the numbers, dates and names of a sentence, in order."""
    items, at = list[_Item](), 0
    tokens = statement.tokens
    while at < len(tokens):
        end = at + 1
        if tokens[at].is_name:
            while end < len(tokens) and tokens[end].is_name and not _gap(statement, end).strip(" -'’.\u00a0"):
                end += 1
        is_ordinal = _is_ordinal(tokens[at])
        if tokens[at].is_name or tokens[at].moment or (tokens[at].quantity and not is_ordinal):
            items.append(_Item(statement, at, end))
        at = end
    return items


def _is_ordinal(token: Token) -> bool:
    return token.quantity is not None and token.quantity.dimension == "ordinal"


def _gap(statement: Statement, at: int) -> str:
    """Return the characters between a word and the one before it."""
    return statement.text[statement.tokens[at - 1].span.end : statement.tokens[at].span.start]


_Sources = Sequence[tuple[EvidenceSentence, Sequence[_Item]]]


def _find_rival(alignment: Alignment, item: _Item, sources: _Sources) -> EvidenceSentence | None:
    """Return the evidence that has another item beside the anchors of this one; None if it may be in its place."""
    occurrences = [each for _, items in sources for each in items if _is_same(item, each)]
    if any(_is_elliptic(each) or _is_defined(each) for each in occurrences):
        return None
    rival = None
    for anchor, is_before in _anchors(alignment, item):
        stems = {anchor.stem, alignment.pairs[anchor.at].other.stem}
        for sentence, items in sources:
            statement = sentence.statement
            for other in statement.content:
                if other.stem not in stems or _is_passive(statement, other) != _is_passive(item.statement, anchor):
                    continue
                beside = [each for each in items if _is_beside(each, other, is_before)]
                if _has_place(item, beside, other):
                    return None
                if _has_rival(item, beside, other) and _speaks_of(alignment, item, sentence):
                    rival = rival or sentence
    return rival


def _anchors(alignment: Alignment, item: _Item) -> Iterator[tuple[Token, bool]]:
    """Yield the nearest words with meaning in the clause, and whether they stand before the item."""
    tokens, home = item.statement.tokens, _find_clause(item)
    for side in (tokens[max(0, item.start - _REACH) : item.start][::-1], tokens[item.end : item.end + _REACH]):
        candidates = [token for token in side if token.clause == home and not token.is_light]
        is_word = candidates and not (
            candidates[0].quantity or candidates[0].moment or (candidates[0].is_name and item.kind == "name")
        )
        if is_word and candidates[0].weight >= _RARE and alignment.similarity(candidates[0]) >= _ANCHOR:
            yield candidates[0], candidates[0].at < item.start


def _find_clause(item: _Item) -> int:
    """Return the clause of an item; of a date that stands alone in its own, «En 1389, …», the clause beside it."""
    content = [token for token in item.statement.content if not item.start <= token.at < item.end]
    own_clause = item.head.clause
    if item.kind != "date" or any(token.clause == own_clause for token in content):
        return own_clause
    before = [token.clause for token in content if token.at < item.start]
    after = [token.clause for token in content if token.at > item.start]
    return after[0] if after and not before else before[-1] if before else own_clause


def _is_beside(item: _Item, anchor: Token, is_after: bool) -> bool:
    """Return whether an item stands on one side of an anchor; a date may stand on either."""
    return item.start != anchor.at and (item.kind == "date" or (anchor.at < item.start) == is_after)


def _has_place(item: _Item, beside: Sequence[_Item], anchor: Token) -> bool:
    """Return whether the item stands beside an anchor of the evidence, too."""
    alike = [each for each in beside if _is_of_kind(item, each)]
    for each in alike:
        if _is_same(item, each):
            between = [
                other for other in alike if min(anchor.at, each.start) < other.start < max(anchor.at, each.start)
            ]
            if item.kind == "name" or all(_is_joined(each, other) for other in between):
                return item.kind != "name" or abs(each.start - anchor.at) <= _SAME_SIDE
    return False


def _is_elliptic(item: _Item) -> bool:
    """Return whether a number counts what is named elsewhere: «il en reste 8 000», «contre 14 m»."""
    if item.start and item.statement.folded[item.start - 1] in _AGAINST and item.kind == "number":
        return True
    after = item.statement.tokens[item.end : item.end + 1]
    is_bare = item.head.quantity is not None and not item.head.quantity.dimension
    return is_bare and (not after or after[0].is_light or after[0].clause != item.head.clause)


def _is_defined(item: _Item) -> bool:
    """Return whether the evidence says what a name is, or who is one: «tout Suédois est un Scandinave»."""
    return item.kind == "name" and not BE.isdisjoint(item.statement.folded[max(0, item.start - 2) : item.end + 1])


def _has_rival(item: _Item, beside: Sequence[_Item], anchor: Token) -> bool:
    reach = _BESIDE[item.kind]
    return any(
        abs(each.start - anchor.at) <= reach and _is_of_kind(item, each) and _is_other(item, each) for each in beside
    )


def _is_of_kind(item: _Item, other: _Item) -> bool:
    if item.head.quantity and other.head.quantity:
        return item.head.quantity.dimension == other.head.quantity.dimension
    return item.kind == other.kind


def _is_same(item: _Item, other: _Item) -> bool:
    if item.kind == "name":
        return bool(item.stems & other.stems) or bool(_countries(item) & _countries(other))
    return compute_similarity(item.head, _NOTHING, other.head) >= SAME


def _is_other(item: _Item, other: _Item) -> bool:
    """Return whether an item of the evidence excludes that of the sentence: another value, another name."""
    if item.kind == "name":
        return not _is_same(item, other) and item.case == other.case
    if item.head.moment and other.head.moment:
        return item.head.moment.differs(other.head.moment)
    is_within = bool(item.head.quantity and other.head.quantity and other.head.quantity.bound in ("more", "less"))
    return not _is_same(item, other) and (not is_within or bool(item.head.quantity and item.head.quantity.bound))


def _countries(item: _Item) -> frozenset[int]:
    return find_countries(item.text)


def _is_joined(item: _Item, other: _Item) -> bool:
    """Return whether two numbers of the evidence stand together: «entre 40 et 75 %»."""
    first, second = sorted((item, other), key=lambda each: each.start)
    between = set(first.statement.folded[first.end : second.start])
    return bool(between) and between <= _JOINING


def _is_passive(statement: Statement, token: Token) -> bool:
    return not BE.isdisjoint(statement.folded[max(0, token.at - _PASSIVE) : token.at])


def _speaks_of(alignment: Alignment, item: _Item, sentence: EvidenceSentence) -> bool:
    """Return whether a sentence of the evidence says most of what stands around the item in its clause."""
    home = _find_clause(item)
    neighbors = [
        token
        for token in item.statement.content
        if token.clause == home and not item.start <= token.at < item.end
        if abs(token.at - item.start) <= 2 * _NEIGHBORHOOD
    ]
    held_words = alignment.held_by(sentence)
    total = sum(token.weight for token in neighbors)
    return sum(token.weight for token in neighbors if held_words.get(token.at, 0.0) >= _ANCHOR) >= _FRAME * total > 0


def _check_order(claim: Statement, chosen: Sequence[EvidenceSentence]) -> Iterator[Finding]:
    """Yield two values that the evidence has in the other order: «de 20 à 30», «18 voix contre 5»."""
    mine = list(_directed(claim))
    theirs = [(first, second, sentence) for sentence in chosen for first, second in _directed(sentence.statement)]
    for first, second in mine:
        if any(_is_same(first, earlier) and _is_same(second, later) for earlier, later, _ in theirs):
            continue
        for earlier, later, sentence in theirs:
            if _is_same(first, later) and _is_same(second, earlier):
                why = reason("“{}” and “{}” have swapped roles.", first.text, second.text)
                yield Finding("contradicted", why, (first.head.span, second.head.span), (sentence.source,))
                return


def _directed(statement: Statement) -> Iterator[tuple[_Item, _Item]]:
    """Yield the values that follow each other with a word between that gives them an order."""
    values = [item for item in _items(statement) if item.kind != "name"]
    for first, second in pairwise(values):
        between = statement.folded[first.end : second.start]
        is_near = first.kind == second.kind and len(between) <= 3 and first.head.clause == second.head.clause
        if is_near and (_TOWARDS & set(between) or (_AGAINST & set(between) and not _has_unit(first))):
            yield first, second


def _has_unit(item: _Item) -> bool:
    return item.head.quantity is None or bool(item.head.quantity.dimension)
