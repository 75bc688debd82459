"""Web pages: the article as trafilatura finds it, without menus and notices; a page without an article whole."""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import trafilatura
from lxml import etree  # type: ignore[import-untyped]
from lxml import html as parser

from index.blocks import Blocks
from index.errors import Unreadable
from index.html_blocks import Block, html_blocks
from index.reading import Reading
from index.text import decode

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
_AS_IN_HTML = {"head": "h2", "item": "li", "row": "tr", "cell": "td", "lb": "br", "quote": "blockquote", "list": "ul"}
_ARTICLE = 250  # characters; with less, what was found is no article


def read_html(data: bytes) -> Reading:
    text, encoding = decoded_html(data)
    found = trafilatura.bare_extraction(text, include_comments=False, with_metadata=True)
    title, date = getattr(found, "title", None), _date(getattr(found, "date", None))
    article = blocks_of(_article(found))
    if len(article.text) < _ARTICLE:
        whole = blocks_of(html_blocks(_bare(parsed(text))))
        article = whole if len(whole.text) > len(article.text) else article
    return article.reading(title, date, encoding)


def decoded_html(data: bytes) -> tuple[str, str]:
    """The page in the encoding that it declares, where that decodes it, else in the one that its bytes show."""
    match = _DECLARED.search(data[:4096])
    if match and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(match[1].decode()), match[1].decode().lower()
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def parsed(text: str) -> Any:
    """The tree of a page."""
    try:
        return parser.document_fromstring(text.encode(), parser=parser.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise Unreadable("it holds no text") from error


def blocks_of(blocks: Iterable[Block]) -> Blocks:
    collected = Blocks()
    for block in blocks:
        collected.add(block.text, heading=block.heading)
    return collected


def _bare(tree: Any) -> Any:
    """The page without what stands around its content."""
    for element in tree.xpath("//footer | //aside | //header[not(ancestor::article or ancestor::main)]"):
        element.drop_tree()
    return tree


def _article(found: Any) -> Iterable[Block]:
    body = getattr(found, "body", None)
    if body is None:
        return []
    for element in body.iter(*_AS_IN_HTML):
        element.tag = _AS_IN_HTML[element.tag]
    return html_blocks(body)


def _date(said: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(said[:10]) if said else None
    except ValueError:
        return None
