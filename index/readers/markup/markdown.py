"""Markdown: its text as a reader sees it, without markup."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.readers.markup.html import blocks_in
from index.readers.metadata import iso_date
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode
from index.readers.text_builder import TextBuilder

_FRONT = re.compile(r"---\n(?=[\w-]+\s*:)(.*?)\n(?:---|\.\.\.)\s*(?:\n|$)", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_FIELD = re.compile(r"^(title|titre|date)\s*:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE | re.IGNORECASE)


def read_markdown(data: bytes) -> ParsedFile:
    """Read a Markdown text, with its front matter.

    Raises:
        UnreadableFile: it holds no text.
    """
    text, encoding = decode(data)
    front = _FRONT.match(text)
    said = {name.lower(): value for name, value in _FIELD.findall(front[1])} if front else {}
    blocks = TextBuilder()
    for content, heading in _blocks(MarkdownIt().enable("table").parse(text[front.end() if front else 0 :])):
        blocks.add(content, heading=heading)
    return blocks.build(said.get("title") or said.get("titre"), iso_date(said.get("date", "")), encoding)


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, bool]]:
    """Yield the blocks of a text, each with whether it is a heading; a row of a table is one block."""
    row: list[str] | None = None
    opened = ""
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            yield " | ".join(row or []), False
            row = None
        elif token.type == "inline" and row is not None:
            row.append(_inline(token.children or []))
        elif token.type == "inline":
            yield _inline(token.children or []), opened == "heading_open"
        elif token.type in ("fence", "code_block"):
            yield token.content, False
        elif token.type == "html_block":
            yield from blocks_in(token.content)
        opened = token.type


def _inline(tokens: Sequence[Token]) -> str:
    return "".join(_written(token) for token in tokens)


def _written(token: Token) -> str:
    if token.type == "softbreak":
        return " "
    if token.type == "hardbreak" or _BREAK.match(token.content):
        return "\n"
    return "" if token.type == "html_inline" else token.content
