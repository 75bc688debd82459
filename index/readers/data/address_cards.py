"""Address cards (.vcf): each is a record with what an address book shows of it."""

import re
from collections.abc import Iterator

from index.readers.data.content_lines import Component, Property, format_fields, read_components
from index.readers.parsed import ParsedFile
from index.readers.plain.text import parse_plain_text
from index.readers.text_builder import TextBuilder

_NAMES = {
    "NICKNAME": "Nickname",
    "ORG": "Organization",
    "TITLE": "Title",
    "ROLE": "Role",
    "TEL": "Phone",
    "EMAIL": "E-mail",
    "ADR": "Address",
    "BDAY": "Birthday",
    "ANNIVERSARY": "Anniversary",
    "CATEGORIES": "Categories",
    "URL": "Website",
}
_DAYS = ("BDAY", "ANNIVERSARY")
_DAY = re.compile(r"\A(\d{4}|-)-?(\d\d)-?(\d\d)(?=\Z|T)")
_TYPED = ("TEL", "EMAIL", "ADR")
_KINDS = ("work", "home", "cell", "mobile", "fax", "pager")  # of numbers and addresses, that people tell apart


def read_vcf(data: bytes) -> ParsedFile:
    """Read address cards; a file without one is read as plain text.

    Raises:
        UnreadableFile: its bytes are no text.
    """
    components, text, encoding = read_components(data)
    cards = [component for component in components if component.name == "VCARD"]
    if not cards:
        return parse_plain_text(text, encoding)
    blocks = TextBuilder()
    for card in cards:
        blocks.start_record()
        blocks.add("", "caption")
        blocks.add(format_fields(list(_fields(card))), "row")
        for note in card.all("NOTE"):
            blocks.add(note.text)
    return blocks.build(_name(cards[0]) if len(cards) == 1 else None, encoding=encoding)


def _name(card: Component) -> str:
    """Return the name as the card formats it, else its components: prefix, given names, family name, suffix."""
    if name := card.text("FN"):
        return name
    stated = card.get("N")
    components = stated.value.split(";") if stated else []
    family, given, other, prefix, suffix, *_ = [*components, *[""] * 5]
    return " ".join(filter(None, (Property("", {}, name).text for name in (prefix, given, other, family, suffix))))


def _fields(card: Component) -> Iterator[tuple[str, str]]:
    yield "Name", _name(card)
    for property in card.properties:
        if name := _NAMES.get(property.name):
            types = property.parameters.get("TYPE", "").lower().split(",")
            kinds = [kind for kind in types if kind in _KINDS] if property.name in _TYPED else []
            value = ", ".join(property.value_components).removeprefix("tel:")
            if property.name in _DAYS:
                value = _DAY.sub(r"\1-\2-\3", value)
            yield f"{name} ({', '.join(kinds)})" if kinds else name, value
