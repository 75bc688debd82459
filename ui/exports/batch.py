"""Search for a list of names or phrases, one per line, and write every mention as a row with its citation."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import rag
from index import Index
from index.errors import UserError

COLUMNS = ("query", "source", "title", "date", "page", "start", "end", "quote", "sha256")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnreadableBatch(UserError):
    """The file of queries cannot be read, or is empty."""


def read_batch(path: Path) -> list[str]:
    """Return the distinct lines of a file that are not blank, in order.

    Raises:
        UnreadableBatch: there is no such file, it is not text in UTF-8, or it holds no line.
    """
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        raise UnreadableBatch("There is no file {}. Name a file with one name or phrase per line.", path) from None
    except (OSError, UnicodeDecodeError):
        raise UnreadableBatch("Cannot read {} as UTF-8 text. Write one name or phrase per line.", path) from None
    queries = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not queries:
        raise UnreadableBatch("{} contains no names. Write one name or phrase per line.", path)
    return queries


def find_mentions(queries: Sequence[str], index: Index, **filters: Any) -> Iterator[Mapping[str, object]]:
    """Yield a row for each sentence that holds a query, in the order of the queries and documents.

    A query that no document holds has one row, without a source. ``filters`` are those of ``rag.ask``.
    """
    for query in queries:
        phrase = query if '"' in query else f'"{query}"'
        citations = rag.ask(phrase, index=index, k=None, **filters).citations
        for citation in citations:
            yield {"query": query} | {name: getattr(citation, name) for name in COLUMNS[1:]}
        if not citations:
            yield {"query": query}


def write_csv(rows: Iterator[Mapping[str, object]], stream: TextIO) -> int:
    """Write rows as CSV; return how many have a source.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it: documents are not trusted.
    """
    writer, count = csv.DictWriter(stream, COLUMNS), 0
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _inert(value) for name, value in row.items()})
        count += "source" in row
    return count


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
