"""XML: a document becomes paragraphs and headings; data become records, each value after the name of its element."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.readers.data.json import Value, add_values
from index.readers.parsed import ParsedFile
from index.readers.text_builder import TextBuilder

_TITLES = frozenset(("title", "titre", "head", "heading", "subject"))
_PAGES = frozenset(("description", "encoded", "content", "summary"))  # whose text may be HTML
_TAG = re.compile(r"</?(?P<name>[a-z][a-z0-9]{0,10})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_IN_WORDS = frozenset("a abbr b cite code em i s small span strong sub sup u".split())
_DEEPEST = 200  # elements around an element
_ATTRIBUTES = etree.XPath("@*")  # ``element.attrib`` of lxml scans all attributes for each one that it looks up


def read_xml(data: bytes) -> ParsedFile:
    """Read XML. No entity is expanded, and nothing is fetched.

    Raises:
        UnreadableFile: it is malformed, or holds no text.
    """
    closed = {"resolve_entities": False, "no_network": True, "load_dtd": False}
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, **closed)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile("it is damaged (its XML cannot be read)") from error
    etree.strip_tags(root, etree.Entity)
    blocks = TextBuilder()
    if _is_document(root):
        _add_document(root, blocks)
    else:
        _add_data(root, blocks)
    return blocks.build()


def _is_document(root: Any) -> bool:
    """Return whether an element has mixed content: text next to child elements, such as bold words in a paragraph."""
    return any(_has_text(element) and len(element) for element in root.iter(etree.Element))


def _has_text(element: Any) -> bool:
    """Return whether an element has text of its own, outside its child elements."""
    return bool((element.text or "").strip() or any((inner.tail or "").strip() for inner in element))


def _add_document(root: Any, blocks: TextBuilder) -> None:
    """Add each element that has text of its own as a paragraph, with all that is inside it, or as a heading."""
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        if _has_text(element):
            text = " ".join("".join(element.itertext()).split())
            is_title = _name(element).lower() in _TITLES
            blocks.add(text, "heading" if is_title else "paragraph", max(1, depth - 1))
        elif depth < _DEEPEST:
            waiting.extend((inner, depth + 1) for inner in reversed(element))


def _add_data(root: Any, blocks: TextBuilder) -> None:
    for values in _records(root):
        if values:
            blocks.start_record()
            add_values(values, blocks)


def _records(root: Any) -> Iterator[list[Value]]:
    """Yield the values of each record: of repeated elements, and of their siblings."""
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        groups = _groups(element)
        if depth < _DEEPEST and (_returns(groups) or any(_returns(_groups(child)) for child in groups)):
            siblings = (child for child in element if not _is_group(child))
            yield [*_attributes(element, ""), *(value for child in siblings for value in _values(child, _name(child)))]
            waiting.extend((child, depth + 1) for child in reversed(groups))
        else:
            yield list(_values(element, ""))


def _groups(element: Any) -> list[Any]:
    return [child for child in element if _is_group(child)]


def _is_group(element: Any) -> bool:
    """Return whether an element holds others, or attributes."""
    return bool(len(element) or element.attrib)


def _returns(groups: list[Any]) -> bool:
    """Return whether several of the elements have the same name."""
    return len({child.tag for child in groups}) < len(groups)


def _values(record: Any, path: str) -> Iterator[Value]:
    """Yield the texts and attributes in a record, each with the names that lead to it."""
    waiting = [(path, record)]
    while waiting:
        path, element = waiting.pop()
        yield from _attributes(element, path)
        text = _text(element)
        if text:
            yield Value(path or _name(element), text)
        if path.count(".") < _DEEPEST:
            waiting.extend((f"{path}.{_name(child)}" if path else _name(child), child) for child in reversed(element))


def _text(element: Any) -> str:
    """Return the text of an element on one line; feeds write pages of HTML into some."""
    text = element.text or ""
    if _name(element) in _PAGES and _TAG.search(text):
        text = unescape(_TAG.sub(lambda tag: "" if tag["name"].lower() in _IN_WORDS else " ", text))
    return " ".join(text.split())


def _attributes(element: Any, path: str) -> Iterator[Value]:
    for value in _ATTRIBUTES(element) if element.attrib else ():
        name = value.attrname
        if value.strip() and not name.startswith("{"):
            yield Value(f"{path}.{name}" if path else name, " ".join(value.split()))


def _name(element: Any) -> str:
    return str(etree.QName(element).localname)
