"""What the reader says of a passage, by characters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Span
from rag.reading.reader_output import ReaderOutput

WORDS = "Anna Moss runs the north ward".split()


def reading(starts: list[float], ends: list[float], absent: float) -> ReaderOutput:
    """A reading of ``WORDS``, a token each; the shares of ``absent`` are what is left."""
    begins = np.cumsum([0, *(len(word) + 1 for word in WORDS)])[:-1]
    offsets = np.array([[at, at + len(word)] for at, word in zip(begins, WORDS, strict=True)], np.int32)
    logs = [np.log(np.array(shares, np.float32)) for shares in (starts, ends)]
    return ReaderOutput(0.0, logs[0], logs[1], float(np.log(absent)), offsets)


SURE = reading([0.7, 0.02, 0.02, 0.02, 0.02, 0.02], [0.02, 0.7, 0.02, 0.02, 0.02, 0.02], 0.2 * 0.2)


def test_the_best_span_is_given_in_characters() -> None:
    assert SURE.span(0, 100) == Span(0, len("Anna Moss"))


def test_a_span_lies_in_the_part_asked_for() -> None:
    start = len("Anna Moss ")
    span = SURE.span(start, 100)
    assert span is not None
    assert span.start >= start


def test_a_part_without_tokens_has_no_span_and_hardly_any_mass() -> None:
    assert SURE.span(200, 300) is None
    assert SURE.mass(200, 300) == SURE.mass(500, 501) < -10


def test_the_mass_of_a_part_is_that_of_all_spans_in_it() -> None:
    whole = np.exp(SURE.mass(0, 100))
    expected = sum(np.exp(SURE.starts[i] + SURE.ends[j]) for i in range(6) for j in range(i, 6))
    assert whole == pytest.approx(expected, rel=1e-4)
    assert np.exp(SURE.mass(0, 9)) == pytest.approx(
        sum(np.exp(SURE.starts[i] + SURE.ends[j]) for i, j in ((0, 0), (0, 1), (1, 1))), rel=1e-4
    )


def test_the_margin_compares_the_best_span_with_no_answer() -> None:
    assert pytest.approx(float(np.log(0.7 * 0.7 / 0.04)), abs=1e-2) == SURE.margin
    assert reading([0.05] * 6, [0.05] * 6, 0.7 * 0.7).margin < 0


shares = st.lists(st.floats(0.01, 1), min_size=6, max_size=6)


@given(shares, shares, st.integers(0, 30), st.integers(0, 30))
def test_parts_hold_no_more_than_the_whole(starts: list[float], ends: list[float], a: int, b: int) -> None:
    total = sum(starts) + sum(ends)
    some = reading([share / total for share in starts], [share / total for share in ends], 0.1)
    assert some.mass(min(a, b), max(a, b)) <= some.mass(0, 30) + 1e-4
    span = some.span(min(a, b), max(a, b))
    assert span is None or 0 <= span.start < span.end <= len(" ".join(WORDS))


def test_a_span_is_of_some_thirty_tokens_at_most() -> None:
    flat = np.log(np.full(100, 0.001, np.float32))
    first, last = flat.copy(), flat.copy()
    first[0], last[99] = np.log(0.5), np.log(0.5)
    offsets = np.array([[2 * at, 2 * at + 1] for at in range(100)], np.int32)
    span = ReaderOutput(0.0, first, last, -9.0, offsets).span(0, 200)
    assert span is not None
    assert span.end - span.start <= 60


def test_spans_of_characters_have_the_probabilities_of_their_tokens() -> None:
    starts, ends = np.array([0, 5, 10, 500]), np.array([9, 9, 25, 501])
    log_probabilities = SURE.spans(starts, ends)
    assert log_probabilities[:3] == pytest.approx(
        [SURE.starts[0] + SURE.ends[1], SURE.starts[1] + SURE.ends[1], SURE.starts[2] + SURE.ends[4]]
    )
    assert log_probabilities[3] < -20  # behind what was read


def test_nothing_read_gives_every_span_the_least_probability() -> None:
    nothing = np.array([], np.float32)
    empty = ReaderOutput(0.0, nothing, nothing, 0.0, np.zeros((0, 2), np.int32))
    assert (empty.spans(np.array([0, 3]), np.array([2, 5])) < -20).all()
