"""Quoted words of a text, and where they stand verbatim: «…», "…", ‘…’, with […] for words left out.

Texts are compared in one normal form (case, accents, marks and white space apart) with a map of offsets, so that what
is shown is the source's own characters. What changes a number stays: «50 %» is not «50 €», nor «-5» the same as «5».
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category

from index.documents import Span
from index.language import fold

SHORTEST = 12  # characters of quoted words that may be verified
# A text out of a table may have its straight quotation marks doubled, and stand between two single ones.
_QUOTED = re.compile(
    r"«([^«»]{2,1500})»|‹([^‹›]{2,1500})›|“([^“”]{2,1500})”|„([^„“”]{2,1500})[“”]"
    r"|\"\"([^\"]{2,1500})\"\"|(?<!\")\"((?:[^\"\n]|\n(?!\s*\n)){2,1500})\"(?!\")"  # no pair of two paragraphs
    r"|(?<!\w)‘((?:[^‘’]|’(?=\w)){2,1500})’(?!\w)"
)
ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\))\s*")
_EDGE = " \u00a0\u202f.,;:!?…"
_DASH = "[-−–—‑]"
_SIGN = re.compile(rf"(?<![^\s(«“\"'])(?P<minus>{_DASH})(?=\d)|(?<=\d)\s?(?P<range>{_DASH})\s?(?=\d)")


@dataclass(frozen=True, slots=True)
class Normalized:
    """A text with letters, digits and what changes a number, in lower case, and the offset of each in the original."""

    text: str
    offsets: Sequence[int]


def normalize(text: str) -> Normalized:
    """Return the words of a text, folded, with one space between; each character knows its offset."""
    characters: list[str] = []
    offsets: list[int] = []
    signs = _find_signs(text)
    for at, character in enumerate(text):
        folded = fold(character) if character.isalnum() else signs.get(at, " ")
        if folded.startswith(" ") and (not characters or characters[-1] == " "):
            folded = folded[1:]
        characters += folded
        offsets += [at] * len(folded)
    return Normalized("".join(characters), offsets)


def _find_signs(text: str) -> dict[int, str]:
    """Return what stands for the marks of a text that change a number, and for the spaces around them."""
    signs = {at: f" {mark} " for at, mark in enumerate(text) if mark in "%‰" or category(mark) == "Sc"}
    for match in _SIGN.finditer(text):
        signs |= dict.fromkeys(range(*match.span()), "") | {match.start(match.lastgroup or 0): "-"}
    return signs


def find_quoted(text: str) -> Iterator[Span]:
    """Yield the spans of quoted words in a text, inside their quotation marks and the white space there."""
    for match in _QUOTED.finditer(text):
        words, (start, end) = match[match.lastindex or 0], match.span(match.lastindex or 0)
        if words.strip():
            yield Span(start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip()))


def locate(words: str, text: str) -> Span | None:
    """Return where quoted words stand in a text, pieces around […] in order; None if they do not."""
    return locate_in(words, normalize(text))


def locate_in(words: str, source: Normalized) -> Span | None:
    """Return where quoted words stand in a normalized text, as a span of the original."""
    start = end = None
    at = 0
    for piece in ELLIPSIS.split(words.strip(_EDGE)):
        needle = normalize(piece).text.strip()
        if not needle:
            continue
        position = _find_words(source.text, needle, at)
        if position < 0:
            return None
        at = position + len(needle)
        start = source.offsets[position] if start is None else start
        end = source.offsets[at - 1] + 1
    return Span(start, end) if start is not None and end is not None else None


def _find_words(text: str, needle: str, at: int) -> int:
    """Return where whole words stand at ``at`` or after; -1 if nowhere."""
    while (position := text.find(needle, at)) >= 0:
        end = position + len(needle)
        if (position == 0 or text[position - 1] == " ") and (end == len(text) or text[end] == " "):
            return position
        at = position + 1
    return -1
