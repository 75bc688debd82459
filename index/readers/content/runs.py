"""Runs of text on one line: raised and lowered digits as such, and a space where words or digits would touch."""

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from index.language import LOWERED, RAISED
from index.readers.content.symbols import to_subscript, to_superscript

GAP = "\U0010fffd"  # stands where text is struck through, and beside fractions; the last character for private use
_SET: dict[str, Callable[[str], str]] = {"superscript": to_superscript, "subscript": to_subscript}
_GAPS = re.compile(f" ?{GAP}[{GAP} ]*")
_MIXED_NUMBER = re.compile(rf"(?<=\d)(?=[{RAISED}]{{1,3}}[/⁄][{RAISED}{LOWERED}])")


def join_runs(runs: Iterable[tuple[str, str]]) -> str:
    """Return the text of runs; each has its position ("superscript", "subscript", "baseline") and its text."""
    groups = groupby(runs, key=lambda run: run[0])
    return close_gaps(
        "".join(_SET.get(position, str)("".join(text for _, text in group)) for position, group in groups)
    )


def close_gaps(text: str) -> str:
    """Return a text with a space for each gap between two words or digits, and between a digit and a fraction."""
    text = _MIXED_NUMBER.sub(" ", text)
    return _GAPS.sub(_space, text) if GAP in text else text


def _space(gaps: re.Match[str]) -> str:
    before, after = gaps.string[max(0, gaps.start() - 1) : gaps.start()], gaps.string[gaps.end() : gaps.end() + 1]
    if " " in gaps[0]:
        return "" if after in (".", ",", ")") or before in ("(", "“") else " "
    return " " if before.isalnum() and after.isalnum() and after not in RAISED + LOWERED else ""
