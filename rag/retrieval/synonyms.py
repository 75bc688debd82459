"""Distributional neighbours: the words nearest in meaning to a word, in its language and in the other."""

from rag.retrieval.tables import tables


def find_neighbors(word: str) -> list[tuple[str, float]]:
    """Return up to ten words, nearest first, each with its cosine; none for an unknown word.

    ``word`` and the words returned are folded. The table was computed from the bundled encoder.
    """
    return [
        (other, float(cosine)) for other, _, cosine in (entry.rpartition("|") for entry in tables().neighbors.get(word))
    ]
