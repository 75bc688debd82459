"""Text of a PDF that no reader sees: of the colour of the paper, invisible, or below an opaque shape drawn later."""

import ctypes
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

_WHITE = 240  # of 255, the least of each colour of what is hardly seen on white
_OPAQUE = 255
_EDGE = 0.5  # points by which letters may stand out of the shape that covers them
_FARTHEST = 20_000.0  # points: the edges of what is drawn beyond are set there
_THIN = 2.5  # points: a thinner shape is a rule
_LEVEL = 1.5  # points by which the edges of a text and of its copy may differ
_BAND = 20.0  # points of height in which texts are looked for together
_FEWEST_POINTS, _MOST_POINTS = 4, 6  # of the path of a rectangle
_MOST_SHAPES, _MOST_PAIRS = 2000, 500_000  # on a page
_SCALE, _LARGEST = 2.0, 2000  # pixels a point, and of the longer side at most, where a page is rendered
_CONTRAST = 16  # of 255, between letters that are seen and what they stand on at least
_MARGIN = 0.15  # of the height of a text, where others and rules beside it may be

Colour = tuple[int, int, int]
_PAPER: Colour = (255, 255, 255)
_NONE: Colour = (256, 256, 256)  # of letters that are not drawn

Box = tuple[float, float, float, float]  # left, bottom, right and top in the space of the page


class Cover(NamedTuple):
    """An opaque rectangle, with its place in the order in which a page is drawn.

    ``texts`` has the boxes of those drawn on it later, by their addresses.
    """

    order: int
    box: Box
    texts: Mapping[int, Box]


class Unseen(NamedTuple):
    """What is not seen of a page: whole texts, by their addresses, and what stands below rectangles."""

    texts: frozenset[int]
    covers: Sequence[Cover]
    orders: Mapping[int, int]  # of the texts, by their addresses; only where there are covers
    outside_forms: frozenset[int] | None = None  # the addresses of objects; None where a page has no forms
    rules: Sequence[Box] = ()  # thin shapes, level or upright
    frames: Sequence[Box] = ()  # other shapes of which the edges are drawn


ALL_SEEN = Unseen(frozenset(), (), {})


def _quick(function: Any, *arguments: Any, returns: Any = ctypes.c_int) -> Any:
    address = ctypes.cast(function, ctypes.c_void_p).value
    assert address is not None
    return ctypes.PYFUNCTYPE(returns, *arguments)(address)


_POINTER, _INT = ctypes.c_void_p, ctypes.c_int
_object = _quick(pdfium.FPDFPage_GetObject, _POINTER, _INT, returns=_POINTER)
_kind = _quick(pdfium.FPDFPageObj_GetType, _POINTER)
_fill = _quick(pdfium.FPDFPageObj_GetFillColor, _POINTER, _POINTER, _POINTER, _POINTER, _POINTER)
_bounds = _quick(pdfium.FPDFPageObj_GetBounds, _POINTER, _POINTER, _POINTER, _POINTER, _POINTER)
_mode = _quick(pdfium.FPDFTextObj_GetTextRenderMode, _POINTER)
_draw_mode = _quick(pdfium.FPDFPath_GetDrawMode, _POINTER, _POINTER, _POINTER)
_transparency = _quick(pdfium.FPDFPageObj_HasTransparency, _POINTER)
_count_points = _quick(pdfium.FPDFPath_CountSegments, _POINTER)


class _Reader:
    """Asks pdfium for what objects of a page are."""

    def __init__(self) -> None:
        self._numbers, self._edges = (ctypes.c_uint * 4)(), (ctypes.c_float * 4)()
        self._to_colour = [ctypes.addressof(self._numbers) + 4 * n for n in range(4)]
        self._to_box = [ctypes.addressof(self._edges) + 4 * n for n in range(4)]

    def colour(self, drawn: int) -> Colour | None:
        """Return the colour that an object is filled with, if it is opaque."""
        is_known = bool(_fill(drawn, *self._to_colour)) and self._numbers[3] == _OPAQUE
        return (self._numbers[0], self._numbers[1], self._numbers[2]) if is_known else None

    def letters(self, drawn: int) -> Colour | None:
        """Return the colour of a text; ``_NONE`` if it is not drawn at all."""
        mode = _mode(drawn)
        if mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
            return _NONE
        colour = self.colour(drawn) if mode == pdfium.FPDF_TEXTRENDERMODE_FILL else None
        is_clear = colour is None and mode == pdfium.FPDF_TEXTRENDERMODE_FILL and self._numbers[3] == 0
        return _NONE if is_clear else colour

    def mode(self, drawn: int) -> tuple[bool, bool]:
        """Return whether a path is filled, and whether its edges are drawn."""
        if not _draw_mode(drawn, *self._to_colour[:2]):
            return False, False
        return self._numbers[0] != 0, self._numbers[1] != 0

    def box(self, drawn: int) -> Box:
        _bounds(drawn, *self._to_box)
        left, bottom, right, top = (min(_FARTHEST, max(-_FARTHEST, edge)) for edge in self._edges)
        return left, bottom, right, top


class Picture:
    """A page as it is drawn, in shades of grey: it is rendered when it is first looked at.

    pdfium says white of what a pattern or a gradient fills, and does not say what a glyph of its own colour shows.
    """

    def __init__(self, page: Any, to_seen: Callable[..., Box]) -> None:
        self._page, self._to_seen = page, to_seen

    def shows(self, box: Box) -> bool:
        """Return whether something stands out in a box: it is not of one shade."""
        left, bottom, right, top = self._to_seen(*box)
        inset, aside = _MARGIN * (top - bottom), min(_MARGIN * (top - bottom), (right - left) / 4)
        scale, (view, stride, width, height) = self._scale, self._pixels
        first, last = max(0, int((left + aside) * scale)), min(width, int((right - aside) * scale) + 1)
        upper, lower = height - (top - inset) * scale, height - (bottom + inset) * scale
        rows = [
            view[n * stride + first : n * stride + last] for n in range(max(0, int(upper)), min(height, int(lower)))
        ]
        rows = [row for row in rows if row]
        return bool(rows) and max(map(max, rows)) - min(map(min, rows)) >= _CONTRAST

    @cached_property
    def _scale(self) -> float:
        width, height = self._page.get_size()
        return min(_SCALE, _LARGEST / max(float(width), float(height), 1.0))

    @cached_property
    def _pixels(self) -> tuple[bytes, int, int, int]:
        """Return the pixels, the bytes of a row, and the width and height."""
        bitmap = self._page.render(scale=self._scale, grayscale=True, may_draw_forms=False, draw_annots=False)
        try:
            return bytes(bitmap.buffer), bitmap.stride, bitmap.width, bitmap.height
        finally:
            bitmap.close()


def find_unseen(page: Any, is_off: Callable[[int], bool], to_seen: Callable[..., Box]) -> Unseen:
    """Return what is not seen of a page of pdfium.

    Args:
        is_off: tells whether an object is in a layer that is off.
        to_seen: turns a box of the page's own space into one of the page as it is seen.
    """
    handle = ctypes.cast(page.raw, ctypes.c_void_p).value
    drawn = [_object(handle, number) for number in range(pdfium.FPDFPage_CountObjects(page.raw))]
    kinds = [_kind(address) for address in drawn]
    outside_forms = frozenset(drawn) if pdfium.FPDF_PAGEOBJ_FORM in kinds else None
    if pdfium.FPDF_PAGEOBJ_TEXT not in kinds:
        return ALL_SEEN._replace(outside_forms=outside_forms)
    objects = _Page(drawn, kinds, is_off, Picture(page, to_seen))
    covers = list(objects.covers())
    texts = frozenset(drawn[number] for number in objects.pale())
    orders = {drawn[number]: number for number in objects.texts} if covers else {}
    return Unseen(texts, covers, orders, outside_forms, objects.rules, objects.frames)


class _Page:
    """The objects of a page, in the order in which they are drawn."""

    def __init__(
        self, drawn: Sequence[int], kinds: Sequence[int], is_off: Callable[[int], bool], picture: Picture
    ) -> None:
        self._drawn, self._kinds, self._is_off, self._read = drawn, kinds, is_off, _Reader()
        self._picture = picture
        self.texts = [number for number, kind in enumerate(kinds) if kind == pdfium.FPDF_PAGEOBJ_TEXT]
        paths = [number for number, kind in enumerate(kinds) if kind == pdfium.FPDF_PAGEOBJ_PATH]
        self._shapes = dict[int, Box]()  # those that may be opaque rectangles
        self.rules, self.frames = list[Box](), list[Box]()
        for number in paths:
            if (count := _count_points(drawn[number])) <= _MOST_POINTS:
                left, bottom, right, top = box = self._read.box(drawn[number])
                if min(right - left, top - bottom) <= _THIN:
                    self.rules.append(box)
                    continue
                is_filled, has_edges = self._read.mode(drawn[number])
                if is_filled:
                    self._shapes[number] = box
                if has_edges and count >= _FEWEST_POINTS:
                    self.frames.append(box)
        if len(self._shapes) > _MOST_SHAPES:
            self._shapes = {}

    @cached_property
    def _boxes(self) -> dict[int, Box]:
        """Return the boxes of the texts that take up room."""
        boxes = ((number, self._read.box(self._drawn[number])) for number in self.texts)
        return {number: box for number, box in boxes if box[2] > box[0] and box[3] > box[1]}

    def covers(self) -> Iterator[Cover]:
        """Yield the opaque rectangles that are drawn after a text that they cover at least in part."""
        shapes = {number: box for number, box in self._shapes.items() if number > self.texts[0]}
        bands: dict[int, list[int]] = {}
        for number, (_, bottom, _, top) in self._boxes.items() if shapes else ():
            bands.setdefault(int((bottom + top) / 2 // _BAND), []).append(number)
        for number, (left, bottom, right, top) in shapes.items():
            in_bands = [n for band in range(int(bottom // _BAND), int(top // _BAND) + 1) for n in bands.get(band, ())]
            touched = [n for n in in_bands if _touch(self._boxes[n], (left, bottom, right, top))]
            below = [
                self._boxes[n]
                for n in touched
                if n < number and bottom < self._boxes[n][1] + _EDGE and top > self._boxes[n][3] - _EDGE
            ]
            above = {self._drawn[n]: self._boxes[n] for n in touched if n > number}
            if below and self._is_opaque(number) and (above or self._hides(number, below)):
                yield Cover(number, (left, bottom, right, top), above)

    def _hides(self, number: int, texts: Sequence[Box]) -> bool:
        """Return whether a shape without text on it hides what it covers of others; a pattern may not."""
        left, bottom, right, top = box = self._shapes[number]
        if any(n > number and _touch(other, box) for n, other in self._backgrounds.items()):
            return True
        cut = [(max(x, left), max(y, bottom), min(x_end, right), min(y_end, top)) for x, y, x_end, y_end in texts]
        return not all(map(self._picture.shows, cut))

    def pale(self) -> Iterator[int]:
        """Yield the texts of the colour of what they stand on, where no other text stands."""
        colours = {number: self._read.letters(self._drawn[number]) for number in self.texts}
        shapes: dict[Colour | None, list[Box]] = {}
        for number, box in self._shapes.items():
            shapes.setdefault(self._read.colour(self._drawn[number]), []).append(box)
        suspects = [
            (number, colour)
            for number, colour in colours.items()
            if colour and (min(colour) >= _WHITE or colour in shapes) and number in self._boxes
            if min(colour) >= _WHITE or any(covers(shape, self._boxes[number]) for shape in shapes[colour])
        ]
        if len(suspects) * len(self._drawn) > _MOST_PAIRS:
            return
        for number, colour in suspects:
            box = self._boxes[number]
            other_boxes = (self._boxes[n] for n, other in colours.items() if other != colour and n in self._boxes)
            beside = [other for other in other_boxes if _touch(other, box)]
            if not self._is_lost(number, colour) or any(_is_drawn_over(other, box) for other in beside):
                continue
            if beside or not self._picture.shows(box):
                yield number

    def _is_lost(self, number: int, colour: Colour) -> bool:
        """Return whether a text stands on a rectangle of its colour, or in white on nothing but paper.

        Letters that are not drawn may repeat those of a picture.
        """
        box = self._boxes[number]
        touched = [n for n, other in self._backgrounds.items() if _touch(other, box)]
        below = max((n for n in touched if n < number), default=None)
        if below is not None and below in self._shapes and max(touched) == below:
            is_same = self._read.colour(self._drawn[below]) == colour
            if is_same and covers(self._shapes[below], box) and self._is_opaque(below):
                return True
        if min(colour) < _WHITE or any(n not in self._shapes for n in touched):
            return False
        return colour == _NONE or all(self._read.colour(self._drawn[n]) == _PAPER for n in touched)

    @cached_property
    def _backgrounds(self) -> dict[int, Box]:
        return {
            number: self._read.box(self._drawn[number])
            for number, kind in enumerate(self._kinds)
            if kind != pdfium.FPDF_PAGEOBJ_TEXT
        }

    def _is_opaque(self, number: int) -> bool:
        drawn = self._drawn[number]
        return (
            self._read.colour(drawn) is not None
            and not _transparency(drawn)
            and _is_plain(drawn, self._read)
            and not self._is_off(drawn)
        )


def _is_drawn_over(box: Box, other: Box) -> bool:
    """Return whether a text stands on another, on the same line and as high: pdfium may keep only the letters below."""
    return _touch(box, other) and abs(box[1] - other[1]) < _LEVEL and abs(box[3] - other[3]) < _LEVEL


def _touch(box: Box, other: Box) -> bool:
    return box[0] < other[2] and box[2] > other[0] and box[1] < other[3] and box[3] > other[1]


def _is_plain(drawn: int, read: _Reader) -> bool:
    """Return whether a path is a rectangle with upright sides, and nothing cuts it to size."""
    pointer, matrix = ctypes.cast(ctypes.c_void_p(drawn), pdfium.FPDF_PAGEOBJECT), pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(pointer, matrix)
    points = list(_points(partial(pdfium.FPDFPath_GetPathSegment, pointer), _count_points(drawn)))
    if matrix.b or matrix.c or not len({x for x, _ in points}) == len({y for _, y in points}) == 2:
        return False
    clip = pdfium.FPDFPageObj_GetClipPath(pointer)
    left, bottom, right, top = read.box(drawn)
    for number in range(max(pdfium.FPDFClipPath_CountPaths(clip), 0) if clip else 0):
        cut = partial(pdfium.FPDFClipPath_GetPathSegment, clip, number)
        points = list(_points(cut, pdfium.FPDFClipPath_CountPathSegments(clip, number)))
        xs, ys = [x for x, _ in points], [y for _, y in points]
        if len(points) > _MOST_POINTS or not points or len(set(xs)) > 2 or len(set(ys)) > 2:
            return False
        if min(xs) > left + _EDGE or max(xs) < right - _EDGE or min(ys) > bottom + _EDGE or max(ys) < top - _EDGE:
            return False
    return True


def _points(segment: Callable[[int], Any], count: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(count):
        if pdfium.FPDFPathSegment_GetPoint(segment(number), x, y):
            yield round(x.value, 2), round(y.value, 2)


def covers(box: Box, other: Box) -> bool:
    """Return whether a rectangle covers another, but for what letters may stand out."""
    left, bottom, right, top = box
    x, y, x_end, y_end = other
    across = left - _EDGE <= x and x_end <= right + _EDGE
    return across and bottom - _EDGE <= y and y_end <= top + _EDGE
