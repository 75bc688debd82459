"""Lines of cells as one line: a stroke parts those that would read as one number, or as one name."""

from collections.abc import Sequence
from itertools import pairwise

from index.readers.tables import cell_kind

_SHORT = 40  # characters of a line that is a name or a value
_STROKE = " / "
_GOES_ON = (".", ",", ";", ":", "!", "?", "…", "-", "–", "/", "|", "(", "&", "+")  # the ends of lines that say so


def one_line(text: str) -> str:
    """Return a text with single spaces for all white space."""
    return " ".join(text.split())


def joined_lines(row: Sequence[str]) -> list[str]:
    """Return the cells of a row, each on one line.

    A stroke parts two values («10», «200»). It parts two names («Vis», «Écrou») only beside as many values in another
    cell, since «Jean», «Dupont» may be one name. Prose goes on after a space.
    """
    cells = [[line for line in map(one_line, text.splitlines()) if line] for text in row]
    heights = {len(cell) for cell in cells if all(map(_is_plain_value, cell))}
    return [_join(lines, is_beside_values=len(lines) in heights) for lines in cells]


def _join(lines: Sequence[str], *, is_beside_values: bool) -> str:
    text = lines[0] if lines else ""
    for line, following in pairwise(lines):
        text += (_STROKE if _are_parted(line, following, is_beside_values=is_beside_values) else " ") + following
    return text


def _are_parted(line: str, following: str, *, is_beside_values: bool) -> bool:
    if line.endswith(_GOES_ON):
        return False
    if line[-1].isdigit() and following[0].isdigit():
        return True
    if max(len(line), len(following)) > _SHORT:
        return False
    return is_beside_values or "word" not in (cell_kind(line), cell_kind(following))


def _is_plain_value(line: str) -> bool:
    return cell_kind(line) not in ("word", "mixed")
