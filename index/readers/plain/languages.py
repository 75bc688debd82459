"""Guess the old encoding of a text by its language: frequent words, and the letters that these are written with."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.language import STOPWORDS

_WESTERN = ("cp1252", "iso8859-15", "cp850", "mac_roman")
_CENTRAL = ("cp1250", "iso8859-2", "cp852", "mac_latin2")
_BALTIC = ("cp1257", "iso8859-13")
_LEAST_WORDS = 2  # frequent ones that tell a language
_CLEARLY = 1.5  # times as many as there are French or English ones
_MOST_OTHERS = 0.05  # of the characters beyond ASCII, that are no letters of the language
_WORD = re.compile(r"[^\W\d_]+")
_ASCII_WORD = re.compile(r"(?<![\w\ufffd])[A-Za-z]{2,}(?![\w\ufffd])")
_MARKS = frozenset("«»“”„‟‘’‚–—…•·€£§°©®™²³½¼¾¡¿ºª×± \u00ad")


class _Language(NamedTuple):
    """The letters of a language beyond ASCII, its most frequent words, and the encodings that it was written in."""

    letters: frozenset[str]
    words: frozenset[str]
    encodings: tuple[str, ...]


def _language(letters: str, words: str, encodings: tuple[str, ...]) -> _Language:
    return _Language(frozenset(letters), frozenset(words.split()), encodings)


_LANGUAGES = (
    _language(
        "ąćęłńóśźż", "i w z na do nie się że jest to o od za po jak co dla przez oraz czy ale są ten ta", _CENTRAL
    ),
    _language("áčďéěíňóřšťúůýž", "a v na se je že o z do s k pro za jako po ale od jsou má nebo při bude", _CENTRAL),
    _language("áäčďéíĺľňóôŕšťúýž", "a v na sa je že o z do s k pre za ako po ale od sú má alebo pri bude", _CENTRAL),
    _language("áéíóöőúüű", "a az és hogy nem is egy ez de meg van volt csak el már még vagy mint ha lesz", _CENTRAL),
    _language("ăâîşţșț", "și şi în a la de cu pe nu că o din este pentru care sa să va mai au fi sunt", _CENTRAL),
    _language("čćđšž", "i u je na se da su za od s o će što kao ne iz bi li ali ili koji biti in v so ki", _CENTRAL),
    _language("ąčęėįšųūž", "ir į kad tai su iš yra ne bet kaip nuo po už ar buvo apie", _BALTIC),
    _language("āčēģīķļņšūž", "un ir ar no uz par ka kas lai pēc tas nav bet kā arī", _BALTIC),
    _language("äöõüšž", "ja on ei et see ka kui oma oli aga või mis ta ning kes", (*_BALTIC, *_WESTERN)),
    _language("çğıöşüâî", "ve bir bu da de için ile olarak olan çok en daha gibi ama her kadar", ("cp1254", "cp857")),
    _language("äöüß", "der die das und ist nicht ein eine zu von mit den im für auf dem sich des auch", _WESTERN),
    _language("áéíóúñü", "el la los las de del y en que un una por con para es no se su al lo como más", _WESTERN),
    _language("áàâãéêíóôõúüç", "o a os as de do da dos das e em que um uma no na não com para por se", _WESTERN),
    _language("àèéìíòóùú", "il lo la i gli le di e che un una in per con non del della è da sono al si", _WESTERN),
    _language("åäöé", "och i att det en som på är av för med den till inte om ett har de var", _WESTERN),
    _language("æøåéò", "og i at det en som på er af av for med den til ikke om et har de var ved", _WESTERN),
    _language("äöå", "ja on ei että se oli hän mutta niin kun mitä tai kuin ole", _WESTERN),
    _language("ëïéèöüêó", "de het een en van is niet in op te dat met voor zijn er aan om ook door", _WESTERN),
)


def encoding_by_language(sample: bytes) -> str | None:
    """Return the encoding in which bytes are a text in a language other than French and English; None if they are not.

    Such a text has many more of the frequent words of its language than French or English ones, and hardly a character
    beyond ASCII that the language does not use.
    """
    familiar_words = sum(word.lower() in STOPWORDS for word in _ASCII_WORD.findall(sample.decode("ascii", "replace")))
    count, _, encoding = max(_guesses(sample), default=(0, 0.0, ""))
    return encoding if count >= _LEAST_WORDS and count > _CLEARLY * familiar_words else None


def _guesses(sample: bytes) -> Iterator[tuple[int, float, str]]:
    """Yield the encodings that fit a language: how many frequent words they give, and how few other characters."""
    texts: dict[str, tuple[list[str], list[str]]] = {}
    for language in _LANGUAGES:
        for rank, encoding in enumerate(language.encodings):
            if encoding not in texts:
                text = sample.decode(encoding, "replace").lower()
                texts[encoding] = _WORD.findall(text), [letter for letter in text if letter > "\x7f"]
            words, beyond = texts[encoding]
            foreign_letters = sum(letter not in language.letters and letter not in _MARKS for letter in beyond)
            if foreign_letters <= _MOST_OTHERS * len(beyond):
                yield sum(map(language.words.__contains__, words)), -foreign_letters - rank / len(_WESTERN), encoding
