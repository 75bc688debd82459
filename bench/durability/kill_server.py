"""Kills of ``rag serve --watch`` while files are sent, questions are asked and files are removed over HTTP."""

import json
import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import Callable
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path

import index
from bench import server as web
from bench.durability.forked import Fork, Moment, call, gather, until
from bench.durability.kill_site import Site, opened, sentences, write
from bench.durability.kill_writers import removed_folders
from bench.durability.survival import (
    broken_conversations,
    digest,
    half_files,
    index_faults,
    lost_uploads,
    vanished,
    visible,
)
from ui.cli import main

_LONGEST = 2.0  # seconds from the start of the work to the kill
_CHANGES = 200  # of the disk, within which most kills come
_STARTING = 60.0  # seconds for a server to start
_ORPHANS = 10.0  # seconds for the processes of a server to end after it
_SERVERS = 20  # kills before the folder is emptied: it must not grow
_STOPPED = (OSError, HTTPException, web.ServerFailed, ValueError)  # what a client meets when the server is killed


class Uploads:
    """Kills during uploads and the rebuilds that follow: names in use, large files, files without text."""

    name = "upload"

    def __init__(self, site: Site) -> None:
        self.site, self.number = site, 0
        self.page: web.Page | None = None
        self.hashes: set[str] = set()  # the hashes of all that was ever written or sent
        self.uploads: dict[str, str] = {}  # acknowledged, by id
        self.removals: dict[str, str] = {}  # asked for, by id
        self.turns: dict[str, list[str]] = defaultdict(list)  # answered, by conversation
        site.corpus.mkdir()
        self.base = {f"{n}.txt": write(site.corpus / f"{n}.txt", sentences(site.noise, 30)) for n in range(8)}
        self.hashes |= set(self.base.values())

    def clients(self, port: int) -> list[Callable[[], None]]:
        """Return the clients to run in parallel; each prints what was acknowledged."""
        return [self.uploader(port, 1), self.uploader(port, 2)]

    def kill(self) -> None:
        self.number += 1
        if self.number % _SERVERS == 1:
            self.start_again()
        moment = Moment.draw(self.site.noise, _LONGEST, _CHANGES)
        server = Fork(lambda: until(moment, self.serve, armed=False), self.site.log)
        server.read(time.monotonic() + _STARTING, lines=1)
        if not server.lines:
            return self.site.report(self.name, server.kill(), ["the server did NOT START"])
        port = web.port_in(server.lines[0])
        clients = [Fork(client, self.site.folder / "clients.log") for client in self.clients(port)]
        os.kill(server.pid, signal.SIGUSR1)  # it counts its changes from here
        gather(clients, time.monotonic() + (moment.seconds or 2 * _LONGEST))
        killed = server.kill()
        for client in clients:
            client.read(time.monotonic() + web.PATIENCE)
            client.kill()
        replies = [json.loads(line) for client in clients for line in client.lines]
        states = [*(self.note(*reply) for reply in replies), *self.underway()]
        faults = self.faults(server.pid) + (self.final_faults() if self.number % _SERVERS == 0 else [])
        return self.site.report(self.name, killed, faults, states)

    def serve(self) -> None:
        main.app(["serve", "--index", str(self.site.target), "--port", "0", "--watch"], standalone_mode=False)

    def start_again(self) -> None:
        """Keep only the documents that are always there."""
        for path in visible(self.site.corpus):
            if path.name not in self.base:
                path.unlink()
        self.uploads.clear()
        self.removals.clear()
        call(self.rebuild, self.site.log)

    def rebuild(self) -> int:
        return index.rebuild(self.site.corpus, self.site.target).documents

    def final_faults(self) -> list[str]:
        """Return what is wrong after an uninterrupted rebuild: the index must hold just the texts of the folder."""
        call(self.rebuild, self.site.log)
        content = opened(self.site.target, self.site.log)
        texts = {path.relative_to(self.site.corpus).as_posix() for path in visible(self.site.corpus)}
        differing = texts.symmetric_difference(content["documents"] if content else ())
        return [f"index STALE: {id}" for id in sorted(differing) if id.endswith(".txt")]

    def note(self, event: str, id: str, value: str) -> str:
        """Record a line that a client printed, and return the name it is counted under."""
        if event == "sending":
            self.hashes.add(value)
            return "upload begun"
        if event == "uploaded":
            self.uploads[id] = value
            return "upload acknowledged"
        if event == "removing":
            self.removals[id] = value
            return "removal asked for"
        if event == "answered":
            self.turns[id].append(value)
            return "turn acknowledged"
        return f"{event} refused"

    def underway(self) -> list[str]:
        """Return what the kill interrupted, to know that it hits what it should; remove these traces."""
        owner = self.site.target / "lock.owner"  # of a rebuild
        partial_files = list(self.site.corpus.rglob(".*.part"))  # of uploads
        states = ["killed during a rebuild"] * owner.exists() + ["upload interrupted"] * len(partial_files)
        for path in (owner, *partial_files):
            path.unlink(missing_ok=True)
        return states

    def faults(self, server: int) -> list[str]:
        corpus, removed = self.site.corpus, removed_folders(self.site)
        return [
            *lost_uploads(self.uploads, corpus, self.removals, removed),
            *half_files(corpus, self.hashes),
            *vanished(self.removals, corpus, removed),
            *broken_conversations(self.site.target / "conversations", self.turns),
            *index_faults(opened(self.site.target, self.site.log), self.base, self.hashes),
            *orphans(server, _ORPHANS),
        ]

    def uploader(self, port: int, seed: int) -> Callable[[], None]:
        """Return a client that sends files in bursts, as the watcher waits for half a second of quiet."""
        noise = random.Random(f"{self.site.noise.random()} {seed}")

        def act() -> None:
            while True:
                for _ in range(noise.randrange(1, 6)):
                    name, content = _file(noise)
                    if not _sent(port, name, content):
                        return
                time.sleep(noise.choice([0.05, 0.7]))

        return act


class Events(Uploads):
    """Kills while the page asks questions, and removes and sends files, so that rebuilds run most of the time."""

    name = "page"

    def clients(self, port: int) -> list[Callable[[], None]]:
        if self.page is None:
            self.page = web.Page.open(port)
        page = web.Page(port, self.page.events, self.page.declared)
        return [self.uploader(port, 1), self.asker(page.reload()), self.asker(page.reload()), self.remover(page)]

    def asker(self, page: web.Page) -> Callable[[], None]:
        """Return a tab that asks questions in one conversation."""

        def act() -> None:
            for number in range(1000):
                question = f"Que dit l'accord {self.number}.{number} du ministre ?"
                try:
                    page.ask(question)
                except _STOPPED:
                    return
                print(json.dumps(["answered", page.conversation, question]))

        return act

    def remover(self, page: web.Page) -> Callable[[], None]:
        """Return a tab that removes uploaded files."""
        files = {path.relative_to(self.site.corpus).as_posix(): digest(path) for path in visible(self.site.corpus)}
        ids = [id for id in files if id not in self.base]

        def act() -> None:
            for id in ids:
                print(json.dumps(["removing", id, files[id]]))
                try:
                    page.call("remove", {"id": id})
                except _STOPPED:
                    return
                time.sleep(0.1)

        return act


def _file(noise: random.Random) -> tuple[str, bytes]:
    """Return a name, often one in use, and new content."""
    mark = f"{noise.getrandbits(64):x}"
    if noise.random() < 0.2:
        return f"{mark}.pdf", mark.encode() + noise.randbytes(noise.choice([1_000, 300_000, 3_000_000]))
    name = noise.choice(["note.txt", "dossier/note.txt", f"{mark}.txt", f"dossier/{mark}.txt"])
    return name, f"{mark} {sentences(noise, noise.choice([1, 30, 300]))}".encode()


def _sent(port: int, name: str, content: bytes) -> bool:
    """Send a file and print the outcome; return False once the server is gone."""
    hash = sha256(content).hexdigest()
    print(json.dumps(["sending", name, hash]))
    try:
        status, body = web.upload(port, name, content)
        print(
            json.dumps(["uploaded", json.loads(body)["id"], hash] if status == 200 else ["upload", name, body.decode()])
        )
    except _STOPPED:
        return False
    return True


def orphans(session: int, patience: float) -> list[str]:
    """Return the processes of a session that outlive its leader, if there is a /proc."""
    end = time.monotonic() + patience
    while (survivors := _members(session)) and time.monotonic() < end:
        time.sleep(0.05)
    return [f"process ORPHANED: {command}" for command in survivors]


def _members(session: int) -> list[str]:
    commands = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            facts = (process / "stat").read_text().rpartition(")")[2].split()
            if int(facts[3]) == session and facts[0] != "Z":
                commands.append((process / "cmdline").read_text().replace("\0", " ")[:100])
        except (OSError, IndexError, ValueError):  # it has ended meanwhile
            continue
    return commands
