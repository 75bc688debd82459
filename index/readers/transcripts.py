"""Find who speaks in a transcript: names at the starts of lines, before a colon, that return."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import replace

from index.documents import Block, Span
from index.readers.parsed import ParsedFile

_MARK = r"(?:\*\*|__)?"
_LABEL = re.compile(
    rf"^[ \t]*(?P<label>{_MARK}(?P<name>[A-ZÀ-ÖØ-ÞŒ][\w.'’-]*(?: [\w.'’-]+){{0,4}}){_MARK}[ \u00a0]?:{_MARK})"
    r"[ \t\u00a0]+(?=\S)",
    re.MULTILINE,
)
_PARTICLES = frozenset("de du des la le van von der den of the et and à".split())
_LEAST_TURNS = 4
_WORD = re.compile(r"[^\W\d_]{3,}")
_CLOSED = re.compile(r"[.!?…][»”\")’]*$")


def with_speakers(parsed: ParsedFile) -> ParsedFile:
    """Return the file with a block for each name that opens a turn, if it is a transcript.

    In a transcript at least two names return, most turns are sentences, and no name is a word of the text («Note:»).
    """
    labels = [match for match in _LABEL.finditer(parsed.text) if _is_name(match["name"])]
    counts = Counter(match["name"] for match in labels)
    if len(labels) < _LEAST_TURNS or sum(count > 1 for count in counts.values()) < 2:
        return parsed
    words = set(_WORD.findall(parsed.text))
    names = {name for name in counts if not any(word.lower() in words for word in _WORD.findall(name))}
    turns = [match for match in labels if match["name"] in names]
    if sum(counts[name] > 1 for name in names) < 2 or 2 * sum(map(_is_closed, turns)) < len(turns):
        return parsed
    return replace(parsed, blocks=_merge(parsed.blocks, [Span(*match.span("label")) for match in turns]))


def _is_name(name: str) -> bool:
    return all(word[0].isupper() or word in _PARTICLES for word in name.split())


def _is_closed(label: re.Match[str]) -> bool:
    """Return whether the line after a label ends as a sentence does."""
    line = label.string[label.end() :].partition("\n")[0]
    return _CLOSED.search(line.rstrip()) is not None


def _merge(blocks: tuple[Block, ...], speakers: list[Span]) -> tuple[Block, ...]:
    """Put speakers among the other blocks, under the headings that they follow; one inside a block is left out."""
    starts = [block.start for block in blocks]
    positions = [(span, bisect_right(starts, span.start)) for span in speakers]
    free = [(span, at) for span, at in positions if not at or blocks[at - 1].end <= span.start]
    free = [(span, at) for span, at in free if at == len(blocks) or span.end <= blocks[at].start]
    offsets = [at for _, at in free]
    moved = [number + bisect_right(offsets, number) for number in range(len(blocks))]
    merged = [block._replace(parent=moved[block.parent] if block.parent >= 0 else -1) for block in blocks]
    headings = [number for number, block in enumerate(blocks) if block.kind == "heading"]
    for span, at in free:
        heading = bisect_left(headings, at) - 1
        merged.append(Block("speaker", *span, moved[headings[heading]] if heading >= 0 else -1))
    return tuple(sorted(merged, key=lambda block: block.start))
