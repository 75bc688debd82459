"""A passage as evidence is weighed: the terms of each of its sentences, and the kinds of things they name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.documents import Passage, Sentence
from index.language import FUNCTION_WORDS, detect, fold
from index.words import terms

MONTHS = {
    "janvier": 1, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "aout": 8, "septembre": 9,
    "octobre": 10, "novembre": 11, "decembre": 12, "january": 1, "february": 2, "march": 3, "april": 4, "may": 5,
    "june": 6, "july": 7, "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
}  # fmt: skip
_MONTH = r"(?:janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre|january|february|march|april|may|june|july|august|september|october|november|december)"
_DAY = r"(?:\d{1,2}(?:er|st|nd|rd|th)?)"
_YEAR = r"(?:1\d{3}|20\d{2})"
_NUMERAL = (
    r"(?:deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingt|trente|quarante"
    r"|cinquante|soixante|cent|cents|mille|millions?|milliards?|centaines?|milliers?|dizaines?|douzaines?|moitié|tiers|quart"
    r"|one|two|three|four|five|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen"
    r"|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|billions?|dozens?|half|third)"
)
DATE = re.compile(
    rf"\b(?:{_DAY}\s+{_MONTH}(?:,?\s+{_YEAR})?|{_MONTH}\s+{_DAY}(?:,\s*{_YEAR})?\b|(?:(?:début|fin|mi|early|late)[- ])?{_MONTH}"
    rf"(?:\s+(?:of\s+)?{_YEAR})?|(?:(?:début|fin|early|late)[- ])?{_YEAR}(?:[-–]\d{{2,4}})?s?|[IVX]+e\s+siècle|\d{{1,2}}th\s+century"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hier|demain"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|yesterday|tomorrow)\b",
    re.IGNORECASE,
)
NUMBER = re.compile(
    rf"(?<![\w.,])[$€£]?\s?\d+(?:[.,\u00a0\u202f ]\d{{3}})*(?:[.,]\d+)?(?:\s*(?:%|‰|€|\$|£|°C?|km²?|m²?|kg)(?!\w))?|\b{_NUMERAL}\b",
    re.IGNORECASE,
)
_PARTICLE = r"(?:de la |de l['’]|d['’]|de |du |des |von |van |of the |of |ben |ibn |al-|el-|di |da )"
_CAPITAL = r"(?:[A-ZÀ-ÖØ-ÞŒ]\.|[A-ZÀ-ÖØ-ÞŒ][\w’-]*)"
NAME = re.compile(rf"\b{_CAPITAL}(?:[ \u00a0]{_PARTICLE}?{_CAPITAL})*")
QUOTED = re.compile(r"«[^»]{2,300}»|“[^”]{2,300}”|\"[^\"]{2,300}\"")
PLACE = re.compile(
    r"\b(?:à|a|en|au|aux|dans|vers|près d[eu']|in|at|near|from|to|depuis|de|du|d['’])\s?(?:l['’]|le |la |les |the )?(?=[A-ZÀ-ÖØ-ÞŒ])"
)
CAUSE = re.compile(
    r"\b(?:car|parce qu|puisqu|afin|pour|grâce à|en raison|à cause|du fait|faute de|cause|because|since|due to|in order to|so that|as a result|to )",
    re.IGNORECASE,
)
_FUNCTION = FUNCTION_WORDS["fr"] | FUNCTION_WORDS["en"]
_WORD = re.compile(r"\d+|[^\W\d_][^\W_]*")


@dataclass(frozen=True, slots=True)
class SentenceView:
    """One sentence: its terms in order, and what it holds that could answer."""

    span: Sentence
    terms: tuple[str, ...]
    known: frozenset[str]  # its terms, as a set
    dates: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]  # folded words written with a capital, function words apart
    quoted: bool
    place: bool
    cause: bool
    closed: bool  # ends as a sentence does; headings, menus and captions do not
    asks: bool


@dataclass(frozen=True, slots=True)
class PassageView:
    language: str
    field: str  # of the word index: "fr", "en" or "plain"
    title: tuple[str, ...]  # its terms
    names: frozenset[str]  # of its sentences and title
    numbers: frozenset[str]
    sentences: tuple[SentenceView, ...]


def view_passage(passage: Passage, sentences: Sequence[Sentence]) -> PassageView:
    """What the passage and its sentences hold."""
    language = detect(passage.text)
    field = language if language in ("fr", "en") else "plain"
    views = tuple(_view_sentence(sentence, field) for sentence in sentences)
    title = passage.document.title
    names = frozenset(_WORD.findall(fold(title))).union(*(view.names for view in views))
    numbers = frozenset[str]().union(*(view.numbers for view in views))
    return PassageView(language, field, tuple(terms(title, field)), names, numbers, views)


def _view_sentence(sentence: Sentence, field: str) -> SentenceView:
    text = sentence.text
    found = tuple(terms(text, field))
    return SentenceView(
        span=sentence,
        terms=found,
        known=frozenset(found),
        dates=frozenset(fold(match.group()) for match in DATE.finditer(text)),
        numbers=frozenset(fold(match.group().strip()) for match in NUMBER.finditer(text)),
        names=frozenset(
            word
            for match in NAME.finditer(text)
            for word in _WORD.findall(fold(match.group()))
            if word not in _FUNCTION
        ),
        quoted=bool(QUOTED.search(text)),
        place=bool(PLACE.search(text)),
        cause=bool(CAUSE.search(text)),
        closed=text.rstrip(" \u00a0»”\")’'").endswith((".", "!", "…", "?", ":", ";")),
        asks=text.rstrip().endswith("?"),
    )
