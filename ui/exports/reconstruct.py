"""Reconstruct an answer from what an exported file shows and the proof that it carries.

The text that a person reads counts: a quote or a sentence that was edited after the export is returned as edited, so
that checking it finds the edit. The proof adds what the file does not show.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.documents import Span
from rag.answer import Answer, Citation, Kind, LedgerSentence
from ui.exports.proof import UnreadableExport
from ui.html.export import describe_location, describe_source
from ui.i18n.labels import ENGLISH, FRENCH

_INVISIBLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2060\ufeff\ufffd«»“”„\"]+")
_MARK = re.compile(r"\[(\d{1,4})\]")
_LOCATION = re.compile(  # file, page, start, hash
    r"(.+?)(?:, p\. (\d{1,9}))?(?:, \d{4}-\d\d-\d\d)?, (?:characters )?(\d{1,9})(?:–| to )\d+, sha256 ([0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class ParsedSource:
    """A source as a file shows it: the exact location of the quote, for programs, or words for people."""

    quote: str
    title: str
    location: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """An answer as a file shows it: its text with marks, remark included, and its sources by number."""

    question: str
    body: str
    sources: Mapping[int, ParsedSource] = field(default_factory=dict)


def normalize_text(text: str) -> str:
    """Strip what an export or an editor may change: spaces, quotation marks, control characters."""
    return _INVISIBLE.sub("", text)


def reconstruct(parsed: Sequence[ParsedAnswer], proofs: Sequence[Answer]) -> tuple[Answer, ...]:
    """Return the answers that a file shows, each completed by its proof if there is one."""
    if len(parsed) == len(proofs):
        return tuple(_reconstruct(answer, proof) for answer, proof in zip(parsed, proofs, strict=True))
    by_question = {normalize_text(answer.question): answer for answer in proofs}
    return tuple(_reconstruct(answer, by_question.get(normalize_text(answer.question))) for answer in parsed)


def _reconstruct(parsed: ParsedAnswer, proof: Answer | None) -> Answer:
    numbers = sorted(parsed.sources)
    proven = proof.citations if proof else ()
    citations = tuple(
        _citation(n, parsed.sources[n], proven[n - 1] if 1 <= n <= len(proven) else None) for n in numbers
    )
    question = (
        proof.question
        if proof and normalize_text(proof.question) == normalize_text(parsed.question)
        else parsed.question
    )
    if (
        proof
        and len(citations) == len(proven)
        and normalize_text(parsed.body) == normalize_text(proof.remark + proof.text)
    ):
        return replace(proof, question=question, citations=citations)
    text = _without_remark(parsed.body, proof)
    kind: Kind = proof.kind if proof and proof.found == bool(citations) else ("quotes" if citations else "not_found")
    return Answer(
        question=question,
        question_understood=proof.question_understood if proof else question,
        found=bool(citations),
        text=text,
        confidence=proof.confidence if proof else 0.0,
        citations=citations,
        sentences=_sentences(text, {n: at for at, n in enumerate(numbers, start=1)}),
        kind=kind,
        writer=proof.writer if proof else "",
    )


def _without_remark(body: str, proof: Answer | None) -> str:
    first, _, text = body.partition("\n\n")
    return text if proof and proof.remark and normalize_text(first) == normalize_text(proof.remark) else body


def _sentences(text: str, numbers: Mapping[int, int]) -> tuple[LedgerSentence, ...]:
    """Return a ledger of the paragraphs; of several marks of a source, the last counts."""
    sentences, at = [], 0
    for paragraph in text.split("\n\n"):
        last = {int(mark[1]): Span(*mark.span()) for mark in _MARK.finditer(text, at, at + len(paragraph))}
        marks = sorted((span, numbers[n]) for n, span in last.items() if n in numbers)
        spans, cited = tuple(span for span, _ in marks), tuple(n for _, n in marks)
        if paragraph.strip():
            sentences.append(LedgerSentence(at, at + len(paragraph), cited, bool(cited), spans))
        at += len(paragraph) + 2
    return tuple(sentences)


def _citation(n: int, parsed: ParsedSource, proof: Citation | None) -> Citation:
    """Return the citation of the proof where the file shows it; else what the file shows.

    Raises:
        UnreadableExport: nothing says where the quote stands, or the proof says otherwise.
    """
    is_located = proof is not None and normalize_text(parsed.location) == normalize_text(describe_location(proof))
    has_title = proof is not None and normalize_text(parsed.title) == normalize_text(proof.title)
    if proof and ((is_located and has_title) or _says(parsed, proof)):
        return proof if normalize_text(parsed.quote) == normalize_text(proof.quote) else _at(proof, parsed.quote)
    match = _LOCATION.fullmatch(parsed.location)
    if match is None or (is_located and not has_title):
        raise UnreadableExport("Source {} is not the one named by the proof in this file.", n)
    source, page, offset, sha256 = match.groups()
    start, end = int(offset), int(offset) + len(parsed.quote)
    return Citation(
        source=source, start=start, end=end, quote=parsed.quote, page=int(page) if page else None,
        sha256=sha256, title=parsed.title, date=None, passage=Span(start, end),
    )  # fmt: skip


def _says(parsed: ParsedSource, proof: Citation) -> bool:
    """Return whether a file describes a source, in either language, as the proof does."""
    text = normalize_text(parsed.title + parsed.words)
    return any(text == normalize_text("".join(describe_source(proof, labels))) for labels in (FRENCH, ENGLISH))


def _at(proof: Citation, quote: str) -> Citation:
    """Return the citation with another quote, at the same start."""
    end = proof.start + len(quote)
    passage = Span(min(proof.start, proof.passage.start), max(end, proof.passage.end))
    return replace(proof, quote=quote, end=end, passage=passage, focus=None)
