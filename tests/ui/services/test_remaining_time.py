"""The time left of a rebuild, from what it tells, over clocks that are set by hand."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from index import rebuild
from index.progress import Progress
from ui.i18n.labels import ENGLISH, FRENCH
from ui.services.remaining_time import RemainingTime, describe_remaining, share_read

LONG, SHORT = [3_000_000] * 6, [600] * 2_000
MIXED = [size for n in range(6) for size in (3_000_000, *[600] * 333)]
BYTE, FILE, WRITTEN = 9e-6, 0.03, 16e-6  # seconds: a slow encoder
BEGAN = 1_000.0


def simulate(sizes: list[int]) -> Iterator[tuple[float, Progress]]:
    """What the rebuild of files of these sizes tells, with the seconds since it began."""
    seconds, done = 0.0, 0
    for number, size in enumerate(sizes, 1):
        seconds += BYTE * size + FILE
        done += size
        yield seconds, Progress("reading", number, len(sizes), "", done // 600, done, sum(sizes))


def total_seconds(sizes: list[int]) -> float:
    return (BYTE + WRITTEN) * sum(sizes) + FILE * len(sizes)


@pytest.mark.parametrize("sizes", [LONG + SHORT, SHORT + LONG, MIXED], ids=["long first", "long last", "mixed"])
def test_the_time_left_is_within_a_factor_of_three(sizes):
    left, total = RemainingTime(BEGAN), total_seconds(sizes)
    told_so_far = list(simulate(sizes))
    assert 300 < total < 900
    for second in range(int(told_so_far[-1][0])):
        while told_so_far and told_so_far[0][0] <= second:
            at, now = told_so_far.pop(0)
            left.update(now, BEGAN + at)
        estimate = left.seconds(BEGAN + second)
        if second > 0.2 * total:
            assert estimate is not None
            assert (total - second) / 3 < estimate < (total - second) * 3, f"after {second} s of {total:.0f}"


def test_the_writing_is_counted_down_from_what_was_estimated_before_it():
    left, total = RemainingTime(BEGAN), total_seconds(LONG)
    for at, now in simulate(LONG):
        left.update(now, BEGAN + at)
    left.update(Progress("writing", 6, 6), BEGAN + at)
    before, after = left.seconds(BEGAN + at), left.seconds(BEGAN + at + 30)
    assert before is not None
    assert after is not None
    assert (total - at) / 3 < before < (total - at) * 3
    assert 25 < before - after < 35
    assert left.seconds(BEGAN + 10 * total) == 0


def test_the_sending_has_a_time_of_its_own():
    left = RemainingTime(BEGAN)
    for at, now in simulate(SHORT):
        left.update(now, BEGAN + at)
    began = BEGAN + at + 100
    left.update(Progress("sending", 0, 100_000), began)
    assert left.seconds(began + 2) is None
    for second in range(1, 11):
        left.update(Progress("sending", 2_000 * second, 100_000), began + second)
    assert left.seconds(began + 10) == pytest.approx(40, abs=1)
    assert share_read(Progress("sending", 20_000, 100_000)) == 0.2


def test_no_time_is_told_in_the_first_seconds():
    left = RemainingTime(BEGAN)
    assert left.seconds(BEGAN + 60) is None
    left.update(Progress("reading", 1, 100, "", 10, 10, 1_000), BEGAN + 1)
    assert left.seconds(BEGAN + 4.9) is None
    first = left.seconds(BEGAN + 5.1)
    assert first is not None
    assert first > 0


def test_one_slow_file_moves_the_time_left_little_by_little():
    left = RemainingTime(BEGAN)
    for number in range(1, 11):
        left.update(Progress("reading", number, 100, "", 0, 1_000 * number, 100_000), BEGAN + number)
    before = left.seconds(BEGAN + 10)
    left.update(Progress("reading", 11, 100, "", 0, 11_000, 100_000), BEGAN + 40)
    told = [left.seconds(BEGAN + 40 + tenth / 10) for tenth in range(300)]
    assert None not in told
    estimates = [seconds for seconds in told if seconds is not None]
    assert before == pytest.approx(90, abs=5)
    assert max(estimates) > 200  # it has followed
    assert all(abs(later - earlier) < 10 for earlier, later in pairwise(estimates))


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [
        (0, "il reste moins d’une minute", "less than a minute left"),
        (59, "il reste moins d’une minute", "less than a minute left"),
        (61, "il reste environ 2\xa0min", "about 2\xa0min left"),
        (1_400, "il reste environ 25\xa0min", "about 25\xa0min left"),
        (7_000, "il reste environ 2\xa0h", "about 2\xa0h left"),
    ],
)
def test_the_time_left_is_told_in_coarse_words(seconds, french, english):
    assert describe_remaining(seconds, FRENCH) == french
    assert describe_remaining(seconds, ENGLISH) == english


def test_a_rebuild_tells_the_bytes_that_are_done_and_those_of_skipped_files_count(tmp_path):
    sizes = {"a.txt": 100, "b.jpg": 5_000, "c.txt": 300}
    (tmp_path / "documents").mkdir()
    for name, size in sizes.items():
        word = "Un mot. " if name.endswith(".txt") else "\0\1\2\3" * 2
        (tmp_path / "documents" / name).write_text(word * (size // 8) + " " * (size % 8))
    events: list[Progress] = []
    rebuild(tmp_path / "documents", tmp_path / "index", progress=events.append)
    events = [event for event in dict.fromkeys(events) if event.done]  # told again while it waits
    assert [(event.name, event.done, event.done_bytes, event.total_bytes) for event in events[:-1]] == [
        ("a.txt", 1, 100, 5_400),
        ("c.txt", 3, 5_400, 5_400),
    ]
    assert [round(share_read(event), 3) for event in events] == [round(3_600 / 15_900, 3), 1.0, 1.0]
