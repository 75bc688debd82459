"""A second opinion on what rules found: the reader reads the sentence with its evidence.

Rules know numbers, dates and edits of a quote, and what they condemn by these stays condemned. They do not know every
word that says something else, and take what is said in other words for a doubt; opposites, names and roles they may
take wrongly there. So the reader's probability of support (``rag/reading``) moves the verdict if it is clear, and the
words that the evidence lacks are named.
"""

from collections.abc import Sequence
from dataclasses import replace

from index.documents import Span
from rag.models import models
from rag.ranking.rerank import reader_is_on
from rag.reading.entailment import Entailment
from rag.reading.reader import LANGUAGES, Reader
from rag.text.quotations import find_quoted, locate
from rag.verification.alignment import SAME, SIMILAR, Alignment, EvidenceSentence
from rag.verification.findings import Finding, reason
from rag.verification.looseness import find_loose
from rag.verification.rules.edits import compare

# Probabilities of support, chosen on seven scripts of ``bench.ledger.altered``, the halves of ``nli_fr`` and
# ``daccord_fr`` for fitting, and the held claims, which the reader was not trained on. Its probability of a
# contradiction is not used: on pairs that it was not trained on it says little.
_DENIED = 0.12  # below it, what the rules support is unsupported
# Below it, what they do not decide is unsupported: a sentence that repeats a quote and has its words, one that does
# either, and another.
_DOUBTED, _UNLIKELY, _STRANGE = 0.4, 0.1, 0.02
_OVERRULED = 0.2  # from it, what the rules condemn as merely likely is open
_CONFIRMED = 0.9  # from it, what they do not decide is supported
_SAME_WORDS = 0.8  # least share of the words of a sentence that the evidence has, to be said with the same words
_QUOTATION = 0.5  # share of a sentence from which it is a quotation, which rules compare letter by letter


def revise_finding(finding: Finding, alignment: Alignment, evidence: Sequence[EvidenceSentence]) -> Finding:
    """Return the finding, or another verdict where the reader is sure of it.

    What the rules condemn stays condemned, unless they say themselves that it is no more than likely.
    """
    claim, reader = alignment.claim, models().reader
    is_condemned = finding.verdict in ("contradicted", "unsupported")
    if (is_condemned and not finding.is_likely) or not alignment.chosen:
        return finding
    if not reader_is_on() or not _is_known(alignment):
        return finding
    text = select_evidence_text(alignment, evidence, reader)
    if text is None or (finding.verdict == "supported" and (_is_quotation(claim.text) or locate(claim.text, text))):
        return finding
    judged = reader.judge(claim.text, _say_values_alike(text, alignment))
    if is_condemned:
        return finding if judged.supported < _OVERRULED else _undecided(finding, judged, alignment)
    if finding.verdict == "supported":
        return _unsupported(finding, judged, alignment) if judged.supported < _DENIED else finding
    if judged.supported >= _CONFIRMED and not _lacks_value_or_name(alignment):
        return Finding("supported", reason("The quotes say it in other words."), (), finding.evidence)
    if judged.supported < _least_support(alignment):
        return _unsupported(finding, judged, alignment)
    return replace(finding, loose=find_loose(alignment, judged))


def _least_support(alignment: Alignment) -> float:
    """Return the probability of support below which a sentence that the rules do not decide is unsupported."""
    repeats = any(compare(alignment.claim, each).repeats for each in alignment.chosen)
    has_words = alignment.coverage >= _SAME_WORDS
    return _DOUBTED if repeats and has_words else _UNLIKELY if repeats or has_words else _STRANGE


def _say_values_alike(text: str, alignment: Alignment) -> str:
    """Return the evidence with its values as the sentence writes them, where it has them in another form.

    The rules know that «hier» is the day, and that 40 cm are 0,4 m; the reader does not.
    """
    for pair in alignment.pairs.values():
        if (
            (pair.token.quantity or pair.token.moment)
            and pair.similarity >= SAME
            and pair.token.text != pair.other.text
        ):
            quoted = pair.evidence.statement.text
            start, end = pair.other.span
            text = text.replace(quoted, quoted[:start] + pair.token.text + quoted[end:], 1)
    return text


def _is_known(alignment: Alignment) -> bool:
    """Return whether the reader knows the languages of a sentence and of what it was aligned with."""
    languages = {alignment.claim.language, *(sentence.statement.language for sentence in alignment.chosen)}
    return languages <= LANGUAGES


def _lacks_value_or_name(alignment: Alignment) -> bool:
    """Return whether the sentence has a number, a date or a name that no evidence has."""
    tokens = (token for token in alignment.claim.content if token.quantity or token.moment or token.is_name)
    return any(alignment.similarity(token) < SIMILAR for token in tokens)


def _is_quotation(text: str) -> bool:
    return sum(span.end - span.start for span in find_quoted(text)) > _QUOTATION * len(text)


def _unsupported(finding: Finding, judged: Entailment, alignment: Alignment) -> Finding:
    spans = find_loose(alignment, judged)
    why = reason("The quotes do not say “{}”.", _words(alignment, spans))
    return Finding("unsupported", why, spans, finding.evidence, is_likely=True)


def _undecided(finding: Finding, judged: Entailment, alignment: Alignment) -> Finding:
    spans = find_loose(alignment, judged)
    why = reason("The rules cannot decide whether the quotes say “{}”.", _words(alignment, spans))
    return Finding("not checked", why, spans, finding.evidence)


def _words(alignment: Alignment, spans: Sequence[Span]) -> str:
    """Return the words of the first spans of a sentence, or all of it without any."""
    text = alignment.claim.text
    return " … ".join(text[span.start : span.end] for span in spans[:3]) or text


def select_evidence_text(alignment: Alignment, evidence: Sequence[EvidenceSentence], reader: Reader) -> str | None:
    """Return the evidence to read with a sentence, in its order: what was aligned with it, and what stands beside.

    Nothing is cut: without room for the sentence and all that was aligned with it, there is no text.
    """
    chosen = [at for at, sentence in enumerate(evidence) if sentence in alignment.chosen]
    unaligned = [at for at in range(len(evidence)) if at not in chosen]
    unaligned.sort(key=lambda at: min(abs(at - anchor) for anchor in chosen))
    budget = reader.evidence_budget(alignment.claim.text)
    picked = list[int]()
    for at in (*chosen, *unaligned):
        budget -= reader.count_tokens(evidence[at].statement.text)
        if budget < 0:
            break
        picked.append(at)
    fits = len(picked) >= len(chosen)
    return " ".join(evidence[at].statement.text for at in sorted(picked)) if fits else None
