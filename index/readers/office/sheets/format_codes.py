"""The format codes of cells, parsed: «[>=1000]0.0,"k";0» has two sections, of which one writes a value."""

import operator
import re
from collections.abc import Sequence
from decimal import Decimal
from locale import windows_locale
from typing import NamedTuple

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<width>.)|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<word>General|AM/PM|A/P|E[+-]|y+|m+|d+|h+|s+(?:\.0+)?)|(?P<end>;)|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d*)?|-?\.\d+)")
_CURRENCY = re.compile(r"\$(?P<symbol>[^-]*)(?:-(?P<locale>.*))?")
_NUMBER = re.compile("[0-9A-Fa-f]{1,8}")
_TAG = re.compile(r"([a-z]{2})-([A-Z]{2})")
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_MARK = re.compile(r"[0#?.,/@%A-Za-z]")
_COMPARE = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_LANGUAGE = 0xFFFF  # the bits of a locale that name a language and a country
_UNIT = re.compile(r"y+|m+|d+|h+|s+(?:\.0+)?|am/pm|a/p|\[(?:h+|m+|s+)\]")
NAME_LENGTH = 3  # letters from which a month or a day of the week has its name
_LONGEST = 255  # characters of a code
_MOST_NUMBERS = 3  # sections for numbers, before the one for text


class Token(NamedTuple):
    """A piece of a section: a mark, in lower case if it is a word, or a character that stands for itself."""

    text: str
    is_mark: bool


class Condition(NamedTuple):
    """Which numbers a section writes."""

    comparison: str
    limit: Decimal

    def holds(self, value: Decimal) -> bool:
        """Return whether a number meets the condition."""
        return bool(_COMPARE[self.comparison](value, self.limit))

    @property
    def is_negative(self) -> bool:
        """Whether no number above zero meets it: the section then writes the sign, or a word in its place."""
        return (self.comparison in ("<", "<=") and self.limit <= 0) or (self.comparison == "=" and self.limit < 0)


class Section(NamedTuple):
    """What a code says for some values."""

    tokens: tuple[Token, ...]
    condition: Condition | None = None
    is_coloured: bool = False
    locale: str = ""  # language and country, as «fr_FR»; empty if the code does not say
    marks: str = ""  # without what stands for itself
    units: tuple[str, ...] = ()  # of dates and times, a token each: y, m, d, w, h, n (minutes), s, a, or ""

    def holds(self, value: Decimal) -> bool:
        """Return whether the section writes a number."""
        return self.condition is None or self.condition.holds(value)

    @property
    def decimals(self) -> int:
        """How many decimals of seconds it shows."""
        shown = (token.text for token, unit in zip(self.tokens, self.units, strict=True) if unit == "s")
        return max((len(text.partition(".")[2]) for text in shown), default=0)


class FormatCode(NamedTuple):
    """A code, parsed for all cells that it formats."""

    numbers: tuple[Section, ...]
    text: Section | None  # None where text stands as it is

    def section_for(self, value: Decimal) -> Section | None:
        """Return the section that writes a number; None if it meets the condition of none."""
        return next((section for section in self.numbers if section.holds(value)), None)


def parse_code(code: str | FormatCode) -> FormatCode:
    """Return a code with its sections: for positive and negative numbers, zero and text, or as they state."""
    if isinstance(code, FormatCode):
        return code
    sections = [Section(())]
    for match in _PIECE.finditer(code) if len(code) <= _LONGEST else ():
        last = sections[-1]
        if match["end"]:
            sections.append(Section(()))
        elif match["bracket"] is not None:
            sections[-1] = _with_bracket(last, match["bracket"])
        else:
            sections[-1] = last._replace(tokens=last.tokens + _tokens(match))
    parsed = [section._replace(marks=_marks(section), units=_units(section.tokens)) for section in sections]
    has_text = len(parsed) > _MOST_NUMBERS or "@" in parsed[-1].marks
    return FormatCode(_number_sections(parsed) if len(code) <= _LONGEST else (), parsed[-1] if has_text else None)


def _number_sections(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Return the sections that write numbers, with the conditions that they have by their order."""
    sections = sections[:_MOST_NUMBERS]
    if len(sections) > 1 and "@" in sections[-1].marks:
        sections = sections[:-1]
    if len(sections) == 1 or (len(sections) == 2 and sections[0].condition):
        return tuple(sections)
    above, below = Condition(">" if len(sections) > 2 else ">=", Decimal(0)), Condition("<", Decimal(0))
    first, second, *zero = sections
    first = first._replace(condition=first.condition or above)
    return first, second._replace(condition=second.condition or below), *zero


def _marks(section: Section) -> str:
    return "".join(token.text for token in section.tokens if token.is_mark)


def _with_bracket(section: Section, bracket: str) -> Section:
    """Return a section with what stands in brackets: a condition, a currency, hours that go on, or a colour."""
    if condition := _CONDITION.fullmatch(bracket.strip()):
        return section._replace(condition=Condition(condition[1], Decimal(condition[2])))
    if currency := _CURRENCY.fullmatch(bracket):
        symbol = tuple(Token(character, is_mark=False) for character in currency["symbol"])
        return section._replace(tokens=section.tokens + symbol, locale=_locale(currency["locale"] or ""))
    if _ELAPSED.fullmatch(bracket):
        return section._replace(tokens=(*section.tokens, Token(f"[{bracket.lower()}]", is_mark=True)))
    return section._replace(is_coloured=True)


def _locale(stated: str) -> str:
    """Return the locale that a code states, by its tag or by the number that Windows gives it."""
    if tag := _TAG.fullmatch(stated):
        return "_".join(tag.groups())
    return windows_locale.get(int(stated, 16) & _LANGUAGE, "") if _NUMBER.fullmatch(stated) else ""


def _tokens(match: re.Match[str]) -> tuple[Token, ...]:
    if match["word"]:
        return (Token(match["word"].lower(), is_mark=True),)
    if match["other"]:
        return (Token(match["other"], _MARK.match(match["other"]) is not None),)
    if match["width"]:  # a gap as wide as the character
        return (Token(" ", is_mark=False),)
    return tuple(Token(character, is_mark=False) for character in match["quoted"] or match["escaped"] or "")


def _units(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return what each token stands for: y, m, d, w (a day of the week), h, n (minutes), s, a (a half day).

    It is "" for what stands for itself, and for all of a code with other marks.
    """
    units: list[str] = []
    for number, token in enumerate(tokens):
        unit = token.text.strip("[")[0] if token.is_mark and _UNIT.fullmatch(token.text) else ""
        if unit == "m" and (token.text[0] == "[" or _is_minutes(tokens, units, number)):
            unit = "n"
        if unit == "d" and len(token.text) >= NAME_LENGTH:
            unit = "w"
        if not unit and token.is_mark and token.text.isalnum():
            return ("",) * len(tokens)
        units.append(unit)
    return tuple(units)


def _is_minutes(tokens: Sequence[Token], before: Sequence[str], number: int) -> bool:
    """Return whether an m stands for minutes: it follows hours, or seconds follow."""
    following = (token.text for token in tokens[number + 1 :] if token.is_mark and _UNIT.fullmatch(token.text))
    return next((unit for unit in reversed(before) if unit), "") == "h" or next(following, "").strip("[")[:1] == "s"
