"""The tables that ship with the package, read once and shared by all indexes: they never change."""

import gzip
from functools import cache, cached_property
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"


class Tables:
    """Each table is read when it is first asked for; sources and licences stand in the files."""

    @cached_property
    def lexicon(self) -> list[str]:
        """Return the lines of the bilingual lexicon, sorted, for binary search.

        A dictionary of a hundred thousand rows would take three times as long to read.
        """
        return _read("lexicon.tsv.gz").split("\n")

    @cached_property
    def neighbors(self) -> dict[str, str]:
        """Return the distributional neighbours of each word, as ``other|language|cosine`` separated by tabs."""
        return dict(line.split("\t", 1) for line in _read("neighbours.tsv.gz").splitlines())

    @cached_property
    def shares(self) -> dict[tuple[str, str], float]:
        """Return the share of passages at large that contain a term, by language and term."""
        rows = (line.split("\t") for line in _read("background.tsv.gz").split("\n") if line)
        return {(language, term): float(share) for language, term, share in rows}

    def load(self) -> None:
        """Read all tables now, so that no question waits for them."""
        _ = self.lexicon, self.neighbors, self.shares


# The only copy in the process: some 30 MB that are the same for every index.
@cache
def tables() -> Tables:
    """Return the tables of the process."""
    return Tables()


def _read(name: str) -> str:
    return gzip.decompress((_FOLDER / name).read_bytes()).decode()
