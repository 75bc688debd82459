"""Quantities of a text by value: digits or words, magnitude, unit or currency, bounds and roundings.

«2,5 M€», «deux millions et demi d'euros» and "€2.5 million" have one value and one unit. A number has two possible
values where its thousands mark may be a decimal comma («1,500»).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import combinations
from typing import Literal, NamedTuple

from index.documents import Span
from index.language import fold

Bound = Literal["", "more", "less", "about"]
_SPACE = " \u00a0\u202f\u2009"
_DIGITS = re.compile(
    rf"(?<![\w])(?<!\d[.,])(?P<sign>[-−](?=\d))?(?P<integer>\d{{1,3}}(?:[{_SPACE}]\d{{3}})+(?![\d])|\d{{1,3}}(?:[.,'’]\d{{3}})+(?!\d)|\d+)"
    rf"(?P<decimals>[.,]\d+)?(?![\d])(?P<ordinal>(?:er|ère|re|e|ème|eme|st|nd|rd|th)\b)?"
)
_SMALL_NUMBERS = {
    word: value
    for value, words in enumerate(
        """zero|un une one|deux two|trois three|quatre four|cinq five|six|sept seven|huit eight|neuf nine|dix ten
        |onze eleven|douze twelve|treize thirteen|quatorze fourteen|quinze fifteen|seize sixteen|seventeen|eighteen
        |nineteen|vingt vingts twenty""".replace("\n", "").split("|")
    )
    for word in words.split()
}
NUMBER_WORDS = {word: str(value) for word, value in _SMALL_NUMBERS.items()}
_TENS = {
    word: value
    for value, words in {
        30: "trente thirty", 40: "quarante forty", 50: "cinquante fifty", 60: "soixante sixty", 70: "septante seventy",
        80: "huitante octante eighty", 90: "nonante ninety",
    }.items()
    for word in words.split()
}  # fmt: skip
_HUNDREDS = dict.fromkeys(("cent", "cents", "hundred", "hundreds"), 100)
_MAGNITUDES = {
    word: 10**power
    for power, words in {
        3: "mille milliers thousand thousands k",
        6: "million millions mio",
        9: "milliard milliards billion billions md mds mrd bn",
        12: "trillion trillions",
    }.items()
    for word in words.split()
}
_COLLECTIVE = {
    "dizaine": 10, "douzaine": 12, "dozen": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
    "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000,
}  # fmt: skip
_FRACTIONS = {
    word: Decimal(percent)
    for percent, words in {"50": "moitie half", "33.3": "tier third", "25": "quart quarter"}.items()
    for word in words.split()
}
_ORDINALS = {
    word: value
    for value, words in enumerate(
        """premier premiere premiers premieres first|deuxieme second seconde|troisieme third|quatrieme fourth
        |cinquieme fifth|sixieme sixth|septieme seventh|huitieme eighth|neuvieme ninth|dixieme tenth""".replace(
            "\n", ""
        ).split("|"),
        start=1,
    )
    for word in words.split()
}
# Unit: dimension, and how many of its base unit it is.
_UNITS: dict[str, tuple[str, Decimal]] = {
    word: (dimension, Decimal(factor))
    for dimension, factor, words in (
        ("%", "1", "% percent"),
        ("point", "1", "point points"),
        ("eur", "1", "€ eur euro euros"),
        ("usd", "1", "$ usd us$ dollar dollars"),
        ("gbp", "1", "£ gbp livres pounds sterling"),
        ("franc", "1", "franc francs chf"),
        ("rub", "1", "rouble roubles ruble rubles"),
        ("yen", "1", "yen yens"),
        ("length", "1", "m metre metres meter meters"),
        ("length", "1000", "km kilometre kilometres kilometer kilometers"),
        ("length", "0.01", "cm centimetre centimetres centimeter centimeters"),
        ("length", "0.001", "mm millimetre millimetres millimeter millimeters"),
        ("mile", "1", "mile miles mi"),
        ("foot", "1", "pied pieds foot feet ft"),
        ("area", "1", "m² m2"),
        ("area", "10000", "ha hectare hectares"),
        ("area", "1000000", "km² km2"),
        ("square mile", "1", "mi² mi2"),
        ("acre", "1", "acre acres"),
        ("mass", "1", "kg kilo kilos kilogramme kilogrammes kilogram kilograms"),
        ("mass", "0.001", "g gramme grammes gram grams"),
        ("mass", "1000", "t tonne tonnes ton tons"),
        ("volume", "1", "l litre litres liter liters"),
        ("celsius", "1", "°c celsius"),
        ("fahrenheit", "1", "°f fahrenheit"),
        ("degree", "1", "° degre degres degree degrees"),
        ("power", "1", "w watt watts"),
        ("power", "1000", "kw kilowatt kilowatts"),
        ("power", "1000000", "mw megawatt megawatts"),
        ("power", "1000000000", "gw gigawatt gigawatts"),
        ("time", "0.001", "ms milliseconde millisecondes millisecond milliseconds"),
        ("time", "1", "s seconde secondes second seconds sec"),
        ("time", "60", "minute minutes min mn"),
        ("time", "3600", "h heure heures hour hours"),
        ("time", "86400", "jour jours journee journees day days"),
        ("time", "604800", "semaine semaines week weeks"),
        ("month", "1", "mois month months"),
        ("month", "12", "an ans annee annees year years"),
        ("month", "120", "decennie decennies decade decades"),
        ("month", "1200", "siecle siecles century centuries"),
    )
    for word in words.split()
}
_OF_TWO_WORDS = {
    "kilometre carre": "km²", "metre carre": "m²", "square kilometre": "km²", "square kilometer": "km²",
    "square metre": "m²", "square meter": "m²", "mile carre": "mi²", "square mile": "mi²", "sq mi": "mi²",
    "degre celsiu": "celsius", "degree celsiu": "celsius", "degre fahrenheit": "fahrenheit",
    "degree fahrenheit": "fahrenheit",
}  # fmt: skip
_PREFIXED = re.compile(r"(?:(us)?\s?([$€£]))\s?$", re.IGNORECASE)
_SHORT = {"m€": (10**6, "€"), "k€": (10**3, "€"), "md€": (10**9, "€"), "mds€": (10**9, "€"), "m$": (10**6, "$")}
_GAP = rf"[{_SPACE}\n]?"
_AFTER = re.compile(
    rf"{_GAP}-?(?P<word>mds?€|[mk]€|m\$|pour{_GAP}cents?\b|per{_GAP}cent\b|%|€|\$|£|°c|°f|°|km²|km2|m²|m2|mi²|mi2"
    rf"|(?:kilom[eè]tres?|m[eè]tres?|miles?){_GAP}carrés?\b|square{_GAP}(?:kilomet(?:re|er)|met(?:re|er)|mile)s?\b"
    rf"|sq{_GAP}mi\b|deg(?:r[eé]|ree)s?{_GAP}(?:celsius|fahrenheit)\b|[^\W\d_]+)",
    re.I,
)
_DECADE = re.compile(r"(?:\b(?:the|early|late|mid)[\s-]\d0|\d\d\d0)s$", re.IGNORECASE)
_WORDS_OF_UNIT = 4  # words after a number: «3 millions d'euros» has three
_HALF = re.compile(r"\s(?:et demie?|and a half)\b")
_CLOCK = re.compile(
    r"(?<![\w:,.])(\d{1,2})(?:\s?(?:h|heures?)\s?([0-5]\d)(?!\d)|:([0-5]\d)(?![\d:]))(?:\s?([ap])\.?m\.?)?", re.I
)
_DURATION = re.compile(
    r"(?<![\w:,.])(?P<hours>\d{1,2})\s?(?:h|heures?|hours?)\s?(?:et |and )?"
    r"(?P<minutes>[0-5]?\d)(?!\d)(?P<unit>\s?(?:min(?:utes?)?|mn)\b)?",
    re.I,
)
_LASTING = re.compile(
    r"\b(?:dur\w+|pendant|durant|lasts?|lasted|lasting|took|takes?|comptez)(?:\s(?:d[e'’]|environ|about))*\s?$"
)
_PROPORTION = re.compile(
    r"\b(?:sur|out of)\s(?P<denominator>\d{1,3}|[^\W\d_]+)\b|(?<![\d/.,])(?P<numerator>\d)/(?P<of>\d{1,2})(?![\d/])"
)
_NUMERATOR_REACH = 40  # characters from a part to «sur»
_NUMERATOR = re.compile(r"(?<![\w.,])(?P<numerator>\d{1,3}|[^\W\d_]+)\s(?:[^\W\d_]+\s)?$")
_BOUNDS: dict[Bound, str] = {
    "more": r"plus d(?:e|['’])|pas moins d(?:e|['’])|not less than|no fewer than|au moins|au-dela de|superieure? a"
    r"|depass\w+|more than|over|at least|above|exceed\w*",
    "less": r"moins d(?:e|['’])|au plus|inferieure? a|less than|fewer than|under|below|at most|up to|jusqu['’]a",
    "about": r"environ|pres de|quelque|autour de|presque|about|around|approximately|nearly|almost|some|roughly|circa",
}
_BOUND = [
    (bound, re.compile(rf"\b(?:{words})\s?(?:l[ae]s?\s|the\s|une?\s)?[$€£]?\s?$")) for bound, words in _BOUNDS.items()
]
_WORDS = re.compile(r"[^\W\d_]+")
_APPROXIMATION = Decimal("0.05")  # how far a number may be from one that is said to be near
_OFF, _CUT = Decimal("0.34"), Decimal("0.1")  # the most that rounding, and leaving out decimals, may change


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text, with what it counts in."""

    span: Span  # with its unit
    values: tuple[Decimal, ...]  # in the base unit of the dimension
    step: Decimal  # the value of its last digit
    dimension: str  # such as "%", "eur", "length"; empty without a unit, "ordinal", "clock"
    bound: Bound = ""
    is_whole: bool = True  # written without decimals

    def equals(self, other: "Quantity") -> bool:
        """Return whether both have one value, whatever they count."""
        return bool(set(self.values) & set(other.values))

    def admits(self, other: "Quantity") -> bool:
        """Return whether it only bounds what ``other`` gives: «plus de 30 %» admits 45 %."""
        if self.bound == "more":
            return max(other.values) >= min(self.values) and other.bound != "less"
        return self.bound == "less" and min(other.values) <= max(self.values) and other.bound != "more"

    def rounds(self, exact: "Quantity") -> bool:
        """Return whether it is a usual rounding of ``exact``: of decimals, or of a number that is said to be near."""
        if exact.is_whole:
            return self.bound == "about" and any(_is_near(a, b) for a in self.values for b in exact.values)
        if self.step <= exact.step:
            return False
        return any(
            magnitude == _round(value, self.step, rounding) and abs(magnitude - value) <= most * abs(value)
            for magnitude in self.values
            for value in exact.values
            for rounding, most in ((ROUND_HALF_UP, _OFF), (ROUND_DOWN, _CUT))
        )

    def may_be(self, counterpart: "Quantity") -> bool:
        """Return whether one of the two may round the other, though nothing says so: «deux millions», «2 300 000»."""
        rough, exact = (self, counterpart) if self.step > counterpart.step else (counterpart, self)
        return rough.step > exact.step and any(
            value == _round(other, rough.step, ROUND_HALF_UP) and abs(value - other) <= _OFF * abs(other)
            for value in rough.values
            for other in exact.values
        )

    def is_sum(self, addends: Sequence["Quantity"]) -> bool:
        """Return whether two or more of the addends, in one unit, add up to it; at most the first eight are tried."""
        values = [quantity.values[0] for quantity in addends if quantity.dimension == self.dimension][:8]
        sums = (sum(terms) for count in range(2, len(values) + 1) for terms in combinations(values, count))
        return any(total in self.values for total in sums)


def _is_near(value: Decimal, exact: Decimal) -> bool:
    """Return whether a value has fewer digits than the exact one, and is within a twentieth of it."""
    digits = [len(number.normalize().as_tuple().digits) for number in (value, exact)]
    return digits[0] < digits[1] and abs(value - exact) <= _APPROXIMATION * abs(exact)


def find_quantities(text: str) -> list[Quantity]:
    """Return the quantities of a text, in order."""
    covered = [False] * len(text)
    quantities = []
    for quantity in (*_durations(text), *_proportions(text), *_clocks(text), *_in_digits(text), *_in_words(text)):
        if not any(covered[quantity.span.start : quantity.span.end]):
            quantities.append(quantity)
            covered[quantity.span.start : quantity.span.end] = [True] * (quantity.span.end - quantity.span.start)
    return sorted(quantities, key=lambda quantity: quantity.span)


def _round(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return (value / step).to_integral_value(rounding=rounding) * step


def _durations(text: str) -> Iterator[Quantity]:
    """Yield «1 heure 40 minutes» and, after what says that something lasts, «1 h 40»."""
    for match in _DURATION.finditer(text):
        if match["unit"] or _LASTING.search(fold(text[max(0, match.start() - 30) : match.start()])):
            seconds = Decimal(3600 * int(match["hours"]) + 60 * int(match["minutes"]))
            bound = _bound_before(text, match.start())
            yield Quantity(Span(*match.span()), (seconds,), Decimal(60), "time", bound)


def _proportions(text: str) -> Iterator[Quantity]:
    """Yield «sur quatre» of «trois enfants sur quatre» as what it is of a hundred, and 1/3."""
    for match in _PROPORTION.finditer(text):
        numerator, denominator = match["numerator"], match["of"]
        if match["denominator"]:
            before = _NUMERATOR.search(text, max(0, match.start() - _NUMERATOR_REACH), match.start())
            numerator, denominator = before["numerator"] if before else "", match["denominator"]
        count, total = (_small_number(word) for word in (numerator, denominator))
        if 0 < count < total and not _has_unit_after(text, match.end()):
            step = Decimal("0.1") if 100 % total else Decimal(1)
            value = (Decimal(100) / total).quantize(step) * count
            yield Quantity(Span(*match.span()), (value,), step, "%", is_whole=step == 1)


def _small_number(word: str) -> int:
    """Return the value of a number in digits, or of one word; 0 for another word."""
    return int(word) if word.isdigit() else _SMALL_NUMBERS.get(fold(word), _TENS.get(fold(word), 0))


def _has_unit_after(text: str, end: int) -> bool:
    following = _AFTER.match(text, end)
    return following is not None and _normalize_unit(following["word"]) in _UNITS and not _is_name(text, following)


def _clocks(text: str) -> Iterator[Quantity]:
    for match in _CLOCK.finditer(text):
        hour = int(match[1]) % 12 + (12 if match[4] in ("p", "P") else 0) if match[4] else int(match[1])
        minutes = Decimal(60 * hour + int(match[2] or match[3]))
        yield Quantity(Span(*match.span()), (minutes,), Decimal(1), "clock")


def _in_digits(text: str) -> Iterator[Quantity]:
    for match in _DIGITS.finditer(text):
        integer, decimals = match["integer"], match["decimals"] or ""
        sign = -1 if match["sign"] and (match.start() == 0 or text[match.start() - 1] in f" ({_SPACE}") else 1
        digits = re.sub(r"\D", "", integer)
        values = [Decimal(f"{digits}.{decimals[1:]}" if decimals else digits)]
        step = Decimal(1).scaleb(-len(decimals[1:])) if decimals else Decimal(1)
        groups = re.split(r"[.,]", integer)
        if len(groups) == 2 and not decimals:  # «1,500» or «1.500» may have three decimals
            values.append(Decimal(".".join(groups)))
        if decimals and len(decimals) == 4 and len(digits) <= 3:
            values.append(Decimal(digits + decimals[1:]))
        values = [sign * value for value in values]
        if match["ordinal"]:
            yield Quantity(Span(*match.span()), tuple(values), Decimal(1), "ordinal")
        else:
            start = match.start() if sign < 0 else match.start("integer")
            yield _with_unit(text, _Number(start, match.end(), values, step, is_whole=not decimals))


class _Number(NamedTuple):
    """A number with what was read around it: its magnitude (``scale``), and its unit (``dimension``, ``factor``)."""

    start: int
    end: int
    values: list[Decimal]
    step: Decimal
    is_whole: bool  # written without decimals
    scale: Decimal = Decimal(1)
    dimension: str = ""
    factor: Decimal = Decimal(1)


def _with_unit(text: str, number: _Number, bound: Bound = "") -> Quantity:
    """Take in what stands around a number: magnitude, unit, currency, bound."""
    for _ in range(_WORDS_OF_UNIT):
        if (longer := _with_following(text, number, bound)) is None:
            break
        number = longer
    number = _with_currency_before(text, number)
    scale = number.scale * number.factor
    return Quantity(
        Span(number.start, number.end),
        tuple(value * scale for value in number.values),
        number.step * scale,
        number.dimension,
        bound or _bound_before(text, number.start),
        number.is_whole and scale <= number.factor,
    )


def _with_following(text: str, number: _Number, bound: Bound) -> _Number | None:
    """Return the number with the word after it, and the half after that; None if the word does not belong to it."""
    following = _AFTER.match(text, number.end)
    if following is None:
        return None
    word = _normalize_unit(following["word"])
    if word in ("d", "de", "of"):  # «3 millions d'euros», but not «3 d'entre eux»
        may_have_unit = number.scale > 1 or number.values[0] >= 10**6 or bool(bound)
        if not may_have_unit or not _unit_follows(text, following):
            return None
        return number._replace(end=following.end() + (text[following.end()] in "'’ "))
    longer = _with_word(text, number, word, following)
    if longer is None or longer.scale <= 1 or not (half := _HALF.match(text, longer.end)):
        return longer
    return longer._replace(values=[value + Decimal("0.5") for value in longer.values], end=half.end(), is_whole=False)


def _normalize_unit(word: str) -> str:
    """Return a unit, folded, as the tables name it: «mètres carrés» as "m²"."""
    folded = " ".join(fold(word).split())
    singular = " ".join(half.rstrip("s") for half in folded.split())
    return _OF_TWO_WORDS.get(singular, folded) if " " in folded else folded


def _with_word(text: str, number: _Number, word: str, following: re.Match[str]) -> _Number | None:
    """Return the number with a magnitude or a unit; None if the word is neither."""
    end = following.end()
    if word in _MAGNITUDES and not number.dimension:
        return number._replace(end=end, scale=number.scale * _MAGNITUDES[word])
    if word in _SHORT:
        magnitude, unit = _SHORT[word]
        dimension, factor = _UNITS[unit]
        return number._replace(end=end, scale=number.scale * magnitude, dimension=dimension, factor=factor)
    if word.replace(" ", "") in ("pourcent", "pourcents", "percent"):
        return number._replace(end=end, dimension="%")
    if word in _UNITS and not number.dimension and not _is_name(text, following):
        dimension, factor = _UNITS[word]
        return number._replace(end=end, dimension=dimension, factor=factor)
    return None


def _with_currency_before(text: str, number: _Number) -> _Number:
    """Return a number without a unit with the sign of the currency before it: "€2.5 million"."""
    sign = None if number.dimension else _PREFIXED.search(text, max(0, number.start - 4), number.start)
    if sign is None:
        return number
    dimension, factor = _UNITS[sign[2]]
    return number._replace(start=sign.start(1 if sign[1] else 2), dimension=dimension, factor=factor)


def _bound_before(text: str, start: int) -> Bound:
    """Return what is said of a number right before it: «plus de», "at most"."""
    preceding = fold(text[max(0, start - 20) : start])
    return next((bound for bound, words in _BOUND if words.search(preceding)), "")


def _is_name(text: str, following: re.Match[str]) -> bool:
    """Return whether a short unit is the beginning of something else: «3 M. Dupont», «2 s'ouvrent», "the 90s"."""
    if len(following["word"]) != 1 or not following["word"].isalpha():
        return False
    mark = text[following.end() : following.end() + 1]
    is_initial = mark == "." and following["word"].isupper()
    is_decade = _DECADE.search(text, max(0, following.start() - 12), following.end()) is not None
    return is_initial or mark in ("'", "’") or is_decade


def _unit_follows(text: str, following: re.Match[str]) -> bool:
    unit = re.compile(rf"['’{_SPACE}]{{1,2}}([^\W\d_]+)").match(text, following.end())
    return bool(unit and fold(unit[1]) in _UNITS)


def _in_words(text: str) -> Iterator[Quantity]:
    """Yield numbers in words; «un» alone is an article."""
    words = list(_WORDS.finditer(text))
    at = 0
    while at < len(words):
        run = _run(text, words, at)
        folded = [fold(words[n].group()) for n in run]
        if share := _share(words, run):
            yield share
            at = run[-1] + 2
            continue
        if run and (value := _value(folded)) is not None:
            start, end = words[run[0]].start(), words[run[-1]].end()
            last = _MAGNITUDES.get(folded[-1], 0)
            if last and (half := _HALF.match(text, end)):
                value, end = value + Decimal(last) / 2, half.end()
            yield _with_unit(text, _Number(start, end, [value], Decimal(last or 1), is_whole=not last))
            at = run[-1] + 1
            continue
        word = fold(words[at].group())
        span = Span(*words[at].span())
        if word in _COLLECTIVE:
            number = _Number(*span, [Decimal(_COLLECTIVE[word])], Decimal(1), is_whole=True)
            yield _with_unit(text, number, "about")
        elif word in ("moitie", "half", "tiers"):
            yield Quantity(span, (_FRACTIONS[word.rstrip("s")],), Decimal(1), "%", _bound_before(text, span.start))
        elif word in _ORDINALS:
            yield Quantity(span, (Decimal(_ORDINALS[word]),), Decimal(1), "ordinal")
        at += 1


def _share(words: list[re.Match[str]], run: list[int]) -> Quantity | None:
    """Return «deux tiers» as a percentage."""
    if len(run) != 1 or run[-1] + 1 == len(words):
        return None
    count, fraction = (
        _SMALL_NUMBERS.get(fold(words[run[0]].group()), 0),
        _FRACTIONS.get(fold(words[run[0] + 1].group()).rstrip("s")),
    )
    if fraction is None or not 0 < count < 4:
        return None
    span = Span(words[run[0]].start(), words[run[0] + 1].end())
    return Quantity(span, (fraction * count,), Decimal(1), "%", _bound_before(words[0].string, span.start))


def _run(text: str, words: list[re.Match[str]], at: int) -> list[int]:
    """Return the positions of the longest number in words that begins at ``at``."""
    run: list[int] = []
    for n in range(at, len(words)):
        if n > at and text[words[n - 1].end() : words[n].start()].strip(f"-{_SPACE}\n"):
            break
        word = fold(words[n].group())
        if word in _SMALL_NUMBERS or word in _TENS or word in _HUNDREDS or (word in _MAGNITUDES and len(word) > 3):
            run.append(n)
        elif not (run and word in ("et", "and") and n + 1 < len(words) and _continues(words[n + 1])):
            break
    return run


def _continues(word: re.Match[str]) -> bool:
    return fold(word.group()) in _SMALL_NUMBERS or fold(word.group()) in _TENS


def _value(words: list[str]) -> Decimal | None:
    """Return the value of a number in words; None for an article or a magnitude alone."""
    if words[0] in ("un", "une", "one") and (len(words) == 1 or words[1] in _SMALL_NUMBERS):
        return None
    if words[0] in ("millions", "milliards", "milliers", "billions", "thousands", "hundreds", "cents", "trillions"):
        return None  # «des millions de» has no value
    total, current = 0, 0
    for word in words:
        if word in _SMALL_NUMBERS or word in _TENS:
            value = _SMALL_NUMBERS.get(word, _TENS.get(word, 0))
            # «quatre-vingts» is four times twenty
            current = current * 20 if value == 20 and current == 4 else current + value
        elif word in _HUNDREDS:
            current = current // 100 * 100 + max(1, current % 100) * 100
        else:
            total, current = total + max(1, current) * _MAGNITUDES[word], 0
    return Decimal(total + current)
