"""Names and words that are one, though spelled in two ways."""

from rapidfuzz import fuzz

from rag.ranking.features import Candidate

_ALIKE = 70  # per cent of the letters
_WRITTEN = 80  # per cent of the letters that a slip leaves


def is_spelled_alike(name: str, other: str, least: int = _ALIKE) -> bool:
    """Return whether two folded names may be one, as another language or a slip spells it: «poutine», "putin"."""
    return fuzz.ratio(name, other) >= least


def is_written(word: str, candidate: Candidate) -> bool:
    """Return whether a passage has a folded word, perhaps with a slip."""
    return any(
        is_spelled_alike(word, other, _WRITTEN) for sentence in candidate.passage.sentences for other in sentence.words
    )
