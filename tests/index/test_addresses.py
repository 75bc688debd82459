"""Addresses of stores: how they are told from folders, and that no password is written down."""

from pathlib import Path

import pytest

from index import Settings
from index.addresses import NAME, S3Address, StoreAddress, WrongAddress
from index.mirror.corpus import Corpus


def test_paths_are_no_addresses() -> None:
    for path in (".index", "/srv/index", "C:\\index", "c:/index", "c:/", "a:b", "https:", "notes/postgresql", ""):
        assert StoreAddress.parse(path) is None


@pytest.mark.parametrize(
    "text",
    [
        "mysql://host/base",
        "https://example.org/x",
        "postgresql://host",
        "postgresql://",
        "postgresql://h/b?schema=A-b",
        "postgresql://h/b?vectors=near",
        "milvus://host",
        "milvus://host/base?token=s3cret",
        "milvus://host:port/base",
        "milvus://host:99999/base",
        "milvus:///base",
        "mysql://ann:s3cret@host/base",
        "mysql://host/base?password=s3cret",
        "postgresql://ann:s3cret/x@host/base",
        "postgresql://ann:s3cret?x@host/base",
        "postgresql://ann:s3cret#x@host/base",
        "postgresql://ann@host/base?sslpassword=s3cret",
    ],
)
def test_other_addresses_are_refused_and_secrets_not_repeated(text: str) -> None:
    with pytest.raises(WrongAddress) as refused:
        StoreAddress.parse(text)
    assert "s3cret" not in str(refused.value)


def test_the_parts_of_an_address() -> None:
    address = StoreAddress.parse("postgresql://ann:s3cret@db.example:5433/archive?sslmode=require&schema=law")
    assert address
    assert address.url == "postgresql://ann@db.example:5433/archive?sslmode=require&schema=law"
    assert (address.password, address.schema) == ("s3cret", "law")
    assert address.database_url == "postgresql://ann@db.example:5433/archive?sslmode=require"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ann:p%40ss%20w%2Frd@h/archive",
        "postgresql://ann@h/archive?password=p%40ss%20w%2Frd",
        "postgres://ann:p%40ss%20w%2Frd@h/archive",
        "PostgreSQL:/ann:p%40ss%20w%2Frd@h/archive",
    ],
)
def test_a_password_is_decoded_and_leaves_the_address(text: str) -> None:
    assert StoreAddress.parse(text) == StoreAddress("postgresql://ann@h/archive", "p@ss w/rd")


def test_a_socket_or_a_host_among_the_parameters_is_an_address() -> None:
    address = StoreAddress.parse("postgresql:///archive?host=/run/postgresql")
    assert address
    assert address.database_url == "postgresql:///archive?host=%2Frun%2Fpostgresql"


@pytest.mark.parametrize(
    ("parameter", "approximates"), [("", False), ("vectors=exact", False), ("vectors=approximate", True)]
)
def test_an_address_says_how_vectors_are_searched(parameter: str, approximates: bool) -> None:
    address = StoreAddress.parse(f"postgresql://h/b?{parameter}")
    assert address
    assert address.approximates is approximates
    assert address.database_url == "postgresql://h/b"


def test_a_path_that_lost_a_slash_is_still_an_address() -> None:
    whole, path = (StoreAddress.parse(str(text)) for text in ("postgresql://h/b", Path("postgresql://h/b")))
    assert whole == path


def test_settings_name_the_replica_and_keep_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("RAG_INDEX", "postgresql://ann:s3cret@h/archive")
    folder = Settings.from_env().index
    assert folder.parent == tmp_path / "sourcier" / "stores"
    assert (folder / NAME).read_text("utf-8") == "postgresql://ann@h/archive"
    assert StoreAddress.of_replica(folder) == StoreAddress("postgresql://ann@h/archive", "s3cret")
    monkeypatch.setenv("RAG_INDEX", "postgresql://h/other")
    assert StoreAddress.of_replica(folder) == StoreAddress("postgresql://ann@h/archive")
    assert StoreAddress.of_replica(tmp_path) is None


def test_a_password_that_would_be_lost_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("RAG_INDEX", "postgresql://ann:s3cret@h/archive")
    with pytest.raises(WrongAddress, match="PGPASSWORD") as refused:
        Settings.from_env(index="postgresql://ann:other@h/archive")
    assert "other" not in str(refused.value)


def test_a_long_name_of_a_database_has_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert StoreAddress(f"postgresql://h/{'a' * 300}").replica().is_dir()


def test_a_replica_is_never_seen_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    address = StoreAddress("postgresql://clerk@127.0.0.1/archive")
    seen = []

    def write(path: Path, text: str) -> None:
        path.write_text("", encoding="utf-8")
        seen.append(StoreAddress.of_replica(path.parent))
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr("index.addresses.write_private_text", write)
    assert StoreAddress.of_replica(address.replica()) == address
    assert seen == [None]


# ---- documents elsewhere


def test_the_parts_of_an_address_of_documents() -> None:
    for text in (
        "s3://archive/law/2021",
        "s3://archive/law/2021/",
        "s3:/archive/law/2021",
        str(Path("s3://archive/law/2021")),
    ):
        assert S3Address.parse(text) == S3Address("archive", "law/2021")
    assert S3Address("archive", "law").url == "s3://archive/law"
    assert S3Address.parse("s3://archive") == S3Address("archive") == S3Address.parse("s3://archive/")
    assert S3Address("archive").url == "s3://archive"
    for path in ("archive/law", "c:/s3", "https://archive/law", "postgresql://archive/law", "s3"):
        assert S3Address.parse(path) is None


@pytest.mark.parametrize(
    "text", ["s3://", "s3://a", "s3://key:s3cret@archive/x", "s3://../x", "s3://abc/\0", "s3://abc/\ud800"]
)
def test_an_address_of_documents_needs_a_bucket(text: str) -> None:
    with pytest.raises(WrongAddress) as refused:
        S3Address.parse(text)
    assert "s3cret" not in str(refused.value)


def test_a_mirror_knows_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    address = S3Address("archive", "law")
    assert S3Address.of_folder(address.folder) is None
    address.make_mirror()
    assert S3Address.of_folder(address.folder) == address
    assert address.folder != S3Address("archive", "law2").folder != S3Address("archive").folder
    # A folder that says so itself is none: it may come from somebody else.
    (tmp_path / "files").mkdir()
    (tmp_path / NAME).write_text("s3://archive/law", "utf-8")
    assert S3Address.of_folder(tmp_path / "files") is None


def test_other_addresses_of_documents_are_refused(tmp_path: Path) -> None:
    for text in ("gs://bucket/law", "https://example.org/law", "postgresql://host/base"):
        with pytest.raises(WrongAddress, match=f"“{text}” is not an address of documents"):
            Corpus.of(text)
    assert Corpus.of(tmp_path / "a:b").folder == tmp_path / "a:b"
