"""Text of a PDF that is struck through: rules are drawn over it, from its first letter to its last."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from index.readers.layout.glyphs import GONE
from index.readers.layout.letters import Letters, Rectangle

_LINE = re.compile(r"[^\r\n]+")

_LOW, _HIGH = 0.28, 0.68  # where a rule strikes letters, in their height from their lower edge
_REACH = 0.4  # how far a rule may reach beyond what it strikes, in the height of the letters
_JOINED = 2.0  # points between rules that are one


def without_struck(raw: str, letters: Letters) -> str:
    """Return the characters of a page with ``GONE`` in the place of those that are struck; all, if none is left."""
    rules = _join(letters.rules)
    if not rules:
        return raw
    heights = [_middle(rule) for rule in rules]
    struck: set[int] = set()
    for line in _LINE.finditer(raw):
        middle = next((n for n in range(sum(line.span()) // 2, line.end()) if not raw[n].isspace()), line.start())
        first = bisect_left(heights, letters.bottoms[middle])
        for rule in rules[first : bisect_right(heights, letters.tops[middle], first)]:
            struck.update(_struck_by(rule, raw, line.start(), line.end(), letters))
    if not struck or all(n in struck for n, character in enumerate(raw) if not character.isspace()):
        return raw
    characters = list(raw)
    for n in _with_spaces(raw, struck):
        characters[n] = GONE
    return "".join(characters)


def _middle(rule: Rectangle) -> float:
    return (rule.bottom + rule.top) / 2


def _join(rules: Sequence[Rectangle]) -> list[Rectangle]:
    """Return rules by their height; those that follow each other as one."""
    joined: list[Rectangle] = []
    for rule in sorted(rules, key=lambda rule: (round(_middle(rule), 1), rule.left)):
        last = joined[-1] if joined else None
        if last and abs(_middle(last) - _middle(rule)) < 0.2 and -_JOINED < rule.left - last.right < _JOINED:
            joined[-1] = last._replace(right=max(last.right, rule.right))
        else:
            joined.append(rule)
    return joined


def _struck_by(rule: Rectangle, raw: str, begin: int, end: int, letters: Letters) -> list[int]:
    """Return the characters of a line that a rule strikes, and that it does not reach far beyond."""
    lefts, rights, bottoms, tops = letters.lefts, letters.rights, letters.bottoms, letters.tops
    height = _middle(rule)
    covered = [
        n for n in range(begin, end)
        if rule.left < (lefts[n] + rights[n]) / 2 < rule.right and not raw[n].isspace()
        if _LOW * (tops[n] - bottoms[n]) < height - bottoms[n] < _HIGH * (tops[n] - bottoms[n])
    ]  # fmt: skip
    if not covered or letters.font(covered[0]).turned:
        return []
    reach = _REACH * (tops[covered[0]] - bottoms[covered[0]])
    left, right = min(lefts[n] for n in covered), max(rights[n] for n in covered)
    return covered if left - rule.left < reach and rule.right - right < reach else []


def _with_spaces(raw: str, struck: set[int]) -> Iterator[int]:
    """Yield struck characters, and the spaces between them, and after them if there is one before, too."""
    numbers = sorted(struck)
    runs: list[list[int]] = []
    for n in numbers:
        if runs and not raw[runs[-1][-1] + 1 : n].strip():
            runs[-1].append(n)
        else:
            runs.append([n])
    for first, *_, last in ([*run, run[-1]] for run in runs):
        yield from range(first, last + 1)
        follows_space = not first or raw[first - 1].isspace()
        if follows_space and raw[last + 1 : last + 2] in (" ", "\xa0"):
            yield last + 1
