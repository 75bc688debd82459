"""Sentences that deny what a question takes for granted: «n'a pas signé», "did not carry", "refused to sign"."""

import re
from collections.abc import Iterator, Sequence

from index.documents import Span
from index.storage.lexical import analyze
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.query.question import Question
from rag.text.analysis import AnalyzedSentence
from rag.text.folding import fold_keeping_offsets, spans_of

_PRESUMING = ("yes or no", "who", "when", "where", "how many", "how long", "why", "how")  # kinds that presume an event
_FRENCH = re.compile(r"\b(?:n['’]|ne )(?:[\w'’-]+ ){0,4}?(?:pas|jamais|plus|nullement|aucunement)\b")
_CUE = re.compile(
    r"\b(?:(?:not|never|cannot)\b|refus(?:e[sd]?|ing) to|declin(?:e[sd]?|ing) to|fail(?:s|ed)? to"
    r"|refus(?:e|ent|er|a|ait|aient)? (?:de |d['’])|renonc\w+ a |s['’](?:est|etait) abstenue? (?:de |d['’]))|n['’]t\b"
)
_LIMITED = re.compile(
    r"\b(?:not only|not just|pas seulement|pas uniquement|ne \w+ pas que|unless|except|sauf|seulement si|only if)\b"
)
# A clause that opens so tells of a case, or of a thing that something else is said of.
_SUBORDINATE = re.compile(
    r"^\W*(?:et |and |mais |but |ou |or )?(?:s['’]il|si|if|when|whenever|lorsqu|quand|alors qu|tandis qu|qui|dont|comme"
    r"|although|though|while|who|which|whose|as|unless|bien qu|quoiqu|even if|meme si|en cas)\b"
)
_CONDITIONAL = re.compile(r"^\W*(?:s['’]ils?|si|if|en cas|lorsqu|in case)\b")
_REACH = 3  # words between the cue and what it denies
_SHARE = 0.75  # least weight of the words of the question in the sentence
_TIME_OR_PLACE = frozenset(
    "in on at during before after between en au aux pendant avant apres dans sur le la les".split()
)
_NOUN_MARKS = frozenset(
    "le la les l un une des du d au aux son sa ses leur leurs ce cet cette ces the a an his her its their this".split()
)


def find_denial(question: Question, scored: Sequence[ScoredSentence]) -> ScoredSentence | None:
    """Return the first sentence, best first, that denies the clause asked about and holds the most of its words."""
    if question.negated or not (question.asks_whether or question.kind in _PRESUMING):
        return None
    similarities = [sentence.candidate.sentences[sentence.at].soft_coverage for sentence in scored]
    for sentence, soft in zip(scored, similarities, strict=True):
        if sentence.fits and soft >= max(_SHARE, *similarities) and denies(question, sentence.sentence):
            return sentence
    return None


def denies(question: Question, sentence: AnalyzedSentence) -> bool:
    """Return whether a sentence negates a verb of the question, in a main clause, and does not affirm it as well.

    "Never pruned in winter" does not deny that it is pruned, where the question is when.
    """
    folded = fold_keeping_offsets(sentence.text)
    if _LIMITED.search(folded) or _CONDITIONAL.match(folded):
        return False
    question_terms = {
        term for word in question.words if word not in question.names for term in analyze(word, sentence.field)
    }
    question_terms -= set(analyze(question.target_noun or "", sentence.field))
    tokens = spans_of(sentence.text)
    terms = [analyze(word, sentence.field) for word, _ in tokens]
    denied = {
        term
        for cue in _cues(folded)
        for at, (_, span) in enumerate(tokens)
        if cue.start <= span.start and sum(cue.end <= other.start < span.start for _, other in tokens) < _REACH
        if at == 0 or tokens[at - 1][0] not in _NOUN_MARKS
        if not (question.kind in ("when", "where") and _is_limited([word for word, _ in tokens[at + 1 :]], question))
        for term in terms[at]
        if term in question_terms
    }
    return any(sum(token_terms.count(term) for token_terms in terms) == 1 for term in denied)


def _is_limited(following: Sequence[str], question: Question) -> bool:
    """Return whether the words after a verb begin with a time or a place that nobody asked of."""
    return following[:1] != [] and following[0] in _TIME_OR_PLACE and question.tokens.isdisjoint(following[1:4])


def _cues(folded: str) -> Iterator[Span]:
    """Yield the spans of negations in main clauses: in French from «ne», since the verb stands inside."""
    for match in (*_FRENCH.finditer(folded), *_CUE.finditer(folded)):
        clause = re.split(r"[,;:()–—]", folded[: match.start()])[-1]
        if not _SUBORDINATE.match(clause) and not re.search(r"\b(?:qui|dont|who|which|si|if)\b", clause):
            yield Span(*match.span())
