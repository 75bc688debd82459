"""Words that begin alike, found by what is left of them when letters are taken out (Garbe 2012, SymSpell).

Two words within so many typing errors (a letter too few, too many, another one, or two neighbours exchanged) become
equal when each loses at most as many letters. It is enough to look at their first letters.
"""

from itertools import combinations

from index.stores.postings import term_number

SLIPS = 2  # typing errors at most
_LETTERS = 7


def list_variants(text: str, slips: int = SLIPS) -> dict[int, float]:
    """Return a dimension for what is left of the beginning of a word when at most ``slips`` letters are taken out.

    The first letter stays, since only words that begin alike are looked for.

    Raises:
        ValueError: so many typing errors are not provided for.
    """
    if slips > SLIPS:
        raise ValueError(f"{slips} typing errors, of at most {SLIPS}")
    beginning = text[:_LETTERS]
    spellings = {
        "".join(letter for at, letter in enumerate(beginning) if at not in out)
        for count in range(slips + 1)
        for out in combinations(range(1, len(beginning)), count)
    }
    return {(term_number("spelling", spelled) & 0x3FFFFFFF) + 1: 1.0 for spelled in spellings}
