"""The parts of OpenDocument files, in an archive (.odt, .ods, .odp) or in one file of XML (.fodt, .fods, .fodp)."""

import zipfile
from typing import Any, NamedTuple

from index.errors import UnreadableFile
from index.readers.metadata import Properties, saved_date, stated_title, whole_number
from index.readers.office.archive import open_zip, parse_xml, read_member
from index.readers.office.writer.styles import OFFICE, STYLE, TEXT, Styles
from index.readers.office.writer.text import WriterText

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"
PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")


class DocumentParts(NamedTuple):
    """The trees of a document; ``styles`` and ``meta`` are None where it has none."""

    content: Any
    styles: Any
    meta: Any

    archive: zipfile.ZipFile | None = None  # None for a file of XML

    @property
    def properties(self) -> Properties:
        """The title that the document states, and when it was saved."""
        return Properties(stated_title(self._stated("title")), saved_date(self._stated("date")))

    def body(self, kind: str) -> Any:
        """Return the element of the content that holds a text, spreadsheet or presentation.

        Raises:
            UnreadableFile: it is a document of another kind.
        """
        element = next(self.content.iter(f"{OFFICE}{kind}"), None)
        if element is None:
            raise UnreadableFile("it is damaged, or not what its name says")
        return element

    def load_tree(self, name: str) -> Any:
        """Return the tree of another file of the document; None where there is none.

        Raises:
            UnreadableFile: it is damaged.
        """
        if self.archive is None or name not in self.archive.namelist():
            return None
        return parse_xml(read_member(self.archive, name))

    def text_reader(self, *, keeps_struck: bool = False) -> WriterText:
        """Return what reads the paragraphs of a document without formulas."""
        return WriterText(Styles(self.content, self.styles), lambda _: None, keeps_struck=keeps_struck)

    def _stated(self, name: str) -> str | None:
        return None if self.meta is None else next((element.text for element in self.meta.iter(_DUBLIN + name)), None)


def document_parts(data: bytes) -> DocumentParts:
    """Open a document.

    Raises:
        UnreadableFile: it is damaged, locked, or unpacks to too much.
    """
    if not data.startswith(b"PK"):
        flat = parse_xml(data)
        if flat.tag != f"{OFFICE}document":
            raise UnreadableFile("it is damaged, or not what its name says")
        return DocumentParts(flat, flat, flat)
    archive = open_zip(data)
    names = set(archive.namelist())
    styles, meta = (
        parse_xml(read_member(archive, name)) if name in names else None for name in ("styles.xml", "meta.xml")
    )
    return DocumentParts(parse_xml(read_member(archive, "content.xml")), styles, meta, archive)


def repeats(element: Any, attribute: str, most: int) -> int:
    """Return how many times an element is repeated: 1 unless the attribute says more, at most ``most``."""
    return min(most, max(1, whole_number(element.get(attribute), 1)))


def styles_with(document: DocumentParts, properties: str, attribute: str, value: str) -> frozenset[str]:
    """Return the names of the styles in which an attribute of such properties has this value."""
    trees = [tree for tree in (document.content, document.styles) if tree is not None]
    return frozenset(
        style.get(f"{STYLE}name", "")
        for tree in trees
        for style in tree.iter(f"{STYLE}style")
        if any(child.get(attribute) == value for child in style.iter(properties))
    )
