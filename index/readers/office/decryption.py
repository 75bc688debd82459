"""Open files of Office Open XML that a password locks (ECMA-376, part 4), with msoffcrypto-tool."""

import io
from collections.abc import Sequence
from contextlib import suppress

from index.readers.office.contents import COMPOUND_START, has_stream
from index.readers.passwords import locked


def is_locked_package(data: bytes) -> bool:
    """Return whether these are the bytes of a package that is encrypted as a whole."""
    return data.startswith(COMPOUND_START) and has_stream(data, "EncryptedPackage")


def decrypt(data: bytes, passwords: Sequence[str]) -> bytes:
    """Return the package inside.

    Raises:
        UnreadableFile: none of the passwords opens it.
    """
    for password in passwords:
        with suppress(Exception):  # of a damaged file msoffcrypto and olefile raise errors of many kinds
            return _decrypt(data, password)
    raise locked()


def _decrypt(data: bytes, password: str) -> bytes:
    # Imported here: few folders hold a locked file, and it brings cryptography.
    from msoffcrypto import OfficeFile

    package, decrypted = OfficeFile(io.BytesIO(data)), io.BytesIO()
    package.load_key(password=password, verify_password=True)
    package.decrypt(decrypted)
    return decrypted.getvalue()
