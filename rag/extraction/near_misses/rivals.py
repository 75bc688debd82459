"""Names in the place of the one asked for: the bell of Brénaz is not the bell of Sorlin."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.language import fold
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.extraction.near_misses.spelling import is_spelled_alike
from rag.query.question import Question
from rag.text.folding import inflect, words_of

_NAME = r"[A-ZÀ-Þ][\w’'-]*[^\W_](?: (?:(?:de|du|des|of|la|le|the) )?[A-ZÀ-Þ][\w’'-]*[^\W_])*"
_QUALIFIED_NOUN = re.compile(
    rf"\b([a-zß-ÿœ-]{{4,}}) (?:(?:de|du|des|of)(?: la| le| les| the)? |d['’]|de l['’]|in |at )({_NAME})"
)
_FEWEST = 4  # words that sentences of a series have in common
_STEM = 5  # first letters that a country and its people share


class _QualifiedNoun(NamedTuple):
    """A thing with the name of what it is of: «la *cloche* de *Sorlin*»."""

    noun: str  # folded
    name: str


def without_rivals(question: Question, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Return the sentences without those that give the thing asked about another name, and nowhere the one asked for.

    A name is also given by what a sentence stands under, and by the title of its document. Where the best sentence is
    about another name, only those are left that name the very thing, or that follow one that does.
    """
    question_nouns = [*_find_qualified_nouns(question.text)]
    rival = {
        id(sentence)
        for sentence in scored
        if any(_is_rival(qualified, sentence.sentence.text, _text_of(sentence)) for qualified in question_nouns)
    }
    if not rival:
        return list(scored)
    if id(scored[0]) in rival:
        return [sentence for sentence in scored if all(_is_about(qualified, sentence) for qualified in question_nouns)]
    return [sentence for sentence in scored if id(sentence) not in rival]


def _find_qualified_nouns(text: str) -> Iterator[_QualifiedNoun]:
    for match in _QUALIFIED_NOUN.finditer(text):
        if not match[2].isupper():  # letters may stand for words
            yield _QualifiedNoun(fold(match[1]), match[2])


def names_rival(question: Question, text: str) -> bool:
    """Return whether a text gives the thing asked about another name, and does not hold the one asked for."""
    return any(_is_rival(qualified, text, text) for qualified in _find_qualified_nouns(question.text))


def _is_rival(qualified: _QualifiedNoun, text: str, context: str) -> bool:
    same_nouns = [stated for stated in _find_qualified_nouns(text) if stated.noun in inflect(qualified.noun)]
    return bool(same_nouns) and not _holds(context, qualified.name)


def _is_about(qualified: _QualifiedNoun, sentence: ScoredSentence) -> bool:
    """Return whether a sentence has the thing and the name, or the one before it names the very thing."""
    preceding = [
        previous.text for previous in sentence.candidate.passage.sentences[max(0, sentence.at - 1) : sentence.at]
    ]
    if any(_is_same(qualified, stated) for text in preceding for stated in _find_qualified_nouns(text)):
        return True
    text = _text_of(sentence)
    return _holds(text, qualified.name) and not set(inflect(qualified.noun)).isdisjoint(words_of(text))


def _is_same(qualified: _QualifiedNoun, stated: _QualifiedNoun) -> bool:
    return stated.noun in inflect(qualified.noun) and _holds(stated.name, qualified.name)


def _text_of(sentence: ScoredSentence) -> str:
    """Return a sentence with what it stands under, and the title of its document."""
    return " ".join([sentence.sentence.span.document.title, *sentence.above, sentence.sentence.text])


def _holds(text: str, name: str) -> bool:
    """Return whether a text holds a word of a name, perhaps as another language or another ending spells it."""
    words = words_of(text)
    return any(_are_one(word, other) for word in words_of(name) if len(word) > 2 for other in words)


def _are_one(word: str, other: str) -> bool:
    return word[:_STEM] == other[:_STEM] or is_spelled_alike(word, other)


def without_other_members(question: Question, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Return the sentences without those of a series that say the same of others than the question names.

    The sentences of a series are alike but for their names and numbers: "By May, Vaux met 5 goals", "By May, Lune met 4
    goals".
    """
    name = " ".join(question.names)
    if not name:
        return list(scored)
    forms = [_form_without_names(sentence) for sentence in scored]
    members = {
        id(sentence)
        for sentence, (form, names) in zip(scored, forms, strict=True)
        if not _holds(_text_of(sentence), name)
        and any(form == other and names and other_names and names != other_names for other, other_names in forms)
    }
    if scored and id(scored[0]) in members:
        return [sentence for sentence in scored if _holds(_text_of(sentence), name)]
    return [sentence for sentence in scored if id(sentence) not in members]


def _form_without_names(sentence: ScoredSentence) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of a sentence besides names and numbers, and its names; of few words, neither."""
    names = sentence.candidate.passage.names
    words = frozenset(word for word in words_of(sentence.sentence.text) if not word.isdigit())
    form = words - names
    return (form, words & names) if len(form) >= _FEWEST else (frozenset(), frozenset())
