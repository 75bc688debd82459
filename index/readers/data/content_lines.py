"""Content lines, in which calendars (RFC 5545) and address cards (RFC 6350) are written: «NAME;PARAMETER=x:value»."""

import quopri
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from index.readers.plain.text import decode

_FOLDED = re.compile(rb"\r?\n[ \t]")  # where a long line goes on
_CUT = re.compile(rb"=\r?\n")  # where a line goes on that is quoted-printable
_QUOTED = re.compile(rb"^[^:\r\n]*QUOTED-PRINTABLE[^:\r\n]*:", re.IGNORECASE | re.MULTILINE)
_LINE = re.compile(r'(?:[\w-]+\.)?(?P<name>[\w-]+)(?P<parameters>(?:[^":]|"[^"]*")*):(?P<value>.*)')
_PARAMETER = re.compile(r';(?P<name>[\w-]+)(?:=(?P<value>(?:[^";]|"[^"]*")*))?')
_ESCAPED = re.compile(r"\\(.)")
_SEPARATOR = re.compile(r"(?<!\\);")


class Property(NamedTuple):
    """A line: its name and the names of its parameters in capitals, its value as it is written."""

    name: str
    parameters: Mapping[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value without its escapes."""
        return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.value).strip()

    @property
    def value_components(self) -> list[str]:
        """The components of a value, such as an address, that semicolons separate, less the empty ones."""
        texts = (self._replace(value=component).text for component in _SEPARATOR.split(self.value))
        return [" ".join(text.split()) for text in texts if text]


class Component(NamedTuple):
    """What stands between BEGIN and END, less the components inside it."""

    name: str
    properties: list[Property]

    def get(self, name: str) -> Property | None:
        """Return the first property of a name."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> list[Property]:
        """Return the properties of a name."""
        return [property for property in self.properties if property.name == name]

    def text(self, name: str) -> str:
        """Return the text of the first property of a name, in one line; "" without one."""
        property = self.get(name)
        return " ".join(property.text.split()) if property else ""


def read_components(data: bytes) -> tuple[list[Component], str, str]:
    """Return the components of a file in the order of their starts, its text, and its encoding.

    Raises:
        UnreadableFile: its bytes are no text.
    """
    if _QUOTED.search(data):
        data = _CUT.sub(b"", data)
    text, encoding = decode(_FOLDED.sub(b"", data))
    return _components(text.split("\n")), text, encoding


def _components(lines: Iterable[str]) -> list[Component]:
    components: list[Component] = []
    opened: list[Component] = []
    for match in filter(None, map(_LINE.fullmatch, lines)):
        name, value = match["name"].upper(), match["value"]
        if name == "BEGIN":
            opened.append(Component(value.strip().upper(), []))
            components.append(opened[-1])
        elif name == "END":
            opened = opened[:-1]
        elif opened:
            opened[-1].properties.append(_property(name, match["parameters"], value))
    return components


def _property(name: str, parameters: str, value: str) -> Property:
    by_name: dict[str, str] = {}
    for match in _PARAMETER.finditer(parameters):
        key, text = match["name"].upper(), match["value"]
        if text is None:  # vCard 2.1 leaves «TYPE=» out
            key, text = "TYPE", match["name"]
        by_name[key] = ",".join(filter(None, (by_name.get(key, ""), text.replace('"', ""))))
    return Property(name, by_name, _decode(value, by_name))


def _decode(value: str, parameters: Mapping[str, str]) -> str:
    if "QUOTED-PRINTABLE" not in ",".join(parameters.values()).upper():
        return value
    raw = quopri.decodestring(value.encode("utf-8", "replace"))
    with suppress(LookupError, UnicodeDecodeError):
        return raw.decode(parameters.get("CHARSET", "utf-8"))
    return raw.decode("utf-8", "replace")


def format_fields(fields: Sequence[tuple[str, str]]) -> str:
    """Return names and values as «Name: value; Name: value», less those without a value."""
    return "; ".join(f"{name}: {value}" for name, value in fields if value)
