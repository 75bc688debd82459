"""A fifth set of alterations and faithful rewritings, written last; see docs/design.md for its first figures."""

import random
import re

from bench.ledger.alterations import Alteration, Source, marked, replaced
from bench.ledger.altered_fourth import Make, lowered, swapped

TIMES_OF_YEAR = {
    "fr": {
        "printemps": "automne", "automne": "printemps", "hiver": "automne", "matin": "soir", "soir": "matin",
        "nuit": "journée", "janvier": "août", "mars": "juin", "juillet": "avril", "octobre": "février",
    },
    "en": {
        "spring": "winter", "summer": "winter", "winter": "summer", "autumn": "spring", "morning": "evening",
        "night": "afternoon", "January": "August", "March": "June", "July": "April", "October": "February",
    },
}  # fmt: skip
OCCUPATIONS = {
    "fr": {
        "poète": "notaire", "peintre": "médecin", "écrivain": "banquier", "professeur": "berger", "auteur": "soldat",
        "musicien": "tailleur", "soldats": "moines", "artistes": "marins", "étudiants": "ouvriers", "chef": "messager",
    },
    "en": {
        "poet": "banker", "painter": "sailor", "writer": "miner", "author": "translator", "scientists": "farmers",
        "engineer": "priest", "students": "workers", "soldiers": "monks", "leader": "servant", "artists": "lawyers",
    },
}  # fmt: skip
COMMON = {
    "fr": {
        "eau": "sable", "enfants": "vieillards", "arbre": "mur", "route": "clôture", "terre": "neige", "lettre": "clef",
        "langue": "danse", "corps": "visage", "argent": "grain", "maison": "grange", "feu": "vent", "nom": "sceau",
    },
    "en": {
        "water": "sand", "children": "elders", "tree": "wall", "road": "fence", "letter": "key", "language": "dance",
        "body": "shadow", "money": "grain", "house": "barn", "fire": "wind", "food": "timber", "light": "noise",
    },
}  # fmt: skip
NUMERALS = {
    "fr": {"deux": "quatre", "trois": "sept", "quatre": "neuf", "cinq": "deux", "dix": "douze"},
    "en": {"two": "five", "three": "seven", "four": "nine", "five": "two", "ten": "twelve"},
}
INTENDED = {
    "fr": {
        "est devenu": "rêvait de devenir",
        "a été": "devait être",
        "devient": "espère devenir",
        "fut": "faillit être",
    },
    "en": {"was": "was meant to be", "became": "hoped to become", "is": "was once planned to be"},
}
PLAIN_WORDS = {
    "fr": {
        "également": "aussi", "cependant": "toutefois", "toutefois": "cependant", "notamment": "en particulier",
        "lorsque": "quand", "afin de": "pour", "débute": "commence", "commence": "débute", "mais": "toutefois",
    },
    "en": {
        "began": "started", "however": "nevertheless", "while": "whereas", "near": "close to", "such as": "like",
        "called": "named", "used": "employed", "large": "big", "located": "situated", "also": "too",
    },
}  # fmt: skip
CENTURY = re.compile(r"\b(?:(X[IVX]{1,3})e siècle|(1\d)th[ -]century)")


def other_century(source: Source, dice: random.Random) -> Alteration:
    match = CENTURY.search(source.sentence)
    if match is None:
        return None
    new = "Ve" if match[1] else "8th"
    old = f"{match[1]}e" if match[1] else f"{match[2]}th"
    return marked(source, source.sentence.replace(old, new))


def attributed(source: Source, dice: random.Random) -> Alteration:
    """Attribute it to a person whom no quote names."""
    opening = "Selon Hector Valmorin, " if source.language == "fr" else "According to Hector Wilmore, "
    return marked(source, opening + lowered(source.sentence))


def compared(source: Source, dice: random.Random) -> Alteration:
    """Add a comparison that no quote makes."""
    added = ", deux fois plus que dix ans auparavant." if source.language == "fr" else ", twice as much as before 1950."
    return marked(source, source.sentence.rstrip(".") + added)


def placed(source: Source, dice: random.Random) -> Alteration:
    added = ", près de Valparaiso." if source.language == "fr" else ", near Valparaiso."
    return marked(source, source.sentence.rstrip(".") + added)


def ended_early(source: Source, dice: random.Random) -> Alteration:
    """Deny the whole sentence."""
    opening = "Il est faux que " if source.language == "fr" else "It is not true that "
    return marked(source, opening + lowered(source.sentence))


def introduced(source: Source, dice: random.Random) -> Alteration:
    opening = "Comme l'indique le texte, " if source.language == "fr" else "As the text says, "
    return marked(source, opening + lowered(source.sentence))


def otherwise_marked(source: Source, dice: random.Random) -> Alteration:
    return f"{source.sentence} 【1】", (source.sentence, source.other)


def between_dashes(source: Source, dice: random.Random) -> Alteration:
    match = re.search(r", ([^,.]{8,60}),(?= )", source.sentence)
    return marked(source, replaced(source.sentence, match.re.pattern, f" – {match[1]} –")) if match else None


def without_opening(source: Source, dice: random.Random) -> Alteration:
    """Drop the time or place before the first comma."""
    match = re.match(r"(?:En|Au|Dans|À|In|At|During|On) [^,.]{3,30}, (?=\w)", source.sentence)
    clause = source.sentence[match.end() :] if match else ""
    return marked(source, clause[0].upper() + clause[1:]) if len(clause.split()) >= 8 else None


def without_thousands_mark(source: Source, dice: random.Random) -> Alteration:
    match = re.search(r"(?<![\d.,])\d{1,3}[, \u00a0\u202f]\d{3}(?![\d.,]| \d)", source.sentence)
    return marked(source, source.sentence.replace(match[0], re.sub(r"\D", "", match[0]))) if match else None


TABLE: tuple[tuple[str, bool, Make], ...] = (
    ("season, month", False, swapped(TIMES_OF_YEAR)), ("occupation", False, swapped(OCCUPATIONS)),
    ("common noun", False, swapped(COMMON)), ("numeral", False, swapped(NUMERALS)),
    ("intended", False, swapped(INTENDED)), ("century", False, other_century), ("attributed", False, attributed),
    ("comparison added", False, compared), ("place added", False, placed), ("denied whole", False, ended_early),
    ("as the text says", True, introduced), ("other brackets", True, otherwise_marked),
    ("dashes", True, between_dashes), ("opening dropped", True, without_opening),
    ("plain words", True, swapped(PLAIN_WORDS)), ("thousands", True, without_thousands_mark),
)  # fmt: skip
