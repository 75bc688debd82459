"""Find the references of an English question: "What is *its* price?", "Who owns *it*?"."""

import re
from collections.abc import Iterator, Sequence

from index.language import fold
from rag.query.noun_phrases import PREPOSITIONS, Phrases, Token, is_common_verb
from rag.query.references.reference import NO_NOUN, Reference

_CONJUNCTION = re.compile(
    r"\b(?:say|said|says|claim|claims|claimed|conclude|concluded|find|found|show|shows|showed|prove|proved|decide|decided"
    r"|state|stated|mean|think|believe|believed|know|knew|ensure|require|agree|agreed|admit|admitted|report|reported|true"
    r"|so|fact|evidence|likely|clear|confirm|confirmed|suggest|suggested|allege|alleged|deny|denied|accept|accepted"
    r"|argue|argued|recommend|recommended|learn|learned|told|warn|warned|sure|aware|possible|way|now)\s+$"
)
_BEFORE_VERB = frozenset("i you we they one to can could should must may will would not do".split())
_EVENT = frozenset("cela ca c' this that".split())


def find_in_english(question: Phrases) -> Iterator[Reference]:
    """Yield the references of an English question, in the order of its words.

    Each word is the first of these that it can be: "it", "they", a person ("her" where no noun follows), a possessive
    before its noun, "there" at the end of a phrase, a demonstrative before its noun, "one" as an object, or "this" and
    "that" alone, which refer to an event.
    """
    tokens = question.tokens
    for at, token in enumerate(tokens):
        word, following = token.folded, tokens[at + 1] if at + 1 < len(tokens) else None
        previous = tokens[at - 1].folded if at else ""
        follows = following is not None and following.is_content
        if word == "it":
            yield Reference("whole", at, False, inanimate=tokens[0].folded != "who")
        elif word in ("they", "them"):
            yield Reference("whole", at, True)
        elif word in ("he", "she", "him") or (word == "her" and not follows):
            yield Reference("whole", at, False, human=True)
        elif word in ("its", "his", "her", "their") and follows:
            yield Reference("possessive", at, word == "their", human=word in ("his", "her"), inanimate=word == "its")
        elif word == "there" and (following is None or not following.is_word or following.folded in PREPOSITIONS):
            yield Reference("y", at)
        elif word in ("this", "that", "these", "those") and _demonstrates(question, at):
            yield Reference("same noun" if follows else "event", at)
        elif word == "one" and (following is None or not following.is_word) and _is_object(tokens[:at]):
            yield Reference("whole", at, False)
        elif (word in ("this", "that") and _stands_alone(question, at) and previous != "like") or (
            word in _EVENT and previous in ("is", "was", "does", "did", "are", "has") and not follows
        ):
            yield Reference("event", at)


def _is_object(preceding: Sequence[Token]) -> bool:
    """Return whether a verb with its subject, or "to", stands last: "can I create", "to get"."""
    if len(preceding) < 2 or not preceding[-1].is_content:
        return False
    return preceding[-2].folded in _BEFORE_VERB or (preceding[-2].is_content and is_common_verb(preceding[-1].folded))


def _stands_alone(question: Phrases, at: int) -> bool:
    """Return whether no noun follows "this" or "that": "raise that on Linux"."""
    tokens = question.tokens
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None or not following.is_word:
        return True
    is_told = _CONJUNCTION.search(fold(question.text[: tokens[at].start]))
    return following.folded in PREPOSITIONS and _is_object(tokens[:at]) and not is_told


def _demonstrates(question: Phrases, at: int) -> bool:
    """Return whether "that" is a demonstrative before a noun, and no conjunction or relative."""
    tokens, word = question.tokens, question.tokens[at].folded
    next_token = tokens[at + 1] if at + 1 < len(tokens) else None
    if next_token is None or not next_token.is_content or NO_NOUN.fullmatch(next_token.folded) or next_token.is_capital:
        return False
    if word != "that":
        return True
    if _CONJUNCTION.search(fold(question.text[: tokens[at].start])) or next_token.folded.endswith("s"):
        return False
    previous = tokens[at - 1].folded if at else ""
    following = tokens[at + 2] if at + 2 < len(tokens) else None
    has_preposition = (
        not previous
        or previous in PREPOSITIONS
        or previous in ("is", "was", "were", "did", "does", "do", "has", "will", "can")
    )
    return has_preposition or following is None or not following.is_word
