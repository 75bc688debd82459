"""Read answers back from Markdown: the exports of the page, and what ``Answer.to_markdown`` returns."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.answer import Answer
from ui.exports.proof import NotExported, unpack
from ui.exports.reconstruct import ParsedAnswer, ParsedSource, reconstruct

_PROOF = re.compile(r"<\!-- sourcier-proof ([A-Za-z0-9+/=]*) -->")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_QUESTION = re.compile(r"##? (.*)")
_PAGE_SOURCE = re.compile(r"(\d{1,9})\. \*\*(.*)\*\*, (.* sha256 [0-9a-f]{64})")
_API_SOURCE = re.compile(r"\\\[(\d{1,9})\\\] (.*) \((.* sha256 [0-9a-f]{64})\)")
_JUDGEMENT = re.compile(r"(?: |^)\*\((?:\\.|[^*\\])*\)\*|^\*(?:\\.|[^*\\])+\*$")  # of a sentence, or of its writer
_QUOTED = re.compile(r" {0,3}> ?(.*)")


def read_markdown(text: str) -> tuple[Answer, ...]:
    """Return the answers that exported Markdown shows.

    Raises:
        NotExported: the text is no export.
        UnreadableExport: its proof is damaged.
    """
    proof = _PROOF.search(text)
    proofs = unpack(proof[1]) if proof else ()
    parsed = tuple(map(_parse_answer, _split(_PROOF.sub("", text).replace("\r\n", "\n").split("\n"))))
    if not proofs and not any(answer.sources for answer in parsed):
        raise NotExported("This file was not exported by Sourcier.")
    return reconstruct(parsed, proofs)


def _split(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each answer: from the heading that is its question to the next of the same level."""
    first = next((line for line in lines if _QUESTION.fullmatch(line)), None)
    if first is None:
        return
    level = first[: first.index(" ") + 1]
    starts = [number for number, line in enumerate(lines) if line.startswith(level)]
    for start, end in pairwise([*starts, len(lines)]):
        yield [*lines[start:end]]


def _parse_answer(lines: Sequence[str]) -> ParsedAnswer:
    body: list[str] = []
    sources: dict[int, ParsedSource] = {}
    source: re.Match[str] | None = None
    quote: list[str] = []
    for line in [*lines[1:], ""]:
        quoted = _QUOTED.fullmatch(line)
        if source and quoted:
            quote.append(_unescape_markdown(quoted[1]))
            continue
        if source and quote:
            n, title, location = source.groups()
            sources[int(n)] = ParsedSource("\n".join(quote), _unescape_markdown(title), _unescape_markdown(location))
            source, quote = None, []
        if match := _PAGE_SOURCE.fullmatch(line) or _API_SOURCE.fullmatch(line):
            source = match
        elif not source and not sources and not line.startswith("## "):
            body.append(_JUDGEMENT.sub("", line))
    return ParsedAnswer(
        _unescape_markdown(lines[0].partition(" ")[2]), _unescape_markdown("\n".join(body).strip("\n")), sources
    )


def _unescape_markdown(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
