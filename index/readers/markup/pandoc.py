"""reStructuredText, Org, LaTeX and AsciiDoc, by pandoc.

A file that a document includes is not read, and reported. Without pandoc, or where it cannot parse a text, this is read
as plain text, and says so.
"""

import re
from dataclasses import replace
from functools import partial
from typing import Any

from index.converters.pandoc import convert, find_program
from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers.content.runs import close_gaps
from index.readers.markup.html import blocks_of, parse_html
from index.readers.markup.html_blocks import html_blocks
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode, parse_plain_text

_INCLUDES = {
    "rst": re.compile(r"^[ \t]*(?:\.\. (?:literal)?include::|:(?:file|url):)[^\n]*", re.MULTILINE),
    "org": re.compile(r"^[ \t]*#\+INCLUDE:[^\n]*", re.MULTILINE | re.IGNORECASE),
    "latex": re.compile(r"\\(?:input|include|subfile|verbatiminput|lstinputlisting(?:\[[^\]]*\])?)\{[^{}]*\}"),
    "asciidoc": re.compile(r"^include::[^\n]*", re.MULTILINE),
}


def _read(markup: str, data: bytes) -> ParsedFile:
    """Read a text.

    Raises:
        UnreadableFile: its bytes are no text.
    """
    text, encoding = decode(data)
    included = [
        ReadWarning.from_error(UnreadableFile("content that it includes from another file is not read"), line=line)
        for line in (text.count("\n", 0, match.start()) + 1 for match in _INCLUDES[markup].finditer(text))
    ]
    program = find_program()
    if program is None:
        missing = UnreadableFile("it is read as plain text; to read its structure: pip install 'sourcier[pandoc]'")
        return replace(parse_plain_text(text, encoding), warnings=(ReadWarning.from_error(missing), *included))
    page = convert(program, _INCLUDES[markup].sub("", text), markup)
    if page is None:
        failed = UnreadableFile("it is read as plain text, since pandoc cannot parse it")
        return replace(parse_plain_text(text, encoding), warnings=(ReadWarning.from_error(failed), *included))
    tree = parse_html(page)
    for link in tree.xpath("//a[@role='doc-backlink']"):  # from a note to where it is called
        link.drop_tree()
    file = blocks_of(html_blocks(tree.find("body"))).build(_title(tree), encoding=encoding)
    return replace(file, warnings=tuple(included))


def _title(tree: Any) -> str | None:
    titles = tree.xpath("//header[@id='title-block-header']//h1[contains(@class, 'title')]")
    return close_gaps(" ".join(titles[0].text_content().split())) if titles else None


read_rst, read_org, read_latex, read_asciidoc = (partial(_read, markup) for markup in _INCLUDES)
