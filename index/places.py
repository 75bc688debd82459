"""Where the characters of a document stand on its pages, as the index and the cache store it.

A page numbers its characters in the order of its content, as pdfium does. What pdfium does not know has numbers after
those, and a box of its own: words of form fields, of notes, and those that OCR read.
"""

import base64
import binascii
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

_LARGEST = 1 << 28  # bytes of unpacked numbers
UNIT = 10_000  # a page is so many units wide, and high


class Run(NamedTuple):
    """Characters of a text that are consecutive on their page."""

    page: int  # from 1
    offset: int  # in the text of the document
    length: int
    first: int  # the number of the first of them on the page


class PlacedWord(NamedTuple):
    """A word with a box of its own: distances are in units from the left and the top."""

    page: int  # from 1
    first: int  # the number of its first character on the page
    length: int
    left: int
    top: int
    right: int
    bottom: int


def pack(runs: Sequence[Run], words: Sequence[PlacedWord]) -> str:
    """Return the places of a document as text; empty where it has none."""
    if not runs:
        return ""
    numbers = array("i", [len(runs)])
    for rows, width in ((runs, len(Run._fields)), (words, len(PlacedWord._fields))):
        previous = (0,) * width
        for row in rows:  # differences are small, and pack well
            numbers.extend(number - other for number, other in zip(row, previous, strict=True))
            previous = row
    return base64.b85encode(zlib.compress(numbers.tobytes(), 9)).decode()


def runs_and_words(packed: str) -> tuple[list[Run], list[PlacedWord]]:
    """Restore the places of which ``pack`` returned ``packed``.

    Raises:
        ValueError: it returned no such text.
    """
    if not packed:
        return [], []
    numbers = array("i", _unpack(packed))
    width, count = len(Run._fields), numbers[0]
    runs = _restore(numbers[1 : 1 + width * count], width)
    words = _restore(numbers[1 + width * count :], len(PlacedWord._fields))
    return [Run(*row) for row in runs], [PlacedWord(*row) for row in words]


def _unpack(packed: str) -> bytes:
    try:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(base64.b85decode(packed), _LARGEST)
    except (zlib.error, binascii.Error) as error:
        raise ValueError("places that cannot be unpacked") from error
    if not unpacking.eof or len(data) < 4 or len(data) % 4:
        raise ValueError("places that are cut")
    return data


def _restore(numbers: Iterable[int], width: int) -> Iterator[tuple[int, ...]]:
    previous = (0,) * width
    for differences in zip(*[iter(numbers)] * width, strict=True):
        previous = tuple(difference + other for difference, other in zip(differences, previous, strict=True))
        yield previous
