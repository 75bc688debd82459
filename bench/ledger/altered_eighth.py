"""An eighth set of alterations and faithful rewritings, of kinds that no earlier one has; see docs/design.md."""

import random
import re

from bench.ledger.alterations import NAME, NUMBER, YEAR, Alteration, Source, marked, replaced
from bench.ledger.altered_fourth import Make, lowered, swapped
from bench.ledger.altered_seventh import mark_twice

DIRECTIONS = {
    "fr": {"nord": "sud", "sud": "nord", "est de": "ouest de", "gauche": "droite", "intérieur": "extérieur",
           "début": "milieu", "première": "dernière", "premier": "dernier", "avant": "après", "après": "avant"},
    "en": {"north": "south", "south": "north", "eastern": "western", "left": "right", "inside": "outside",
           "early": "late", "first": "last", "before": "after", "after": "before", "upper": "lower"},
}  # fmt: skip
KIN = {
    "fr": {"père": "frère", "mère": "sœur", "fils": "neveu", "fille": "cousine", "frère": "oncle", "épouse": "mère",
           "roi": "évêque", "écrivain": "peintre", "ville": "rivière", "empereur": "marchand", "ministre": "juge"},
    "en": {"father": "brother", "mother": "sister", "son": "nephew", "daughter": "niece", "wife": "mother",
           "king": "bishop", "emperor": "merchant", "river": "mountain", "city": "island", "army": "orchestra"},
}  # fmt: skip
MOODS = {
    "fr": {"a été": "aurait dû être", "fut": "faillit être", "est": "passe à tort pour", "sont": "seront bientôt"},
    "en": {"was": "was nearly", "were": "were almost", "is": "is wrongly said to be", "are": "will soon be"},
}
WORDED = {
    "fr": {"cependant": "toutefois", "également": "aussi", "afin de": "pour", "ainsi que": "et", "lorsque": "quand",
           "environ": "à peu près", "notamment": "entre autres", "durant": "pendant", "car": "parce que"},
    "en": {"however": "nevertheless", "in order to": "to", "as well as": "and", "during": "in the course of",
           "such as": "like", "about": "around", "approximately": "roughly", "because": "since", "also": "too"},
}  # fmt: skip


def concession(source: Source, dice: random.Random) -> Alteration:
    """Oppose two true sentences as if one were against the odds of the other."""
    link = "Uniquement grâce au fait que " if source.language == "fr" else "Only thanks to the fact that "
    text = f"{link}{lowered(source.other.rstrip('.'))}, {lowered(source.sentence)}"
    return mark_twice(source, text) if len(text.split()) < 50 else None


def ranked(source: Source, dice: random.Random) -> Alteration:
    """Make the first name the first, or the only one, of all."""
    added = ", le premier de tous à ce jour," if source.language == "fr" else ", the first of all to do so,"
    names = [name for name in NAME.finditer(source.sentence) if re.match(r" [a-zé]", source.sentence[name.end() :])]
    if not names:
        return None
    at = names[0].end()
    return marked(source, source.sentence[:at] + added + source.sentence[at:])


def moved_year(source: Source, dice: random.Random) -> Alteration:
    """Put the year ten years earlier."""
    match = YEAR.search(source.sentence)
    return marked(source, replaced(source.sentence, YEAR.pattern, str(int(match[0]) - 10))) if match else None


def one_less(source: Source, dice: random.Random) -> Alteration:
    """Take one from a number that is no year."""
    matches = [match for match in NUMBER.finditer(source.sentence) if not YEAR.fullmatch(match[0])]
    matches = [match for match in matches if match[0].isdigit() and int(match[0]) > 3]
    if not matches:
        return None
    number = matches[-1]
    changed = source.sentence[: number.start()] + str(int(number[0]) - 1) + source.sentence[number.end() :]
    return marked(source, changed)


def doubted(source: Source, dice: random.Random) -> Alteration:
    """Say that the whole sentence was refuted."""
    opening = "Il a été démontré depuis qu'il est inexact que " if source.language == "fr" else ""
    opening = opening or "It has since been shown to be untrue that "
    return marked(source, opening + lowered(source.sentence))


def ended(source: Source, dice: random.Random) -> Alteration:
    """Add what came of it."""
    added = ", ce qui lui valut un procès retentissant" if source.language == "fr" else ", which led to a famous trial"
    return marked(source, source.sentence.rstrip(".") + added + ".")


def hearsay(source: Source, dice: random.Random) -> Alteration:
    """Attribute it to a rumour."""
    opening = "La rumeur publique veut que " if source.language == "fr" else "Rumour has it that "
    return marked(source, opening + lowered(source.sentence))


def halved(source: Source, dice: random.Random) -> Alteration:
    """Say it of a half, where the sentence speaks of all of a plural."""
    match = re.match(r"(?:Les|The) (?=\w+s\b)", source.sentence)
    half = "La moitié des " if source.language == "fr" else "Half of the "
    return marked(source, half + source.sentence[match.end() :]) if match else None


def listed(source: Source, dice: random.Random) -> Alteration:
    """Give two sentences as the items of a list."""
    text = f"{source.sentence.rstrip('.')} [1] ; {lowered(source.other.rstrip('.'))} [2]."
    return (text, (source.sentence, source.other)) if len(text.split()) < 50 else None


def introduced(source: Source, dice: random.Random) -> Alteration:
    opening = "Comme l'indique la source, " if source.language == "fr" else "As the source states, "
    return marked(source, opening + lowered(source.sentence))


def shortened(source: Source, dice: random.Random) -> Alteration:
    """Leave out what stands in parentheses."""
    text = re.sub(r" \([^()]*\)", "", source.sentence)
    return marked(source, text) if text != source.sentence and len(text.split()) > 6 else None


def dashed(source: Source, dice: random.Random) -> Alteration:
    """Set the apposition between dashes."""
    match = re.search(r", ([^,]{8,60}), ", source.sentence)
    return marked(source, replaced(source.sentence, re.escape(match[0]), f" – {match[1]} – ")) if match else None


TABLE: tuple[tuple[str, bool, Make], ...] = (
    ("direction", False, swapped(DIRECTIONS)), ("kin", False, swapped(KIN)), ("mood", False, swapped(MOODS)),
    ("condition", False, concession), ("ranked", False, ranked), ("decade", False, moved_year),
    ("one less", False, one_less), ("refuted", False, doubted), ("consequence", False, ended),
    ("hearsay", False, hearsay), ("halved", False, halved),
    ("list", True, listed), ("introduced", True, introduced), ("shortened", True, shortened), ("dashes", True, dashed),
    ("worded", True, swapped(WORDED)),
)  # fmt: skip
