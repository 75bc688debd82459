"""Forget a document: in the index, and in saved conversations."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.build.erase import Forgotten, Traces, find_traces, nothing_of
from index.build.erase import forget as forget_in_index
from index.progress import ProgressCallback
from ui.services.conversations import Conversations


@dataclass(frozen=True, slots=True)
class DocumentTraces:
    """Traces of a document. ``is_quoted``: whether a saved conversation quotes it."""

    traces: Traces
    is_quoted: bool

    @property
    def question(self) -> str:
        """The confirmation question to ask before deleting."""
        deletions = [*map(str, self.traces.files), *["what the index holds of it"] * self.traces.is_indexed]
        deletions += ["the answers of kept conversations that quote it"] * self.is_quoted
        return f"Permanently delete: {'; '.join(deletions)}?"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted of a document. ``turns`` counts those of saved conversations."""

    traces: Traces
    turns: int
    forgotten: Forgotten | None  # None where neither the index nor the folder held it

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report, in order."""
        files = _count_noun(len(self.traces.files), "file")
        turns = _count_noun(self.turns, "answer")
        notice = "Backups, file-system snapshots and an SSD's spare blocks are beyond this program."
        yield f"Forgotten: {self.traces.id} ({files} and {turns} of conversations deleted). {notice}"
        if self.forgotten and self.forgotten.report is None:
            yield "Nothing that is left can be indexed: the index is deleted, too."
        yield from (f"The same bytes are still in {copy}." for copy in self.traces.copies)


def find(name: str, index: Path) -> DocumentTraces:
    """Return the traces of a document in the folder, the index and saved conversations.

    Raises:
        NotForgotten: there is no trace of such a document.
        UserError: there is no index that can be read.
    """
    traces = find_traces(name, index)
    is_quoted = _conversations(index).quotes(traces.id)
    if not traces.exist and not is_quoted:
        raise nothing_of(traces)
    return DocumentTraces(traces, is_quoted)


def forget(document: DocumentTraces, index: Path, on_progress: ProgressCallback | None = None) -> Erased:
    """Delete the traces that ``find`` returned.

    Raises:
        UserError: a file cannot be deleted, or the index cannot be rebuilt; do it again after that is mended.
    """
    traces = document.traces
    forgotten = forget_in_index(traces.id, index, progress=on_progress) if traces.exist else None
    return Erased(traces, _conversations(index).forget(traces.id), forgotten)


def _conversations(index: Path) -> Conversations:
    return Conversations(index / "conversations")


def _count_noun(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
