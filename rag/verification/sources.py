"""Where quotes are in an index now: exact, moved, or stale."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from index.documents import Document
from index.index import Index
from index.storage.lexical import analyze
from rag.answer import Citation, SourceSpan
from rag.query.question import parse_question
from rag.ranking.rerank import searcher
from rag.text.quotations import ELLIPSIS, Normalized, locate_in, normalize

CitationState = Literal["exact", "moved", "stale"]
_PASSAGES = 10  # searched for a quote that is not where it was
_LONGEST = 400  # characters of a quote that are searched for
_RUN = 8  # words that are looked up side by side
_DOCUMENTS = 30  # that are searched for a quote, of all that hold runs of its words


@dataclass(frozen=True, slots=True)
class CheckedCitation:
    """A citation compared with the documents of an index.

    - ``exact``: the document holds the quote where the citation says.
    - ``moved``: it is elsewhere, in the same document or in another; ``now`` says where.
    - ``stale``: no document holds it any more.

    ``file_changed`` tells that the cited file is another or gone, whatever became of the quote.
    """

    citation: Citation
    state: CitationState
    now: SourceSpan | None
    file_changed: bool = False


@dataclass(frozen=True, slots=True)
class CheckedQuote:
    """Quoted words of a text, ``text[start:end]``, and where documents hold them; ``found`` is None if nowhere."""

    start: int
    end: int
    found: SourceSpan | None


class Sources:
    """The documents of an index, as quotes are looked up in them. Texts are read once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._documents: dict[str, Document] = {}
        self._normalized: dict[str, Normalized] = {}

    def check(self, citation: Citation) -> CheckedCitation:
        """Compare a citation with the documents, byte for byte."""
        document = self._document(citation.source)
        if document is None:
            now = self._elsewhere(citation)
            return CheckedCitation(citation, "moved" if now else "stale", now, True)
        changed = document.sha256 != citation.sha256
        if _holds(document, citation.start, citation.quote):
            return CheckedCitation(citation, "exact", _at(document, citation.start, citation.quote), changed)
        now = _nearest(document, citation.start, citation.quote) or self._elsewhere(citation)
        return CheckedCitation(citation, "moved" if now else "stale", now, changed)

    def find(self, words: str, first: str = "") -> SourceSpan | None:
        """Return where documents hold quoted words, apart from case, accents and marks; ``first`` is searched first."""
        for id in dict.fromkeys([*([first] if first else []), *self._candidates(words)]):
            document = self._document(id)
            if document is None:
                continue
            if id not in self._normalized:
                self._normalized[id] = normalize(document.text)
            if span := locate_in(words, self._normalized[id]):
                return SourceSpan(id, *span)
        return None

    def _document(self, id: str) -> Document | None:
        if id not in self._documents:
            try:
                self._documents[id] = self._index.document(id)
            except KeyError:
                return None
        return self._documents[id]

    def _elsewhere(self, citation: Citation) -> SourceSpan | None:
        """Return where another document holds the very characters of a quote."""
        for id in self._candidates(citation.quote):
            document = self._document(id)
            if document and id != citation.source and (now := _nearest(document, citation.start, citation.quote)):
                return now
        return None

    def _candidates(self, words: str) -> Iterator[str]:
        """Yield the documents that may hold some words, those that hold most runs of them first."""
        if not any(character.isalnum() for character in words):
            return
        yield from self._holding(words)
        ranked = searcher(self._index).rank(parse_question(words[:_LONGEST]), k=_PASSAGES)
        yield from dict.fromkeys(self._index.document_id_of(candidate.number) for candidate in ranked.candidates)

    def _holding(self, words: str) -> list[str]:
        """Return the documents with passages that hold runs of these words side by side, those with most runs first."""
        held = Counter[str]()
        for piece in ELLIPSIS.split(words):
            terms = analyze(piece, "plain")
            for run in (terms[at : at + _RUN] for at in range(0, len(terms), _RUN)):
                passages = self._index.candidates.with_phrase(run)
                held.update({self._index.document_id_of(int(number)) for number in passages})
        return [id for id, _ in held.most_common(_DOCUMENTS)]


def _holds(document: Document, start: int, quote: str) -> bool:
    end = start + len(quote)
    return start >= 0 and end <= document.length and document.slice(start, end) == quote


def _at(document: Document, start: int, quote: str) -> SourceSpan:
    return SourceSpan(document.id, start, start + len(quote))


def _nearest(document: Document, start: int, quote: str) -> SourceSpan | None:
    """Return the occurrence of a quote that is nearest to where it was."""
    text, offsets, at = document.text, list[int](), -1
    while (at := text.find(quote, at + 1)) >= 0:
        offsets.append(at)
    return _at(document, min(offsets, key=lambda offset: (abs(offset - start), offset)), quote) if offsets else None
