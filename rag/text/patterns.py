"""Patterns of dates, numbers, names, quotations, places and causes in French and English texts."""

import re
from collections.abc import Iterable

from rag.text.prefilter import PatternSet, PrefilteredPattern, Triggers

_MONTHS = (
    "janvier january", "février fevrier february", "mars march", "avril april", "mai may", "juin june", "juillet july",
    "août aout august", "septembre september", "octobre october", "novembre november", "décembre decembre december",
)  # fmt: skip
_WEEKDAYS = (
    "lundi monday", "mardi tuesday", "mercredi wednesday", "jeudi thursday", "vendredi friday", "samedi saturday",
    "dimanche sunday",
)  # fmt: skip
MONTHS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}


def either(words: str | Iterable[str]) -> str:
    """Return a pattern for any of the words; a string is split at white space."""
    return f"(?:{'|'.join(words.split() if isinstance(words, str) else words)})"


_NUMERALS = either(
    """deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante
    cinquante soixante cents? mille millions? milliards? centaines? milliers? dizaines? douzaines? moitié tiers quart
    one two three four five seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundreds? thousands? billions? dozens? half third"""
)
_MONTH, _DAY, _YEAR = either(MONTHS), r"\d{1,2}(?:er|st|nd|rd|th)?", r"(?:1\d{3}|20\d{2})"
_PART_OF_MONTH = r"(?:(?:début|fin|mi|early|late)[- ])?"
DATE = PrefilteredPattern(
    r"\b"
    + either(
        (
            rf"{_DAY}\s+{_MONTH}(?:,?\s+{_YEAR})?",
            rf"{_MONTH}\s+{_DAY}(?:,\s*{_YEAR})?\b",
            rf"{_PART_OF_MONTH}{_MONTH}(?:\s+(?:of\s+)?{_YEAR})?",
            rf"{_PART_OF_MONTH}{_YEAR}(?:[-–]\d{{2,4}})?s?",
            r"[IVX]+e\s+siècle|\d{1,2}th\s+century|\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d{2}-\d{2}",
            *WEEKDAYS,
            "hier|demain|yesterday|tomorrow",
        )
    )
    + r"\b",
    trigger=rf"\d|[IVX]+e$|{either((*MONTHS, *WEEKDAYS, 'début', 'fin', 'mi', 'early', 'late'))}$"
    r"|(?:hier|demain|yesterday|tomorrow)$",
)
_UNIT = r"(?:\s*(?:%|‰|€|\$|£|°C?|km²?|m²?|kg)(?!\w))?"
NUMBER = PrefilteredPattern(
    rf"(?<![\w.,])[$€£]?\s?\d+(?:[.,\u00a0\u202f ]\d{{3}})*(?:[.,]\d+)?{_UNIT}|\b{_NUMERALS}\b",
    trigger=rf"\d|{_NUMERALS}$",
    lookbehind=2,  # a sign and a space
)
_PARTICLE = r"(?:de la |de l['’]|d['’]|de |du |des |von |van |of the |of |ben |ibn |al-|el-|di |da )"
_CAPITAL = r"(?:[A-ZÀ-ÖØ-ÞŒ]\.|[A-ZÀ-ÖØ-ÞŒ][\w’-]*)"
NAME = re.compile(rf"\b{_CAPITAL}(?:[ \u00a0]{_PARTICLE}?{_CAPITAL})*")
QUOTED = re.compile(r"«[^»]{2,300}»|“[^”]{2,300}”|\"[^\"]{2,300}\"")
BEFORE_PLACE = (
    r"\b" + either("à a en aux? dans vers in at near from to depuis de du d['’]") + r"\s?(?:l['’]|le |la |les |the )?"
)
PLACE_NAME = re.compile(rf"{BEFORE_PLACE}(?=[A-ZÀ-ÖØ-ÞŒ])")
CAUSE = PrefilteredPattern(
    r"\b(?:car|parce qu|puisqu|afin|pour|grâce à|en raison|à cause|du fait|faute de|cause|because|since|due to"
    r"|in order to|so that|as a result|to )",
    trigger="car|puisqu|afin|pour|cause|because|since|(?:parce|grâce|en|à|du|faute|due|in|so|as|to)$",
)
NEGATION = PrefilteredPattern(
    r"\b(?:n['’]|ne |pas |jamais|aucune?|sans |non |refus\w+|rejet\w+|not\b|[^\W_]+n['’]t\b)"
    r"|\b(?:never|none|without|cannot|unable)",
    trigger=r"(?:ne|pas|sans|non|not|\w*n)$|jamais|aucun|refus|rejet|never|none|without|cannot|unable",
)
PREFILTERED = PatternSet((DATE, NUMBER, CAUSE, NEGATION))


def is_negated(text: str, triggers: Triggers | None = None) -> bool:
    """Return whether the text denies something: «ne … pas», «aucun», "not", "without"."""
    return NEGATION.search(text, triggers) is not None
