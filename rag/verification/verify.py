"""Verify a text that anybody wrote, or an answer that was exported, against an index."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from index.documents import Document, Span
from index.errors import UserError
from index.index import Index, open_index
from rag.answer import Answer, Citation, LedgerSentence, SourceSpan, compute_supported_share
from rag.intents.reply import quote, quote_with_speaker
from rag.query.question import parse_question
from rag.ranking.rerank import searcher
from rag.text.quotations import SHORTEST, find_quoted
from rag.verification.alignment import EvidenceSentence
from rag.verification.findings import reason
from rag.verification.ledger import MarkedSentence, evidence_of, judge_sentence, split_marked
from rag.verification.marks import blank_layout
from rag.verification.sources import CheckedCitation, CheckedQuote, Sources

LONGEST = 100_000  # characters
_PASSAGES = 4  # that a sentence is compared with
_SEARCHED = 400  # characters of a sentence that are searched for


class NothingToVerify(UserError):
    """The text is empty, or too long."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What the documents of an index say of a text: each sentence with its verdict, each quote with its place.

    ``citations`` are the best quotes for the sentences of a text, by the numbers that its ledger gives; of an answer,
    its own. ``checked`` compares the citations of an answer with the documents.
    """

    text: str
    sentences: tuple[LedgerSentence, ...]
    citations: tuple[Citation, ...] = ()
    quotes: tuple[CheckedQuote, ...] = ()
    checked: tuple[CheckedCitation, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Return whether no sentence is contradicted or unsupported, every quote is found, and no citation is stale."""
        return (
            all(sentence.verdict not in ("contradicted", "unsupported") for sentence in self.sentences)
            and not any(sentence.unverified for sentence in self.sentences)
            and all(quote.found for quote in self.quotes)
            and all(checked.state != "stale" for checked in self.checked)
        )

    @property
    def coverage(self) -> float:
        """The share of the sentences that state something and are supported, 0 to 1; 0 if none states anything."""
        return compute_supported_share(self.sentences)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON, with stable keys; dates are in ISO 8601."""
        plain = asdict(self) | {"is_sound": self.is_sound, "coverage": self.coverage}
        for citation in (*plain["citations"], *(checked["citation"] for checked in plain["checked"])):
            citation["date"] = citation["date"] and citation["date"].isoformat()
        return plain


def verify(text: str, *, index: str | Path | Index | None = None) -> Verification:
    """Compare a text with the documents of an index: quoted words are looked up, and each sentence is judged.

    A sentence is compared with the passages that a search finds for it. Nothing of the text is changed.

    Raises:
        NothingToVerify: the text holds no word, or is too long.
        TypeError: it is no str.
        UserError: the index is not usable.
    """
    if not isinstance(text, str):
        raise TypeError(f"text is a str, not {text!r}")
    if not any(character.isalnum() for character in text):
        raise NothingToVerify("The text contains no words. Write or paste the text to verify.")
    if len(text) > LONGEST:
        raise NothingToVerify("The text has {:,} characters. Verify at most {:,} at a time.", len(text), LONGEST)
    opened = open_index(index)
    sources = Sources(opened)
    quotes = tuple(CheckedQuote(*span, sources.find(text[span.start : span.end])) for span in _find_quoted(text))
    citations, passages = _NumberedCitations(), _Passages(opened)
    sentences = tuple(_verify_sentence(text, sentence, passages, quotes, citations) for sentence in split_marked(text))
    return Verification(text, sentences, tuple(citations.citations), quotes)


def verify_answer(answer: Answer, index: str | Path | Index | None = None) -> Verification:
    """Compare an answer with the documents of an index: each citation, and each sentence with the quotes it marks.

    The documents decide, not what the answer says of them: a quote that is no longer in any proves nothing.
    """
    opened = open_index(index)
    sources = Sources(opened)
    checked = tuple(sources.check(citation) for citation in answer.citations)
    evidence = [_evidence_now(number, citation, opened) for number, citation in enumerate(checked, start=1)]
    ledger = [judge_sentence(answer.text, sentence, evidence) for sentence in split_marked(answer.text)]
    quotes = tuple(CheckedQuote(*span, sources.find(answer.text[slice(*span)])) for span in _find_quoted(answer.text))
    sentences = tuple(_explain_stale(sentence, checked) for sentence in _as_written(ledger, answer))
    return Verification(answer.text, sentences, answer.citations, quotes, checked)


def _find_quoted(text: str) -> list[Span]:
    return [span for span in find_quoted(text) if span.end - span.start >= SHORTEST]


class _NumberedCitations:
    """The quotes found for a text, each once, numbered from 1."""

    def __init__(self) -> None:
        self.citations: list[Citation] = []

    def number(self, citation: Citation) -> int:
        """Return the number of a citation, which is added if it is new."""
        if citation not in self.citations:
            self.citations.append(citation)
        return self.citations.index(citation) + 1


class _Passages:
    """The passages of an index as evidence; each is read once for a text, whose sentences find the same ones."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._read: dict[SourceSpan, list[EvidenceSentence]] = {}

    def evidence(self, number: int, span: SourceSpan) -> list[EvidenceSentence]:
        """Return the sentences of a span of a document, as evidence of this number."""
        if span not in self._read:
            self._read[span] = evidence_of(0, quote_with_speaker(*self._locate(span)), self.index)
        return [replace(sentence, citation=number) for sentence in self._read[span]]

    def quote(self, span: SourceSpan) -> Citation:
        """Return a span of a document as a citation."""
        return quote(*self._locate(span))

    def search(self, sentence: str) -> list[SourceSpan]:
        """Return the passages nearest to a sentence, best first."""
        words = blank_layout(sentence)[:_SEARCHED]
        if not any(character.isalnum() for character in words):
            return []
        ranked = searcher(self.index).rank(parse_question(words), k=_PASSAGES)
        passages = [self.index.passage(candidate.number) for candidate in ranked.candidates[:_PASSAGES]]
        return [SourceSpan(passage.document.id, passage.start, passage.end) for passage in passages]

    def _locate(self, span: SourceSpan) -> tuple[Document, Span]:
        return self.index.document(span.source), Span(span.start, span.end)


def _verify_sentence(
    text: str,
    sentence: MarkedSentence,
    passages: _Passages,
    quotes: Sequence[CheckedQuote],
    citations: _NumberedCitations,
) -> LedgerSentence:
    """Judge a sentence by the passages that a search finds for it."""
    spans = passages.search(text[slice(*sentence.span)]) if sentence.states else []
    sentence_quotes = (checked for checked in quotes if sentence.span.start <= checked.start < sentence.span.end)
    spans += [checked.found for checked in sentence_quotes if checked.found]
    evidence = [passages.evidence(number, span) for number, span in enumerate(spans, start=1)]
    judged = judge_sentence(text, replace(sentence, marks=()), evidence)
    best = [passages.quote(span) for span in judged.evidence[:3]]
    return replace(judged, citations=tuple(dict.fromkeys(citations.number(citation) for citation in best)), marks=())


def _as_written(ledger: Sequence[LedgerSentence], answer: Answer) -> Sequence[LedgerSentence]:
    """Return the ledger of an answer that quotes; words of the program state nothing."""
    return ledger if answer.citations else [replace(sentence, states=False) for sentence in answer.sentences]


def _evidence_now(number: int, checked: CheckedCitation, index: Index) -> list[EvidenceSentence]:
    """Return what the documents say where a citation is now; nothing if it is stale."""
    if checked.now is None:
        return []
    document, (_, start, end) = index.document(checked.now.source), checked.now
    now, shift = quote_with_speaker(document, Span(start, end)), start - checked.citation.start
    passage = Span(max(0, checked.citation.passage.start + shift), checked.citation.passage.end + shift)
    passage = Span(min(start, passage.start), min(document.length, max(end, passage.end)))
    return evidence_of(number, replace(now, passage=passage), index)


def _explain_stale(sentence: LedgerSentence, checked: Sequence[CheckedCitation]) -> LedgerSentence:
    """Return a sentence with the files that no longer hold what it cites as the reason why it is not supported."""
    stale = [checked[number - 1].citation.source for number in sentence.citations if not checked[number - 1].now]
    if sentence.supported or sentence.verdict == "contradicted" or not stale or not sentence.states:
        return sentence
    why = reason("The quote is no longer in {}.", ", ".join(dict.fromkeys(stale)))
    return replace(sentence, verdict="unsupported", why=why)
