"""A controller without an index: answers are computed from the files by plain string search."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import cast
from urllib.parse import urlsplit

from index import Index
from index.documents import Document, Span
from index.errors import InvalidQuestion, UserError
from rag.answer import Answer, Citation, Hit, LedgerSentence, Turn
from ui.services.conversations import Conversations
from ui.services.library import Library
from ui.web.controller import PageController
from ui.web.library_controller import LibraryController
from ui.web.server import listen, running

SMALL = {"est", "les", "des", "que", "qui", "quelle", "quel", "une", "the", "who", "what", "sont", "combien"}


class PlainIndex:
    """The text files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.documents = {path.name: _document(path) for path in sorted(folder.iterdir())}
        self.document_ids = list(self.documents)
        passages = sum(len(list(_sentences(d))) for d in self.documents.values())
        self.manifest = SimpleNamespace(documents=len(self.documents), passages=passages)

    def document(self, id: str) -> Document:
        return self.documents[id]


def _document(path: Path) -> Document:
    text = path.read_text(encoding="utf-8")
    return Document(path.name, text, hashlib.sha256(path.read_bytes()).hexdigest(), text.strip().split("\n")[0][:80])


def _sentences(document: Document) -> Iterator[Span]:
    for match in re.finditer(r"[^\s].*?(?:[.?!]»?(?=\s|$)|\n\n|$)", document.text, re.S):
        yield Span(match.start(), match.start() + len(match.group().rstrip()))


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if len(word) > 2} - SMALL


def _ranked(index: PlainIndex, question: str) -> list[tuple[float, Document, Span]]:
    question_words, frequency = _words(question), Counter[str]()
    for document in index.documents.values():
        frequency.update(_words(document.text))
    spans = [(document, span) for document in index.documents.values() for span in _sentences(document)]
    return sorted(
        ((sum(1 / frequency[word] for word in question_words & _words(d.text[slice(*s)])), d, s) for d, s in spans),
        key=lambda scored: (-scored[0], scored[1].id, scored[2].start),
    )


def plain_ask(index: PlainIndex, question: str, history: Sequence[Turn] = ()) -> Answer:
    """Quotes the sentences that hold all, or nearly all, words of the question."""
    if len(question) > 40 and " " not in question[:40]:
        raise InvalidQuestion("The question has {:,} characters. Ask in at most {:,}.", len(question), 40)
    ranked = _ranked(index, question)
    question_words = _words(question)
    best = [
        (d, s) for _, d, s in ranked[:20] if len(question_words & _words(d.text[slice(*s)])) > 0.6 * len(question_words)
    ][:3]
    if not best:
        nearest = tuple(Hit(d.id, *s, d.text[slice(*s)], score, 1.0, 0.0, d.title) for score, d, s in ranked[:3])
        return Answer(question, question, False, "Not found.", 0.1, nearest=nearest)
    citations = tuple(cite(document, span) for document, span in best)
    return compose(question, citations)


def cite(document: Document, span: Span, focus: Span | None = None) -> Citation:
    start = document.text.rfind("\n\n", 0, span.start) + 2 if "\n\n" in document.text[: span.start] else 0
    end = document.text.find("\n\n", span.end)
    passage = Span(start, end if end >= 0 else len(document.text))
    quote = document.text[slice(*span)]
    return Citation(document.id, *span, quote, None, document.sha256, document.title, document.date, passage, focus)


def compose(question: str, citations: Sequence[Citation]) -> Answer:
    """An answer that quotes each citation in a line of its own."""
    text, ledger = "", list[LedgerSentence]()
    for n, citation in enumerate(citations, 1):
        start = len(text)
        text += f"{citation.quote} "
        mark = Span(len(text), len(text) + len(f"[{n}]"))
        text += f"[{n}]"
        ledger.append(LedgerSentence(start, len(text), (n,), True, (mark,)))
        text += "\n\n"
    return Answer(question, question, True, text.rstrip(), 0.9, tuple(citations), tuple(ledger))


def plain_controller(folder: Path, conversation_folder: Path) -> PageController:
    index = PlainIndex(folder)
    return PageController(
        lambda question, history=(): (plain_ask(index, question, history) for _ in "1"),
        lambda: cast(Index, index),
        LibraryController(Library(conversation_folder / "none"), Conversations(conversation_folder)),
        suggest=lambda index, labels: ("Qui est le porte-parole du Kremlin ?", "Quelle est la ligne rouge de Moscou ?"),
    )


def conversations(conversation_folder: Path) -> list[list[str]]:
    """The questions of each conversation that is kept."""
    plain = [json.loads(path.read_text(encoding="utf-8")) for path in conversation_folder.glob("*.json")]
    return sorted([turn["question"] for turn in conversation["turns"]] for conversation in plain)


_ports: list[int] = []  # of this process, in the order of their use


@contextmanager
def serve_page(controller: PageController) -> Iterator[str]:
    """Serve at the first port of this process that is free: a browser compiles the scripts of an address once."""
    with running(controller, next(filter(_is_free, _ports), 0)) as address:
        port = urlsplit(address).port or 0
        if port not in _ports:
            _ports.append(port)
        yield address


def _is_free(port: int) -> bool:
    try:
        listen("127.0.0.1", port).close()
    except UserError:
        return False
    return True
