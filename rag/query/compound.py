"""Split a message that asks several questions: «Combien coûte le bac ? Et quand part-il ?»."""

import re

_ASKING = (
    r"(?:(?:à|a|de|du|pour|par|avec|en|dans|depuis|jusqu['’]à|chez|sur|at|to|for|from|in|on|since|with|by) )?"
    r"(?:qui|quand|où|comment|pourquoi|combien|quel(?:le)?s?|que|qu['’]est-ce|est-ce"
    r"|who|whom|when|where|why|how|what|which)\b"
)
_STOP = re.compile(r"(?<=\?)\s+(?=\S)")
_AND = re.compile(rf",?\s+(?:et|and)\s+(?={_ASKING})", re.IGNORECASE)
_OPENS = re.compile(rf"\W*(?:(?:et|and|mais|but)\s+)?{_ASKING}", re.IGNORECASE)
_MIN_WORDS = 3  # of a question that a mark ends
_MIN_JOINED_WORDS = 4  # of a question that "and" joins to another


def split_questions(message: str) -> list[str]:
    """Return the questions of a message, in order: the message itself if it asks only one.

    Questions end with a mark, or are joined by "and" before a word that asks. A part of few words is no question of its
    own: «Quand et comment s'inscrire ?», "On which day and at what time does it open?".
    """
    sentences = [sentence.strip() for sentence in _STOP.split(message.strip())]
    if len(sentences) > 1 and _words(sentences[0]) >= _MIN_WORDS and all(map(_words, sentences)):
        return [question for sentence in sentences for question in _split_joined(sentence)]
    return _split_joined(message)


def _split_joined(question: str) -> list[str]:
    """Return the questions that "and" joins: «Qui a bâti le four, et quand a-t-il servi ?»."""
    clauses = _AND.split(question)
    are_questions = _OPENS.match(question) and all(_words(clause) >= _MIN_JOINED_WORDS for clause in clauses)
    if len(clauses) < 2 or not are_questions:
        return [question]
    mark = " ?" if question.rstrip().endswith(" ?") else "?"
    first, *following = (re.sub(r"[\s?]+$", "", clause) + mark for clause in clauses)
    return [first, *(other[:1].upper() + other[1:] for other in following)]


def _words(text: str) -> int:
    return len(re.findall(r"\w+", text))
