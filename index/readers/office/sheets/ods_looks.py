"""How cells of an OpenDocument sheet look, and which row of a filtered range names its columns."""

import re
from typing import Any

from index.readers.office.opendocument import TABLE, DocumentParts, repeats
from index.readers.office.writer.styles import Styles

_CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
_STYLE, _REPEATED = f"{TABLE}style-name", f"{TABLE}number-columns-repeated"
_GROUND = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}background-color"
_NO_FILL = (None, "transparent", "#ffffff")
_MOST_COLUMNS = 1000
_RANGE = re.compile(r"\$?(?:'(?P<quoted>(?:[^']|'')*)'|(?P<name>[^'.$:]+))\.\$?[A-Z]+\$?(?P<row>\d{1,7})(?=:|$)")


class CellLooks:
    """The looks that the styles of cells define."""

    def __init__(self, document: DocumentParts, *, keeps_struck: bool) -> None:
        self._styles = Styles(document.content, document.styles)
        self._keeps_struck = keeps_struck
        self._looks: dict[str, tuple[bool, bool, bool]] = {}

    def is_struck(self, cell: Any) -> bool:
        """Return whether a cell is struck through as a whole, and left out."""
        return self._look(cell)[2] and not self._keeps_struck

    def of_row(self, row: Any) -> tuple[set[int], set[int]]:
        """Return the columns of a row whose cells are in bold, and of those that are filled."""
        bold, filled, column = set[int](), set[int](), 0
        for cell in row.iterchildren(*_CELLS):
            count = repeats(cell, _REPEATED, _MOST_COLUMNS)
            is_bold, is_filled, _ = self._look(cell)
            for columns, has_look in ((bold, is_bold), (filled, is_filled)):
                columns.update(range(column, column + count) if has_look else ())
            column += count
        return bold, filled

    def _look(self, cell: Any) -> tuple[bool, bool, bool]:
        name = cell.get(_STYLE, "")
        if name not in self._looks:
            styles = self._styles
            is_filled = styles.cell_property(name, _GROUND) not in _NO_FILL
            self._looks[name] = bool(styles.is_bold(name)), is_filled, bool(styles.is_struck(name))
        return self._looks[name]


def filtered_rows(body: Any) -> dict[str, int]:
    """Return the first row, from 0, of the range that a filter names, by the name of its sheet."""
    rows = {}
    for area in body.iter(f"{TABLE}database-range"):
        has_buttons = area.get(f"{TABLE}display-filter-buttons") == "true"
        match = _RANGE.match(area.get(f"{TABLE}target-range-address", ""))
        if match and has_buttons and area.get(f"{TABLE}contains-header") != "false":
            name = match["quoted"].replace("''", "'") if match["quoted"] is not None else match["name"]
            rows[name] = int(match["row"]) - 1
    return rows
