"""Rules on who and what: names in the evidence, and who does what to whom."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from rag.answer import Verdict
from rag.retrieval.translations import find_translations
from rag.text.countries import find_countries
from rag.verification.alignment import FRAME, SIMILAR, Alignment, Pair
from rag.verification.findings import Finding, reason
from rag.verification.statement import Statement, Token

_MIN_WORD_SIMILARITY = 0.85  # of words whose roles are compared
_FRAME = 0.75
_SLOT = 6  # words
_RARE = 0.2  # least weight of these words
_REACH = 5  # words between «par» and its agent


def check_names(alignment: Alignment, repeats: bool) -> Iterator[Finding]:
    """Yield the names that no evidence holds; names mark a sentence unsupported, never contradicted.

    It must be clear that the evidence speaks of the same: the sentence ``repeats`` it almost word for word, or another
    name has their place.
    """
    for token in alignment.claim.content:
        is_absent = token.is_name and len(token.text) > 1 and alignment.similarity(token) < SIMILAR
        if is_absent and not is_said_otherwise(token, alignment):
            verdict: Verdict = "unsupported" if repeats or has_rival(alignment, token) else "not checked"
            yield Finding(verdict, reason("The quotes do not name {}.", token.text), (token.span,))


def has_rival(alignment: Alignment, token: Token) -> bool:
    """Return whether another name of the evidence stands between the same words."""
    if alignment.frame(token) < FRAME:
        return False
    pairs = [alignment.pairs[other.at] for other in alignment.claim.content if other.at in alignment.pairs]
    holder = alignment.pairs.get(token.at)
    for evidence in alignment.chosen:
        if holder and holder.evidence is evidence:
            continue
        in_evidence = [pair for pair in pairs if pair.evidence is evidence and pair.similarity >= _MIN_WORD_SIMILARITY]
        before = max((pair for pair in in_evidence if pair.token.at < token.at), key=lambda p: p.token.at, default=None)
        after = min((pair for pair in in_evidence if pair.token.at > token.at), key=lambda p: p.token.at, default=None)
        start = before.other.at + 1 if before else (after.other.at - _SLOT if after else 0)
        end = after.other.at if after else (before.other.at + 1 + _SLOT if before else 0)
        used = set() if holder else {pair.other.at for pair in in_evidence}  # exchanged names are both said
        slot = [other for other in evidence.statement.tokens[max(0, start) : end] if other.at not in used]
        if len(slot) <= 2 * _SLOT and any(other.is_name for other in slot):
            return True
    return False


def _is_country(token: Token, alignment: Alignment) -> bool:
    """Return whether a name is, or belongs to, that of a country which the evidence names in other words."""
    text = alignment.claim.text
    without = text[: token.span.start] + " " * len(token.text) + text[token.span.end :]
    named_countries = find_countries(text) - find_countries(without)
    return bool(named_countries) and any(
        named_countries <= find_countries(evidence.statement.text) for evidence in alignment.chosen
    )


def is_said_otherwise(token: Token, alignment: Alignment) -> bool:
    """Return whether the evidence may name the same in other words: an acronym, a country, a translation."""
    is_foreign = any(evidence.statement.language != alignment.claim.language for evidence in alignment.chosen)
    return (
        _is_acronym(token, alignment)
        or _is_country(token, alignment)
        or (is_foreign and bool(find_translations(token.folded)))
    )


def _is_acronym(token: Token, alignment: Alignment) -> bool:
    """Return whether a name is made of the initials of words in the evidence, or gives one of its own to an acronym."""
    if token.text.isupper():
        initials = ("".join(word[0] for word in evidence.statement.folded) for evidence in alignment.chosen)
        content = ("".join(other.folded[0] for other in evidence.statement.content) for evidence in alignment.chosen)
        return any(token.folded in letters for letters in (*initials, *content))
    acronyms = (other for evidence in alignment.chosen for other in evidence.statement.content if other.text.isupper())
    run = "".join(other.folded[0] for other in alignment.claim.content)
    return any(len(other.text) > 1 and other.folded in run and token.folded[0] in other.folded for other in acronyms)


def check_roles(alignment: Alignment, verbatim: Sequence[frozenset[int]]) -> Iterator[Finding]:
    """Yield two words that stand around a third in the sentence, and the other way round in the evidence.

    «Paul a invité Marie» and «Marie a invité Paul» are exchanged; in the passive the other order is the same. Common
    words are compared only where the evidence holds all words of the sentence. ``verbatim`` has the words that each
    chosen evidence sentence repeats in runs: inside them nothing is exchanged.
    """
    for evidence, repeated in zip(alignment.chosen, verbatim, strict=True):
        if evidence.statement.language != alignment.claim.language:
            continue
        pairs = [
            pair
            for pair in alignment.pairs.values()
            if pair.evidence is evidence and pair.similarity >= _MIN_WORD_SIMILARITY
        ]
        pairs.sort(key=lambda pair: pair.token.at)
        runs = _runs(repeated)
        is_whole = len(pairs) == len(alignment.claim.content)
        for first, middle, last in _triples(pairs, is_whole):
            if _is_moved(runs, first, middle, last) or _is_repeated(alignment.claim, evidence.statement, first, last):
                continue
            framed = min(alignment.frame(first.token, evidence), alignment.frame(last.token, evidence)) >= _FRAME
            if framed and _are_exchanged(alignment.claim, evidence.statement, first, middle, last):
                why = reason("“{}” and “{}” have swapped roles.", first.token.text, last.token.text)
                yield Finding("contradicted", why, (first.token.span, last.token.span), (evidence.source,))
                return


def _triples(pairs: list[Pair], is_whole: bool) -> Iterator[tuple[Pair, Pair, Pair]]:
    """Yield two rare words of one kind and a common word between them, in the order of the sentence.

    Both are common words only if the sentence ``is_whole`` in the evidence.
    """
    kinds = [_kind(pair.token) for pair in pairs]
    rare = [at for at, pair in enumerate(pairs) if pair.token.weight >= _RARE and (is_whole or kinds[at] != "word")]
    for start, end in combinations(rare, 2):
        is_one_clause = pairs[start].token.clause == pairs[end].token.clause
        if kinds[start] != "name" and not is_one_clause:
            continue  # «14 m pour l'un, 25 m pour l'autre» has any order
        if kinds[start] == kinds[end] and pairs[start].token.stem != pairs[end].token.stem:
            middles = (at for at in range(start + 1, end) if kinds[at] == "word")
            yield from ((pairs[start], pairs[at], pairs[end]) for at in middles)


def _runs(repeated: frozenset[int]) -> dict[int, int]:
    """Return for each repeated position the first one of its run of repeated words."""
    runs = dict[int, int]()
    for at in sorted(repeated):
        runs[at] = runs.get(at - 1, at)
    return runs


def _is_moved(runs: dict[int, int], first: Pair, middle: Pair, last: Pair) -> bool:
    """Return whether whole clauses changed places: both words stand in runs, and the middle in one of these."""
    start, between, end = (runs.get(pair.token.at) for pair in (first, middle, last))
    return start is not None and end is not None and between in (start, end)


def _is_repeated(claim: Statement, source: Statement, *pairs: Pair) -> bool:
    """Return whether one side says a word more often than the other, so that its order tells nothing."""
    mine, theirs = [token.stem for token in claim.tokens], [token.stem for token in source.tokens]
    return any(mine.count(pair.token.stem) != theirs.count(pair.other.stem) for pair in pairs)


def _kind(token: Token) -> str:
    if token.moment:
        return "date"
    return "number" if token.quantity else "name" if token.is_name else "word"


def _are_exchanged(claim: Statement, source: Statement, first: Pair, middle: Pair, last: Pair) -> bool:
    """Return whether the evidence has the two words in the other order, or in the same with another voice."""
    turned = last.other.at < middle.other.at < first.other.at
    in_order = first.other.at < middle.other.at < last.other.at
    if len(claim.agents) == len(source.agents):
        return turned
    mine = any(middle.token.at < at < last.token.at <= at + _REACH for at in claim.agents)
    theirs = any(middle.other.at < at < last.other.at <= at + _REACH for at in source.agents)
    return mine != theirs and in_order and _kind(first.token) == "name"
