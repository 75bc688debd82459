"""Alterations of sentences, and faithful rewordings; each applies to a sentence of a corpus, or not.

Each function returns the text with its marks and the quotes, or None where it does not apply.
"""

import random
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Protocol

Alteration = tuple[str, tuple[str, ...]] | None
MONTHS = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "January February March April May June July August September October November December".split(),
)
NAME = re.compile(r"(?<=[a-zé,] )[A-ZÉ][a-zéèêëïôâçü]{2,}(?: [A-ZÉ][a-zéèêëïôâçü]{2,})*")
NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:[ \u00a0]\d{3})*(?:[.,]\d+)?(?![\w.,/-]*\d)")
YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]\d\d|20[0-2]\d)(?![\d.,-])")
UNITS = {
    "%": "millions", "euros": "dollars", "dollars": "euros", "km": "m", "kilomètres": "mètres", "mètres": "kilomètres",
    "ans": "mois", "mois": "semaines", "jours": "heures", "heures": "jours", "years": "months", "months": "weeks",
    "days": "hours", "hours": "days", "miles": "feet", "percent": "million", "million": "billion",
    "millions": "milliards", "milliards": "millions", "billion": "million", "meters": "kilometers", "feet": "miles",
}  # fmt: skip
OPPOSITES = {
    "augmenté": "diminué", "augmentation": "baisse", "augmente": "diminue", "hausse": "baisse", "baisse": "hausse",
    "premier": "dernier", "première": "dernière", "plus": "moins", "début": "fin", "fin": "début", "grande": "petite",
    "grand": "petit", "après": "avant", "avant": "après", "nord": "sud", "sud": "nord", "victoire": "défaite",
    "défaite": "victoire", "naissance": "mort", "mort": "naissance", "gagné": "perdu", "perdu": "gagné",
    "accepté": "refusé", "refusé": "accepté", "interdit": "autorisé", "autorisé": "interdit", "faible": "forte",
    "important": "insignifiant", "possible": "impossible", "public": "privé", "intérieur": "extérieur",
    "increased": "decreased", "increase": "decrease", "largest": "smallest", "first": "last", "last": "first",
    "more": "fewer", "most": "least", "before": "after", "after": "before", "north": "south", "south": "north",
    "northern": "southern", "eastern": "western", "won": "lost", "lost": "won", "early": "late", "beginning": "end",
    "higher": "lower", "lower": "higher", "high": "low", "low": "high", "accepted": "rejected", "rejected": "accepted",
    "legal": "illegal", "major": "minor", "strong": "weak",
    "same": "different", "similar": "different", "best": "worst", "oldest": "newest", "winning": "losing",
}  # fmt: skip
DENIALS = {
    "fr": (("est", "n'est pas"), ("sont", "ne sont pas"), ("a été", "n'a pas été"), ("était", "n'était pas"),
           ("fut", "ne fut pas"), ("ont été", "n'ont pas été"), ("peut", "ne peut pas"), ("avait", "n'avait pas")),
    "en": (("is", "is not"), ("are", "are not"), ("was", "was not"), ("were", "were not"), ("can", "cannot"),
           ("has been", "has never been"), ("had", "had not"), ("will", "will not")),
}  # fmt: skip
QUANTIFIERS = {
    "tous les": "certains", "toutes les": "certaines", "certains": "tous les", "certaines": "toutes les",
    "quelques": "tous les", "la plupart des": "tous les", "chaque": "aucun", "plusieurs": "tous les",
    "all": "some", "some": "all", "most": "all", "many": "all", "several": "all", "every": "no", "each": "no",
    "few": "all",
}  # fmt: skip
MODALS = {
    "fr": (("est", "serait peut-être"), ("a été", "pourrait avoir été"), ("sont", "seraient peut-être"),
           ("peut être", "est"), ("pourrait", "va"), ("était", "aurait peut-être été")),
    "en": (("is", "might be"), ("was", "may have been"), ("are", "might be"), ("were", "may have been"),
           ("may be", "is"), ("might be", "is"), ("could be", "is"), ("may have been", "was")),
}  # fmt: skip
SAYS = re.compile(r"^(?:Selon|D'après|According to) (?P<speaker>[^,]{3,50}), ")
ATTRIBUTIONS = {"fr": ("Selon {}, ", ", et "), "en": ("According to {}, ", ", and ")}
SYNONYMS = {
    "également": "aussi", "débute": "commence", "commence": "débute", "afin de": "pour", "nombreux": "beaucoup de",
    "principalement": "surtout", "environ": "à peu près", "ainsi que": "et", "cependant": "toutefois",
    "construit": "bâti", "habitants": "résidents", "créé": "fondé", "utilise": "emploie", "obtient": "reçoit",
    "permet de": "sert à", "situé": "placé", "actuellement": "aujourd'hui", "notamment": "en particulier",
    "also": "too", "began": "started", "started": "began", "built": "constructed", "however": "though",
    "approximately": "about", "about": "approximately", "large": "big", "such as": "like", "created": "established",
    "received": "obtained", "used": "employed", "known as": "called", "because": "since", "located": "situated",
    "many": "numerous", "primarily": "mainly", "people": "persons", "became": "turned into", "although": "though",
}  # fmt: skip


class Source(Protocol):
    """The context of a sentence."""

    @property
    def language(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def other(self) -> str: ...
    @property
    def foreign(self) -> str: ...


def marked(source: Source, text: str | None) -> Alteration:
    """Add the mark of the source to a text; return None if nothing was altered."""
    if text is None or text == source.sentence:
        return None
    return text + " [1]", (source.sentence, source.other)


def replaced(sentence: str, pattern: str, by: str) -> str | None:
    """Replace the first match in a sentence."""
    match = re.search(pattern, sentence)
    return sentence[: match.start()] + by + sentence[match.end() :] if match else None


def swapped_word(sentence: str, table: Mapping[str, str], dice: random.Random) -> str | None:
    """Replace one of the words of a sentence according to the table."""
    candidates = [word for word in table if re.search(rf"\b{word}\b", sentence)]
    word = dice.choice(candidates) if candidates else ""
    return replaced(sentence, rf"\b{word}\b", table[word]) if word else None


def other_number(source: Source, dice: random.Random) -> Alteration:
    matches = [match for match in NUMBER.finditer(source.sentence) if not YEAR.fullmatch(match.group())]
    matches = [match for match in matches if not _is_of_date(source.sentence, match)]
    if not matches:
        return None
    match = dice.choice(matches)
    digits = [at for at in range(*match.span()) if source.sentence[at].isdigit()]
    at = dice.choice(digits)
    new = dice.choice([digit for digit in "123456789" if digit != source.sentence[at]])
    return marked(source, source.sentence[:at] + new + source.sentence[at + 1 :])


def _is_of_date(sentence: str, match: re.Match[str]) -> bool:
    months = [month for names in MONTHS for month in names]
    context = sentence[max(0, match.start() - 12) : match.end() + 12]
    return any(re.search(rf"\b{month}\b", context) for month in months)


def other_unit(source: Source, dice: random.Random) -> Alteration:
    units = [unit for unit in UNITS if re.search(rf"\d[\u00a0 ]?{re.escape(unit)}(?!\w)", source.sentence)]
    if not units:
        return None
    unit = dice.choice(units)
    return marked(source, replaced(source.sentence, rf"(?<=\d)[\u00a0 ]?{re.escape(unit)}(?!\w)", f" {UNITS[unit]}"))


def other_date(source: Source, dice: random.Random) -> Alteration:
    years = list(YEAR.finditer(source.sentence))
    names = MONTHS[source.language == "en"]
    months = [month for month in names if re.search(rf"\b{month} (?:\d|1\d\d\d)|\d {month}\b", source.sentence)]
    if months and dice.random() < 0.5:
        new = dice.choice([month for month in names if month not in source.sentence])
        return marked(source, replaced(source.sentence, rf"\b{months[0]}\b", new))
    if not years:
        return None
    match = dice.choice(years)
    new = str(int(match.group()) + dice.choice((-30, -10, -2, -1, 1, 2, 10)))
    return None if new in source.sentence else marked(source, replaced(source.sentence, match.group(), new))


def other_name(source: Source, dice: random.Random) -> Alteration:
    names, foreign = NAME.findall(source.sentence), NAME.findall(source.foreign)
    foreign = [name for name in foreign if name not in source.sentence and name not in source.other]
    if not names or not foreign:
        return None
    return marked(source, replaced(source.sentence, rf"\b{re.escape(dice.choice(names))}\b", dice.choice(foreign)))


def other_roles(source: Source, dice: random.Random) -> Alteration:
    """Swap two names around a verb."""
    names = list(NAME.finditer(source.sentence))
    for first, last in pairwise(names):
        between = source.sentence[first.end() : last.start()]
        if first.group() != last.group() and re.search(r"\b[a-zéè]{4,}(?:é|ée|a|e|ent|ed|s)\b", between):
            sentence = source.sentence
            text = sentence[: first.start()] + last.group() + between + first.group() + sentence[last.end() :]
            return marked(source, text)
    return None


def denied(source: Source, dice: random.Random) -> Alteration:
    if re.search(r"\b(?:pas|not|jamais|never|aucun|no|ne|n')\b", source.sentence):
        return None
    return marked(source, _first_of(source.sentence, DENIALS[source.language]))


def _first_of(sentence: str, table: tuple[tuple[str, str], ...]) -> str | None:
    candidates = [(old, new) for old, new in table if re.search(rf" {old} ", sentence)]
    return replaced(sentence, rf"\b{candidates[0][0]}\b", candidates[0][1]) if candidates else None


def affirmed(source: Source, dice: random.Random) -> Alteration:
    for old, new in DENIALS[source.language]:
        if re.search(rf"\b{new}\b", source.sentence):
            return marked(source, replaced(source.sentence, rf"\b{new}\b", old))
    return None


def opposed(source: Source, dice: random.Random) -> Alteration:
    return marked(source, swapped_word(source.sentence, OPPOSITES, dice))


def requantified(source: Source, dice: random.Random) -> Alteration:
    return marked(source, swapped_word(source.sentence, QUANTIFIERS, dice))


def remodalised(source: Source, dice: random.Random) -> Alteration:
    if re.search(r"\b(?:pourrait|may|might|could|peut|peut-être|perhaps)\b", source.sentence) and dice.random() < 0.5:
        return None
    return marked(source, _first_of(source.sentence, MODALS[source.language]))


def other_speaker(source: Source, dice: random.Random) -> Alteration:
    """Attribute a statement to another speaker."""
    foreign = [name for name in NAME.findall(source.foreign) if name not in source.sentence + source.other]
    says, opening = SAYS.match(source.sentence), ATTRIBUTIONS[source.language][0]
    if not foreign:
        return None
    name = dice.choice(foreign)
    bare = source.sentence[says.end() :] if says else source.sentence[0].lower() + source.sentence[1:]
    if not says and dice.random() < 0.8:
        return None
    return marked(source, opening.format(name) + bare)


def other_mark(source: Source, dice: random.Random) -> Alteration:
    mark = dice.choice(("[2]", "[2]", "[9]", "[0]"))
    return f"{source.sentence} {mark}", (source.sentence, source.other)


def misquoted(source: Source, dice: random.Random) -> Alteration:
    words = source.sentence.rstrip(".").split()
    foreign = [word for word in source.foreign.split() if word.isalpha() and len(word) > 4]
    at = dice.randrange(3, len(words) - 2)
    if not foreign:
        return None
    quoted = " ".join([*words[2:at], dice.choice(foreign), *words[at + 1 :]])
    text = f"On y lit : « {quoted} »." if source.language == "fr" else f'It says: "{quoted}".'
    return text + " [1]", (source.sentence, source.other)


def verbatim(source: Source, dice: random.Random) -> Alteration:
    return f"{source.sentence} [1]", (source.sentence, source.other)


def quoted(source: Source, dice: random.Random) -> Alteration:
    words = source.sentence.rstrip(".").split()
    quotation = " ".join(words[:3]) + " […] " + " ".join(words[6:])
    text = f"On y lit : « {quotation} »." if source.language == "fr" else f'It says: "{quotation}".'
    return text + " [1]", (source.sentence, source.other)


def fused(source: Source, dice: random.Random) -> Alteration:
    first, second = source.sentence.rstrip("."), source.other
    if len(first.split()) + len(second.split()) > 45:
        return None
    lowered = second if NAME.match("a " + second, 2) or second[:2] == "I " else second[0].lower() + second[1:]
    return first + ATTRIBUTIONS[source.language][1] + lowered + " [1][2]", (source.sentence, source.other)


def rounded(source: Source, dice: random.Random) -> Alteration:
    """Write a number in another usual way, or round its decimals."""
    sentence = source.sentence
    decimal = re.search(r"(?<![\d.,])(\d{1,3})([.,])(\d)(\d?)(?![\d.,])", sentence)
    if decimal and not decimal[4]:
        integer = int(decimal[1]) + (int(decimal[3]) >= 5)
        return marked(source, sentence[: decimal.start()] + str(integer) + sentence[decimal.end() :])
    if "%" in sentence:
        words = "pour cent" if source.language == "fr" else "percent"
        return marked(source, re.sub(r"(?<=\d)\s?%", f" {words}", sentence, count=1))
    thousands = re.search(r"(?<![\d.,])(?<!\d[ \u00a0])(\d{1,3})[ \u00a0,](\d{3})(?![\d.,]|[ \u00a0,]\d)", sentence)
    if thousands:
        new = thousands[1] + thousands[2]
        return marked(source, sentence[: thousands.start()] + new + sentence[thousands.end() :])
    million = re.search(r"(?<![\d.,])(\d+) (millions?)\b(?! d)", sentence)
    return marked(source, replaced(sentence, million.re, f"{million[1]} 000 000")) if million else None  # type: ignore[arg-type]


def fronted(source: Source, dice: random.Random) -> Alteration:
    """Move a date or place between the beginning and the end: «En 1990, X» and «X en 1990»."""
    match = re.match(
        r"(?P<when>(?:En|In|Le|On|Depuis|Since|À|At|Dans|Au|During|Après|After) [^,]{3,40}), (?P<clause>.+)\.$",
        source.sentence,
    )
    if not match:
        return None
    when, clause = match["when"], match["clause"]
    return marked(source, f"{clause[0].upper()}{clause[1:]}, {when[0].lower()}{when[1:]}.")


def shortened(source: Source, dice: random.Random) -> Alteration:
    """Drop what is in parentheses, or between two commas."""
    text = re.sub(r"\s*\([^()]*\)", "", source.sentence, count=1)
    if text == source.sentence:
        text = re.sub(r"(?<=[a-zé]), (?:qui|dont|which|who|where|où) [^,;.]{4,60}, ?", " ", source.sentence, count=1)
    return marked(source, text) if len(text.split()) > 6 else None


def reworded(source: Source, dice: random.Random) -> Alteration:
    return marked(source, swapped_word(source.sentence, SYNONYMS, dice))


TABLE = (
    ("number", False, other_number), ("unit", False, other_unit), ("date", False, other_date),
    ("name", False, other_name), ("roles", False, other_roles), ("negation", False, denied),
    ("affirmation", False, affirmed), ("antonym", False, opposed), ("quantifier", False, requantified),
    ("modality", False, remodalised), ("speaker", False, other_speaker), ("mark", False, other_mark),
    ("quote", False, misquoted), ("verbatim", True, verbatim), ("quoted", True, quoted), ("fused", True, fused),
    ("rounded", True, rounded), ("fronted", True, fronted), ("shortened", True, shortened),
    ("reworded", True, reworded),
)  # fmt: skip
