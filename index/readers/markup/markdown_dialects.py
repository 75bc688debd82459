"""What dialects of Markdown add to it: front matter, admonitions, template tags. Only their words are kept."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

_FRONT = re.compile(r"---\n(?=(?:#[^\n]*\n)*+[\w-]+\s*:)(.*?)\n(?:---|\.\.\.)\s*(?:\n|$)", re.DOTALL)
_TOML = re.compile(r"\+\+\+\n(.*?)\n\+\+\+\s*(?:\n|$)", re.DOTALL)
_TITLE_BLOCK = re.compile(r"(?:%[ \t]+\S[^\n]*|%[ \t]*)(?:\n%[^\n]*){0,2}(?:\n|$)")  # of pandoc: title, authors, date
_FIELD = re.compile(r"(?P<name>[^\W\d_][\w -]{0,60}?)\s*:(?:\s+(?P<value>.*))?$")
_TEXT_FOLLOWS = re.compile(r"[|>][-+\d]{0,2}")  # below the name of a field
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ADMONITION = re.compile(
    r"(?P<indent>[ \t]*)(?:!!!|\?\?\?\+?|===[+!]?(?=[ \t]+\"))[ \t]+[\w -]*(?:\"(?P<title>[^\"]*)\")?[ \t]*$"
)
_CONTAINER = re.compile(r"[ \t]*:{3,}[ \t]*(?:\{[^}]*\}|[\w-]*)[ \t]*(?:\[(?P<label>[^\]]*)\]|(?P<title>.*))$")
_ALERT = re.compile(r"(?P<quote>[ \t]*>[ \t]*)\[![\w-]+\][+-]?(?:[ \t]+(?P<title>\S.*))?")
_HEADING = re.compile(r"^(#{2,6})(?=[^\W\d_])")  # which lacks its space
_NOTE = re.compile(r" {0,3}\[\^[^\]\s]{1,40}\]:")  # of which CommonMark makes a link if a word follows
_DEFINITION = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S")  # of a link
_NOTE_TEXT = re.compile(  # of several paragraphs
    r"^(?P<first> {0,3}\[\^[^\]\s]{1,40}\]:[^\n]*\n(?:(?! {0,3}\[\^)[^\S\n]*\S[^\n]*\n)*+)"
    r"(?P<more>(?:[^\S\n]*\n+(?: {4}|\t)[^\n]+(?:\n|\Z))+)",
    re.MULTILINE,
)
_TERM_GAP = re.compile(r"(?<=[^\s:~])\n[^\S\n]*(?=\n[:~][ \t]+\S)")  # between a term and its definition
_OPENED = re.compile(r"^[ \t]*<\w+\b[^<>\n]*\bmarkdown\b[^<>\n]*>[ \t]*$", re.MULTILINE)  # what holds Markdown
_ABBREVIATION = re.compile(r" {0,3}\*\[(?P<short>[^\]\n]{1,60})\]:[ \t]*(?P<long>\S.*)")
_TAG = re.compile(r"^\[(?:TOC|\[_TOC_\])\]$|\{%-?[^%\n]{0,500}%\}|\{\{[<%][^}\n]{0,500}\}\}|<!--.{0,2000}?-->")
_UNSEEN = re.compile(  # what Obsidian does not show: comments, and the name of a block at its end
    r"[ \t]?%%.{1,2000}?%%|(?:^|[ \t])\^[A-Za-z][\w-]*$"
)
_TARGET = re.compile(r"(?<=\]\()\{\{[^}\n]{1,500}\}\}[^\s)]{0,200}")  # of a link, in Liquid, which may hold spaces


def front_matter(text: str) -> tuple[list[tuple[str, str]], str]:
    """Return the fields before a text, in order, and the text."""
    if front := _FRONT.match(text):
        return _fields(front[1]), text[front.end() :]
    if front := _TOML.match(text):
        with suppress(tomllib.TOMLDecodeError):
            return list(_toml_fields(tomllib.loads(front[1]))), text[front.end() :]
    if front := _TITLE_BLOCK.match(text):
        lines = (line.removeprefix("%").strip() for line in front[0].strip().split("\n"))
        return [(name, line) for name, line in zip(("title", "author", "date"), lines, strict=False) if line], text[
            front.end() :
        ]
    return [], text


def _toml_fields(table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the values of one line, and lists of them; those of inner tables under their own names."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _toml_fields(value)
        elif text := ", ".join(map(_toml_value, value if isinstance(value, list) else [value])):
            yield name, text


def _toml_value(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.datetime) else str(value)


def _fields(text: str) -> list[tuple[str, str]]:
    """Parse the usual YAML of front matter, whatever else it holds: values of one line, and lists of them."""
    fields: list[tuple[str, list[str], str]] = []  # names, values, and what parts these
    for line in text.split("\n"):
        item = line.strip().removeprefix("- ").strip() if line[:1] in " \t-" else ""
        field = None if item or line.startswith("#") else _FIELD.fullmatch(line)
        if field:
            value = (field["value"] or "").strip()
            is_text = _TEXT_FOLLOWS.fullmatch(value) is not None
            fields.append((field["name"], [] if is_text else [_unquote(value)], " " if is_text else ", "))
        elif fields and item:
            fields[-1][1].append(_unquote(item))
    joined = ((name, joint.join(filter(None, values))) for name, values, joint in fields)
    return [(name, value) for name, value in joined if value]


def _unquote(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value[1:-1].replace('"', "") if value.startswith("[") and value.endswith("]") else value


def without_extensions(text: str) -> str:
    """Return Markdown that has the text of admonitions and containers, but none of their marks; code stays as it is."""
    if "]:" in text:
        text = _NOTE_TEXT.sub(lambda note: note["first"] + re.sub(r"^(?: {4}|\t)", "", note["more"], flags=re.M), text)
    if "\n:" in text or "\n~" in text:
        text = _TERM_GAP.sub("", text)
    return "\n".join(_lines(_OPENED.sub("\n", text) if "markdown" in text else text))


def _untagged_alert(alert: re.Match[str]) -> str:
    """Return the quote that an alert is, with its title as a paragraph."""
    return f"{alert['quote']}{alert['title']}\n{alert['quote']}" if alert["title"] else alert["quote"]


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
            line = _UNSEEN.sub("", line) if "%%" in line or "^" in line else line
            plain = _TARGET.sub("#", _TAG.sub("", _ALERT.sub(_untagged_alert, line[min(indent, shift) :])))
            yield _HEADING.sub(r"\1 ", plain)
