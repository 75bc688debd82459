"""Chunk a text: where its sentences and passages are, and the language of each passage."""

from array import array
from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from index.chunking import passages as pack
from index.chunking import sentences as split
from index.documents import Span
from index.language import detect
from index.readers import registry
from index.readers.parsed import ParsedFile

# What decides the passages and sentences of a text; a manifest records it.
SPLIT = {"version": 4, "sentence": split.LONGEST, "passage": pack.LENGTH}
MADE_WITH = f"{registry.VERSION} {sorted(SPLIT.items())}"  # what decides how a file is read and chunked

INT32 = "i"  # type code of the arrays

_SAMPLE = 200  # characters that tell the language of a passage


class Chunks(NamedTuple):
    """Arrays of the standard library: without NumPy, a process that only reads files starts in half the time."""

    sentences: "array[int]"  # start and end of each sentence in turn
    passages: "array[int]"  # the number of the first sentence of each passage
    languages: tuple[str, ...]  # of each passage


def chunk(parsed: ParsedFile) -> Chunks:
    """Split a text into sentences, and pack these into passages."""
    spans = split.split_sentences(parsed.text, parsed.all_breaks)
    ranges = pack.pack_passages(parsed.text, spans, parsed.headings, parsed.pages)
    return Chunks(
        array(INT32, chain.from_iterable(spans)),
        array(INT32, [numbers.start for numbers in ranges]),
        tuple(detect(_sample(parsed.text, spans, numbers)) for numbers in ranges),
    )


def _sample(text: str, spans: Sequence[Span], numbers: range) -> str:
    return text[spans[numbers[0]].start : spans[numbers[-1]].end][:_SAMPLE]
