"""Malformed requests come again with their seed, and whatever a server does wrong is seen."""

import json
import random
import socket
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager
from hashlib import sha256

import pytest

from bench.attacks.fuzz_http import (
    answer_faults,
    candidates,
    connections,
    kind_of,
    log_faults,
    reply_faults,
    shrunk,
)  # fmt: skip
from bench.attacks.http_cases import ClientKnowledge, case
from bench.attacks.malformed import Raw, Traps, at, encoded, mutated, paths, put, smaller, without
from bench.attacks.raw_http import Reply, Request, exchange
from bench.server import Event, environment, events_in, port_in

CANARY = b"0123456789abcdef"
GET = Request("other", "GET", "/")
TREE = {"a": [1, {"b": None}], "c": "é"}
CLIENT = ClientKnowledge(
    [Event("ask", 2, 13, True, ("browserstate",), ()), Event("submit", 1, 7, True, ("textbox", "browserstate"), ())],
    {"question": "Qui ?", "text": "Lui.", "citations": [{"source": "a.txt", "start": 0}]},
    [("a.pdf", "0" * 64), ("b.txt", "1" * 64)],
    "0123456789abcdef",
    Traps("/tmp/x/canary.txt", "http://127.0.0.1:9/canary.txt"),
)


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(500, {}, b"", b""), "status 500"),
        (Reply(502, {"retry-after": "1"}, b"", b""), "status 502"),
        (Reply(503, {}, b"", b""), "status 503"),
        (Reply(200, {}, b"", b"data: " + CANARY), "the reply holds a file from outside of the corpus"),
        (Reply(None, {}, b"", b""), "no reply"),
        (Reply(None, {}, b"", b"", timed_out=True), "no end of the reply within 30 s"),
    ],
)
def test_each_wrong_reply_is_seen(reply, fault):
    assert reply_faults(GET, reply, CANARY) == [fault]


def test_right_replies_are_not_called_wrong():
    for status in (200, 304, 400, 404, 422):
        assert reply_faults(GET, Reply(status, {}, b"", b"x"), CANARY) == []
    assert reply_faults(GET, Reply(503, {"retry-after": "1"}, b"", b""), CANARY) == []
    assert reply_faults(GET, Reply(None, {}, b"", b"", was_reset=True), CANARY) == []
    assert reply_faults(Request("other", "POST", "/", cut=5), Reply(None, {}, b"", b""), CANARY) == []


def test_a_traceback_and_a_control_character_in_the_log_are_seen():
    assert log_faults("INFO\n\tall is well: é «ok»\n") == []
    assert log_faults("Traceback (most recent call last):\n  File\nKeyError: 1\n") == ["traceback: KeyError: 1"]
    assert log_faults("no \x1b[31mred") == ["control characters in the log: ['\\x1b']"]


def test_another_answer_or_a_wrong_citation_in_the_end_is_seen(tmp_path):
    (tmp_path / "a.txt").write_text("Le porte-parole est Peskov.", "utf-8")
    hash = sha256(b"Le porte-parole est Peskov.").hexdigest()
    cited = {"source": "a.txt", "start": 0, "end": 15, "quote": "Le porte-parole", "sha256": hash}
    first = {"text": "Peskov [1]", "citations": [cited]}
    assert answer_faults(first, first, tmp_path) == []
    assert answer_faults(first, {**first, "text": "status 500"}, tmp_path) == [
        "another answer in the end: 'status 500'"
    ]
    assert answer_faults(first, {**first, "citations": []}, tmp_path) == ["no citation in the end"]
    for change in ({"start": 1, "end": 16}, {"sha256": "0" * 64}, {"source": "none.txt"}, {"quote": "La porte-parole"}):
        wrong = answer_faults(first, {**first, "citations": [{**cited, **change}]}, tmp_path)
        assert wrong[0].startswith("a wrong citation in the end")


def test_a_connection_to_the_listener_is_seen():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        assert connections(listener) == 0
        for _ in range(2):
            socket.create_connection(listener.getsockname()).close()
        assert connections(listener) == 2


def test_what_a_process_opens_connects_to_and_looks_up_is_written_down(tmp_path):
    canary, audit = tmp_path / "canary.txt", tmp_path / "audit"
    canary.write_text("x", "utf-8")
    audit.touch()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        code = f"""
import socket, subprocess, sys
open({str(tmp_path / "other.txt")!r}, "w").close()
open({str(canary)!r}).close()
socket.create_connection(("127.0.0.1", {port}))
subprocess.run([sys.executable, "-c", "import socket\\ntry: socket.getaddrinfo('a.invalid', 80)\\nexcept OSError: 0"])
"""
        subprocess.run([sys.executable, "-c", code], env=environment(audit, canary), check=True)
    assert audit.read_text("utf-8").splitlines() == [
        f"open '{canary}'", "look up '127.0.0.1'", f"connect ('127.0.0.1', {port})", "look up 'a.invalid'"
    ]  # fmt: skip


def test_cases_come_again_with_their_seed_and_reach_every_route():
    cases = [case(1, number, CLIENT) for number in range(600)]
    assert cases == [case(1, number, CLIENT) for number in range(600)]
    assert cases != [case(2, number, CLIENT) for number in range(600)]
    kinds = Counter(request.kind.split()[0] for request in cases)
    reached = {"/api/ask", "/api/stream", "/api/search", "predict", "join", "/documents", "page", "export", "outside"}
    assert kinds.keys() >= reached
    everything = b"".join(request.data for request in cases)
    for sign in (
        b"/tmp/x/canary.txt",
        b"gradio.FileData",
        b"http://127.0.0.1:9/",
        b"NaN",
        b"[" * 9_999,
        b"\\ud800",
        b"9" * 99,
    ):
        assert sign in everything
    assert {request.method for request in cases} > {"GET", "POST", "PUT", "DELETE"}
    assert any(request.cut for request in cases)


def test_malformed_json_is_as_it_was_made():
    assert json.loads(encoded(TREE)) == TREE
    assert encoded({"a": Raw("NaN"), "b": [Raw("{")]}) == '{"a": NaN, "b": [{]}'
    noise = random.Random(1)
    changed = [mutated(TREE, noise, CLIENT.traps) for _ in range(50)]
    assert TREE == {"a": [1, {"b": None}], "c": "é"}
    assert sum(tree != TREE for tree in changed) > 40


def test_places_in_a_tree():
    assert list(paths(TREE)) == [(), ("a",), ("a", 0), ("a", 1), ("a", 1, "b"), ("c",)]
    assert at(TREE, ("a", 1, "b")) is None
    assert put(TREE, ("a", 0), 2) == {"a": [2, {"b": None}], "c": "é"}
    assert without(TREE, ("a", 1, "b")) == {"a": [1, {}], "c": "é"}
    assert {"a": [1, {"b": None}]} in list(smaller(TREE))


def test_a_request_is_made_smaller_while_it_fails():
    tree = {"data": ["x" * 40, {"path": "/x"}], "fn_index": 3, "session": "abc"}
    request = Request("predict", "POST", "/", (("A", "1"), ("B", "2")), encoded(tree).encode(), tree)

    def fails(request: Request) -> bool:
        return b'"path"' in request.body and ("B", "2") in request.headers

    small = shrunk(request, fails)
    assert fails(small)
    assert small.headers == (("B", "2"),)
    assert len(small.body) < 30
    assert json.loads(small.body) == small.tree
    assert shrunk(request, lambda _: False) == request
    assert len(list(candidates(Request("form", "POST", "/", body=b"abcd")))) == 2


def test_faults_of_one_kind_have_one_name():
    assert kind_of("traceback: KeyError: 1") == kind_of("traceback: KeyError: 2") == "traceback: KeyError"
    assert kind_of("status 500") != kind_of("status 502")


@contextmanager
def serve_reply(reply: bytes):
    """A server that sends these bytes to whoever connects, once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        received = []

        def act() -> None:
            connection = listener.accept()[0]
            received.append(connection.recv(1 << 16))
            connection.sendall(reply)
            connection.close()

        thread = threading.Thread(target=act)
        thread.start()
        yield listener.getsockname()[1], received
        thread.join()


def test_a_request_is_sent_as_it_is_and_a_reply_is_read_whole():
    request = Request("other", "é", "/a b", (("X", "1"), ("Content-Length", "-1")), b"{")
    chunked = b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    with serve_reply(chunked) as (port, received):
        reply = exchange(port, request)
    assert received == [
        "é /a b HTTP/1.1\r\nHost: 127.0.0.1\r\nX: 1\r\nContent-Length: -1\r\nConnection: close\r\n\r\n{".encode()
    ]
    assert (reply.status, reply.body, reply.headers["retry-after"], reply.data) == (503, b"abc", "1", chunked)


def test_a_server_that_says_nothing_or_too_long_is_noticed():
    with serve_reply(b"") as (port, _):
        assert exchange(port, GET).status is None
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert exchange(port, GET, limit=0.1).timed_out
    assert reply_faults(GET, exchange(port, GET), CANARY) == ["no reply"]


def test_a_stream_of_events_is_read_to_its_last():
    stream = b'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {"msg": "process_completed"}\n\n'
    with serve_reply(stream) as (port, _):
        assert exchange(port, GET).data == stream


def test_the_events_of_a_page_are_read_from_its_configuration():
    config = {
        "components": [{"id": 1, "type": "browserstate"}, {"id": 7, "type": "textbox"}, {"id": 5, "type": "html"}],
        "dependencies": [{"id": 3, "targets": [[7, "submit"]], "inputs": [7, 1], "outputs": [5], "queue": True}],
    }
    assert events_in(f"<script>window.gradio_config = {json.dumps(config)};</script>") == [
        Event("submit", 3, 7, True, ("textbox", "browserstate"), ("html",))
    ]


def test_the_port_is_read_from_what_the_command_prints():
    assert port_in("Sourcier is at http://127.0.0.1:7999  (Ctrl+C stops it)") == 7999
