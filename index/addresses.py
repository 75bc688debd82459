"""Addresses of stores and of documents elsewhere, and the folder of each that is on this machine.

An index may be in a database: ``postgresql://user@host/database``, or ``milvus://user@host/database``. A folder of
this machine, its replica, then holds the texts that answers quote, and what is a person's own, such as conversations. A
file in it names the store.

Documents may be in S3-compatible storage: ``s3://bucket/prefix``. A folder of this machine, the mirror, holds copies.
"""

import os
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import get_ident
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from index.errors import UserError
from index.private import make_private_folder, write_private_text

SCHEMES = ("postgresql", "milvus")
_ALIASES = {"postgres": "postgresql"}
S3 = "s3"
_OPTIONS = {  # what an address may tell of a connection to Milvus: no token, since addresses are written down
    "schema", "tls", "ca_pem_path", "client_key_path", "client_pem_path", "server_name", "server_pem_path",
}  # fmt: skip
_NAME_LENGTH = 60  # characters of the database's name in that of its replica
NAME = "STORE"  # of the file in a replica or a mirror that holds its address
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9]+):/{1,2}(?P<location>.*)", re.DOTALL)  # a path joins slashes
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,40}")
_DEFAULT_SCHEMA = "sourcier"
_OUR_PARAMETERS = ("schema", "vectors")  # parameters that the client of PostgreSQL does not know
_SECRET_PARAMETERS = ("sslpassword", "oauth_client_secret")  # of PostgreSQL, besides its password
_EXACT, _APPROXIMATE = "exact", "approximate"
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,199}")
_MIRRORS = "mirrors"
_FILES = "files"  # the folder in a mirror that holds the documents


class WrongAddress(UserError):
    """An address that names no store, or no bucket."""


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
        scheme, location = matched["scheme"].lower(), matched["location"]
        scheme = _ALIASES.get(scheme, scheme)
        if scheme not in SCHEMES:
            raise WrongAddress(
                "“{}” is not a store address. Store addresses begin with postgresql:// or milvus://",
                f"{scheme}://{location.split('@')[-1].partition('?')[0]}",  # what stands before an @ may be a secret
            )
        return cls._of(f"{scheme}://{location}")

    @classmethod
    def _of(cls, url: str) -> "StoreAddress":
        split_url, password = _without_password(url)
        address = cls(_join_url(split_url), password)
        if not split_url.path.strip("/") or (split_url.scheme == "milvus" and not split_url.hostname):
            raise WrongAddress(
                "“{}” names no database. Write it as {}://user@host/database", address.url, split_url.scheme
            )
        if not _SCHEMA.fullmatch(address.schema):
            raise WrongAddress(
                "“{}” names no schema: use at most 41 small letters, digits and underscores.", address.url
            )
        if split_url.scheme == "postgresql" and address._parameter("vectors", _EXACT) not in (_EXACT, _APPROXIMATE):
            raise WrongAddress("“{}” does not say how vectors are searched: exact or approximate.", address.url)
        unknown = {name for name, _ in parse_qsl(split_url.query)} - _OPTIONS
        if split_url.scheme == "milvus" and unknown:
            raise WrongAddress("“{}” is not a parameter of a Milvus address.", min(unknown))
        if split_url.scheme == "milvus" and not _has_port(split_url):
            raise WrongAddress("The port of “{}” is not a number from 1 to 65535.", address.url)
        return address

    @property
    def scheme(self) -> str:
        """The kind of the database."""
        return urlsplit(self.url).scheme

    @property
    def schema(self) -> str:
        """The schema that holds the tables, or what the names of collections begin with."""
        return self._parameter("schema", _DEFAULT_SCHEMA)

    @property
    def approximates(self) -> bool:
        """Return whether vectors are searched approximately, by an index of the database."""
        return self._parameter("vectors", _EXACT) == _APPROXIMATE

    def _parameter(self, name: str, default: str) -> str:
        return dict(parse_qsl(urlsplit(self.url).query)).get(name, default)

    @property
    def database_url(self) -> str:
        """The address as the client of the database takes it."""
        split_url = urlsplit(self.url)
        parameters = [(name, value) for name, value in parse_qsl(split_url.query) if name not in _OUR_PARAMETERS]
        return _join_url(split_url._replace(query=urlencode(parameters, quote_via=quote)))

    def replica(self) -> Path:
        """Return the folder of this machine for the store; make it if it is not there.

        A password is not written down: RAG_INDEX, PGPASSWORD, ~/.pgpass or MILVUS_TOKEN give it.
        """
        database = Path(urlsplit(self.url).path).name[:_NAME_LENGTH]
        folder = _data() / "stores" / f"{database}-{sha256(self.url.encode()).hexdigest()[:12]}"
        if not (folder / NAME).exists():
            make_private_folder(folder)
            _write_name(folder, self.url)
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


@dataclass(frozen=True, slots=True)
class S3Address:
    """Where documents are: ``s3://bucket/prefix``, which means all objects whose keys begin with ``prefix/``."""

    bucket: str
    prefix: str = ""  # without a slash at its end

    @classmethod
    def parse(cls, text: str) -> "S3Address | None":
        """Return the address that ``text`` is, or None if it is the path of a folder.

        Raises:
            WrongAddress: it names no bucket.
        """
        matched = _URL.fullmatch(text)
        if not matched or matched["scheme"].lower() != S3:
            return None
        bucket, _, prefix = matched["location"].partition("/")
        if not _BUCKET.fullmatch(bucket) or not _is_text(prefix):
            # What stands before an @ may be a secret.
            raise WrongAddress("“{}” names no bucket. Write it as s3://bucket/prefix", f"s3://{bucket.split('@')[-1]}")
        return cls(bucket, prefix.rstrip("/"))

    @property
    def url(self) -> str:
        """The address in its one spelling."""
        return f"{S3}://{self.bucket}/{self.prefix}".rstrip("/")

    @property
    def mirror(self) -> Path:
        """The folder of this machine for the storage: the documents, and what is known of them."""
        return _data() / _MIRRORS / f"{self.bucket}-{sha256(self.url.encode()).hexdigest()[:12]}"

    @property
    def folder(self) -> Path:
        """The folder of the mirror that holds the documents."""
        return self.mirror / _FILES

    def make_mirror(self) -> None:
        """Create the folders, and the file that says what they are of, where they are not there.

        Raises:
            OSError: they cannot be created.
        """
        make_private_folder(self.folder)
        _write_name(self.mirror, self.url)

    @classmethod
    def of_folder(cls, folder: Path) -> "S3Address | None":
        """Return the address whose documents a folder of this machine mirrors, or None if it mirrors none."""
        if folder.name != _FILES:
            return None
        try:
            address = cls.parse((folder.parent / NAME).read_text("utf-8"))
        except (OSError, ValueError, WrongAddress):
            return None
        return address if address and address.folder.resolve() == folder.resolve() else None


def _join_url(split_url: SplitResult) -> str:
    """Return the address; ``geturl`` forgets two slashes where there is no host."""
    query = f"?{split_url.query}" if split_url.query else ""
    return f"{split_url.scheme}://{split_url.netloc}{split_url.path}{query}"


def _without_password(url: str) -> tuple[SplitResult, str | None]:
    """Return an address without the password in it, and the password.

    Raises:
        WrongAddress: a character of the password is not encoded, or there is another secret.
    """
    split_url = urlsplit(url)
    if "@" not in split_url.netloc and "@" in url:
        raise WrongAddress("In the user and password of an address, write / as %2F, ? as %3F, # as %23 and @ as %40.")
    userinfo, _, host = split_url.netloc.rpartition("@")
    user, _, password = userinfo.partition(":")
    parameters = parse_qsl(split_url.query, keep_blank_values=True)
    for name, value in parameters:
        if name in _SECRET_PARAMETERS:
            raise WrongAddress("“{}” is a secret, and addresses are written down. Give it in another way.", name)
        if name == "password" and split_url.scheme == "postgresql":
            password = quote(value)
    if password:
        harmless = [(name, value) for name, value in parameters if name != "password"]
        split_url = split_url._replace(query=urlencode(harmless, quote_via=quote))
    netloc = f"{user}@{host}" if user else host
    return split_url._replace(netloc=netloc), unquote(password) or None


def _has_port(split_url: SplitResult) -> bool:
    """Return whether an address has a port that can be used, or none."""
    try:
        return split_url.port != 0
    except ValueError:
        return False


def is_mirror(folder: Path) -> bool:
    """Return whether a folder has the place of one that mirrors documents, be it there or not."""
    return folder.name == _FILES and folder.parent.parent.absolute() == (_data() / _MIRRORS).absolute()


def _is_text(prefix: str) -> bool:
    return "\0" not in prefix and prefix.encode("utf-8", "replace").decode() == prefix


def _write_name(folder: Path, url: str) -> None:
    """Write into a folder which address it is of; others may be reading, or writing the same."""
    if not (folder / NAME).exists():
        temporary = folder / f"{NAME}.{os.getpid()}-{get_ident()}"
        write_private_text(temporary, url)
        temporary.replace(folder / NAME)


def _data() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "sourcier"
