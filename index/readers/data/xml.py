"""XML: a document becomes paragraphs and headings; data become records, each value after the name of its element.

It is a document if most of its text is prose, which has elements within it, such as bold words in a paragraph.
"""

import re
from collections import Counter
from collections.abc import Iterator, Set
from dataclasses import replace
from html import unescape
from html.entities import html5
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.readers.content.symbols import to_subscript, to_superscript
from index.readers.data.json import Value, add_values
from index.readers.parsed import ParsedFile
from index.readers.text_builder import TextBuilder

_TITLES = frozenset(("title", "titre", "head", "heading", "subject"))
_PAGES = frozenset(("description", "encoded", "content", "summary"))  # whose text may be HTML
_TAG = re.compile(r"</?(?P<name>[a-z][a-z0-9]{0,10})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_IN_WORDS = frozenset("a abbr b cite code em emph emphasis g hi i ital s small span strong sub sup tspan u".split())
_SET_APART = {
    **dict.fromkeys(("sup", "superscript", "exp", "exposant"), to_superscript),
    **dict.fromkeys(("sub", "subscript", "indice"), to_subscript),
}
_SET_APART_TAG = re.compile(r"<(?P<tag>su[pb])(?:\s[^<>]*)?>(?P<text>[^<>]{0,40})</(?P=tag)>", re.IGNORECASE)
_LINE_ENDS = frozenset(("br", "lb", "linebreak", "newline", "tab"))
_OPENING, _CLOSING = "([{«'’\"", ")]}»'’\".,;:!?%…"  # after which, and before which, no space stands
_MARKUP = re.compile("[&<]")
_MOST_EXPANDED = 1_000_000  # characters
_TITLE_DEPTH = 3  # elements, from the first, that may have the title of the file
_DEEPEST = 200  # elements around an element
_ATTRIBUTES = etree.XPath("@*")  # ``element.attrib`` of lxml scans all attributes for each one that it looks up


def read_xml(data: bytes) -> ParsedFile:
    """Read XML. Nothing is fetched; of entities, those are expanded that are text.

    Raises:
        UnreadableFile: it is malformed, or holds no text.
    """
    closed = {"resolve_entities": False, "no_network": True, "load_dtd": False}
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, **closed)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile("it is damaged (its XML cannot be read)") from error
    _expand_entities(root)
    blocks = TextBuilder()
    prose = _names_of_prose(root)
    if _is_document(root, prose):
        _add_document(root, blocks)
        return blocks.build()
    count = _add_data(root, blocks, prose)
    parsed = blocks.build(_title(root))
    return replace(parsed, title=_title(root)) if count > 1 else parsed  # that of the first record is not that of all


def _expand_entities(root: Any) -> None:
    """Put in the place of entities the text that the file itself gives for them, or that HTML does; drop the others."""
    declarations = root.getroottree().docinfo.internalDTD
    declared = (
        {entity.name: entity.content for entity in declarations.iterentities()} if declarations is not None else {}
    )
    room = _MOST_EXPANDED
    for node in list(root.iter(etree.Entity)):
        text = declared.get(node.name) or ("" if node.name in declared else html5.get(f"{node.name};", ""))
        room -= len(text)
        if room > 0 and not _MARKUP.search(text):
            node.tail = text + (node.tail or "")
    etree.strip_tags(root, etree.Entity)


def _title(root: Any) -> str | None:
    """Return what a file of records says is its own title: that of the channel of a feed, not of an item."""
    element = root
    for _ in range(_TITLE_DEPTH):
        titles = (_own_text(child) for child in element if _name(child).lower() in _TITLES and not len(child))
        if (title := next(filter(None, titles), None)) is not None:
            return title
        groups = [child for child in element if len(child)]
        if len(groups) != 1:
            return None
        element = groups[0]
    return None


def _is_document(root: Any, prose: Set[str]) -> bool:
    """Return whether at least half of the text under an element stands in prose and headings."""
    in_prose, outside = 0, 0
    waiting = [root]
    while waiting and prose:
        element = waiting.pop()
        name = _name(element).lower()
        if name in prose or name in _TITLES:
            in_prose += sum(len(text.strip()) for text in element.itertext())
        else:
            outside += len(_own_text(element))
            waiting.extend(element)
    return in_prose > 0 and in_prose >= outside


def _names_of_prose(root: Any) -> set[str]:
    """Return the names of elements of which some have mixed content, and most have text of their own."""
    mixed, written, other = set[str](), Counter[str](), Counter[str]()
    for element in root.iter(etree.Element):
        name = _name(element).lower()
        if _is_mixed(element):
            mixed.add(name)
            written[name] += 1
        elif len(element):
            other[name] += 1
        else:
            written[name] += _has_text(element)
    return {name for name in mixed if written[name] > other[name]}


def _is_mixed(element: Any) -> bool:
    """Return whether an element has text next to child elements; «Vis<price>2</price><size>1</size>» is a record."""
    if not len(element) or not _has_text(element):
        return False
    opening = element.text or ""
    names = {_name(inner).lower() for inner in element}
    is_record = len(names) > 1 and not names & _IN_WORDS and not opening.endswith(" ")
    return not is_record or any((inner.tail or "").strip() for inner in element)


def _has_text(element: Any) -> bool:
    """Return whether an element has text of its own, outside its child elements."""
    return bool((element.text or "").strip() or any((inner.tail or "").strip() for inner in element))


def _add_document(root: Any, blocks: TextBuilder) -> None:
    """Add each element that has text of its own as a paragraph, with all that is inside it, or as a heading."""
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        if _has_text(element):
            text = _join_text(element)
            is_title = _name(element).lower() in _TITLES
            blocks.add(text, "heading" if is_title else "paragraph", max(1, depth - 1))
        elif depth < _DEEPEST:
            waiting.extend((inner, depth + 1) for inner in reversed(element))


def _add_data(root: Any, blocks: TextBuilder, prose: Set[str]) -> int:
    """Add the records, and return how many there are."""
    count = 0
    for values in filter(None, _records(root, prose)):
        count += 1
        blocks.start_record()
        add_values(values, blocks)
    return count


def _records(root: Any, prose: Set[str] = frozenset()) -> Iterator[list[Value]]:
    """Yield the values of each record: of repeated elements, and of their siblings."""
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        groups = _groups(element, prose)
        if depth < _DEEPEST and (_returns(groups) or any(_returns(_groups(child, prose)) for child in groups)):
            siblings = (child for child in element if not _is_group(child, prose))
            values = (value for child in siblings for value in _values(child, _name(child), prose))
            own_text = [Value(_name(element), text)] if (text := _own_text(element)) else []
            yield [*_attributes(element, ""), *own_text, *values]
            waiting.extend((child, depth + 1) for child in reversed(groups))
        else:
            yield list(_values(element, "", prose))


def _groups(element: Any, prose: Set[str]) -> list[Any]:
    if _name(element).lower() in prose:
        return []
    return [child for child in element if _is_group(child, prose)]


def _is_group(element: Any, prose: Set[str]) -> bool:
    """Return whether an element that is no prose holds others, or attributes."""
    return bool(len(element) or element.attrib) and _name(element).lower() not in prose


def _returns(groups: list[Any]) -> bool:
    """Return whether several of the elements have the same name."""
    return len({child.tag for child in groups}) < len(groups)


def _values(record: Any, path: str, prose: Set[str]) -> Iterator[Value]:
    """Yield the texts and attributes in a record, each with the names that lead to it."""
    waiting = [(path, record)]
    while waiting:
        path, element = waiting.pop()
        yield from _attributes(element, path)
        is_prose = _name(element).lower() in prose
        text = _join_text(element) if is_prose else _text(element)
        if text:
            yield Value(path or _name(element), text)
        if path.count(".") < _DEEPEST and not is_prose:
            waiting.extend((f"{path}.{_name(child)}" if path else _name(child), child) for child in reversed(element))


def _text(element: Any) -> str:
    """Return the text of an element on one line; feeds write pages of HTML into some."""
    text = _own_text(element)
    if _name(element) in _PAGES and _TAG.search(text):
        text = _SET_APART_TAG.sub(lambda tag: _SET_APART[tag["tag"].lower()](tag["text"]), text)
        text = unescape(_TAG.sub(lambda tag: "" if tag["name"].lower() in _IN_WORDS else " ", text))
    return " ".join(text.split())


def _own_text(element: Any) -> str:
    return " ".join(" ".join((element.text or "", *(inner.tail or "" for inner in element))).split())


def _join_text(root: Any) -> str:
    """Return the text in an element on one line.

    What tags part is set apart by a space, unless letters stand on both sides of a tag, or the tag only sets a style.
    """
    joined, tags = "", 0
    for text, element in _runs(root):
        name = _name(element).lower()
        if name in _LINE_ENDS:
            joined += " "
        elif name not in _IN_WORDS and name not in _SET_APART and element is not root:
            tags += 1
        if not text.strip() and not (text and tags < 2):
            joined += " " if text else ""
            continue
        goes_on = joined[-1:].isalpha() and text[0].isalpha() and not (joined[-1].islower() and text[0].isupper())
        is_apart = tags > 1 or (tags == 1 and not goes_on)
        if is_apart and joined and joined[-1] not in _OPENING and text[0] not in _CLOSING:
            joined += " "
        joined, tags = joined + text, 0
    return " ".join(joined.split())


def _runs(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield each text in an element, empty ones included, with the element at whose tag it begins."""
    waiting: list[tuple[Any, bool]] = [(root, False)]
    while waiting:
        element, ends = waiting.pop()
        if ends:
            yield element.tail or "", element
            continue
        if (write := _SET_APART.get(_name(element).lower())) is not None and not len(element) and element is not root:
            yield write(element.text or ""), element
            continue
        yield element.text or "", element
        for inner in reversed(element):
            waiting.append((inner, True))
            waiting.append((inner, False))


def _attributes(element: Any, path: str) -> Iterator[Value]:
    for value in _ATTRIBUTES(element) if element.attrib else ():
        name = value.attrname
        if value.strip() and not name.startswith("{"):
            yield Value(f"{path}.{name}" if path else name, " ".join(value.split()))


def _name(element: Any) -> str:
    return str(etree.QName(element).localname)
