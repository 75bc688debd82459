"""Check what a program passes to ``ask`` and ``search``, so that a mistake is told where it is made."""

import operator
from collections.abc import Iterable, Sequence
from datetime import date

from index.errors import InvalidQuestion
from rag.answer import Turn
from rag.query.filters import Filters, parse_filters

LONGEST = 2000  # characters


def read_history(history: Iterable[Turn]) -> tuple[Turn, ...]:
    """Return the turns, which an iterator would give only once.

    Raises:
        TypeError: something else is among them.
    """
    turns = tuple(history)
    for turn in turns:
        if not isinstance(turn, Turn):
            raise TypeError(f"history holds rag.Turn(question, answer), not {turn!r}")
    return turns


def validate_k(k: int | None) -> None:
    """Refuse to return fewer than one result; None is without limit.

    Raises:
        InvalidQuestion: ``k`` is below 1.
        TypeError: it is no whole number.
    """
    if k is not None and operator.index(k) < 1:
        raise InvalidQuestion("k must be at least 1 (got {}).", k)


def split_filters(
    question: str, since: date | None, until: date | None, documents: str | Sequence[str]
) -> tuple[str, Filters]:
    """Split a question from its filters, and add these to those that are given.

    Raises:
        InvalidQuestion: the question, without its filters, holds no word; or a filter cannot be read.
        TypeError: an argument has another type.
    """
    for name, day in (("since", since), ("until", until)):
        if not isinstance(day, date | None):
            raise TypeError(f"{name} is a datetime.date, not {day!r}")
    names = (documents,) if isinstance(documents, str) else tuple(documents)
    for id in names:
        if not isinstance(id, str):
            raise TypeError(f"documents holds str, not {id!r}")
    text, filters = parse_filters(validate_question(question), Filters(since, until, names))
    if not any(character.isalnum() for character in text):
        raise InvalidQuestion("Add a question to the filter: “{}” only says where to search.", question.strip()[:40])
    return text, filters


def validate_question(question: str) -> str:
    """Return the question, if it can be searched for.

    Raises:
        InvalidQuestion: it is empty, too long, no text, or holds no word.
        TypeError: it is no str.
    """
    if not isinstance(question, str):
        raise TypeError(f"question is a str, not {question!r}")
    if not question.strip():
        raise InvalidQuestion("The question is empty. Type one.")
    if len(question) > LONGEST:
        raise InvalidQuestion("The question has {:,} characters. Ask in at most {:,}.", len(question), LONGEST)
    if any("\ud800" <= character <= "\udfff" for character in question):  # how Python decodes bytes that are not UTF-8
        raise InvalidQuestion("The question contains bytes that are not text. Type it again.")
    if not any(character.isalnum() for character in question):
        raise InvalidQuestion("No searchable word in “{}”. Write at least one word.", question.strip()[:40])
    return question
