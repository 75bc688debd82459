"""ZIP archives: each file inside is a document of its own."""

import io
import zipfile
from functools import partial

from index.errors import UnreadableFile
from index.readers.metadata import DAMAGED_MEMBER
from index.readers.parsed import EmbeddedFile, ParsedFile

_LARGEST = 200_000_000  # bytes of a file inside
_RATIO = 200  # bytes that a byte may unpack to; text packs to a tenth, and tables of zeros to a hundredth
_ALWAYS = 10_000_000  # bytes that a file may unpack to, whatever the ratio
_UTF8_NAME = 0x800  # the flag of a name that is UTF-8; others are said to be cp437


def read_zip(data: bytes) -> ParsedFile:
    """Read an archive, which has no text besides its files. Hidden files are left out, as they are in a folder.

    Raises:
        UnreadableFile: it is damaged.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED_MEMBER as error:
        raise UnreadableFile("it is damaged, or not what its name says") from error
    members = [(_name(member), member) for member in archive.infolist() if not member.is_dir()]
    shown = [(name, member) for name, member in members if not _is_hidden(name)]
    return ParsedFile("", embedded=tuple(EmbeddedFile(name, partial(_load, archive, one)) for name, one in shown))


def _name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member; many programs write UTF-8 without saying so."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode()
    except UnicodeError:
        return member.filename


def _is_hidden(name: str) -> bool:
    parts = name.split("/")
    return any((part.startswith((".", "~$")) and part.strip(".")) or part == "__MACOSX" for part in parts)


def _load(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a member.

    Raises:
        UnreadableFile: it cannot be read, or unpacks to too much.
    """
    if member.flag_bits & 1:
        raise UnreadableFile("it is protected by a password; save it without one")
    if member.file_size > max(_ALWAYS, _RATIO * member.compress_size) or member.file_size > _LARGEST:
        raise UnreadableFile("it unpacks to {} MB", member.file_size // 1_000_000)
    try:
        return archive.read(member)  # at most the size that it states
    except DAMAGED_MEMBER as error:
        raise UnreadableFile("it is damaged, or not what its name says") from error
