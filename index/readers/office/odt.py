"""OpenDocument texts (.odt): paragraphs, headings, rows of tables."""

from typing import Any

from index.readers.metadata import iso_date
from index.readers.office.archive import member, tree, unzipped
from index.readers.office.xml_tables import TableFormat, table_rows
from index.readers.parsed import ParsedFile
from index.readers.text_builder import TextBuilder

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_HEADING, _PARAGRAPH, _LIST, _ITEM = f"{_TEXT}h", f"{_TEXT}p", f"{_TEXT}list", f"{_TEXT}list-item"
_TABLE_TAG, _ROW, _CELL = f"{_TABLE}table", f"{_TABLE}table-row", f"{_TABLE}table-cell"
_AS_TEXT = {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n", f"{_TEXT}s": " "}
_DRAWING = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_APART = tuple(f"{_DRAWING}{name}" for name in ("text-box", "custom-shape", "rect", "ellipse"))  # their text is blocks
_UNSEEN = (f"{_SVG}title", f"{_SVG}desc", f"{_TEXT}hidden-text")
_NOTE = f"{_TEXT}note"
_LEFT_OUT = (_NOTE, f"{_TEXT}tracked-changes", f"{_OFFICE}annotation")


def read_odt(data: bytes) -> ParsedFile:
    """Read an OpenDocument text.

    Raises:
        UnreadableFile: it is damaged, unpacks to too much, or is no such text.
    """
    archive = unzipped(data)
    blocks = TextBuilder()
    content = tree(member(archive, "content.xml"))
    styles = [tree(member(archive, "styles.xml"))] if "styles.xml" in archive.namelist() else []
    ordered = _ordered(content, *styles)
    for element in content.iter(_HEADING, _PARAGRAPH, _TABLE_TAG):
        _add(element, blocks, ordered)
    for note in content.iter(f"{_TEXT}note-body"):  # at the foot, as printed
        for paragraph in note.iter(_PARAGRAPH):
            blocks.add(_written(paragraph))
    said = tree(member(archive, "meta.xml")) if "meta.xml" in archive.namelist() else None
    return blocks.build(_said(said, "title"), iso_date(_said(said, "date")))


def _add(element: Any, blocks: TextBuilder, ordered: frozenset[str]) -> None:
    """Add a heading, a paragraph that is in no table, or the rows of a table."""
    around = {ancestor.tag for ancestor in element.iterancestors()}
    if around & {*_LEFT_OUT}:
        return
    if element.tag == _TABLE_TAG:
        blocks.add("", "caption")
        for row in table_rows(element, _TABLES):
            blocks.add(row, "row")
    elif element.tag == _HEADING:
        level = element.get(f"{_TEXT}outline-level", "1")
        blocks.add(_written(element), "heading", int(level) if level.isdigit() else 1)
    elif _ROW not in around:
        text, item = _written(element), next(element.iterancestors(_ITEM), None)
        if item is None or not text.strip():
            blocks.add(text)
        elif next(item.iter(_PARAGRAPH)) is element:
            blocks.add(_marker(item, ordered) + text, "item", len(list(element.iterancestors(_LIST))))
        else:
            blocks.add(text, "item again")


def _marker(item: Any, ordered: frozenset[str]) -> str:
    """Return the number of an item if the style of its list gives numbers at its depth, else a bullet."""
    lists = list(item.iterancestors(_LIST))
    style = next((found for one in lists if (found := one.get(f"{_TEXT}style-name"))), "")
    if f"{style} {len(lists)}" not in ordered:
        return "- "
    return f"{sum(1 for _ in item.itersiblings(_ITEM, preceding=True)) + 1}. "


def _ordered(*parts: Any) -> frozenset[str]:
    """Return the styles of lists, each with the depths at which they give numbers."""
    return frozenset(
        f"{style.get(_STYLE + 'name')} {level.get(_TEXT + 'level')}"
        for part in parts
        for style in part.iter(f"{_TEXT}list-style")
        for level in style.iter(f"{_TEXT}list-level-style-number")
        if level.get(f"{_STYLE}num-format")
    )


def _written(element: Any) -> str:
    """Return the text under an element, without notes and comments."""
    parts: list[str] = []
    waiting: list[Any] = [element]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            parts.append(found)
        elif isinstance(found.tag, str) and found.tag not in (*_APART, *_UNSEEN, *_LEFT_OUT):
            parts.append(_AS_TEXT.get(found.tag, "") + (found.text or ""))
            waiting.extend(part for child in reversed(found) for part in (child.tail or "", child))
    return "".join(parts)


def _said(metadata: Any, name: str) -> str | None:
    found = None if metadata is None else next(metadata.iter(_DUBLIN + name), None)
    return None if found is None else found.text


_TABLES = TableFormat(
    _TABLE_TAG,
    _ROW,
    _CELL,
    _PARAGRAPH,
    _LEFT_OUT,
    _written,
    lambda row: row.getparent().tag == f"{_TABLE}table-header-rows",
)
