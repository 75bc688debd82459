"""Find the references of a French question: «Qui *l'* a repeint ?», «Depuis quand *y* va-t-*il* ?»."""

import re
from collections.abc import Iterator

from rag.query.infinitives import INFINITIVE
from rag.query.noun_phrases import PREPOSITIONS, Phrases
from rag.query.references.reference import NO_NOUN, Reference

INVERTED = re.compile(r"(?P<verb>\w+(?:-\w+)*?)-(?:t-)?(?P<pronoun>ils?|elles?)")
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
_ASKED_LAST = frozenset("combien quel quelle quels quelles quoi qui ou quand".split())
_MODALS = frozenset(
    """peut peuvent peut-on doit doivent doit-on faut faut-il va vont pour a sans de comment vient viennent peut-il
    peut-elle doit-il doit-elle dois puis-je veut sait fait font pourrait devrait dois-je""".split()
)
_LEADING = _MODALS - {"de", "a"} | frozenset("s' m' t'".split())  # before a pronoun and an infinitive
_TAKE_PART = [[verb, "partie"] for verb in "fait font faisait faisaient faire".split()]
_INFINITIVE = re.compile(r"\w{2,}(?:er|ir|re)")
_SURE_INFINITIVE = re.compile(INFINITIVE)
_THIRD = re.compile(r"(?:il|elle|ils|elles)")
_THIS_ONE = re.compile(r"(?:celui|celle|ceux|celles)-(?:ci|la)")
_EACH = frozenset("chacun chacune".split())


def find_in_french(question: Phrases) -> Iterator[Reference]:
    """Yield the references of a French question, in the order of its words.

    Each word is the first that it can be of the readings below; the last word has only those that need no word after
    it.
    """
    last = len(question.tokens) - 1
    for at in range(len(question.tokens)):
        readings = _READINGS if at == last else (*_READINGS, *_READINGS_BEFORE_WORD)
        if reference := next(filter(None, (read(question, at) for read in readings)), None):
            yield reference


def _inverted_subject(question: Phrases, at: int) -> Reference | None:
    """Read «a-t-il», unless «cela» or «chacun» is its subject."""
    match = INVERTED.fullmatch(question.tokens[at].folded)
    if match is None or any(other.folded in ("cela", "ca", "ceci", *_EACH) for other in question.tokens[:at]):
        return None
    return _agreeing("subject", at, match["pronoun"])


def _third_person(question: Phrases, at: int) -> Reference | None:
    """Read «il», «eux» and «celui-ci», which are subjects where they follow no preposition."""
    word = question.tokens[at].folded
    if not (_THIRD.fullmatch(word) or word == "eux" or _THIS_ONE.fullmatch(word)):
        return None
    is_subject = word != "eux" and "-" not in word and _word_before(question, at) not in PREPOSITIONS
    return _agreeing("subject" if is_subject else "whole", at, word)


def _after_preposition(question: Phrases, at: int) -> Reference | None:
    """Read «avec lui»."""
    is_stressed = question.tokens[at].folded == "lui" and _word_before(question, at) in PREPOSITIONS
    return Reference("whole", at, False) if is_stressed else None


def _object(question: Phrases, at: int) -> Reference | None:
    """Read «le», «la», «les» or «l'» before a verb."""
    word = question.tokens[at].folded
    if word not in _OBJECT or not _is_clitic(question, at):
        return None
    gender = {"le": "m", "la": "f"}.get(word) or _gender_of_participle(question.text)
    return Reference("object", at, word == "les", gender)


def _other_clitic(question: Phrases, at: int) -> Reference | None:
    """Read «lui», «leur», «y» or «en» before a verb."""
    word = question.tokens[at].folded
    if word not in ("lui", "leur", "y", "en") or not _is_clitic(question, at):
        return None
    if word in ("lui", "leur"):
        return Reference("dative", at, word == "leur")
    return Reference("quantity" if word == "en" and _counts(question) else word, at)


def _possessive(question: Phrases, at: int) -> Reference | None:
    """Read «son», «leur» and the like before a noun."""
    word = question.tokens[at].folded
    if word not in ("son", "sa", "ses", "leur", "leurs") or not question.tokens[at + 1].is_content:
        return None
    return Reference("possessive", at, word.startswith("leur"))


def _demonstrative(question: Phrases, at: int) -> Reference | None:
    """Read «ce pont», but neither «ce mois» nor «ce 12 février»."""
    following = question.tokens[at + 1]
    if question.tokens[at].folded not in ("ce", "cet", "cette", "ces") or not following.is_content:
        return None
    is_noun = not NO_NOUN.fullmatch(following.folded) and not following.text[0].isdigit()
    return Reference("same noun", at) if is_noun else None


def _event(question: Phrases, at: int) -> Reference | None:
    """Read «cela», and «chacun» without «des»."""
    word, following = question.tokens[at].folded, question.tokens[at + 1].folded
    is_each = word in _EACH and following not in ("de", "d'", "des", "du")
    return Reference("event", at) if word in ("cela", "ca", "c'") or is_each else None


_READINGS = (_inverted_subject, _third_person, _after_preposition)
_READINGS_BEFORE_WORD = (_object, _other_clitic, _possessive, _demonstrative, _event)


def _word_before(question: Phrases, at: int) -> str:
    return question.tokens[at - 1].folded if at else ""


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


def _asks_of_object(question: Phrases, at: int) -> bool:
    """Return whether «en» stands between a subject and a verb whose object is asked for: «la ville en paie combien»."""
    subject = question.all[0] if question.all else None
    if subject is None or not subject.article or subject.start or subject.end != question.tokens[at - 1].end:
        return False
    following = question.tokens[at + 1 : at + 3]
    return len(following) == 2 and following[0].is_content and following[1].folded in _ASKED_LAST


def _is_clitic(question: Phrases, at: int) -> bool:
    """Return whether «le», «la», «les», «l'», «lui», «leur», «y» or «en» stands before a verb."""
    tokens = question.tokens
    word, after = tokens[at].folded, tokens[at + 1].folded
    previous = _word_before(question, at)
    if ANY_INVERTED.fullmatch(after) or (AUXILIARY.fullmatch(after) and word != "en"):
        return not after.startswith(("peut-etre",)) and not (word in ("la", "le", "les") and after in ("est",))
    if (previous in _LEADING or (previous == "pas" and word in ("y", "en"))) and _INFINITIVE.fullmatch(after):
        return previous not in ("pour", "sans") or _SURE_INFINITIVE.fullmatch(after) is not None  # «pour la patinoire»
    if word == "en" and [token.folded for token in tokens[at + 1 : at + 3]] in _TAKE_PART:
        return True
    if word == "en" and _asks_of_object(question, at):
        return True
    if word in ("y", "en") or previous in ("ne", "n'"):
        return word == "y" or previous in _SUBJECTS or previous in _ASKING
    if word in ("lui", "leur") and not tokens[at + 1].is_content:
        return True
    following = [token.folded for token in tokens[at + 1 :]]
    verbs = any(AUXILIARY.fullmatch(other) or ANY_INVERTED.fullmatch(other) for other in following)
    return previous in _SUBJECTS - {"ou", "que", "qu'"} and not verbs and tokens[at + 1].is_content
