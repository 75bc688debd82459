"""Folded words of a text with their places, and patterns over them."""

import re

from index.documents import Span
from index.language import RAISED, fold

_WORD = re.compile(r"\d+|[^\W\d_][^\W_]*")
_NOTE = re.compile(rf"[{RAISED}](?<![mM][²³])")
_HISSING = ("ch", "sh", "ss", "x", "z")  # ends of English nouns with a plural in "es"
_HISSED = tuple(f"{end}es" for end in _HISSING)


def words_of(text: str) -> list[str]:
    """Return the folded words and numbers of a text, in order."""
    return _WORD.findall(fold(text))


def spans_of(text: str) -> list[tuple[str, Span]]:
    """Return the same with their spans in ``text``."""
    return [(fold(match.group()), Span(*match.span())) for match in _WORD.finditer(text)]


def fold_keeping_offsets(text: str) -> str:
    """Return a text in lower case, without accents and numbers of notes, with the offsets of the original."""
    folded = ((character, fold(character)) for character in _NOTE.sub(" ", text))
    return "".join(bare if len(bare) == 1 else character for character, bare in folded)


def inflect(word: str) -> tuple[str, ...]:
    """Return a folded word in the singular and in the plural, sorted."""
    if len(word) < 4 or word.isdigit():
        return (word,)
    singular = [word[:-1]] if word[-1] in "sx" else []
    english = [f"{word[:-1]}ies"] if word[-1] == "y" else [f"{word[:-3]}y"] if word.endswith("ies") else []
    hissing = [f"{word}es"] if word.endswith(_HISSING) else [word[:-2]] if word.endswith(_HISSED) else []
    return tuple(sorted({word, f"{word}s", f"{word}x", *singular, *english, *hissing}))


def any_of(patterns: str) -> str:
    """Return a pattern for any of the patterns, which are parted by a bar or a line."""
    lines = (line.strip().strip("|") for line in patterns.split("\n"))
    return f"(?:{'|'.join(line for line in lines if line)})"
