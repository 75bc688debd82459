"""reStructuredText, Org, LaTeX and AsciiDoc, by pandoc.

A file that a document includes is not read, and reported. Without pandoc, or where it cannot parse a text, this is read
as plain text, and says so.
"""

import datetime as dt
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from index.converters.pandoc import convert, find_program
from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers.dates import stated_day
from index.readers.markup.html import blocks_of, parse_html
from index.readers.markup.html_blocks import html_blocks
from index.readers.markup.latex import define_commands, prepare_latex, set_labels
from index.readers.markup.latex_terms import with_letter_parts, with_terms
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode, parse_plain_text

_INCLUDES = {
    "rst": re.compile(r"^[ \t]*(?:\.\. (?:literal)?include::|:(?:file|url):)[^\n]*", re.MULTILINE),
    "org": re.compile(r"^[ \t]*#\+INCLUDE:[^\n]*", re.MULTILINE | re.IGNORECASE),
    "latex": re.compile(r"\\(?:input|include|subfile|verbatiminput|lstinputlisting(?:\[[^\]]*\])?)\{[^{}]*\}"),
    "asciidoc": re.compile(r"^include::[^\n]*", re.MULTILINE),
}

_TITLE_LINES = r"(?:[^\w\s]{2,}\n)?[^\s:.][^\n]*\n[^\w\s]{3,}[ \t]*\n\s*"
_FIELDS = re.compile(  # with which a text in reStructuredText opens, below its title: pandoc takes them for metadata
    rf"(?P<title>\s*(?:{_TITLE_LINES}){{0,2}})"
    r"(?P<fields>(?::[^:\n]+:(?:[ \t][^\n]*)?(?:\n[ \t]+\S[^\n]*)*(?:\n|\Z))+)"
)
_FIELD = re.compile(r"^:(?P<name>[^:\n]+):[ \t]*(?P<value>[^\n]*(?:\n[ \t]+[^\n]*)*)", re.MULTILINE)
_SETTINGS = frozenset(("orphan", "tocdepth", "nocomments", "nosearch", "hide-navigation", "hide-toc"))  # of Sphinx
_TARGET = re.compile(r"\s*<[^<>]*>$")  # of «:ref:`text <target>`», a role of Sphinx
_PROPERTIES = re.compile(  # of a heading in Org, which pandoc takes for metadata
    r"^[ \t]*:PROPERTIES:[ \t]*\n(?P<fields>(?:[ \t]*:[^:\n]+:[^\n]*\n)+?)[ \t]*:END:[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_PROPERTY = re.compile(r":(?P<name>[^:\n]+):[ \t]+(?P<value>\S[^\n]*)")
_OF_PROGRAMS = re.compile(
    r"(?:custom_)?id|ordered|visibility|columns|header-args.*|export_.*|archive.*|.*_all", re.IGNORECASE
)
_DATE = re.compile(r"\\date\{([^{}]*)\}")  # of LaTeX
_PLANNING = "#+OPTIONS: p:t\n"  # has pandoc read «DEADLINE:» in Org
_MOST_CONVERSIONS = 3  # of one text


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
    page, commands = _page(program, _INCLUDES[markup].sub("", text), markup)
    if page is None:
        failed = UnreadableFile("it is read as plain text, since pandoc cannot parse it")
        return replace(parse_plain_text(text, encoding), warnings=(ReadWarning.from_error(failed), *included))
    tree = parse_html(page)
    for link in tree.xpath("//a[@role='doc-backlink']"):  # from a note to where it is called
        link.drop_tree()
    for role in tree.xpath("//code[@role='ref' or @role='doc' or @role='term' or @role='any']"):
        role.text = _TARGET.sub("", role.text or "")
    for call in tree.xpath("//span[contains(@class, 'citation')][@data-cites][not(normalize-space())]"):
        call.text = f"[{', '.join(call.get('data-cites').split())}]"
    file = blocks_of(html_blocks(tree.find("body"))).build(_title(tree), _date(tree, text, markup), encoding)
    return replace(file, warnings=(*included, *_unknown(commands)))


def _page(program: Path, text: str, markup: str) -> tuple[str | None, list[str]]:
    """Return a text as a page, or None if pandoc cannot parse it, and the commands of which the text alone is read.

    LaTeX is converted again when commands are defined that pandoc left out; what is in their braces may hold others.
    """
    if markup != "latex":
        prepared = _PREPARED[markup](text) if markup in _PREPARED else text
        conversion = convert(program, prepared, markup)
        return (conversion and conversion.page), []
    commands: dict[str, str] = {}
    prepared = prepare_latex(with_letter_parts(with_terms(text)))
    for _ in range(_MOST_CONVERSIONS):
        conversion = convert(program, "".join(commands.values()) + prepared, markup)
        defined = define_commands(prepared, conversion.skipped if conversion else ())
        new = {name: definition for name, definition in defined.items() if name not in commands}
        if not new:
            break
        commands |= new
    with_text = [name for name, definition in commands.items() if not definition.endswith("{}")]
    return (set_labels(conversion.page) if conversion else None), with_text


def _with_fields(text: str) -> str:
    """Return reStructuredText with the fields at its start as paragraphs."""
    match = _FIELDS.match(text)
    if match is None:
        return text
    fields = (
        f"{field['name']}: {' '.join(field['value'].split())}"
        for field in _FIELD.finditer(match["fields"])
        if field["value"].strip() and field["name"].lower() not in _SETTINGS
    )
    return match["title"] + "\n\n".join(fields) + "\n\n" + text[match.end() :]


def _with_properties(text: str) -> str:
    """Return Org in which planning is read, and the properties of headings are paragraphs, too."""
    return _PLANNING + _PROPERTIES.sub(lambda drawer: f"{drawer[0]}\n{_write(drawer['fields'])}", text)


def _write(fields: str) -> str:
    shown = (field for field in _PROPERTY.finditer(fields) if not _OF_PROGRAMS.fullmatch(field["name"]))
    return "".join(f"{field['name']}: {field['value'].strip()}\n\n" for field in shown)


_PREPARED = {"rst": _with_fields, "org": _with_properties}


def _unknown(commands: list[str]) -> list[ReadWarning]:
    if not commands:
        return []
    names = ", ".join(f"\\{name}" for name in commands)
    return [ReadWarning.from_error(UnreadableFile("only the text of some commands is read: {}", names))]


def _title(tree: Any) -> str | None:
    titles = tree.xpath("//header[@id='title-block-header']//h1[contains(@class, 'title')]")
    return " ".join(block.text for block in html_blocks(titles[0])) if titles else None


def _date(tree: Any, text: str, markup: str) -> dt.date | None:
    """Return the date that a text states before its body."""
    stated = tree.xpath("string(//header[@id='title-block-header']//*[contains(@class, 'date')])")
    source = _DATE.search(text) if markup == "latex" else None
    return stated_day(stated) or (stated_day(source[1]) if source else None)


read_rst, read_org, read_latex, read_asciidoc = (partial(_read, markup) for markup in _INCLUDES)
