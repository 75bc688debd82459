"""Numbers and codes that identify: a sentence about another of the same series is a near miss."""

import re
from collections.abc import Sequence

from rag.extraction.evidence import ScoredSentence
from rag.query.question import Question

_CODE = re.compile(
    r"(?<![\w.,])(?:[A-Z]{1,5}[ -]?)?\d+(?:[.-]\d+)*(?![\w%€$]|[.,]\d| ?(?:%|€|\$|£)|[ \u00a0\u202f]\d{3}\b)"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")


def without_near_misses(question: Question, weighed: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Return the sentences without those about another number of the series that the question names.

    A sentence that names another is dropped if a better one names the very number, or nothing around it does: neither
    its passage nor its title nor the date of its document. If only such sentences name the series, nothing is left.
    """
    asked = _identifiers(question.text)
    if not asked:
        return list(weighed)
    held = [_identifiers(sentence.view.text) for sentence in weighed]
    around = [own | _around(sentence) for sentence, own in zip(weighed, held, strict=True)]
    exact = {code for code in asked if any(code in own for own in held) and not _YEAR.fullmatch(code)}
    kept = [
        (sentence, asked <= near)
        for sentence, own, near in zip(weighed, held, around, strict=True)
        if not any(code not in own and _has_sibling(code, own) for code in exact)
        and not any(code not in near and _has_sibling(code, own) for code in asked)
    ]
    is_named = len(kept) == len(weighed) or any(names for _, names in kept)
    return [sentence for sentence, _ in kept] if is_named else []


def _identifiers(text: str) -> frozenset[str]:
    """Return the codes of a text that may identify: with letters, with a mark inside, or of three digits or more."""
    found = (re.sub(r"[ -]", "", match.group()).upper() for match in _CODE.finditer(text))
    return frozenset(code for code in found if not code.isdigit() or len(code) > 2)


def _has_sibling(code: str, others: frozenset[str]) -> bool:
    """Return whether one of the others is of the same form with other digits: 5102 and 5104, 7.1 and 7.2, A4 and A5."""
    return any(other != code and _form(other) == _form(code) for other in others)


def _form(code: str) -> str:
    return re.sub(r"\d+", "9", code) if not code.isdigit() else "9" * len(code)


def _around(sentence: ScoredSentence) -> frozenset[str]:
    """Return the codes of the passage of a sentence, of what it stands under, its title and its date."""
    view, document = sentence.candidate.view, sentence.view.span.document
    above = " ".join(document.slice(*block.span) for block in document.context_at(sentence.view.span.start))
    year = str(document.date.year) if document.date else ""
    return _identifiers(" ".join((document.id, document.title, year, above, *(one.text for one in view.sentences))))
