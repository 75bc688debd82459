"""The answer's text when no language model writes it: the chosen sentences, verbatim, each with its marks."""

from collections.abc import Sequence

from index.documents import Span
from rag.answer import LedgerSentence, SourceSpan
from rag.extraction.citations import CitationDraft
from rag.wording import Wording

ABSENCE = {
    "fr": "Vos documents ne répondent pas à cette question.",
    "en": "Your documents do not answer this question.",
}


_LISTED_COPIES = 5  # copies
REMARKS = {
    "denies": Wording("Vos documents disent autre chose.", "Your documents say otherwise."),
    "differs": Wording("Vos documents ne s’accordent pas.", "Your documents disagree."),
}
_COPIES = Wording("Même texte dans : {}.", "The same text is in: {}.")


def choose_remark(kind: str, language: str) -> str:
    """Return what is said above quotes of this kind; other languages than French get English."""
    return REMARKS[kind].write(language)


def remark_copies(copies: Sequence[str], language: str) -> str:
    """Return which other documents hold the text that is quoted; nothing without any."""
    if not copies:
        return ""
    names = ", ".join(copies[:_LISTED_COPIES]) + (" …" if len(copies) > _LISTED_COPIES else "")
    return _COPIES.write(language, names)


def compose_answer(cited: Sequence[CitationDraft]) -> tuple[str, tuple[LedgerSentence, ...]]:
    """Return the quotes, one paragraph each, and the ledger of the text.

    A quote that repeats another adds only its number to the paragraph of that one.
    """
    text, ledger = "", []
    for number, draft in enumerate(cited, start=1):
        if draft.repeats is not None:
            continue
        numbers = (number, *(n for n, other in enumerate(cited, start=1) if other.repeats == number - 1))
        start = len(text) + 2 if text else 0
        text = f"{text}\n\n{draft.citation.quote}" if text else draft.citation.quote
        text, marks = _mark(text, numbers)
        quoted = (cited[n - 1].citation for n in numbers)
        evidence = tuple(SourceSpan(citation.source, citation.start, citation.end) for citation in quoted)
        ledger.append(LedgerSentence(start, len(text), numbers, True, marks, evidence=evidence))
    return text, tuple(ledger)


def _mark(text: str, numbers: Sequence[int]) -> tuple[str, tuple[Span, ...]]:
    marks = []
    for number in numbers:
        mark = f"[{number}]"
        text = f"{text} {mark}"
        marks.append(Span(len(text) - len(mark), len(text)))
    return text, tuple(marks)


def compose_words(text: str) -> tuple[str, tuple[LedgerSentence, ...]]:
    """Return words of the program, such as a refusal, and their ledger, without support."""
    return text, (LedgerSentence(0, len(text), (), False, states=False),)
