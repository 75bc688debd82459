"""Render a text that was compared with the documents. Pure functions."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from index.errors import UserError
from rag.answer import LedgerSentence
from rag.verification.verify import Verification
from ui.html.markup import Annotation, annotate, render
from ui.i18n.errors import translate_error
from ui.i18n.labels import Labels
from ui.i18n.reasons import translate_reason


def render_verification(
    text: str, verified: Verification | None, labels: Labels, error: UserError | None = None
) -> Markup:
    """Render the box for a text and, if it was compared, the result."""
    sentences = list(_render_sentences(verified, labels)) if verified else []
    quotes = verified.quotes if verified else ()
    stated = len(sentences)
    supported = sum(sentence["verdict"] == "supported" for sentence in sentences)
    return render(
        "verification.html", "verification",
        text=text,
        trouble=translate_error(error, labels) if error else "",
        summary=labels.verified.format(supported=supported, stated=stated) if verified else "",
        sentences=sentences,
        quotes=[{"words": text[quote.start : quote.end], "found": quote.found} for quote in quotes],
        labels=labels,
    )  # fmt: skip


def _render_sentences(verified: Verification, labels: Labels) -> Iterator[dict[str, Any]]:
    for sentence in verified.sentences:
        if sentence.states:
            yield {
                "verdict": sentence.verdict,
                "text": _render_judged(verified.text, sentence, labels),
                "why": translate_reason(sentence.why, labels),
                "citations": [verified.citations[number - 1] for number in sentence.citations],
            }


def _render_judged(text: str, sentence: LedgerSentence, labels: Labels) -> Markup:
    """Render a sentence followed by its verdict, with its unsupported words."""
    values = {"verdict": sentence.verdict, "label": labels.verdict(sentence.verdict), "turn": None, "citations": ()}
    verdict = Annotation(sentence.start, sentence.end, "judged", {**values, "shows": ""})
    annotations = [Annotation(span.start, span.end, "loose", {"title": labels.loose}) for span in sentence.loose]
    return annotate(text, sentence.start, sentence.end, [[verdict], annotations])
