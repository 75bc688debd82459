"""Parse rich text into paragraphs and rows of tables, in order, with the notes, headers and footers apart."""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Literal

from index.errors import UnreadableFile
from index.readers.content.runs import GAP, join_runs
from index.readers.content.symbols import readable_symbols, symbol
from index.readers.office.rich.groups import CHARACTERS, DESTINATIONS, SYMBOLS, Destination, Font, Group
from index.readers.office.rich.tokens import Token, tokens

_MACHINES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_HEADING = re.compile(r"(?:heading|titre|title|subtitle)\s*(\d)?", re.IGNORECASE)
_PAGE_FIELD = re.compile(r"\s*(?:PAGE|NUMPAGES|SECTIONPAGES)\b")
_RAISED_IN_FORMULAS = {"msup": "superscript", "msub": "subscript"}
_BOX_FIELD = re.compile(r"\s*FORMCHECKBOX\b")
_BOX_FACTS = ("ffres", "ffdefres")
_NOT_STATED = 25  # of the state of a box
_STRUCK: tuple[Destination, ...] = ("body", "note", "header", "footer")  # where struck text is left out
_DEEPEST = 1000  # groups within groups


@dataclass(slots=True)
class Row:
    """A row of a table: its cells, and which of them belong to the cell above or before."""

    cells: list[str] = field(default_factory=list)
    merged_down: list[bool] = field(default_factory=list)
    merged_before: list[bool] = field(default_factory=list)
    edges: list[int] = field(default_factory=list)  # the right ones of cells, in twentieths of a point
    filled: list[bool] = field(default_factory=list)  # which of them have a colour
    bold: list[bool] = field(default_factory=list)  # which of them are in bold throughout
    is_header: bool = False


@dataclass(slots=True)
class Piece:
    """A paragraph, or a row of a table."""

    text: str = ""
    marker: str = ""
    kind: Literal["paragraph", "heading", "title", "row"] = "paragraph"
    level: int = 1
    row: Row | None = None


class RichText:
    """What a file of rich text holds."""

    def __init__(self, data: bytes, *, keeps_struck: bool = False) -> None:
        """Parse a file; what is struck through is left out unless it is to be kept.

        Raises:
            UnreadableFile: its groups are nested too deeply.
        """
        self.pieces: list[Piece] = []
        self.notes: list[str] = []
        self.furniture: dict[str, list[str]] = {"header": [], "footer": []}
        self.title = ""
        self._saved: dict[str, int] = {}
        self._keeps_struck = keeps_struck
        self._encoding = "cp1252"
        self._fonts: dict[int, Font] = {}
        self._styles: dict[int, str] = {}
        self._default_font = -1
        self._groups = [Group()]
        self._runs: dict[Destination, list[tuple[str, str]]] = {}
        self._bytes: list[bytes] = []
        self._to_skip = 0
        self._calls = 0
        self._row, self._defined = Row(), Row()
        self._nested_row = Row()
        self._nested: list[Row] = []  # rows of tables in cells, which stand after the table around them
        self._cell_before = ""  # the lines of a cell before its last
        self._is_bold = self._has_plain = False  # of the text of the cell so far
        self._box: dict[str, int] = {}  # what is said of a box to tick
        for token in tokens(data):
            self._take(token)
        self._end_paragraph(self._group)
        self._end_nested()

    @property
    def saved(self) -> dt.date | None:
        """The day on which the file was saved, as it says."""
        try:
            return dt.date(*(self._saved[name] for name in ("yr", "mo", "dy")))
        except (KeyError, ValueError, OverflowError):
            return None

    @property
    def _group(self) -> Group:
        return self._groups[-1]

    def _take(self, token: Token) -> None:
        if token.kind == "text":
            self._take_bytes(token.data)
            return
        self._flush()
        if token.kind == "open":
            if len(self._groups) >= _DEEPEST:
                raise UnreadableFile("it is damaged (its groups are nested too deeply)")
            self._groups.append(self._group.copy())
            self._to_skip = 0
        elif token.kind == "close":
            self._close()
        elif token.kind == "symbol":
            self._take_symbol(token.value)
        else:
            self._take_word(token.value, token.number)

    def _close(self) -> None:
        closed = self._group
        if len(self._groups) > 1:
            self._groups.pop()
        self._to_skip = 0
        if closed.destination != self._group.destination:
            self._end_destination(closed)

    def _end_destination(self, closed: Group) -> None:
        if closed.destination in ("note", "header", "footer"):
            self._end_paragraph(closed)
        elif closed.destination == "title":
            self.title = self._text_of("title")
        elif closed.destination == "field":
            instruction = self._text_of("field")
            if _BOX_FIELD.match(instruction) and self._box:
                self._write_box()
            is_page = _PAGE_FIELD.match(instruction) is not None
            if is_page and self._group.destination in ("header", "footer"):
                self._groups[-1].destination = "none"

    def _write_box(self) -> None:
        box, self._box = self._box, {}
        state = box.get("ffres", _NOT_STATED)
        self._write("☒" if (box.get("ffdefres", 0) if state == _NOT_STATED else state) else "☐")

    def _take_symbol(self, character: str) -> None:
        if character == "*":
            self._group.is_starred = True
        elif character in "\r\n":
            self._end_paragraph(self._group)
        else:
            self._write(SYMBOLS.get(character, ""))

    def _take_bytes(self, data: bytes) -> None:
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        if data[skipped:]:
            self._bytes.append(data[skipped:])

    def _flush(self) -> None:
        """Write the bytes of text that were collected: characters may take two of them."""
        if not self._bytes:
            return
        data, self._bytes = b"".join(self._bytes), []
        font = self._font
        if font.is_symbol and self._group.destination != "fonts":
            self._write("".join(symbol(code, font.name or "Symbol") or " " for code in data))
            return
        try:
            self._write(data.decode(font.encoding or self._encoding, "replace"))
        except LookupError:
            self._write(data.decode("cp1252", "replace"))

    @property
    def _font(self) -> Font:
        number = self._group.font if self._group.font >= 0 else self._default_font
        return self._fonts.get(number, Font()) if self._group.destination not in ("fonts", "styles") else Font()

    def _write(self, text: str) -> None:
        group = self._group
        if not text or group.is_hidden or group.is_deleted or group.destination == "none":
            return
        if group.destination == "fonts":
            self._fonts.setdefault(group.font, Font()).name += text.rstrip(";")
        elif group.destination == "styles":
            self._styles[max(0, group.style)] = self._styles.get(max(0, group.style), "") + text.rstrip(";")
        else:
            is_left_out = group.is_struck and group.destination in _STRUCK and not text.isspace()
            run = ("baseline", GAP) if is_left_out else (group.position, text)
            self._runs.setdefault(group.destination, []).append(run)
            if group.destination == "body" and text.strip():
                self._is_bold |= group.is_bold
                self._has_plain |= not group.is_bold

    def _take_word(self, word: str, number: int | None) -> None:
        group = self._group
        if word in DESTINATIONS:
            if group.destination not in ("none",) or word == "shptxt":
                self._begin(DESTINATIONS[word])
        elif group.is_starred:
            group.destination = "none"
        elif word == "u":
            self._take_code(number or 0)
        elif word in CHARACTERS:
            self._write(CHARACTERS[word])
        elif not self._set_text(word, number) and not self._set_facts(word, number):
            self._set_paragraph(word, number)
        group.is_starred = False

    def _begin(self, destination: Destination) -> None:
        if destination == "note":
            self._calls += 1
        if destination in ("title", "field", "marker"):
            self._runs.pop(destination, None)
        group = self._group
        group.destination, group.is_starred = destination, False
        if destination in ("note", "header", "footer"):
            group.reset_text()
            group.reset_paragraph()

    def _take_code(self, code: int) -> None:
        code = code + 0x10000 if code < 0 else code
        character = chr(code) if 0 < code <= 0x10FFFF else "\ufffd"
        self._write(readable_symbols(character, self._font.name or None))
        self._to_skip = self._group.skipped

    def _set_text(self, word: str, number: int | None) -> bool:
        group, is_on = self._group, number != 0
        if word == "v":
            group.is_hidden = is_on
        elif word == "deleted":
            group.is_deleted = is_on
        elif word in ("strike", "striked"):
            group.is_struck = is_on and not self._keeps_struck
        elif word in ("super", "up"):
            group.position = "superscript" if is_on else "baseline"
        elif word in ("sub", "dn"):
            group.position = "subscript" if is_on else "baseline"
        elif word == "b":
            group.is_bold = is_on
        elif word in _RAISED_IN_FORMULAS:
            group.position = _RAISED_IN_FORMULAS[word]
        elif word == "nosupersub":
            group.position = "baseline"
        elif word == "plain":
            group.reset_text()
        elif word == "uc":
            group.skipped = min(max(0, number or 0), 10)
        elif word == "f":
            group.font = -1 if number is None else number
        elif word == "chftn":
            self._call()
        else:
            return False
        return True

    def _call(self) -> None:
        """Write the number of a note: of the one that follows, or in the note itself."""
        group = self._group
        number = self._calls if group.destination == "note" else self._calls + 1
        position, group.position = group.position, "superscript"
        self._write(str(number))
        group.position = position

    def _set_facts(self, word: str, number: int | None) -> bool:
        if word == "ansicpg" and number not in (None, 0):
            self._encoding = "utf-8" if number == 65001 else f"cp{number}"
        elif word in _MACHINES:
            self._encoding = _MACHINES[word]
        elif word == "deff":
            self._default_font = number or 0
        elif word == "fcharset" and self._group.destination == "fonts":
            self._fonts.setdefault(self._group.font, Font()).charset = number or 0
        elif word in _BOX_FACTS:
            self._box[word] = number or 0
        elif self._group.destination == "saved" and word in ("yr", "mo", "dy"):
            self._saved[word] = number or 0
        else:
            return False
        return True

    def _set_paragraph(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "nestrow":
            self._end_nested_row()
        elif group.destination == "none":
            return
        elif word in ("par", "sect", "page"):
            self._end_paragraph(group)
        elif word == "pard":
            group.reset_paragraph()
        elif word == "s":
            group.style = number or 0
        elif word == "outlinelevel":
            group.level = number or 0
        elif word == "ilvl":
            group.depth = min(max(0, number or 0), 8)
        elif word == "intbl":
            group.in_table = True
        elif word == "itap" and (number or 0) > 1:
            self._begin_nested()
        else:
            self._set_table(word, number)

    def _set_table(self, word: str, number: int | None) -> None:
        defined = self._defined
        if word == "trowd":
            self._defined = Row()
        elif word == "trhdr":
            defined.is_header = True
        elif word == "cellx":
            defined.merged_down.append(False)
            defined.merged_before.append(False)
            defined.filled += [False] * (len(defined.edges) + 1 - len(defined.filled))
            defined.edges.append(number or 0)
        elif word == "clcbpat" and number:
            defined.filled += [*[False] * (len(defined.edges) - len(defined.filled)), True]
        elif word == "clvmrg":
            defined.merged_down.append(True)
        elif word == "clmrg":
            defined.merged_before.append(True)
        elif word in ("cell", "nestcell", "row"):
            self._end_cell(word)

    def _end_cell(self, word: str) -> None:
        """End a cell or a row. In headers and footers, which are lines, a tab parts cells."""
        destination = self._group.destination
        if destination != "body":
            self._write("\t" if word != "row" else "")
            if word == "row":
                self._end_paragraph(self._group)
        elif word == "row":
            self._end_row()
        elif word == "nestcell":
            self._nested_row.cells.append(self._marked_text())
        else:
            self._row.cells.append(self._cell_text())
            self._cell_before = ""
            self._row.bold.append(self._is_bold and not self._has_plain)
            self._is_bold = self._has_plain = False

    def _marked_text(self) -> str:
        return self._marker() + self._text_of("body").strip()

    def _begin_nested(self) -> None:
        """Set apart what a cell holds before a table in it."""
        if not self._nested_row.cells and self._runs.get("body") and not self._group.is_nested:
            self._cell_before = self._cell_text()
        self._group.is_nested = True

    def _cell_text(self) -> str:
        return "\n".join(filter(None, (self._cell_before, self._marked_text())))

    def _end_nested_row(self) -> None:
        if any(self._nested_row.cells):
            self._nested.append(self._nested_row)
        self._nested_row = Row()

    def _end_nested(self) -> None:
        """Add the tables that stood in cells of the table before."""
        if self._nested:
            rows, self._nested = self._nested, []
            self.pieces += [Piece(), *(Piece(kind="row", row=row) for row in rows), Piece()]

    def _end_row(self) -> None:
        row, self._row = self._row, Row()
        defined = self._defined
        row.is_header, row.merged_down = defined.is_header, _merge(defined.merged_down)
        row.merged_before, row.edges = _merge(defined.merged_before), list(defined.edges)
        row.filled = list(defined.filled)
        if any(row.cells):
            self.pieces.append(Piece(kind="row", row=row))

    def _end_paragraph(self, group: Group) -> None:
        destination = group.destination
        if destination == "note":
            self.notes.append(self._text_of("note"))
        elif destination in self.furniture:
            self.furniture[destination].append(self._text_of(destination))
        elif destination == "body" and group.in_table and self._runs.get("body"):
            if group.is_nested:
                self._runs["body"].append(("baseline", "\n"))
            else:
                self._cell_before = self._cell_text()
        elif destination == "body":
            self._end_body(group)

    def _end_body(self, group: Group) -> None:
        self._end_nested()
        text, marker = self._text_of("body"), self._marker()
        if not text.strip():
            if not group.in_table and self.pieces and self.pieces[-1].row:
                self.pieces.append(Piece())  # an empty line parts two tables
            return
        name = self._styles.get(group.style, "")
        heading = _HEADING.match(name)
        if heading:
            kind: Literal["title", "heading"] = "title" if name.lower().startswith("title") else "heading"
            self.pieces.append(Piece(text, marker, kind, int(heading[1] or 1)))
        elif group.level is not None and group.level < 9 and len(text) < 200:
            self.pieces.append(Piece(text, marker, "heading", group.level + 1))
        else:
            self.pieces.append(Piece(text, marker, "paragraph", group.depth + 1))

    def _marker(self) -> str:
        marker = " ".join(self._text_of("marker").split())
        return "" if not marker else f"{marker} " if any(map(str.isalnum, marker)) else "- "

    def _text_of(self, destination: Destination) -> str:
        """Return the text that was written to a destination, which is empty then."""
        text = join_runs(self._runs.pop(destination, []))
        # Characters beyond 16 bits are written as two codes.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _merge(marks: list[bool]) -> list[bool]:
    """Return whether each cell belongs to another one: the mark stands before the edge of its cell."""
    merged, is_merged = [], False
    for mark in marks:
        if mark:
            is_merged = True
        else:
            merged.append(is_merged)
            is_merged = False
    return merged
