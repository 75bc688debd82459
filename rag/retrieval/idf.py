"""Inverse document frequency with a prior, so that a question weighs the same in a small and in a large corpus.

The share of passages that hold a term is estimated from the corpus and from a shipped table of French and English at
large, the table counting as ``PRIOR`` passages: in a small corpus it decides, in a large one the corpus does.
"""

from math import log

from rag.retrieval.tables import tables

PRIOR = 2000  # passages
_RAREST = 2e-5  # the share of a term that the table does not hold


def is_known(language: str, term: str) -> bool:
    """Return whether the table holds a term, so that it is hardly a slip."""
    return bool(tables().shares.get(language, term))


def estimate_document_share(language: str, term: str) -> float:
    """Return the share of passages at large that contain the term, 0 to 1."""
    row = tables().shares.get(language, term)
    return float(row[0]) if row else _RAREST


def compute_idf(language: str, term: str, frequency: int, passages: int) -> float:
    """Return the rarity of a term that ``frequency`` of ``passages`` contain, from 0 (everywhere) to 1 (rarest)."""
    expected = (estimate_document_share(language, term) * PRIOR + frequency) / (PRIOR + passages)
    return min(1.0, max(0.0, log(max(expected, _RAREST)) / log(_RAREST)))
