"""LangChain's retriever over our search."""

import rag
from index import Index


def test_the_retriever_gives_the_hits_of_search(seeds: Index) -> None:
    question = "Qui est le porte-parole du Kremlin ?"
    documents = rag.as_retriever(seeds, k=4).invoke(question)
    assert [document.page_content for document in documents] == [
        hit.text for hit in rag.search(question, 4, index=seeds)
    ]
    for document in documents:
        span = slice(document.metadata["start"], document.metadata["end"])
        assert seeds.document(document.metadata["source"]).text[span] == document.page_content
        assert 0 <= document.metadata["score"] <= 1
