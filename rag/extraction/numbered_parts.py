"""Parts of a document that their headings number, where a question asks for all: «Quels sont les modules ?»."""

import re
from dataclasses import replace

from index.documents import Block, Document, Span
from index.language import fold
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.extraction.evidence.select_evidence import Evidence
from rag.extraction.quote import Quote
from rag.query.question import Question
from rag.text.folding import inflect

_ALL = re.compile(
    r"^(?:et )?(?:quel(?:le)?s (?:sont|etaient) (?:les |ses |leurs )|(?:what|which) (?:are|were) (?:the |its |their ))"
    r"(?:(?:deux|trois|quatre|cinq|six|two|three|four|five|six|different\w*) )?(?P<noun>[a-z]{4,})\b"
)
_HEADED = re.compile(r"\W*(?P<noun>[a-z]{4,}) (?:n[°o] ?)?(?:\d{1,2}|[ivx]+)\b")
_MIN_NUMBERED_HEADINGS = 2
_LONGEST = 1500  # characters of all parts together


def find_numbered_parts(question: Question, best: ScoredSentence) -> Evidence | None:
    """Return the parts, as one quote, of the document of the best evidence; None if none are asked for or numbered."""
    match, document = _ALL.match(fold(question.text)), best.sentence.span.document
    headings = [block for block in document.blocks if block.kind == "heading"] if match else []
    numbered_headings = [block for block in headings if match and _is_part(document, block, match["noun"])]
    if len(numbered_headings) < _MIN_NUMBERED_HEADINGS:
        return None
    following = [block.start for block in headings if block.start > numbered_headings[-1].start]
    text = document.slice(numbered_headings[0].start, following[0] if following else len(document.text)).rstrip()
    span = Span(numbered_headings[0].start, numbered_headings[0].start + len(text))
    if len(text) > _LONGEST or not any(
        heading.start <= best.sentence.span.start < span.end for heading in numbered_headings
    ):
        return None
    return Evidence(replace(best, focus=None), Quote(span, is_list=True))


def _is_part(document: Document, heading: Block, noun: str) -> bool:
    match = _HEADED.match(fold(document.slice(*heading.span)))
    return match is not None and match["noun"] in inflect(noun)
