"""The server's sockets and settings."""

import asyncio
import gc
import os
import socket
import ssl
from pathlib import Path

import httpx
import pytest
from gradio.queueing import Queue
from plain_controller import plain_controller

from bench.server import Page
from ui.web.server import listen, running
from ui.web.settings import PasswordNeeded, ServerSettings, TlsMisconfigured

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parents[2]
TLS = TESTS / "support" / "tls"
CERTIFICATE, KEY = TLS / "certificate.pem", TLS / "key.pem"  # of nobody, for these tests alone


def test_pages_that_were_closed_are_not_remembered_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.web.server.SESSIONS", 3)
    before = gradio_sessions()
    with running(plain_controller(TESTS.parent / "seeds", tmp_path)) as address:
        first = page = Page.open(int(address.rpartition(":")[2]))
        for number in range(6):
            page = page.reload()
            page.call("library", {"do": "library", "query": "", "page": 1, "asked": number})
        assert 1 <= len(gradio_sessions() - before) <= 3
        assert "loyer" in str(first.ask("Quel est le loyer ?"))  # a page that was forgotten works on


def test_an_idle_server_looks_at_its_queue_some_fifty_times_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gradio's own pause, a millisecond, keeps a processor at work all day."""
    pauses: list[float] = []
    process = Queue.start_processing

    async def record(queue: Queue) -> None:
        pauses.append(queue.sleep_when_free)
        await process(queue)

    monkeypatch.setattr(Queue, "start_processing", record)
    with running(plain_controller(TESTS.parent / "seeds", tmp_path)) as address:
        Page.open(int(address.rpartition(":")[2]))
    assert pauses
    assert min(pauses) >= 0.01


def gradio_sessions() -> set[int]:
    return {id(item) for item in gc.get_objects() if type(item).__name__ == "SessionState"}


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_replies_are_sent_without_delay_on_a_kept_connection(host: str) -> None:
    async def accepted_option() -> int:
        options: list[int] = []
        served = asyncio.Event()

        def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            options.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()
            served.set()

        listening = listen(host, 0)
        async with await asyncio.start_server(accept, sock=listening):
            _, writer = await asyncio.open_connection(host, listening.getsockname()[1])
            await asyncio.wait_for(served.wait(), 5)
            writer.close()
        return options[0]

    assert asyncio.run(accepted_option()) == 1


def test_the_page_is_served_over_tls_and_its_origin_is_https(tmp_path: Path) -> None:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    settings = ServerSettings(certificate=CERTIFICATE, key=KEY)
    trust = ssl.create_default_context(cafile=str(CERTIFICATE))
    with running(plain_controller(TESTS.parent / "seeds", tmp_path), settings=settings) as address:
        assert address.startswith("https://127.0.0.1:")
        with httpx.Client(base_url=address, verify=trust) as client:
            assert client.get("/app/app.css").status_code == 200
            assert client.post("/api/ask", json={}, headers={"origin": address}).status_code == 422
            plain = address.replace("https", "http")
            assert client.post("/api/ask", json={}, headers={"origin": plain}).status_code == 403


def test_a_certificate_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate", encoding="utf-8")
    settings = ServerSettings(certificate=wrong, key=wrong)
    controller = plain_controller(TESTS.parent / "seeds", tmp_path / "kept")
    with (
        pytest.raises(TlsMisconfigured, match=r"^Cannot use .*wrong\.pem for TLS: "),
        running(controller, 0, settings),
    ):
        pass


@pytest.mark.parametrize(
    ("host", "environment", "local", "in_clear"),
    [
        ("127.0.0.1", {}, True, False),
        ("localhost", {"RAG_PASSWORD": "secret"}, True, False),
        ("0.0.0.0", {"RAG_PASSWORD": "secret"}, False, True),
        ("127.0.0.1", {"RAG_PASSWORD": "secret", "RAG_HOSTNAMES": "server.lan"}, False, True),
        ("127.0.0.1", {"RAG_PASSWORD": "s", "RAG_HOSTNAMES": "server.lan", "RAG_PROXY": "127.0.0.1"}, False, False),
        (
            "0.0.0.0",
            {"RAG_PASSWORD": "s", "RAG_TLS_CERTIFICATE": str(CERTIFICATE), "RAG_TLS_KEY": str(KEY)},
            False,
            False,
        ),
    ],
)
def test_what_the_settings_mean(host: str, environment: dict[str, str], local: bool, in_clear: bool) -> None:
    settings = ServerSettings.read(host, environment=environment)
    assert (settings.is_local, settings.sends_password_in_clear) == (local, in_clear)
    assert ("server.lan" in settings.allowed_hosts) == ("RAG_HOSTNAMES" in environment)
    assert ("192.0.2.9" in settings.allowed_hosts) == (not local)


@pytest.mark.parametrize("environment", [{"RAG_HOSTNAMES": "server.lan"}, {}])
def test_other_machines_need_a_password(environment: dict[str, str]) -> None:
    host = "127.0.0.1" if environment else "0.0.0.0"
    with pytest.raises(PasswordNeeded, match="set RAG_PASSWORD"):
        ServerSettings.read(host, environment=environment)


def test_a_certificate_needs_its_key(tmp_path: Path) -> None:
    with pytest.raises(TlsMisconfigured, match="Only one is given"):
        ServerSettings.read(certificate=CERTIFICATE, environment={})
    with pytest.raises(TlsMisconfigured, match=r"The TLS file .*none does not exist"):
        ServerSettings.read(certificate=CERTIFICATE, key=tmp_path / "none", environment={})
