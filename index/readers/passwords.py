"""Passwords for locked files: from a file that the person names, and kept nowhere else.

They are neither stored in an index nor logged. Workers get them with each request, over a pipe.
"""

from pathlib import Path

from index.errors import UnreadableFile, UserError

_MAX_PASSWORDS = 100  # each is tried on each locked file


def read_passwords(path: Path | None) -> tuple[str, ...]:
    """Read the password file, one password per line; return none without a file.

    Raises:
        UserError: it cannot be read, or holds too many.
    """
    if path is None:
        return ()
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise UserError("The password file {} cannot be read. Check its name (RAG_FILE_PASSWORDS).", path) from error
    passwords = tuple(dict.fromkeys(filter(None, lines)))
    if len(passwords) > _MAX_PASSWORDS:
        raise UserError("{} holds more than {} passwords. Keep only those you need.", path, _MAX_PASSWORDS)
    return passwords


def locked() -> UnreadableFile:
    """Return the error for a file that no known password opens."""
    return UnreadableFile(
        "it is protected by a password; save it without one, or give a password file (RAG_FILE_PASSWORDS)"
    )


def is_locked(error: UnreadableFile) -> bool:
    """Return whether a password that is not known keeps a file from being read."""
    return error.sentence == locked().sentence
