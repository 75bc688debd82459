"""Find what a reference refers to: the most salient noun phrase of the question before that agrees with it."""

import re
from dataclasses import replace

from index.language import fold
from rag.query.noun_phrases import NounPhrase, Phrases
from rag.query.references.reference import Reference

_WHO_IS = re.compile(r"(?:c['’](?:est|était) qui|qui (?:est|était|sont|étaient)) $", re.IGNORECASE)
_AT = frozenset("a en dans chez sur at in to".split())  # «y» stands for a phrase with one


def find_antecedent(reference: Reference, previous: Phrases, noun: str = "") -> NounPhrase | None:
    """Return the most salient phrase of the question before that agrees, or None.

    Subjects and objects come first, then what «quel» or "which" asks for, then phrases with a preposition, then what is
    counted.
    For a "same noun", ``noun`` is the noun that the phrase must have.
    """
    if reference.role == "same noun":
        return next((phrase for phrase in previous.all if is_same_noun(phrase.head.text, noun)), None)
    if reference.role == "quantity":
        counted = next((phrase for phrase in previous.all if phrase.question_word), None)
        return counted or next((phrase for phrase in previous.all if phrase.is_plural), None)
    owners = [_owner(phrase, previous) for phrase in previous.all]
    fitting = [phrase for phrase in owners if reference.agrees(phrase)]
    fitting = fitting or [phrase for phrase in previous.cores if reference.agrees(phrase)]
    if reference.role == "en":
        fitting = [phrase for phrase in fitting if not _WHO_IS.search(previous.text[: phrase.start])] or fitting
    if reference.role == "y" and any(phrase.preposition in _AT for phrase in fitting):
        fitting = [phrase for phrase in fitting if phrase.preposition in _AT]
    return min(fitting, key=_salience, default=None)


def _owner(phrase: NounPhrase, previous: Phrases) -> NounPhrase:
    """Return what an attribute is of: «la passerelle» for «la longueur de la passerelle», or the phrase itself."""
    if not phrase.is_attribute or not phrase.has_complement:
        return phrase
    inner = next((core for core in previous.cores if phrase.core < core.start < phrase.end), None)
    return replace(inner, end=max(inner.end, phrase.end), preposition="") if inner else phrase


def _salience(phrase: NounPhrase) -> tuple[int, bool, int]:
    counted = phrase.question_word in ("combien", "how")
    rank = 3 if counted else 1 if phrase.question_word else 2 if phrase.preposition else 0
    return rank, not phrase.article and not phrase.is_name, phrase.start


def is_same_noun(noun: str, other: str) -> bool:
    """Return whether two nouns are the same but for their ending in the plural."""
    return fold(noun).rstrip("sx") == fold(other).rstrip("sx")
