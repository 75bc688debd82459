"""The behaviour of the page: each function takes an action and returns what to show, knowing no component."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from index.documents import Document, Span
from index.errors import IndexNotFound, UserError
from rag.answer import Answer, Citation, Turn
from rag.verification.verify import verify
from ui.html import conversation as conversation_html
from ui.html import document as document_html
from ui.html import welcome as welcome_html
from ui.html.verification import render_checking, render_verification
from ui.i18n.errors import translate_error
from ui.i18n.labels import Labels
from ui.services.conversations import Conversation
from ui.services.pdf.pages import NotShown, PageRenderer, is_drawable
from ui.services.requests import hide_address
from ui.services.verification import check_length
from ui.web.library_controller import LibraryController

if TYPE_CHECKING:
    from index import Index

Ask = Callable[..., Iterator[Answer]]
"""``ask(question, history=turns)``: an answer that grows; its last is the answer. ``model=name`` lets a model write."""


class OfferedModel(NamedTuple):
    """A language model that may write answers, and the host that text is then sent to ("" for this machine)."""

    model: str
    host: str

    @property
    def agreed(self) -> str:
        """Return the consent that a browser stores: to this model on this host, and to no other."""
        return f"{self.model} {self.host}"


class PageUpdate(NamedTuple):
    """The content of the page: the conversation, the reading pane, and the conversation's id.

    None leaves a part as it is.
    """

    conversation: str | None
    reader: str | None
    id: str


@dataclass(frozen=True)
class PageController:
    """Answers questions, opens quotes, and keeps conversations."""

    ask: Ask
    open_index: "Callable[[], Index]"
    library_controller: LibraryController
    page_renderer: PageRenderer | None = None
    writing: OfferedModel | None = None
    suggest: "Callable[[Index, Labels], Sequence[str]]" = field(default=lambda index, labels: ())
    received: Counter[str] = field(default_factory=Counter)  # questions that each page sent, by its conversation
    finished: Counter[str] = field(default_factory=Counter)  # those of them that are done with

    def load(self, id: str, labels: Labels) -> PageUpdate:
        """Return the saved conversation with the first source of its last answer open, or the welcome page."""
        conversation = self.library_controller.conversations.open(id)
        return PageUpdate(
            self._render_conversation(conversation, labels),
            self._render_last_source(conversation, labels),
            conversation.id,
        )

    def resume(self, id: str, labels: Labels) -> PageUpdate:
        """Return the saved conversation; leave the reading pane unchanged."""
        conversation = self.library_controller.conversations.open(id)
        return self._update_conversation(conversation, labels)

    def refresh(self, id: str, labels: Labels) -> str | None:
        """Render the conversation again; return None if a question was asked meanwhile."""
        finished = self.finished[id]
        conversation = self.resume(id, labels).conversation
        return conversation if self.received[id] == finished else None

    def delete(self, id: str, current: str, labels: Labels) -> PageUpdate:
        """Delete a conversation and list the others; if it is open, show the welcome page."""
        self.library_controller.conversations.delete(id)
        if id != current:
            return PageUpdate(None, self.library_controller.conversation_list(current, labels), current)
        welcome = self.resume("", labels)
        return welcome._replace(reader=self.library_controller.conversation_list(welcome.id, labels, open_id=id))

    def restore(self, id: str, current: str, was_open: bool, labels: Labels) -> PageUpdate:
        """Restore a deleted conversation, on the page if it was open there and no other is now."""
        if not self.library_controller.conversations.restore(id):
            return PageUpdate(
                None, self.library_controller.conversation_list(current, labels, trouble=labels.undo_late), current
            )
        if not was_open or self.library_controller.conversations.open(current).turns:
            return PageUpdate(None, self.library_controller.conversation_list(current, labels), current)
        return self.resume(id, labels)._replace(reader=self.library_controller.conversation_list(id, labels))

    def verify(self, text: str, labels: Labels) -> Iterator[str]:
        """Yield a text that is being checked at once, then with its verification; only the box if there is no text."""
        if not text.strip():
            yield render_verification("", None, labels)
            return
        try:
            check_length(text)
            yield render_checking(text, labels)
            yield render_verification(text, verify(text, index=self.open_index()), labels)
        except UserError as error:
            yield render_verification(text, None, labels, translate_error(hide_address(error), labels))
        except Exception:  # a bug: the page must not wait for ever, and the traceback goes on to the terminal
            yield render_verification(text, None, labels, labels.bug)
            raise

    def switch(self, writes: str, labels: Labels) -> str:
        """Render the switch of the language model; nothing if none is configured."""
        return (
            welcome_html.render_writing_switch(*self.writing, self._may_write(writes), labels) if self.writing else ""
        )

    def _may_write(self, writes: str) -> bool:
        return self.writing is not None and writes == self.writing.agreed

    def answer(self, question: str, id: str, labels: Labels, writes: str = "") -> Iterator[PageUpdate]:
        """Yield the question at once, then the growing answer with its first source open.

        ``writes`` is the consent to a language model that the page sends (``OfferedModel.agreed``).
        """
        if question.strip():
            self.received[id] += 1
            model = self.writing.model if self.writing and self._may_write(writes) else ""
            try:
                yield from self._answer(question, id, labels, model)
            finally:
                self.finished[id] += 1

    def _answer(self, question: str, id: str, labels: Labels, model: str) -> Iterator[PageUpdate]:
        conversation, note = self.library_controller.conversations.open(id), ""
        if self.library_controller.conversations.is_deleted(id):  # by another page: its turns leave this one
            note = labels.began_anew
        waiting = conversation_html.render_waiting(question, labels, model)
        yield self._update_conversation(conversation, labels, waiting, note)
        try:
            answer = None
            for answer in self.ask(question, history=conversation.turns, **({"model": model} if model else {})):
                grown = conversation.with_turn(Turn(question, answer))
                rendered = conversation_html.render_conversation(
                    grown, self.find_document, labels, growing=True, note=note
                )
                yield PageUpdate(rendered, None, conversation.id)
            if answer:
                yield self._keep_answer(conversation, Turn(question, answer), labels, note)
        except UserError as error:
            reason = translate_error(hide_address(error), labels)
            yield self._show_failure(question, reason, conversation, labels, note)
        except Exception:  # a bug: the page must not wait for ever, and the traceback goes on to the terminal
            yield self._show_failure(question, labels.bug, conversation, labels, note)
            raise

    def _show_failure(
        self, question: str, reason: str, conversation: Conversation, labels: Labels, note: str
    ) -> PageUpdate:
        problem = conversation_html.render_problem(question, reason, labels)
        return self._update_conversation(conversation, labels, problem, note)

    def _update_conversation(
        self, conversation: Conversation, labels: Labels, last: str = "", note: str = ""
    ) -> PageUpdate:
        """Show a conversation, ended by ``last``; leave the reading pane unchanged."""
        return PageUpdate(self._render_conversation(conversation, labels, last, note), None, conversation.id)

    def read(self, location: Mapping[str, Any], id: str, labels: Labels) -> str:
        """Render the reading pane for a citation, a near passage, or a span of a document.

        ``location`` holds ``turn`` and ``n``, ``turn`` and ``near``, or ``source``, ``start`` and ``end``.
        """
        if "source" in location:
            start = location.get("start", 0)
            span = Span(start, max(start, location.get("end", start)))
            return self._render_passage(location["source"], span, labels, is_quote=True)
        turns = self.library_controller.conversations.open(id).turns
        number = location.get("turn", len(turns))
        if number >= len(turns):
            gone = self.library_controller.conversations.is_deleted(id)
            return document_html.render_deleted(labels) if gone else document_html.render_empty(labels)
        answer = turns[number].answer
        if "near" not in location:
            return self._render_citation(answer, number, location.get("n", 0), labels)
        if location["near"] >= len(answer.nearest):
            return document_html.render_empty(labels)
        hit = answer.nearest[location["near"]]
        return self._render_passage(hit.source, Span(hit.start, hit.end), labels, is_quote=False)

    def kept_answers(self, id: str, turn: int | None = None) -> list[Answer]:
        """Return the answers of a conversation, or of one turn; none if there is no such conversation or turn."""
        answers = [past.answer for past in self.library_controller.conversations.open(id).turns]
        return answers if turn is None else answers[turn : turn + 1] if turn >= 0 else []

    def _keep_answer(self, previous: Conversation, turn: Turn, labels: Labels, note: str) -> PageUpdate:
        """Save a turn, and show it with its first source; without one, leave the pane unchanged."""
        conversation = self.library_controller.conversations.change(previous, lambda now: now.with_turn(turn))
        if conversation.id != previous.id:  # deleted while it was answered
            note = labels.began_anew
        elif not self.library_controller.conversations.is_saved(conversation.id):
            note = labels.unsaved
        pane = (
            self._render_citation(turn.answer, len(conversation.turns) - 1, 1, labels)
            if turn.answer.citations
            else None
        )
        return PageUpdate(self._render_conversation(conversation, labels, note=note), pane, conversation.id)

    def _render_last_source(self, conversation: Conversation, labels: Labels) -> str:
        """Render the first source of the latest answer that has one."""
        for number in reversed(range(len(conversation.turns))):
            if conversation.turns[number].answer.citations:
                return self._render_citation(conversation.turns[number].answer, number, 1, labels)
        return self._render_empty_reader(labels)

    def _render_conversation(self, conversation: Conversation, labels: Labels, last: str = "", note: str = "") -> str:
        if conversation.turns or last:
            return conversation_html.render_conversation(
                conversation,
                self.find_document,
                labels,
                last or self._render_suggestions(conversation, labels),
                note=note,
            )
        return self._render_welcome(labels)

    def _render_suggestions(self, conversation: Conversation, labels: Labels) -> str:
        """Render suggested questions if the last question was not answered."""
        if conversation.turns[-1].answer.kind not in ("not_found", "greeting"):
            return ""
        past_questions = {turn.question for turn in conversation.turns}
        with suppress(UserError):  # no index that can be read: nothing to suggest
            questions = [
                question for question in self.suggest(self.open_index(), labels) if question not in past_questions
            ]
            return conversation_html.render_suggestions(questions, labels.instead)
        return ""

    def _render_welcome(self, labels: Labels) -> str:
        try:
            index = self._open_index()
            if index is None:
                return welcome_html.render_no_documents(self.library_controller.library.folders.view(), labels)
            counts = _counts(index, labels)
            if self.library_controller.library.folders.shows_sample:
                counts = labels.sample_counts.format(counts=counts)
            return welcome_html.render_welcome(counts, self.suggest(index, labels), labels)
        except UserError as error:
            return welcome_html.render_welcome(translate_error(hide_address(error), labels), (), labels)

    def _render_empty_reader(self, labels: Labels) -> str:
        """Render the reading pane with nothing open: its purpose, or the library before any document was added."""
        with suppress(UserError):  # a damaged index is told elsewhere
            if self._open_index() is None:
                return self.library_controller.documents("", 1, labels)
        return document_html.render_empty(labels)

    def _open_index(self) -> "Index | None":
        """Return the current index, or None if there is none."""
        try:
            return self.open_index()
        except IndexNotFound:
            return None

    def find_document(self, source: str) -> Document | None:
        """Return a document of the current index; None without it, or without a readable index."""
        try:
            return self.open_index().document(source)
        except (KeyError, UserError):
            return None

    def _render_citation(self, answer: Answer, turn: int, n: int, labels: Labels) -> str:
        if not 1 <= n <= len(answer.citations):
            return document_html.render_empty(labels)
        chosen = answer.citations[n - 1]
        document = self.find_document(chosen.source)
        if document is None:
            return document_html.render_missing(chosen.source, labels.gone, chosen.quote)
        page_images = self._render_pages(document, Span(chosen.start, chosen.end), answer.citations, n, labels)
        return document_html.render_citation(document, answer.citations, n, turn, labels, page_images)

    def _render_passage(self, source: str, span: Span, labels: Labels, is_quote: bool) -> str:
        """Render a document at a span: highlighted if ``is_quote``, else softly, as it proves nothing."""
        document = self.find_document(source)
        if document is None:
            return document_html.render_missing(source, labels.gone, "")
        end = min(span.end, document.length)
        visible = Span(max(0, min(span.start, end)), end)
        quotes = [document_html.to_citation(document, visible)] if visible.start < visible.end else []
        page_images = self._render_pages(document, visible, quotes, 1 if is_quote else 0, labels)
        return (document_html.render_link if is_quote else document_html.render_passage)(
            document, visible, labels, page_images
        )

    def _render_pages(
        self, document: Document, span: Span, citations: Sequence[Citation], n: int, labels: Labels
    ) -> str:
        """Render the pages of the span as images; a sentence if the file has changed; nothing for other files."""
        if self.page_renderer is None or not is_drawable(document):
            return ""
        numbered = document_html.select_citations(document.id, citations)
        quotes = [(number, Span(citation.start, citation.end)) for number, citation in numbered]
        try:
            images = self.page_renderer.render_around(document, span, quotes)
        except NotShown as error:
            page = document.page_at(span.start) or 1
            return document_html.render_notice(getattr(labels, error.label).format(page=page))
        return document_html.render_page_images(document, images, n, labels) if images else ""

    def find_page_document(self, source: str, page: int, sha256: str) -> Document | None:
        """Return the document of a page that may be rendered; None unless it is a page as indexed."""
        document = self.find_document(source)
        if self.page_renderer is None or document is None or document.sha256 != sha256:
            return None
        return document if 1 <= page <= len(document.pages) else None


def _counts(index: "Index", labels: Labels) -> str:
    return f"{labels.documents(index.manifest.documents)}, {labels.passages(index.manifest.passages)}"
