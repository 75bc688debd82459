"""LangChain's door: our search as a retriever for its chains. The only file that knows its types."""

from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.index import Index
from rag.answer import Hit
from rag.pipeline import search


class SourcierRetriever(BaseRetriever):
    """Passages for a question, best first. Metadata carries the span: ``source``, ``start``, ``end``, ``score``."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: str | Path | Index | None = None
    k: int = 10

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(hit) for hit in search(query, self.k, index=self.index)]


def as_retriever(index: str | Path | Index | None = None, k: int = 10) -> SourcierRetriever:
    """A LangChain retriever over the index (a folder, an opened index, or by default RAG_INDEX, else ``.index``)."""
    return SourcierRetriever(index=index, k=k)


def _document(hit: Hit) -> Document:
    metadata: dict[str, Any] = {"source": hit.source, "start": hit.start, "end": hit.end, "score": hit.score}
    metadata |= {"title": hit.title, "date": hit.date and hit.date.isoformat(), "page": hit.page}
    return Document(page_content=hit.text, metadata=metadata)
