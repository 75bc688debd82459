"""Split text into sentences with exact offsets, for French and English first; each visible character is in exactly one.

A text is first cut into **blocks**: at blank lines, list items, short lines and the breaks that a reader gave (such as
ends of headings). No sentence crosses a block. Inside a block, a stop ends a sentence unless its context says
otherwise. White space must follow (so «100.000» and «www.site.fr» hold none), and then no lower-case letter (so «…»
goes on, and «Quoi ?» demande-t-il is one sentence).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from index.chunking.abbreviations import is_abbreviation
from index.documents import Span

LONGEST = 600  # characters of a sentence; a longer one is cut at ; : , or white space
_SHORTEST_CUT = 200
_WRAPPED = range(40, 180)  # widths of lines that a program wraps; longer lines are whole paragraphs

_BLANK_LINES = re.compile(r"(?:[\n\f][^\S\n\f]*+)+(?=[\n\f])|\f")  # a row of them is looked at once
_STOP = re.compile(  # it starts with a set of characters, which re looks for faster than for anything else
    r"[.!?…؟۔।。！？](?<![.!?…؟۔।。！？]{2})[.!?…؟۔।。！？]*+"  # a row of stops is looked at once, from its first
    r"(?P<close>(?:\s*[»”]|[)\]\"'’*_⁰¹²³⁴⁵⁶⁷⁸⁹」』）]|[\[【]\^?\d+(?:[ ,;–-]{1,2}\d+)*[\]】])*+)"
    r"(?P<gap>\s++|(?=[«“])|(?<=[。！？」』）]))"
    r"(?P<open>[«“\"'‘„(\[—–\-*_¿¡\s]*+)"
)
_ITEM = re.compile(
    r"[ \t]*(?:[•●▪◦‣■□➢✓·*+-][ \t\u00a0]|#{1,6} |(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)°][ \t]|\([a-z\d]{1,4}\) )"
)
_DASH = re.compile(r"[ \t]*[–—] ?")
# How a line of a log, a chat, a list or a fixed table begins, or its columns: such lines do not continue each other.
_RECORD = re.compile(
    r"[ \t]*(?:"
    r"(?P<moment>[\[(<]?(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[:h]\d{2}|[^\W\d_]{3,4}\.? +\d{1,2} \d\d:\d\d))"
    r"|(?P<label>[^\W\d_][^\n:;,.!?]{0,30}?[ \u00a0]?:[ \u00a0])"
    r"|(?P<number>[\[(#]?\d+[\])]?(?: |\t|$))"
    r"|(?P<columns>[^\n]*?\S(?: {3,}|[ ]?[|¦][ ]?)\S))"
)
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_FIRST_WORD = re.compile(r"\s*(\S+)")
_NUMBER_OF_ITEM = re.compile(r"\W*(?:\d{1,3}(?:\.\d{1,2}){0,3}|[a-zA-Z]|[ivxIVX]{1,5})")
ENDS = (".", "!", "?", ":", ";", "»", "”", "…")


def split_sentences(text: str, breaks: Iterable[int] = ()) -> list[Span]:
    """Return the sentences of ``text`` in order; none crosses an offset in ``breaks``."""
    return list(iter_sentences(text, breaks))


def iter_sentences(text: str, breaks: Iterable[int] = ()) -> Iterator[Span]:
    """Yield the sentences of ``text`` lazily; none crosses an offset in ``breaks``."""
    for start, end in pairwise(_blocks(text, breaks)):
        for sentence in _split_block(text, start, end):
            if sentence.end - sentence.start <= LONGEST:
                yield sentence
            else:
                yield from _bound(text, sentence)


def is_list_item(line: str) -> bool:
    """Return whether a line opens a list item: with a bullet, a number or a letter."""
    return _ITEM.match(line) is not None


def _blocks(text: str, breaks: Iterable[int]) -> list[int]:
    """Return the offsets at which blocks start, and the end of the text."""
    cuts = {0, len(text), *(edge for match in _BLANK_LINES.finditer(text) for edge in match.span())}
    cuts.update(offset for offset in breaks if 0 < offset < len(text))
    edges = sorted(cuts)
    cuts.update(cut for start, end in pairwise(edges) for cut in _line_cuts(text, start, end))
    return sorted(cuts)


def _line_cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Yield the line ends inside a block that are breaks, rather than the wrapping of a paragraph."""
    lines = text[start:end].strip("\n").split("\n")
    if len(lines) < 2:
        return
    offset = start + len(text[start:end]) - len(text[start:end].lstrip("\n"))
    width, kind = max(map(len, lines)), _record_kind(lines)
    for line, following in pairwise(lines):
        offset += len(line) + 1
        if (kind and _kind_of(following) == kind) or not _goes_on(line, following, width):
            yield offset


def _record_kind(lines: Sequence[str]) -> str | None:
    """Return how the lines of a block begin, if its first and at least half of them, or several moments, begin so."""
    kind = _kind_of(lines[0])
    count = sum(_kind_of(line) == kind for line in lines) if kind else 0
    return kind if count > 1 and (kind == "moment" or 2 * count >= len(lines)) else None


def _kind_of(line: str) -> str | None:
    match = _RECORD.match(line)
    return match.lastgroup if match else None


def _goes_on(line: str, following: str, width: int) -> bool:
    """Return whether ``following`` continues the paragraph of ``line``, in a block whose longest line is ``width``."""
    word = _FIRST_WORD.match(following)
    if word is None or "\t" in line or _ITEM.match(following):
        return False
    if _DASH.match(following) and line.rstrip().endswith(ENDS):
        return False
    if word[1][0].islower() and not line.rstrip().endswith((".", ":", ";", "!", "?")):
        return True
    return width in _WRAPPED and len(line) + 1 + len(word[1]) >= 0.85 * width


def _split_block(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the sentences of a block, trimmed; stops alone («. . .») end none."""
    begin = checked = start
    has_words = False
    for match in _STOP.finditer(text, start, end):
        has_words = has_words or _LETTER_OR_DIGIT.search(text, checked, match.start()) is not None
        checked = match.end()
        if has_words and match.end() < end and _ends_sentence(text, begin, match):
            yield from _trim(text, begin, match.end("close"))
            begin, has_words = match.end("gap"), False
    yield from _trim(text, begin, end)


def _ends_sentence(text: str, begin: int, match: re.Match[str]) -> bool:
    following, close = text[match.end()], match["close"]
    if following.islower() or following in ",;:)]}»”":
        return False
    stop = text[match.start() : match.start("close")]
    if close in (")", "]") and stop in ("...", "…", "....") and text[match.start() - 1] in "([":
        return False  # (...) stands for words left out
    return stop != "." or close != "" or not _is_abbreviation(text, begin, match)


def _is_abbreviation(text: str, begin: int, match: re.Match[str]) -> bool:
    if match.start() - begin < 12 and _NUMBER_OF_ITEM.fullmatch(text, begin, match.start()):
        return True
    words = text[max(begin, match.start() - 16) : match.start()].replace("’", "'").split()
    word = words[-1].rpartition("'")[2].lstrip("(«“\"'[—–-") if words else ""
    return is_abbreviation(word, text, match.end())


def _trim(text: str, start: int, end: int) -> Iterator[Span]:
    sentence = text[start:end].rstrip()
    if sentence:
        yield Span(start + len(sentence) - len(sentence.lstrip()), start + len(sentence))


def _bound(text: str, span: Span) -> Iterator[Span]:
    """Split a span that is longer than ``LONGEST``."""
    start, end = span
    while end - start > LONGEST:
        cut = _cut(text, start)
        yield from _trim(text, start, cut)
        start = cut
    yield from _trim(text, start, end)


def _cut(text: str, start: int) -> int:
    for mark in ("; ", " : ", ": ", "\n", ", ", " "):
        at = text.rfind(mark, start + _SHORTEST_CUT, start + LONGEST)
        if at >= 0:
            return at + len(mark)
    return start + LONGEST
