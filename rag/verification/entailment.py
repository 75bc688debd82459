"""A second opinion on what rules found: the reader reads the sentence with its evidence.

Rules know numbers, dates, names and edits of a quote, and are sure of these. They do not know every word that says
something else, and take what is said in other words for a doubt. The reader's probabilities (``rag/reading``) move a
verdict where they are clear, and name the words that the evidence lacks.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.documents import Span
from rag.models import models
from rag.ranking.rerank import reader_is_on
from rag.reading.entailment import Entailment
from rag.reading.reader import LANGUAGES
from rag.text.quotations import locate
from rag.verification.alignment import Alignment, Evidence
from rag.verification.findings import Finding, reason

_MOST = 900  # characters of evidence that are read with a sentence
_DENIED, _DOUBTED = 0.05, 0.2  # probability of support below which what rules support, or do not decide, is unsupported
_CONFIRMED = 0.98  # ... and from which what they do not decide is supported
_FORGIVEN = 0.9  # ... and from which what they condemn is a doubt
_LACKING = 0.5  # probability from which a word is one that the evidence lacks


def second_opinion(finding: Finding, alignment: Alignment, evidence: Sequence[Evidence]) -> Finding:
    """Return the finding, or another verdict where the reader is sure of it."""
    if not reader_is_on() or alignment.claim.language not in LANGUAGES or not alignment.chosen:
        return finding
    text = evidence_text(alignment, evidence)
    if finding.verdict == "supported" and locate(alignment.claim.text, text):
        return finding
    judged = models().reader.judge(alignment.claim.text, text)
    if finding.verdict == "supported" and judged.supported < _DENIED:
        return _unsupported(finding, judged, alignment)
    if finding.verdict == "not checked":
        if judged.supported < _DOUBTED:
            return _unsupported(finding, judged, alignment)
        if judged.supported >= _CONFIRMED:
            return Finding("supported", reason("The quotes say it in other words."), (), finding.evidence)
    elif finding.is_likely and judged.supported >= _FORGIVEN:
        return replace(finding, verdict="not checked")
    return finding


def _unsupported(finding: Finding, judged: Entailment, alignment: Alignment) -> Finding:
    claim = alignment.claim
    lacking = [token for token in claim.tokens if judged.mark(token.span) >= _LACKING]
    spans = _joined([token.span for token in lacking]) or finding.loose
    words = " … ".join(claim.text[span.start : span.end] for span in spans[:3])
    why = reason("The quotes do not say “{}”.", words) if words else reason("The quotes do not say this.")
    return Finding("unsupported", why, spans, finding.evidence, is_likely=True)


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join the spans of words that follow each other."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start - joined[-1].end <= 1:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return tuple(joined)


def evidence_text(alignment: Alignment, evidence: Sequence[Evidence]) -> str:
    """Return the evidence to read with a sentence, in its order: what was aligned with it, and what stands beside."""
    chosen = [at for at, sentence in enumerate(evidence) if sentence in alignment.chosen]
    others = [at for at in range(len(evidence)) if at not in chosen]
    others.sort(key=lambda at: min((abs(at - anchor) for anchor in chosen), default=0))
    picked, characters = list[int](), 0
    for at in (*chosen, *others):
        characters += len(evidence[at].statement.text) + 1
        if picked and characters > _MOST:
            break
        picked.append(at)
    return " ".join(evidence[at].statement.text for at in sorted(picked))
