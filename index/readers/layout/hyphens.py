"""Rejoin words, numbers and addresses split across lines, and words that are set letter by letter."""

import re
from collections.abc import Container, Sequence

from index.readers.layout.lines import HYPHENS, Line
from index.readers.layout.traced import Traced, concatenate

_SPACE = Traced.put_in(" ")
_DASHES = (*HYPHENS, "–", "‑")
_ADDRESS = re.compile(r"://|^www\.|@|^\S+\.(?:com|org|net|edu|gov|gouv|fr|be|ch|ca|eu|uk|de|int|info)(?:/|$)")
_ADDRESS_GOES_ON = ("/", "=", "&", "?", "_", "%", "#")
_TYPESET = "\u2010"  # what some programs end a line with, where they write other hyphens as "-"
_SPACED = re.compile(r"(?:[^\W\d_] ){3,}[^\W\d_]")
_LETTERS = re.compile(r"[^\W\d_]+")
# What French joins with a hyphen that stays: «vice-président», «peut-être», «dit-il», «celui-ci».
_KEEPS_AFTER = frozenset(
    "vice non semi demi quasi porte avant arrière grand haut peut rendez là dix vingt trente"
    " quarante cinquante soixante quatre quelques bien sous premier dernier nord sud nouveau franco russo anglo"
    " socio".split()
)
_KEEPS_BEFORE = frozenset(
    "il elle on ils elles je tu nous vous ce ci là même mêmes moi toi lui eux le la les en y t être dire parole"
    " paroles vis à dessus dessous delà chef président présidente ministre janvier février mars avril mai juin"
    " juillet août septembre octobre novembre décembre".split()
)


def join(lines: Sequence[Traced], document_words: Container[str], vocabulary: Container[str]) -> Traced:
    """Return the lines of a paragraph or a cell as one text.

    Args:
        lines: at least one, none of them empty.
        document_words: the words that the document writes whole, in lower case.
        vocabulary: the words of the languages.
    """
    pieces, text = [lines[0]], lines[0].text
    for line in lines[1:]:
        if not is_continued(text, line.text):
            pieces.append(_SPACE)
            text += " "
        elif loses_hyphen(text, line.text, document_words, vocabulary):
            pieces[-1] = pieces[-1].slice(0, -1)
            text = text[:-1]
        pieces.append(line)
        text += line.text
    return concatenate(pieces) if len(pieces) > 1 else pieces[0]


def close_up(line: Line, vocabulary: Container[str]) -> Line:
    """Return a line without the spaces between the letters of a word in capitals: «C O N C L U S I O N»."""
    text = line.text
    if not (_SPACED.fullmatch(text) and text.isupper() and text.replace(" ", "").lower() in vocabulary):
        return line
    return line._replace(
        traced=concatenate([line.traced.slice(offset, offset + 1) for offset in range(0, len(text), 2)])
    )


def is_continued(before: str, after: str) -> bool:
    """Return whether a word, a number or an address continues from one line to the next."""
    return is_hyphenated(before, after) or _parts_number(before, after) or _parts_address(before, after)


def is_hyphenated(before: str, after: str) -> bool:
    """Return whether a word is parted by a hyphen."""
    return before.endswith(HYPHENS) and (before[-2:-1].isalpha() or before[-2:-1] == ".") and after[0].isalpha()


def _parts_number(before: str, after: str) -> bool:
    return before.endswith(_DASHES) and before[-2:-1].isdigit() and after[0].isdigit()


def _parts_address(before: str, after: str) -> bool:
    if before.endswith(_DASHES):
        return _is_address(_last_word(before) + after.split()[0])
    return before.endswith(_ADDRESS_GOES_ON) and _ADDRESS.search(_last_word(before)) is not None


def _last_word(text: str) -> str:
    return text.rsplit(maxsplit=1)[-1]


def _is_address(text: str) -> bool:
    return _ADDRESS.search(text.strip("()<>«»\"'.,;:")) is not None


def loses_hyphen(before: str, after: str, document_words: Container[str], vocabulary: Container[str]) -> bool:
    """Return whether the hyphen at the end of ``before`` is no part of what it parts."""
    if before.endswith("\u00ad"):
        return True
    return is_hyphenated(before, after) and not _keeps_hyphen(before, after, document_words, vocabulary)


def _keeps_hyphen(before: str, after: str, document_words: Container[str], vocabulary: Container[str]) -> bool:
    last = _last_word(before)
    is_address, is_compound = _is_address(last + after.split()[0]), "-" in last[:-1]
    if before[-1] == _TYPESET and (is_address or is_compound):
        return False
    if before[-2] == "." or is_address:  # J.-Y. Le Drian
        return True
    first, second = _LETTERS.findall(last)[-1].lower(), _LETTERS.findall(after)[0]
    closed_word = f"{first}{second.lower()}"
    if is_compound:  # «micro-en-treprise», but «c'est-à-dire»
        return closed_word not in vocabulary or second in vocabulary
    joined, hyphened = closed_word in document_words, f"{first}-{second.lower()}" in document_words
    if joined != hyphened:
        return hyphened
    if not second[0].islower() or first in _KEEPS_AFTER or (second in _KEEPS_BEFORE and first != "ce"):
        return True
    return closed_word not in vocabulary and first in vocabulary and second in vocabulary
