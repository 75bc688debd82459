"""What a sentence states, as far as rules can tell: words with their stems, values, and what changes their meaning."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from index.documents import Span
from index.language import detect, fold
from index.storage.lexical import analyze
from rag.retrieval.idf import estimate_document_share
from rag.retrieval.translations import find_translations
from rag.text.lazy import lazy_property
from rag.text.moments import Moment, complete_year, find_moments
from rag.text.quantities import Quantity, find_quantities
from rag.verification.scopes import Scopes
from rag.verification.vocabulary import BE, DENYING_NOUNS, FUNCTIONAL

_WORD = re.compile(r"[^\W_]+")
_PARTICIPLE = re.compile(r"\w{2}(?:ée?s?|[iu]e?s?|ite?s?|ed|en|wn)$")
_PERIODS = {
    "since": re.compile(r"\b(?:depuis|since|apres|after|a partir de?)\s(?:l[ae]\s|the\s)?$"),
    "until": re.compile(r"\b(?:until|jusqu['’](?:en|au?)|avant|before)\s(?:l[ae]\s|the\s)?$"),
}
_RAREST = 2e-5  # share of passages at large


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a sentence, or a quantity or date, which may have several words."""

    text: str
    folded: str
    stem: str
    span: Span
    at: int  # its position among the tokens
    clause: int
    is_name: bool
    is_light: bool  # a function word, an auxiliary or the like, which says nothing alone
    weight: float  # rarity at large, 0 to 1
    denied: bool = False
    possible: bool = False  # no more than that
    quantifier: str = ""
    quantity: Quantity | None = None
    moment: Moment | None = None

    @property
    def is_denied(self) -> bool:
        """Return whether it or all of it is denied: neither «aucune hausse» nor «aucune baisse» excludes the other."""
        return self.denied or self.quantifier == "none"


@dataclass(frozen=True)
class Statement:
    """A sentence with its words, in order. ``written`` is the date of its document."""

    text: str
    language: str  # of its stems: "fr", "en" or "plain"
    tokens: tuple[Token, ...]
    cues: frozenset[int]  # positions of the words that deny something
    modals: frozenset[int]
    written: date | None = None

    @lazy_property
    def content(self) -> tuple[Token, ...]:
        """Return the tokens that carry meaning, in order."""
        return tuple(token for token in self.tokens if not token.is_light)

    @lazy_property
    def folded(self) -> tuple[str, ...]:
        """Return all words, folded, in order."""
        return tuple(token.folded for token in self.tokens)

    @lazy_property
    def denials(self) -> tuple[int, ...]:
        """Return the positions of the words that deny a clause, not only a noun: «sans eau»."""
        return tuple(sorted(at for at in self.cues if self.tokens[at].folded not in DENYING_NOUNS))

    @lazy_property
    def agents(self) -> tuple[int, ...]:
        """Return the positions of «par» and "by" after a participle or a form of «être»: an agent follows."""
        return tuple(
            at
            for at, word in enumerate(self.folded)
            if word in ("par", "by") and at
            if BE & set(self.folded[max(0, at - 7) : at]) or _PARTICIPLE.search(self.tokens[at - 1].text)
        )


def spans_of_tokens(tokens: Sequence[Token]) -> tuple[Span, ...]:
    """Return the spans of words, in their order."""
    return tuple(token.span for token in tokens)


def read_statement(text: str, reference_date: date | None = None, language: str | None = None) -> Statement:
    """Analyse a sentence; its ``language`` is detected by default."""
    code = language or detect(text)
    code = code if code in ("fr", "en") else "plain"
    values = _values(text, reference_date)
    spans = _split(text, values)
    folded = [fold(text[span.start : span.end]) for span in spans]
    ends = [0, *(span.end for span in spans)]
    scopes = Scopes(folded, [text[end : span.start] for end, span in zip(ends, spans, strict=False)])
    names = _names(text, spans, folded)
    tokens = tuple(
        _token(text, span, at, folded, scopes, at in names, values.get(span.start), code)
        for at, span in enumerate(spans)
    )
    return Statement(text, code, tokens, scopes.cues, scopes.modals, reference_date)


def is_other_case(claim: Statement, source: Statement) -> bool:
    """Return whether a sentence opens with a condition that the evidence does not open with, or turns all of it around.

    «S'il ne pleut pas, on ne sort pas» may agree with «S'il pleut, on sort».
    """
    is_case, is_same = (each.folded[:1] in (("si",), ("s",), ("if",)) for each in (claim, source))
    return is_case and not (is_same and abs(_denials(claim) - _denials(source)) == 1)


def _denials(statement: Statement) -> int:
    """Count the clauses that are denied."""
    return len({statement.tokens[at].clause for at in statement.denials})


def lies_in_period(claim: Statement, token: Token, source: Statement, other: Token) -> bool:
    """Return whether a date lies in the period that one of the evidence begins or ends: «depuis 1992», "until May"."""
    if token.moment is None or other.moment is None or _opens_period(claim, token):
        return False
    boundary = _opens_period(source, other)
    pairs = [(getattr(token.moment, grain), getattr(other.moment, grain)) for grain in ("year", "month", "day")]
    order = next((mine - theirs for mine, theirs in pairs if None not in (mine, theirs) and mine != theirs), 0)
    return (boundary == "since" and order > 0) or (boundary == "until" and order < 0)


def _opens_period(statement: Statement, token: Token) -> str:
    """Return "since" or "until" if that stands before a date."""
    before = fold(statement.text[: token.span.start])
    return next((name for name, words in _PERIODS.items() if words.search(before)), "")


def _values(text: str, reference_date: date | None) -> dict[int, Quantity | Moment]:
    """Return the dates and quantities of a text by where they start."""
    moments = [complete_year(moment, reference_date) for moment in find_moments(text, reference_date)]
    quantities = find_quantities(text)
    measured = [value for value in quantities if value.dimension not in ("", "ordinal")]  # «1 600 mm» is no year
    moments = [day for day in moments if day.grain != "year" or not any(_overlap(day, other) for other in measured)]
    quantities = [value for value in quantities if not any(_overlap(value, other) for other in moments)]
    values: list[Quantity | Moment] = [*moments, *quantities]
    return {value.span.start: value for value in values}


def _overlap(value: Quantity | Moment, other: Quantity | Moment) -> bool:
    return value.span.start < other.span.end and other.span.start < value.span.end


def _split(text: str, values: dict[int, Quantity | Moment]) -> list[Span]:
    """Return the spans of the words; a quantity or date is one."""
    spans = [value.span for value in values.values()]
    covered = [False] * (len(text) + 1)
    for span in spans:
        covered[span.start : span.end] = [True] * (span.end - span.start)
    spans += [Span(*match.span()) for match in _WORD.finditer(text) if not covered[match.start()]]
    return sorted(spans)


def _token(
    text: str,
    span: Span,
    at: int,
    folded: list[str],
    scopes: Scopes,
    is_name: bool,
    value: Quantity | Moment | None,
    language: str,
) -> Token:
    word, is_light = folded[at], value is None and not is_name and _is_light(folded[at])
    stem = word if value or is_light else next(iter(analyze(word, language)), word)
    return Token(
        text[span.start : span.end],
        word,
        stem,
        span,
        at,
        scopes.clauses[at],
        is_name and value is None,
        is_light,
        1.0 if value else 0.0 if is_light else _weight(language, stem),
        at in scopes.denied,
        at in scopes.possible,
        scopes.quantified.get(at, ""),
        value if isinstance(value, Quantity) else None,
        value if isinstance(value, Moment) else None,
    )


def _is_light(word: str) -> bool:
    return word in FUNCTIONAL or (len(word) == 1 and not word.isdigit())


def _weight(language: str, stem: str) -> float:
    return min(1.0, max(0.1, log(max(estimate_document_share(language, stem), _RAREST)) / log(_RAREST)))


def _names(text: str, spans: list[Span], folded: list[str]) -> frozenset[int]:
    """Return the positions of words with a capital; one that opens a sentence counts only if it is no common word."""
    capital = [text[span.start].isupper() for span in spans]
    if sum(capital) > max(3, 0.7 * len(spans)):  # a title, or a text in capitals
        return frozenset()
    return frozenset(
        at
        for at, is_capital in enumerate(capital)
        if is_capital and folded[at] not in FUNCTIONAL
        if not _opens(text, spans[at]) or (at + 1 < len(spans) and capital[at + 1]) or not find_translations(folded[at])
    )


def _opens(text: str, span: Span) -> bool:
    """Return whether a word opens a sentence or a quotation."""
    before = text[: span.start].rstrip(" \u00a0'’([*_-–—#>")
    return not before or before[-1] in '.!?:«“"…\n' or (len(before) == 1 and before in "LldD")
