"""Replace what says when, if or for whom: a condition, a delay, or a preposition by its opposite."""

import re

from rag.query.noun_phrases import NounPhrase, Phrases
from rag.text.quantities import NUMBER_WORDS

_CLAUSE = re.compile(r"(?:si|s['’]ils?|if|when|quand|lorsqu\w*|en cas|in case)\b", re.IGNORECASE)
_IF = re.compile(r"si|s['’]ils?", re.IGNORECASE)
# A condition that takes its subject from the one before: «s'il est négatif», "if it is negative".
_WITH_PRONOUN = re.compile(
    r"(?P<if>s(?=['’])|si|if|quand|when) ?['’]?(?P<pronoun>ils?|elles?|it|they|he|she)\s+(?=\w)", re.IGNORECASE
)
_UNIT = r"(?:heures?|jours?|semaines?|mois|ans?|années?|hours?|days?|weeks?|months?|years?)"
_DELAY = re.compile(
    rf"(?:au bout de|après|dans|after|in|within) (?P<delay>(?:\d+|{'|'.join(NUMBER_WORDS)}) {_UNIT})", re.IGNORECASE
)
_DAY_BESIDE = re.compile(
    r"(?:le |au |du )?(?:lendemain|jour même|jour)(?: (?P<of>de l['’]|de la |du |des |d['’]|de ))"
    r"|(?P<the>(?:on )?the (?:day|week|month|year) (?:after|following|of) )",
    re.IGNORECASE,
)
_AFTER = {"de l'": "l'", "de l’": "l’", "de la ": "la ", "du ": "le ", "des ": "les ", "d'": "", "d’": "", "de ": ""}
_OPPOSITE = {
    word: other
    for pair in ("pour contre", "avant après", "avec sans", "for against", "before after", "with without")
    for word, other in (pair.split(), pair.split()[::-1])
}


def replace_condition(fragment: str, previous: str) -> str | None:
    """Return the question before with another condition in the place of its own; None without one of its form."""
    clause = _CLAUSE.match(fragment)
    if clause is None:
        return None
    opening = _IF.pattern if _IF.fullmatch(clause.group()) else re.escape(clause.group())
    old = re.search(rf"\b(?P<opening>{opening})\b(?P<clause>[^,]*?)(?=\s*[?.!]*$)", previous, re.IGNORECASE)
    if old is None:
        return None
    subject = _subject_of(old["clause"], Phrases(previous).is_english)
    if subject and (match := _WITH_PRONOUN.match(fragment)):
        conjunction = "si" if match["if"].lower() == "s" else match["if"]
        fragment = f"{conjunction} {subject.text} {fragment[match.end() :]}"
    return f"{previous[: old.start()]}{fragment}{previous[old.end() :]}"


def _subject_of(clause: str, is_english: bool) -> NounPhrase | None:
    """Return the noun phrase that a clause opens with."""
    phrases = Phrases(f"si{clause}" if not is_english else f"if{clause}", is_english)
    return next((phrase for phrase in phrases.all if phrase.start == len("si ")), None)


def replace_delay(fragment: str, previous: str) -> str | None:
    """Return the question before with a delay in the place of the day beside an event: «trois jours après l'appel»."""
    delay, old = _DELAY.fullmatch(fragment), _DAY_BESIDE.search(previous)
    if not delay or not old:
        return None
    after = "after " if old["the"] else f"après {_AFTER[old['of'].lower()]}"
    return f"{previous[: old.start()]}{delay['delay']} {after}{previous[old.end() :]}"


def replace_preposition(fragment: str, previous: str) -> str | None:
    """Return the question before with the opposite of its preposition, where a fragment is that alone: «Et pour ?»."""
    opposite = _OPPOSITE.get(fragment.lower())
    old = re.search(rf"(?<=\s){opposite}(?!\w)", previous, re.IGNORECASE) if opposite else None
    return f"{previous[: old.start()]}{fragment.lower()}{previous[old.end() :]}" if old else None


def replace_condition_subject(new: NounPhrase, previous: Phrases) -> str | None:
    """Return the question before with a person in the place of the one in its condition: «si mon oncle déménage».

    ``new`` is who «pour mon cousin» or "for a cousin" is about.
    """
    if not new.is_human or new.is_plural:
        return None
    old = next(
        (
            phrase
            for phrase in previous.all
            if phrase.is_human and re.search(r"\b(?:si|if) $", previous.text[: phrase.start], re.IGNORECASE)
        ),
        None,
    )
    return f"{previous.text[: old.start]}{new.text}{previous.text[old.core :]}" if old else None
