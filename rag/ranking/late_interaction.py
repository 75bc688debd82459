"""Match each query word to its most similar word in every sentence (late interaction, as in ColBERT).

After Khattab and Zaharia (2020), but with static word vectors: «mari» is near «mariage» and "husband", which neither
stemming nor a table of ten neighbours finds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from rag.ranking.word_vectors import WordVectors
from rag.retrieval.expansion import QueryTerm
from rag.text.analysis import AnalyzedPassage
from rag.text.lazy import lazy_property

Cosines = NDArray[np.float32]
_SAME_WORD = 0.85  # least cosine at which a text contains a word


@dataclass(frozen=True)
class LateInteraction:
    """The similarity of a passage to the words of a question.

    ``total`` is the summed idf of the words, and ``shares``, of shape (words,), their parts of it.
    ``sentence_maxsim`` and ``titled_maxsim``, of shape (sentences, words), are the cosine of the nearest word in the
    sentence, and in the sentence, its title or context. ``question_cosines`` and ``untitled_cosines``, of shape
    (sentences,), are the cosine of the sentence with the question, and with the question words that are in neither
    title nor context.
    """

    total: float
    shares: Cosines
    sentence_maxsim: Cosines
    titled_maxsim: Cosines
    question_cosines: Cosines
    untitled_cosines: Cosines

    @lazy_property
    def passage(self) -> float:
        """Return the best cosine of any sentence with each word, averaged by idf, 0 to 1.

        This reduces ``titled_maxsim``, of shape (sentences, words), to one number.
        """
        return float(self.titled_maxsim.max(axis=0) @ self.shares)

    @lazy_property
    def sentences(self) -> Cosines:
        """Return the similarity of each sentence with its title; shape (sentences,), 0 to 1."""
        return self.titled_maxsim @ self.shares

    @lazy_property
    def alone(self) -> Cosines:
        """Return the similarity of each sentence without the title; shape (sentences,), 0 to 1."""
        return self.sentence_maxsim @ self.shares

    @lazy_property
    def farthest(self) -> float:
        """Return the largest product of a word's idf and its distance from the nearest sentence, 0 to 1."""
        return float(((1 - self.titled_maxsim.max(axis=0)) * self.shares).max(initial=0.0)) * self.total

    def missing_cosines(self, coverage: Sequence[float]) -> Cosines:
        """Return the similarity of each sentence to the missing words only; shape (sentences,), 1 if none is missing.

        ``coverage`` is how well the passage matches each word (``Match.weights``), of shape (words,).
        """
        missing = self.shares * (np.asarray(coverage, np.float32)[: len(self.shares)] < _SAME_WORD)
        total = missing.sum()
        return self.titled_maxsim @ missing / total if total else np.ones(len(self.titled_maxsim), np.float32)


def compute_maxsim(
    words: Sequence[QueryTerm], passages: Sequence[AnalyzedPassage], vectors: WordVectors
) -> list[LateInteraction]:
    """Compare passages with the words of one question, and return one result for each passage, in order.

    The results have arrays of shape (sentences,) or (sentences, words), with ``words`` in the order given.
    """
    # ``vecdot`` rather than matrix products: BLAS would use several threads for these, which takes longer.
    context_texts = list(
        dict.fromkeys(sentence.context.words for passage in passages for sentence in passage.sentences)
    )
    own_texts = (
        text
        for passage in passages
        for text in (passage.title_words, *(sentence.words for sentence in passage.sentences))
    )
    texts = [("", *text) for text in chain(own_texts, context_texts)]
    distinct, rows_of_words = vectors.distinct([word for text in texts for word in text])
    question_vectors = vectors.lookup([word.text for word in words])
    starts = np.cumsum([0, *map(len, texts)])
    cosines = np.vecdot(distinct.directions[:, None], question_vectors.directions)
    nearest = np.maximum.reduceat(cosines[rows_of_words], starts[:-1])
    sums = np.add.reduceat(distinct.sums[rows_of_words], starts[:-1])
    sums = sums[: len(sums) - len(context_texts)]
    products, sizes = np.vecdot(sums[:, None], question_vectors.sums), np.sqrt(np.vecdot(sums, sums))
    titles = np.cumsum(
        [0, *(1 + len(passage.sentences) for passage in passages)]
    )  # the rows of the titles, and the end
    title = np.repeat(nearest[titles[:-1]], np.diff(titles), axis=0)  # of each row
    nearest, contexts = np.split(nearest, titles[-1:])
    title = np.maximum(title, contexts[_context_rows(passages, context_texts)])
    all_words, gram = np.ones_like(nearest, np.float32), question_vectors.sums @ question_vectors.sums.T
    about, beyond = (_cosines(products, sizes, words, gram) for words in (all_words, _unsaid(title)))
    untitled, titled = nearest.round(5), np.maximum(nearest, title).round(5)
    idf = np.array([word.idf for word in words], np.float32)
    total = float(idf.sum())
    shares = idf / (total or 1.0)
    rows = [slice(first + 1, last) for first, last in pairwise(titles.tolist())]
    return [LateInteraction(total, shares, untitled[at], titled[at], about[at], beyond[at]) for at in rows]


def _context_rows(passages: Sequence[AnalyzedPassage], context_texts: Sequence[tuple[str, ...]]) -> list[int]:
    """Return where in ``context_texts`` the context of each title and sentence is; a title has a first sentence's."""
    rows = {words: row for row, words in enumerate(context_texts)}
    return [
        rows[sentence.context.words] for passage in passages for sentence in (passage.sentences[0], *passage.sentences)
    ]


def _cosines(products: Cosines, sizes: Cosines, subset: Cosines, gram: Cosines) -> Cosines:
    """Return the cosine between each text's summed word vectors and a subset of the question's; shape (texts,).

    ``products`` has shape (texts, words), ``sizes`` (texts,), ``subset`` (texts, words), ``gram`` (words, words).
    """
    lengths = np.sqrt(np.vecdot(subset @ gram, subset))
    cosines: Cosines = (np.vecdot(products, subset) / np.maximum(sizes * lengths, 1e-6)).round(5).astype(np.float32)
    return cosines


def _unsaid(titles: Cosines) -> Cosines:
    """Return 1 for each word that a title lacks, or for all if it lacks none; shape (texts, words)."""
    unsaid = titles < _SAME_WORD
    return (unsaid | ~unsaid.any(axis=1, keepdims=True)).astype(np.float32)
