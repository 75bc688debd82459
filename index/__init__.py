"""The write path: files to documents, passages, sentences, words and meaning, on disk.

index.rebuild("my-documents", ".index")
opened = index.open_index(".index")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.build import rebuild
    from index.documents import Document, Passage, Sentence, Span
    from index.erase import forget
    from index.errors import UserError
    from index.generation import check_index
    from index.opened import Index, open_index
    from index.report import Progress, Report, Skipped
    from index.settings import Settings
    from index.watch import keep_current

__all__ = [
    "Document",
    "Index",
    "Passage",
    "Progress",
    "Report",
    "Sentence",
    "Settings",
    "Skipped",
    "Span",
    "UserError",
    "check_index",
    "forget",
    "keep_current",
    "open_index",
    "rebuild",
]
_MODULES = {
    **dict.fromkeys(("Document", "Passage", "Sentence", "Span"), "documents"),
    **dict.fromkeys(("Progress", "Report", "Skipped"), "report"),
    **dict.fromkeys(("Index", "open_index"), "opened"),
    "Settings": "settings",
    "check_index": "generation",
    "forget": "erase",
    "keep_current": "watch",
    "UserError": "errors",
    "rebuild": "build",
}


def __getattr__(name: str) -> Any:
    """Imports what is asked for, when it is: FAISS and tantivy take longer than the rest together."""
    if name not in _MODULES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(import_module(f"index.{_MODULES[name]}"), name)
