"""Questions about what somebody said: neither a list with the name nor a quote of somebody else answers them."""

from collections.abc import Sequence

from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.query.question import Question
from rag.ranking.constraints import match_speaker
from rag.text.attribution import find_asked_words
from rag.text.folding import words_of

_TELLING = 8  # fewest words of a sentence that may report a statement without a verb of speech


def without_unsaid(question: Question, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Return the sentences that may be what the person named by the question said; all if it asks for no person.

    These are attributed to the person, stand under the name, or follow it in a sentence that is more than a name.
    """
    speaker = find_asked_words(question.text) & question.names
    return [sentence for sentence in scored if not speaker or _may_be_said(speaker, sentence)]


def _may_be_said(speaker: frozenset[str], sentence: ScoredSentence) -> bool:
    if match_speaker(sentence.candidate.passage, sentence.at, speaker) > 0:
        return True
    preceding = [
        previous.text for previous in sentence.candidate.passage.sentences[max(0, sentence.at - 1) : sentence.at]
    ]
    statements = [text for text in (*preceding, sentence.sentence.text) if len(words_of(text)) >= _TELLING]
    return any(not speaker.isdisjoint(words_of(text)) for text in (*statements, *sentence.above))
