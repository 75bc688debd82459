"""A workbook of Excel 97 is read as it is shown. xlwt wrote it, with a hidden row and column and a struck row."""

from contextlib import suppress
from pathlib import Path

import pytest

from index.errors import UnreadableFile
from index.readers.office.sheets.workbook import read_xls

DATA = (Path(__file__).parents[4] / "support" / "old" / "kennel.xls").read_bytes()


def test_cells_have_their_formats_and_what_is_hidden_or_struck_through_is_left_out():
    assert read_xls(DATA).text == (
        "Chenil\n\n"
        "Chien: Rex; Maître: Durand; Robe: Fauve; Né le: 2020-01-02; Taux: 50 %\n"
        "Chien: Bob; Maître: Blanc; Robe: Grise; Né le: 2023-01-02; Taux: 75 %"
    )


@pytest.mark.parametrize("offset", range(512, len(DATA), 97))
def test_a_damaged_workbook_is_read_or_refused(offset):
    damaged = DATA[:offset] + b"\xff" * 8 + DATA[offset + 8 :]
    with suppress(UnreadableFile):
        assert isinstance(read_xls(damaged).text, str)
