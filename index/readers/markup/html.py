"""Web pages: the main content as trafilatura finds it, without menus and notices; else the whole page."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import trafilatura
from lxml import etree  # type: ignore[import-untyped]
from lxml import html as parser

from index.errors import UnreadableFile
from index.readers.markup.html_blocks import Block, html_blocks
from index.readers.metadata import iso_date
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode
from index.readers.text_builder import TextBuilder

_DECLARED = re.compile(rb"<(?:meta\s[^>]*charset\s*=|\?xml\s[^>]*encoding\s*=)\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
_READ_AS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "gb2312": "gbk"}
_AS_IN_HTML = {"head": "h2", "item": "li", "row": "tr", "cell": "td", "lb": "br", "quote": "blockquote", "list": "ul"}
_RENDERED = re.compile(r"h[1-6]|[ou]l|d[td](?=-\d)")  # trafilatura's note of the tag that the page has
_ARTICLE = 250  # characters; with less, what was found is no article
_FURNITURE = re.compile(
    r"menu|nav|cookie|side-?bar|footer|banner|breadcrumb|shar(e|ing)|social|related|comment|promo|widget"
)
_LINKED = 0.2  # of the text of a page, which menus have more of
_DATES = {"extensive_search": False, "original_date": True}  # where a page states its date, not any day it tells of


def read_html(data: bytes) -> ParsedFile:
    """Read a page.

    Raises:
        UnreadableFile: it holds no text.
    """
    text, encoding = decoded_html(data)
    found = trafilatura.bare_extraction(text, include_comments=False, with_metadata=True, date_extraction_params=_DATES)
    title, date = getattr(found, "title", None), iso_date(getattr(found, "date", None))
    article, page = blocks_of(_article(found)), parsed(text)
    if len(article.text) < _ARTICLE or _is_plain(page):
        whole = blocks_of(html_blocks(_bare(page)))
        article = whole if len(whole.text) > len(article.text) else article
    return article.build(title, date, encoding)


def _is_plain(page: Any) -> bool:
    """True if the page shows no sign of navigation or boilerplate (an export from a word processor, say)."""
    if page.xpath("boolean(//nav | //aside | //footer | //header | //form | //*[@role='navigation'])"):
        return False
    if any(_FURNITURE.search(name.lower()) for name in page.xpath("//@class | //@id")):
        return False
    linked, all_text = (sum(map(len, page.xpath(where))) for where in ("//body//a//text()", "//body//text()"))
    return linked <= _LINKED * all_text


def decoded_html(data: bytes) -> tuple[str, str]:
    """Return a page and its encoding: the declared one if that decodes it, else the one that its bytes suggest."""
    match = _DECLARED.search(data[:4096])
    if match and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return decoded_as(match[1].decode(), data)
    return decode(data)


def decoded_as(declared: str, data: bytes) -> tuple[str, str]:
    """Decode bytes as browsers do (WHATWG): some names of encodings stand for larger ones."""
    name = declared.lower()
    try:
        # What declares itself in ASCII is no UTF-16.
        return (data.decode(_READ_AS.get(name, name)), name) if not name.startswith("utf-16") else decode(data)
    except (LookupError, UnicodeDecodeError):
        return decode(data)


def parsed(text: str) -> Any:
    """Return the element tree of a page.

    Raises:
        UnreadableFile: it holds no text.
    """
    try:
        return parser.document_fromstring(text.encode(), parser=parser.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableFile("it holds no text") from error


def blocks_in(text: str) -> Iterator[Block]:
    """Return the blocks of an HTML fragment; none if it is empty."""
    with suppress(UnreadableFile):
        yield from html_blocks(parsed(text))


def blocks_of(blocks: Iterable[Block]) -> TextBuilder:
    """Return the blocks under an element."""
    collected = TextBuilder()
    for block in blocks:
        collected.add(*block)
    return collected


def _bare(tree: Any) -> Any:
    """Return the page without what surrounds its content."""
    for element in tree.xpath("//footer | //aside | //header[not(ancestor::article or ancestor::main)]"):
        element.drop_tree()
    return tree


def _article(found: Any) -> Iterable[Block]:
    body = getattr(found, "body", None)
    if body is None:
        return []
    for element in body.iter(*_AS_IN_HTML):
        rendered = _RENDERED.match(element.get("rend", ""))
        is_name = element.tag == "cell" and element.get("role") == "head"
        element.tag = rendered[0] if rendered else "th" if is_name else _AS_IN_HTML[element.tag]
    return html_blocks(body)
