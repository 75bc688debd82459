"""What the page may send to Gradio: no file leaves the machine, and no malformed event reaches a function."""

import itertools
import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_controller import plain_controller
from starlette.testclient import TestClient

from ui.security.events import Call
from ui.web.actions import EVENTS
from ui.web.gradio_import import gr
from ui.web.page import build_page, list_endpoints
from ui.web.server import build_application

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parents[3] / "seeds"
LOCAL = "http://127.0.0.1:7860"
CANARY = "the words of a file that nobody may read"
CALLS = {"queued": "/gradio_api/queue/join", "direct": "/gradio_api/run/predict"}


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    path = tmp_path_factory.mktemp("elsewhere") / "private.txt"
    path.write_text(CANARY, encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(build_application(plain_controller(SEEDS, tmp_path_factory.mktemp("kept"))), base_url=LOCAL)


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """The index of each function of the page, by its name."""
    page = build_page(plain_controller(SEEDS, tmp_path_factory.mktemp("kept")))
    return {str(function.name): index for index, function in page.fns.items()}


@pytest.fixture
def lookups(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names and addresses that the process asks for while the test runs."""
    hosts: list[str] = []

    def refuse(host: Any, *arguments: Any, **options: Any) -> Any:
        hosts.append(str(host))
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: refuse(address))
    return hosts


def as_file(path: str, **more: Any) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}, **more}


def ways(path: Path) -> list[Any]:
    """The forms in which a value can name a file or an address."""
    name = str(path)
    return [
        as_file(name),
        as_file(name, url=f"http://127.0.0.1:9/{name}", orig_name="a.txt", mime_type="text/plain", size=1),
        as_file("http://127.0.0.1:9/secret"),
        as_file("http://169.254.169.254/latest/meta-data"),
        as_file("http://name-that-is-none.invalid/"),
        as_file(f"file://{name}"),
        as_file(name, is_stream=True),
        [as_file(name)],
        {"value": as_file(name)},
        {"files": [as_file(name)], "text": "a"},
        {"__type__": "update", "value": as_file(name)},
    ]


def test_no_value_of_an_event_serves_a_file(
    client: TestClient, functions: dict[str, int], canary: Path, lookups: list[str]
) -> None:
    for way in ways(canary):
        values = itertools.cycle([[way], [way, "0123456789abcdef"], ["question", "0123456789abcdef", way], []])
        for path, index in itertools.product(CALLS.values(), functions.values()):
            count = 4 if index == functions["ask"] else 1  # all of them for the one that takes what is typed
            for data in itertools.islice(values, count):
                sent = {"data": data, "event_data": way, "fn_index": index, "session_hash": "abc"}
                reply = client.post(path, json=sent)
                assert reply.status_code in (200, 422)
                assert "private.txt" not in reply.text
    assert client.get(f"/gradio_api/file={canary}").status_code == 404
    assert lookups == []


def test_gradio_alone_refuses_the_file_too(canary: Path, tmp_path: Path) -> None:
    """The page counts as launched: without that, Gradio copies any file into the folder that it serves."""
    app, page = FastAPI(), build_page(plain_controller(SEEDS, tmp_path))
    index = next(index for index, function in page.fns.items() if function.name == "ask")
    gr.mount_gradio_app(app, page, "/", ssr_mode=False)
    bare = TestClient(app, base_url=LOCAL)
    sent = {"data": [as_file(str(canary)), "0123456789abcdef", ""], "fn_index": index, "session_hash": "a"}
    reply = bare.post(CALLS["direct"], json=sent)
    assert reply.status_code == 500
    assert "it was not uploaded by a user" in reply.text


@pytest.mark.parametrize("address", ["/gradio_api/upload", "/gradio_api/upload?upload_id=a"])
def test_gradio_takes_no_upload(client: TestClient, address: str) -> None:
    assert client.post(address, files={"files": ("a.txt", b"a")}).status_code == 404


def test_a_right_call_is_answered(client: TestClient, functions: dict[str, int]) -> None:
    sent = {
        "data": ["", ""],
        "event_data": None,
        "fn_index": functions["enter"],
        "session_hash": "abc",
        "trigger_id": 0,
    }
    reply = client.post(CALLS["direct"], json=sent)
    assert reply.status_code == 200
    assert "Sourcier" in reply.json()["data"][0]


def test_a_component_without_a_value_counts_as_empty(client: TestClient, functions: dict[str, int]) -> None:
    for name, data in (("enter", [None] * 2), ("ask", [None, "0123456789abcdef", None]), ("read", [None] * 2)):
        sent = {"data": data, "fn_index": functions[name], "session_hash": "abc"}
        address = CALLS["queued" if name == "ask" else "direct"]
        assert client.post(address, json=sent).status_code == 200
    assert Call.model_validate({"data": [None, "a"], "fn_index": 1, "session_hash": "b"}).data == ["", "a"]


WRONG_CALLS = [
    {},
    {"data": [""]},
    {"data": "", "fn_index": 0, "session_hash": "a"},
    {"data": [1], "fn_index": 0, "session_hash": "a"},
    {"data": [None, None, None, None, None], "fn_index": 0, "session_hash": "a"},
    {"data": ["", "", ""], "fn_index": 0, "session_hash": "a"},
    {"data": [""], "fn_index": 10_000, "session_hash": "a"},
    {"data": [""], "fn_index": -1, "session_hash": "a"},
    {"data": [""], "fn_index": 1e400, "session_hash": "a"},
    {"data": [""], "fn_index": None, "session_hash": "a"},
    {"data": [""], "fn_index": 0, "session_hash": None},
    {"data": [""], "fn_index": 0, "session_hash": "../a"},
    {"data": [""], "fn_index": 0, "session_hash": "a" * 33},
    {"data": [""], "fn_index": 0, "session_hash": "a", "trigger_id": "b"},
    {"data": [""], "fn_index": 0, "session_hash": "a", "batched": True},
    {"data": [""], "fn_index": 0, "session_hash": "a", "simple_format": True},
    {"data": [""], "fn_index": 0, "session_hash": "a", "oauth_token": "b"},
    {"data": [""], "fn_index": 0, "session_hash": "a", "event_id": "b"},
    {"data": [""], "fn_index": 0, "session_hash": "a", "event_data": "b"},
    {"data": [""], "fn_index": 0, "session_hash": "a", "request": {}},
]
WRONG_EVENTS = [
    ("read", {"turn": "one"}),
    ("read", {"turn": -1}),
    ("read", {"turn": 2**31}),
    ("read", {"source": ["a"]}),
    ("read", {"source": "a" * 5000}),
    ("read", {"source": "a", "start": float("nan")}),
    ("library", {"page": 0}),
    ("library", {"query": {"a": 1}}),
    ("watch", {"on": "yes"}),
    ("watch", {}),
    ("remove", {}),
    ("remove", {"id": None}),
    ("rename", {"id": "0123456789abcdef"}),
    ("judge", {"turn": 0, "thumb": "sideways"}),
    ("refused", {"refused": "a.txt"}),
]


@pytest.mark.parametrize("sent", WRONG_CALLS, ids=range(len(WRONG_CALLS)))
@pytest.mark.parametrize("address", CALLS.values(), ids=CALLS)
def test_a_malformed_call_is_refused(client: TestClient, address: str, sent: dict[str, Any]) -> None:
    reply = client.post(address, content=json.dumps(sent))
    assert (reply.status_code, reply.json()) == (422, {"error": "This is no event of the page."})


@pytest.mark.parametrize(("event", "payload"), WRONG_EVENTS, ids=range(len(WRONG_EVENTS)))
def test_a_malformed_event_is_refused(
    client: TestClient, functions: dict[str, int], event: str, payload: dict[str, Any]
) -> None:
    sent = {"data": ["", ""], "event_data": payload, "fn_index": functions[event], "session_hash": "abc"}
    assert client.post(CALLS["direct"], content=json.dumps(sent)).status_code == 422


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"\xff\xfe", b'{"data":["\\ud800"],"fn_index":0,"session_hash":"a"}', b"[" * 90_000],
)
def test_a_body_that_is_no_json_is_refused(client: TestClient, body: bytes) -> None:
    for address in (*CALLS.values(), "/gradio_api/cancel", "/gradio_api/reset"):
        assert client.post(address, content=body).status_code == 422


def test_places_that_are_nowhere_show_an_empty_pane(client: TestClient, functions: dict[str, int]) -> None:
    for where in (
        {},
        {"turn": 5, "n": 1},
        {"turn": 0, "n": 0},
        {"turn": 0, "near": 99},
        {"source": "none.txt", "start": 9, "end": 3},
    ):
        sent = {"data": ["", ""], "event_data": where, "fn_index": functions["read"], "session_hash": "abc"}
        assert client.post(CALLS["direct"], json=sent).status_code == 200


def test_what_an_event_has_no_use_for_is_dropped() -> None:
    understood = EVENTS["remove"].model_validate({"id": "a.txt", "do": "remove", "file": as_file("/etc/passwd")})
    assert understood.model_dump() == {"id": "a.txt"}


def test_every_event_of_the_page_has_a_schema(tmp_path: Path) -> None:
    page = build_page(plain_controller(SEEDS, tmp_path))
    bus = next(id for id, block in page.blocks.items() if getattr(block, "elem_id", "") == "bus")
    names = {name for function in page.fns.values() for target, name in function.targets if target == bus}
    assert names == EVENTS.keys()
    assert {index for index, endpoint in list_endpoints(page).items() if endpoint.payload} == {
        index for index, function in page.fns.items() for target, _ in function.targets if target == bus
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=100)
@given(data=json_values, event=json_values, index=st.integers(-2, 40), session=json_values)
def test_no_json_makes_the_server_fail(client: TestClient, data: Any, event: Any, index: int, session: Any) -> None:
    sent = {"data": data, "event_data": event, "fn_index": index, "session_hash": session}
    for address in CALLS.values():
        assert client.post(address, content=json.dumps(sent).encode("utf-8", "surrogatepass")).status_code < 500
