"""LangChain's retriever and tool over our search."""

import asyncio
from datetime import date
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import ToolMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompt_values import PromptValue
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable

import rag
from index import Index, open_index, rebuild
from index.errors import IndexNotFound, InvalidQuestion

pytestmark = pytest.mark.slow

QUESTION = "Qui est le porte-parole du Kremlin ?"
UNANSWERABLE = "Quelle est la capitale du Pérou ?"


def render(documents: list[Document]) -> str:
    return "\n".join(document.page_content for document in documents)


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Two notes on one subject, three years apart."""
    root = tmp_path_factory.mktemp("dated")
    folder = root / "notes"
    folder.mkdir()
    for day, town in (("2019-03-04", "Lyon"), ("2022-03-04", "Nantes")):
        (folder / f"{day}.txt").write_text(f"Le congrès des apiculteurs s'est tenu à {town}.", "utf-8")
    rebuild(folder, root / "index")
    return open_index(root / "index")


def test_the_retriever_gives_the_hits_of_search(seeds: Index) -> None:
    documents = rag.as_retriever(seeds, k=4).invoke(QUESTION)
    assert [document.page_content for document in documents] == [
        hit.text for hit in rag.search(QUESTION, 4, index=seeds)
    ]
    for document in documents:
        span = slice(document.metadata["start"], document.metadata["end"])
        assert seeds.document(document.metadata["source"]).text[span] == document.page_content
        assert 0 <= document.metadata["score"] <= 1


def test_the_retriever_feeds_a_chain(seeds: Index) -> None:
    prompts: list[str] = []
    retriever = rag.as_retriever(seeds, k=2)
    prompt: Runnable[Any, PromptValue] = ChatPromptTemplate.from_template("Cite:\n{context}")

    def record(value: PromptValue) -> PromptValue:
        prompts.append(value.to_string())
        return value

    chain = retriever | render | prompt | record | FakeListChatModel(responses=["Dmitri Peskov"]) | StrOutputParser()
    assert chain.invoke(QUESTION) == "Dmitri Peskov"
    assert prompts == [f"Human: Cite:\n{render(retriever.invoke(QUESTION))}"]


def test_the_retriever_runs_in_batches_and_coroutines(seeds: Index) -> None:
    retriever = rag.as_retriever(seeds, k=3)
    questions = [QUESTION, "Who leads NATO?"]
    expected = [retriever.invoke(question) for question in questions]
    assert expected[0] != expected[1]
    assert retriever.batch(questions) == expected
    assert asyncio.run(retriever.ainvoke(QUESTION)) == expected[0]


@pytest.mark.parametrize(
    ("filters", "sources"),
    [
        ({}, {"2019-03-04.txt", "2022-03-04.txt"}),
        ({"since": date(2020, 1, 1)}, {"2022-03-04.txt"}),
        ({"until": date(2020, 1, 1)}, {"2019-03-04.txt"}),
        ({"documents": ["2019*"]}, {"2019-03-04.txt"}),
    ],
)
def test_filters_hold_for_the_retriever_and_the_tool(dated: Index, filters: dict[str, Any], sources: set[str]) -> None:
    question = "Où s'est tenu le congrès des apiculteurs ?"
    documents = rag.as_retriever(dated, **filters).invoke(question)
    assert {document.metadata["source"] for document in documents} == sources
    content = rag.as_tool(dated, **filters).invoke({"question": question})
    assert {source for source in ("2019-03-04.txt", "2022-03-04.txt") if source in content} == sources


def test_the_tool_gives_an_agent_exact_quotes(seeds: Index) -> None:
    tools = {tool.name: tool for tool in [rag.as_tool(seeds, k=2)]}
    assert list(tools["ask_documents"].args) == ["question"]
    call: dict[str, Any] = {"type": "tool_call", "id": "1", "name": "ask_documents", "args": {"question": QUESTION}}
    message = tools[call["name"]].invoke(call)
    assert isinstance(message, ToolMessage)
    assert isinstance(message.content, str)
    assert len(message.artifact.citations) == message.content.count(", characters ") > 0
    for number, quoted in enumerate(message.content.split("\n\n["), start=1):
        place, quote = quoted.split(":\n", 1)
        mark, place = place.lstrip("[").split("] ")
        source, start, end = place.replace(", characters ", "|").replace(" to ", "|").split("|")
        assert int(mark) == number
        assert seeds.document(source).text[int(start) : int(end)] == quote


def test_the_tool_says_when_the_documents_do_not_answer(seeds: Index) -> None:
    assert rag.as_tool(seeds).invoke({"question": UNANSWERABLE}) == "Vos documents ne répondent pas à cette question."


def test_an_agent_reads_what_is_wrong_with_its_question(seeds: Index) -> None:
    call: dict[str, Any] = {"type": "tool_call", "id": "1", "name": "ask_documents", "args": {"question": " "}}
    message = rag.as_tool(seeds).invoke(call)
    assert (message.status, message.content) == ("error", "The question is empty. Type one.")
    with pytest.raises(InvalidQuestion):
        rag.as_retriever(seeds).invoke(" ")


def test_a_tool_without_an_index_fails(tmp_path) -> None:
    with pytest.raises(IndexNotFound):
        rag.as_tool(tmp_path / "nowhere").invoke({"question": QUESTION})
