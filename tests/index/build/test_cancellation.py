"""A rebuild is stopped in the middle of what it does, not at its next file."""

import threading
import time
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fakes import HashingEncoder

import index
from index.build.cancellation import Heartbeat, SlicedEncoder, Stop
from index.progress import Progress
from index.storage.vectors import quantize

TEXT_SECONDS = 0.002


class SlowEncoder(HashingEncoder):
    """Takes its time for each text."""

    def __init__(self) -> None:
        super().__init__()
        self.slices: list[int] = []

    def encode(self, texts: Any) -> Any:
        self.slices.append(len(texts))
        time.sleep(TEXT_SECONDS * len(texts))
        return super().encode(texts)


class Stopped(Exception):
    """Raised by a callback."""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Twelve thousand sentences in thirty files: the first come after four thousand are encoded."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(30):
        text = " ".join(f"La phrase {n} du texte {number} est ici." for n in range(400))
        (folder / f"{number:02}.txt").write_text(text, "utf-8")
    return folder


def test_a_rebuild_stops_between_two_slices_of_a_batch(corpus: Path, tmp_path: Path) -> None:
    encoder, encoded, events = SlowEncoder(), list[int](), list[Progress]()

    def stop(progress: Progress) -> None:
        events.append(progress)
        if encoder.slices:
            encoded.append(sum(encoder.slices))
            raise Stopped

    with pytest.raises(Stopped):
        index.rebuild(corpus, tmp_path / "index", encoder=encoder, progress=stop)
    assert {(progress.done, progress.total) for progress in events} == {(0, 30)}
    assert sum(encoder.slices) - encoded[0] <= 256  # one slice more, of half a second, and not the 4,096 of the batch
    assert max(encoder.slices) <= 256


def test_vectors_in_slices_are_those_of_the_texts() -> None:
    texts = [f"texte {number}" for number in range(100)]
    sliced = SlicedEncoder(HashingEncoder(), Stop())
    assert np.array_equal(sliced.encode(texts), quantize(HashingEncoder().encode(texts)))
    assert sliced.encode([]).shape == (0, 64)


def test_a_fast_encoder_is_soon_asked_for_many_texts_at_a_time() -> None:
    slices: list[int] = []

    class Counting(HashingEncoder):
        def encode(self, texts: Any) -> Any:
            slices.append(len(texts))
            return np.ones((len(texts), 64), np.float32)

    SlicedEncoder(Counting(), Stop()).encode(["texte"] * 20_000)
    assert sum(slices) == 20_000
    assert max(slices) == 4096


def test_nothing_is_encoded_once_the_block_is_left() -> None:
    encoder, stop = SlowEncoder(), Stop()
    with stop.at_end():
        stop.check()
    with pytest.raises(CancelledError):
        SlicedEncoder(encoder, stop).encode(["texte"])
    assert not encoder.slices


def test_waiting_gives_the_result_or_the_error_of_the_future_or_of_the_callback() -> None:
    events: list[Progress] = []
    heart, first = Heartbeat(events.append, Progress("reading", 0, 3)), Future[int]()
    threading.Timer(1.3, lambda: first.set_result(7)).start()
    assert heart.wait(first) == 7
    assert set(events) == {Progress("reading", 0, 3)}
    failed = Future[int]()
    failed.set_exception(TimeoutError("of its own"))
    with pytest.raises(TimeoutError, match="of its own"):
        heart.wait(failed)

    def refuse(progress: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        Heartbeat(refuse, Progress("reading", 0, 3)).wait(Future[int]())
