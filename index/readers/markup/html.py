"""Web pages: the main content as trafilatura finds it, without menus and notices; else the whole page."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import takewhile
from typing import Any

import trafilatura
from lxml import etree  # type: ignore[import-untyped]
from lxml import html as parser

from index.errors import UnreadableFile
from index.language import fold
from index.readers.markup.html_blocks import Block, html_blocks
from index.readers.markup.style_sheets import hide_unseen, strike_out, style_lists
from index.readers.metadata import saved_date, stated_title
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode
from index.readers.text_builder import TextBuilder

_DECLARED = re.compile(rb"<(?:meta\s[^>]*charset\s*=|\?xml\s[^>]*encoding\s*=)\s*[\"']?([\w-]{2,20})", re.IGNORECASE)
_READ_AS = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "gb2312": "gbk"}
_SINGLE_BYTE = re.compile(r"(?:us-)?ascii|latin|l\d|iso-?8859|(?:windows|cp)-?125\d|cp8\d\d|mac|x-mac")
_ARTICLE = 250  # characters; with less, what trafilatura found is no article
_KEPT_SHARE = 0.9  # of the words of a page outside links; where trafilatura keeps less, all of it is read
_SAME = 0.5  # of the runs of words of a block, for it to be part of what trafilatura kept
_RUN = 3  # words
_FURNITURE = re.compile(
    r"(?:^|[-_])(?:menu|nav|navbar|navigation|cookies?|side-?bar|footer|banner|breadcrumbs?|shar(?:e|ing)|social|related"
    r"|comments?|promo|widgets?|newsletter|advert(?:isement)?s?|popup|modal|navbox|catlinks)(?:$|[-_])"
)
_SURROUNDINGS = (
    "//footer | //aside | //nav | //*[@role='navigation'] | //header[not(ancestor::article or ancestor::main)]"
)
_BESIDE_HEADINGS = (  # links that a wiki and generators of documentation set behind headings
    "//*[contains(@class, 'editsection')] | //a[contains(concat(' ', @class, ' '), ' headerlink ')]"
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_INLINE = frozenset("a abbr b cite code dfn em i mark q s small span strong sub sup time u".split())
_CONTENT = "//main | //*[@role='main']"
_LINKED = 0.2  # of the text of a page, which menus have more of
_MAX_FURNITURE_SHARE = 0.5  # of the text of the content: what holds more is not dropped
_WORD = re.compile(r"\w+")
_REACHED = re.compile(  # a telephone, an address, hours, a registration
    r"(?:\+\d{1,3}|\b0\d)(?:[ .-]?\d{2,4}){3,}|\(\d{3}\) ?\d{3}-\d{4}|\b\d{5}\s+[^\W\d]|\S@\S+\.\w"
    r"|\b\d{1,2} ?(?:h|:\d\d|[ap]m\b)|\b(?:SIRET|SIREN|RCS|TVA|VAT)\b",
    re.IGNORECASE,
)
_OFFICE = re.compile(r"(?:LibreOffice|OpenOffice|Microsoft)", re.IGNORECASE)  # state when a file was saved
_LONGEST_FOOTER = 1500  # characters of the footer of a small site
_DATES = {"extensive_search": False, "original_date": True}  # where a page states its date, not any day it tells of

_HEADS = "//header[not(ancestor::article or ancestor::main)]"
_FEET = "//footer[not(ancestor::article)] | //*[@id='footer' or @class='footer']"


def read_html(data: bytes) -> ParsedFile:
    """Read a page.

    Raises:
        UnreadableFile: it holds no text.
    """
    text, encoding = decode_html(data)
    extracted = trafilatura.bare_extraction(
        text, include_comments=False, with_metadata=True, date_extraction_params=_DATES
    )
    title, date = stated_title(getattr(extracted, "title", None)), saved_date(getattr(extracted, "date", None))
    page = parse_html(text)
    for element in page.xpath(_BESIDE_HEADINGS):
        element.drop_tree()
    contacts = _contacts(page)
    article = getattr(extracted, "text", None) or ""
    is_exported = _OFFICE.match(page.xpath("string(//meta[translate(@name, 'G', 'g')='generator']/@content)"))
    blocks = blocks_of([*_chosen(page, article), *contacts])
    return blocks.build(title, None if is_exported else date, encoding, file_date=date if is_exported else None)


def _chosen(page: Any, article: str) -> list[Block]:
    """Return the blocks of the content of a page: those that trafilatura keeps, or all where it loses some."""
    is_plain = _is_plain(page)
    for element in page.xpath(_SURROUNDINGS):
        element.drop_tree()
    content = _content(page)
    if not is_plain:
        _drop_furniture(content)
    blocks = list(html_blocks(content))
    if is_plain or len(article) < _ARTICLE or content.tag != "body":
        return blocks
    content_words = Counter(_WORD.findall(" ".join(_unlinked(content)).lower()))
    shared = (content_words & Counter(_WORD.findall(article.lower()))).total()
    return blocks if shared < _KEPT_SHARE * content_words.total() else _article_blocks(blocks, article)


def _is_plain(page: Any) -> bool:
    """Return True if the page shows no sign of navigation or boilerplate (an export from a word processor, say)."""
    if page.xpath("boolean(//nav | //aside | //footer | //header | //form | //*[@role='navigation'])"):
        return False
    names = {name for names in page.xpath("//@class | //@id") for name in names.lower().split()}
    if any(map(_FURNITURE.search, names)):
        return False
    linked, all_text = (sum(map(len, page.xpath(xpath))) for xpath in ("//body//a//text()", "//body//text()"))
    return linked <= _LINKED * all_text


def _content(page: Any) -> Any:
    """Return the element that holds the content: the only main or article of a page, else its body."""
    for tag in ("main", "article"):
        candidates = [element for element in page.iter(tag) if next(element.iterancestors(tag), None) is None]
        if len(candidates) == 1 and 2 * _size(candidates[0]) > _size(page):
            return candidates[0]
    return next(page.iter("body"), page)


def _size(element: Any) -> int:
    return sum(len(text) for text in _unlinked(element))


def _unlinked(element: Any) -> list[str]:
    """Return the texts under an element that stand in no link, script or form."""
    return [str(text) for text in element.xpath(".//text()[not(ancestor::a or ancestor::script or ancestor::style)]")]


def _drop_furniture(content: Any) -> None:
    """Remove what a page names as a menu, comments, things to share and the like, unless it is most of the content."""
    limit = _MAX_FURNITURE_SHARE * _size(content)
    for element in list(content.iterdescendants()):
        if not isinstance(element.tag, str) or element.getparent() is None or _is_in_sentence(element):
            continue
        anchor = "" if _is_anchor(element) else element.get("id", "")
        names = f"{element.get('class', '')} {anchor}".lower().split()
        if any(_FURNITURE.search(name) for name in names) and _size(element) < limit:
            element.drop_tree()


def _is_in_sentence(element: Any) -> bool:
    """Return whether an element is words with others beside them, such as a link to an explanation (class "popup")."""
    if element.tag not in _INLINE:
        return False
    neighbours = [
        element.tail,
        element.getparent().text,
        *(sibling.tail for sibling in element.itersiblings(preceding=True)),
    ]
    return any(_WORD.search(text or "") for text in neighbours)


def _is_anchor(element: Any) -> bool:
    """Return whether an id is the words of a heading, as generators write it for links: «sharing-with-a-colleague»."""
    heading = element if element.tag in _HEADINGS else next(element.iter(*_HEADINGS), None)
    if heading is None or element is heading:
        return heading is not None
    words, title = (
        _WORD.findall(fold(text).replace("_", " ")) for text in (element.get("id", ""), heading.text_content())
    )
    return len(words) > 1 and words == title[: len(words)]


def _article_blocks(blocks: list[Block], article: str) -> list[Block]:
    """Return the blocks from the first to the last of which an article holds most runs of words."""
    words = _WORD.findall(article.lower())
    runs, vocabulary = set(_runs(words)), set(words)
    numbers = [number for number, block in enumerate(blocks) if _is_kept(block, runs, vocabulary)]
    if not numbers:
        return blocks
    first = next((number for number in range(numbers[0], -1, -1) if blocks[number].role == "heading"), numbers[0])
    return [*blocks[first : numbers[-1] + 1], *takewhile(lambda block: block.role == "row", blocks[numbers[-1] + 1 :])]


def _is_kept(block: Block, runs: set[tuple[str, ...]], vocabulary: set[str]) -> bool:
    """Return whether an article holds most of a block; rows are written otherwise there, so that single words count."""
    words = _WORD.findall(block.text.lower())
    matches = [run in runs for run in _runs(words) if block.role != "row"] or [word in vocabulary for word in words]
    return bool(matches) and sum(matches) >= _SAME * len(matches)


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(_RUN)), strict=False))


def _contacts(page: Any) -> list[Block]:
    """Return what the head and foot of a small site say of how to reach somebody: addresses, telephones, hours."""
    heads, feet = (page.xpath(xpath) for xpath in (_HEADS, _FEET))
    contacts: dict[str, Block] = {}
    for elements in (heads, feet):
        blocks = [block for element in elements for block in html_blocks(element)]
        if sum(len(block.text) for block in blocks) <= _LONGEST_FOOTER:
            contacts.update({block.text: block for block in blocks if _REACHED.search(block.text)})
    return [block._replace(role="paragraph") for block in contacts.values()]


def decode_html(data: bytes) -> tuple[str, str]:
    """Return a page and its encoding: the declared one if that decodes it, else the one that its bytes suggest."""
    match = _DECLARED.search(data[:4096])
    if match and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return decode_declared(match[1].decode(), data)
    return decode(data)


def decode_declared(declared: str, data: bytes) -> tuple[str, str]:
    """Decode bytes as browsers do (WHATWG): some names of encodings stand for larger ones.

    What is valid UTF-8 is read as such where a single-byte encoding is declared: the server of a page, or the program
    that wrote a message, knew better, and no text in such an encoding looks so.
    """
    name = declared.lower()
    if _SINGLE_BYTE.match(name) and not data.isascii():
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8"), "utf-8"
    try:
        # What declares itself in ASCII is no UTF-16.
        return (data.decode(_READ_AS.get(name, name)), name) if not name.startswith("utf-16") else decode(data)
    except (LookupError, UnicodeDecodeError):
        return decode(data)


def parse_html(text: str, *, is_fragment: bool = False) -> Any:
    """Return the element tree of a page, with what its style sheets hide marked as such, less what is struck through.

    Of a page that shows nothing else, this stays; not of a fragment of one.

    Raises:
        UnreadableFile: it holds no text.
    """
    try:
        page = parser.document_fromstring(text.encode(), parser=parser.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableFile("it holds no text") from error
    hide_unseen(page)
    style_lists(page)
    strike_out(page, is_fragment=is_fragment)
    return page


def fragment_blocks(text: str) -> Iterator[Block]:
    """Return the blocks of an HTML fragment; none if it is empty."""
    with suppress(UnreadableFile):
        yield from html_blocks(parse_html(text, is_fragment=True))


def blocks_of(blocks: Iterable[Block]) -> TextBuilder:
    """Return the blocks under an element."""
    collected = TextBuilder()
    for block in blocks:
        collected.add(*block)
    return collected
