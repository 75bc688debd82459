"""Align the words of a sentence with those of the evidence: same stem, translation, derivation, near meaning.

A sentence may be fused from several quotes, so evidence sentences are added as long as they hold words that the ones
before do not. Within one evidence sentence, words are aligned in order first (a weighted longest common subsequence),
and what is left wherever it is found.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.documents import Span
from index.storage.lexical import analyze
from rag.answer import SourceSpan
from rag.retrieval.names import are_related, are_spellings, are_translations, count_shared, is_common, is_inflected
from rag.retrieval.synonyms import find_neighbors
from rag.retrieval.translations import find_translations
from rag.text.countries import find_countries
from rag.text.lazy import lazy_property
from rag.verification.statement import Statement, Token
from rag.verification.vocabulary import PRONOUNS

FRAME = 0.75  # least share of the words around a word at which the evidence speaks of the same
SAME, SIMILAR = 0.9, 0.5  # least similarity of words that mean the same, and of words with near meanings
_MAX_EVIDENCE_SENTENCES = 6  # that one sentence is aligned with
_IN_ORDER = 0.05  # what a match gains by following the match before it
_NEIGHBORHOOD, _FRAMED, _NAME = 5, 0.75, 3
_ANAPHORA = 300  # characters from a subject to the pronoun that stands for it
_PREFIX = 5  # letters that words of one family share


@dataclass(frozen=True, eq=False)
class EvidenceSentence:
    """A sentence of a quote, or around one."""

    statement: Statement
    source: SourceSpan
    citation: int  # its number, from 1
    is_quoted: bool = True  # False for what the quote stands under or between
    speaker: str | None = None

    def is_antecedent(self, other: "EvidenceSentence") -> bool:
        """Return whether another sentence opens with a pronoun whose subject this one, shortly before it, may name."""
        is_before = self.citation == other.citation and self.source.source == other.source.source
        is_near = is_before and 0 <= other.source.start - self.source.end <= _ANAPHORA
        return is_near and not PRONOUNS.isdisjoint(other.statement.folded[:1])


@dataclass(frozen=True, slots=True)
class Pair:
    """A word of a sentence and the word of the evidence that it is aligned with."""

    token: Token
    other: Token
    evidence: EvidenceSentence
    similarity: float


@dataclass(frozen=True)
class Alignment:
    """A sentence, the evidence sentences chosen for it, and the pairs of words by position in the sentence."""

    claim: Statement
    chosen: tuple[EvidenceSentence, ...]  # best first
    pairs: dict[int, Pair] = field(default_factory=dict)
    similarities: tuple[dict[int, float], ...] = ()  # of the words that each sentence of the evidence holds
    evidence: tuple[EvidenceSentence, ...] = ()  # all of it, in order

    def similarity(self, token: Token) -> float:
        """Return how well the evidence holds a word, 0 to 1."""
        pair = self.pairs.get(token.at)
        return pair.similarity if pair else 0.0

    def frame(self, token: Token, evidence: EvidenceSentence | None = None) -> float:
        """Return the share of the words around a word that one evidence sentence says, by rarity, 0 to 1.

        By default it is that of the evidence sentence which says most of them. Only where it is high does the evidence
        speak of the same: then a word that differs decides.
        """
        neighborhood = [other for other in self._neighborhood(token) if not self._is_of_name(token, other)]
        total = sum(other.weight for other in neighborhood)
        shares = [
            sum(other.weight for other in neighborhood if self._is_said(other, each))
            for each in ((evidence,) if evidence else self.chosen)
        ]
        return max(shares, default=0.0) / total if total else 1.0

    def company(self, token: Token) -> float:
        """Return the share of the words around a word that the quote which says it also says, by rarity, 0 to 1."""
        neighborhood = self._neighborhood(token)
        total = sum(other.weight for other in neighborhood)
        quote = self.pairs[token.at].evidence.citation
        in_quote = (
            other
            for other in neighborhood
            if other.at in self.pairs and self.pairs[other.at].evidence.citation == quote
        )
        return sum(other.weight for other in in_quote if self.similarity(other) >= _FRAMED) / total if total else 1.0

    def held_by(self, evidence: EvidenceSentence) -> dict[int, float]:
        """Return how well one sentence of the evidence holds the words of the sentence, by position."""
        return next(held for each, held in zip(self.evidence, self.similarities, strict=True) if each is evidence)

    def weight(self, evidence: EvidenceSentence) -> float:
        """Return how much of the sentence, by rarity, is aligned with one evidence sentence."""
        return sum(pair.token.weight * pair.similarity for pair in self.pairs.values() if pair.evidence is evidence)

    def _neighborhood(self, token: Token) -> tuple[Token, ...]:
        """Return the words with meaning on both sides of a word, in order."""
        content = self.claim.content
        at = bisect_left(content, token.at, key=lambda other: other.at)
        return (*content[max(0, at - _NEIGHBORHOOD) : at], *content[at + 1 : at + 1 + _NEIGHBORHOOD])

    def _is_of_name(self, token: Token, other: Token) -> bool:
        """Return whether two words may be parts of one name that the evidence lacks."""
        is_near = token.is_name and other.is_name and abs(token.at - other.at) <= _NAME
        return is_near and self.similarity(other) < SIMILAR

    def _is_said(self, token: Token, evidence: EvidenceSentence) -> bool:
        pair = self.pairs.get(token.at)
        if pair is None or pair.similarity < _FRAMED:
            return False
        return pair.evidence is evidence or (pair.evidence.is_antecedent(evidence) and evidence in self._partners)

    @lazy_property
    def _partners(self) -> frozenset[EvidenceSentence]:
        """Return the evidence that itself says a word of the sentence, values apart."""
        words = (pair for pair in self.pairs.values() if not (pair.token.quantity or pair.token.moment))
        return frozenset(pair.evidence for pair in words if pair.similarity >= _FRAMED)

    @lazy_property
    def coverage(self) -> float:
        """Return the share of the content of the sentence, by rarity, that the evidence says with the same words."""
        return self.coverage_beside(())

    def coverage_beside(self, spans: Sequence[Span]) -> float:
        """Return the same of what is outside some spans of the sentence."""
        content = [
            token
            for token in self.claim.content
            if not any(span.start < token.span.end and token.span.start < span.end for span in spans)
        ]
        total = sum(token.weight for token in content)
        covered = sum(token.weight for token in content if self.similarity(token) >= SAME)
        return covered / total if total else 0.0


def align(claim: Statement, evidence: Sequence[EvidenceSentence]) -> Alignment:
    """Align a sentence with the evidence sentences that hold most of its words."""
    forms = {token.at: forms_of(token, claim.language) for token in claim.content}
    left, chosen = {token.at: token for token in claim.content}, list[EvidenceSentence]()
    pairs: dict[int, Pair] = {}
    scored = [(sentence, _similarities(claim, forms, sentence)) for sentence in evidence]
    all_similarities = tuple(similarities for _, similarities in scored)
    while left and len(chosen) < _MAX_EVIDENCE_SENTENCES:
        candidates = [
            (
                sum(left[at].weight * similarity for at, similarity in similarities.items() if at in left),
                sentence.is_quoted,
                -n,
            )
            for n, (sentence, similarities) in enumerate(scored)
        ]
        best = max(candidates, default=(0.0, False, 0))
        enough = 0.25 if chosen else 0.0
        if best[0] <= enough * sum(token.weight for token in left.values()):
            break
        sentence = evidence[-best[2]]
        fresh = _pairs(claim, [token for token in claim.content if token.at in left], forms, sentence)
        if not fresh:
            break
        chosen.append(sentence)
        pairs |= fresh
        left = {at: token for at, token in left.items() if at not in fresh or fresh[at].similarity < SAME}
        scored[-best[2]] = (sentence, {})
    return Alignment(claim, tuple(chosen), pairs, all_similarities, tuple(evidence))


def _similarities(claim: Statement, forms: dict[int, "Forms"], evidence: EvidenceSentence) -> dict[int, float]:
    """Return the best similarity of each word that an evidence sentence holds."""
    table = _table(claim, claim.content, forms, evidence)
    best = {token.at: max(row, default=0.0) for token, row in zip(claim.content, table, strict=True)}
    return {at: similarity for at, similarity in best.items() if similarity >= SIMILAR}


def _table(
    claim: Statement, tokens: Sequence[Token], forms: dict[int, "Forms"], evidence: EvidenceSentence
) -> list[list[float]]:
    """Return how near each word of a sentence is to each word of an evidence sentence."""
    is_foreign = {claim.language, evidence.statement.language} == {"fr", "en"}
    return [
        [
            compute_similarity(token, forms[token.at], other, is_foreign=is_foreign)
            for other in evidence.statement.content
        ]
        for token in tokens
    ]


def _pairs(
    claim: Statement, tokens: Sequence[Token], forms: dict[int, "Forms"], evidence: EvidenceSentence
) -> dict[int, Pair]:
    evidence_tokens = evidence.statement.content
    table = _table(claim, tokens, forms, evidence)
    matched = dict(_in_order(tokens, table))
    matched_columns = set(matched.values())
    for row in range(len(tokens)):
        if row not in matched:
            best = max(
                range(len(evidence_tokens)),
                key=lambda at: (table[row][at], at not in matched_columns, -at),
                default=None,
            )
            if best is not None and table[row][best] >= SIMILAR:
                matched[row] = best
                matched_columns.add(best)
    return {
        tokens[row].at: Pair(tokens[row], evidence_tokens[at], evidence, table[row][at]) for row, at in matched.items()
    }


def _in_order(tokens: Sequence[Token], table: list[list[float]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of rows and columns of the heaviest alignment in order."""
    rows, columns = len(table), len(table[0]) if table else 0
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for row in range(rows - 1, -1, -1):
        weight = tokens[row].weight + _IN_ORDER
        for column in range(columns - 1, -1, -1):
            score = table[row][column]
            skip = max(best[row + 1][column], best[row][column + 1])
            take = weight * score + best[row + 1][column + 1] if score >= SIMILAR else 0.0
            best[row][column] = max(skip, take)
    row = column = 0
    while row < rows and column < columns:
        score = table[row][column]
        weight = tokens[row].weight + _IN_ORDER
        if score >= SIMILAR and best[row][column] == weight * score + best[row + 1][column + 1]:
            yield row, column
            row, column = row + 1, column + 1
        elif best[row][column] == best[row + 1][column]:
            row += 1
        else:
            column += 1


@dataclass(frozen=True, slots=True)
class Forms:
    """The words that a word may be said with, by their similarity to it; stems of both languages."""

    same: frozenset[str]
    similar: dict[str, float]


def forms_of(token: Token, language: str) -> Forms:
    """Return the words that a word may be said with, in the other language too."""
    if token.quantity or token.moment:
        return Forms(frozenset(), {})
    same, similar = {token.folded, token.stem}, dict[str, float]()
    other = {"fr": "en", "en": "fr"}.get(language)
    if other:
        for words, _ in find_translations(token.folded, language):  # type: ignore[arg-type]
            for word in words.split():
                if len(word) > 2:
                    same |= {word, *analyze(word, other)}
        for word, cosine in find_neighbors(token.folded):
            for stem in {word, *analyze(word, "fr"), *analyze(word, "en")}:
                similar[stem] = max(similar.get(stem, 0.0), min(0.85, cosine))
    return Forms(frozenset(same), similar)


def compute_similarity(token: Token, forms: Forms, other: Token, *, is_foreign: bool = False) -> float:
    """Return how near a word is to a word of the evidence, 0 to 1: 1 for the same word or value.

    ``is_foreign`` tells that they are of two languages.
    """
    if token.quantity or other.quantity:
        return _of_quantities(token, other)
    if token.moment or other.moment:
        return _of_moments(token, other)
    if token.folded == other.folded:
        return 1.0
    if token.stem == other.stem:
        return _of_names(token, other, is_foreign) if _is_other_name(token, other) else 1.0
    if other.folded in forms.same or other.stem in forms.same:
        return 0.95
    if token.is_name or other.is_name:
        return _of_names(token, other, is_foreign)
    cosine = max(forms.similar.get(other.stem, 0.0), forms.similar.get(other.folded, 0.0))
    return max(cosine, 0.8 if _one_family(token.folded, other.folded) else 0.0)


def _of_quantities(token: Token, other: Token) -> float:
    mine, theirs = token.quantity, other.quantity
    if mine is None or theirs is None:
        moment, quantity = token.moment or other.moment, mine or theirs
        is_year = moment and quantity and moment.grain == "year" and moment.year in quantity.values
        return 1.0 if is_year and quantity and not quantity.dimension else 0.0
    if mine.dimension != theirs.dimension and mine.dimension and theirs.dimension:
        return 0.0
    if mine.equals(theirs):
        return 1.0 if mine.dimension == theirs.dimension else 0.6
    return 0.95 if mine.rounds(theirs) and mine.dimension == theirs.dimension else 0.0


def _of_moments(token: Token, other: Token) -> float:
    if token.moment is None or other.moment is None:
        return 0.0
    return 1.0 if token.moment.agrees(other.moment) else 0.0


def _is_other_name(token: Token, other: Token) -> bool:
    """Return whether two names of one stem are not one name: «Martin», «Martine»."""
    if not (token.is_name and other.is_name):
        return False
    is_one = is_inflected(token.folded, other.folded, opens=token.at == other.at == 0)
    return not is_one and not are_translations(token.folded, other.folded)


def _of_names(token: Token, other: Token, is_foreign: bool) -> float:
    """Return 0.92 for spellings of one name: «Zelensky», «Zelenskyy»; 0.85 for «Ukraine», «ukrainien»."""
    name, other_name = token.folded, other.folded
    if are_spellings(name, other_name, is_foreign=is_foreign) or is_inflected(name, other_name):
        return 0.92
    if are_related(name, other_name):
        return 0.85
    if not _one_family(name, other_name):
        return 0.0
    is_word = any(each.text.islower() and is_common(each.folded) for each in (token, other))
    return 0.85 if is_word or find_countries(token.text) & find_countries(other.text) else 0.0


def _one_family(word: str, other: str) -> bool:
    shared = count_shared(word, other)
    return shared >= _PREFIX and shared >= 0.6 * max(len(word), len(other))
