"""Apply all rules on near misses: to the sentences before it is decided whether they answer, and to the best after."""

from collections.abc import Sequence

from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.extraction.near_misses.attributes import states_attribute
from rag.extraction.near_misses.events import states_event
from rag.extraction.near_misses.identifiers import lacks_name, lacks_word, lacks_year, without_near_misses
from rag.extraction.near_misses.nouns import lacks_named, lacks_noun
from rag.extraction.near_misses.opposites import without_opposites
from rag.extraction.near_misses.overlap import shares_no_word
from rag.extraction.near_misses.rivals import without_other_members, without_rivals
from rag.extraction.near_misses.speakers import without_unsaid
from rag.extraction.near_misses.weekdays import without_other_days
from rag.query.question import Question
from rag.ranking.rerank import RankedPassages

_FAR = 5.0  # by which the score of what is left may be below that of the best sentence


def drop_near_misses(
    question: Question, ranked: RankedPassages, scored: Sequence[ScoredSentence]
) -> list[ScoredSentence]:
    """Return the sentences that may be evidence, in their order; ``scored`` is best first."""
    if lacks_name(question, ranked) or shares_no_word(question, ranked):
        return []
    attributed = without_unsaid(question, without_rivals(question, without_other_members(question, scored)))
    stated = [
        sentence
        for sentence in without_opposites(question, attributed)
        if states_attribute(question, sentence) and states_event(question, sentence)
    ]
    candidates = [sentence for sentence in stated if sentence.score >= attributed[0].score - _FAR]
    return without_other_days(question, without_near_misses(question, candidates))


def lacks_support(question: Question, ranked: RankedPassages, best: ScoredSentence, *, is_sure: bool) -> bool:
    """Return whether the documents, or what is around the best evidence, lack a word that an answer needs.

    Where one is sure that the evidence answers, a word that no document has may be another way to say it.
    """
    if lacks_named(question, ranked, best):
        return True
    return not is_sure and (
        lacks_word(question, ranked, best) or lacks_noun(question, ranked, best) or lacks_year(question, ranked)
    )
