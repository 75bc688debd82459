"""A seventh set of alterations and faithful rewritings: what is said belongs to another; see docs/design.md."""

import random
import re

from bench.ledger.alterations import MONTHS, NAME, NUMBER, YEAR, Alteration, Source, marked, replaced
from bench.ledger.altered_fourth import Make, lowered, swapped

PERIODS = {
    "fr": {"par an": "par mois", "chaque année": "chaque semaine", "siècles": "années", "annuel": "mensuel",
           "par jour": "par heure", "par mois": "par jour", "annuelle": "hebdomadaire", "décennies": "semaines"},
    "en": {"per year": "per week", "each year": "each month", "centuries": "years", "annual": "weekly",
           "every year": "every day", "per day": "per month", "annually": "monthly", "decades": "months"},
}  # fmt: skip
DUTIES = {
    "fr": {"peut": "doit", "peuvent": "doivent", "doit": "peut", "doivent": "peuvent"},
    "en": {"can": "must", "may": "must", "must": "may"},
}
WITHOUT = {"fr": {"avec": "sans", "sans": "avec"}, "en": {"with": "without", "without": "with"}}
BOUNDS = {
    "fr": {"plus de": "moins de", "moins de": "plus de", "au moins": "au plus"},
    "en": {"more than": "fewer than", "no more than": "no less than", "less than": "more than", "at least": "at most"},
}
AFFIRMED = {
    "fr": {"n'est pas": "est", "ne sont pas": "sont", "n'a pas": "a", "ne peut pas": "peut", "n'était pas": "était",
           "n'ont pas": "ont", "ne peuvent pas": "peuvent", "ne fut pas": "fut"},
    "en": {"is not": "is", "are not": "are", "was not": "was", "did not": "did indeed", "cannot": "can",
           "were not": "were", "has not": "has", "does not": "does indeed"},
}  # fmt: skip
SPELLED = {
    "fr": {"%": "pour cent", "km": "kilomètres", "km²": "kilomètres carrés", "€": "euros", "kg": "kilogrammes"},
    "en": {"percent": "%", "km": "kilometres", "kilometers": "km", "miles": "mi", "kg": "kilograms"},
}
COUNTS = {
    "fr": {"deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "dix": "10", "douze": "12"},
    "en": {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "ten": "10", "twelve": "12"},
}
DAY = re.compile(r"(?<!\d )\b(\d{1,2})(?:er)? (" + "|".join(MONTHS[0]) + r") (\d{4})\b")
DAY_EN = re.compile(r"\b(" + "|".join(MONTHS[1]) + r") (\d{1,2}), (\d{4})\b")


def mark_twice(source: Source, text: str | None) -> Alteration:
    """Return the text with a mark for each of the two quotes."""
    return (f"{text} [1][2]", (source.sentence, source.other)) if text else None


def borrowed_name(source: Source, dice: random.Random) -> Alteration:
    """Put a name of the other quote in the place of one of this."""
    own_matches, matches = (list(NAME.finditer(text)) for text in (source.sentence, source.other))
    own_names = " ".join(name[0] for name in own_matches)
    matches = [name for name in matches if name[0] not in own_names and name[0] not in source.sentence]
    if not own_matches or not matches:
        return None
    old, new = dice.choice(own_matches), dice.choice(matches)
    return mark_twice(source, source.sentence[: old.start()] + new[0] + source.sentence[old.end() :])


def borrowed_value(source: Source, dice: random.Random) -> Alteration:
    """Put a year of the other quote in the place of one of this."""
    years = [match[0] for match in YEAR.finditer(source.other) if match[0] not in source.sentence]
    return mark_twice(source, replaced(source.sentence, YEAR.pattern, dice.choice(years))) if years else None


def exchanged_numbers(source: Source, dice: random.Random) -> Alteration:
    """Exchange two numbers of a sentence that count different things."""
    numbers = [match for match in NUMBER.finditer(source.sentence) if not YEAR.fullmatch(match[0])]
    if len(numbers) < 2 or numbers[0][0] == numbers[1][0]:
        return None
    first, second = numbers[:2]
    between = source.sentence[first.end() : second.start()]
    if len(between.split()) < 2:
        return None
    text = source.sentence[: first.start()] + second[0] + between + first[0] + source.sentence[second.end() :]
    return marked(source, text)


def next_year(source: Source, dice: random.Random) -> Alteration:
    match = YEAR.search(source.sentence)
    return marked(source, replaced(source.sentence, YEAR.pattern, str(int(match[0]) + 1))) if match else None


def tenfold(source: Source, dice: random.Random) -> Alteration:
    matches = [match for match in NUMBER.finditer(source.sentence) if not YEAR.fullmatch(match[0])]
    if not matches or re.search(r"[.,]", matches[0][0]):
        return None
    end = matches[0].end()
    return marked(source, source.sentence[:end] + "0" + source.sentence[end:])


def said_by_another(source: Source, dice: random.Random) -> Alteration:
    """Attribute a sentence to somebody of another document."""
    names = [name[0] for name in NAME.finditer(source.foreign) if " " in name[0] and name[0] not in source.sentence]
    if not names:
        return None
    opening = "D'après" if source.language == "fr" else "According to"
    return marked(source, f"{opening} {dice.choice(names)}, {lowered(source.sentence)}")


def misquoted(source: Source, dice: random.Random) -> Alteration:
    """Quote a sentence with one word of the other in it."""
    words, other_words = source.sentence.rstrip(".").split(), source.other.rstrip(".").split()
    long = [at for at, word in enumerate(words) if len(word) > 6 and word.isalpha() and 2 < at < len(words) - 1]
    new = [word for word in other_words if len(word) > 6 and word.isalpha() and word not in words]
    if not long or not new:
        return None
    words[dice.choice(long)] = dice.choice(new)
    return marked(source, ("Il est écrit : «" if source.language == "fr" else "It says: «") + " ".join(words) + "».")


def wrong_mark(source: Source, dice: random.Random) -> Alteration:
    return f"{source.sentence} [{dice.choice((2, 7, 0))}]", (source.sentence, source.other)


def quoted_in_pieces(source: Source, dice: random.Random) -> Alteration:
    words = source.sentence.rstrip(".").split()
    if len(words) < 14:
        return None
    quote = " ".join(words[:6]) + " […] " + " ".join(words[-6:])
    return marked(source, ("On y lit : «" if source.language == "fr" else "The text reads: «") + quote + "».")


def fused(source: Source, dice: random.Random) -> Alteration:
    if lowered(source.other) == source.other:
        return None
    link = ", tandis que " if source.language == "fr" else ", whereas "
    text = source.sentence.rstrip(".") + link + lowered(source.other)
    return mark_twice(source, text) if len(text.split()) < 55 else None


def without_opening(source: Source, dice: random.Random) -> Alteration:
    match = re.match(r"[^,]{6,40}, (?=(?:le|la|les|the|il|elle|he|she|it|they) )", source.sentence)
    clause = source.sentence[match.end() :] if match else ""
    return marked(source, clause[:1].upper() + clause[1:]) if clause else None


def rounded(source: Source, dice: random.Random) -> Alteration:
    match = re.search(r"(?<![\d.,])(\d{2,3})[.,](\d)\d?(?![\d.,])", source.sentence)
    if match is None:
        return None
    about = "environ " if source.language == "fr" else "about "
    number = int(match[1]) + (int(match[2]) >= 5)
    return marked(source, source.sentence[: match.start()] + about + str(number) + source.sentence[match.end() :])


def numeric_date(source: Source, dice: random.Random) -> Alteration:
    if match := DAY.search(source.sentence):
        day, month, year = int(match[1]), MONTHS[0].index(match[2]) + 1, match[3]
    elif match := DAY_EN.search(source.sentence):
        day, month, year = int(match[2]), MONTHS[1].index(match[1]) + 1, match[3]
    else:
        return None
    return marked(
        source, source.sentence[: match.start()] + f"{year}-{month:02}-{day:02}" + source.sentence[match.end() :]
    )


TABLE: tuple[tuple[str, bool, Make], ...] = (
    ("borrowed name", False, borrowed_name), ("borrowed year", False, borrowed_value),
    ("numbers exchanged", False, exchanged_numbers), ("next year", False, next_year), ("tenfold", False, tenfold),
    ("period", False, swapped(PERIODS)), ("duty", False, swapped(DUTIES)), ("without", False, swapped(WITHOUT)),
    ("bound", False, swapped(BOUNDS)), ("affirmed", False, swapped(AFFIRMED)), ("said by", False, said_by_another),
    ("misquoted", False, misquoted), ("wrong mark", False, wrong_mark),
    ("quoted in pieces", True, quoted_in_pieces), ("fused", True, fused), ("verbatim", True, without_opening),
    ("rounded", True, rounded), ("numeric date", True, numeric_date), ("spelled out", True, swapped(SPELLED)),
    ("digits", True, swapped(COUNTS)),
)  # fmt: skip
