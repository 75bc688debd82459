"""Text that knows where each of its characters stands on its page."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import sub
from typing import NamedTuple

from index.places import Run

PUT_IN = -1  # the number of a character that stands nowhere on the page, such as the space between two lines


class Traced(NamedTuple):
    """A text, and for each of its characters its number among those of the page; ``PUT_IN`` if it has none."""

    text: str
    numbers: Sequence[int]

    @classmethod
    def put_in(cls, text: str) -> "Traced":
        """Return a text that stands nowhere on the page."""
        return cls(text, [PUT_IN] * len(text))

    def part(self, start: int, end: int | None = None) -> "Traced":
        """Return a slice."""
        return Traced(self.text[start:end], self.numbers[start:end])

    def stripped(self) -> "Traced":
        """Return it without white space at its ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, len(self.text.rstrip())) if self.text.strip() else NOTHING


NOTHING = Traced("", ())


def concatenate(parts: Iterable[Traced]) -> Traced:
    """Return traced texts as one."""
    parts = list(parts)
    return Traced("".join(part.text for part in parts), [number for part in parts for number in part.numbers])


def runs_of(traced: Traced, page: int, start: int) -> Iterator[Run]:
    """Yield where the characters of a text stand on a page, if it begins at ``start`` in its document.

    A ligature is one character of the page and several of the text: each of these is a run of its own.
    """
    offsets: Sequence[int] = range(start, start + len(traced.numbers))
    numbers = traced.numbers
    if PUT_IN in numbers:
        offsets = [offset for offset, number in zip(offsets, numbers, strict=True) if number != PUT_IN]
        numbers = [number for number in numbers if number != PUT_IN]
    end = 0
    for _, group in groupby(map(sub, numbers, offsets)):
        begin, end = end, end + len(list(group))
        # A space put in for one of the page is that one.
        yield Run(page, offsets[begin], offsets[end - 1] - offsets[begin] + 1, numbers[begin])
