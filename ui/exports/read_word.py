"""Read answers back from an exported Word file, as Word or another program may have saved it since."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from index.errors import UnreadableFile
from index.readers.office.archive import open_zip, parse_xml, read_member
from rag.answer import Answer
from ui.exports.proof import NotExported, UnreadableExport, from_proof
from ui.exports.reconstruct import ParsedAnswer, ParsedSource, reconstruct

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PROOF = "{urn:sourcier:proof}proof"
_BOOKMARK = re.compile(r"_Source_\d+_(\d{1,9})")
_NOTEREF = re.compile(r"\s*NOTEREF\s+_Source_\d+_(\d{1,9})\b")
_HIDDEN = ("del", "moveFrom")  # what was deleted, where changes are tracked


def read_word(data: bytes) -> tuple[Answer, ...]:
    """Return the answers that an exported Word file shows.

    Raises:
        NotExported: the file is no export.
        UnreadableExport: the file is damaged, or a footnote names another source than its proof.
    """
    try:
        archive = open_zip(data)
        names = archive.namelist()
        stored = [
            parse_xml(read_member(archive, name)) for name in names if re.fullmatch(r"customXml/item\d+\.xml", name)
        ]
        proofs = [root.text or "" for root in stored if root.tag == _PROOF]
        if not proofs:
            raise NotExported("This Word file contains no proof: Sourcier did not export it, or the proof was removed.")
        body = parse_xml(read_member(archive, "word/document.xml"))
        notes = parse_xml(read_member(archive, "word/footnotes.xml")) if "word/footnotes.xml" in names else body
        headings = _headings(parse_xml(read_member(archive, "word/styles.xml")))
    except UnreadableFile as error:
        raise UnreadableExport("This Word file cannot be read: {}.", error) from error
    footnotes = {note.get(f"{_W}id"): note for note in notes.iter(f"{_W}footnote")}
    return reconstruct(
        [_parse_answer(paragraphs, footnotes) for paragraphs in _split(body, headings)], from_proof(proofs[0])
    )


def _headings(styles: Any) -> set[str]:
    """Return the ids of the style of headings, which Word translates into its own language."""
    names = ((style.get(f"{_W}styleId"), style.find(f"{_W}name")) for style in styles.iter(f"{_W}style"))
    return {id for id, name in names if name is not None and name.get(f"{_W}val", "").lower() == "heading 1"}


def _split(body: Any, headings: set[str]) -> Iterator[Sequence[Any]]:
    """Yield the paragraphs of each answer, from the heading that is its question."""
    paragraphs: list[Any] = []
    for paragraph in body.iter(f"{_W}p"):
        if _paragraph_style(paragraph) in headings:
            if paragraphs:
                yield paragraphs
            paragraphs = [paragraph]
        elif paragraphs:
            paragraphs.append(paragraph)
    if paragraphs:
        yield paragraphs


def _paragraph_style(paragraph: Any) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style.get(f"{_W}val") if style is not None else ""


def _parse_answer(paragraphs: Sequence[Any], footnotes: dict[str, Any]) -> ParsedAnswer:
    question, *body = paragraphs
    sources: dict[int, ParsedSource] = {}
    styled_texts = [(_paragraph_style(paragraph), _text(paragraph, footnotes, sources)) for paragraph in body]
    texts = [text for style, text in styled_texts if style != "SourcierNote" and text.strip()]
    return ParsedAnswer(_text(question, {}, {}), "\n\n".join(texts), sources)


def _text(paragraph: Any, footnotes: dict[str, Any], sources: dict[int, ParsedSource]) -> str:
    """Return the text of a paragraph with a mark for each footnote, whose source goes into ``sources``."""
    pieces: list[str] = []
    bookmark, in_field = None, False
    for element in paragraph.iter():
        name = str(element.tag).removeprefix(_W)
        if any(str(ancestor.tag).removeprefix(_W) in _HIDDEN for ancestor in element.iterancestors()):
            continue
        if name == "bookmarkStart" and (bookmark_name := _BOOKMARK.fullmatch(element.get(f"{_W}name") or "")):
            bookmark = int(bookmark_name[1])
        elif name == "footnoteReference":
            n = bookmark or len(sources) + 1
            if (note := footnotes.get(element.get(f"{_W}id"))) is not None:
                sources[n] = _parse_source(note)
            pieces.append(f" [{n}]")
            bookmark = None
        elif name == "instrText" and (field := _NOTEREF.match(element.text or "")):
            pieces.append(f" [{field[1]}]")
        elif name == "fldChar":
            in_field = element.get(f"{_W}fldCharType") != "end"
        elif not in_field and _style(element) != "SourcierVerdict":
            pieces.append(_words(name, element))
    return "".join(pieces)


def _words(name: str, element: Any) -> str:
    return (element.text or "") if name == "t" else {"br": "\n", "cr": "\n", "tab": "\t"}.get(name, "")


def _style(element: Any) -> str:
    """Return the style of the run that holds an element."""
    run = element.getparent()
    style = run.find(f"{_W}rPr/{_W}rStyle") if run is not None else None
    return style.get(f"{_W}val") if style is not None else ""


def _parse_source(note: Any) -> ParsedSource:
    texts = {"SourcierQuote": "", "SourcierTitle": "", "SourcierPlace": ""}
    for element in note.iter():
        style = _style(element)
        if style in texts:
            texts[style] += _words(str(element.tag).removeprefix(_W), element)
    return ParsedSource(texts["SourcierQuote"], texts["SourcierTitle"], words=texts["SourcierPlace"])
