"""Names that are one, though spelled in two ways."""

from rapidfuzz import fuzz

_ALIKE = 70  # per cent of the letters


def is_spelled_alike(name: str, other: str, least: int = _ALIKE) -> bool:
    """Return whether two folded names may be one, as another language or a slip spells it: «poutine», "putin"."""
    return fuzz.ratio(name, other) >= least
