"""Judge a sentence by evidence: supported, contradicted, unsupported, or not checked where rules cannot decide."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from index.documents import Span
from rag.answer import SourceSpan, Verdict
from rag.text.quotations import SHORTEST, find_quoted, locate
from rag.verification.alignment import SAME, SIMILAR, Alignment, EvidenceSentence, align
from rag.verification.entailment import revise_finding
from rag.verification.findings import Finding, reason
from rag.verification.looseness import find_loose
from rag.verification.rules.additions import check_additions, check_cause
from rag.verification.rules.bindings import check_bindings
from rag.verification.rules.edits import Comparison, check_edits, compare, repeats_together
from rag.verification.rules.measures import check_measures
from rag.verification.rules.polarity import check_denial, check_polarity
from rag.verification.rules.roles import check_names, check_roles, has_rival
from rag.verification.rules.speakers import check_attribution, check_speakers
from rag.verification.rules.values import check_sources, check_values, find_rival_value
from rag.verification.statement import Statement, Token, read_statement, spans_of_tokens
from rag.verification.vocabulary import SPEAKING

_NONE: frozenset[int] = frozenset()
_GRAVITY: dict[Verdict, int] = {"contradicted": 0, "unsupported": 1, "not checked": 2, "supported": 3}
_SUPPORTED = 0.9  # least share of the content that must be said with the same words
_ENOUGH = 7  # words of a sentence of which the evidence may be said to say nothing
_APART = 0.35  # least share of the words around a value that must stand with it
_NEAR_ENOUGH = 0.75  # least coverage of a sentence in other words that may be condemned
_NOTHING = 0.08  # below it the evidence speaks of something else


def judge(text: str, evidence: Sequence[EvidenceSentence], *, by_rules: bool = False) -> Finding:
    """Return the verdict on a sentence, with the reason, the loose words and the spans that decide.

    The reader gives a second opinion, unless the verdict is wanted ``by_rules`` alone.
    """
    claim = read_statement(text)
    if not claim.content:
        return Finding("not checked", reason("The sentence makes no claim."))
    if not evidence:
        return Finding("unsupported", reason("There is no quote to compare with."), _all_of(claim))
    alignment = align(claim, evidence)
    finding = _judge_by_rules(alignment, evidence)
    return finding if by_rules else revise_finding(finding, alignment, evidence)


def _judge_by_rules(alignment: Alignment, evidence: Sequence[EvidenceSentence]) -> Finding:
    findings = [*_findings(alignment, evidence)]
    if not findings:
        return Finding("supported", reason("The quotes say all of it."), (), _sources(alignment))
    if all(finding.verdict != "contradicted" for finding in findings):
        findings += check_denial(alignment)
    first = min(findings, key=lambda finding: _GRAVITY[finding.verdict])
    is_sure = any(finding.verdict in ("contradicted", "unsupported") and not finding.is_likely for finding in findings)
    if first.verdict == "not checked":
        spans = find_loose(alignment)
    else:
        spans = _merge(sorted({span for finding in findings for span in finding.loose}))
    is_likely = first.is_likely and not is_sure
    return replace(first, loose=spans, evidence=first.evidence or _sources(alignment), is_likely=is_likely)


def _merge(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join spans that overlap; they come in order."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start < joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def _findings(alignment: Alignment, evidence: Sequence[EvidenceSentence]) -> Iterator[Finding]:
    """Yield what the rules find.

    They are sure of edits, of what is quoted, of what two sources give differently, and that one is the cause of the
    other. All else is likely in a sentence that repeats no quotes: other words may change what words mean.
    """
    comparisons = [compare(alignment.claim, sentence) for sentence in alignment.chosen]
    repeats = any(comparison.repeats for comparison in comparisons)
    for comparison in comparisons:
        yield from check_edits(comparison, evidence)
    for finding in _align(alignment, comparisons, repeats):
        is_near = repeats or alignment.coverage_beside(finding.loose) >= _NEAR_ENOUGH
        yield finding if is_near else replace(finding, verdict="not checked")
    is_literal = repeats or repeats_together(comparisons)
    for finding in _bind(alignment, comparisons, evidence):
        yield replace(finding, is_likely=finding.is_likely or not is_literal)
    yield from check_cause(alignment)
    yield from check_sources(alignment, evidence)
    yield from check_quoted(alignment.claim.text, evidence, find_quoted(alignment.claim.text))


def _align(alignment: Alignment, comparisons: Sequence[Comparison], repeats: bool) -> Iterator[Finding]:
    """Yield what rules on aligned words find; they condemn only a sentence whose other words the evidence says."""
    words = chain(
        check_roles(alignment, [comparison.verbatim for comparison in comparisons]),
        check_polarity(alignment),
        check_speakers(alignment),
        check_names(alignment, repeats),
    )
    yield from (replace(finding, is_likely=finding.is_likely or not repeats) for finding in words)
    is_literal = repeats or repeats_together(comparisons)
    values = check_values(alignment, repeats)
    yield from (replace(finding, is_likely=finding.is_likely or not is_literal) for finding in values)


def _bind(
    alignment: Alignment, comparisons: Sequence[Comparison], evidence: Sequence[EvidenceSentence]
) -> Iterator[Finding]:
    """Yield what rules on what belongs together, and on what is added, find."""
    yield from check_attribution(alignment, evidence)
    yield from check_bindings(alignment, evidence)
    yield from check_measures(alignment)
    yield from check_additions(alignment, comparisons, evidence)
    yield from _check_words(alignment, _NONE.union(*(comparison.verbatim for comparison in comparisons)))


def check_quoted(text: str, evidence: Sequence[EvidenceSentence], quoted: Iterable[Span]) -> Iterator[Finding]:
    """Yield the quoted words of a text that are not in the evidence word for word."""
    for span in quoted:
        words = text[span.start : span.end]
        if len(words) < SHORTEST:
            continue
        sources = [
            " ".join(sentence.statement.text for sentence in evidence if sentence.citation == number)
            for number in _numbers(evidence)
        ]
        if not any(locate(words, source) for source in sources):
            yield Finding(
                "unsupported", reason("“{}” is quoted, but is not in the sources word for word.", words), (span,)
            )


def _check_words(alignment: Alignment, verbatim: frozenset[int]) -> Iterator[Finding]:
    """Yield the words that the evidence does not say: a doubt if it says most of the others."""
    detached = [token for token in alignment.claim.content if token.at not in verbatim and _is_apart(alignment, token)]
    if detached:
        words = ", ".join(token.text for token in detached[:3])
        is_other = any(token.is_name and has_rival(alignment, token) for token in detached)
        is_other = is_other or any(find_rival_value(alignment, token) for token in detached)
        verdict: Verdict = "unsupported" if is_other else "not checked"
        yield Finding(verdict, reason("The quotes say “{}” about something else.", words), spans_of_tokens(detached))
    loose = [token for token in alignment.claim.content if alignment.similarity(token) < SIMILAR]
    if any(find_quoted(alignment.claim.text)):  # «On y lit : « … »»
        loose = [token for token in loose if token.folded not in SPEAKING]
    similar = [token for token in alignment.claim.content if SIMILAR <= alignment.similarity(token) < SAME]
    total = sum(token.weight for token in alignment.claim.content)
    missing = sum(token.weight for token in loose) / total
    doubtful = sum(token.weight * (1 - alignment.similarity(token)) for token in similar) / total
    if alignment.coverage < _NOTHING and missing > 0.7 and len(alignment.claim.content) >= _ENOUGH:
        why = reason("The quotes are about something else.")
        yield Finding("not checked", why, spans_of_tokens(loose))  # or it is said in other words
    elif missing + doubtful > 1 - _SUPPORTED:
        words = ", ".join(token.text for token in (loose or similar)[:3])
        yield Finding(
            "not checked", reason("The rules cannot decide whether the quotes say “{}”.", words), spans_of_tokens(loose)
        )


def _is_apart(alignment: Alignment, token: Token) -> bool:
    """Return whether a number, date or name is in the evidence, but far from what the sentence says it of."""
    pair = alignment.pairs.get(token.at)
    if pair is None or pair.similarity < SAME or not (token.quantity or token.moment or token.is_name):
        return False
    return alignment.company(token) < min(_APART, alignment.frame(token))


def _numbers(evidence: Sequence[EvidenceSentence]) -> list[int]:
    return list(dict.fromkeys(sentence.citation for sentence in evidence))


def _sources(alignment: Alignment) -> tuple[SourceSpan, ...]:
    return tuple(sentence.source for sentence in alignment.chosen)


def _all_of(claim: Statement) -> tuple[Span, ...]:
    return spans_of_tokens(claim.content)
