"""Rules on what a sentence adds to its quotes: a cause, a scope, a duration or a clause that no quote gives."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from rag.answer import Verdict
from rag.verification.alignment import SIMILAR, Alignment, EvidenceSentence
from rag.verification.findings import Finding, reason
from rag.verification.rules.edits import Comparison, Edit
from rag.verification.statement import Token, spans_of_tokens
from rag.verification.vocabulary import INDEFINITE, LASTING, PARTIAL, SPEAKING, UNIVERSAL

# What makes one clause the cause of another, in folded words.
_CAUSE = re.compile(
    r"\b(?:ce qui (?:explique|justifie|entraine|provoque|cause)|(?:c est|voila) (?:la raison )?pourquoi"
    r"|(?:c est )?(?:la )?raison pour laquelle|c est pour (?:cela|ca|cette raison) qu\w*|parce qu\w*|a cause d\w*"
    r"|en raison d\w*|du fait d\w*|de ce fait|par consequent|en consequence|si bien qu\w*|because"
    r"|(?:which|that|this) is (?:the reason )?why|which explains|for th(?:is|at) reason|therefore|consequently"
    r"|as a (?:result|consequence)|due to|owing to)\b"
)
# Words of the evidence that may tell a cause.
_REASONED = re.compile(
    r"\b(?:car|donc|puisqu\w*|parce|des lors|d ou|pourquoi|raisons?|caus\w+|provoqu\w+|entrain\w+|expliq\w+"
    r"|condui\w+|a la suite d\w*|grace|faute|fait|consequen\w+|result\w*|because|thus|hence|why|reasons?|led|leads?"
    r"|explain\w*|due|owing|thanks|therefore)\b"
)
_FEWEST = 2  # words with meaning on each side of what joins two clauses


def check_additions(
    alignment: Alignment, comparisons: Sequence[Comparison], evidence: Sequence[EvidenceSentence]
) -> Iterator[Finding]:
    """Yield what the sentence adds between words that the evidence says."""
    for comparison in comparisons:
        if comparison.repeats:
            for edit in comparison.edits:
                yield from _check_scope(comparison, edit)
                yield from _check_lasting(comparison, edit, evidence)
                yield from _check_inserted(alignment, comparison, edit)


def check_cause(alignment: Alignment) -> Iterator[Finding]:
    """Yield what makes one quote the cause of another, where none of the evidence for them tells a cause.

    Within one quote, a sentence may be the cause of the next without saying so.
    """
    claim = alignment.claim
    match = _CAUSE.search(" ".join(claim.folded))
    if match is None or any(_REASONED.search(" ".join(each.statement.folded)) for each in alignment.chosen):
        return
    starts = [0, *accumulate(len(word) + 1 for word in claim.folded)]
    first, last = bisect_right(starts, match.start()) - 1, bisect_left(starts, match.end()) - 1
    before = _find_main(alignment, [token for token in claim.content if token.at < first])
    after = _find_main(alignment, [token for token in claim.content if token.at > last])
    if before is None or after is None or before is after:
        return
    tokens = claim.tokens[first : last + 1]
    words = claim.text[tokens[0].span.start : tokens[-1].span.end]
    is_invented = before.citation != after.citation
    yield Finding(
        "unsupported" if is_invented else "not checked",
        reason("The quotes do not say “{}”.", words),
        spans_of_tokens(tokens),
        (before.source, after.source),
    )


def _find_main(alignment: Alignment, tokens: Sequence[Token]) -> EvidenceSentence | None:
    """Return the evidence that says most of some words; None if it is not clear which one does."""
    pairs = [alignment.pairs[token.at] for token in tokens if token.at in alignment.pairs]
    weights = {id(pair.evidence): 0.0 for pair in pairs}
    for pair in pairs:
        weights[id(pair.evidence)] += pair.token.weight * pair.similarity
    best = max(weights, key=lambda each: weights[each], default=None)
    is_clear = (
        best is not None and len(tokens) >= _FEWEST and weights[best] >= sum(token.weight for token in tokens) / 2
    )
    return next(pair.evidence for pair in pairs if id(pair.evidence) == best) if is_clear else None


def _check_scope(comparison: Comparison, edit: Edit) -> Iterator[Finding]:
    """Yield «tous les» where the evidence has «des» or «beaucoup de»; where it has «un», all may be meant."""
    mine = [token for token in edit.mine if token.folded in UNIVERSAL]
    theirs = [token for token in edit.theirs if token.folded in PARTIAL | INDEFINITE]
    is_small = all(token.is_light for token in (*edit.mine, *edit.theirs))
    if mine and theirs and is_small and not UNIVERSAL & {token.folded for token in edit.theirs}:
        is_partial = any(token.folded in PARTIAL for token in theirs)
        why = reason("The sentence says “{}” where the quotes say “{}”.", mine[0].text, theirs[0].text)
        verdict: Verdict = "unsupported" if is_partial else "not checked"
        yield Finding(verdict, why, (mine[0].span,), (comparison.evidence.source,))


def _check_lasting(comparison: Comparison, edit: Edit, evidence: Sequence[EvidenceSentence]) -> Iterator[Finding]:
    """Yield «encore» and «toujours» where no evidence says that something lasts."""
    words = [token for token in edit.mine if token.folded in LASTING]
    is_small = all(token.is_light or token.folded in LASTING or token.moment for token in edit.mine)
    is_said = any(not token.is_light for token in edit.theirs)  # «demeure», "remains"
    if words and is_small and not is_said and not any(LASTING & set(each.statement.folded) for each in evidence):
        why = reason("The quotes do not say “{}”.", words[0].text)
        yield Finding("unsupported", why, spans_of_tokens(words), (comparison.evidence.source,))


def _check_inserted(alignment: Alignment, comparison: Comparison, edit: Edit) -> Iterator[Finding]:
    """Yield a doubt where words that no evidence says stand between words that it says one after the other."""
    absent = [token for token in edit.mine if not token.is_light and alignment.similarity(token) < SIMILAR]
    absent = [token for token in absent if token.folded not in SPEAKING]
    if len(absent) >= _FEWEST and all(token.is_light for token in edit.theirs):
        words = alignment.claim.text[absent[0].span.start : absent[-1].span.end]
        why = reason("The quotes do not say “{}”.", words)
        yield Finding("not checked", why, spans_of_tokens(absent), (comparison.evidence.source,))
