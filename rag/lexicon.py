"""What a word is called in the other language, French or English. Sources and licence: the first line of the file."""

import gzip
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

Language = Literal["en", "fr"]
Translations = tuple[tuple[str, float], ...]

FILE = Path(__file__).parents[1] / "index" / "lexicon.tsv.gz"


def translations(word: str, language: Language | None = None) -> Translations:
    """Up to four translations, best first, each with a weight above 0 and at most 1 (the best has 1).

    Case, accents, hyphens and ligatures do not matter; an answer is lower case without accents, and may be several
    words apart by spaces. Without ``language`` the word is looked up in both. An unknown word has none.
    """
    key = fold(word)
    if language:
        return _row(language, key)
    best: dict[str, float] = {}
    for other, weight in (*_row("en", key), *_row("fr", key)):
        best[other] = max(weight, best.get(other, 0.0))
    return tuple(sorted(best.items(), key=lambda item: (-item[1], item[0])))


def fold(word: str) -> str:
    """Lower case without accents or ligatures; runs of anything but letters and digits become one space."""
    spelled = word.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    bare = "".join(c for c in unicodedata.normalize("NFD", spelled) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())


@lru_cache(maxsize=4096)
def _row(language: Language, key: str) -> Translations:
    text, mark = _text(), f"\n{language}\t{key}\t"
    start = text.find(mark)
    if start < 0:
        return ()
    parts = text[start + len(mark) : text.find("\n", start + 1)].split("\t")
    return tuple((other, float(weight)) for other, _, weight in (part.rpartition("|") for part in parts))


@cache
def _text() -> str:
    # One text, searched: a dictionary of its hundred thousand rows would take longer to build than all searches.
    return gzip.decompress(FILE.read_bytes()).decode() + "\n"
