"""Styles of an OpenDocument text, with what each inherits."""

import re
from collections.abc import Iterator
from typing import Any

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_HEADING = re.compile(r"(?:heading|titre|title|subtitle|sous-titre)(?: (\d))?", re.IGNORECASE)
_RAISED = re.compile(r"(-?\d+)%")
_WEIGHT = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}font-weight"
_CAPTIONS = ("caption", "légende", "table", "tableau")
_DEEPEST = 20  # styles that one is based on


class Styles:
    """Styles by their name: automatic ones before the common ones that they are based on."""

    def __init__(self, *groups: Any) -> None:
        """Take the elements that hold styles; a style of an earlier one counts."""
        self._styles: dict[str, Any] = {}
        for group in groups:
            for style in () if group is None else group.iter(f"{STYLE}style"):
                self._styles.setdefault(style.get(f"{STYLE}name", ""), style)
        self._values: dict[tuple[str, str], str | None] = {}

    def text_property(self, name: str, attribute: str) -> str | None:
        """Return what a style, or one that it is based on, says of how text is set."""
        if (name, attribute) not in self._values:
            properties = (style.find(f"{STYLE}text-properties") for style in self._chain(name))
            values = (None if element is None else element.get(attribute) for element in properties)
            self._values[name, attribute] = next((value for value in values if value is not None), None)
        return self._values[name, attribute]

    def cell_property(self, name: str, attribute: str) -> str | None:
        """Return what a style, or one that it is based on, says of a cell."""
        properties = (style.find(f"{STYLE}table-cell-properties") for style in self._chain(name))
        values = (None if element is None else element.get(attribute) for element in properties)
        return next((value for value in values if value is not None), None)

    def is_bold(self, name: str) -> bool | None:
        """Return whether text is in bold; None if nothing is said of it."""
        weight = self.text_property(name, _WEIGHT)
        return None if weight is None else weight == "bold" or weight in ("600", "700", "800", "900")

    def is_caption(self, name: str) -> bool:
        """Return whether a paragraph style is that of captions of tables and figures."""
        return any(style_name.lower() in _CAPTIONS for style_name in self._names(name))

    def position(self, name: str) -> str | None:
        """Return "superscript", "subscript" or "baseline"; None if nothing is said of it."""
        text_position = self.text_property(name, f"{STYLE}text-position")
        if text_position is None:
            return None
        height = _RAISED.match(text_position)
        if height and int(height[1]):
            return "superscript" if int(height[1]) > 0 else "subscript"
        return {"super": "superscript", "sub": "subscript"}.get(
            text_position.split()[0] if text_position.split() else "", "baseline"
        )

    def is_struck(self, name: str) -> bool | None:
        """Return whether text is struck through; None if nothing is said of it."""
        lines = (self.text_property(name, f"{STYLE}text-line-through-{kind}") for kind in ("style", "type"))
        line = next((line for line in lines if line is not None), None)
        return None if line is None else line != "none"

    def heading_level(self, name: str) -> int | None:
        """Return the level of heading, from 1, of a paragraph style by its name; None if it is none."""
        for style_name in self._names(name):
            if heading := _HEADING.fullmatch(style_name):
                return int(heading[1] or 1)
        return None

    def is_title(self, name: str) -> bool:
        """Return whether a paragraph style is that of the title of a document."""
        return any(style_name.lower() in ("title", "titre") for style_name in self._names(name))

    def master_pages(self) -> set[str]:
        """Return the names of the pages that styles begin."""
        return set(filter(None, (style.get(f"{STYLE}master-page-name") for style in self._styles.values())))

    def _names(self, name: str) -> Iterator[str]:
        """Yield the names of a style and of those that it is based on, as people see them."""
        styles = list(self._chain(name))
        for style in styles:
            yield style.get(f"{STYLE}display-name") or style.get(f"{STYLE}name", "").replace("_20_", " ")
        undefined = styles[-1].get(f"{STYLE}parent-style-name", "") if styles else name
        yield undefined.replace("_20_", " ")

    def _chain(self, name: str) -> Iterator[Any]:
        for _ in range(_DEEPEST):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = style.get(f"{STYLE}parent-style-name", "")
