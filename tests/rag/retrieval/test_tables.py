"""Tables are found in, by their first fields, and the files that ship are in order."""

from itertools import pairwise

import pytest

from rag.retrieval.tables import Table, tables

ROWS = ["en\tcan\t1", "fr\tcan", "fr\tcan can\tdance\tbruit", "fr\tcanard\tduck"]


@pytest.mark.parametrize(
    ("key", "fields"),
    [
        (("fr", "canard"), ["duck"]),
        (("fr", "can can"), ["dance", "bruit"]),
        (("en", "can"), ["1"]),
        (("fr", "can"), []),  # a row without fields
        (("fr", "cana"), []),
        (("zz", "can"), []),
    ],
)
def test_a_row_is_found_by_its_first_fields(key: tuple[str, ...], fields: list[str]) -> None:
    assert Table(ROWS).get(*key) == fields


@pytest.mark.parametrize("name", ["lexicon", "neighbors", "shares"])
def test_each_table_that_ships_is_in_order(name: str) -> None:
    lines = vars(getattr(tables(), name))["_lines"]
    assert len(lines) > 40_000
    assert all(line < following for line, following in pairwise(lines))
