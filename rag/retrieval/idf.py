"""How rare words are, so that the same question weighs the same over five documents and over a million.

The share of passages that hold a term is estimated from the corpus and from a shipped table of French and English at
large, the table counting as ``PRIOR`` passages: in a small corpus it decides, in a large one the corpus does.
"""

from math import log

from rag.retrieval.tables import tables

PRIOR = 2000  # passages
_RAREST = 2e-5  # the share of a term that the table does not hold


def document_share(language: str, term: str) -> float:
    """The share of passages at large that hold the term."""
    return tables().shares.get((language, term), _RAREST)


def idf(language: str, term: str, holding: int, passages: int) -> float:
    """Inverse document frequency of a term that ``holding`` of ``passages`` hold, from 0 (everywhere) to 1 (rarest)."""
    expected = (document_share(language, term) * PRIOR + holding) / (PRIOR + passages)
    return min(1.0, max(0.0, log(max(expected, _RAREST)) / log(_RAREST)))
