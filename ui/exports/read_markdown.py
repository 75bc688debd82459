"""Read answers back from Markdown: the exports of the page, and what ``Answer.to_markdown`` returns."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.answer import Answer
from ui.exports.proof import NotExported, unpack
from ui.exports.shown import Shown, ShownSource, rebuild

_PROOF = re.compile(r"<\!-- sourcier-proof ([A-Za-z0-9+/=]*) -->")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_QUESTION = re.compile(r"##? (.*)")
_PAGE_SOURCE = re.compile(r"(\d{1,9})\. \*\*(.*)\*\*, (.* sha256 [0-9a-f]{64})")
_API_SOURCE = re.compile(r"\\\[(\d{1,9})\\\] (.*) \((.* sha256 [0-9a-f]{64})\)")
_SAID = re.compile(r"(?: |^)\*\((?:\\.|[^*\\])*\)\*|^\*(?:\\.|[^*\\])+\*$")  # of a sentence, or of its writer
_QUOTED = re.compile(r" {0,3}> ?(.*)")


def read_markdown(text: str) -> tuple[Answer, ...]:
    """Return the answers that exported Markdown shows.

    Raises:
        NotExported: the text is no export.
        UnreadableExport: its proof is damaged.
    """
    proof = _PROOF.search(text)
    proven = unpack(proof[1]) if proof else ()
    shown = tuple(map(_shown, _split(_PROOF.sub("", text).replace("\r\n", "\n").split("\n"))))
    if not proven and not any(answer.sources for answer in shown):
        raise NotExported("This file was not exported by Sourcier.")
    return rebuild(shown, proven)


def _split(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each answer: from the heading that is its question to the next of the same level."""
    first = next((line for line in lines if _QUESTION.fullmatch(line)), None)
    if first is None:
        return
    level = first[: first.index(" ") + 1]
    starts = [number for number, line in enumerate(lines) if line.startswith(level)]
    for start, end in pairwise([*starts, len(lines)]):
        yield [*lines[start:end]]


def _shown(lines: Sequence[str]) -> Shown:
    body: list[str] = []
    sources: dict[int, ShownSource] = {}
    stated: re.Match[str] | None = None
    quote: list[str] = []
    for line in [*lines[1:], ""]:
        quoted = _QUOTED.fullmatch(line)
        if stated and quoted:
            quote.append(_plain(quoted[1]))
            continue
        if stated and quote:
            n, title, place = stated.groups()
            sources[int(n)] = ShownSource("\n".join(quote), _plain(title), _plain(place))
            stated, quote = None, []
        if match := _PAGE_SOURCE.fullmatch(line) or _API_SOURCE.fullmatch(line):
            stated = match
        elif not stated and not sources and not line.startswith("## "):
            body.append(_SAID.sub("", line))
    return Shown(_plain(lines[0].partition(" ")[2]), _plain("\n".join(body).strip("\n")), sources)


def _plain(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
