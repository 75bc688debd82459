"""Documents by the names that people give them: an id, a file name with or without its extension, a title."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePosixPath
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from index.index import Index
from rag.intents.reply import Scope
from rag.query.question import content_words
from rag.text.folding import any_of, words_of

_ARTICLES = frozenset("le la les l des du un une the a an mon ma my ce cet cette this".split())
NOUN = any_of(
    """documents?|fichiers?|textes?|fiches?|pages?|rapports?|notes?|pdfs?|livres?|notices?|comptes?[- ]rendus?
    proces[- ]verba(?:l|ux)|procès[- ]verba(?:l|ux)|minutes
    files?|reports?|papers?|texts?|books?|manuals?|guides?"""
)
_MOST_CANDIDATES = 300  # documents whose name holds every word asked
_LONGEST = 12  # words of a name
_TRIED = 20  # parts of a question that may be a name
FILE_NAME = re.compile(r"(?<![\w/.-])[\w./’'()-]*[\w)]\.[A-Za-z][A-Za-z0-9]{0,5}(?![\w.]*\w)")
_NAME_LEAD = re.compile(
    rf"\b{NOUN}\s+(?:(?:nomm|intitul|appel)[ée]e?s?\s+|named\s+|called\s+)?[«\"“]?\s*", re.IGNORECASE
)
_LEAD = re.compile(
    r"(?:\b(?:dans|de|du|selon|d['’]apr[eè]s|en|in|from|of|according to)\s+)?"
    rf"(?:\b(?:l[ea]|the)\s+)?(?:\b{NOUN}\s+)?[«\"“]?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mention:
    """The name of documents in a question: its span with what leads to it, and the ids, sorted."""

    start: int
    end: int
    ids: tuple[str, ...]


def resolve(name: str, index: Index, *, is_partial: bool = False) -> tuple[str, ...]:
    """Return the ids of the documents with this name, sorted; case, accents, marks and extension do not matter.

    An id goes before a file name, and that before a title. Where ``is_partial``, the words of the name are enough if
    only one document has them all.
    """
    words = _without_article(words_of(name))
    if not words or not _may_name(words, index):
        return ()
    candidates = index.find_by_name(" ".join(words), 0, _MOST_CANDIDATES)
    for form in _FORMS:
        if ids := tuple(id for id in candidates if form(id, index) in (words, words_of(name))):
            return ids
    if len(words) > 1 and (ids := tuple(id for id in candidates if _with_folder(id) == sorted(words))):
        return ids
    if (
        is_partial
        and len(candidates) == 1
        and set(words) <= {*words_of(candidates[0]), *words_of(index.document(candidates[0]).title)}
    ):
        return (candidates[0],)
    return ()


def _with_folder(id: str) -> list[str]:
    """Return the words of a file name and of its folder, sorted: «le bilan 2016» is ``2016/bilan.md``."""
    path = PurePosixPath(id)
    return sorted(words_of(f"{path.parent.name} {path.stem}"))


def find_mention(question: str, index: Index) -> Mention | None:
    """Return the first document that a question names, by a file name with its extension or after «le document»."""
    candidates = (
        span for span in _candidates(question) if _may_name(_without_article(words_of(question[slice(*span)])), index)
    )
    for start, end in islice(candidates, _TRIED):
        if ids := resolve(question[start:end], index):
            lead = _LEAD.search(question[:start])
            close = re.match(r"\s*[»\"”]", question[end:])
            return Mention(lead.start() if lead else start, end + (close.end() if close else 0), ids)
    return None


def narrow(question: str, scope: Scope) -> tuple[str, Scope]:
    """Return a question without the document that it names, and the scope of that document alone.

    Both are returned as they are if no document is named, or the filters already name one.
    """
    mention = None if scope.filters.documents else find_mention(question, scope.index)
    if mention is None:
        return question, scope
    without_name = " ".join(f"{question[: mention.start]} {question[mention.end :]}".split())
    narrowed = Scope.of(scope.index, replace(scope.filters, documents=mention.ids))
    return without_name if content_words(without_name) else question, narrowed


def _candidates(question: str) -> Iterator[tuple[int, int]]:
    """Yield the spans that may be a name, the likeliest first: a file name with the most words before it."""
    for match in FILE_NAME.finditer(question):
        starts = [word.start() for word in re.finditer(r"\S+", question[: match.start()])][-_LONGEST:]
        yield from ((start, match.end()) for start in (*starts, match.start()))
    for match in _NAME_LEAD.finditer(question):
        ends = [match.end() + word.end() for word in re.finditer(r"[\w.’'/-]+", question[match.end() :])][:_LONGEST]
        yield from ((match.end(), end) for end in reversed(ends))


def _may_name(words: Sequence[str], index: Index) -> bool:
    """Return whether each word may be of some id or title; telling takes no search."""
    codes = index.state(_name_words)
    return bool(words) and bool(np.isin([_code(word) for word in words], codes, kind="sort").all())


def _name_words(index: Index) -> NDArray[np.uint32]:
    """Return the codes of all words of ids and titles, sorted; four bytes for each."""
    words = {word for name in index.names() for word in words_of(name)}
    return np.unique(np.fromiter(map(_code, words), np.uint32, len(words)))


def _code(word: str) -> int:
    return crc32(word.encode())


def _without_article(words: list[str]) -> list[str]:
    """Return the words of a name without the article that opens it."""
    return words[1:] if len(words) > 1 and words[0] in _ARTICLES else words


_FORMS: tuple[Callable[[str, Index], list[str]], ...] = (
    lambda id, index: words_of(id),
    lambda id, index: words_of(str(PurePosixPath(id).with_suffix(""))),
    lambda id, index: words_of(PurePosixPath(id).name),
    lambda id, index: words_of(PurePosixPath(id).stem),
    lambda id, index: _without_article(words_of(index.document(id).title)),
)
