"""A retriever and a tool for LangChain."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from langchain.tools import BaseTool, ToolException, tool
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.errors import InvalidQuestion
from index.index import Index
from rag.answer import Answer, Hit
from rag.pipeline import CITATIONS, ask, search


class SourcierRetriever(BaseRetriever):
    """Retrieves passages with ``rag.search``, best first; the fields are its arguments.

    The page content is the characters ``start`` to ``end`` (exclusive) of the document ``source``, which the metadata
    name, with ``score``, ``title``, ``date`` (ISO 8601 or None) and ``page``.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: str | Path | Index | None = None
    k: int = 10
    since: date | None = None
    until: date | None = None
    documents: tuple[str, ...] = ()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        hits = search(query, self.k, index=self.index, since=self.since, until=self.until, documents=self.documents)
        return [_document(hit) for hit in hits]


def as_retriever(
    index: str | Path | Index | None = None,
    k: int = 10,
    *,
    since: date | None = None,
    until: date | None = None,
    documents: Sequence[str] = (),
) -> SourcierRetriever:
    """Return a LangChain retriever of the ``k`` passages most relevant to a query, best first.

    The other arguments are those of ``rag.search``; they hold for every query.

    Raises:
        UserError: by ``invoke``, as ``rag.search``.
    """
    return SourcierRetriever(index=index, k=k, since=since, until=until, documents=tuple(documents))


def as_tool(
    index: str | Path | Index | None = None,
    k: int = CITATIONS,
    *,
    since: date | None = None,
    until: date | None = None,
    documents: Sequence[str] = (),
) -> BaseTool:
    """Return a LangChain tool, ``ask_documents``, that answers an agent's question with at most ``k`` exact quotes.

    Its content gives each quote with its source and offsets, or says that the documents do not answer. Its artifact is
    the ``Answer``. The other arguments are those of ``rag.ask``; they hold for every question.

    Raises:
        UserError: by ``invoke``, as ``rag.ask``; but an agent reads what is wrong with its own question.
    """

    @tool(response_format="content_and_artifact")
    def ask_documents(question: str) -> tuple[str, Answer]:
        """Answer a question from the user's documents, with exact quotes.

        Ask one complete question, in French or English. Each quote comes with its source and offsets: cite it verbatim.
        """
        try:
            answer = ask(question, index=index, k=k, since=since, until=until, documents=documents)
        except InvalidQuestion as error:
            raise ToolException(str(error)) from error
        return _cited(answer), answer

    ask_documents.handle_tool_error = True  # the message becomes the content, and the agent asks otherwise
    return ask_documents


def _cited(answer: Answer) -> str:
    """Return each quote of an answer under its number and place, or the sentence that there is none."""
    quotes = [
        f"[{number}] {citation.source}, characters {citation.start} to {citation.end}:\n{citation.quote}"
        for number, citation in enumerate(answer.citations, start=1)
    ]
    return "\n\n".join([*([answer.remark] if answer.remark else []), *quotes]) if quotes else answer.text


def _document(hit: Hit) -> Document:
    metadata: dict[str, Any] = {"source": hit.source, "start": hit.start, "end": hit.end, "score": hit.score}
    metadata |= {"title": hit.title, "date": hit.date and hit.date.isoformat(), "page": hit.page}
    return Document(page_content=hit.text, metadata=metadata)
