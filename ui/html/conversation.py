"""Answers to HTML. Pure functions: the same answer, the same markup."""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from markupsafe import Markup

from index.documents import Document, Span
from rag.answer import Answer, Citation
from rag.text.attribution import is_same_speaker
from ui.html.markup import Annotation, annotate, render
from ui.i18n.labels import Labels
from ui.i18n.reasons import translate_reason
from ui.services.conversations import Conversation

CONTEXT = 200  # characters

FindDocument = Callable[[str], Document | None]
"""A document by its id; None when it is not in the index."""


class Tools(NamedTuple):
    """What the tools of an answer need to know; they copy, link to, export and judge it."""

    id: str  # of the conversation
    question: str
    thumb: str | None  # what the person thinks of the answer


def render_conversation(
    saved: Conversation, find: FindDocument, labels: Labels, last: str = "", *, growing: bool = False, note: str = ""
) -> Markup:
    """Render all turns, oldest first, then ``last``: a question that waits or failed, or what could be asked instead.

    While its last answer is ``growing``, a conversation offers no tools, for nothing is kept yet. ``note`` comes
    before all turns.
    """
    turns = [
        render_turn(
            n, past.answer, find, labels, None if growing else Tools(saved.id, past.question, saved.thumbs.get(n))
        )
        for n, past in enumerate(saved.turns)
    ]
    exported = saved.id if len(turns) > 1 and not growing else ""
    return render(
        "conversation.html", "conversation",
        turns=turns, last=last, note=note, growing=growing, exported=exported, labels=labels,
    )  # fmt: skip


def render_turn(number: int, answer: Answer, find: FindDocument, labels: Labels, tools: Tools | None = None) -> Markup:
    """Render a question with its answer, the sources of it, and its tools; or with what is near, if there is none."""
    text = render_answer_text(number, answer, labels) if answer.found else answer.text
    quotes = [render_quote(citation, find(citation.source)) for citation in answer.citations]
    return render(
        "conversation.html", "turn",
        number=number, answer=answer, text=text, quotes=quotes, cited=list_cited(answer), tools=tools, labels=labels,
    )  # fmt: skip


def list_cited(answer: Answer) -> list[int]:
    """Return the numbers of the citations to show first: a model is given more than its text cites."""
    marked = {n for sentence in answer.sentences for n in answer.quotes_of(sentence)}
    return [n for n in range(1, len(answer.citations) + 1) if n in marked or not answer.writer]


def render_answer_text(number: int, answer: Answer, labels: Labels) -> Markup:
    """Render the text of an answer, with its marks as buttons, known from the ledger and from nothing else."""
    sentences = list(
        annotate_verdicts(answer, labels, number) if answer.writer else _annotate_unsupported(answer, labels)
    )
    marks = [
        Annotation(mark.start, mark.end, "cite", {"turn": number, "n": n, "quote": answer.citations[n - 1].quote})
        for sentence in answer.sentences
        for mark, n in zip(sentence.marks, sentence.citations, strict=True)
    ]
    speakers, quotes, focuses = (
        list(_annotate_speakers(answer, labels)),
        list(annotate_quotes(answer)),
        list(_annotate_focuses(answer)),
    )
    layers = [
        sentences,
        speakers,
        list(annotate_loose(answer, labels)),
        list(annotate_marks(answer)),
        marks,
        quotes,
        focuses,
    ]
    return annotate(answer.text, 0, len(answer.text), layers)


def _annotate_unsupported(answer: Answer, labels: Labels) -> Iterable[Annotation]:
    for sentence in answer.sentences:
        if not sentence.supported:
            yield Annotation(sentence.start, sentence.end, "unsupported", {"title": labels.unsupported})


def annotate_verdicts(answer: Answer, labels: Labels, turn: int | None = None) -> Iterable[Annotation]:
    """Yield each sentence that a model wrote, followed by its verdict, which on the page shows its quotes."""
    for sentence in answer.sentences:
        if sentence.states:
            values = {"verdict": sentence.verdict, "label": labels.verdict(sentence.verdict), "turn": turn}
            yield Annotation(
                sentence.start, sentence.end, "judged",
                {
                    **values,
                    "citations": answer.quotes_of(sentence),
                    "shows": labels.show_quotes,
                    "why": translate_reason(sentence.why, labels),
                },
            )  # fmt: skip


def annotate_loose(answer: Answer, labels: Labels) -> Iterable[Annotation]:
    """Yield the words that no quote supports, and the marks that point nowhere."""
    for sentence in answer.sentences:
        spans = [(span, "loose", labels.loose) for span in sentence.loose]
        spans += [(span, "unverified", labels.unverified) for span in sentence.unverified]
        for (start, end), macro, title in spans:
            yield Annotation(start, end, macro, {"title": title})


def annotate_marks(answer: Answer) -> Iterable[Annotation]:
    """Yield each mark together with the space before it, where no line may break."""
    for sentence in answer.sentences:
        for mark in sentence.marks:
            text = answer.text[sentence.start : mark.start]
            yield Annotation(sentence.start + len(text.rstrip(" ")), mark.end, "unbroken")


def _annotate_speakers(answer: Answer, labels: Labels) -> Iterable[Annotation]:
    """Yield the speaker of each sentence, if there are several; shown before it, and not part of its text."""
    speakers = [citation.speaker for citation in answer.citations if citation.speaker]
    if any(not is_same_speaker(speaker, other) for speaker, other in combinations(speakers, 2)):
        for sentence in answer.sentences:
            speaker = sentence.citations and answer.citations[sentence.citations[0] - 1].speaker
            if speaker:
                says = f"{speaker[0].upper()}{speaker[1:]}{labels.colon} "
                yield Annotation(sentence.start, sentence.end, "side", {"says": says})


def annotate_quotes(answer: Answer) -> Iterable[Annotation]:
    """Yield the parts of the answer that are quoted verbatim."""
    for citation, at in _locate_quotes(answer):
        yield Annotation(at, at + len(citation.quote), "quoted")


def _annotate_focuses(answer: Answer) -> Iterable[Annotation]:
    """Yield the words that answer, where the answer quotes them."""
    for citation, at in _locate_quotes(answer):
        if citation.focus:
            start = at + citation.focus.start - citation.start
            yield Annotation(start, start + len(citation.focus_text or ""), "focus")


def _locate_quotes(answer: Answer) -> Iterable[tuple[Citation, int]]:
    """Yield the first citation that each sentence quotes, and the offset of the quote in the answer."""
    for sentence in answer.sentences:
        for n in sentence.citations[:1]:
            citation = answer.citations[n - 1]
            at = answer.text.find(citation.quote, sentence.start, sentence.end)
            if at >= 0:
                yield citation, at


def render_quote(citation: Citation, document: Document | None) -> Markup:
    """Render the quote highlighted in its passage; alone if its document has changed or is gone."""
    text, passage = citation.quote, Span(citation.start, citation.end)
    if document and is_current(citation, document):
        passage = Span(min(citation.start, citation.passage.start), max(citation.end, citation.passage.end))
        text = document.slice(*passage)
    quote = Span(citation.start - passage.start, citation.end - passage.start)
    layers = [[Annotation(*quote, "mark")], []]
    if citation.focus:
        focus = Span(citation.focus.start - passage.start, citation.focus.end - passage.start)
        layers[1] = [Annotation(*focus, "focus")]
    start, end = _cut_context(quote, text)
    opening = "… " if text[:start].strip() else ""
    closing = " …" if text[end:].strip() else ""
    return opening + annotate(text, start, end, layers) + closing


def _cut_context(quote: Span, passage: str) -> Span:
    """Return the quote with at most ``CONTEXT`` characters of its passage on each side, cut between words."""
    before, after = passage[: quote.start].lstrip(), passage[quote.end :].rstrip()
    if len(before) > CONTEXT:
        before = before[-CONTEXT:].partition(" ")[2]
    if len(after) > CONTEXT:
        after = after[:CONTEXT].rpartition(" ")[0].rstrip()
    return Span(quote.start - len(before), quote.end + len(after))


def is_current(citation: Citation, document: Document) -> bool:
    """Return whether the document still has the quote at its offsets."""
    is_inside = max(citation.end, citation.passage.end) <= document.length
    is_same = is_inside and citation.sha256 == document.sha256
    return is_same and document.slice(citation.start, citation.end) == citation.quote


def render_waiting(question: str, labels: Labels, model: str = "") -> Markup:
    """Render a question that is being answered, by a language model if one is named."""
    status = labels.is_writing.format(model=model) if model else labels.searching
    return render("conversation.html", "waiting", question=question, status=status)


def render_problem(question: str, message: str, labels: Labels) -> Markup:
    """Render a question that could not be answered, the reason, and the ways to try again."""
    return render("conversation.html", "problem", question=question, message=message, labels=labels)


def render_suggestions(questions: Sequence[str], words: str) -> Markup:
    """Render suggested questions, each asked with one click, after some words."""
    return render("conversation.html", "suggested", questions=questions, words=words)
