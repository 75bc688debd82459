"""Let a chat model of your choice answer from retrieved passages, with LangChain.

    python examples/langchain_chain.py ollama:mistral "Qui est le porte-parole du Kremlin ?"

The first argument names a model as ``init_chat_model`` does, and needs that provider's package. Nothing checks what the
model writes; ``rag.ask`` proves each quote.
"""

import sys
from typing import Any

from langchain.chat_models import init_chat_model
from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import Runnable, RunnablePassthrough

import rag

PROMPT = ChatPromptTemplate.from_template(
    "Answer from these passages alone, and name the source of each statement.\n\n{passages}\n\nQuestion: {question}"
)


def render(passages: list[Document]) -> str:
    return "\n\n".join(f"{passage.metadata['source']}:\n{passage.page_content}" for passage in passages)


def build_chain(model: Runnable[Any, Any], index: str | None = None) -> Runnable[str, str]:
    passages = rag.as_retriever(index, k=4) | render
    return {"passages": passages, "question": RunnablePassthrough()} | PROMPT | model | StrOutputParser()


if __name__ == "__main__":
    print(build_chain(init_chat_model(sys.argv[1])).invoke(sys.argv[2]))
