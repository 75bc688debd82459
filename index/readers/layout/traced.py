"""Text with the position of each character on its page."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, groupby, pairwise
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

    def slice(self, start: int, end: int | None = None) -> "Traced":
        """Return a slice."""
        return Traced(self.text[start:end], self.numbers[start:end])

    def stripped(self) -> "Traced":
        """Return it without white space at its ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.slice(start, len(self.text.rstrip())) if self.text.strip() else NOTHING


NOTHING = Traced("", ())


def concatenate(pieces: Iterable[Traced]) -> Traced:
    """Return traced texts as one."""
    pieces = list(pieces)
    return Traced("".join(piece.text for piece in pieces), list(chain.from_iterable(piece.numbers for piece in pieces)))


def runs_of(traced: Traced, page: int, start: int) -> Iterator[Run]:
    """Yield where the characters of a text stand on a page, if it begins at ``start`` in its document.

    A ligature is one character of the page and several of the text: each of these is a run of its own.
    """
    numbers = traced.numbers
    ends = [n for n, number in enumerate(numbers) if number == PUT_IN] if PUT_IN in numbers else []
    run: Run | None = None
    for previous, end in pairwise([-1, *ends, len(numbers)]):
        for begin, length in _consecutive(numbers[previous + 1 : end]):
            offset, first = start + previous + 1 + begin, numbers[previous + 1 + begin]
            if run and first - run.first == offset - run.offset:
                run = run._replace(length=offset + length - run.offset)  # a space put in is that of the page
                continue
            if run:
                yield run
            run = Run(page, offset, length, first)
    if run:
        yield run


def _consecutive(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where runs of numbers that rise by one begin, and how long they are. Most often there is one."""
    if numbers and list(numbers) == list(range(numbers[0], numbers[0] + len(numbers))):
        yield 0, len(numbers)
        return
    begin = 0
    for _, group in groupby(map(sub, numbers, count())):
        length = len(list(group))
        yield begin, length
        begin += length
