"""A second opinion on what rules found: the reader reads the sentence with its evidence.

Rules know numbers, dates, names and edits of a quote, and are sure of these. They do not know every word that says
something else, and take what is said in other words for a doubt. The reader's probabilities (``rag/reading``) move a
verdict where they are clear, and name the words that the evidence lacks.
"""

from collections.abc import Sequence
from dataclasses import replace

from rag.models import models
from rag.ranking.rerank import reader_is_on
from rag.reading.entailment import Entailment
from rag.reading.reader import LANGUAGES
from rag.text.quotations import find_quoted, locate
from rag.verification.alignment import SIMILAR, Alignment, Evidence
from rag.verification.findings import Finding, reason
from rag.verification.looseness import find_loose
from rag.verification.statement import Statement

_MOST = 900  # characters of evidence that are read with a sentence
# Probabilities of support, chosen on the first five scripts of ``bench.ledger.altered``:
_DENIED = 0.1  # below it, what the rules support is unsupported
_DOUBTED, _STRANGE = 0.3, 0.02  # ... what they do not decide: said with the words of the evidence, or with others
_CONFIRMED = 0.93  # from it, what they do not decide is supported
_FORGIVEN = 0.4  # ... and what they condemn is a doubt, if it is said with other words
_SAME_WORDS, _OTHER_WORDS = 0.8, 0.6  # share of the words of a sentence that the evidence has, from and below which
_QUOTATION = 0.5  # share of a sentence from which it is a quotation, which rules compare letter by letter


def second_opinion(finding: Finding, alignment: Alignment, evidence: Sequence[Evidence]) -> Finding:
    """Return the finding, or another verdict where the reader is sure of it."""
    claim = alignment.claim
    if not reader_is_on() or claim.language not in LANGUAGES or not alignment.chosen:
        return finding
    text = evidence_text(alignment, evidence)
    if finding.verdict == "supported" and (_is_quotation(claim.text) or locate(claim.text, text)):
        return finding
    judged = models().reader.judge(claim.text, text)
    if finding.verdict == "supported":
        return _unsupported(finding, judged, alignment) if judged.supported < _DENIED else finding
    if finding.verdict == "not checked":
        if judged.supported >= _CONFIRMED and not _lacks_value_or_name(alignment):
            return Finding("supported", reason("The quotes say it in other words."), (), finding.evidence)
        least = _DOUBTED if alignment.coverage >= _SAME_WORDS else _STRANGE
        if judged.supported < least:
            return _unsupported(finding, judged, alignment)
        return replace(finding, loose=find_loose(alignment, judged))
    is_free = alignment.coverage < _OTHER_WORDS and not _is_exact(finding, claim)
    return replace(finding, verdict="not checked") if is_free and judged.supported >= _FORGIVEN else finding


def _lacks_value_or_name(alignment: Alignment) -> bool:
    """Return whether the sentence has a number, a date or a name that no evidence has."""
    tokens = (token for token in alignment.claim.content if token.quantity or token.moment or token.is_name)
    return any(alignment.similarity(token) < SIMILAR for token in tokens)


def _is_exact(finding: Finding, claim: Statement) -> bool:
    """Return whether what is wrong is a number, a date or a quotation: there, rules are surer than the reader."""
    values = (token.span for token in claim.tokens if token.quantity or token.moment)
    exact = [*values, *find_quoted(claim.text)]
    return any(span.start < other.end and other.start < span.end for span in finding.loose for other in exact)


def _is_quotation(text: str) -> bool:
    return sum(span.end - span.start for span in find_quoted(text)) > _QUOTATION * len(text)


def _unsupported(finding: Finding, judged: Entailment, alignment: Alignment) -> Finding:
    claim, spans = alignment.claim, find_loose(alignment, judged)
    words = " … ".join(claim.text[span.start : span.end] for span in spans[:3])
    return Finding("unsupported", reason("The quotes do not say “{}”.", words), spans, finding.evidence, is_likely=True)


def evidence_text(alignment: Alignment, evidence: Sequence[Evidence]) -> str:
    """Return the evidence to read with a sentence, in its order: what was aligned with it, and what stands beside."""
    chosen = [at for at, sentence in enumerate(evidence) if sentence in alignment.chosen]
    unaligned = [at for at in range(len(evidence)) if at not in chosen]
    unaligned.sort(key=lambda at: min((abs(at - anchor) for anchor in chosen), default=0))
    picked, characters = list[int](), 0
    for at in (*chosen, *unaligned):
        characters += len(evidence[at].statement.text) + 1
        if picked and characters > _MOST:
            break
        picked.append(at)
    return " ".join(evidence[at].statement.text for at in sorted(picked))
