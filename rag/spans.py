"""The spans of a sentence that could answer some question: runs of words between places where a phrase may break.

A phrase may begin or end at a mark, at a function word, at a number, and where words with a capital begin or end.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from index.language import FUNCTION_WORDS, fold
from index.words import terms
from rag.opening import Pattern
from rag.patterns import CAUSE, DATE, NAME, NUMBER, QUOTED

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
_FUNCTION = FUNCTION_WORDS["fr"] | FUNCTION_WORDS["en"]
_OPENS, _CLOSES, _QUOTES = frozenset('«“"($€£'), frozenset('»”")%€$°'), frozenset('«»“”"()[]')
_THINGS: tuple[Pattern, ...] = (DATE, NUMBER, NAME, QUOTED, CAUSE)
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Words:
    """The words and marks of a sentence: where they are, what they are, and the spans that they may form."""

    text: str
    field: str  # how its terms are made
    starts: Places
    ends: Places
    folded: tuple[str, ...]
    terms: tuple[tuple[str, ...], ...]  # empty for marks and function words
    classes: Places  # in CLASSES

    @cached_property
    def spans(self) -> tuple[Places, Places]:
        """The first and the last word of each span."""
        first, last = self._breaks
        pairs = [(i, j) for i in first for j in last if i <= j < i + LONGEST]
        table = np.array(pairs, dtype=np.intp).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    @property
    def slices(self) -> list[slice]:
        """Each span, of the text."""
        return [slice(int(self.starts[i]), int(self.ends[j])) for i, j in zip(*self.spans, strict=True)]

    @cached_property
    def _breaks(self) -> tuple[list[int], list[int]]:
        kind, count = [_broad(at) for at in self.classes.tolist()], len(self.folded)
        mark = [one == "mark" for one in kind]
        loose = [one in ("mark", "function", "number") for one in kind]
        first = [
            i
            for i in range(count)
            if (not mark[i] or self.folded[i] in _OPENS)
            and (i == 0 or loose[i] or loose[i - 1] or kind[i] != kind[i - 1])
        ]
        last = [
            j
            for j in range(count)
            if (kind[j] != "function" and (not mark[j] or self.folded[j] in _CLOSES))
            and (
                j == count - 1
                or loose[j]
                or loose[j + 1]
                or kind[j] != kind[j + 1]
                or (j > 0 and kind[j - 1] == "number")
            )
        ]
        return first, last

    @cached_property
    def things(self) -> NDArray[np.float32]:
        """For each word, which things it is part of: date, number, name, quotation, cause. Shape (words, 5)."""
        found = np.zeros((len(self.folded), len(_THINGS)), dtype=np.float32)
        for at, pattern in enumerate(_THINGS):
            for match in pattern.finditer(self.text):
                found[(self.starts < match.end()) & (self.ends > match.start()), at] = 1.0
        return found

    @cached_property
    def joints(self) -> NDArray[np.float32]:
        """For each word, whether a date, a name or a quotation goes on from the word before. Length words + 1."""
        found = np.zeros(len(self.folded) + 1, dtype=np.float32)
        patterns: tuple[Pattern, ...] = (DATE, NAME, QUOTED)
        for pattern in patterns:
            for match in pattern.finditer(self.text):
                found[:-1][(self.starts > match.start()) & (self.starts < match.end())] = 1.0
        return found


def _broad(at: int) -> str:
    name = CLASSES[at]
    if name in ("comma", "mark", "quote"):
        return "mark"
    return name if name in ("number", "capital", "word") else "function"


@lru_cache(maxsize=8192)
def words_of(text: str, field: str) -> Words:
    """The sentence, taken apart; ``field`` says how its terms are made."""
    matches = list(_TOKEN.finditer(text))
    folded = tuple(fold(match.group()).rstrip("'’") or match.group() for match in matches)
    classes = np.array(
        [_class(match.group(), word) for match, word in zip(matches, folded, strict=True)], dtype=np.intp
    )
    return Words(
        text,
        field,
        np.array([match.start() for match in matches], dtype=np.intp),
        np.array([match.end() for match in matches], dtype=np.intp),
        folded,
        tuple(
            _terms(word, field) if at >= _AT["number"] else ()
            for word, at in zip(folded, classes.tolist(), strict=True)
        ),
        classes,
    )


@lru_cache(maxsize=50_000)
def _terms(word: str, field: str) -> tuple[str, ...]:
    return tuple(terms(word, field))


def _class(written: str, folded: str) -> int:
    if not written[0].isalnum():
        return _AT["comma" if written in ",;" else "quote" if written in _QUOTES else "mark"]
    if folded in _CLASS_OF:
        return _CLASS_OF[folded]
    if folded in _FUNCTION:
        return _AT["function"]
    return _AT["number" if written[0].isdigit() else "capital" if written[0].isupper() else "word"]
