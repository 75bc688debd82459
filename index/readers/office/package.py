"""Packages of Office Open XML: parts in an archive, and how they refer to one another."""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from index.errors import UnreadableFile
from index.readers.metadata import Properties, saved_date, stated_title
from index.readers.office.archive import parse_xml, read_member

_TITLE, _MODIFIED = "{http://purl.org/dc/elements/1.1/}title", "{http://purl.org/dc/terms/}modified"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Relation(NamedTuple):
    """Another part that a part refers to."""

    id: str
    kind: str  # the last word of its type: «footnotes», «header»
    part: str  # its name in the archive


class Package:
    """The parts of an archive."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Take an archive that ``open_zip`` opened, of a package that ``normalised_package`` returned."""
        self._archive = archive
        self._names = {name.lower().lstrip("/"): name for name in archive.namelist()}

    def main(self) -> str:
        """Return the name of the part that is the document.

        Raises:
            UnreadableFile: the package has none.
        """
        for relation in self.relations(""):
            if relation.kind == "officeDocument" and self.holds(relation.part):
                return relation.part
        raise UnreadableFile("it is damaged, or not a Word document")

    @property
    def properties(self) -> Properties:
        """The title that the package states, and when it was saved; None for what it does not state."""
        core = self.related("", "core-properties")
        if core is None:
            return Properties()
        return Properties(stated_title(core.findtext(_TITLE)), saved_date(core.findtext(_MODIFIED)))

    def holds(self, part: str) -> bool:
        """Return whether there is such a part."""
        return part.lower() in self._names

    def tree(self, part: str) -> Any:
        """Parse a part of XML.

        Raises:
            UnreadableFile: it cannot be read.
        """
        return parse_xml(self.read(part))

    def read(self, part: str) -> bytes:
        """Return the bytes of a part.

        Raises:
            UnreadableFile: it cannot be read.
        """
        return read_member(self._archive, self._names.get(part.lower(), part))

    def related(self, part: str, kind: str) -> Any:
        """Parse the first part of a kind that ``part`` refers to; None if there is none, or it cannot be read."""
        return next(self._related(part, kind), None)

    def _related(self, part: str, kind: str) -> Iterator[Any]:
        for relation in self.relations(part):
            if relation.kind == kind and self.holds(relation.part):
                try:
                    yield self.tree(relation.part)
                except UnreadableFile:  # damaged styles cost no text
                    continue

    def relations(self, part: str) -> list[Relation]:
        """Return what a part refers to inside the package, in order; "" stands for the package."""
        folder, name = posixpath.split(part)
        described = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.holds(described):
            return []
        try:
            elements = list(self.tree(described).iter(_RELATIONSHIP))
        except UnreadableFile:
            return []
        return [
            Relation(
                element.get("Id", ""),
                element.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, unquote(element.get("Target", "")))).lstrip("/"),
            )
            for element in elements
            if element.get("TargetMode") != "External"
        ]
