"""Words that a question and the documents share: without any, what is nearest is no answer."""

from rag.extraction.definitions import parse_term
from rag.extraction.near_misses.spelling import is_written
from rag.query.question import Question
from rag.ranking.rerank import RankedPassages

_MAY_STAND_FOR = 0.3  # least weight of a word that may stand for one


def shares_no_word(question: Question, ranked: RankedPassages) -> bool:
    """Return whether a question says nothing («Pourquoi ?»), or is keywords or a term that no passage has («xyz»).

    A passage has neither them, nor words that may stand for them, nor any spelled alike. Other questions, such as
    «Combien ça coûte ?», may be answered in words of a text's own.
    """
    matcher = ranked.matcher
    if matcher.dated or not matcher.words:
        return not matcher.dated
    is_keywords = question.kind == "none" and not question.asks_whether
    if not is_keywords and parse_term(question.text) is None:
        return False
    return not any(
        max(candidate.passage_match.weights) >= _MAY_STAND_FOR
        or any(is_written(word.text, candidate) for word in matcher.words)
        for candidate in ranked.candidates
    )
