"""How near a text comes in meaning to each word of a question: the nearest of its words counts.

This is the late interaction of ColBERT (Khattab and Zaharia 2020) with word vectors that know no context: «mari» is
near «mariage» and "husband", which neither a stem nor a table of the nearest ten tells.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.expansion import Word
from rag.views import PassageView
from rag.word_vectors import word_vectors

Cosines = NDArray[np.float32]
_SAID = 0.85  # the cosine from which a title says a word


@dataclass(frozen=True)
class Alignment:
    """A passage beside the words of a question.

    ``shares`` are the words' parts of the question's rarity, which is ``total``. ``own`` and ``titled``, of shape
    (sentences, words), have the cosine of the nearest word of a sentence, and of that and the title together.
    ``about`` and ``beyond`` have for each sentence its cosine with the question, and with what the title leaves unsaid.
    """

    total: float
    shares: Cosines
    own: Cosines
    titled: Cosines
    about: Cosines
    beyond: Cosines

    @cached_property
    def passage(self) -> float:
        """How near all sentences together come, 0 to 1."""
        return float(self.titled.max(axis=0) @ self.shares)

    @cached_property
    def sentences(self) -> Cosines:
        """How near each sentence comes under its title, 0 to 1."""
        return self.titled @ self.shares

    @cached_property
    def alone(self) -> Cosines:
        """How near each sentence comes without the title, 0 to 1."""
        return self.own @ self.shares

    @cached_property
    def farthest(self) -> float:
        """How rare the word is that stays farthest from all sentences, as far as it stays away; 0 to 1."""
        return float(((1 - self.titled.max(axis=0)) * self.shares).max(initial=0.0)) * self.total

    def of_missing(self, held: Sequence[float]) -> Cosines:
        """How near each sentence comes to the words that are not ``held`` as they stand; 1 where all are."""
        missing = self.shares * (np.asarray(held, np.float32)[: len(self.shares)] < _SAID)
        total = missing.sum()
        return self.titled @ missing / total if total else np.ones(len(self.titled), np.float32)


def align(words: Sequence[Word], views: Sequence[PassageView]) -> list[Alignment]:
    """Each of the passages beside the words of one question."""
    texts = [text for view in views for text in (view.title_words, *(one.words for one in view.sentences))]
    vocabulary, flat, starts = _numbered(texts)
    asked = word_vectors().of([word.text for word in words])
    held = word_vectors().of(vocabulary)
    cosines = np.vecdot(held.directions[:, None], asked.directions)  # so small a product is slower in several threads
    near = np.maximum.reduceat(cosines[flat], starts)
    products = np.add.reduceat((cosines * held.lengths[:, None] * asked.lengths)[flat], starts)
    rarity = np.array([word.rarity for word in words], np.float32)
    total = float(rarity.sum())
    ends = np.cumsum([1 + len(view.sentences) for view in views])
    gram = asked.sums @ asked.sums.T
    found = []
    for view, start, end in zip(views, [0, *ends[:-1]], ends, strict=True):
        title, own = near[start], near[start + 1 : end]
        sizes = np.array([one.size for one in view.sentences], np.float32)
        rows = products[start + 1 : end]
        found.append(
            Alignment(
                total,
                rarity / (total or 1.0),
                own.round(5),
                np.maximum(own, title).round(5),
                _cosines(rows, np.ones_like(title), gram, sizes),
                _cosines(rows, _unsaid(title), gram, sizes),
            )
        )
    return found


def _cosines(products: Cosines, part: Cosines, gram: Cosines, sizes: Cosines) -> Cosines:
    """Of sums of words with the sum of a part of the question's words, from the products of both."""
    length = np.sqrt(part @ gram @ part)
    return (products @ part / np.maximum(sizes * length, 1e-6)).round(5).astype(np.float32)


def _unsaid(title: Cosines) -> Cosines:
    """Which words the title leaves unsaid, 1 each; all words where it says all."""
    unsaid = (title < _SAID).astype(np.float32)
    return unsaid if unsaid.any() else np.ones_like(unsaid)


def _numbered(texts: Iterable[Sequence[str]]) -> tuple[list[str], NDArray[np.intp], list[int]]:
    """All different words, the places of the words of all texts among them, and where each text starts.

    Each text begins with the empty word, which is like nothing: so none is empty.
    """
    places = {"": 0}
    flat: list[int] = []
    starts = []
    for text in texts:
        starts.append(len(flat))
        flat += [0, *(places.setdefault(word, len(places)) for word in text)]
    return list(places), np.array(flat, np.intp), starts
