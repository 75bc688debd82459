"""The read path: a question to hits, evidence and an answer with citations.

To quote what the indexed documents say:

    rag.ask("Qui est le porte-parole du Kremlin ?").citations[0].quote
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str
    from rag.answer import Answer, Citation, Hit, LedgerSentence, SourceSpan, Turn
    from rag.langchain import as_retriever, as_tool
    from rag.pipeline import ask, search, stream
    from rag.verification.verify import Verification, verify, verify_answer

__all__ = [
    "Answer", "Citation", "Hit", "LedgerSentence", "SourceSpan", "Turn", "Verification", "as_retriever", "as_tool",
    "ask", "search", "stream", "verify", "verify_answer",
]  # fmt: skip
_MODULES = {
    **dict.fromkeys(("Answer", "Citation", "Hit", "LedgerSentence", "SourceSpan", "Turn"), "answer"),
    **dict.fromkeys(("ask", "search", "stream"), "pipeline"),
    **dict.fromkeys(("Verification", "verify", "verify_answer"), "verification.verify"),
    **dict.fromkeys(("as_retriever", "as_tool"), "langchain"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is: a start costs nothing that is not used."""
    if name == "__version__":
        return version("sourcier")
    if name not in _MODULES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(f"rag.{_MODULES[name]}"), name)
