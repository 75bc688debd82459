"""An answer as a file that stands alone, with its quotes, their offsets and the hashes of their documents."""

import json
from collections.abc import Callable

from rag.answer import Answer, Citation
from ui.html import conversation
from ui.html.markup import annotate, render
from ui.i18n.labels import Labels


def as_json(answer: Answer, labels: Labels) -> str:
    """Return the answer as JSON, the form that `rag ask --json` prints."""
    return json.dumps(answer.to_dict(), ensure_ascii=False, indent=2)


def as_markdown(answer: Answer, labels: Labels) -> str:
    """Return the answer as Markdown.

    Quotes stand in blocks of their own; characters that Markdown would read are escaped outside of them.
    """
    remark = f"{_flat(answer.remark)}\n\n" if answer.remark else ""
    head = f"# {_flat(answer.question)}\n\n{remark}{_flat(answer.text)}\n"
    sources = "".join(_markdown_source(n, citation, labels) for n, citation in enumerate(answer.citations, 1))
    return head + (f"\n## {labels.sources}\n{sources}" if sources else "")


def _markdown_source(n: int, citation: Citation, labels: Labels) -> str:
    quote = "\n".join(f"   > {_flat(line)}" for line in citation.quote.split("\n"))
    return f"\n{n}. **{_flat(citation.title)}**, {_flat(_place(citation))}\n\n{quote}\n"


def _flat(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|!&" else c for c in text)


def _place(citation: Citation) -> str:
    """Return the exact location of the quote, so that a program can check it."""
    page = f", p. {citation.page}" if citation.page else ""
    return f"{citation.source}{page}, {citation.start}–{citation.end}, sha256 {citation.sha256}"


def as_html(answer: Answer, labels: Labels) -> str:
    """Return the answer as an HTML page, which needs no other file."""
    layers = [list(conversation.unbroken(answer)), list(conversation.quoted(answer))]
    text = annotate(answer.text, 0, len(answer.text), layers)
    sources = [
        (citation.title, _place(citation), conversation.quote_in_passage(citation, None))
        for citation in answer.citations
    ]
    return render("export.html", "answer", answer=answer, text=text, sources=sources, labels=labels)


FORMATS: dict[str, tuple[str, Callable[[Answer, Labels], str]]] = {
    "md": ("text/markdown", as_markdown),
    "html": ("text/html", as_html),
    "json": ("application/json", as_json),
}
