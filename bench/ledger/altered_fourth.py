"""A fourth set of alterations and faithful rewritings; see docs/design.md for its first figures."""

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

from bench.ledger.alterations import NAME, Alteration, Source, marked, replaced, swapped_word

Make = Callable[[Source, random.Random], Alteration]
DIRECTIONS = {
    "fr": {
        "nord": "sud", "sud": "nord", "ouest": "est", "gauche": "droite", "droite": "gauche", "oriental": "occidental",
    },
    "en": {
        "north": "south", "south": "north", "east": "west", "west": "east", "northern": "southern", "left": "right",
        "southern": "northern", "eastern": "western", "western": "eastern", "upper": "lower", "lower": "upper",
    },
}  # fmt: skip
KIN = {
    "fr": {
        "père": "fils", "mère": "fille", "fils": "neveu", "fille": "sœur", "frère": "cousin", "épouse": "sœur",
        "mari": "frère", "roi": "duc", "reine": "princesse", "empereur": "pape", "ministre": "maire",
    },
    "en": {
        "president": "governor", "king": "duke", "queen": "princess", "father": "brother", "mother": "aunt",
        "son": "nephew", "wife": "sister", "brother": "cousin", "daughter": "niece", "mayor": "judge",
    },
}  # fmt: skip
PEOPLES = {
    "fr": {
        "français": "allemand", "française": "italienne", "américain": "canadien", "américaine": "russe",
        "anglais": "espagnol", "allemand": "anglais", "allemande": "espagnole", "italien": "grec", "romain": "grec",
    },
    "en": {
        "French": "Dutch", "British": "Danish", "American": "Canadian", "German": "Swedish", "English": "Irish",
        "European": "African", "Chinese": "Japanese", "Roman": "Greek", "Japanese": "Korean", "Italian": "Spanish",
    },
}  # fmt: skip
TIMES = {
    "fr": {
        "avant": "après", "après": "avant", "début": "fin", "premier": "dernier", "première": "dernière",
        "depuis": "jusqu'en", "ancien": "futur",
    },
    "en": {
        "before": "after", "after": "before", "early": "late", "late": "early",
        "first": "last", "former": "future", "since": "until", "until": "since", "beginning": "end",
    },
}  # fmt: skip
NOUNS = {
    "fr": {
        "ville": "région", "guerre": "paix", "église": "gare", "livre": "film", "rivière": "montagne",
        "école": "prison", "roman": "opéra", "disque": "tableau", "armée": "police",
        "université": "banque", "château": "port",
    },
    "en": {
        "city": "county", "war": "treaty", "church": "station", "book": "film", "river": "mountain", "school": "prison",
        "album": "painting", "army": "police", "university": "bank", "castle": "harbour", "government": "opposition",
    },
}  # fmt: skip
STOPPED = {
    "fr": re.compile(r"(?<= )(est|était|sont|étaient|peut|peuvent|possède|reste)(?= (?!pas|plus|jamais|que))"),
    "en": re.compile(r"(?<= )(is|was|are|were|can|could|has been)(?= (?!not|no |never))"),
}
PAIR = re.compile(r"(?<![\d.,–-])(?<!\d )(\d)(\d)(?=\d?(?![\d.,]| \d))")
SPAN = re.compile(r"\b(1[0-9]|20)(\d\d)(?=[)–-]| à | to | et | and )")
SPELLINGS: dict[str, dict[str, str]] = {
    "fr": {},
    "en": {
        "organization": "organisation", "center": "centre", "color": "colour", "theater": "theatre", "labor": "labour",
        "recognized": "recognised", "program": "programme", "defense": "defence", "harbor": "harbour",
        "favor": "favour", "organisation": "organization", "centre": "center", "colour": "color",
        "realized": "realised",
        "neighborhood": "neighbourhood", "traveled": "travelled", "gray": "grey", "percent": "per cent",
    },
}  # fmt: skip
ABBREVIATIONS = {
    "fr": {
        "Monsieur": "M.", "Madame": "Mme", "Saint": "St", "numéro": "n°", "docteur": "Dr", "avenue": "av.",
    },
    "en": {
        "Doctor": "Dr.", "Mister": "Mr.", "number": "no.", "versus": "vs.", "Mount": "Mt.", "approximately": "approx.",
    },
}  # fmt: skip


def swapped(tables: Mapping[str, Mapping[str, str]]) -> Make:
    return lambda source, dice: marked(source, swapped_word(source.sentence, tables[source.language], dice))


def transposed(source: Source, dice: random.Random) -> Alteration:
    """Swap the first two digits of a number."""
    match = PAIR.search(source.sentence)
    if match is None or match[1] == match[2] or "0" in match.groups():
        return None
    return marked(source, source.sentence[: match.start()] + match[2] + match[1] + source.sentence[match.end() :])


def dropped_digit(source: Source, dice: random.Random) -> Alteration:
    match = re.search(r"(?<![\d.,–-])(?<!\d )\d{2,3}(?![\w.,]| \d)", source.sentence)
    return marked(source, replaced(source.sentence, match.re.pattern, match[0][:-1])) if match else None


def shifted_year(source: Source, dice: random.Random) -> Alteration:
    match = SPAN.search(source.sentence)
    if match is None:
        return None
    new = f"{match[1]}{(int(match[2]) + dice.randrange(3, 40)) % 100:02}"
    return marked(source, source.sentence[: match.start()] + new + source.sentence[match.end() :])


def no_longer(source: Source, dice: random.Random) -> Alteration:
    """Say that something has ended."""
    match = STOPPED[source.language].search(source.sentence)
    if match is None:
        return None
    verb = match[1]
    if source.language == "fr":
        new = f"n'{verb} plus" if verb[0] in "eé" else f"ne {verb} plus"
    else:
        new = f"{verb} no longer"
    return marked(source, source.sentence[: match.start()] + new + source.sentence[match.end() :])


def other_family_name(source: Source, dice: random.Random) -> Alteration:
    """Replace the last word of a full name by one from another document."""
    match = re.search(r"(?<=[a-zé,] )[A-ZÉ][a-zéè]{2,} ([A-ZÉ][a-zéè]{3,})(?=[ ,.])", source.sentence)
    names = [name for name in re.findall(r"(?<=[a-zé,] )[A-ZÉ][a-zéè]{4,}", source.foreign) if name in source.foreign]
    names = [name for name in names if name not in source.sentence + source.other]
    if match is None or not names:
        return None
    start, end = match.span(1)
    return marked(source, source.sentence[:start] + dice.choice(names) + source.sentence[end:])


def fused_wrongly(source: Source, dice: random.Random) -> Alteration:
    """Join two sentences, with another number in the second."""
    match = re.search(r"(?<![\d.,])\d{2,4}(?![\d.,]| \d)", source.other)
    if match is None or len((source.sentence + source.other).split()) > 45:
        return None
    new = str(int(match[0]) + dice.randrange(2, 9))
    other = source.other[: match.start()] + new + source.other[match.end() :]
    return f"{source.sentence.rstrip('.')} ; {lowered(other)} [1][2]", (source.sentence, source.other)


def lowered(sentence: str) -> str:
    is_name = NAME.match("a " + sentence, 2) or sentence[:2] == "I "
    return sentence if is_name else sentence[0].lower() + sentence[1:]


def without_parenthesis(source: Source, dice: random.Random) -> Alteration:
    return marked(source, replaced(source.sentence, r" \([^()]{3,60}\)", ""))


def without_accents(source: Source, dice: random.Random) -> Alteration:
    decomposed = unicodedata.normalize("NFD", source.sentence)
    return marked(source, "".join(character for character in decomposed if not unicodedata.combining(character)))


def emphasised(source: Source, dice: random.Random) -> Alteration:
    """Set a name or a number in bold, in Markdown."""
    match = re.search(r"(?<= )(?:[A-ZÉ][a-zéè]{3,}|\d{2,4})(?=[ ,.])", source.sentence)
    return marked(source, replaced(source.sentence, match.re.pattern, f"**{match[0]}**")) if match else None


def listed(source: Source, dice: random.Random) -> Alteration:
    return f"- {source.sentence.rstrip('.')} [1]", (source.sentence, source.other)


def headed(source: Source, dice: random.Random) -> Alteration:
    opening = "À retenir : " if source.language == "fr" else "Key point: "
    return marked(source, opening + lowered(source.sentence))


def cited_twice(source: Source, dice: random.Random) -> Alteration:
    return f"{source.sentence.rstrip('.')} [1][2].", (source.sentence, source.other)


def without_end(source: Source, dice: random.Random) -> Alteration:
    """Drop what follows the last comma."""
    head, comma, tail = source.sentence.rpartition(", ")
    is_safe = comma and len(head.split()) >= 8 and 2 <= len(tail.split()) <= 8 and not re.search(r"[,;:]", head)
    is_safe = is_safe and not re.match(r"(?:En|In|With|Avec|Despite|Après|After|When|Si|If|À|At|Pour|Depuis)\b", head)
    is_list = re.search(r"\b(?:et|and|ou|or)\b", tail)
    return marked(source, head + ".") if is_safe and not is_list else None


def typed(source: Source, dice: random.Random) -> Alteration:
    """Replace typographic signs by those of a keyboard."""
    plain = source.sentence.translate({0x2019: "'", 0x2013: "-", 0xA0: " ", 0x202F: " ", 0x201C: '"', 0x201D: '"'})
    return marked(source, plain)


TABLE = (
    ("digits exchanged", False, transposed), ("digit dropped", False, dropped_digit), ("year", False, shifted_year),
    ("no longer", False, no_longer), ("family name", False, other_family_name),
    ("direction", False, swapped(DIRECTIONS)),
    ("kin and office", False, swapped(KIN)), ("people", False, swapped(PEOPLES)), ("time", False, swapped(TIMES)),
    ("thing", False, swapped(NOUNS)), ("fused, number", False, fused_wrongly),
    ("parenthesis dropped", True, without_parenthesis), ("accents dropped", True, without_accents),
    ("bold", True, emphasised), ("item", True, listed), ("headed", True, headed), ("two marks", True, cited_twice),
    ("end dropped", True, without_end), ("keyboard", True, typed), ("spelling", True, swapped(SPELLINGS)),
    ("abbreviation", True, swapped(ABBREVIATIONS)),
)  # fmt: skip
