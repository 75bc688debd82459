"""What the page does: each function takes what the person did and gives what to show. No component is known here."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from index.documents import Document, Span
from index.errors import IndexMissing, UserError
from rag.answers import Answer, Citation, Turn
from ui import exports, reading, render
from ui.conversations import Conversation
from ui.labels import Labels
from ui.pictures import Pictures, drawable
from ui.sentences import said
from ui.shelf import Shelf
from ui.welcome import empty_welcome

if TYPE_CHECKING:
    from index import Index

Ask = Callable[..., Iterator[Answer]]
"""``ask(question, history=turns)``: an answer that grows; its last is the answer."""


class Screen(NamedTuple):
    """What stands in the page: the conversation, the reading pane, and which conversation it is."""

    conversation: str
    reader: str | None  # None leaves it as it is
    id: str


@dataclass(frozen=True)
class Room:
    """The reading room: what answers, where documents and conversations are kept."""

    ask: Ask
    open_index: "Callable[[], Index]"
    shelf: Shelf
    pictures: Pictures | None = None
    suggest: "Callable[[Index, Labels], Sequence[str]]" = field(default=lambda index, labels: ())
    asked: Counter[str] = field(default_factory=Counter)  # the questions that came from each conversation's page, …
    answered: Counter[str] = field(default_factory=Counter)  # … and those that are done with

    def enter(self, id: str, labels: Labels) -> Screen:
        """The page as it was left, or the welcome."""
        kept = self.shelf.conversations.open(id)
        return Screen(self._show(kept, labels), self._no_reading(labels), kept.id)

    def again(self, id: str, labels: Labels) -> str | None:
        """The conversation shown anew; None where a question has come meanwhile, which this would hide."""
        answered = self.answered[id]
        shown = self.enter(id, labels).conversation
        return shown if self.asked[id] == answered else None

    def answer(self, question: str, id: str, labels: Labels) -> Iterator[Screen]:
        """The question at once, then its answer as it grows, its first source open beside it."""
        if question.strip():
            self.asked[id] += 1
            try:
                yield from self._answer(question, self.shelf.conversations.open(id), labels)
            finally:
                self.answered[id] += 1

    def _answer(self, question: str, kept: Conversation, labels: Labels) -> Iterator[Screen]:
        yield Screen(self._show(kept, labels, render.waiting(question, labels)), None, kept.id)
        try:
            answer = None
            for answer in self.ask(question, history=kept.turns):
                grown = kept.with_turn(Turn(question, answer))
                yield Screen(render.conversation(grown, self.find, labels, growing=True), None, kept.id)
            if answer:
                turn = Turn(question, answer)
                yield self._answered(self.shelf.conversations.change(kept, lambda now: now.with_turn(turn)), labels)
        except UserError as error:
            failed = render.problem(question, said(error, labels), labels)
            yield Screen(self._show(kept, labels, failed), self._no_reading(labels), kept.id)
        except Exception:  # a bug: the page must not wait for ever, and the traceback goes on to the terminal
            failed = render.problem(question, labels.bug, labels)
            yield Screen(self._show(kept, labels, failed), reading.empty(labels), kept.id)
            raise

    def read(self, where: Mapping[str, Any], id: str, labels: Labels) -> str:
        """The reading pane for a mark (``turn``, ``n``), a near passage (``turn``, ``near``), or a place in a document
        (``source``, ``start``, ``end``)."""
        if "source" in where:
            span = Span(int(where.get("start") or 0), int(where.get("end") or where.get("start") or 0))
            return self._passage(str(where["source"]), span, labels)
        turns = self.shelf.conversations.open(id).turns
        number = int(where["turn"])
        if not 0 <= number < len(turns):
            return reading.empty(labels)
        answer = turns[number].answer
        if "near" in where:
            hit = answer.nearest[int(where["near"])]
            return self._passage(hit.source, Span(hit.start, hit.end), labels)
        return self._cited(answer, number, int(where["n"]), labels)

    def export(self, id: str, turn: int, kind: str, labels: Labels) -> str | None:
        """The answer as a file of this kind; None where there is none."""
        turns = self.shelf.conversations.open(id).turns
        return exports.KINDS[kind][1](turns[turn].answer, labels) if 0 <= turn < len(turns) else None

    def _answered(self, kept: Conversation, labels: Labels) -> Screen:
        answer, number = kept.turns[-1].answer, len(kept.turns) - 1
        pane = self._cited(answer, number, 1, labels) if answer.citations else reading.empty(labels)
        return Screen(self._show(kept, labels), pane, kept.id)

    def _show(self, kept: Conversation, labels: Labels, last: str = "") -> str:
        if kept.turns or last:
            return render.conversation(kept, self.find, labels, last or self._instead(kept, labels))
        return self._welcome(labels)

    def _instead(self, kept: Conversation, labels: Labels) -> str:
        """What could be asked where the last question was not answered."""
        if kept.turns[-1].answer.found:
            return ""
        asked, index = {turn.question for turn in kept.turns}, self._index()
        questions = [question for question in self.suggest(index, labels) if question not in asked] if index else []
        return render.suggested(questions, labels.instead)

    def _welcome(self, labels: Labels) -> str:
        try:
            index = self._index()
            if index is None:
                return empty_welcome(self.shelf.library.folders.view(), labels)
            counts = _counts(index, labels)
            if self.shelf.library.folders.shows_sample:
                counts = labels.sample_counts.format(counts=counts)
            return render.welcome(counts, self.suggest(index, labels), labels)
        except UserError as error:
            return render.welcome(said(error, labels), (), labels)

    def _no_reading(self, labels: Labels) -> str:
        """The reading pane where nothing is open: what it is for, or the library before any document was added."""
        with suppress(UserError):  # a damaged index is told elsewhere
            if self._index() is None:
                return self.shelf.documents("", 1, labels)
        return reading.empty(labels)

    def _index(self) -> "Index | None":
        """The index as it stands; None before any document was added."""
        try:
            return self.open_index()
        except IndexMissing:
            return None

    def find(self, source: str) -> Document | None:
        """A document of the index as it stands; None when it is not there."""
        try:
            return self.open_index().document(source)
        except (KeyError, IndexMissing):
            return None

    def _cited(self, answer: Answer, turn: int, n: int, labels: Labels) -> str:
        if not 1 <= n <= len(answer.citations):
            return reading.empty(labels)
        chosen = answer.citations[n - 1]
        document = self.find(chosen.source)
        if document is None:
            return reading.missing(chosen.source, labels.gone, chosen.quote, labels)
        picture = self._picture(document, Span(chosen.start, chosen.end), answer.citations, n, labels)
        return reading.cited(document, answer.citations, n, turn, labels, picture)

    def _passage(self, source: str, span: Span, labels: Labels) -> str:
        document = self.find(source)
        if document is None:
            return reading.missing(source, labels.gone, "", labels)
        end = min(span.end, len(document.text))
        shown = Span(max(0, min(span.start, end)), end)
        return reading.passage(document, shown, labels, self._picture(document, shown, (), 0, labels))

    def _picture(self, document: Document, span: Span, citations: Sequence[Citation], n: int, labels: Labels) -> str:
        """The pages of the span as pictures; a sentence where the file has changed; nothing for other files."""
        if self.pictures is None or not drawable(document):
            return ""
        if not self.pictures.unchanged(document):
            return reading.notice(labels.file_changed)
        numbered = reading.of_document(document.id, citations)
        quotes = [(number, Span(citation.start, citation.end)) for number, citation in numbered]
        shown = self.pictures.around(document, span, quotes)
        return reading.pictures(document, shown, n, labels) if shown else ""

    def draw(self, source: str, page: int, sha256: str) -> bytes | None:
        """A page as a picture; None for anything but a page of a document as it was indexed."""
        document = self.find(source)
        if self.pictures is None or document is None or document.sha256 != sha256:
            return None
        return self.pictures.png(document, page)


def _counts(index: "Index", labels: Labels) -> str:
    documents, passages = index.manifest.documents, index.manifest.passages
    return ", ".join(
        (
            labels.one_document if documents == 1 else labels.documents.format(n=documents),
            labels.one_passage if passages == 1 else labels.passages.format(n=passages),
        )
    )
