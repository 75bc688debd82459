"""Questions that count or name a noun: a passage without cows cannot answer how many cows there are."""

import re

from index.language import fold
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.query.question import NOUNS, Question
from rag.ranking.rerank import RankedPassages
from rag.text.folding import any_of, inflect

_COUNTED = re.compile(
    r"\bcombien d(?:e |['’] ?)(?:(?:autres?|petit\w*|grand\w*|gros\w*|jeunes?|vieu\w+|vieilles?|nouve\w+|bon\w*"
    r"|different\w*|premi\w+|derni\w+) )*(?P<noun>[a-z]{3,})"
)
_COUNTED_ENGLISH = re.compile(r"\bhow many (?:other |more )?(?P<noun>[a-z]{3,})(?: (?P<next>[a-z]{3,}))?")
_NAME_QUESTION = re.compile(
    r"\b(?:quel(?:le)? est (?:le )?(?:pre)?nom (?:du |de la |de l['’] ?|de (?:son |sa |leur |ton |votre ))"
    r"|comment s['’ ]appel\w+ (?:son |sa |leur )"
    r"|what(?:['’]s| is| was) the (?:\w+ )?name of (?:the |his |her |their |its ))"
    r"(?P<noun>[a-z]{3,})(?=\W*$| (?:d['’ue]|des |qui |que |of |that |who |in |at |a ))"
)
# Nouns that a text may omit, like the measures below: "40 came" answers how many people.
_UNSAID = re.compile(
    any_of(
        """etapes?|steps?|phases?|points?|facons?|manieres?|ways?|moyens?|types?|sortes?|kinds?|exemples?|examples?|raisons?
        |reasons?|choses?|things?|elements?|personnes?|people|gens|individus?|fois|times?|parts?|parties?|temps|argent|money
        |euros?|dollars?|pounds?|francs?|heures?|hours?|semaines?|weeks?"""
    )
)
_MEASURES = frozenset(form for kind in ("how many", "when") for noun in NOUNS[kind].split() for form in inflect(noun))
_STANDS_FOR = 0.3  # least weight of a word of the passage that may stand for the noun


def lacks_noun(question: Question, ranked: RankedPassages, best: ScoredSentence) -> bool:
    """Return whether the passage of the best evidence has neither the noun that is counted nor one that stands for it.

    It must be in the language of the question, since a translation may be unknown.
    """
    if _lacks(_COUNTED, question, ranked, best):
        return True
    match = _COUNTED_ENGLISH.search(fold(question.text))
    following = match["next"] if match else None  # the noun, if what follows "how many" is an adjective
    is_held = any(
        word.text == following and best.candidate.passage_match.weights[at] >= _STANDS_FOR
        for at, word in enumerate(ranked.matcher.words)
    )
    return not is_held and _lacks(_COUNTED_ENGLISH, question, ranked, best)


def lacks_named(question: Question, ranked: RankedPassages, best: ScoredSentence) -> bool:
    """Return whether the passage lacks the noun whose name the question asks for: «le nom du chien»."""
    return _lacks(_NAME_QUESTION, question, ranked, best)


def _lacks(pattern: re.Pattern[str], question: Question, ranked: RankedPassages, best: ScoredSentence) -> bool:
    match = pattern.search(fold(question.text))
    if not match or best.candidate.passage.field != question.language:
        return False
    noun = match["noun"]
    return not (_UNSAID.fullmatch(noun) or noun in _MEASURES) and any(
        word.text == noun and best.candidate.passage_match.weights[at] < _STANDS_FOR
        for at, word in enumerate(ranked.matcher.words)
    )
