"""Rules on what turns a statement around: negation, antonyms, quantifiers, modality; inside the aligned clause."""

from collections.abc import Iterator, Sequence

from rag.answer import Verdict
from rag.verification.alignment import FRAME, SAME, Alignment, EvidenceSentence, Pair
from rag.verification.findings import Finding, reason
from rag.verification.statement import Statement, Token, is_other_case
from rag.verification.vocabulary import COMPARING, FREQUENCIES, INDEFINITE, STRONG_POSSIBLE, are_antonyms

_CLAUSE_SHARE = 0.3  # least share of a denied clause, by rarity, that the other side says
_RELATED = 0.2  # least share of the words of a sentence, by rarity, of which a sentence of the evidence speaks
_NEARBY = 4  # words between a cue and what it may deny
_STRICT = {"all": 4, "most": 3, "some": 2, "few": 1, "none": 0}


def check_polarity(alignment: Alignment) -> Iterator[Finding]:
    """Yield the words that the sentence and the evidence deny, oppose, limit or quantify differently."""
    for pair in alignment.pairs.values():
        is_word = not (pair.token.quantity or pair.token.moment)
        is_word = is_word and pair.evidence.statement.language == alignment.claim.language
        if is_word and pair.similarity >= 0.8 and alignment.frame(pair.token, pair.evidence) >= FRAME:
            yield from _check_negation(alignment, pair)
            yield from _check_modality(alignment, pair)
            yield from _check_quantifier(alignment, pair)
    yield from _check_antonyms(alignment)
    yield from _check_frequency(alignment)


def _check_negation(alignment: Alignment, pair: Pair) -> Iterator[Finding]:
    claim, source = alignment.claim, pair.evidence.statement
    if pair.token.denied == pair.other.denied or _is_hedged(alignment, pair):
        return
    if pair.token.denied and not _near_cue(source, pair.other) and not _elsewhere(alignment, pair, denied=True):
        yield _finding("contradicted", "The sentence denies “{}”; the quotes do not.", pair)
    elif pair.other.denied and not _near_cue(claim, pair.token) and not _elsewhere(alignment, pair, denied=False):
        yield _finding("contradicted", "The quotes deny “{}”; the sentence does not.", pair)


def check_denial(alignment: Alignment) -> Iterator[Finding]:
    """Yield a contradiction where a clause is denied and the clause that says most of the same is not.

    This is right less often than other rules, so that it is for sentences which those leave open. A sentence about
    parts or bounds may deny and agree, and so may one that denies twice: «sans badge, on n'entre pas».
    """
    claim = alignment.claim
    if any(token.quantifier or (token.quantity and token.quantity.bound) for token in claim.tokens):
        return
    least = _RELATED * sum(token.weight for token in claim.content)
    related = [evidence for evidence in alignment.chosen if alignment.weight(evidence) >= least]
    related = [evidence for evidence in related if evidence.statement.language == claim.language]
    for evidence in related:
        if word := _find_denied(alignment, evidence):
            yield _denial(alignment, evidence, word, "The quotes deny “{}”; the sentence does not.")
            return
    if related and len(_denied_clauses(claim)) == 1 and (word := _find_denying(alignment, related)):
        yield _denial(alignment, related[0], word, "The sentence denies “{}”; the quotes do not.")


def _denial(alignment: Alignment, evidence: EvidenceSentence, word: Token, template: str) -> Finding:
    spans = [token.span for token in alignment.claim.content if token.stem == word.stem]
    return Finding("contradicted", reason(template, word.text), tuple(spans), (evidence.source,), is_likely=True)


def _denied_clauses(statement: Statement) -> list[int]:
    """Return the clauses that are denied, in order."""
    return sorted({statement.tokens[at].clause for at in statement.denials})


def _find_denied(alignment: Alignment, evidence: EvidenceSentence) -> Token | None:
    """Return a word that the evidence denies, in a clause that the sentence says without a denial."""
    claimed = {token.at for clause in _denied_clauses(alignment.claim) for token in _denied_of(alignment.claim, clause)}
    for clause in _denied_clauses(evidence.statement):
        content = _denied_of(evidence.statement, clause)
        pairs = [pair for pair in alignment.pairs.values() if pair.evidence is evidence and pair.other in content]
        weight = sum(pair.other.weight * pair.similarity for pair in pairs)
        is_said = pairs and weight >= _CLAUSE_SHARE * sum(token.weight for token in content)
        if is_said and not any(pair.token.at in claimed for pair in pairs):
            return _denied_word(evidence.statement, clause)
    return None


def _find_denying(alignment: Alignment, related: Sequence[EvidenceSentence]) -> Token | None:
    """Return a word that the sentence denies, in a clause that the evidence says without a denial."""
    claim = alignment.claim
    (clause,) = _denied_clauses(claim)
    content = _denied_of(claim, clause)
    weight = sum(token.weight * alignment.similarity(token) for token in content)
    pairs = [pair for token in content if (pair := alignment.pairs.get(token.at)) and pair.evidence in related]
    is_denied = any(
        pair.other in _denied_of(pair.evidence.statement, each)
        for pair in pairs
        for each in _denied_clauses(pair.evidence.statement)
    )
    if not pairs or weight < _CLAUSE_SHARE * sum(token.weight for token in content) or is_denied:
        return None
    return _denied_word(claim, clause)


def _denied_of(statement: Statement, clause: int) -> list[Token]:
    """Return the words with meaning of a clause that is denied, or those of the next: «il est faux que …»."""
    content = [token for token in statement.content if token.at not in statement.cues]
    clause_content = [token for token in content if token.clause == clause]
    return clause_content or [token for token in content if token.clause == clause + 1]


def _denied_word(statement: Statement, clause: int) -> Token:
    """Return the first word with meaning of a clause that is denied, or else follows what denies."""
    content = [token for token in statement.content if token.clause == clause]
    cue = min(at for at in statement.denials if statement.tokens[at].clause == clause)
    after = next((token for token in content if token.at > cue), statement.tokens[cue])
    return next((token for token in content if token.denied), after)


def _is_hedged(alignment: Alignment, pair: Pair) -> bool:
    """Return whether the sentence denies of a part, or in a case, which may agree with the evidence."""
    claim = alignment.claim
    before = [token for token in claim.tokens[: pair.token.at] if token.clause == pair.token.clause]
    hedges = [
        token for token in before if token.quantifier in ("all", "some", "few", "most") or _is_part(alignment, token)
    ]
    return bool(hedges) or is_other_case(claim, pair.evidence.statement)


def _is_part(alignment: Alignment, token: Token) -> bool:
    quantity = token.quantity
    is_bounded = quantity is not None and (quantity.bound in ("more", "less") or quantity.dimension == "%")
    return is_bounded and alignment.similarity(token) < SAME


def _near_cue(statement: Statement, token: Token) -> bool:
    """Return whether a word of the clause, near the token, may deny it."""
    return any(
        abs(cue - token.at) <= _NEARBY and statement.tokens[cue].clause == token.clause for cue in statement.cues
    )


def _elsewhere(alignment: Alignment, pair: Pair, denied: bool) -> bool:
    """Return whether the evidence says the same word again, with the other polarity."""
    return any(
        other.stem == pair.other.stem and other is not pair.other and other.denied == denied
        for evidence in alignment.chosen
        for other in evidence.statement.content
    )


def _check_modality(alignment: Alignment, pair: Pair) -> Iterator[Finding]:
    claim, source = alignment.claim, pair.evidence.statement
    if pair.token.possible == pair.other.possible:
        return
    if pair.other.possible and not _near_modal(claim, pair.token) and _is_strong(source, pair.other):
        yield _finding("unsupported", "The quotes say that “{}” is only possible.", pair)
    elif pair.token.possible and not _near_modal(source, pair.other) and _is_strong(claim, pair.token):
        yield _finding("unsupported", "The sentence says that “{}” is only possible; the quotes state it.", pair)


def _near_modal(statement: Statement, token: Token) -> bool:
    return any(abs(at - token.at) <= 6 and statement.tokens[at].clause == token.clause for at in statement.modals)


def _is_strong(statement: Statement, token: Token) -> bool:
    return any(statement.folded[at] in STRONG_POSSIBLE and 0 < token.at - at <= 6 for at in statement.modals)


def _check_quantifier(alignment: Alignment, pair: Pair) -> Iterator[Finding]:
    mine, theirs = pair.token.quantifier, pair.other.quantifier
    if mine == theirs or "only" in (mine, theirs) or pair.token.denied or pair.other.denied:
        return
    if _near_cue(alignment.claim, pair.token):  # «tous ne … pas»
        return
    if (mine in _STRICT and theirs in _STRICT) or (
        mine in ("all", "none") and not theirs and alignment.coverage >= 0.7 and not _is_definite(pair)
    ):
        yield _finding("unsupported", "The quotes give a different quantity for “{}”.", pair)


def _is_definite(pair: Pair) -> bool:
    """Return whether «tous les» may only stress a definite plural of the evidence, or «chaque» mean its «un»."""
    before = pair.evidence.statement.folded[max(0, pair.other.at - 2) : pair.other.at]
    return bool({"les", "the", "des", "aux", *INDEFINITE} & set(before))


def _check_antonyms(alignment: Alignment) -> Iterator[Finding]:
    """Yield words of the sentence that stand where the evidence has their opposite."""
    for token in alignment.claim.content:
        pair = alignment.pairs.get(token.at)
        if token.is_name or token.quantity or token.moment or (pair and pair.similarity >= SAME):
            continue
        if token.folded in COMPARING and any(after.quantity for after in alignment.claim.tokens[token.at :][:4]):
            continue  # bounds are compared by their numbers
        for evidence in alignment.chosen:
            other = next(
                (other for other in evidence.statement.content if _opposes(alignment, token, other, evidence)), None
            )
            if other:
                why = reason("The sentence says “{}” where the quotes say the opposite, “{}”.", token.text, other.text)
                verdict: Verdict = "unsupported" if token.is_denied and other.is_denied else "contradicted"
                yield Finding(verdict, why, (token.span,), (evidence.source,))
                break


def _opposes(alignment: Alignment, token: Token, other: Token, evidence: EvidenceSentence) -> bool:
    """Return whether two words are opposites in one place, and no negation makes up for it."""
    if other.is_name or not are_antonyms(token.folded, other.folded) or token.denied != other.denied:
        return False
    if any(pair.other is other and pair.similarity >= SAME for pair in alignment.pairs.values()):
        return False
    return (
        alignment.frame(token, evidence) >= FRAME
        and not _near_cue(alignment.claim, token)
        and not _near_cue(evidence.statement, other)
    )


def _check_frequency(alignment: Alignment) -> Iterator[Finding]:
    mine = {FREQUENCIES[word]: word for word in alignment.claim.folded if word in FREQUENCIES}
    for evidence in alignment.chosen[:1]:
        theirs = {FREQUENCIES[word]: word for word in evidence.statement.folded if word in FREQUENCIES}
        if mine and theirs and not mine.keys() & theirs.keys() and alignment.coverage >= 0.6:
            claimed, quoted = next(iter(mine.values())), next(iter(theirs.values()))
            spans = tuple(token.span for token in alignment.claim.tokens if token.folded == claimed)
            why = reason("The sentence says “{}” where the quotes say “{}”.", claimed, quoted)
            yield Finding("contradicted", why, spans, (evidence.source,))


def _finding(verdict: str, template: str, pair: Pair) -> Finding:
    return Finding(verdict, reason(template, pair.token.text), (pair.token.span,), (pair.evidence.source,))  # type: ignore[arg-type]
