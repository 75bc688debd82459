"""Open files that are archives, with a limit on what they unpack to."""

import io
import zipfile
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.readers.metadata import DAMAGED_MEMBER

LARGEST = 200_000_000  # bytes, unpacked
_MEMBERS = 20_000


def open_zip(data: bytes) -> zipfile.ZipFile:
    """Open an archive, none of whose members unpacks to more than it declares.

    Raises:
        UnreadableFile: it is damaged, or unpacks to too much.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED_MEMBER as error:
        raise UnreadableFile("it is damaged, or not what its name says") from error
    members = archive.infolist()
    if len(members) > _MEMBERS or sum(member.file_size for member in members) > LARGEST:
        raise UnreadableFile("it unpacks to more than {} MB, or {} files", LARGEST // 1_000_000, _MEMBERS)
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableFile("it is protected by a password; save it without one")
    return archive


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the bytes of a member.

    Raises:
        UnreadableFile: it cannot be read.
    """
    try:
        return archive.read(name)
    except DAMAGED_MEMBER as error:
        raise UnreadableFile("it is damaged ({} cannot be read)", name) from error


def parse_xml(data: bytes) -> Any:
    """Parse the XML of a member; nothing external is fetched, and no entity is expanded.

    Raises:
        UnreadableFile: it is malformed.
    """
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise UnreadableFile("it is damaged (its XML cannot be read)") from error
