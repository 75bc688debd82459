"""A rebuild on a terminal: files and passages so far, the rate, the time left."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from math import ceil

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, Task, TextColumn
from rich.progress import Progress as Bars
from rich.table import Column
from rich.text import Text

from index.report import Listener, Progress


@contextmanager
def shown(console: Console) -> Iterator[Listener]:
    """A bar while the block runs; it leaves nothing behind."""
    columns = (TextColumn("{task.description}"), BarColumn(10), _Counts(Column(no_wrap=True)))
    with Bars(*columns, console=console, transient=True) as bars:
        bar = bars.add_task("starting", total=None, passages=0)

        def listener(progress: Progress) -> None:
            passages = progress.passages or bars.tasks[0].fields["passages"]  # the last phase tells none
            bars.update(
                bar, description=progress.phase, completed=progress.done, total=progress.total, passages=passages
            )

        yield listener


def counts(files: int, total: int, passages: int, seconds: float, left: float) -> str:
    """What is done, how fast, and how many seconds are ``left``; what is 0 is not yet, or no longer, known."""
    parts = (
        f"{files:,}/{total:,} files" if total else "",
        f"{passages:,} passages" if passages else "",
        f"{passages / seconds:,.0f}/s" if passages and seconds else "",
        f"{timedelta(seconds=ceil(left))} left" if left else "",
    )
    return ", ".join(part for part in parts if part)


class _Counts(ProgressColumn):
    def render(self, task: Task) -> Text:
        files, total, left = int(task.completed), int(task.total or 0), task.time_remaining or 0.0
        return Text(counts(files, total, task.fields["passages"], task.elapsed or 0.0, left))
