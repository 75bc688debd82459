"""Rates of reading count what was read in the time that is counted."""

import pytest

from bench.speed import formats


def test_the_first_file_counts_neither_its_time_nor_its_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter([(1.0, 1_000_000), (3.0, 5_000_000)])
    monkeypatch.setattr(formats, "_read", lambda paths: next(readings))
    measured = formats.rates(".txt", files=1, rows=2)
    assert (measured["million characters/s"], measured["documents/s"], measured["start, s"]) == (2.0, 0.5, 1.0)


def test_files_that_take_no_time_have_a_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_read", lambda paths: (1.0, len(paths)))
    assert formats.rates(".txt", files=1, rows=2)["documents/s"] > 0
