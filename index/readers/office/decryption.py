"""Open office files that a password locks; those of Office, of today and of 97 to 2003, with msoffcrypto-tool."""

import io
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from index.readers.office.contents import COMPOUND_START, has_stream
from index.readers.passwords import locked

_OPEN_DOCUMENT = b"mimetype"  # the name of the first file in the archive
_NONE_ASKED = "VelvetSweatshop"  # Excel locks with it, and opens without asking, what is only protected from changes


def is_encrypted(data: bytes) -> bool:
    """Return whether these are the bytes of an office file that is encrypted.

    Raises:
        UnreadableFile: it is a damaged file of OpenDocument.
    """
    if data[30:38] == _OPEN_DOCUMENT:
        from index.readers.office import odf_decryption  # here: few folders hold such files

        return odf_decryption.is_encrypted(data)
    if not data.startswith(COMPOUND_START):
        return False
    if has_stream(data, "EncryptedPackage"):
        return True
    with suppress(Exception):  # of a damaged file msoffcrypto and olefile raise errors of many kinds
        return bool(_open(data).is_encrypted())
    return False


def decrypt(data: bytes, passwords: Sequence[str]) -> tuple[bytes, bool]:
    """Return the file inside, and whether one of the passwords was needed.

    Raises:
        UnreadableFile: none of the passwords opens it.
    """
    if not data.startswith(COMPOUND_START):
        from index.readers.office import odf_decryption

        return odf_decryption.decrypt(data, passwords), True
    for password in (_NONE_ASKED, *passwords):
        with suppress(Exception):
            return _decrypt(data, password), password != _NONE_ASKED
    raise locked()


def _decrypt(data: bytes, password: str) -> bytes:
    file, decrypted = _open(data), io.BytesIO()
    file.load_key(password=password, **({"verify_password": True} if file.format == "ooxml" else {}))
    file.decrypt(decrypted)
    return decrypted.getvalue()


def _open(data: bytes) -> Any:
    from msoffcrypto import OfficeFile

    return OfficeFile(io.BytesIO(data))
