"""Rules on how things are measured: per day or per year, more or less, how many times, may or must."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from index.language import fold
from rag.text.quantities import NUMBER_WORDS
from rag.verification.alignment import SAME, Alignment, EvidenceSentence
from rag.verification.findings import Finding, reason
from rag.verification.statement import Statement, Token, spans_of_tokens

_ABOUT = 0.6  # least share of the words of a sentence, by rarity, that the evidence it is compared with says
_RATIO = Decimal("0.15")  # how far a ratio may be from the one that is said
_NEARBY_WORDS = 3  # words between a measure and its direction, or a modal and its verb
_UNITS = {
    word: words.split()[0]
    for words in (
        "second seconde secondes seconds", "minute minutes", "hour heure heures hours hourly horaire",
        "day jour jours days daily quotidien quotidienne quotidiennement journalier",
        "week semaine semaines weeks weekly hebdomadaire",
        "month mois months monthly mensuel mensuelle mensuellement",
        "quarter trimestre trimestres quarters quarterly trimestriel",
        "year an ans annee annees years yearly annual annually annuel annuelle annuels annuelles annuellement",
        "decade decennie decennies decades", "century siecle siecles centuries",
    )
    for word in words.split()
}  # fmt: skip
_EACH = frozenset("par chaque per each every".split())
_ALONE = frozenset(word for word in _UNITS if word.endswith(("ly", "el", "elle", "elles", "els", "ment", "ier", "ien")))
_VAGUE = frozenset("quelques plusieurs several few some many".split())
_MORE, _LESS = frozenset("more plus greater higher".split()), frozenset("less fewer moins lower".split())
_TIMES = re.compile(r"\b(?P<count>[a-z]+|\d+(?:[.,]\d+)?) (?:fois|times)\b(?! (?:en|par|depuis|since|in|over|per|a)\b)")
_COMPARED = re.compile(
    r"^ (?:plus|moins|more|less|fewer|as|higher|lower|greater|larger|smaller|superieure?|inferieure?)\b"
)
_MULTIPLES = {
    2: r"\b(?:twice|doubl\w+|deux fois|two times)\b", 3: r"\b(?:tripl\w+|thrice|trois fois|three times)\b",
    4: r"\b(?:quadrupl\w+|quatre fois|four times)\b",
}  # fmt: skip
_DUTIES = frozenset("doit doivent devez devons devra devront must shall obligatoirement".split())
_RIGHTS = frozenset("peut peuvent pouvez pouvons pourra pourront may can".split())


def check_measures(alignment: Alignment) -> Iterator[Finding]:
    """Yield a rate, a comparison, a multiple or a duty where the evidence has another; within one language."""
    claim = alignment.claim
    sources = [sentence for sentence in alignment.chosen if sentence.statement.language == claim.language]
    words = [token for token in claim.content if token.folded not in _UNITS]
    total = sum(token.weight for token in words)
    about = [source for source in sources if total and _weigh_said(alignment, words, source) >= _ABOUT * total]
    for find in (_find_rates, _find_vague):
        yield from _compare(find(claim), [(find(source.statement), source) for source in about])
    for name, tokens in _find_modals(claim).items():
        verb = next((token for token in claim.content if token.at > tokens[0].at), None)
        same = [source for source in about if verb and verb.at in alignment.held_by(source)]
        yield from _compare({name: tokens}, [(_find_modals(source.statement), source) for source in same])
    yield from _check_direction(alignment)
    if len(sources) == len(alignment.chosen):
        yield from _check_multiple(alignment, sources)


def _weigh_said(alignment: Alignment, words: Sequence[Token], source: EvidenceSentence) -> float:
    held = alignment.held_by(source)
    return sum(token.weight for token in words if held.get(token.at, 0.0) >= SAME)


_Phrases = dict[str, tuple[Token, ...]]


def _compare(mine: _Phrases, theirs: Sequence[tuple[_Phrases, EvidenceSentence]]) -> Iterator[Finding]:
    """Yield what the sentence says and no evidence does, where it says another."""
    quoted_names = {name for names, _ in theirs for name in names}
    for name, tokens in mine.items():
        other = next(((names, source) for names, source in theirs if names), None)
        if name not in quoted_names and other:
            quoted = " ".join(token.text for token in next(iter(other[0].values())))
            words = " ".join(token.text for token in tokens)
            why = reason("The sentence says “{}” where the quotes say “{}”.", words, quoted)
            yield Finding("unsupported", why, spans_of_tokens(tokens), (other[1].source,))


def _find_rates(statement: Statement) -> _Phrases:
    """Return the units of «par an», "every month", «quotidien»."""
    rates = _Phrases()
    for at, token in enumerate(statement.tokens):
        unit = _UNITS.get(token.folded)
        if unit and (token.folded in _ALONE or (at and statement.folded[at - 1] in _EACH)):
            first = at if token.folded in _ALONE else at - 1
            rates[unit] = statement.tokens[first : at + 1]
        elif unit and at > 2 and statement.folded[at - 2 : at] in (("tous", "les"), ("toutes", "les")):
            rates[unit] = statement.tokens[at - 2 : at + 1]
    return rates


def _find_vague(statement: Statement) -> _Phrases:
    """Return the units of «quelques jours», "several weeks"."""
    return {
        _UNITS[token.folded]: statement.tokens[token.at - 1 : token.at + 1]
        for token in statement.tokens[1:]
        if token.folded in _UNITS and statement.folded[token.at - 1] in _VAGUE
    }


def _find_modals(statement: Statement) -> _Phrases:
    """Return the verbs that the sentence makes a duty or leaves free, unless they are denied."""
    modals = _Phrases()
    for token in statement.tokens:
        name = "duty" if token.folded in _DUTIES else "right" if token.folded in _RIGHTS else ""
        if name and not any(abs(cue - token.at) <= _NEARBY_WORDS for cue in statement.cues):
            modals[name] = (token,)
    return modals


def _check_direction(alignment: Alignment) -> Iterator[Finding]:
    """Yield a measure that the sentence says to be more, and the evidence less: "30% more steam"."""
    for pair in alignment.pairs.values():
        if pair.token.quantity and pair.other.quantity and pair.similarity >= SAME:
            mine, theirs = _direction(alignment.claim, pair.token), _direction(pair.evidence.statement, pair.other)
            if mine and theirs and (mine.folded in _MORE) != (theirs.folded in _MORE):
                template = "The sentence says “{}” where the quotes say the opposite, “{}”."
                yield Finding(
                    "contradicted", reason(template, mine.text, theirs.text), (mine.span,), (pair.evidence.source,)
                )


def _direction(statement: Statement, quantity: Token) -> Token | None:
    """Return «plus» or «moins» right after a quantity, with «de» or «fois» between at most."""
    for token in statement.tokens[quantity.at + 1 : quantity.at + _NEARBY_WORDS]:
        if token.folded in _MORE | _LESS:
            return token
        if token.folded not in ("de", "fois", "times", "percent"):
            return None
    return None


def _check_multiple(alignment: Alignment, sources: Sequence[EvidenceSentence]) -> Iterator[Finding]:
    """Yield a multiple that the evidence neither says nor gives numbers for: «trois fois plus»."""
    text = fold(alignment.claim.text)
    for match in _TIMES.finditer(text) if len(text) == len(alignment.claim.text) else ():
        count = NUMBER_WORDS.get(match["count"], match["count"].replace(",", "."))
        if not _COMPARED.match(text[match.end() :]) or not re.fullmatch(r"\d+(?:\.\d+)?", count):
            continue
        multiple = Decimal(count)
        pattern = re.compile(_MULTIPLES.get(int(multiple), "$^") if multiple == int(multiple) else "$^")
        times = rf"\b{re.escape(match['count'])} (?:fois|times)\b"
        texts = [fold(sentence.statement.text) for sentence in alignment.evidence]
        if any(pattern.search(other) or re.search(times, other) for other in texts) or _has_ratio(alignment, multiple):
            continue
        span = next(token.span for token in alignment.claim.tokens if token.span.end > match.start())
        why = reason("The quotes do not give {}.", alignment.claim.text[match.start() : match.end()])
        yield Finding("unsupported", why, (span,), tuple(source.source for source in sources[:1]))


def _has_ratio(alignment: Alignment, multiple: Decimal) -> bool:
    """Return whether two numbers of the evidence, of one kind, have about this ratio."""
    values = [
        (token.quantity.dimension, token.quantity.values[0])
        for sentence in alignment.evidence
        for token in sentence.statement.content
        if token.quantity
    ]
    return any(
        dimension == other and small > 0 and abs(large / small - multiple) <= _RATIO * multiple
        for dimension, large in values
        for other, small in values
    )
