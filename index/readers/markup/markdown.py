"""Markdown: its text as a reader sees it, without markup."""

import re
from collections.abc import Iterator, Sequence
from itertools import count

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.readers.content.cell_lines import joined_lines
from index.readers.content.runs import GAP, close_gaps
from index.readers.content.symbols import BOX_EMPTY, BOX_TICKED, to_subscript, to_superscript
from index.readers.dates import stated_day
from index.readers.markup.html import fragment_blocks
from index.readers.markup.html_blocks import Block
from index.readers.markup.markdown_dialects import front_matter, without_extensions
from index.readers.markup.markdown_tables import with_plain_tables
from index.readers.metadata import iso_date
from index.readers.parsed import ParsedFile, read_unstruck
from index.readers.plain.text import decode
from index.readers.tables import format_table
from index.readers.text_builder import TextBuilder

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BLOCK_TAG = re.compile(r"</?(?:li|ul|ol|p|div|tr|td|th)\b", re.IGNORECASE)
_BOX = re.compile(r"\[(?P<tick>[ xX])\] ")  # to tick
_STRUCK, _STRUCK_END = (re.compile(rf"<{end}(?:s|strike|del)(?:\s[^>]*)?>", re.IGNORECASE) for end in ("", "/"))
_NOTE_MARK = re.compile(r"\[\^(?P<label>[^\]\s]{1,40})\](?P<opens>:[ \t]*)?")
_ATTRIBUTES = re.compile(r"(?:\[(?P<span>[^\[\]\n]{1,500})\])?\{[#.:][^{}\n]{0,80}\}")  # «{#name}», «[text]{.small}»
_WIKI_LINK = re.compile(r"!?\[\[(?:[^\[\]|\n]{0,200}\|)?(?P<shown>[^\[\]|\n]{1,200})\]\]")
_SET_APART = re.compile(
    r"\x03<(?P<tag>su[pb])>\x03(?P<text>[^\x03]{0,40})\x03</(?P=tag)>\x03"
    r"|(?<=[\w)])\^(?P<above>[^\W_]{1,9})\^|(?<!~)~(?P<below>\d{1,9})~(?!~)"
)
_HIGHLIGHT = re.compile(r"(?<![=\w])==(?=\S)(?P<lit>[^=\n]{1,500})(?<=\S)==(?![=\w])")
_NARROW = 60  # characters; no program wraps a paragraph whose lines are all shorter
_BEGINS = re.compile(r"[^\Wa-zß-öø-ÿœ_]|[^\w\s]|(?:\d{1,3}|[a-z])[.)°]\s")  # how a line of its own begins
_OPENING = "*_`[(«“\"'<!"  # which tells nothing of how a line begins
_LABEL = re.compile(r"[^\W\d_][^\n:;,!?]{0,30}[ \u00a0]?:[ \u00a0]")
_DEFINES = re.compile(r"[:~][ \t]+(?=\S)")  # how the definition of the term above begins
_VERSE = re.compile(r"\|[ \t]+(?=[^|\n]+$)")  # how a line of a poem begins
_CODE, _TAG_MARK = "\x02", "\x03"  # stand for code, and around tags, while the rest is looked at
_TAG = re.compile(f"{_TAG_MARK}[^{_TAG_MARK}]*{_TAG_MARK}")


def read_markdown(data: bytes) -> ParsedFile:
    """Read a Markdown text. The fields of its front matter are text, too.

    Raises:
        UnreadableFile: it holds no text.
    """
    return read_unstruck(lambda keeps_struck: _parse(data, keeps_struck=keeps_struck))


def _parse(data: bytes, *, keeps_struck: bool) -> ParsedFile:
    text, encoding = decode(data)
    fields, body = front_matter(text)
    metadata = {name.lower(): value for name, value in fields}
    blocks = TextBuilder()
    for name, value in fields:
        if name.lower() not in ("title", "titre"):
            blocks.add(f"{name}: {value}", "field")
    tokens = MarkdownIt().enable(["table", "strikethrough"]).parse(without_extensions(with_plain_tables(body)))
    for token in () if keeps_struck else tokens:
        token.children = _without_struck(token.children or [])
    for block in _blocks(tokens):
        blocks.add(*block)
    stated = metadata.get("date", "")
    return blocks.build(
        metadata.get("title") or metadata.get("titre"), iso_date(stated) or stated_day(stated), encoding
    )


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield the blocks of a text, in order."""
    table: list[list[str]] = []
    markers: list[str] = []  # of the open items
    numbers: list[Iterator[int]] = []  # that follow in the open lists
    is_first = False  # in its item
    previous: Token | None = None
    for token in tokens:
        if token.type == "list_item_open":
            markers.append(f"{next(numbers[-1])}{token.markup} " if token.info else "- ")
            is_first = True
        elif token.type == "ordered_list_open":
            numbers.append(count(int(token.attrs.get("start", 1))))  # a page counts on, whatever is written
        elif token.type == "ordered_list_close":
            numbers.pop()
        elif token.type == "list_item_close":
            markers.pop()
        elif token.type == "table_open":
            table = []
        elif token.type == "tr_open":
            table.append([])
        elif token.type == "table_close":
            yield Block("", "caption")
            yield from (Block(row, "row") for row in format_table([table[0], *map(joined_lines, table[1:])], header=1))
        elif token.type == "inline" and previous and previous.type in ("td_open", "th_open"):
            table[-1].append(_inline(token.children or []))
        elif token.type == "inline":
            yield from _paragraphs(token, previous, markers, is_first)
            is_first = False
        elif token.type in ("fence", "code_block"):
            yield Block(token.content, "code")
        elif token.type == "html_block":
            yield from fragment_blocks(token.content)
        previous = token


def _paragraphs(token: Token, previous: Token | None, markers: Sequence[str], is_first: bool) -> Iterator[Block]:
    """Yield the block of a paragraph, or those of terms with their definitions."""
    lines = token.content.split("\n")
    breaks = [child for child in token.children or [] if child.type in ("softbreak", "hardbreak")]
    if previous and previous.type == "paragraph_open" and len(breaks) == len(lines) - 1 > 0:
        if not markers and any(map(_DEFINES.match, lines[1:])) and not _DEFINES.match(lines[0]):
            yield from _definitions(token.children or [])
            return
        _keep_breaks(breaks, lines)
    yield _paragraph(_inline(token.children or []), previous, markers, is_first)


def _keep_breaks(breaks: Sequence[Token], lines: Sequence[str]) -> None:
    """Turn into line ends the breaks that no program made by wrapping a paragraph: those of addresses, of poems."""
    is_narrow, is_poem = max(map(len, lines)) < _NARROW, all(map(_VERSE.match, lines))
    for mark, following in zip(breaks, lines[1:], strict=True):
        if is_poem or _LABEL.match(following) or (is_narrow and _BEGINS.match(following.lstrip(_OPENING))):
            mark.type = "hardbreak"


def _definitions(tokens: Sequence[Token]) -> Iterator[Block]:
    """Yield terms, and the definitions below each, of which every one begins with a colon."""
    lines: list[list[Token]] = [[]]
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            lines.append([])
        lines[-1].append(token)
    texts = [_inline(line).strip() for line in lines]
    blocks: list[Block] = []
    for text in texts:
        if (mark := _DEFINES.match(text)) is not None:
            blocks.append(Block(text[mark.end() :], "item"))
        elif blocks and blocks[-1].role == "item":
            blocks[-1] = blocks[-1]._replace(text=f"{blocks[-1].text} {text}")
        else:
            blocks.append(Block(text, "caption"))
    yield from blocks


def _paragraph(text: str, previous: Token | None, markers: Sequence[str], is_first: bool) -> Block:
    if previous and previous.type == "heading_open":
        return Block(text, "heading", int(previous.tag[1:]))
    if not markers or not text.strip():  # all of an item may be struck through
        return Block(text)
    if not is_first:
        return Block(text, "item again")
    if (box := _BOX.match(text)) is not None:
        text = f"{BOX_EMPTY if box['tick'] == ' ' else BOX_TICKED} {text[box.end() :]}"
    return Block(markers[-1] + text, "item", len(markers))


def _without_struck(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens of a paragraph with a gap in the place of those that are struck through."""
    shown, depth = list[Token](), 0
    for token in tokens:
        if token.type == "s_open" or (token.type == "html_inline" and _STRUCK.fullmatch(token.content)):
            depth += 1
        elif token.type == "s_close" or (token.type == "html_inline" and _STRUCK_END.fullmatch(token.content)):
            depth -= 1
        elif depth > 0 and token.content.strip():
            shown.append(Token("text", "", 0, content=GAP))
        else:
            shown.append(token)
    return list(tokens) if depth else shown  # a tag that is not closed strikes nothing


def _inline(tokens: Sequence[Token]) -> str:
    code = [token.content for token in tokens if token.type == "code_inline"]
    texts = (
        "*" if _is_product(tokens, number) else _CODE if token.type == "code_inline" else _token_text(token)
        for number, token in enumerate(tokens)
    )
    text = "".join(texts)
    text = "\n".join(_VERSE.sub("", line) for line in text.split("\n")) if text.startswith("|") else text
    text = _HIGHLIGHT.sub(r"\g<lit>", _SET_APART.sub(_set_apart, text))
    for pattern, replacement in ((_TAG, ""), (_NOTE_MARK, _note), (_WIKI_LINK, r"\g<shown>")):
        text = pattern.sub(replacement, text)
    text = _ATTRIBUTES.sub(_unmarked, text) if "{" in text else text
    for content in code:
        text = text.replace(_CODE, content, 1)
    return close_gaps(text)


def _is_product(tokens: Sequence[Token], number: int) -> bool:
    """Return whether a mark of emphasis stands between digits, as in «2*3*4»."""
    token = tokens[number]
    if token.markup != "*" or token.type not in ("em_open", "em_close") or not 0 < number < len(tokens) - 1:
        return False
    return tokens[number - 1].content[-1:].isdigit() and tokens[number + 1].content[:1].isdigit()


def _set_apart(match: re.Match[str]) -> str:
    if match["above"] or match["tag"] == "sup":
        return to_superscript(match["above"] or match["text"])
    return to_subscript(match["below"] or match["text"])


def _note(mark: re.Match[str]) -> str:
    """Return the number of a note as printed; other labels are names, which nobody sees."""
    if not mark["label"].isdecimal():
        return ""
    return to_superscript(mark["label"]) + (" " if mark["opens"] else "")


def _unmarked(attributes: re.Match[str]) -> str:
    return attributes["span"] or ""


def _token_text(token: Token) -> str:
    if token.type == "softbreak":
        return " "
    if token.type == "hardbreak" or _BREAK.match(token.content):
        return "\n"
    if token.type == "html_inline" and _BLOCK_TAG.match(token.content):
        return " "
    return f"{_TAG_MARK}{token.content}{_TAG_MARK}" if token.type == "html_inline" else token.content
