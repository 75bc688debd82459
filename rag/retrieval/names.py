"""Whether two names are one: in another spelling, in the plural, or as the word for who and what belongs to it.

A name that differs by other letters is another name, however much alike: «Kerdrel», «Kerdrol».
"""

import re

from rag.retrieval.translations import find_translations

_FEWEST = 5  # letters of names that are compared by more than inflection
# How French and English write the same sounds of another alphabet, in this order.
_SPELLINGS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        ("tsch|tch|sch|sh", "ch"), ("kh", "k"), ("ks", "x"), ("gu(?=[ei])", "g"), ("ou", "u"), ("dj", "j"), ("w", "v"),
        ("[yj](?=[iy]?$)|y", "i"), ("i+(?=[aeu])", "i"), ("ie(?!s?$)", "e"), (r"(.)\1", r"\1"), ("iv$", "ov"),
    )
)  # fmt: skip
_MUTE = re.compile("ine$")
_PLURALS = frozenset(("", "s", "x", "es"))
_OPENING = frozenset(("e", "ee", "ees"))  # what a common word may have, which opens a sentence with a capital
_ADJECTIVE = re.compile(
    r"(?:[niev]|nn|is)?(?:ai[sn]|ois|ien|en|an|i?te|ist|ism|ique|ic|ish|ese|er|ard|ern|tin|ity|ar|al|ol|on)(?:n?e)?s?"
)
_FEMININE = re.compile(r"(?:(?:ais|ois|ain|and|ard|ol)e?|(?:ien|een|an|on)(?:ne)?)$")
_NATIONAL = re.compile("(?:ien|een|an)(?:ne)?s?$")
_DOCTRINE = re.compile(r"is[tm]e?s?$")
_LANDS = frozenset(("ie", "ia", "dy"))  # of the land of a people: «Normands», «Normandie»
_ENDED = frozenset(("", "e", "es", "s", "a", "o", "ia", "ie", "y", "is", "ce"))  # of a name that has such an adjective


def is_inflected(name: str, other: str, *, opens: bool = False) -> bool:
    """Return whether two folded names of one stem differ by number or gender alone: «Parisien», «Parisiennes».

    A word that ``opens`` its sentence may be no name.
    """
    longer, shorter = sorted((name, other), key=len, reverse=True)
    ending = longer.removeprefix(shorter)
    if ending in _PLURALS or (opens and ending.removesuffix("s") in _OPENING):
        return True
    mine, theirs = (_FEMININE.search(each.removesuffix("s")) for each in (name, other))
    return bool(mine and theirs) and _without_gender(name) == _without_gender(other)


def are_spellings(name: str, other: str, *, is_foreign: bool = False) -> bool:
    """Return whether two folded names are one in two spellings: «Zelensky», «Zelenskyy»; «Gorbatchev», "Gorbachev".

    Names that the lexicon has may differ by a "z" for an «s», as «Élisabeth». Others, in texts of two languages
    (``is_foreign``), may lack a mute «e»: «Bakounine», "Bakunin".
    """
    if min(len(name), len(other)) < _FEWEST:
        return False
    mine, theirs = _spell(name), _spell(other)
    if mine == theirs:
        return True
    if mine.replace("z", "s") == theirs.replace("z", "s"):
        return is_common(name) and is_common(other)
    return (
        is_foreign and _MUTE.sub("in", mine) == _MUTE.sub("in", theirs) and not (is_common(name) and is_common(other))
    )


def are_related(name: str, other: str) -> bool:
    """Return whether one folded name is of who or what belongs to the other: «Marseille», «Marseillais»."""
    shared = count_shared(name, other)
    mine, theirs = name[shared:], other[shared:]
    if shared < _FEWEST:
        return False
    if (mine in _LANDS and theirs in ("", "s")) or (theirs in _LANDS and mine in ("", "s")):
        return True
    if _DOCTRINE.sub("", name) == _DOCTRINE.sub("", other):  # «Buddhist», "Buddhism"
        return True
    return _is_adjective(mine, theirs, name) or _is_adjective(theirs, mine, other)


def are_translations(name: str, other: str) -> bool:
    """Return whether the lexicon has one folded name as the translation of the other: «Staline», "Stalin"."""
    return any(word == theirs for mine, theirs in ((name, other), (other, name)) for word, _ in find_translations(mine))


def is_common(word: str) -> bool:
    """Return whether a folded word is in the lexicon, and so may be said of a name: «ukrainien»."""
    return bool(find_translations(word))


def count_shared(word: str, other: str) -> int:
    """Return with how many of the same letters two words begin."""
    shorter = min(len(word), len(other))
    return next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), shorter)


def _is_adjective(ending: str, other_ending: str, word: str) -> bool:
    if other_ending not in _ENDED:
        return False
    is_american = ending in ("n", "ns", "nne", "nnes") and not other_ending and _NATIONAL.search(word)
    return bool(is_american) or (len(ending) > 1 and bool(_ADJECTIVE.fullmatch(ending)))


def _without_gender(name: str) -> str:
    return re.sub(r"n?n?e?s?$", "", name)


def _spell(name: str) -> str:
    """Return a key that the spellings of one name share."""
    for pattern, letters in _SPELLINGS:
        name = pattern.sub(letters, name)
    return name
