"""An answer as a file that stands alone, with its quotes, their offsets and the hashes of their documents."""

import json
from collections.abc import Callable

from rag.answer import Answer, Citation
from ui.html import conversation
from ui.html.markup import annotate, escape
from ui.i18n.labels import Labels

STYLE = (
    "body{font:1.0625rem/1.6 Georgia,serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1d1b18}"
    "q{quotes:'«\\a0' '\\a0»'}:lang(en) q{quotes:'“' '”'}.marks{white-space:nowrap}"
    "blockquote{margin:.5rem 0 0;white-space:pre-wrap}mark{background:#ffedb0}"
    ".answer{white-space:pre-wrap}small,code{color:#625d54;overflow-wrap:anywhere}li{margin-block:1.2rem}"
)


def as_json(answer: Answer, labels: Labels) -> str:
    return json.dumps(answer.to_dict(), ensure_ascii=False, indent=2)


def as_markdown(answer: Answer, labels: Labels) -> str:
    """Quotes in blocks of their own; characters that Markdown would read are escaped outside of them."""
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
    """Where the quote stands, exactly enough to be checked by a program."""
    page = f", p. {citation.page}" if citation.page else ""
    return f"{citation.source}{page}, {citation.start}–{citation.end}, sha256 {citation.sha256}"


def as_html(answer: Answer, labels: Labels) -> str:
    items = "".join(_html_source(citation) for citation in answer.citations)
    sources = f"<h2>{labels.sources}</h2><ol>{items}</ol>" if items else ""
    remark = f"<p>{escape(answer.remark)}</p>" if answer.remark else ""
    return (
        f'<!doctype html><html lang="{labels.language}"><meta charset="utf-8"><title>{escape(answer.question)}</title>'
        f"<style>{STYLE}</style><h1>{escape(answer.question)}</h1>"
        f'{remark}<div class="answer">{_answer_text(answer)}</div>{sources}</html>\n'
    )


def _answer_text(answer: Answer) -> str:
    return annotate(
        answer.text, 0, len(answer.text), [list(conversation.unbroken(answer)), list(conversation.quoted(answer))]
    )


def _html_source(citation: Citation) -> str:
    return (
        f"<li><strong>{escape(citation.title)}</strong><br><small>{escape(_place(citation))}</small>"
        f"<blockquote>{conversation.quote_in_passage(citation, None)}</blockquote></li>"
    )


FORMATS: dict[str, tuple[str, Callable[[Answer, Labels], str]]] = {
    "md": ("text/markdown", as_markdown),
    "html": ("text/html", as_html),
    "json": ("application/json", as_json),
}
