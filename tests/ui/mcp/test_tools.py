"""What the tools return is what ``rag`` returns, by their schemas; what they must not do, they refuse in a sentence."""

import asyncio
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult, TextContent, Tool

import rag
from index import Index
from index.errors import IndexNotFound
from index.stores.errors import no_answer
from rag.answer import Answer
from ui.mcp import server, tools
from ui.mcp.server import McpNotInstalled, call, check_installed, create_server

pytestmark = pytest.mark.slow

KREMLIN = "Qui est le porte-parole du Kremlin ?"


def drive(opened: Callable[[], Index], *calls: tuple[str, dict[str, Any]]) -> tuple[list[Tool], list[CallToolResult]]:
    """Call tools one after the other, as a client of the SDK does; return them, and the results."""

    async def run() -> tuple[list[Tool], list[CallToolResult]]:
        async with Client(create_server(opened)) as client:
            listed = (await client.list_tools()).tools
            return listed, [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(run())


def text_of(result: CallToolResult) -> str:
    first = result.content[0]
    assert isinstance(first, TextContent)
    return first.text


def test_a_client_asks_searches_and_fetches_what_python_would(seeds: Index) -> None:
    question = ("ask", {"question": KREMLIN, "k": 2})
    searched = ("search", {"query": KREMLIN, "k": 3, "until": "2022-02-28", "documents": ["00*"]})
    listed, (answer, passages) = drive(lambda: seeds, question, searched)
    expected = rag.ask(KREMLIN, index=seeds, k=2)
    assert Answer.from_dict(answer.structured_content).citations == expected.citations
    assert answer.structured_content["text"] == expected.text
    hits = rag.search(KREMLIN, 3, index=seeds, documents=["00*"], until=dt.date(2022, 2, 28))
    results = passages.structured_content["results"]
    assert [(result["source"], result["start"], result["end"], result["text"]) for result in results] == [
        (hit.source, hit.start, hit.end, hit.text) for hit in hits
    ]
    _, (passage, rest) = drive(lambda: seeds, ("fetch", {"id": results[0]["id"]}), ("fetch", {"id": hits[0].source}))
    assert passage.structured_content["text"] == hits[0].text
    assert rest.structured_content["text"] == seeds.document(hits[0].source).text
    schemas = {tool.name: tool for tool in listed}
    _, (verified,) = drive(lambda: seeds, ("verify", {"text": expected.text}))
    assert verified.structured_content["is_sound"]
    for name, result in (("ask", answer), ("search", passages), ("fetch", passage), ("verify", verified)):
        schema, hints = schemas[name].output_schema, schemas[name].annotations
        assert schema is not None
        assert set(schema["required"]) <= set(result.structured_content)  # the client checks the rest
        assert json.loads(text_of(result)) == result.structured_content
        assert hints is not None
        assert hints.read_only_hint
        assert not hints.open_world_hint


def test_a_long_document_comes_in_parts_that_join(seeds: Index) -> None:
    id, text, start = seeds.document_ids[0], "", 0
    while start is not None:
        chunk, sentence = call(lambda: seeds, "fetch", {"id": id, "start": start, "length": 700})
        assert not sentence
        assert chunk["total"] == seeds.document(id).length
        text, start = text + chunk["text"], chunk["next"]
    assert text == seeds.document(id).text


def test_no_argument_of_a_tool_names_a_file() -> None:
    names = {name for tool in tools.TOOLS for name in tool.arguments.model_fields}
    assert not names & {"index", "path", "file", "folder", "url"}


HOSTILE: list[tuple[str, dict[str, Any], str]] = [
    ("fetch", {"id": "/etc/passwd"}, "The index holds no document '/etc/passwd'."),
    ("fetch", {"id": "../../etc/passwd#char=0,10"}, "The index holds no document"),
    ("fetch", {"id": "file:///etc/passwd"}, "The index holds no document"),
    ("fetch", {"id": "a' OR '1'='1"}, "The index holds no document"),
    ("fetch", {"id": "x" * 3000}, "id: String should have at most 2000 characters"),
    ("fetch", {"id": "a\x00b"}, "control characters"),
    ("fetch", {"id": "\ud800"}, "id: Input should be a valid string"),
    ("ask", {"question": "Qui \ud800 ?"}, "half a character"),
    ("fetch", {"id": "a", "start": -1}, "start: Input should be greater than or equal to 0"),
    ("fetch", {"id": ["a"]}, "id: Input should be a valid string"),
    ("search", {"query": "Kremlin", "k": 10**9}, "k: Input should be less than or equal to 100"),
    ("search", {"query": "Kremlin", "index": "/etc"}, "index: Extra inputs are not permitted"),
    ("search", {"query": "Kremlin", "documents": ["../*"]}, "No document is named"),
    ("search", {"query": "Kremlin", "documents": ["a"] * 101}, "documents: List should have at most 100 items"),
    ("search", {"query": "Kremlin", "since": "yesterday"}, "since: "),
    ("search", {"query": "Krem\x1blin"}, "control characters"),
    ("search", {}, "query: Field required"),
    ("ask", {"question": "x" * 2**20}, "The question has 1,048,576 characters"),
    ("ask", {"question": "mot " * 5000}, "The question has 20,000 characters"),
    ("ask", {"question": "  "}, "question"),
    ("verify", {"text": "mot " * 50_000}, "The text has 200,000 characters"),
    ("verify", {"text": " "}, "The text contains no words"),
    ("verify", {"file": "/etc/passwd"}, "Field required"),
    ("write", {"path": "/tmp/a"}, "There is no tool 'write'"),
]


def test_hostile_arguments_get_a_sentence(seeds: Index) -> None:
    _, results = drive(lambda: seeds, *((name, arguments) for name, arguments, _ in HOSTILE))
    in_process = [call(lambda: seeds, name, arguments) for name, arguments, _ in HOSTILE]
    assert [sentence for _, sentence in in_process] == [text_of(result) for result in results]
    for (name, _, expected), (result, sentence) in zip(HOSTILE, in_process, strict=True):
        assert expected.lower() in sentence.lower(), name
        assert not result
        assert len(sentence) < 300
        assert "\n" not in sentence
    assert all(result.is_error and result.structured_content is None for result in results)


def test_no_call_opens_a_file(seeds: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr("builtins.open", lambda *arguments, **more: opened.append(arguments))
    monkeypatch.setattr(Path, "read_bytes", lambda path: opened.append(path))
    for name, arguments, _ in HOSTILE:
        call(lambda: seeds, name, arguments)
    assert not opened


def test_without_an_index_each_tool_says_so() -> None:
    def opened() -> Index:
        raise IndexNotFound("No index in {}. Build one: rag rebuild FOLDER", "x")

    assert call(opened, "search", {"query": "Kremlin"}) == ({}, "No index in x. Build one: rag rebuild FOLDER")


def test_where_a_store_is_stands_in_the_log_alone(caplog: pytest.LogCaptureFixture) -> None:
    def opened() -> Index:
        raise no_answer("postgresql://reader@db.internal/texts", "connection refused")

    _, told = call(opened, "search", {"query": "Kremlin"})
    assert told == "Questions cannot be answered at the moment. The log of the server says why."
    assert "postgresql://reader@db.internal/texts does not answer" in caplog.text


def test_a_bug_tells_nothing_of_the_machine(caplog: pytest.LogCaptureFixture) -> None:
    def opened() -> Index:
        raise RuntimeError("/home/me/secret")

    _, sentence = call(opened, "search", {"query": "Kremlin"})
    assert sentence == "Something went wrong in Sourcier, whose log says what."
    assert "/home/me/secret" in caplog.text


def test_without_the_package_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    with pytest.raises(McpNotInstalled, match=r"pip install 'sourcier\[mcp\]'"):
        check_installed()
