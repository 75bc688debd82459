"""Read answers back from exported HTML."""

from lxml import etree, html  # type: ignore[import-untyped]

from rag.answer import Answer
from ui.exports.proof import NotExported, unpack
from ui.exports.reconstruct import ParsedAnswer, ParsedSource, reconstruct

_JUDGEMENT = ".//*[contains(concat(' ', @class, ' '), ' judgement ')]"  # what is said of a sentence


def read_html(text: str) -> tuple[Answer, ...]:
    """Return the answers that an exported page shows.

    Raises:
        NotExported: the page is no export.
        UnreadableExport: its proof is damaged.
    """
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8")
    try:
        root = html.document_fromstring(text.encode(), parser=parser)  # a text that declares an encoding is refused
    except etree.ParserError:
        raise NotExported("This file was not exported by Sourcier.") from None
    for element in root.xpath(_JUDGEMENT):
        element.drop_tree()
    packed = root.xpath("string(//meta[@name='sourcier-proof']/@content)")
    articles = root.xpath("//article") or [root]
    if not root.xpath("//*[@class='answer']"):
        raise NotExported("This file was not exported by Sourcier.")
    return reconstruct(tuple(map(_parse_answer, articles)), unpack(packed) if packed else ())


def _parse_answer(section: html.HtmlElement) -> ParsedAnswer:
    elements = [*section.xpath(".//h1/following-sibling::p"), *section.xpath(".//*[@class='answer']")]
    sources = {n: _parse_source(item) for n, item in enumerate(section.xpath(".//ol/li"), start=1)}
    return ParsedAnswer(_text(section, ".//h1"), "\n\n".join(element.text_content() for element in elements), sources)


def _parse_source(item: html.HtmlElement) -> ParsedSource:
    quote = "".join(mark.text_content() for mark in item.xpath(".//blockquote//mark"))
    return ParsedSource(quote, _text(item, ".//strong"), _text(item, ".//small"))


def _text(section: html.HtmlElement, path: str) -> str:
    elements = section.xpath(path)
    return str(elements[0].text_content()) if elements else ""
