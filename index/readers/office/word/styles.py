"""Styles of a Word document, with what each inherits."""

import re
from collections.abc import Iterator
from typing import Any

from index.readers.metadata import whole_number

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFF = ("0", "false", "off", "none")
_HEADING = re.compile(r"(?:heading|title|subtitle|titre|sous-titre)\D*([1-9])?")
_BODY_LEVEL = 9  # outline level of body text
_DEEPEST = 20  # styles that one is based on
_FIRST_ROW = 0x20  # the bit of a table's look
_SIZE = 20  # of fonts where nothing is said of it, in halves of a point


def qn(name: str) -> str:
    """Return the name of an element or attribute of WordprocessingML, «w:p» say, as lxml writes it."""
    return f"{{{NAMESPACE}}}{name.removeprefix('w:')}"


VALUE = qn("w:val")


def value(element: Any, *path: str) -> str | None:
    """Return the ``w:val`` at a path below an element; None if there is no such element, "" without a value."""
    property_element = None if element is None else element.find("/".join(map(qn, path)))
    return None if property_element is None else property_element.get(VALUE, "")


def is_on(properties: Any, name: str) -> bool | None:
    """Return whether a property is set; None if nothing is said of it."""
    text = value(properties, name)
    return None if text is None else text.lower() not in _OFF


class Styles:
    """The styles of a document by their id."""

    def __init__(self, part: Any = None) -> None:
        """Take the element of the part of styles, if there is one."""
        self._styles: dict[str, Any] = {}
        for style in () if part is None else part.iter(qn("w:style")):
            self._styles[style.get(qn("w:styleId"), "")] = style
        language = None if part is None else next(part.iter(qn("w:lang")), None)
        size = None if part is None else value(part, "w:docDefaults", "w:rPrDefault", "w:rPr", "w:sz")
        self._size = whole_number(size, _SIZE)
        self._default = next((id for id, style in self._styles.items() if _is_default(style)), "")
        self.language = "en" if language is None else language.get(VALUE, "en").lower()[:2]  # as of most of the text
        self._levels: dict[str, int | None] = {}
        self._are_captions: dict[str, bool] = {"": False}
        self._values: dict[tuple[str, str], str | None] = {}

    def heading_level(self, id: str) -> int | None:
        """Return the level of heading, from 1, that a paragraph style sets; None if it sets none."""
        if id not in self._levels:
            self._levels[id] = self._find_level(id)
        return self._levels[id]

    def _find_level(self, id: str) -> int | None:
        for style in self._chain(id):
            heading = _HEADING.match((value(style, "w:name") or "").lower())
            if heading:
                return int(heading[1] or 1)
            outline = value(style, "w:pPr", "w:outlineLvl")
            if outline is not None:
                return outline_level(outline)
        return None

    def is_title(self, id: str) -> bool:
        """Return whether a paragraph style is that of the title of a document."""
        return any((value(style, "w:name") or "").lower() in ("title", "titre") for style in self._chain(id))

    def is_shaded(self, id: str) -> bool:
        """Return whether a style shades text or paragraphs."""
        return any(next(style.iter(qn("w:shd")), None) is not None for style in self._chain(id))

    def is_caption(self, id: str) -> bool:
        """Return whether a paragraph style is that of captions of tables and figures."""
        if id not in self._are_captions:
            names = ((value(style, "w:name") or "").lower() for style in self._chain(id))
            self._are_captions[id] = any(name in ("caption", "légende") for name in names)
        return self._are_captions[id]

    def of_run(self, id: str, name: str) -> str | None:
        """Return the value of a run property in a style, or in one that it is based on."""
        if (id, name) not in self._values:
            values = (value(style, "w:rPr", name) for style in self._chain(id))
            self._values[id, name] = next((item for item in values if item is not None), None)
        return self._values[id, name]

    def font_size(self, id: str) -> int:
        """Return the size of text in a paragraph style, in halves of a point."""
        return whole_number(self.of_run(id or self._default, "w:sz"), self._size)

    def sets_first_row_apart(self, table: Any) -> bool:
        """Return whether the style of a table sets its first row in bold, or fills it, and the table lets it do so."""
        properties = table.find(qn("w:tblPr"))
        look = None if properties is None else properties.find(qn("w:tblLook"))
        if look is None or not _has_first_row(look):
            return False
        return any(map(_sets_apart, self._chain(value(properties, "w:tblStyle") or "")))

    def numbering(self, id: str) -> Any:
        """Return the ``w:numPr`` of a paragraph style, or of one that it is based on; None if there is none."""
        properties = (style.find(f"{qn('w:pPr')}/{qn('w:numPr')}") for style in self._chain(id))
        return next((element for element in properties if element is not None), None)

    def _chain(self, id: str) -> Iterator[Any]:
        for _ in range(_DEEPEST):
            style = self._styles.get(id)
            if style is None:
                return
            yield style
            id = value(style, "w:basedOn") or ""


def _is_default(style: Any) -> bool:
    return style.get(qn("w:default")) in ("1", "true", "on") and style.get(qn("w:type")) == "paragraph"


def _has_first_row(look: Any) -> bool:
    stated = look.get(qn("w:firstRow"))
    if stated is not None:
        return stated.lower() not in _OFF
    try:
        return bool(int(look.get(VALUE, "0"), 16) & _FIRST_ROW)
    except ValueError:
        return False


def _sets_apart(style: Any) -> bool:
    for part in style.iterchildren(qn("w:tblStylePr")):
        if part.get(qn("w:type")) == "firstRow":
            return bool(is_on(part.find(qn("w:rPr")), "w:b")) or next(part.iter(qn("w:shd")), None) is not None
    return False


def outline_level(text: str) -> int | None:
    """Return the level of heading of an outline level, which counts from 0; None for body text."""
    level = whole_number(text, _BODY_LEVEL)
    return level + 1 if level < _BODY_LEVEL else None
