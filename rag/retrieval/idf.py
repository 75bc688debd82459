"""How rare words are, so that the same question weighs the same over five documents and over a million.

The share of passages that hold a term is estimated from the corpus and from a shipped table of French and English at
large, the table counting as ``PRIOR`` passages: in a small corpus it decides, in a large one the corpus does.
"""

import gzip
from functools import cache
from importlib.resources import files
from math import log

PRIOR = 2000  # passages
_RAREST = 2e-5  # the share of a term that the table does not hold


@cache
def _shares() -> dict[tuple[str, str], float]:
    with gzip.open(str(files("rag.retrieval") / "data/background.tsv.gz"), "rt", encoding="utf-8") as lines:
        rows = (line.rstrip("\n").split("\t") for line in lines)
        return {(language, term): float(share) for language, term, share in rows}


def share(language: str, term: str) -> float:
    """The share of passages at large that hold the term."""
    return _shares().get((language, term), _RAREST)


def rarity(language: str, term: str, holding: int, passages: int) -> float:
    """Inverse document frequency of a term that ``holding`` of ``passages`` hold, from 0 (everywhere) to 1 (rarest)."""
    expected = (share(language, term) * PRIOR + holding) / (PRIOR + passages)
    return min(1.0, max(0.0, log(max(expected, _RAREST)) / log(_RAREST)))
