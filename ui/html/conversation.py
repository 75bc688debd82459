"""Answers to HTML. Pure functions: the same answer, the same markup."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import combinations
from urllib.parse import urlencode

from index.documents import Document, Span
from rag.answer import Answer, Citation, Hit
from rag.text.attribution import same_side
from ui.html.markup import Annotation, annotate, escape
from ui.i18n.labels import Labels, long_date
from ui.services.conversations import Conversation

CONTEXT = 200  # characters

FindDocument = Callable[[str], Document | None]
"""A document by its id; None when it is not in the index."""


def conversation(
    kept: Conversation, find: FindDocument, labels: Labels, last: str = "", *, growing: bool = False, note: str = ""
) -> str:
    """All turns, oldest first, then ``last``: a question that waits or failed, or what could be asked instead.

    While its last answer is ``growing``, a conversation offers no tools, for nothing is kept yet. ``note`` comes
    before all turns.
    """
    shown = "".join(
        turn(number, past.answer, find, labels, "" if growing else tools(kept, number, labels))
        for number, past in enumerate(kept.turns)
    )
    state = " pending" if growing else ""
    said = f'<p class="notice" role="status">{note}</p>' if note else ""
    return f'<div class="conversation{state}" role="log" lang="{labels.language}">{said}{shown}{last}</div>'


def turn(number: int, answer: Answer, find: FindDocument, labels: Labels, after: str = "") -> str:
    is_refusal = answer.kind == "not_found"
    body = not_found(number, answer, labels) if is_refusal else answered(number, answer, find, labels)
    understood = _understood(answer, labels) if answer.question_understood != answer.question else ""
    return (
        f'<article class="turn" data-turn="{number}"><h2 class="question">{escape(answer.question)}</h2>'
        f"{understood}{body}{after}</article>"
    )


def _understood(answer: Answer, labels: Labels) -> str:
    question = escape(answer.question_understood)
    return (
        f'<p class="understood">{labels.understood} <q>{question}</q> '
        f'<button type="button" class="link" data-fill="{question}">{labels.edit}</button></p>'
    )


def answered(number: int, answer: Answer, find: FindDocument, labels: Labels) -> str:
    """The answer with its sources; what the program says itself (a count, a greeting) has none."""
    cards = "".join(card(number, n, citation, find, labels) for n, citation in enumerate(answer.citations, 1))
    sources = f'<section class="sources" aria-label="{labels.sources}">{cards}</section>'
    remark = f'<p class="remark">{escape(answer.remark)}</p>' if answer.remark else ""
    text = answer_text(number, answer, labels) if answer.found else escape(answer.text)
    return f'{remark}<div class="answer">{text}</div>{sources if cards else ""}'


def answer_text(number: int, answer: Answer, labels: Labels) -> str:
    """The words of the answer, with its marks as buttons, known from the ledger and from nothing else."""
    unsupported = [
        Annotation(s.start, s.end, f'<span class="unsupported" title="{labels.unsupported}">')
        for s in answer.sentences
        if not s.supported
    ]
    marks = [
        Annotation(mark.start, mark.end, mark_button(number, n, answer.citations[n - 1]))
        for s in answer.sentences
        for mark, n in zip(s.marks, s.citations, strict=True)
    ]
    sides, quotes, focuses = list(_sides(answer, labels)), list(quoted(answer)), list(_focuses(answer))
    return annotate(
        answer.text, 0, len(answer.text), [unsupported, sides, list(unbroken(answer)), marks, quotes, focuses]
    )


def unbroken(answer: Answer) -> Iterable[Annotation]:
    """Each mark with the space before it, where no line may break."""
    for sentence in answer.sentences:
        for mark in sentence.marks:
            before = answer.text[sentence.start : mark.start]
            yield Annotation(sentence.start + len(before.rstrip(" ")), mark.end, '<span class="marks">')


def mark_button(number: int, n: int, citation: Citation) -> str:
    quote = escape(citation.quote)
    return f'<button type="button" class="cite" data-turn="{number}" data-n="{n}" data-quote="{quote}">'


def _sides(answer: Answer, labels: Labels) -> Iterable[Annotation]:
    """Who says each sentence, where several do; it is shown before the sentence, and is no part of its text."""
    speakers = [citation.speaker for citation in answer.citations if citation.speaker]
    if any(not same_side(one, other) for one, other in combinations(speakers, 2)):
        for sentence in answer.sentences:
            speaker = sentence.citations and answer.citations[sentence.citations[0] - 1].speaker
            if speaker:
                says = f"{escape(speaker[0].upper() + speaker[1:])}{labels.colon} "
                yield Annotation(sentence.start, sentence.end, f'<span class="side" data-says="{says}">')


def quoted(answer: Answer) -> Iterable[Annotation]:
    """What the answer takes word for word from its sources."""
    for sentence in answer.sentences:
        for n in sentence.citations[:1]:
            at = answer.text.find(quote := answer.citations[n - 1].quote, sentence.start, sentence.end)
            if at >= 0:
                yield Annotation(at, at + len(quote), '<q class="quoted">')


def _focuses(answer: Answer) -> Iterable[Annotation]:
    """The words that answer, where the answer quotes them."""
    for sentence in answer.sentences:
        for n in sentence.citations[:1]:
            citation = answer.citations[n - 1]
            at = answer.text.find(citation.quote, sentence.start, sentence.end)
            if citation.focus and at >= 0:
                start = at + citation.focus.start - citation.start
                yield Annotation(start, start + len(citation.focus_text or ""), '<strong class="focus">')


def card(number: int, n: int, citation: Citation, find: FindDocument, labels: Labels) -> str:
    """One source: its number, where it is, and the quote, marked, within its passage."""
    title = escape(citation.title)
    opens = labels.open_source.format(n=n, title=title)
    return (
        f'<article class="source" data-turn="{number}" data-n="{n}">'
        f'<header><button type="button" class="open" data-turn="{number}" data-n="{n}" aria-label="{opens}">'
        f'<span class="number">{n}</span><span class="title">{title}</span></button>'
        f"{place(citation.source, citation.date, citation.page, labels, citation.speaker)}</header>"
        f"{above(citation)}<blockquote>{quote_in_passage(citation, find(citation.source))}</blockquote></article>"
    )


def above(citation: Citation) -> str:
    """The headings and the lead-in that the quote stands under; nothing where there are none."""
    return f'<p class="above">{escape(citation.path)}</p>' if citation.path else ""


def quote_in_passage(citation: Citation, document: Document | None) -> str:
    """The quote marked, with some of its passage around; the quote alone when its document has changed or gone."""
    focus = [Annotation(*citation.focus, '<strong class="focus">')] if citation.focus else []
    lit = [[Annotation(citation.start, citation.end, "<mark>")], focus]
    if document and stands(citation, document):
        start, end = _context(citation, document.text)
        before = "… " if document.text[citation.passage.start : start].strip() else ""
        after = " …" if document.text[end : citation.passage.end].strip() else ""
        return f"{before}{annotate(document.text, start, end, lit)}{after}"
    offset = citation.start
    alone = [[a._replace(start=a.start - offset, end=a.end - offset) for a in layer] for layer in lit]
    return annotate(citation.quote, 0, len(citation.quote), alone)


def _context(citation: Citation, text: str) -> Span:
    """The quote and at most ``CONTEXT`` characters of its passage on each side, cut between words."""
    before = text[citation.passage.start : citation.start].lstrip()
    after = text[citation.end : citation.passage.end].rstrip()
    if len(before) > CONTEXT:
        before = before[-CONTEXT:].partition(" ")[2]
    if len(after) > CONTEXT:
        after = after[:CONTEXT].rpartition(" ")[0].rstrip()
    return Span(citation.start - len(before), citation.end + len(after))


def stands(citation: Citation, document: Document) -> bool:
    """Whether the quote is still what the document says at its place."""
    return citation.sha256 == document.sha256 and document.text[citation.start : citation.end] == citation.quote


def place(source: str, day: date | None, page: int | None, labels: Labels, speaker: str | None = None) -> str:
    """Who says it, date, page and file, as far as they are known."""
    says = speaker and labels.speaker.format(speaker=escape(speaker))
    known = [says, day and long_date(day, labels), page and labels.page.format(page=page)]
    words = [f"<span>{part}</span>" for part in known if part]
    return f'<p class="place">{"".join(words)}<span class="file">{escape(source)}</span></p>'


def not_found(number: int, answer: Answer, labels: Labels) -> str:
    """The honest absence: it looks different from an answer, says why, and offers what is near as no evidence."""
    nearest = "".join(near(number, i, hit, labels) for i, hit in enumerate(answer.nearest[:3]))
    note = f'<h3>{labels.nearest}</h3><p class="note">{labels.nearest_note}</p>'
    offered = f'<section class="nearest">{note}{nearest}</section>'
    return (
        f'<div class="not-found"><p class="verdict">{labels.not_found}</p><p>{labels.not_found_why}</p></div>'
        f"{offered if nearest else ''}"
    )


def near(number: int, i: int, hit: Hit, labels: Labels) -> str:
    return (
        f'<article class="near"><button type="button" class="open" data-turn="{number}" data-near="{i}">'
        f'<span class="title">{escape(hit.title)}</span></button>'
        f"{place(hit.source, hit.date, hit.page, labels)}"
        f"<blockquote>{escape(_clipped(hit.text))}</blockquote></article>"
    )


def _clipped(text: str, limit: int = 280) -> str:
    return text if len(text) <= limit else text[:limit].rsplit(" ", 1)[0] + " …"


def tools(kept: Conversation, number: int, labels: Labels) -> str:
    """What can be done with an answer: copy it, link to it, keep it as a file, judge it."""
    path = f"export/{kept.id}/{number}"
    link = f"?{urlencode({'q': kept.turns[number].question})}"
    files = "".join(
        f'<a class="link" href="{path}/{kind}" download>{kind.upper()}</a>' for kind in ("md", "html", "json")
    )
    return (
        f'<footer class="tools">{copier("copy", f"{path}/md", labels.copy, labels)}'
        f"{copier('link', link, labels.link, labels)}<span>{labels.export}</span>{files}"
        f"{thumb(kept, number, 'good', labels.good)}{thumb(kept, number, 'bad', labels.bad)}</footer>"
    )


def copier(kind: str, what: str, label: str, labels: Labels) -> str:
    """A button that copies: the text at an address (``copy``) or an address of this page (``link``)."""
    action = f'data-{kind}="{escape(what)}" data-copied="{labels.copied}"'
    return f'<button type="button" class="link" {action}>{label}</button>'


def thumb(kept: Conversation, number: int, kind: str, label: str) -> str:
    pressed = "true" if kept.thumbs.get(number) == kind else "false"
    return (
        f'<button type="button" class="thumb {kind}" data-do="judge" data-turn="{number}" data-thumb="{kind}" '
        f'aria-pressed="{pressed}" aria-label="{label}" title="{label}"></button>'
    )


def waiting(question: str, labels: Labels) -> str:
    return (
        f'<article class="turn pending"><h2 class="question">{escape(question)}</h2>'
        f'<p class="searching" role="status">{labels.searching}</p></article>'
    )


def problem(question: str, message: str, labels: Labels) -> str:
    """What a person can mend, in one sentence, and the ways to try again."""
    asked = escape(question)
    return (
        f'<article class="turn failed"><h2 class="question">{asked}</h2>'
        f'<div class="problem" role="alert"><p class="verdict">{labels.problem}</p>'
        f"<p>{escape(message)}</p></div>"
        f'<p class="tools"><button type="button" class="link" data-fill="{asked}">{labels.edit}</button>'
        f'<button type="button" class="link" data-ask="{asked}">{labels.ask_again}</button></p></article>'
    )


def suggested(questions: Sequence[str], words: str) -> str:
    """Questions to ask with one click."""
    asks = "".join(f'<li><button type="button" data-ask="{escape(q)}">{escape(q)}</button></li>' for q in questions)
    shown = f'<p class="note">{words}</p><ul class="suggestions">{asks}</ul>'
    return f'<div class="suggested">{shown}</div>' if asks else ""


def welcome(counts: str, suggestions: Sequence[str], labels: Labels) -> str:
    """The page before the first question."""
    examples = suggested(suggestions, labels.try_asking)
    return (
        f'<div class="welcome" lang="{labels.language}"><h2>{labels.welcome}</h2><p>{labels.welcome_note}</p>'
        f'{examples}<p class="counts">{escape(counts)} '
        f'<button type="button" class="link" data-do="library">{labels.add_yours}</button></p></div>'
    )


def header(labels: Labels) -> str:
    """The name of the house, and the doors out of the conversation."""
    doors = {"library": labels.library, "conversations": labels.conversations, "start": labels.new}
    buttons = "".join(
        f'<button type="button" data-do="{do}" aria-label="{label}">{label}</button>' for do, label in doors.items()
    )
    keys = f'<button type="button" data-open="help" aria-label="{labels.keys_title}">?</button>'
    return (
        f'<div class="bar" lang="{labels.language}"><h1>Sourcier</h1><p class="motto">{labels.motto}</p>'
        f'<nav aria-label="{labels.menu}">{buttons}{keys}</nav></div>'
        f'<p id="lost" role="alert" hidden>{labels.connection}</p>'
        f'<p id="copying" role="status" data-words="{labels.copying}" hidden></p>{help_dialog(labels)}'
    )


def help_dialog(labels: Labels) -> str:
    """The keys, and what narrows a question."""
    return (
        f'<dialog id="help" aria-label="{labels.keys_title}"><h2>{labels.keys_title}</h2>'
        f"<dl>{_keys(labels.keys)}</dl><h2>{labels.filters_title}</h2><dl>{_keys(labels.filters)}</dl>"
        f'<form method="dialog"><button>{labels.close}</button></form></dialog>'
    )


def _keys(keys: Sequence[tuple[str, str]]) -> str:
    return "".join(f"<div><dt><kbd>{key}</kbd></dt><dd>{does}</dd></div>" for key, does in keys)
