"""Clients drive every tool over stdio and over HTTP; without the password, or from another site, nothing."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

import rag
from index import Index
from ui.mcp import server
from ui.mcp.tools import TOOLS
from ui.web.app import create_controller
from ui.web.server import running
from ui.web.settings import ServerSettings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
KREMLIN = "Qui est le porte-parole du Kremlin ?"
DRAFT = "Le porte-parole du Kremlin est Dmitri Peskov. «La lune est un fromage de Normandie»."
PASSWORD = "mot de passe"
BEARER = {"authorization": f"Bearer {PASSWORD}"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
JSON = {"content-type": "application/json", "accept": "application/json, text/event-stream"}


def stdio(index: Path) -> StdioServerParameters:
    command = ["-c", "from ui.cli.main import main; main()", "mcp", "--index", str(index)]
    return StdioServerParameters(command=sys.executable, args=command, env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.fixture(scope="module")
def address(seeds_index: Path) -> Iterator[str]:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with running(create_controller(seeds_index), settings=ServerSettings(password=PASSWORD)) as address:
        yield address


@asynccontextmanager
async def over_http(address: str, headers: dict[str, str], mode: str) -> Any:
    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


async def drive(connecting: AbstractAsyncContextManager[Client], id: str) -> dict[str, Any]:
    """Call every tool; return what each returned."""
    calls = {"search": {"query": KREMLIN}, "fetch": {"id": id}, "ask": {"question": KREMLIN}, "verify": {"text": DRAFT}}
    async with connecting as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        results = {name: await client.call_tool(name, calls[name]) for name in names}
        refused = await client.call_tool("fetch", {"id": "/etc/passwd"})
    assert refused.is_error
    refusal = refused.content[0]
    assert isinstance(refusal, TextContent)
    assert "The index holds no document" in refusal.text
    assert not any(result.is_error for result in results.values())
    return {name: result.structured_content for name, result in results.items()}


# The protocol of 2026, and that of the clients before it.
@pytest.mark.parametrize("mode", ["auto", pytest.param("legacy", marks=pytest.mark.exhaustive)])
def test_every_tool_returns_the_same_over_both_transports(
    address: str, seeds_index: Path, seeds: Index, mode: str
) -> None:
    id = seeds.document_ids[0]
    piped = asyncio.run(drive(Client(stdio(seeds_index), mode=mode), id))
    served = asyncio.run(drive(over_http(address, BEARER, mode), id))
    assert [*piped] == [tool.name for tool in TOOLS]
    assert piped == served
    assert piped["fetch"]["text"] == seeds.document(id).text
    assert any("Dmitri Peskov" in citation["quote"] for citation in piped["ask"]["citations"])
    assert piped["verify"] == json.loads(json.dumps(rag.verify(DRAFT, index=seeds).to_dict()))
    assert [quote["found"] for quote in piped["verify"]["quotes"]] == [None]


REFUSED = [
    ({}, 401),
    ({"authorization": "Bearer wrong"}, 401),
    ({"authorization": "Bearer"}, 401),
    ({**BEARER, "host": "evil.example"}, 403),
    ({**BEARER, "origin": "https://evil.example"}, 403),
    ({**BEARER, "sec-fetch-site": "cross-site"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), REFUSED)
def test_without_the_token_or_from_another_site_nothing(address: str, headers: dict[str, str], status: int) -> None:
    reply = httpx2.post(f"{address}/mcp", json=LIST, headers={**JSON, **headers})
    assert reply.status_code == status
    assert set(reply.json()) == {"error"}
    assert ("Bearer" in reply.headers.get("www-authenticate", "")) == (status == 401)


def test_only_posted_requests_of_a_bounded_size_are_taken(address: str) -> None:
    assert httpx2.get(f"{address}/mcp", headers={**JSON, **BEARER}).status_code == 405
    assert httpx2.delete(f"{address}/mcp", headers={**JSON, **BEARER}).status_code == 405
    assert httpx2.post(f"{address}/mcp", content=b" " * (9 << 20), headers={**JSON, **BEARER}).status_code == 413
    assert httpx2.post(f"{address}/mcp", content=b"{", headers={**JSON, **BEARER}).status_code == 400
    assert httpx2.post(f"{address}/mcp/x", json=LIST, headers={**JSON, **BEARER}).status_code == 404


def test_the_page_says_what_to_install_where_the_package_is_missing(
    address: str, seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    with running(create_controller(seeds_index)) as other:
        reply = httpx2.post(f"{other}/mcp", json=LIST, headers=JSON)
    assert reply.status_code == 501
    assert "pip install 'sourcier[mcp]'" in reply.json()["error"]
