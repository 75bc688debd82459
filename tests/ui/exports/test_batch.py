"""Every mention of each name of a list, as rows whose citations hold."""

import csv
import io
from pathlib import Path

import pytest

from index import Index
from ui.exports.batch import COLUMNS, UnreadableBatch, find_mentions, read_batch, write_csv


def test_each_mention_of_each_name_is_a_row_that_its_document_holds(seeds: Index, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("\ufeffDmitri Peskov\n\n  Napoléon \nLavrov\nDmitri Peskov\n", "utf-8")
    written = io.StringIO()
    count = write_csv(find_mentions(read_batch(names), seeds), written)
    rows = list(csv.DictReader(io.StringIO(written.getvalue())))
    assert tuple(rows[0]) == COLUMNS
    assert list(dict.fromkeys(row["query"] for row in rows)) == ["Dmitri Peskov", "Napoléon", "Lavrov"]
    mentions = [row for row in rows if row["source"]]
    assert len(mentions) == count >= 2
    for row in mentions:
        assert row["query"] in row["quote"]
        assert seeds.document(row["source"]).slice(int(row["start"]), int(row["end"])) == row["quote"]
    for name in ("Dmitri Peskov", "Lavrov"):
        holding = {id for id in seeds.document_ids if name in seeds.document(id).text}
        assert {row["source"] for row in mentions if row["query"] == name} == holding
    assert [row["source"] for row in rows if row["query"] == "Napoléon"] == [""]


def test_no_cell_is_a_formula() -> None:
    written = io.StringIO()
    write_csv(iter([{"query": "=1+1", "quote": "@SUM(A1)", "start": -1}]), written)
    assert written.getvalue().splitlines()[1] == "'=1+1,,,,,-1,,'@SUM(A1),"


@pytest.mark.parametrize(
    ("content", "sentence"), [(None, "There is no file"), (b"\xff", "as UTF-8 text"), (b"\n \n", "contains no names")]
)
def test_a_list_that_cannot_be_read_is_said_in_a_sentence(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "names.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableBatch, match=sentence):
        read_batch(path)
