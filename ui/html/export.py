"""Render an answer as a self-contained file, with its quotes, their offsets and the hashes of their documents."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from rag.answer import Answer, Citation
from ui.html import conversation
from ui.html.markup import annotate, render
from ui.i18n.labels import Labels, format_long_date


def as_markdown(answer: Answer, labels: Labels) -> str:
    """Return the answer as Markdown.

    Quotes stand in blocks of their own; characters that Markdown would read are escaped outside of them.
    """
    remark = f"{_escape_markdown(answer.remark)}\n\n" if answer.remark else ""
    writer = f"\n*{_escape_line(labels.written_by.format(model=answer.writer))}*\n" if answer.writer else ""
    text = _add_verdicts(answer, labels, _escape_markdown, " *({})*")
    head = f"# {_escape_line(answer.question)}\n\n{remark}{text}\n{writer}"
    sources = "".join(_write_markdown_source(n, citation, labels) for n, citation in enumerate(answer.citations, 1))
    return head + (f"\n## {labels.sources}\n{sources}" if sources else "")


def _write_markdown_source(n: int, citation: Citation, labels: Labels) -> str:
    quote = "\n".join(f"   > {_escape_markdown(line)}" for line in citation.quote.split("\n"))
    return f"\n{n}. **{_escape_line(citation.title)}**, {_escape_line(describe_location(citation))}\n\n{quote}\n"


def list_verdicts(answer: Answer, labels: Labels) -> list[tuple[int, str]]:
    """Return the end of each sentence that a model wrote, and its verdict; none if the answer quotes."""
    stating = [sentence for sentence in answer.sentences if answer.writer and sentence.states]
    return [(sentence.end, labels.verdict(sentence.verdict)) for sentence in stating]


def _add_verdicts(answer: Answer, labels: Labels, escape: Callable[[str], str], form: str) -> str:
    """Return the text with the verdict after each sentence, in the given form."""
    pieces, at = [], 0
    for end, verdict in list_verdicts(answer, labels):
        pieces += [escape(answer.text[at:end]), form.format(escape(verdict))]
        at = end
    return "".join([*pieces, escape(answer.text[at:])])


def _escape_line(text: str) -> str:
    return _escape_markdown(" ".join(text.split()))


def _escape_markdown(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|!&" else c for c in text)


def describe_location(citation: Citation) -> str:
    """Return the exact location of the quote, so that a program can check it."""
    page = f", p. {citation.page}" if citation.page else ""
    page += ", OCR" if citation.ocr else ""
    return f"{citation.source}{page}, {citation.start}–{citation.end}, sha256 {citation.sha256}"


def describe_source(citation: Citation, labels: Labels) -> tuple[str, str]:
    """Describe a source for people: its title, and what follows it, «, page, file, date.»"""
    speaker = labels.speaker.format(speaker=citation.speaker) if citation.speaker else ""
    page = labels.page_of(citation.source, citation.page) if citation.page else ""
    day = format_long_date(citation.date, labels) if citation.date else ""
    details = "".join(f", {word}" for word in (speaker, page, citation.source, day) if word)
    return citation.title.rstrip(" ."), f"{details}."


def as_html(answers: Sequence[Answer], proof: str, labels: Labels) -> str:
    """Return answers as one HTML page, which needs no other file; ``proof`` goes into its head."""
    sections = [(answer, _render_marked(answer, labels), _list_sources(answer)) for answer in answers]
    return render("export.html", "page", sections=sections, proof=proof, labels=labels)


def as_fragment(answer: Answer, labels: Labels) -> str:
    """Return the answer with its marks and sources as HTML to paste into another program."""
    paragraphs = _add_verdicts(answer, labels, str, " ({})").split("\n\n")
    sources = [(*describe_source(citation, labels), _unless_quoted(citation, answer)) for citation in answer.citations]
    return render(
        "export.html", "fragment", answer=answer, paragraphs=paragraphs, sources=sources, labels=labels
    )  # fmt: skip


def as_text(answer: Answer, labels: Labels) -> str:
    """Return the answer with its marks and sources as plain text."""
    text = _add_verdicts(answer, labels, str, " ({})")
    sources = [
        f"[{n}] {''.join(describe_source(citation, labels))}{_unless_quoted(citation, answer)}"
        for n, citation in enumerate(answer.citations, start=1)
    ]
    return "\n\n".join(
        paragraph for paragraph in (answer.question, answer.remark, text, "\n".join(sources)) if paragraph
    )


def _unless_quoted(citation: Citation, answer: Answer) -> str:
    """Return a quote on its own line; nothing if the answer contains it verbatim."""
    return "" if citation.quote in answer.text else f"\n{citation.quote}"


def as_comment(proof: str) -> str:
    """Return a proof as a comment, which neither Markdown nor HTML shows."""
    return render("export.html", "comment", proof=proof)


def _render_marked(answer: Answer, labels: Labels) -> Markup:
    verdicts = list(conversation.annotate_verdicts(answer, labels)) if answer.writer else []
    layers = [verdicts, list(conversation.annotate_marks(answer)), list(conversation.annotate_quotes(answer))]
    return annotate(answer.text, 0, len(answer.text), layers)


def _list_sources(answer: Answer) -> list[tuple[str, str, Markup]]:
    """Return the title, location and quote of each citation."""
    return [
        (citation.title, describe_location(citation), conversation.render_quote(citation, None))
        for citation in answer.citations
    ]
