"""Render a text that was compared with the documents. Pure functions."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args

from markupsafe import Markup

from rag.answer import LedgerSentence, Verdict
from rag.verification.ledger import split_marked
from rag.verification.verify import Verification
from ui.html.markup import Annotation, annotate, render
from ui.i18n.labels import Labels
from ui.i18n.reasons import translate_reason


def render_verification(text: str, verified: Verification | None, labels: Labels, trouble: str = "") -> Markup:
    """Render the box for a text and, if it was compared, the result; or why it could not be."""
    quotes = verified.quotes if verified else ()
    return render(
        "verification.html", "verification",
        text=text,
        trouble=trouble,
        summary=_summarize(verified, labels) if verified else "",
        sentences=list(_render_sentences(verified, labels)) if verified else [],
        quotes=[{"words": text[quote.start : quote.end], "found": quote.found} for quote in quotes],
        labels=labels,
    )  # fmt: skip


def render_checking(text: str, labels: Labels) -> Markup:
    """Render the box for a text that is being compared."""
    count = sum(sentence.states for sentence in split_marked(text))
    return render(
        "verification.html", "verification",
        text=text, trouble="", summary=labels.checking(count), sentences=[], quotes=[], labels=labels,
    )  # fmt: skip


def _summarize(verified: Verification, labels: Labels) -> str:
    """Return how many of the sentences are supported, and how many of the others have each verdict."""
    counts = Counter(sentence.verdict for sentence in verified.sentences if sentence.states)
    if not counts:
        return labels.nothing_stated
    stated, supported = counts.total(), counts.pop("supported", 0)
    remaining = [(labels.verdict(verdict), counts[verdict]) for verdict in get_args(Verdict) if counts[verdict]]
    summary = labels.verified.format(supported=supported, stated=stated)
    return " · ".join([summary, *(f"{label}{labels.colon} {count}" for label, count in remaining)])


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
