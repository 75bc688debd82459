"""The tables that ship with the package, read once and shared by all indexes: they never change."""

import gzip
from bisect import bisect_left
from functools import cache, cached_property
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"


class Table:
    """Sorted rows of fields with tabs between them, looked up by their first fields.

    They stay lines, which a binary search finds: a dictionary would take five times as long to read.
    """

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def get(self, *key: str) -> list[str]:
        """Return the fields behind the key in its row, or an empty list."""
        start = "".join(f"{field}\t" for field in key)
        position = bisect_left(self._lines, start)
        if position == len(self._lines) or not self._lines[position].startswith(start):
            return []
        return self._lines[position][len(start) :].split("\t")


class Tables:
    """Each table is read when it is first asked for; ``bench/train`` makes them, and says from what."""

    @cached_property
    def lexicon(self) -> Table:
        """Translations by language and folded word, as ``other|weight``; its first line states sources and licence."""
        return _read_table("lexicon.tsv.gz")

    @cached_property
    def neighbors(self) -> Table:
        """Distributional neighbours by word, as ``other|cosine``."""
        return _read_table("neighbours.tsv.gz")

    @cached_property
    def shares(self) -> Table:
        """The share of passages at large that contain a term, by language and term."""
        return _read_table("background.tsv.gz")

    def load(self) -> None:
        """Read all tables now, so that no question waits for them."""
        _ = self.lexicon, self.neighbors, self.shares


# The only copy in the process: some 30 MB that are the same for every index.
@cache
def tables() -> Tables:
    """Return the tables of the process."""
    return Tables()


def _read_table(name: str) -> Table:
    return Table(gzip.decompress((_FOLDER / name).read_bytes()).decode().split("\n"))
