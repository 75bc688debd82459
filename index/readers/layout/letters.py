"""The characters of a page with their boxes, whoever found them: pdfium, its form fields, or OCR."""

import ctypes
import re
from array import array
from collections import deque
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise, repeat
from math import inf
from operator import sub
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from index.readers.layout.layers import is_in_layer
from index.readers.layout.unseen import ALL_SEEN, Box, covers, find_unseen

_UNIT = 1_000_000  # pixels, to which pdfium rounds the corners of a page
_BOLD = ("bold", "black", "heavy", "demi")
_BOLD_WEIGHT = 600
_FORCE_BOLD = 1 << 18  # flag of a font
_NAME = 128  # bytes of the name of a font
_ASCENT, _DESCENT = 0.8, 0.2  # of the letters of a word whose font is unknown, in its height
LEAST_GAP = 0.05  # points of white that may be a space between letters
_SLANT = 0.36  # the steepest slope of a line that is read from left to right, such as that of a page scanned askew
_BOX = ctypes.sizeof(pdfium.FS_RECTF)
_BESIDE = 0.1  # how far beside a character nothing else is written, in its height
_BOXES = 256  # that are asked for at a time
# Units that pdfium's text may hold for other characters than its page numbers, and marks of hyphens.
_SET_APART = re.compile("[\x00\x01\x03-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffd\uffff]")
_HYPHEN = re.compile("[\x02\ufffe]")
_FIRST, _CONTROLS = 32, (2, 9, 10, 13)  # the first code of a character, and those below it that pdfium writes
UNKNOWN = "\ufffd"  # a glyph that its font gives no character, and that is drawn
_SIGN = re.compile(rf"(?<![^\r\n]){UNKNOWN}(?![^\s])")  # … alone at the start of a line, such as a bullet


def _address(function: Any) -> int:
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return address


def quick(function: Any, *arguments: Any, returns: Any = ctypes.c_int) -> Any:
    """Return a faster binding for a function of pdfium that is called for nearly every character.

    Pointers are passed as plain addresses, so that ctypes allocates no object for each: calls take a third of the time.
    ``PYFUNCTYPE`` does not release the GIL, as the calls are short: that halves the remaining time.
    """
    return ctypes.PYFUNCTYPE(returns, *arguments)(_address(function))


POINTER, INT = ctypes.c_void_p, ctypes.c_int
_find_code = quick(pdfium.FPDFText_GetUnicode, POINTER, INT, returns=ctypes.c_uint)
# Declares no argument types, which halves the time again: callers must pass ctypes objects or small integers.
_find_box = ctypes.PYFUNCTYPE(None)(_address(pdfium.FPDFText_GetLooseCharBox))
_find_origin = quick(pdfium.FPDFText_GetCharOrigin, POINTER, INT, POINTER, POINTER)
_find_matrix = quick(pdfium.FPDFText_GetMatrix, POINTER, INT, POINTER)
_find_size = quick(pdfium.FPDFText_GetFontSize, POINTER, INT, returns=ctypes.c_double)
_find_object = quick(pdfium.FPDFText_GetTextObject, POINTER, INT, returns=POINTER)
_find_content = quick(pdfium.FPDFPageObj_GetMarkedContentID, POINTER)
_find_font = quick(pdfium.FPDFTextObj_GetFont, POINTER, returns=POINTER)


class Rectangle(NamedTuple):
    """A rectangle on a page as it is seen, in points from its left and bottom."""

    left: float
    bottom: float
    right: float
    top: float


class Word(NamedTuple):
    """A word that is no text of the page's content: of a form field, a note, or read by OCR."""

    text: str
    box: Rectangle
    line: int  # words of the same number are one line


class Font(NamedTuple):
    """How a character is set."""

    size: float  # in points on the page
    baseline: float  # in points above the bottom of the page
    bold: bool
    turned: bool  # it does not run from left to right, as a watermark across the page


class Cell(NamedTuple):
    """A cell of a table, in the structure of a tagged PDF or between rules; rows and columns count from 0."""

    table: int
    row: int
    column: int
    is_header: bool
    rows: int = 1  # that it covers …
    columns: int = 1  # … and columns
    is_drawn: bool = False  # no structure says so: rules part it from others


class Tag(NamedTuple):
    """Where a character stands in the structure of a tagged PDF; blocks and items are numbered on each page."""

    block: int  # such as a paragraph; 0 in none, as where a section holds the text itself
    level: int = 0  # of a heading, from 1
    depth: int = 0  # of the list that it is in, from 1
    item: int = 0  # of that list
    cell: Cell | None = None


NO_TAGS: Mapping[int, Tag] = {}


class Letters:
    """The characters of a page, in the order of its content: those of pdfium, then those of ``words``.

    ``raw`` has one character for each. ``lefts``, ``bottoms``, ``rights`` and ``tops`` are their edges as the font
    spaces them; ``borders``, what is drawn thin, and ``frames``, rectangles whose edges are drawn; ``rules``, which of
    the former are level, and what notes strike; ``wide_gaps``, the numbers of characters with more than ``LEAST_GAP``
    of white before them; ``all_seen``, whether all lie on the page, in no layer that is off, and are drawn so that they
    are seen.
    """

    def __init__(
        self,
        page: Any,
        words: Sequence[Word] = (),
        tags: Mapping[int, Tag] = NO_TAGS,
        hidden: frozenset[str] = frozenset(),
        *,
        struck: Sequence[Rectangle] = (),
        of_page: bool = True,
        turn: int = 0,
    ) -> None:
        """Read a page of pdfium's; without ``of_page`` only the words count, as where OCR read it.

        Args:
            tags: of the contents of the page, by their ids.
            hidden: the names of the layers that are off.
            struck: what notes strike, in the page's own space.
            turn: the quarter turns, clockwise, by which the page is read, as one whose text stands on its side.
        """
        self.tags = tags
        self._page = page.get_textpage()
        self._frame = Frame(page, turn)
        self.width, self.height = self._frame.size
        self.pdfium_count = self._page.count_chars() if of_page else 0  # of characters
        self._handle = _address(self._page.raw)
        text = self._text()
        self.raw = _SIGN.sub("\0", text) if UNKNOWN in text else text
        self.lefts, self.bottoms, self.rights, self.tops = self._loose_edges()
        self.added: list[tuple[int, str]] = []  # the number of the first character of each word, and its text
        self._add(words)
        self.wide_gaps = [n for n, gap in enumerate(map(sub, self.lefts[1:], self.rights), 1) if gap > LEAST_GAP]
        self._layers, self._in_layer = hidden, dict[int, bool]()  # the latter by the address of an object
        self._unseen = find_unseen(page, self._is_off, self._frame.transform) if self.pdfium_count else ALL_SEEN
        self.has_unseen = bool(self._unseen.texts or self._unseen.covers)
        self.borders, self.frames = (
            [self._frame.transform(*box) for box in boxes] for boxes in (self._unseen.rules, self._unseen.frames)
        )
        thin = (*self.borders, *(self._frame.transform(*box) for box in struck))
        self.rules = [rule for rule in thin if rule.right - rule.left > rule.top - rule.bottom]
        self.all_seen = not (hidden or self.has_unseen) and self._are_inside()
        self._fonts: dict[int, Font] = {}
        self._drawn: dict[int, tuple[float, bool, bool]] = {}  # the styles of objects of the page, by their addresses
        self._bold: dict[int, bool] = {}  # by the address of a font
        self._origin = array("d", [0.0, 0.0])  # which pdfium fills
        address, _ = self._origin.buffer_info()
        self._at = address, address + self._origin.itemsize

    def close(self) -> None:
        """Free the memory of pdfium."""
        self._page.close()

    def box(self, number: int) -> Rectangle:
        """Return the box of a character, as high as its line."""
        return Rectangle(self.lefts[number], self.bottoms[number], self.rights[number], self.tops[number])

    def ink(self, number: int) -> Rectangle:
        """Return the box around what is drawn of a character."""
        if number >= self.pdfium_count:
            return self.box(number)
        corners = [ctypes.c_double() for _ in range(4)]
        left, right, bottom, top = corners
        pdfium.FPDFText_GetCharBox(self._page.raw, number, left, right, bottom, top)
        return self._frame.transform(left.value, bottom.value, right.value, top.value)

    def font(self, number: int) -> Font:
        """Return how a character is set."""
        if number not in self._fonts:
            self._fonts[number] = self._font(number)
        return self._fonts[number]

    def _font(self, number: int) -> Font:
        if number >= self.pdfium_count:
            box = self.box(number)
            height = box.top - box.bottom
            return Font(height, box.bottom + _DESCENT * height, bold=False, turned=False)
        size, bold, turned = self._style_of(number)
        return Font(size, self.baseline(number), bold, turned)

    def tag(self, number: int) -> Tag | None:
        """Return where a character stands in the structure of the document; None where that does not say."""
        drawn = _find_object(self._handle, number) if self.tags and number < self.pdfium_count else None
        outside_forms = self._unseen.outside_forms
        if drawn is None or (outside_forms is not None and drawn not in outside_forms):
            return None  # forms number their contents anew
        return self.tags.get(_find_content(drawn))

    def is_hidden(self, number: int) -> bool:
        """Return whether a character stands in a layer that is off."""
        drawn = _find_object(self._handle, number) if self._layers and number < self.pdfium_count else None
        return drawn is not None and self._is_off(drawn)

    def is_unseen(self, number: int) -> bool:
        """Return whether a character is of the colour of what it stands on, or below an opaque shape drawn later."""
        drawn = _find_object(self._handle, number) if number < self.pdfium_count else None
        if drawn is None:
            return False
        if drawn in self._unseen.texts:
            return True
        order, box = self._unseen.orders.get(drawn, inf), self.ink(number)
        middle = (box.left + box.right) / 2
        for cover in self._unseen.covers:
            if order < cover.order and covers(self._frame.transform(*cover.box), box):
                return not any(self._is_copied(drawn, text, box, middle) for drawn, text in cover.texts.items())
        return False

    def _is_copied(self, drawn: int, text: Box, box: Rectangle, middle: float) -> bool:
        """Return whether a later text, given by its address and box, writes the character in ``box`` once more.

        Of two characters alike in one place, pdfium keeps the first.
        """
        seen = self._frame.transform(*text)
        if not (seen.left <= middle <= seen.right and covers(seen, box)):
            return False
        reach = _BESIDE * (box.top - box.bottom)
        numbers = self._written.get(drawn, ())
        return not any(self.lefts[n] - reach <= middle <= self.rights[n] + reach for n in numbers)

    @cached_property
    def _written(self) -> dict[int, list[int]]:
        """The numbers of the characters of each text, by its address."""
        written: dict[int, list[int]] = {}
        for number, drawn in enumerate(map(_find_object, repeat(self._handle), range(self.pdfium_count))):
            written.setdefault(drawn or 0, []).append(number)
        return written

    def _is_off(self, drawn: int) -> bool:
        if not self._layers:
            return False
        if drawn not in self._in_layer:
            self._in_layer[drawn] = is_in_layer(drawn, self._layers)
        return self._in_layer[drawn]

    def _style_of(self, number: int) -> tuple[float, bool, bool]:
        drawn = _find_object(self._handle, number)
        if drawn is None:  # pdfium put it in, such as a space
            return self._style(number, None)
        if drawn not in self._drawn:
            self._drawn[drawn] = self._style(number, _find_font(drawn))
        return self._drawn[drawn]

    def _style(self, number: int, font: int | None) -> tuple[float, bool, bool]:
        """Return the size of a character, and whether it is bold, and turned."""
        matrix = pdfium.FS_MATRIX()
        _find_matrix(self._handle, number, ctypes.addressof(matrix))
        scale = (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0
        size = float(_find_size(self._handle, number) * scale)
        across, up = self._frame.direction(matrix.a, matrix.b)
        return size, self._is_bold(number, font), abs(up) > _SLANT * abs(across) or across < 0

    def is_put_in(self, number: int) -> bool:
        """Return whether pdfium put a character in, as it does a space for a gap."""
        return number < self.pdfium_count and pdfium.FPDFText_IsGenerated(self._page.raw, number) == 1

    def turn_of(self, number: int) -> int:
        """Return the quarter turns, clockwise, after which a character that runs up or down runs from left to right."""
        matrix = pdfium.FS_MATRIX()
        _find_matrix(self._handle, number, ctypes.addressof(matrix))
        across, up = self._frame.direction(matrix.a, matrix.b)
        return 0 if abs(across) > abs(up) else 1 if up > 0 else 3

    def is_written_apart(self, number: int, other: int) -> bool:
        """Return whether two characters belong to different texts of the content, as those of two cells do."""
        objects = {_find_object(self._handle, n) for n in (number, other)}
        return len(objects) > 1

    def baseline(self, number: int) -> float:
        """Return the height of a character's baseline above the bottom of the page, in points."""
        if number >= self.pdfium_count:
            return self.font(number).baseline
        if not _find_origin(self._handle, number, *self._at):
            return self._frame.point(0.0, 0.0)[1]
        return self._frame.point(*self._origin)[1]

    def size(self, number: int) -> float:
        """Return the font size of a character, in points on the page."""
        return self._style_of(number)[0] if number < self.pdfium_count else self.font(number).size

    def _is_bold(self, number: int, font: int | None) -> bool:
        if font is None:
            return self._has_bold_font(number)
        if font not in self._bold:
            self._bold[font] = self._has_bold_font(number)
        return self._bold[font]

    def _has_bold_font(self, number: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self._page.raw, number) >= _BOLD_WEIGHT:
            return True
        name, flags = ctypes.create_string_buffer(_NAME), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(self._page.raw, number, name, _NAME, flags)
        lower = name.value.decode("latin-1").lower()
        return bool(flags.value & _FORCE_BOLD) or any(word in lower for word in _BOLD)

    def _text(self) -> str:
        """Return pdfium's characters: at once if each is one unit of UTF-16, else one by one."""
        units = (ctypes.c_ushort * (self.pdfium_count + 1))()
        if (
            self.pdfium_count
            and pdfium.FPDFText_GetText(self._page.raw, 0, self.pdfium_count, units) == self.pdfium_count + 1
        ):
            text = bytes(units)[:-2].decode("utf-16-le", "replace")
            if len(text) == self.pdfium_count and not _SET_APART.search(text):
                return _HYPHEN.sub(lambda mark: self._characters(mark.start(), mark.end()), text)
        return self._characters(0, self.pdfium_count)

    def _characters(self, start: int, end: int) -> str:
        codes = list(map(_find_code, repeat(self._handle), range(start, end)))
        characters = characters_of(codes)
        if codes and min(codes) < _FIRST:
            characters = [*characters]
            for n in (n for n, code in enumerate(codes) if code < _FIRST and code not in _CONTROLS):
                box = self.ink(start + n)
                characters[n] = UNKNOWN if box.right > box.left and box.top > box.bottom else " "
        return "".join(characters)

    def _loose_edges(self) -> "list[array[float]]":
        """Return the left, bottom, right and top edges of pdfium's characters."""
        boxes, page = (pdfium.FS_RECTF * _BOXES)(), ctypes.c_void_p(self._handle)
        pointers = [ctypes.byref(boxes, n * _BOX) for n in range(_BOXES)]
        numbers = array("f")
        for start in range(0, self.pdfium_count, _BOXES):
            end = min(start + _BOXES, self.pdfium_count)
            deque(map(_find_box, repeat(page), range(start, end), pointers), maxlen=0)
            numbers.frombytes(memoryview(boxes).cast("B")[: (end - start) * _BOX])
        left, top, right, bottom = (numbers[edge::4] for edge in range(4))  # in the order of FS_RECTF
        if self._frame.is_plain:
            return [left, bottom, right, top]
        rectangles = list(map(self._frame.transform, left, bottom, right, top))
        return (
            [array("d", edges) for edges in zip(*rectangles, strict=True)] if rectangles else [left, bottom, right, top]
        )

    def _are_inside(self) -> bool:
        if not self.raw:
            return True
        across = min(self.lefts) >= 0 and max(self.rights) <= self.width
        return across and min(self.bottoms) >= 0 and max(self.tops) <= self.height

    def _add(self, words: Sequence[Word]) -> None:
        """Append words with what parts them: spaces, or ends of lines. A word's box is divided evenly."""
        if not words:
            return
        self.lefts, self.bottoms, self.rights, self.tops = (
            array("d", edges) for edges in (self.lefts, self.bottoms, self.rights, self.tops)
        )
        pieces, line = [self.raw], -1 if self.pdfium_count else None
        for word in words:
            between = "" if line is None else " " if word.line == line else "\r\n"
            self._extend([word.box] * len(between))
            self.added.append((len(self.lefts), word.text))
            pieces += [between, word.text]
            line = word.line
            left, bottom, right, top = word.box
            step = (right - left) / len(word.text)
            edges = [left + n * step for n in range(len(word.text) + 1)]
            self._extend([Rectangle(edge, bottom, end, top) for edge, end in pairwise(edges)])
        self.raw = "".join(pieces)

    def _extend(self, boxes: Sequence[Rectangle]) -> None:
        self.lefts.extend(box.left for box in boxes)
        self.bottoms.extend(box.bottom for box in boxes)
        self.rights.extend(box.right for box in boxes)
        self.tops.extend(box.top for box in boxes)


def characters_of(codes: Sequence[int]) -> list[str]:
    """Return a character for each code; the second of two surrogates is part of the character of the first."""
    if codes and min(codes) > 0 and max(codes) < 0xD800:
        return list(map(chr, codes))
    characters = [chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\0" for code in codes]
    for n, (high, low) in enumerate(pairwise(codes)):
        if 0xD800 <= high < 0xDC00 <= low < 0xE000:
            characters[n] = chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
    return characters


class Frame:
    """Turns points of a page's own space into those of the page as it is seen: cropped, and turned upright."""

    def __init__(self, page: Any, turn: int = 0) -> None:
        width, height = page.get_size()
        if turn % 2:
            width, height = height, width
        self.size: tuple[float, float] = (width, height)
        zero, right, up = (self._corner(page, turn, *at) for at in ((0, 0), (1000, 0), (0, 1000)))
        scale_x, scale_y = width / _UNIT, height / _UNIT
        self._x = ((right[0] - zero[0]) / 1000 * scale_x, (up[0] - zero[0]) / 1000 * scale_x, zero[0] * scale_x)
        self._y = (
            (zero[1] - right[1]) / 1000 * scale_y,
            (zero[1] - up[1]) / 1000 * scale_y,
            height - zero[1] * scale_y,
        )
        identity = ((1, 0, 0), (0, 1, 0))
        self.is_plain = all(
            abs(a - b) < 1e-2
            for axis, expected_axis in zip((self._x, self._y), identity, strict=True)
            for a, b in zip(axis, expected_axis, strict=True)
        )

    @staticmethod
    def _corner(page: Any, turn: int, x: float, y: float) -> tuple[int, int]:
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, _UNIT, _UNIT, turn, x, y, across, down)
        return across.value, down.value

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.is_plain:
            return x, y
        (a, b, c), (d, e, f) = self._x, self._y
        return a * x + b * y + c, d * x + e * y + f

    def direction(self, x: float, y: float) -> tuple[float, float]:
        return self._x[0] * x + self._x[1] * y, self._y[0] * x + self._y[1] * y

    def transform(self, left: float, bottom: float, right: float, top: float) -> Rectangle:
        if self.is_plain:
            return Rectangle(left, bottom, right, top)
        (x, y), (other_x, other_y) = self.point(left, bottom), self.point(right, top)
        return Rectangle(min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))
