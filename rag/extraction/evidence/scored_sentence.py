"""A sentence of a candidate with its score."""

from dataclasses import dataclass

from rag.extraction.answer_span import AnswerSpan
from rag.ranking.features import Candidate
from rag.text.analysis import AnalyzedSentence

_LINES_ALIKE, _FEWEST = 0.5, 2  # least share of common terms of the lines of a log, and how many


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a candidate passage, and the probability that it is the one that answers."""

    candidate: Candidate
    at: int  # its position in the passage
    score: float
    fits: bool  # of the time and the speaker asked for; True where none is asked for
    probability: float = 0.0
    focus: AnswerSpan | None = None  # the words in it that answer; None before they are looked for
    bonus: float = 0.0  # the part of the score for the time, the speaker and the documents asked about

    @property
    def sentence(self) -> AnalyzedSentence:
        """Return the analysed sentence."""
        return self.candidate.passage.sentences[self.at]

    @property
    def above(self) -> tuple[str, ...]:
        """Return what the sentence stands under: headings, the lead-in of a list."""
        span = self.sentence.span
        return tuple(span.document.slice(*block.span) for block in span.document.context_at(span.start))

    @property
    def key(self) -> tuple[float, str, int]:
        """Return the sort key: best score first, ties by source and start."""
        return -round(self.score, 5), self.sentence.span.document.id, self.sentence.span.start


def resemble(sentence: AnalyzedSentence, other: AnalyzedSentence) -> bool:
    """Return whether two sentences have most terms in common, numbers apart, as the lines of a log have."""
    left, right = ({term for term in terms if not term[0].isdigit()} for terms in (sentence.term_set, other.term_set))
    return len(left & right) >= max(_FEWEST, _LINES_ALIKE * len(left | right))
