"""Suggest questions that the documents can answer: about their people, places and dates."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from weakref import WeakKeyDictionary

from babel.dates import get_month_names

from index import Index
from index.language import STOPWORDS, fold
from rag.answer import Answer
from rag.text.patterns import DATE, NAME
from ui.i18n.labels import Labels

SAMPLE = 40  # documents, evenly spread
OPENING = 20_000  # characters of each
SUGGESTED, TRIED = 4, 24


def make_suggester(ask: Callable[[str], Answer]) -> Callable[[Index, Labels], tuple[str, ...]]:
    """Return a function that suggests answerable questions, cached until the index changes."""

    suggestions: WeakKeyDictionary[Index, dict[str, tuple[str, ...]]] = (
        WeakKeyDictionary()
    )  # an index must not live for them

    def suggest(index: Index, labels: Labels) -> tuple[str, ...]:
        in_languages = suggestions.setdefault(index, {})
        if labels.language not in in_languages:
            tried = islice(_candidates(index, labels), TRIED)
            in_languages[labels.language] = tuple(
                islice((question for question in tried if ask(question).found), SUGGESTED)
            )
        return in_languages[labels.language]

    return suggest


def _candidates(index: Index, labels: Labels) -> Iterator[str]:
    """Yield questions about names and dates alternately, most frequent first."""
    texts = list(_sample(index))
    names, days = _names(texts), _days(texts, labels.language)
    for name, day in zip(names, [*days, *[None] * len(names)], strict=False):
        yield _elide(labels.about_name.format(name=name))
        if day:
            yield labels.about_day.format(day=day)


def _elide(question: str) -> str:
    return re.sub(r"\bde (?=[AEIOUYÉÈÊÎÔ])", "d’", question)


def _sample(index: Index) -> Iterator[str]:
    ids = index.document_ids
    for at in range(0, len(ids), max(1, len(ids) // SAMPLE)):
        document = index.document(ids[at])
        yield document.slice(0, min(OPENING, document.length))


def _names(texts: list[str]) -> list[str]:
    """Return names of several words, by descending document frequency."""
    counts = Counter(
        name for text in texts for name in {match.group() for match in NAME.finditer(text)} if _is_full(name)
    )
    return [name for name, _ in sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))]


def _is_full(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 3 and fold(words[0]) not in STOPWORDS and all(len(word) > 1 for word in words)


def _days(texts: list[str], language: str) -> list[str]:
    """Return dates with a month name in this language, most frequent first."""
    months = {fold(month) for month in get_month_names("wide", locale=language).values()}
    dates = (match.group() for text in texts for match in DATE.finditer(text))
    counts = Counter(
        day for day in dates if day[0].isdigit() and len(day.split()) > 1 and fold(day.split()[1]) in months
    )
    return _rank(counts)


def _rank(counts: Counter[str]) -> list[str]:
    return [text for text, _ in sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))]
