"""The parts of a Word file that python-docx does not write: footnotes, and the proof as a custom XML part.

``template/`` holds a document without text: its styles, its settings, and the separators of its footnotes.
"""

import io
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Any

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement, parse_xml
from docx.text.paragraph import Paragraph
from lxml import etree  # type: ignore[import-untyped]

from rag.answer import Answer
from ui.exports.proof import to_json

PROOF = "urn:sourcier:proof"  # the namespace of the proof
LOCALES = {"fr": "fr-FR", "en": "en-GB"}
_DATASTORE = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_TEMPLATE = files("ui.exports") / "template"


def create_document(title: str, language: str) -> Document:
    """Return an empty document with its title and language, which screen readers announce."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in _members(_TEMPLATE):
            if name != "footnotes.xml":
                archive.writestr(name, content)
    document = docx.Document(packed)
    properties, now = document.core_properties, datetime.now(UTC)
    properties.title, properties.language = title[:255], LOCALES[language]
    properties.author = properties.last_modified_by = "Sourcier"
    properties.created = properties.modified = now
    languages = document.styles.element.iter(qn("w:lang")), document.settings.element.iter(qn("w:themeFontLang"))
    for element in chain(*languages):
        element.set(qn("w:val"), LOCALES[language])
    return document


def _members(folder: Traversable, parent: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield the files of the template with their names in the package; the one that lists the types comes first."""
    for entry in sorted(folder.iterdir(), key=lambda entry: (not entry.name.startswith("["), entry.name)):
        if entry.is_dir():
            yield from _members(entry, f"{parent}{entry.name}/")
        else:
            yield f"{parent}{entry.name}", entry.read_bytes()


class Footnotes:
    """The footnotes of a document, numbered from 1 in the order in which they are added."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._root = parse_xml((_TEMPLATE / "footnotes.xml").read_bytes())
        self._count = 0

    def add(self, paragraph: Paragraph, bookmark: str) -> tuple[Paragraph, int]:
        """Add a footnote at the end of a paragraph; return the footnote's own paragraph, and its number."""
        self._count += 1
        id = str(self._count)
        body = paragraph._p
        body.append(_element("bookmarkStart", id=id, name=bookmark))
        paragraph.add_run("", "footnote reference")._r.append(_element("footnoteReference", id=id))
        body.append(_element("bookmarkEnd", id=id))
        note = _element("footnote", id=id)
        self._root.append(note)
        text = OxmlElement("w:p")
        note.append(text)
        added = Paragraph(text, paragraph)
        added.style = self._document.styles["footnote text"]
        added.add_run("", "footnote reference")._r.append(_element("footnoteRef"))
        added.add_run(" ")
        return added, self._count

    def attach(self) -> None:
        """Add the footnotes to the document; they must not change afterwards."""
        part = _part(self._document, "/word/footnotes.xml", CONTENT_TYPE.WML_FOOTNOTES, self._root)
        self._document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def refer_again(paragraph: Paragraph, bookmark: str, number: int) -> None:
    """Refer to the footnote at a bookmark, by a field that Word keeps up to date."""
    run = paragraph.add_run("", "footnote reference")
    instruction = _element("instrText")
    instruction.text = f" NOTEREF {bookmark} \\f \\h "
    instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    elements = (_element("fldChar", fldCharType="begin"), instruction, _element("fldChar", fldCharType="separate"))
    run._r.extend(elements)
    run.add_text(str(number))
    run._r.append(_element("fldChar", fldCharType="end"))


def name_bookmark(answer: int, citation: int) -> str:
    """Return the name of the bookmark at the first reference to a citation; Word does not list it."""
    return f"_Source_{answer}_{citation}"


def add_proof(document: Document, answers: Sequence[Answer]) -> None:
    """Store the proof of the answers in a part of the document that Word keeps and does not show."""
    proof = etree.Element(etree.QName(PROOF, "proof"), nsmap={None: PROOF})
    proof.text = to_json(answers)
    store = etree.Element(etree.QName(_DATASTORE, "datastoreItem"), nsmap={"ds": _DATASTORE})
    store.set(etree.QName(_DATASTORE, "itemID"), f"{{{str(uuid.uuid5(uuid.NAMESPACE_URL, proof.text)).upper()}}}")
    schemas = etree.SubElement(store, etree.QName(_DATASTORE, "schemaRefs"))
    etree.SubElement(schemas, etree.QName(_DATASTORE, "schemaRef")).set(etree.QName(_DATASTORE, "uri"), PROOF)
    part = _part(document, "/customXml/item1.xml", "application/xml", proof)
    properties = _part(document, "/customXml/itemProps1.xml", CONTENT_TYPE.OFC_CUSTOM_XML_PROPERTIES, store)
    part.relate_to(properties, RELATIONSHIP_TYPE.CUSTOM_XML_PROPS)
    document.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def _part(document: Document, name: str, content_type: str, root: Any) -> Part:
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return Part(PackURI(name), content_type, content, document.part.package)


def _element(tag: str, /, **attributes: str) -> Any:
    return OxmlElement(f"w:{tag}", {qn(f"w:{key}"): value for key, value in attributes.items()})
