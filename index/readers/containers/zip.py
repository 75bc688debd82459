"""ZIP archives: each file inside is a document of its own."""

import io
import stat
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from index.errors import UnreadableFile
from index.readers.metadata import DAMAGED_MEMBER
from index.readers.parsed import EmbeddedFile, ParsedFile
from index.readers.passwords import locked

_LARGEST = 200_000_000  # bytes of a file inside
_RATIO = 200  # bytes that a byte may unpack to; text packs to a tenth, and tables of zeros to a hundredth
_ALWAYS = 10_000_000  # bytes that a file may unpack to, whatever the ratio
_ENCRYPTED = 0x1  # the flag of a member that is locked
_AES = 99  # stands for a way of packing where AES locks it, which the standard library cannot read
_UTF8_NAME = 0x800  # the flag of a name that is UTF-8; others are said to be cp437


def read_zip(data: bytes, passwords: Sequence[str] = ()) -> ParsedFile:
    """Read an archive, which has no text besides its files. Hidden files and links are left out, as in a folder.

    Raises:
        UnreadableFile: it is damaged.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGED_MEMBER as error:
        raise UnreadableFile("it is damaged, or not what its name says") from error
    members = [(_name(member), member) for member in archive.infolist() if not member.is_dir()]
    shown = [(name, member) for name, member in members if not (_is_hidden(name) or _is_link(member))]
    files = tuple(EmbeddedFile(name, partial(_load, archive, entry, passwords)) for name, entry in shown)
    tried = bool(passwords) and any(_is_locked(entry) for _, entry in shown)
    return ParsedFile("", embedded=files, used_passwords=tried)


def _name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member; many programs write UTF-8 without saying so."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode()
    except UnicodeError:
        return member.filename


def _is_hidden(name: str) -> bool:
    components = name.split("/")
    return any((name.startswith((".", "~$")) and name.strip(".")) or name == "__MACOSX" for name in components)


def _is_locked(member: zipfile.ZipInfo) -> bool:
    return bool(member.flag_bits & _ENCRYPTED)


def _is_link(member: zipfile.ZipInfo) -> bool:
    """Return whether a member names another file; what it holds is that name."""
    return stat.S_ISLNK(member.external_attr >> 16)


def _load(archive: zipfile.ZipFile, member: zipfile.ZipInfo, passwords: Sequence[str]) -> bytes:
    """Return the bytes of a member.

    Raises:
        UnreadableFile: it cannot be read, or unpacks to too much.
    """
    if member.file_size > max(_ALWAYS, _RATIO * member.compress_size) or member.file_size > _LARGEST:
        raise UnreadableFile("it unpacks to {} MB", member.file_size // 1_000_000)
    if _is_locked(member):
        return _unlock(archive, member, passwords)
    try:
        return archive.read(member)  # at most the size that it states
    except DAMAGED_MEMBER as error:
        raise UnreadableFile("it is damaged, or not what its name says") from error


def _unlock(archive: zipfile.ZipFile, member: zipfile.ZipInfo, passwords: Sequence[str]) -> bytes:
    """Return the bytes of a member that is locked.

    Raises:
        UnreadableFile: no password opens it.
    """
    if passwords and member.compress_type == _AES:
        archive = _open_aes(archive)
    for password in passwords:
        with suppress(*DAMAGED_MEMBER):  # of the old way, one wrong password in 256 is only found by the checksum
            return archive.read(member.filename, password.encode())
    raise locked()


def _open_aes(archive: zipfile.ZipFile) -> zipfile.ZipFile:
    # Imported here: few folders hold a locked archive.
    from pyzipper import AESZipFile

    return AESZipFile(archive.fp)  # type: ignore[no-any-return]
