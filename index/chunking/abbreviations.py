"""Full stops that do not end a sentence: titles, abbreviations, initials, numbers of list items."""

import re

_TITLES = set(
    "M MM Mme Mmes Mlle Mlles Me Dr Drs Pr Prof St Ste Sts Stes Mgr Mr Mrs Ms Messrs Gen Gén Col Lt Sgt Capt Cpt Cdt"
    " Maj Rev Sen Rep Gov Hon Sr Pres Adm Cmdr Insp Supt Vve Fr".split()
)
_ALWAYS = set(
    "cf vs ex e.g i.e viz approx env av apr ca tél tel éd ed eds trad coll c.-à-d op loc dept dép bd boul p.ex resp"
    " incl excl hab".split()
)
_BEFORE_NUMBERS = set(
    "p pp art arts no nos n n° nº nᵒ vol vols t fig figs chap ch sec sect § al l pl tab eq éq f ff fol réf ref ann app"
    " v par liv tit alin janv jan févr fév feb mar avr juil juill jul aug sept sep oct nov déc dec".split()
)
_OFTEN_LAST = set("etc Inc Ltd Co Corp Jr Cie Bros Sté a.m p.m J.-C J-C ibid id cit".split())
# Words that open a sentence and follow no abbreviation: «aux U.S. Il», but «the U.S. Senate».
_OPENERS = set(
    "A An The He She It They We You I In On At But And This That These Those There When While However After Before"
    " Il Elle Ils Elles On Ce C Cet Cette Ces Le La Les L Un Une Des Mais Et En Dans Pour Selon Après Avant Depuis"
    " Au Aux Cela Ça Nous Vous Je J Sur Avec Son Sa Ses Leur Leurs Lors Pourtant Toutefois Ainsi D Quant Tous Si Or"
    " Car Ni Qui Que".split()
)
_NAME_PARTICLES = {"Le", "La", "L", "D", "Des", "A", "I"}  # «J.-Y. Le Drian»
_INITIALS = re.compile(r"(?:[^\W\d_]h?\.-?)*[^\W\d_]h?")  # J, J.-Y, U.S, Ph
_ROMAN = re.compile(r"[IVXLC]+\b")
_WORD = re.compile(r"[^\W_]+")


def is_abbreviation(word: str, text: str, after: int) -> bool:
    """Return whether the full stop after ``word`` does not end a sentence; ``after`` is the offset of the next word."""
    if word in _TITLES or word.lower() in _ALWAYS:
        return True
    if word.lower() in _BEFORE_NUMBERS and (text[after].isdigit() or _ROMAN.match(text, after)):
        return True
    if word in _OFTEN_LAST:
        return word == "J.-C" and not _opens(text, after)
    return _is_initials(word) and not (_opens(text, after) and not _particle(word, text, after))


def _is_initials(word: str) -> bool:
    return word[:1].isupper() and _INITIALS.fullmatch(word) is not None


def _opens(text: str, after: int) -> bool:
    match = _WORD.match(text, after)
    return match is not None and match[0] in _OPENERS


def _particle(word: str, text: str, after: int) -> bool:
    """Return whether the next word may belong to a person's name, after initials such as «J.-Y.»."""
    match = _WORD.match(text, after)
    return word not in ("U.S", "U.K", "U.N", "U.E") and match is not None and match[0] in _NAME_PARTICLES
