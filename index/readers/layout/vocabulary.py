"""The words of French and English that ship with the product: which hyphens and letters can be right."""

import re
from collections.abc import Container, Iterable
from functools import cached_property
from importlib import resources

from index.language import STOPWORDS_BY_LANGUAGE, fold

_WORDS = re.compile(r"[^\W\d_]{2,}")
_LATIN = re.compile(r"[a-zà-öø-ÿœæ]", re.IGNORECASE)
_BROKEN = re.compile(r"[\ufffd\ue000-\uf8ff\x80-\x9f\x01-\x08\x0e-\x1f]")
_MIN_WORDS = 12  # that tell whether they are of a language
_LEAST_KNOWN = 0.15  # of the words, in the vocabulary
_COMMON = 0.04  # of the words, function words of a language
_SPOKEN = 0.8  # of the words, can be spoken
_BROKEN_SHARE = 0.1  # of the characters
_STOPWORDS = frozenset[str]().union(*STOPWORDS_BY_LANGUAGE.values())
_SPEAKABLE = re.compile(r"(?:[^aeiouy]{0,3}[aeiouy]+)+[^aeiouy]{0,3}")


class Vocabulary(Container[str]):
    """The words, folded. The file is searched for each: few are asked for, and reading all of it takes longer."""

    def __init__(self) -> None:
        self._memo: dict[str, bool] = {}

    def __contains__(self, word: object) -> bool:
        folded = fold(str(word))
        if folded not in self._memo:
            self._memo[folded] = len(folded) > 1 and f'"{folded}":' in self._tokens
        return self._memo[folded]

    @cached_property
    def _tokens(self) -> str:
        return (resources.files("index") / "encoders" / "sourcier" / "tokenizer.json").read_text("utf-8")


def is_no_language(text: str, vocabulary: Container[str]) -> bool:
    """Return whether the letters of a text make no words, as where a font maps its glyphs to other letters.

    Other languages than those of the vocabulary have function words that are known, or words that can be spoken.
    """
    solid = "".join(text.split())
    if solid and len(_BROKEN.findall(solid)) > _BROKEN_SHARE * len(solid):
        return True
    words = [word.lower() for word in _WORDS.findall(text)]
    if len(words) < _MIN_WORDS or _share(map(_STOPWORDS.__contains__, words)) >= _COMMON:
        return False
    if sum(_LATIN.match(word) is not None for word in words) < len(words) / 2:
        return False
    spoken = {word for word in set(words) if _SPEAKABLE.fullmatch(fold(word))}
    if _share(word in spoken for word in words) >= _SPOKEN:
        return False
    return _share(len(word) > 2 and word in vocabulary for word in words) < _LEAST_KNOWN


def _share(matches: Iterable[bool]) -> float:
    values = list(matches)
    return sum(values) / len(values)
