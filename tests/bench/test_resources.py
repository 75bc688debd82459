"""Growth of a server and slow connections are seen, and what stays is not called growth."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.durability.resources import Usage, descendants, growth, minutes, usage
from bench.speed.keepalive import compared, failures


def samples(megabytes, descriptors, every: int = 5, seconds: int = 3600) -> list[Usage]:
    return [Usage(at, megabytes(at), descriptors(at), 40, 900, 1, 50) for at in range(0, seconds, every)]


def test_what_stays_after_minute_ten_is_no_growth():
    warming = samples(lambda at: 300 + min(at, 500), lambda at: 60 + at % 3)
    assert growth(warming, 3600) == []


def test_memory_and_descriptors_that_grow_after_minute_ten_are_seen():
    memory = growth(samples(lambda at: 500 + at / 20, lambda at: 60), 3600)
    assert memory == ["megabytes grew from 528.375 to 678.25"]
    assert growth(samples(lambda at: 500, lambda at: 60 + at // 300), 3600) == ["descriptors grew from 61 to 71"]


def test_a_peak_in_one_sample_is_no_growth():
    last = samples(lambda at: 900 if at == 3595 else 500, lambda at: 60)
    assert growth(last, 3600) == []


def test_in_a_short_run_the_first_third_counts():
    assert growth(samples(lambda at: 500 + at, lambda at: 60, seconds=300), 300) != []
    assert growth(samples(lambda at: 500 + min(at, 60), lambda at: 60, seconds=300), 300) == []


def test_without_samples_nothing_is_called_steady():
    assert growth([], 60) != []
    assert growth(samples(lambda at: 1, lambda at: 1)[:1], 60) != []


def test_a_minute_is_the_median_of_its_samples():
    per_minute = minutes(samples(lambda at: 900 if at == 5 else at // 60, lambda at: 60, seconds=125))
    assert [minute.megabytes for minute in per_minute] == [0, 1]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="what is held is told in /proc on Linux alone")
def test_a_process_and_its_children_are_looked_at():
    code = "import subprocess, sys; subprocess.Popen(['sleep', '60']); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        children = descendants(process.pid)
        measured = usage(process.pid, 3)
        assert (len(children), measured.children, measured.seconds, measured.threads) == (1, 1, 3, 1)
        assert measured.megabytes > measured.megabytes_of_children > 0
        assert measured.descriptors >= 6
        subprocess.run(["kill", str(children[0])], check=True)
    with pytest.raises((FileNotFoundError, ProcessLookupError)):
        usage(process.pid)


def test_a_kept_connection_that_is_slower_than_a_new_one_is_seen():
    slow, right = compared([0.044, 0.045, 0.050], [0.004, 0.005, 0.009]), compared([0.002], [0.004])
    assert slow == {"kept": 45.0, "new": 5.0, "ratio": 9.0}
    assert failures({"GET /api/status": slow, "POST /api/ask": right, "event": compared([1.05], [1.0])}) == [
        "GET /api/status: 45.0 ms on a kept connection, 5.0 ms on a new one"
    ]
