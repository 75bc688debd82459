"""Texts whose lines stand alone: logs, settings, data for programs and source code."""

import re
from collections.abc import Iterator, Sequence

from index.documents import Span
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode, normalise
from index.readers.structure import StructureBuilder

_LINE = re.compile(r"[^\n]+")
_SECTION = re.compile(r"[ \t]*\[+(?P<name>[^\[\]\n]+)\]+[ \t]*(?:[#;].*)?")  # of .ini and TOML
_COMMENT = re.compile(r"[ \t]*(?P<mark>#+!?|//+|--+|;+|%+|\*+|'|REM\b|/\*+)(?:[ \t]|\Z)")
_COLOURS = re.compile(r"\x1b\[[\d;]*[mK]")  # that a terminal shows
_ESCAPED = re.compile(  # a letter beyond ASCII, as properties of Java are written
    r"(?<!\\)\\u(00[a-fA-F][\da-fA-F]|0[1-9a-fA-F][\da-fA-F]{2}|[1-9a-cA-C][\da-fA-F]{3})"
)
_QUOTES = re.compile(r"'''|\"\"\"|/\*|\*/")


def read_lines(data: bytes) -> ParsedFile:
    """Read a text of which no line continues another, such as a log.

    Raises:
        UnreadableFile: its bytes are no text.
    """
    text, encoding = decode(data)
    text = _COLOURS.sub("", text)
    return ParsedFile(text, encoding=encoding, breaks=_edges(list(_lines(text))))


def read_settings(data: bytes) -> ParsedFile:
    """Read settings (.ini, .toml): a line for each, under the name of their section.

    Raises:
        UnreadableFile: its bytes are no text.
    """
    text, encoding = decode(data)
    text = _ESCAPED.sub(lambda code: normalise(chr(int(code[1], 16))), text) if "\\u" in text else text
    structure, lines = StructureBuilder(), list(_lines(text))
    for line in lines:
        if (section := _SECTION.fullmatch(text, *line)) is not None:
            structure.add_heading(Span(*section.span("name")))
        elif not _COMMENT.match(text, *line):
            structure.add_row(line)
    return ParsedFile(text, encoding=encoding, blocks=tuple(structure.blocks), breaks=_edges(lines))


def read_outline(data: bytes) -> ParsedFile:
    """Read YAML: a line for each value, under the names that it is indented below.

    Raises:
        UnreadableFile: its bytes are no text.
    """
    text, encoding = decode(data)
    structure, indents, lines = StructureBuilder(), list[int](), list(_lines(text))
    for line in lines:
        if _COMMENT.match(text, *line) or text.startswith(("---", "..."), line.start):
            continue
        indent = line.start - text.rfind("\n", 0, line.start) - 1
        indents = [*(outer for outer in indents if outer < indent), indent]
        structure.add_item(line, len(indents))
    return ParsedFile(text, encoding=encoding, blocks=tuple(structure.blocks), breaks=_edges(lines))


def read_code(data: bytes) -> ParsedFile:
    """Read source code: its lines, but what stands between triple quotes or in long comments as the prose that it is.

    Raises:
        UnreadableFile: its bytes are no text.
    """
    text, encoding = decode(data)
    lines, is_prose, in_quotes = list(_lines(text)), list[bool](), False
    for line in lines:
        quotes = len(_QUOTES.findall(text, *line))
        is_prose.append(in_quotes or bool(quotes))
        in_quotes ^= quotes % 2 == 1
    separate = [line for number, line in enumerate(lines) if not (is_prose[number] and number and is_prose[number - 1])]
    return ParsedFile(text, encoding=encoding, breaks=tuple(line.start for line in separate if line.start))


def _lines(text: str) -> Iterator[Span]:
    """Yield the lines that are not blank, without the white space around them."""
    for match in _LINE.finditer(text):
        line = match[0]
        if stripped := line.strip():
            start = match.start() + line.index(stripped)
            yield Span(start, start + len(stripped))


def _edges(lines: Sequence[Span]) -> tuple[int, ...]:
    return tuple(line.start for line in lines if line.start)
