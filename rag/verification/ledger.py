"""The ledger of a written text: each sentence with its marks, judged by the quotes that it cites.

A mark that stands after a stop, or alone on the next line, belongs to the sentence before, unless marks open the
sentences of the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from index.chunking.sentences import split_sentences
from index.documents import Span
from index.index import Index
from index.language import detect
from rag.answer import Citation, LedgerSentence, SourceSpan
from rag.text.quantities import find_quantities
from rag.text.quotations import find_quoted
from rag.verification.alignment import EvidenceSentence
from rag.verification.findings import Finding, reason
from rag.verification.judge import check_quoted, judge
from rag.verification.marks import Mark, blank_layout, blank_marks, find_marks, leading_marks
from rag.verification.statement import read_statement

_HEADING = re.compile(r"#{1,6}\s|(\*\*|__)(?:(?!\1).)*[^.!?…*_]:?\1:?$")
# What a heading has that states something: a form of «être» or «avoir» after its subject, «ne … pas», or quoted words.
_ASSERTS = {
    "fr": re.compile(
        r"\w\s(?:est|sont|était|étaient|fut|furent|sera|seront|ont|avait|avaient|aura|auront)\b|\bne\s|\bn['’]\w"
        r"|\w\sa\s(?:été\s)?\w+(?:[éiu]e?s?|is|it|ert)\b"
    ),
    "en": re.compile(r"\w\s(?:is|are|was|were|has|have|had|will|did|does|can|could|would)\b|\bnot\b"),
}
_ASKS = re.compile(r"(?:ce (?:que|qui|qu['’])|qui|que|quoi|quand|où|comment|combien|pourquoi|si|wh\w+|how|if)\b")
_RULER = re.compile(r"\s*\|?[ :|-]*-[ :|-]*\s*(?:\n|$)")  # between the names of a table's columns and its rows
_LETTERS = re.compile(r"[^\W\d_]{2,}|\d")


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence of a text: ``text[start:end]`` with its marks."""

    span: Span
    marks: tuple[Mark, ...]
    states: bool  # whether it claims something; a question or a heading does not
    shared: tuple[Span, ...] = ()  # quoted words of the text, of which it holds a part


def check_text(text: str, citations: Sequence[Citation], *, index: Index | None = None) -> tuple[LedgerSentence, ...]:
    """Return the ledger of a text with marks «[n]»: what the quotes say of each sentence.

    A sentence is judged by the quotes that it marks, and without marks by all. With an ``index``, what stands around a
    quote (its passage) is read too. A mark that points to no quote is listed as unverified; a sentence with only such
    marks is unsupported. Nothing of the text is changed.
    """
    evidence = [evidence_of(number, citation, index) for number, citation in enumerate(citations, start=1)]
    return tuple(judge_sentence(text, sentence, evidence) for sentence in split_marked(text))


def judge_sentence(
    text: str, sentence: MarkedSentence, evidence: Sequence[Sequence[EvidenceSentence]]
) -> LedgerSentence:
    """Return the verdict on a sentence of a text; ``evidence`` holds that of each citation, by number from 1."""
    start, end = sentence.span
    valid = [mark for mark in sentence.marks if 1 <= mark.number <= len(evidence)]
    unverified = tuple(mark.span for mark in sentence.marks if not 1 <= mark.number <= len(evidence))
    if not sentence.states:
        finding = Finding("not checked", reason("The sentence makes no claim."))
    elif unverified and not valid:
        numbers = ", ".join(text[span.start : span.end] for span in unverified)
        finding = Finding("unsupported", reason("Citation number {} matches no quote.", numbers))
    else:
        chosen = [evidence[number - 1] for number in dict.fromkeys(mark.number for mark in valid)] or evidence
        finding = _judge_marked(blank_layout(text[start:end]), chosen, [] if chosen is evidence else evidence)
        if finding.verdict not in ("contradicted", "unsupported"):
            finding = next(_check_shared(text, sentence, evidence), finding)
    return LedgerSentence(
        start,
        end,
        tuple(mark.number for mark in valid),
        finding.verdict == "supported",
        tuple(mark.span for mark in valid),
        finding.verdict,
        finding.why,
        tuple(Span(start + span.start, start + span.end) for span in finding.loose),
        finding.evidence,
        unverified,
        sentence.states,
    )


def _check_shared(
    text: str, sentence: MarkedSentence, evidence: Sequence[Sequence[EvidenceSentence]]
) -> Iterator[Finding]:
    """Yield what is wrong with quoted words that go beyond a sentence, by offsets in it."""
    start, end = sentence.span
    sentences = list(chain.from_iterable(evidence))
    for span in sentence.shared:
        for finding in check_quoted(blank_marks(text), sentences, [span]):
            yield replace(finding, loose=(Span(max(span.start, start) - start, min(span.end, end) - start),))


def _judge_marked(
    sentence: str, chosen: Sequence[Sequence[EvidenceSentence]], all_evidence: Sequence[Sequence[EvidenceSentence]]
) -> Finding:
    """Judge a sentence by the quotes that it marks; if another quote says it, the marks are wrong."""
    finding = judge(sentence, list(chain.from_iterable(chosen)))
    if finding.verdict != "not checked" and not finding.is_likely:
        return finding
    for number, group in enumerate(all_evidence, start=1):
        if group not in chosen and (other := judge(sentence, group, by_rules=True)).verdict == "supported":
            why = reason("The cited quotes do not say this, but [{}] does.", number)
            return Finding("unsupported", why, finding.loose, other.evidence)
    return finding


def evidence_of(number: int, citation: Citation, index: Index | None = None) -> list[EvidenceSentence]:
    """Return the sentences of a quote, of what it stands under and, with an index, of the passage around it."""
    return [*_evidence(number, citation, index)]


def _evidence(number: int, citation: Citation, index: Index | None) -> Iterator[EvidenceSentence]:
    """Yield the sentences of a quote, then what it stands under, then those around it."""
    yield from _sentences(number, citation, citation.start, citation.quote, is_quoted=True)
    for span, text in zip(citation.context, citation.context_texts, strict=True):
        yield from _sentences(number, citation, span.start, text, is_quoted=False)
    if index is not None and citation.source in index.document_ids:
        document = index.document(citation.source)
        if document.sha256 == citation.sha256:
            for start, end in ((citation.passage.start, citation.start), (citation.end, citation.passage.end)):
                yield from _sentences(number, citation, start, document.slice(start, end), is_quoted=False)
    if citation.title:
        yield EvidenceSentence(
            read_statement(citation.title, citation.date),
            SourceSpan(citation.source, citation.start, citation.end),
            number,
            False,
        )


def _sentences(number: int, citation: Citation, start: int, text: str, is_quoted: bool) -> Iterator[EvidenceSentence]:
    for span in split_sentences(text):
        yield EvidenceSentence(
            read_statement(text[span.start : span.end], citation.date),
            SourceSpan(citation.source, start + span.start, start + span.end),
            number,
            is_quoted,
            citation.speaker,
        )


def split_marked(text: str) -> list[MarkedSentence]:
    """Return the sentences of a text with their marks, in order."""
    quoted = list(find_quoted(text))
    return [
        MarkedSentence(
            span,
            tuple(find_marks(text, span)),
            _states(text[span.start : span.end]) and not _names_columns(text, span),
            tuple(words for words in quoted if _reaches_beyond(words, span)),
        )
        for span in _with_trailing_marks(text)
    ]


def _reaches_beyond(words: Span, sentence: Span) -> bool:
    """Return whether only a part of the quoted words lies in a sentence."""
    is_inside = sentence.start <= words.start and words.end <= sentence.end
    return words.start < sentence.end and sentence.start < words.end and not is_inside


def _with_trailing_marks(text: str) -> Iterator[Span]:
    """Yield the sentences; marks that follow one go to it, unless it opens with marks itself."""
    spans: list[Span] = []
    for start, end in split_sentences(text):
        after = leading_marks(text, Span(start, end))
        if after > start and spans and _is_followed(text, spans[-1], start, is_alone=after == end):
            spans[-1] = Span(spans[-1].start, after)
            start = after + len(text[after:end]) - len(text[after:end].lstrip(" \t\u00a0.,;"))
        if start < end:
            spans.append(Span(start, end))
    yield from spans


def _is_followed(text: str, span: Span, start: int, is_alone: bool) -> bool:
    """Return whether marks at ``start`` belong to the sentence before: on its line, or alone on the next."""
    breaks = text.count("\n", span.end, start)
    return breaks <= is_alone and leading_marks(text, span) == span.start


def _states(sentence: str) -> bool:
    words = blank_marks(sentence).strip()
    if not _LETTERS.search(words) or words.endswith("?"):
        return False
    return not _HEADING.match(words) or _asserts(sentence, words.strip("#*_ \t"))


def _asserts(heading: str, words: str) -> bool:
    """Return whether a heading states something: it cites, gives a value with its unit, quotes, or has a verb."""
    if any(find_marks(heading, Span(0, len(heading)))) or any(find_quoted(words)):
        return True
    if any(quantity.dimension not in ("", "ordinal") for quantity in find_quantities(words)):
        return True
    verbs = _ASSERTS.get(detect(words))
    return verbs is not None and bool(verbs.search(words)) and not _ASKS.match(words.lower())


def _names_columns(text: str, span: Span) -> bool:
    """Return whether a sentence is the first row of a table in Markdown, above its ruler."""
    return "|" in text[span.start : span.end] and _RULER.match(text, span.end + 1) is not None
