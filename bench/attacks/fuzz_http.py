"""Send malformed requests to a server: JSON, forms, events of the page, headers and methods.

python -m bench.attacks.fuzz_http [COUNT] [--seed N] [--only NUMBER]

The server is a process of its own over the example documents and a PDF. Each request must be answered, without a status
of 500 or above (but 503 with Retry-After) and without a traceback or a control character on the server's standard
error. No reply may hold a file from outside of the corpus, and the server may neither open that file nor connect to or
look up any address, nor write outside of its folders. In the end it must answer as it did at first. The first requests
that fail are made smaller and printed; ``--only`` sends one of a seed again, and prints what comes back.
"""

import argparse
import json
import re
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import index
from bench import server as web
from bench.attacks.http_cases import QUESTION, ClientKnowledge, case
from bench.attacks.malformed import Traps, encoded, smaller
from bench.attacks.raw_http import LIMIT, Reply, Request, exchange
from bench.durability.survival import broken_conversations, tracebacks
from bench.outcomes import Outcome, parser, run

COMMAND = "fuzz_http"
_SHRUNK = 12  # kinds of failure that are made smaller
_TRIES = 60  # requests that this may take
_SHOWN = 600  # characters of a body
_SETTLING = 0.03  # seconds in which the server may log what it does after its reply
_REQUESTED_FILES = 4  # files of a reply that are asked for
_REFERRED = re.compile(rb'"(?:path|url)":\s*"([^"\\]{1,300})"')


def reply_faults(request: Request, reply: Reply, canary: bytes) -> list[str]:
    """Return what is wrong with a reply, whatever the request."""
    faults = []
    if reply.timed_out:
        faults.append(f"no end of the reply within {LIMIT:.0f} s")
    elif reply.status is None and not (request.may_be_ignored or reply.was_reset):
        faults.append("no reply")
    if reply.status is not None and reply.status >= 500 and not _is_busy(reply):
        faults.append(f"status {reply.status}")
    if canary in reply.data:
        faults.append("the reply holds a file from outside of the corpus")
    return faults


def _is_busy(reply: Reply) -> bool:
    return reply.status == 503 and "retry-after" in reply.headers


def log_faults(log: str) -> list[str]:
    """Return what is wrong with what the server wrote to its standard error."""
    unprintable = sorted({char for char in log if not char.isprintable() and char not in "\n\t"})
    return tracebacks(log) + ([f"control characters in the log: {unprintable!r}"] if unprintable else [])


@dataclass(slots=True)
class Server:
    """A server under attack, and the traps that notice what it does."""

    folder: Path
    served: web.Served
    canary: bytes
    listener: socket.socket
    client: ClientKnowledge
    log_position: int = 0  # characters of its log
    before: set[Path] = field(default_factory=set)  # what was there from the start
    audited: int = 0

    @property
    def log(self) -> str:
        return self.served.log.read_text("utf-8", "replace")

    def send(self, request: Request) -> tuple[Reply, list[str]]:
        """Send a request and its follow-ups; return the reply, and all faults since the last one."""
        reply = exchange(self.served.port, request)
        faults = reply_faults(request, reply, self.canary)
        waiting = self.follow_ups(request, reply)
        while waiting:
            follow_up = waiting.pop()
            answer = exchange(self.served.port, follow_up)
            faults += reply_faults(follow_up, answer, self.canary)
            waiting += self.follow_ups(follow_up, answer)
        if request.session or request.cut is not None or reply.status is None:
            time.sleep(_SETTLING)
        return reply, faults + self.new_log() + self.new_actions()

    def follow_ups(self, request: Request, reply: Reply) -> list[Request]:
        """Return the requests for the event stream of an event, and for the files that a reply names."""
        requests = []
        if request.session and reply.status == 200:
            requests.append(Request("stream", "GET", f"/gradio_api/queue/data?session_hash={request.session}"))
        if request.kind != "named file":
            names = sorted(set(_REFERRED.findall(reply.data)))[:_REQUESTED_FILES]
            requests += [
                Request("named file", "GET", f"/gradio_api/file={name.decode('utf-8', 'replace')}") for name in names
            ]
        return requests

    def new_log(self) -> list[str]:
        """Return the faults in what was logged since the last call."""
        if len(self.log) == self.log_position:
            return []
        time.sleep(0.1)  # a traceback is several writes
        log = self.log
        new, self.log_position = log[self.log_position :], len(log)
        return log_faults(new)

    def new_actions(self) -> list[str]:
        """Return what the server opened, connected to or looked up since the last call."""
        actions = (self.folder / "audit").read_bytes()
        new, self.audited = actions[self.audited :], len(actions)
        return [f"the server did: {line}" for line in sorted(set(new.decode("utf-8", "replace").splitlines()))]

    def final_faults(self) -> list[str]:
        """Return what is wrong in the end, with the server or with the files that it left."""
        faults = self.new_log()
        if self.served.process.poll() is not None:
            return [*faults, f"the server ended with {self.served.process.returncode}"]
        faults += answer_faults(self.client.answer, self.ask(), self.folder / "corpus")
        faults += [f"{count} connections to the listener" for count in [connections(self.listener)] if count]
        faults += self.new_actions()
        faults += broken_conversations(self.folder / "index" / "conversations", {self.client.conversation: [QUESTION]})
        outside_paths = [path for path in tree(self.folder) - self.before if not self.is_its_own(path)]
        return faults + [f"written outside: {path.relative_to(self.folder)}" for path in outside_paths]

    def is_its_own(self, path: Path) -> bool:
        """Return whether the server may have written there: in its folders, or a temporary file without the canary."""
        top = path.relative_to(self.folder).parts[0]
        if top in ("corpus", "index"):
            return True
        return path.is_dir() or (path != self.served.log and self.canary not in path.read_bytes())

    def ask(self) -> dict[str, Any]:
        """Return the answer of ``/api/ask`` to a valid question."""
        status, body = web.post(self.served.port, "/api/ask", {"question": QUESTION})
        return json.loads(body) if status == 200 else {"text": f"status {status}", "citations": []}


def connections(listener: socket.socket) -> int:
    """Return how many connections have reached a non-blocking listener."""
    count = 0
    try:
        while True:
            listener.accept()[0].close()
            count += 1
    except BlockingIOError:
        return count


def answer_faults(first: "Any", last: "Any", corpus: Path) -> list[str]:
    """Return what is wrong with the last answer: it must equal the first, and quote the files verbatim."""
    faults = [] if last["text"] == first["text"] else [f"another answer in the end: {last['text'][:200]!r}"]
    for citation in last["citations"]:
        path = corpus / citation["source"]
        data = path.read_bytes() if path.is_file() else b""
        text = data.decode("utf-8", "replace")
        if (
            sha256(data).hexdigest() != citation["sha256"]
            or text[citation["start"] : citation["end"]] != citation["quote"]
        ):
            faults.append(f"a wrong citation in the end: {citation['quote'][:100]!r}")
    return faults + ([] if last["citations"] else ["no citation in the end"])


def tree(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


@contextmanager
def attacked() -> Iterator[Server]:
    """Run a server with a canary file beside its folders, and a listener that nobody may call."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-http-"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        shutil.copytree(web.ROOT / "seeds", folder / "corpus")
        shutil.copy(web.ROOT / "tests" / "support" / "pdfs" / "office.pdf", folder / "corpus")
        index.rebuild(folder / "corpus", folder / "index")
        canary = secrets.token_hex(24).encode()
        file = folder / "canary.txt"
        file.write_bytes(canary)
        (folder / "audit").touch()
        with web.served(folder / "index", folder / "log", audit=folder / "audit", canary=file) as served:
            traps = Traps(str(file), f"http://127.0.0.1:{listener.getsockname()[1]}/canary.txt")
            server = Server(folder, served, canary, listener, learn_client(served.port, folder, traps))
            server.before, server.audited = tree(folder), (folder / "audit").stat().st_size
            yield server
    shutil.rmtree(folder)


def learn_client(port: int, folder: Path, traps: Traps) -> ClientKnowledge:
    """Return what a client learns from the page by asking a question."""
    page = web.Page.open(port)
    page.ask(QUESTION)
    status, body = web.post(port, "/api/ask", {"question": QUESTION})
    if status != 200:
        raise web.ServerFailed(f"/api/ask: {status}")
    files = sorted((folder / "corpus").iterdir(), reverse=True)  # the PDF first
    documents = [(path.name, sha256(path.read_bytes()).hexdigest()) for path in files]
    return ClientKnowledge(page.declared, json.loads(body), documents, page.conversation, traps)


@dataclass(slots=True)
class Tally:
    """The outcomes of the requests."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)  # one example of each kind

    def add(self, request: Request, reply: Reply) -> None:
        self.counts["requests"] += 1
        self.counts[f"to {request.kind.split()[0]}"] += 1
        came = "connection reset" if reply.was_reset else "none, as it may be"
        self.counts[f"status {reply.status // 100}xx" if reply.status else f"reply {came}"] += 1


def measure(seed: int, count: int) -> Outcome:
    tally = Tally()
    with attacked() as server:
        slowest = 0.0
        for number in range(count):
            request = case(seed, number, server.client)
            reply, faults = server.send(request)
            tally.add(request, reply)
            slowest = max(slowest, reply.seconds)
            tally.counts["failed"] += bool(faults)
            for fault in faults:
                key = f"{request.kind.split()[0]}: {kind_of(fault)}"
                if key not in tally.failures:
                    tally.failures[key] = describe(seed, number, request, fault, server, len(tally.failures) < _SHRUNK)
                    print(tally.failures[key], file=sys.stderr, flush=True)
            if server.served.process.poll() is not None:
                break
        failures = sorted([*server.final_faults(), *tally.failures.values()], key=lambda fault: "traceback" in fault)
    return Outcome(tally.counts, tuple(failures), {"slowest reply, seconds": round(slowest, 2)})


def kind_of(fault: str) -> str:
    """Return a fault without what differs between requests: of a traceback, the type of the exception."""
    return ":".join(fault.split(":")[:2]) if fault.startswith("traceback") else re.sub(r"\d{4,}", "N", fault)


def describe(seed: int, number: int, request: Request, fault: str, server: Server, shrink: bool) -> str:
    """Describe a fault, and the smallest request found that shows it."""
    kind = kind_of(fault)
    small = shrunk(request, lambda tried: kind in map(kind_of, server.send(tried)[1])) if shrink else request
    return f"{fault} <- seed {seed}, number {number}: {describe_request(small)}"


def shrunk(request: Request, fails: Callable[[Request], bool], tries: int = _TRIES) -> Request:
    """Return the request with as few headers and as small a body as still fails."""
    if not fails(request):  # it does not fail alone, or not again
        return request
    while tries > 0:
        for smaller_one in candidates(request):
            tries -= 1
            if tries < 0 or fails(smaller_one):
                break
        else:
            return request
        if tries >= 0:
            request = smaller_one
    return request


def candidates(request: Request) -> Iterator[Request]:
    """Yield smaller requests."""
    for number in range(len(request.headers)):
        yield replace(request, headers=request.headers[:number] + request.headers[number + 1 :])
    if request.tree is not None:
        for tree in smaller(request.tree):
            yield replace(request, tree=tree, body=encoded(tree).encode("utf-8", "surrogatepass"))
    elif request.body:
        half = len(request.body) // 2
        yield replace(request, body=request.body[:half])
        yield replace(request, body=request.body[half:])


def describe_request(request: Request) -> str:
    """Return the readable part of a request."""
    body = ascii(request.body)[2:-1]
    headers = [f"{name}: {value}" for name, value in request.headers if value != "application/json"]
    ending = f"… ({len(request.body):,} bytes)" if len(body) > _SHOWN else ""
    return f"{request.method[:40]} {request.target[:200]!a} {ascii(headers)[:300]} {body[:_SHOWN]}{ending}"


def replay(seed: int, number: int) -> None:
    """Send one request of a seed, and print it and the reply."""
    with attacked() as server:
        request = case(seed, number, server.client)
        print(request.data[:4_000])
        reply, faults = server.send(request)
        print(reply.data[:4_000], *faults, server.log, sep="\n")


def main(arguments: "Sequence[str] | None" = None) -> None:
    options: argparse.ArgumentParser = parser(__doc__)
    options.add_argument("count", nargs="?", type=int, default=5_000)
    options.add_argument("--only", type=int, help="the number of one request of the seed, to send again")
    chosen = options.parse_args(arguments)
    if chosen.only is not None:
        replay(chosen.seed or 1, chosen.only)
    else:
        sys.exit(run(COMMAND, 1, chosen, lambda seed: measure(seed, chosen.count)))


if __name__ == "__main__":
    main()
