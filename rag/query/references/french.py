"""Find the references of a French question: «Qui *l'* a repeint ?», «Depuis quand *y* va-t-*il* ?»."""

import re
from collections.abc import Iterator

from rag.query.noun_phrases import PREPOSITIONS, Phrases
from rag.query.references.reference import NO_NOUN, Reference

INVERTED = re.compile(r"(?P<verb>\w+(?:-\w+)*?)-(?:t-)?(?P<who>ils?|elles?)")
ANY_INVERTED = re.compile(r"\w+-(?:t-)?(?:ils?|elles?|on|vous|nous|tu|je)")
CLITICS = frozenset("n' ne l' le la les se s' lui leur y en me m' te t' nous vous".split())
_OBJECT = frozenset("le la les l'".split())
AUXILIARY = re.compile(
    r"(?:a|ont|avait|avaient|aura|auront|aurait|auraient|as|ai|avons|avez|eut|eurent|est|sont|etait|etaient|fut|sera)"
    r"(?:-(?:t-)?(?:ils?|elles?|on|vous|nous|tu|je))?"
)
_FEMININE = re.compile(  # a participle that agrees with its object
    r"\bl['’] ?(?:a|ont|avait|avaient|aura|eut)\s(?:\w+ment\s|bien\s|déjà\s)?\w+(?:ée|ie|ue|ite|ise|te)\b"
)
_SUBJECTS = frozenset("qui on il elle ils elles je tu nous vous ne n' qu' que ou".split())
_ASKING = frozenset("combien qu' pourquoi quand ou quel quelle quels quelles".split())
_MODALS = frozenset(
    """peut peuvent peut-on doit doivent doit-on faut faut-il va vont pour a sans de comment vient viennent peut-il
    peut-elle doit-il doit-elle dois puis-je veut sait fait font pourrait devrait dois-je""".split()
)
_LEADING = _MODALS - {"de", "a"} | frozenset("s' m' t'".split())  # before a pronoun and an infinitive
_TAKE_PART = [[verb, "partie"] for verb in "fait font faisait faisaient faire".split()]
_INFINITIVE = re.compile(r"\w{2,}(?:er|ir|re)")
_THIRD = re.compile(r"(?:il|elle|ils|elles)")
_THIS_ONE = re.compile(r"(?:celui|celle|ceux|celles)-(?:ci|la)")
_EACH = frozenset("chacun chacune".split())


def find_in_french(question: Phrases) -> Iterator[Reference]:
    """Yield the references of a French question, in the order of its words.

    Each word is the first of these that it can be: a subject after its verb (none where «cela» or «chacun» is the
    subject), another third person, «lui» after a preposition, an object, a dative, «y» or «en» before a verb, a
    possessive, a demonstrative before its noun, or «cela». The last word can only be one of the first three.
    """
    tokens = question.tokens
    for at, token in enumerate(tokens):
        word = token.folded
        previous, following = (tokens[at - 1].folded if at else ""), (tokens[at + 1] if at + 1 < len(tokens) else None)
        if match := INVERTED.fullmatch(word):
            if any(other.folded in ("cela", "ca", "ceci", *_EACH) for other in tokens[:at]):
                continue
            yield _agreeing("subject", at, match["who"])
        elif _THIRD.fullmatch(word) or word == "eux" or _THIS_ONE.fullmatch(word):
            yield _agreeing(
                "whole" if previous in PREPOSITIONS or "-" in word or word == "eux" else "subject", at, word
            )
        elif word == "lui" and previous in PREPOSITIONS:
            yield Reference("whole", at, False)
        elif following is None:
            continue
        elif word in _OBJECT and _is_clitic(question, at):
            plural, gender = (word == "les" if word != "l'" else False), {"le": "m", "la": "f"}.get(word, "")
            yield Reference("object", at, plural, gender or _gender_of_participle(question.text))
        elif word in ("lui", "leur", "y", "en") and _is_clitic(question, at):
            role = "dative" if word in ("lui", "leur") else "quantity" if word == "en" and _counts(question) else word
            yield Reference(role, at, {"lui": False, "leur": True}.get(word))
        elif word in ("son", "sa", "ses") and following.is_content:
            yield Reference("possessive", at, False)
        elif word in ("leur", "leurs") and following.is_content:
            yield Reference("possessive", at, True)
        elif word in ("ce", "cet", "cette", "ces") and following.is_content and not NO_NOUN.fullmatch(following.folded):
            if not following.text[0].isdigit():
                yield Reference("same noun", at)
        elif word in ("cela", "ca", "c'") or (word in _EACH and following.folded not in ("de", "d'", "des", "du")):
            yield Reference("event", at)


def _counts(question: Phrases) -> bool:
    """Return whether the question asks for a number without a noun: «Combien en reste-t-il ?»."""
    return question.tokens[0].folded == "combien" and not any(
        phrase.question_word == "combien" for phrase in question.all
    )


def _agreeing(role: str, at: int, word: str) -> Reference:
    feminine = word.startswith(("elle", "celle"))
    return Reference(
        role, at, word.endswith("s") or word.startswith(("eux", "ceux", "celles")), "f" if feminine else "m"
    )


def _gender_of_participle(text: str) -> str:
    """Return "f" where a participle agrees with the feminine object before it: «Qui l'a fondée ?»."""
    return "f" if _FEMININE.search(text) else ""


def _is_clitic(question: Phrases, at: int) -> bool:
    """Return whether «le», «la», «les», «l'», «lui», «leur», «y» or «en» stands before a verb."""
    tokens = question.tokens
    word, after = tokens[at].folded, tokens[at + 1].folded
    previous = tokens[at - 1].folded if at else ""
    if ANY_INVERTED.fullmatch(after) or (AUXILIARY.fullmatch(after) and word != "en"):
        return not after.startswith(("peut-etre",)) and not (word in ("la", "le", "les") and after in ("est",))
    if (previous in _LEADING or (previous == "pas" and word in ("y", "en"))) and _INFINITIVE.fullmatch(after):
        return True
    if word == "en" and [token.folded for token in tokens[at + 1 : at + 3]] in _TAKE_PART:
        return True
    if word in ("y", "en") or previous in ("ne", "n'"):
        return word == "y" or previous in _SUBJECTS or previous in _ASKING
    if word in ("lui", "leur") and not tokens[at + 1].is_content:
        return True
    following = [token.folded for token in tokens[at + 1 :]]
    verbs = any(AUXILIARY.fullmatch(other) or ANY_INVERTED.fullmatch(other) for other in following)
    return previous in _SUBJECTS - {"ou", "que", "qu'"} and not verbs and tokens[at + 1].is_content
