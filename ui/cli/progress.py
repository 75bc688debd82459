"""Show a rebuild on a terminal: files and passages so far, the rate, the time left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from index.progress import Progress, ProgressCallback
from ui.i18n.labels import ENGLISH
from ui.services.remaining_time import RemainingTime, describe_remaining, share_read


@contextmanager
def show_progress(console: Console) -> Iterator[ProgressCallback]:
    """Show a progress bar while the block runs, then erase it."""
    columns = (TextColumn("{task.description}"), BarColumn(10), _Counts(Column(no_wrap=True)))
    estimate = RemainingTime(time.monotonic())
    with Bars(*columns, console=console, transient=True) as bars:
        bar = bars.add_task("starting", total=None, files=0, all_files=0, passages=0, page=(0, 0), left=estimate)

        def on_progress(progress: Progress) -> None:
            estimate.update(progress, time.monotonic())
            is_sending = progress.phase == "sending"  # passages, which are not counted by files
            passages = progress.done if is_sending else progress.passages
            bars.update(
                bar,
                description=progress.phase,
                completed=share_read(progress),
                total=1.0,
                files=progress.done,
                all_files=0 if is_sending else progress.total,
                passages=passages or bars.tasks[0].fields["passages"],  # the last phase tells none
                page=(progress.page, progress.pages),
            )

        yield on_progress


def count_done(
    files: int,
    total: int,
    passages: int,
    seconds: float,
    remaining_seconds: float | None,
    page: tuple[int, int] = (0, 0),
) -> str:
    """Describe what is done, how fast, and how many seconds remain; omit what is not yet known (0).

    ``page`` is the one that OCR reads of a file, and of how many.
    """
    phrases = (
        f"{files:,}/{total:,} {'file' if total == 1 else 'files'}" if total else "",
        "OCR page {:,}/{:,}".format(*page) if page[1] else "",
        ENGLISH.passages(passages) if passages else "",
        f"{passages / seconds:,.0f}/s" if passages and seconds else "",
        describe_remaining(remaining_seconds, ENGLISH) if remaining_seconds is not None else "",
    )
    return ", ".join(phrase for phrase in phrases if phrase)


class _Counts(ProgressColumn):
    def render(self, task: Task) -> Text:
        fields, remaining_seconds = task.fields, task.fields["left"].seconds(time.monotonic())
        seconds = 0.0 if task.description == "sending" else task.elapsed or 0.0  # those of the reading
        numbers = (fields["files"], fields["all_files"], fields["passages"], seconds, remaining_seconds)
        return Text(count_done(*numbers, page=fields["page"]))
