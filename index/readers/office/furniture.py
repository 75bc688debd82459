"""Headers and footers of pages: each different line once, without the numbers of pages."""

import re
from collections.abc import Iterable

_ONLY_PAGES = re.compile(
    r"(?:\W|\b(?:page|p|pg|sur|of|de|von|di)\b)*", re.IGNORECASE
)  # what is left without its number


def furniture_lines(texts: Iterable[str]) -> list[str]:
    """Return the lines of headers or footers, in order, from paragraphs that were read without page numbers."""
    lines = ("\t".join(" ".join(column.split()) for column in text.strip().split("\t")) for text in texts)
    return list(dict.fromkeys(line for line in lines if not _ONLY_PAGES.fullmatch(line)))
