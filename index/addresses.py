"""Addresses of stores, and the folder of each that is on this machine.

An index may be in a database: ``postgresql://user@host/database``, or ``milvus://user@host/database``. A folder of
this machine, its replica, then holds the texts that answers quote, and what is a person's own, such as conversations. A
file in it names the store.
"""

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from urllib.parse import parse_qsl, urlencode, urlsplit

from index.errors import UserError
from index.private import make_private_folder, write_private_text

SCHEMES = ("postgresql", "milvus")
_OPTIONS = {  # what an address may tell of a connection to Milvus: no token, since addresses are written down
    "schema", "tls", "ca_pem_path", "client_key_path", "client_pem_path", "server_name", "server_pem_path",
}  # fmt: skip
NAME = "STORE"  # of the file in a replica
_URL = re.compile(r"(?P<scheme>[a-z]{2,}):/{1,2}(?P<rest>(?:[^/].*)?)", re.DOTALL)  # a path joins slashes
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,40}")
_DEFAULT_SCHEMA = "sourcier"


class WrongAddress(UserError):
    """An address that names no store."""


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Where a store is: ``postgresql://user@host:port/database?schema=sourcier``, with no password in it."""

    url: str
    password: str | None = None

    @classmethod
    def parse(cls, text: str) -> "StoreAddress | None":
        """Return the address that ``text`` is, or None if it is the path of a folder.

        Raises:
            WrongAddress: it is the address of something else than a store.
        """
        matched = _URL.fullmatch(text)
        if not matched:
            return None
        if matched["scheme"] not in SCHEMES:
            raise WrongAddress(
                "“{}” is not a store address. Store addresses begin with postgresql:// or milvus://", text
            )
        return cls._of(f"{matched['scheme']}://{matched['rest']}")

    @classmethod
    def _of(cls, url: str) -> "StoreAddress":
        parts = urlsplit(url)
        named, _, place = parts.netloc.rpartition("@")
        user, _, password = named.partition(":")
        address = cls(parts._replace(netloc=f"{user}@{place}" if user else place).geturl(), password or None)
        if not parts.path.strip("/") or not _SCHEMA.fullmatch(address.schema):
            raise WrongAddress("“{}” names no database. Write it as {}://user@host/database", address.url, parts.scheme)
        unknown = {name for name, _ in parse_qsl(parts.query)} - _OPTIONS
        if parts.scheme == "milvus" and unknown:
            raise WrongAddress("“{}” is no parameter of an address of Milvus.", min(unknown))
        return address

    @property
    def scheme(self) -> str:
        """The kind of the database."""
        return urlsplit(self.url).scheme

    @property
    def schema(self) -> str:
        """The schema that holds the tables, or what the names of collections begin with."""
        return dict(parse_qsl(urlsplit(self.url).query)).get("schema", _DEFAULT_SCHEMA)

    @property
    def database_url(self) -> str:
        """The address as the client of the database takes it."""
        parts = urlsplit(self.url)
        own = [(name, value) for name, value in parse_qsl(parts.query) if name != "schema"]
        return parts._replace(query=urlencode(own)).geturl()

    def replica(self) -> Path:
        """Return the folder of this machine for the store; make it if it is not there.

        A password is not written down: RAG_INDEX, PGPASSWORD, ~/.pgpass or MILVUS_TOKEN give it.
        """
        folder = _stores() / f"{Path(urlsplit(self.url).path).name}-{sha256(self.url.encode()).hexdigest()[:12]}"
        if not (folder / NAME).exists():
            make_private_folder(folder)
            beside = folder / f"{NAME}.{os.getpid()}-{get_ident()}"  # others may be reading, or writing the same
            write_private_text(beside, self.url)
            beside.replace(folder / NAME)
        return folder

    @classmethod
    def of_replica(cls, folder: Path) -> "StoreAddress | None":
        """Return the address of the store that a folder is the replica of, or None; RAG_INDEX may give its password."""
        try:
            url = (folder / NAME).read_text("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None
        setting = cls.parse(os.environ.get("RAG_INDEX") or "")
        return setting if setting and setting.url == url else cls._of(url)


def _stores() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "sourcier" / "stores"
