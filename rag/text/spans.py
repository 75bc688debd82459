"""The spans of a sentence that may answer a question: runs of words between possible phrase boundaries.

A phrase may begin or end at a mark, at a function word, at a number, and where words with a capital begin or end.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.language import STOPWORDS, fold
from index.storage.lexical import analyze
from rag.text.lazy import lazy_property
from rag.text.mentions import Mentions

LONGEST = 14  # words of a span
CLASSES = (
    "edge", "comma", "mark", "quote", "of", "in", "by", "for", "because", "be", "and", "the", "that", "function",
    "number", "capital", "word",
)  # fmt: skip
_AT = {name: at for at, name in enumerate(CLASSES)}
_CLASS_OF = {
    word: _AT[name]
    for name, words in {
        "of": "de du d des of",
        "in": "en dans a au aux sur vers chez in at on to from into near depuis entre",
        "by": "par by",
        "for": "pour for afin",
        "because": "car parce puisque puisqu because since",
        "be": "est sont etait etaient fut furent sera ete etre is are was were be been",
        "and": "et and ou or",
        "the": "le la les l un une the an his her their its son sa ses leur leurs ce cette cet",
        "that": "que qu qui dont that which who whom where",
    }.items()
    for word in words.split()
}
_TOKEN = re.compile(
    r"(?:[ldnjsmct]|qu|jusqu|lorsqu|puisqu)['’](?=\w)"
    r"|\d+(?:[.,\u00a0\u202f ]\d{3})*(?:[.,]\d+)?|[^\W\d_]+(?:['’-][^\W_]+)*|\S",
    re.IGNORECASE,
)
_OPENS, _CLOSES, _QUOTES = frozenset('«“"($€£'), frozenset('»”")%€$°'), frozenset('«»“”"()[]')
Indices = NDArray[np.intp]


_MARK, _FUNCTIONAL, _NUMBER, _CAPITAL, _PLAIN = range(5)
_BROADLY = {
    "comma": _MARK, "mark": _MARK, "quote": _MARK, "number": _NUMBER, "capital": _CAPITAL, "word": _PLAIN,
}  # fmt: skip
_BROAD = np.array([_BROADLY.get(name, _FUNCTIONAL) for name in CLASSES], dtype=np.int8)
_CACHED_WORDS = 50_000  # words


# The mentions that a span may hold, by their names in features, and the fields of ``Mentions`` that have them.
MENTIONED = {"date": "dates", "number": "numbers", "name": "names", "quoted": "quoted", "cause": "causes"}


@dataclass(frozen=True)
class Tokens:
    """The words and marks of a sentence, with their offsets and classes, and the spans that they may form."""

    text: str
    field: str  # the analysis of its terms: "fr", "en" or "plain"
    mentions: Mentions
    starts: Sequence[int]
    ends: Sequence[int]
    folded: Sequence[str]
    terms: Sequence[tuple[str, ...]]  # empty for marks and function words
    classes: Indices  # indices into CLASSES, of shape (words,)

    @lazy_property
    def spans(self) -> tuple[Indices, Indices]:
        """Return the first and the last word (inclusive) of each span: two arrays of shape (spans,)."""
        first, last = self._breaks
        distance = last[None, :] - first[:, None]
        at, to = np.nonzero((distance >= 0) & (distance < LONGEST))
        return first[at], last[to]

    @property
    def slices(self) -> list[slice]:
        """Return each span as a slice of the text, in the order of ``spans``."""
        return [slice(self.starts[i], self.ends[j]) for i, j in zip(*self.spans, strict=True)]

    @property
    def _breaks(self) -> tuple[Indices, Indices]:
        """Return the words that a phrase may begin with, and those that it may end with, ascending."""
        kind = _BROAD[self.classes]
        is_mark, is_loose = kind == _MARK, kind <= _NUMBER
        opens = np.array([word in _OPENS for word in self.folded], dtype=bool)
        closes = np.array([word in _CLOSES for word in self.folded], dtype=bool)
        edge = np.ones(1, dtype=bool)
        change = kind[1:] != kind[:-1]
        begins = is_loose | np.concatenate([edge, is_loose[:-1] | change])
        number = np.concatenate([~edge, kind[:-1] == _NUMBER])
        finishes = is_loose | np.concatenate([is_loose[1:] | change, edge]) | number
        first = (~is_mark | opens) & begins
        last = (kind != _FUNCTIONAL) & (~is_mark | closes) & finishes
        return np.flatnonzero(first), np.flatnonzero(last)

    @lazy_property
    def mention_mask(self) -> NDArray[np.float32]:
        """Return 1 where a word is part of a mention of each of the ``MENTIONED`` (columns); shape (words, kinds)."""
        mask = np.zeros((len(self.folded), len(MENTIONED)), dtype=np.float32)
        for at, matches in enumerate(getattr(self.mentions, kind) for kind in MENTIONED.values()):
            for match in matches:
                mask[bisect_right(self.ends, match.start()) : bisect_left(self.starts, match.end()), at] = 1.0
        return mask

    @lazy_property
    def inside_mention(self) -> NDArray[np.float32]:
        """Return 1 where a date, name or quotation continues from the previous word; shape (words,)."""
        mask = np.zeros(len(self.folded), dtype=np.float32)
        for matches in (self.mentions.dates, self.mentions.names, self.mentions.quoted):
            for match in matches:
                mask[bisect_right(self.starts, match.start()) : bisect_left(self.starts, match.end())] = 1.0
        return mask


def tokens_of(text: str, field: str, mentions: Mentions) -> Tokens:
    """Split a sentence into words and marks; ``field`` is the analysis of its terms ("fr", "en" or "plain")."""
    matches, analyze_token = list(_TOKEN.finditer(text)), _token_analyzer(field)
    tokens = [analyze_token(match.group()) for match in matches]
    return Tokens(
        text,
        field,
        mentions,
        [match.start() for match in matches],
        [match.end() for match in matches],
        [token.folded for token in tokens],
        [token.terms for token in tokens],
        np.array([token.at for token in tokens], dtype=np.intp),
    )


class _AnalyzedToken(NamedTuple):
    """The analysis of a word or mark, whatever the text."""

    folded: str
    terms: tuple[str, ...]
    at: int  # its index in CLASSES


# Shared by the process: texts of all indexes repeat the same words, and analysing a word is the slowest step.
@cache
def _token_analyzer(field: str) -> Callable[[str], _AnalyzedToken]:
    """Return a cached analyser for single words and marks."""
    return lru_cache(_CACHED_WORDS)(lambda word: _analyze_token(word, field))


def _analyze_token(word: str, field: str) -> _AnalyzedToken:
    folded = fold(word).rstrip("'’") or word
    at = _class(word, folded)
    return _AnalyzedToken(folded, tuple(analyze(folded, field)) if at >= _AT["number"] else (), at)


def _class(word: str, folded: str) -> int:
    if not word[0].isalnum():
        return _AT["comma" if word in ",;" else "quote" if word in _QUOTES else "mark"]
    if folded in _CLASS_OF:
        return _CLASS_OF[folded]
    if folded in STOPWORDS:
        return _AT["function"]
    return _AT["number" if word[0].isdigit() else "capital" if word[0].isupper() else "word"]
