"""What dialects of Markdown add to it: front matter, admonitions, template tags. Only their words are kept."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

_FRONT = re.compile(r"---\n(?=[\w-]+\s*:)(.*?)\n(?:---|\.\.\.)\s*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"\+\+\+\n(.*?)\n\+\+\+\s*(?:\n|$)", re.DOTALL)
_FIELD = re.compile(r"(?P<name>[^\W\d_][\w -]{0,60}?)\s*:(?:\s+(?P<value>.*))?$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ADMONITION = re.compile(
    r"(?P<indent>[ \t]*)(?:!!!|\?\?\?\+?|===[+!]?(?=[ \t]+\"))[ \t]+[\w -]*(?:\"(?P<title>[^\"]*)\")?[ \t]*$"
)
_CONTAINER = re.compile(r"[ \t]*:{3,}[ \t]*(?:\{[^}]*\}|[\w-]*)[ \t]*(?:\[(?P<label>[^\]]*)\]|(?P<title>.*))$")
_ALERT = re.compile(r"(?P<quote>[ \t]*>[ \t]*)\[![\w-]+\][+-]?")
_HEADING = re.compile(r"^(#{2,6})(?=[^\W\d_])")  # which lacks its space
_NOTE = re.compile(r" {0,3}\[\^[^\]\s]{1,40}\]:")  # of which CommonMark makes a link if a word follows
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S")  # of a link
_ABBREVIATION = re.compile(r" {0,3}\*\[(?P<short>[^\]\n]{1,60})\]:[ \t]*(?P<long>\S.*)")
_TAG = re.compile(r"^\[(?:TOC|\[_TOC_\])\]$|\{%-?[^%\n]{0,500}%\}|\{\{[<%][^}\n]{0,500}\}\}|<!--.{0,2000}?-->")
_TARGET = re.compile(r"(?<=\]\()\{\{[^}\n]{1,500}\}\}[^\s)]{0,200}")  # of a link, in Liquid, which may hold spaces


def front_matter(text: str) -> tuple[list[tuple[str, str]], str]:
    """Return the fields before a text, in order, and the text."""
    if front := _FRONT.match(text):
        return _fields(front[1]), text[front.end() :]
    if front := _TOML.match(text):
        with suppress(tomllib.TOMLDecodeError):
            return list(_toml_fields(tomllib.loads(front[1]))), text[front.end() :]
    return [], text


def _toml_fields(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the values of one line, and lists of them; those of inner tables under their own names."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _toml_fields(value)
        elif text := ", ".join(str(item) for item in (value if isinstance(value, list) else [value])):
            yield name, text


def _fields(text: str) -> list[tuple[str, str]]:
    """Parse the usual YAML of front matter, whatever else it holds: values of one line, and lists of them."""
    fields: list[tuple[str, list[str]]] = []
    for line in text.split("\n"):
        item = line.strip().removeprefix("- ").strip() if line[:1] in " \t-" else ""
        field = None if item or line.startswith("#") else _FIELD.fullmatch(line)
        if field:
            fields.append((field["name"], [_unquoted(field["value"] or "")]))
        elif fields and item:
            fields[-1][1].append(_unquoted(item))
    joined = ((name, ", ".join(filter(None, values))) for name, values in fields)
    return [(name, value) for name, value in joined if value]


def _unquoted(value: str) -> str:
    value = value.strip()
    if value in ("|", ">", "|-", ">-"):  # a text follows
        return ""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value[1:-1].replace('"', "") if value.startswith("[") and value.endswith("]") else value


def without_extensions(text: str) -> str:
    """Return Markdown that has the text of admonitions and containers, but none of their marks; code stays as it is."""
    return "\n".join(_lines(text))


def _lines(text: str) -> Iterator[str]:
    fence, shift, outer_indent, in_note = "", 0, -1, False
    for line in text.split("\n"):
        in_note = bool(line.strip()) and (in_note or _NOTE.match(line) is not None)
        mark = _FENCE.match(line.lstrip() if outer_indent >= 0 else line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        indent = len(line) - len(line.lstrip())
        if outer_indent >= 0 and line.strip() and indent <= outer_indent:
            shift, outer_indent = 0, -1
        if fence or mark:
            yield line[min(indent, shift) :]
        elif admonition := _ADMONITION.match(line):
            outer_indent, shift = len(admonition["indent"]), 4
            yield f"\n{admonition['indent']}{admonition['title'] or ''}\n"
        elif _NOTE.match(line):
            yield f"\n\\{line.lstrip()}"
        elif in_note and _DEFINITION.match(line):  # which would go on with the text of the note
            yield f"\n{line}"
        elif abbreviation := _ABBREVIATION.match(line):
            yield f"\n{abbreviation['short']}: {abbreviation['long']}\n"
        elif container := _CONTAINER.match(line):
            yield f"\n{container['label'] or container['title'] or ''}\n"
        else:
            plain = _TARGET.sub("#", _TAG.sub("", _ALERT.sub(r"\g<quote>", line[min(indent, shift) :])))
            yield _HEADING.sub(r"\1 ", plain)
