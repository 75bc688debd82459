"""Estimate how much of a rebuild is done, and how long the rest takes."""

from math import ceil, exp

from index.progress import Phase, Progress
from ui.i18n.labels import Labels

# What a step costs, in bytes of plain text that are read. Measured with folders of short and of long texts:
# reading takes 0.3 s/MB and 1 ms a file, writing 0.5 s/MB. A passage stands for the text that is written,
# which in a PDF is a small share of the file.
_FILE = 3_500
_PASSAGE = 1_000
_FIRST_SECONDS = 5.0  # before this, an estimate says more about the first files than about the rest
_DELAY_SECONDS = 4.0


def share_read(now: Progress) -> float:
    """Return the fraction of the reading (by bytes and files), or of the sending, that is done; in [0, 1]."""
    if now.phase == "sending":
        return now.done / now.total if now.total else 0.0
    total = now.total_bytes + _FILE * now.total
    return _read(now) / total if total else 0.0


def _read(now: Progress) -> int:
    return now.done_bytes + _FILE * now.done


class RemainingTime:
    """Estimates the seconds left of a rebuild from its progress. All times are of one clock.

    The estimate is smoothed, so that it does not jump.
    """

    def __init__(self, start_time: float) -> None:
        self._start_time = self._at = start_time
        self._estimate: float | None = None  # when the rebuild ends
        self._smoothed = start_time
        self._phase: Phase = "fetching"

    def update(self, now: Progress, at: float) -> None:
        """Update the estimate with the progress at a time; writing, which reports none, was estimated before.

        Fetching says nothing about the speed of reading, nor reading about that of sending.
        """
        if now.phase == "fetching" or (now.phase == "sending" and self._phase != "sending"):
            self._start_time, self._estimate = at, None
        self._phase = now.phase
        if now.phase in ("reading", "sending") and now.done and at > self._start_time:
            self._follow(at)
            self._estimate = at + (at - self._start_time) * _work_left(now)

    def seconds(self, at: float) -> float | None:
        """Return the seconds left at time ``at``, or None while it is too early to tell."""
        self._follow(at)
        if self._estimate is None or at - self._start_time < _FIRST_SECONDS:
            return None
        return max(0.0, self._smoothed - at)

    def _follow(self, at: float) -> None:
        if self._estimate is not None:
            early = at - self._start_time < _FIRST_SECONDS
            weight = 1.0 if early else 1 - exp((self._at - at) / _DELAY_SECONDS)
            self._smoothed += weight * (self._estimate - self._smoothed)
        self._at = at


def _work_left(now: Progress) -> float:
    """Return the work left to read and to write, or to send, as a multiple of the work done."""
    if now.phase == "sending":
        return 1 / share_read(now) - 1
    passages = now.passages * now.total_bytes / now.done_bytes if now.done_bytes else now.passages
    return 1 / share_read(now) - 1 + _PASSAGE * passages / _read(now)


def describe_remaining(seconds: float, labels: Labels) -> str:
    """Format a duration in seconds as coarsely rounded text."""
    if seconds < 60:
        return labels.left_little
    minutes = ceil(seconds / 60) if seconds < 600 else 5 * round(seconds / 300)
    if minutes < 90:
        return labels.left_minutes.format(n=minutes)
    return labels.left_hours.format(n=round(minutes / 60))
