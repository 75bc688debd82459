"""Who says so: the speaker a question asks after, and the speaker a sentence is attributed to."""

import re
from collections.abc import Iterable
from functools import lru_cache

from index.language import FUNCTION_WORDS, fold
from rag.patterns import either

_SAYING = either(
    """indiqu annonc declar affirm soulign ajout precis rapport estim expliqu denonc deplor assur confi repondu repond
    martel averti constat rappel not reconnu reconnait regrett accus dement redit insist exhort promis confirm juge
    consider evoqu"""
)
_SAYS = either("indique annonce declare affirme souligne ajoute precise rapporte estime explique")
_SAID = either(
    """said says announced stated declared added claimed denied reported warned stressed told argued explained insisted
    noted"""
)
_HAS = either("a ont avait avaient has have had")
_ARTICLE = r"(?:l['’ ]|le |la |les |the |un |une |son |sa |ses |des |m\. |mme |mr |mrs )?"
_WHO = rf"{_ARTICLE}(?P<who>[\w’'-]+(?: (?:des? |du |d['’]|of the |of )?[\w’'-]+){{0,3}})"
_ASIDE = r"(?:,| dans un communique| pour sa part| de son cote)?"
_ACCORDING = re.compile(rf"\b(?:selon|d['’]apres|according to|a en croire|pour sa part|aux yeux de) {_WHO}")
_SAID_WHO = re.compile(rf"\b(?:{_HAS} (?:\w+ )?{_SAYING}\w{{0,4}}|{_SAYS}(?:nt)?|{_SAID}){_ASIDE} {_WHO}")
_WHO_SAID = re.compile(rf"{_WHO}(?: {_HAS}(?: [\w’' ]{{1,25}}?)?)? (?:{_SAYING}\w{{0,4}}|{_SAID})\b")
_STATEMENT = re.compile(
    r"\b(?:communique|compte rendu|declaration|statement|porte-parole|spokesman|spokeswoman)"
    rf" (?:de |du |d['’]|des |of ){_WHO}"
)
_SAME = re.compile(
    r"\b(?:meme source|celui-ci|celle-ci|ce dernier|cette derniere|le communique|l['’ ]?interesse|the statement)\b"
)
_ASKED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:\b(?:selon|d['’]apres|according to)|^pour|, pour) (?!quel|qui|quoi|which|what|whom){_ARTICLE}(?P<who>.*)",
        rf"\bqu['’](?:a|ont|avait|avaient) (?:\w+ )?(?:{_SAYING}\w{{0,4}}|dit) (?!qu){_ARTICLE}(?P<who>.*)",
        rf"\bque (?:{_SAYS}(?:nt)?|disait|dit|disent) {_ARTICLE}(?P<who>.*)",
        rf"\bwhat (?:did|does|has) {_ARTICLE}(?P<who>.*?) (?:say|said|announced?|declared?|stated?|claim|report|warn)",
    )
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_FUNCTION = FUNCTION_WORDS["fr"] | FUNCTION_WORDS["en"]

# Seats of power stand for those who speak from them.
_SEATS = (
    {"elysee", "presidence francaise", "french presidency", "chef de l'etat francais", "french president", "paris"},
    {"kremlin", "presidence russe", "russian presidency", "moscou", "moscow", "russian president"},
    {"maison-blanche", "maison blanche", "white house", "washington", "presidence americaine", "us administration"},
    {"downing street", "gouvernement britannique", "british government", "londres", "london"},
    {"matignon", "premier ministre francais", "french prime minister"},
    {"quai d'orsay", "ministere des affaires etrangeres", "diplomatie francaise", "french foreign ministry"},
    {"pentagone", "pentagon", "departement de la defense", "defense department"},
    {"bruxelles", "brussels", "commission europeenne", "european commission"},
    {"berlin", "gouvernement allemand", "german government", "chancellerie"},
    {"vatican", "saint-siege", "holy see"},
    {"pekin", "beijing", "gouvernement chinois", "chinese government"},
)


@lru_cache(maxsize=4096)
def speaker_asked(question: str) -> frozenset[str]:
    """The words of the speaker that the question names («selon l'Élysée»); empty where it names none."""
    folded = fold(question)
    match = next((match for pattern in _ASKED if (match := pattern.search(folded))), None)
    return _words(_name(match["who"])) if match else frozenset()


def _name(text: str) -> str:
    """The words up to a mark, or to a function word other than «de»."""
    name = re.match(r"[\w’'-]+(?: (?:de |du |des |d['’]|of )?[\w’'-]+){0,3}", text)
    words = name.group().split() if name else []
    stop = next((at for at, word in enumerate(words) if word in _FUNCTION - {"de", "du", "des", "of"}), len(words))
    return " ".join(words[:stop])


@lru_cache(maxsize=4096)
def speakers(sentence: str) -> tuple[frozenset[str], ...]:
    """The words of each speaker that the sentence is attributed to."""
    folded = fold(sentence)
    matches = (
        match for pattern in (_ACCORDING, _SAID_WHO, _WHO_SAID, _STATEMENT) for match in pattern.finditer(folded)
    )
    return tuple(found for match in matches if (found := _words(match["who"])))


def same_as_before(sentence: str) -> bool:
    """Whether the sentence goes on with the speaker of the one before: «selon la même source»."""
    return bool(_SAME.search(fold(sentence)))


def agree(asked: frozenset[str], found: Iterable[frozenset[str]]) -> bool:
    """Whether one of the speakers is the one asked after, by name or by seat."""
    return any(asked & other or _seat(asked) & _seat(other) for other in found)


@lru_cache(maxsize=4096)
def _seat(words: frozenset[str]) -> frozenset[int]:
    return frozenset(at for at, seats in enumerate(_SEATS) if any(words >= _words(seat) for seat in seats))


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text) if word not in _FUNCTION)
