"""A word that refers to something said before."""

import re
from dataclasses import dataclass

from rag.query.noun_phrases import NounPhrase, Phrases, Token

# Nouns after «ce» or "that" that are no antecedent: «ce mois», "that time".
NO_NOUN = re.compile(
    r"mois|annees?|jours?|semaines?|fois|month|year|week|day|time|years|days|weeks|months|times|case|cas|sens"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """A word that refers to something said before.

    ``role`` is "subject", "object", "dative", "y", "en", "quantity", "possessive", "same noun", "event" or
    "whole".
    ``at`` is the number of its token.
    """

    role: str
    at: int
    plural: bool | None = None  # None where the word does not tell
    gender: str = ""
    human: bool = False
    inanimate: bool = False  # "it" is no person

    def agrees(self, phrase: NounPhrase) -> bool:
        """Return whether the phrase may be what this refers to."""
        if self.plural is not None and self.plural != phrase.is_plural:
            return False
        if self.gender and phrase.gender and self.gender != phrase.gender:
            return False
        if self.inanimate and phrase.is_human:
            return False
        if self.human:
            return phrase.is_human or (phrase.is_name and not phrase.article)
        return not phrase.is_number


def token_of(question: Phrases, reference: Reference) -> Token:
    """Return the noun that follows a demonstrative, or the word that refers."""
    return question.tokens[min(reference.at + 1, len(question.tokens) - 1)]
