"""Open OpenDocument files that a password locks (OpenDocument 1.3, part 2, section 4: AES-256, one key per file)."""

import hashlib
import io
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from index.errors import UnreadableFile
from index.readers.office.archive import LARGEST, open_zip, parse_xml, read_member
from index.readers.passwords import locked

_MANIFEST = "META-INF/manifest.xml"
_NAMESPACE = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_CIPHER = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
_CHECKED = 1024  # bytes of a file that its checksum is of
_MOST_ROUNDS = 1_000_000  # of a key; the files of today have a tenth


class _LockedFile(NamedTuple):
    """A file in the package, and what its key is derived from."""

    name: str
    size: int  # bytes, unpacked
    checksum: bytes
    vector: bytes
    salt: bytes
    rounds: int


def is_encrypted(data: bytes) -> bool:
    """Return whether these are the bytes of a document whose files are encrypted.

    Raises:
        UnreadableFile: it is damaged.
    """
    archive = open_zip(data)
    return _MANIFEST in archive.namelist() and b"encryption-data" in read_member(archive, _MANIFEST)


def decrypt(data: bytes, passwords: Sequence[str]) -> bytes:
    """Return the document with its files as they were.

    Raises:
        UnreadableFile: none of the passwords opens it, it is locked in another way, or it is damaged.
    """
    archive = open_zip(data)
    locked_files = _list_locked_files(parse_xml(read_member(archive, _MANIFEST)))
    for password in passwords:
        with suppress(ValueError, zlib.error):
            return _unlock(archive, locked_files, hashlib.sha256(password.encode()).digest())
    raise locked()


def _list_locked_files(manifest: Any) -> dict[str, _LockedFile]:
    """Return the encrypted files by name.

    Raises:
        UnreadableFile: one is encrypted in another way, or all unpack to too much.
    """
    try:
        entries = [entry for entry in manifest.iter(f"{_NAMESPACE}file-entry") if len(entry)]
        files = {file.name: file for file in map(_read_locked_file, entries)}
    except (AttributeError, KeyError, ValueError) as error:
        raise locked() from error
    if (size := sum(file.size for file in files.values())) > LARGEST:
        raise UnreadableFile("it unpacks to {} MB", size // 1_000_000)
    return files


def _read_locked_file(entry: Any) -> _LockedFile:
    encryption = entry.find(f"{_NAMESPACE}encryption-data")
    algorithm, key = encryption.find(f"{_NAMESPACE}algorithm"), encryption.find(f"{_NAMESPACE}key-derivation")
    rounds = int(key.attrib[f"{_NAMESPACE}iteration-count"])
    if algorithm.get(f"{_NAMESPACE}algorithm-name") != _CIPHER or not 0 < rounds <= _MOST_ROUNDS:
        raise ValueError("another cipher, or a key that takes too long")
    return _LockedFile(
        entry.attrib[f"{_NAMESPACE}full-path"],
        int(entry.attrib[f"{_NAMESPACE}size"]),
        b64decode(encryption.attrib[f"{_NAMESPACE}checksum"]),
        b64decode(algorithm.attrib[f"{_NAMESPACE}initialisation-vector"]),
        b64decode(key.attrib[f"{_NAMESPACE}salt"]),
        rounds,
    )


def _unlock(archive: zipfile.ZipFile, locked_files: dict[str, _LockedFile], start_key: bytes) -> bytes:
    """Return the document, opened with the SHA-256 of a password.

    Raises:
        ValueError: it is not the password.
        zlib.error: a file is damaged.
    """
    opened = io.BytesIO()
    with zipfile.ZipFile(opened, "w") as written:
        for name in archive.namelist():
            data = read_member(archive, name)
            if name != _MANIFEST:
                written.writestr(name, _plain(data, locked_files[name], start_key) if name in locked_files else data)
    return opened.getvalue()


def _plain(data: bytes, file: _LockedFile, start_key: bytes) -> bytes:
    # Imported here: few folders hold a locked file.
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    key = hashlib.pbkdf2_hmac("sha1", start_key, file.salt, file.rounds, 32)
    decryptor = Cipher(AES(key), CBC(file.vector)).decryptor()
    padded = decryptor.update(data) + decryptor.finalize()
    packed = padded[: -padded[-1]] if padded else b""
    if hashlib.sha256(packed[:_CHECKED]).digest() != file.checksum:
        raise ValueError("another password")
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, file.size or 1)
