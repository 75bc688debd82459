"""Settings, read once where a program starts: arguments, then ``RAG_*`` variables, then defaults."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from index.addresses import StoreAddress, WrongAddress

_OFF = ("off", "no", "0", "false")
_XDG_DOCUMENTS = re.compile(r'^XDG_DOCUMENTS_DIR="(?P<home>\$HOME)?(?P<path>/[^"\n]*)"', re.MULTILINE)


@dataclass(frozen=True)
class Settings:
    """The settings of the index and of reading files; see ``from_env``."""

    index: Path = Path(".index")
    encoder: str | None = None  # a sentence-transformers model, by name or folder; None is the one that ships
    scheduler: str | None = None  # a Dask scheduler that reads and encodes; None is this machine
    ocr: bool = True  # whether pictures of text are read by OCR, where it is installed
    passwords: Path | None = None  # a file of passwords that open locked files, one per line
    folder: Path | None = None  # for documents added on the page; None is ``default_folder()``

    @classmethod
    def from_env(
        cls,
        *,
        index: str | Path | None = None,
        encoder: str | None = None,
        folder: str | Path | None = None,
        passwords: str | Path | None = None,
        scheduler: str | None = None,
    ) -> "Settings":
        """Return the given arguments, else the RAG_ variables of their names, else defaults.

        That of ``passwords`` is RAG_FILE_PASSWORDS; RAG_OCR switches OCR off.

        Raises:
            WrongAddress: ``index`` is the address of something else than a store, or holds a password.
        """
        documents_folder, passwords_file = (
            folder or os.environ.get("RAG_FOLDER"),
            passwords or os.environ.get("RAG_FILE_PASSWORDS"),
        )
        return cls(
            index=_index_folder(index or os.environ.get("RAG_INDEX") or cls.index),
            encoder=encoder or os.environ.get("RAG_ENCODER") or cls.encoder,
            folder=Path(documents_folder).expanduser() if documents_folder else None,
            passwords=Path(passwords_file).expanduser() if passwords_file else None,
            scheduler=scheduler or os.environ.get("RAG_SCHEDULER") or cls.scheduler,
            ocr=not is_off(os.environ.get("RAG_OCR", "")),
        )

    read = from_env  # its name in version 0.1


def is_off(value: str) -> bool:
    """Tell whether a setting says no: off, no, 0 or false."""
    return value.strip().lower() in _OFF


def _index_folder(index: str | Path) -> Path:
    """Return the folder of an index; for the address of a store, the folder of its replica on this machine.

    Raises:
        WrongAddress: it is the address of something else, or has a password that would be lost.
    """
    address = StoreAddress.parse(str(index))
    if address and address.password and str(index) != os.environ.get("RAG_INDEX"):
        raise WrongAddress(
            "The password in {} is not kept. Give the address with it as RAG_INDEX, or the password apart "
            "(PGPASSWORD, ~/.pgpass, MILVUS_TOKEN).",
            address.url,
        )
    return address.replica() if address else Path(index).expanduser()


def default_folder() -> Path:
    """Return the folder for documents added on the page: ``Sourcier`` in the person's documents folder."""
    return _documents_folder() / "Sourcier"


def _documents_folder() -> Path:
    """Return ``XDG_DOCUMENTS_DIR`` where the desktop names one, else ``~/Documents``."""
    try:
        home = Path.home()
    except RuntimeError:  # an account without a home folder, as in some containers
        return Path.cwd()
    config = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "user-dirs.dirs"
    try:
        match = _XDG_DOCUMENTS.search(config.read_text("utf-8"))
    except (OSError, ValueError):
        match = None
    if match is None:
        return home / "Documents"
    return Path(f"{home if match['home'] else ''}{match['path']}")
