"""What a question prefers beside its words: a day, a speaker, a row, a heading, the documents just cited."""

import re
from typing import NamedTuple

from index.language import fold
from index.storage.lexical import analyze
from rag.query.question import Question
from rag.ranking.constraints import (
    SAME_QUESTION,
    follows_question,
    match_cited,
    match_date,
    match_headings,
    match_keys,
    match_polarity,
    match_speaker,
)
from rag.ranking.features import Candidate
from rag.ranking.rerank import RankedPassages
from rag.retrieval.expansion import FIELDS
from rag.text.analysis import AnalyzedSentence
from rag.text.attribution import find_asked_speaker
from rag.text.folding import inflect, words_of

# Added to the score of a sentence; learned weights are of this order.
_TIME, _SPEAKER = 3.0, 2.5  # of the day, or of the speaker, asked for
_CITED = 3.0  # of a document that the conversation cited last
_KEY = 2.0  # of the row or item that the question names
_HEADED = 1.5  # under the heading that the question names
_POLARITY = 1.0  # times the share of the question's words, to one that denies or limits, where that is asked
_ANSWERS = 3.5  # after the question itself, as in lists of frequent questions
_ASKS = 2.0  # taken from a sentence that is itself a question
_WAY_TO_DO = re.compile(
    r"\W*(?:how (?:to|do|can)|comment|steps (?:to|for)|(?:etapes|demarches?|marche a suivre) pour)\b"
)
_DOING = frozenset("faire faut dois doit peut peux puis need want".split())


class Preference(NamedTuple):
    """How well a sentence is what the question prefers."""

    bonus: float  # added to its score
    fits: bool  # of the time and the speaker asked for; True where none is asked for


class Preferences:
    """Compares sentences of the first ``passages`` with what a question prefers."""

    def __init__(self, question: Question, ranked: RankedPassages, passages: int) -> None:
        self._question, self._matcher = question, ranked.matcher
        self._terms = {field: frozenset(analyze(question.text, field)) for field in FIELDS}
        self._speaker = find_asked_speaker(question.text)
        self._covered: dict[str, float] = {}  # the share of the question's words in the best passage of each document
        for candidate in ranked.candidates:
            share = max(candidate.passage_match.soft_coverage, self._covered.get(candidate.document, 0.0))
            self._covered[candidate.document] = share
        candidates = ranked.candidates[:passages]
        self._keys = {candidate.number: match_keys(question, candidate.passage) for candidate in candidates}
        headings = match_headings(question, [candidate.passage for candidate in candidates])
        self._headed = {candidate.number: matches for candidate, matches in zip(candidates, headings, strict=True)}

    def of(self, candidate: Candidate, at: int) -> Preference:
        """Compare the sentence at a position of a candidate."""
        passage = candidate.passage
        sentence, previous = passage.sentences[at], passage.sentences[at - 1] if at else None
        time, speaker = match_date(passage, at, self._question.period), match_speaker(passage, at, self._speaker)
        cited = match_cited(
            self._question, candidate.document, self._covered[candidate.document], max(self._covered.values())
        )
        limits = match_polarity(self._question, sentence) * candidate.sentences[at].soft_coverage
        echoes = previous is not None and previous.asks and self.echo(previous) >= SAME_QUESTION
        answers = echoes or self._is_way_to_do(sentence) or follows_question(self._question, self._matcher, passage, at)
        asks = sentence.asks and not self._speaker  # what somebody said may be a question
        structure = _KEY * self._keys[candidate.number][at] + _HEADED * self._headed[candidate.number][at]
        bonus = _TIME * time + _SPEAKER * speaker + structure + _CITED * cited
        bonus += _POLARITY * limits + _ANSWERS * answers - _ASKS * asks
        return Preference(bonus, fits=time >= 0 and speaker > -1)

    def _is_way_to_do(self, sentence: AnalyzedSentence) -> bool:
        """Return whether a sentence is a step under the very thing to do: "How to request leave"."""
        block, document = sentence.block, sentence.span.document
        if self._question.kind != "how" or block is None or block.kind != "item":
            return False
        headings = (
            document.slice(*above.span) for above in document.context_at(block.start) if above.kind == "heading"
        )
        ways = [words_of(heading) for heading in headings if _WAY_TO_DO.match(fold(heading))]
        to_do = [word for word in self._question.words if word not in _DOING]
        return bool(to_do) and any(all(set(inflect(word)) & set(way) for word in to_do) for way in ways)

    def echo(self, sentence: AnalyzedSentence) -> float:
        """Return the share of the question's terms in a heading or question that has no other; 0 for any sentence."""
        terms = self._terms[sentence.field]
        if (sentence.is_closed and not sentence.asks) or not sentence.term_set <= terms:
            return 0.0
        return len(sentence.term_set) / max(1, len(terms))
