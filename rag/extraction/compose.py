"""The answer's text when no language model writes it: the chosen sentences, verbatim, each with its marks."""

from collections.abc import Sequence

from index.documents import Span
from rag.answer import LedgerSentence
from rag.extraction.citations import Cited

ABSENCE = {
    "fr": "Vos documents ne répondent pas à cette question.",
    "en": "Your documents do not answer this question.",
}


def compose_answer(cited: Sequence[Cited]) -> tuple[str, tuple[LedgerSentence, ...]]:
    """The quotes, one paragraph each, and the ledger. A quote that repeats another one only adds its mark to it."""
    text, ledger = "", []
    for number, one in enumerate(cited, start=1):
        if one.repeats is not None:
            continue
        numbers = (number, *(n for n, other in enumerate(cited, start=1) if other.repeats == number - 1))
        start = len(text) + 2 if text else 0
        text = f"{text}\n\n{one.citation.quote}" if text else one.citation.quote
        text, marks = _marked(text, numbers)
        ledger.append(LedgerSentence(start, len(text), numbers, True, marks))
    return text, tuple(ledger)


def _marked(text: str, numbers: Sequence[int]) -> tuple[str, tuple[Span, ...]]:
    marks = []
    for number in numbers:
        mark = f"[{number}]"
        text = f"{text} {mark}"
        marks.append(Span(len(text) - len(mark), len(text)))
    return text, tuple(marks)


def compose_refusal(language: str) -> tuple[str, tuple[LedgerSentence, ...]]:
    """What is said when the documents do not answer: a sentence that claims no support."""
    text = ABSENCE.get(language, ABSENCE["en"])
    return text, (LedgerSentence(0, len(text), (), False),)
