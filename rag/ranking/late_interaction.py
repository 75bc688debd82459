"""How near a text comes in meaning to each word of a question: the nearest of its words counts.

This is the late interaction of ColBERT (Khattab and Zaharia 2020) with word vectors that know no context: «mari» is
near «mariage» and "husband", which neither a stem nor a table of the nearest ten tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.ranking.word_vectors import WordVectors
from rag.retrieval.expansion import QueryTerm
from rag.text.analysis import AnalyzedPassage
from rag.text.lazy import lazy_property

Cosines = NDArray[np.float32]
_SAID = 0.85  # the cosine from which a title says a word


@dataclass(frozen=True)
class LateInteraction:
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

    @lazy_property
    def passage(self) -> float:
        """How near all sentences together come, 0 to 1."""
        return float(self.titled.max(axis=0) @ self.shares)

    @lazy_property
    def sentences(self) -> Cosines:
        """How near each sentence comes under its title, 0 to 1."""
        return self.titled @ self.shares

    @lazy_property
    def alone(self) -> Cosines:
        """How near each sentence comes without the title, 0 to 1."""
        return self.own @ self.shares

    @lazy_property
    def farthest(self) -> float:
        """How rare the word is that stays farthest from all sentences, as far as it stays away; 0 to 1."""
        return float(((1 - self.titled.max(axis=0)) * self.shares).max(initial=0.0)) * self.total

    def missing_cosines(self, held: Sequence[float]) -> Cosines:
        """How near each sentence comes to the words that are not ``held`` as they stand; 1 where all are."""
        missing = self.shares * (np.asarray(held, np.float32)[: len(self.shares)] < _SAID)
        total = missing.sum()
        return self.titled @ missing / total if total else np.ones(len(self.titled), np.float32)


def maxsim(words: Sequence[QueryTerm], views: Sequence[AnalyzedPassage], vectors: WordVectors) -> list[LateInteraction]:
    """Each of the passages beside the words of one question.

    ``vecdot`` stands for matrix products here, since these would be done in several threads, which takes longer.
    """
    texts = [("", *text) for view in views for text in (view.title_words, *(one.words for one in view.sentences))]
    held, places = vectors.distinct([word for text in texts for word in text])
    asked = vectors.lookup([word.text for word in words])
    starts = np.cumsum([0, *map(len, texts)])
    cosines = np.vecdot(held.directions[:, None], asked.directions)
    near = np.maximum.reduceat(cosines[places], starts[:-1])
    sums = np.add.reduceat(held.sums[places], starts[:-1])
    products, sizes = np.vecdot(sums[:, None], asked.sums), np.sqrt(np.vecdot(sums, sums))
    titles = np.cumsum([0, *(1 + len(view.sentences) for view in views)])  # the rows of the titles, and the end
    title = np.repeat(near[titles[:-1]], np.diff(titles), axis=0)  # of each row
    everything, gram = np.ones_like(near, np.float32), asked.sums @ asked.sums.T
    about, beyond = (_cosines(products, sizes, part, gram) for part in (everything, _unsaid(title)))
    own, titled = near.round(5), np.maximum(near, title).round(5)
    rarity = np.array([word.rarity for word in words], np.float32)
    total = float(rarity.sum())
    shares = rarity / (total or 1.0)
    rows = [slice(first + 1, last) for first, last in pairwise(titles.tolist())]
    return [LateInteraction(total, shares, own[at], titled[at], about[at], beyond[at]) for at in rows]


def _cosines(products: Cosines, sizes: Cosines, parts: Cosines, gram: Cosines) -> Cosines:
    """Of the sum of each text's words with the sum of a part of the question's words, from the products of both."""
    lengths = np.sqrt(np.vecdot(parts @ gram, parts))
    cosines: Cosines = (np.vecdot(products, parts) / np.maximum(sizes * lengths, 1e-6)).round(5).astype(np.float32)
    return cosines


def _unsaid(titles: Cosines) -> Cosines:
    """Which words each title leaves unsaid, 1 each; all words where it says all."""
    unsaid = titles < _SAID
    return (unsaid | ~unsaid.any(axis=1, keepdims=True)).astype(np.float32)
