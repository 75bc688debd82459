"""Count the rows and bytes that a store sends for each question, those of lists apart, and the filters it is sent."""

from typing import Any

import numpy as np

from index import Index


class Moved:
    """Counts what the candidates of an opened index receive; ``next`` ends a question."""

    def __init__(self, index: Index) -> None:
        self._candidates = candidates = index.candidates  # type: Any
        self._rows, self._bytes, self._trips, self._ask = 0, 0, 0, candidates._rows
        self._sent, self._listed, self._list = 0, 0, candidates.with_words
        self._questions: list[tuple[int, int, int, int, int]] = []
        candidates._rows, candidates.with_words = self._counted, self._list_counted

    def next(self) -> None:
        self._questions.append((self._trips, self._rows, self._bytes, self._sent, self._listed))
        self._rows = self._bytes = self._trips = self._sent = self._listed = 0

    def end(self) -> None:
        """Count no longer."""
        self._candidates._rows, self._candidates.with_words = self._ask, self._list

    def summary(self) -> dict[str, Any]:
        """Return medians and maxima."""
        table = np.array(self._questions)
        names = ("queries", "rows", "bytes", "filter_bytes", "listed_bytes")
        median = {f"{name}_p50": int(np.median(table[:, at])) for at, name in enumerate(names)}
        return median | {f"{name}_max": int(table[:, at].max()) for at, name in enumerate(names)}

    def _list_counted(self, *arguments: object, **options: object) -> Any:
        """Count what lists of the passages that hold a word or a phrase take: what grows with these."""
        before = self._bytes
        passages = self._list(*arguments, **options)
        self._listed += self._bytes - before
        return passages

    def _counted(self, *arguments: object, **options: object) -> list[Any]:
        rows: list[Any] = self._ask(*arguments, **options)
        self._trips += 1
        self._sent += sum(len(str(options[name])) for name in ("within", "filter") if options.get(name))
        self._rows += len(rows)
        self._bytes += sum(_size(value) for row in rows for value in (row.values() if isinstance(row, dict) else row))
        return rows


def _size(value: Any) -> int:
    """Return the approximate wire size of a value; of a PostgreSQL list, its header and item lengths."""
    if isinstance(value, dict):  # a row of Milvus, which is told twice
        return 0
    if isinstance(value, list) and value and isinstance(value[0], float):
        return 4 * len(value)
    if isinstance(value, list):
        return 20 + sum(4 + 4 for _ in value)
    return len(value) if isinstance(value, bytes | str) else 8
