"""The words nearest in meaning to a word, in its language and the other: a table drawn from the bundled encoder."""

import gzip
from functools import cache, lru_cache
from importlib.resources import files


@lru_cache(maxsize=8192)
def neighbours(word: str) -> tuple[tuple[str, float], ...]:
    """Up to ten words (folded, as ``word`` must be), nearest first, each with its cosine; none for an unknown word."""
    row = _rows().get(word)
    if row is None:
        return ()
    return tuple((other, float(cosine)) for other, _, cosine in (part.rpartition("|") for part in row.split("\t")))


@cache
def _rows() -> dict[str, str]:
    text = gzip.decompress((files("rag.retrieval") / "data/neighbours.tsv.gz").read_bytes()).decode()
    return dict(line.split("\t", 1) for line in text.splitlines())
