"""A third set of alterations and faithful rewritings, of other kinds than the first two, written without the rules."""

import random
import re
from collections.abc import Callable, Mapping

from bench.ledger.alterations import MONTHS, NAME, Alteration, Source, marked, replaced, swapped_word

Make = Callable[[Source, random.Random], Alteration]
NUMERALS = {
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split(),
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    "".split(),
}
LONE_NUMBER = re.compile(
    r"(?<![\w.,/:%°-] )(?<![\w.,/:-])(?:[3-9]|1[0-6])(?= [a-zé]{4,})(?! (?:mille|million|milliard))"
)
DAY = {
    "fr": re.compile(rf"\b(\d\d?) ({'|'.join(MONTHS[0])}) (\d{{4}})\b"),
    "en": re.compile(rf"\b({'|'.join(MONTHS[1])}) (\d\d?), (\d{{4}})\b"),
}
WITHOUT = {
    "avec": "sans", "sans": "avec", "grâce à": "malgré", "malgré": "grâce à", "with": "without", "without": "with",
    "despite": "thanks to", "because of": "despite", "due to": "despite",
}  # fmt: skip
COMPARED = {
    "plus de": "moins de", "moins de": "plus de", "au moins": "au plus", "plus grand que": "plus petit que",
    "supérieur à": "inférieur à", "supérieure à": "inférieure à", "more than": "less than", "less than": "more than",
    "at least": "at most", "larger than": "smaller than", "higher than": "lower than", "greater than": "less than",
    "fewer than": "more than", "older than": "younger than", "up to": "at least", "jusqu'à": "à partir de",
}  # fmt: skip
FREQUENCY = {
    "toujours": "rarement", "souvent": "rarement", "parfois": "toujours", "rarement": "souvent",
    "généralement": "rarement",
    "jamais": "toujours", "always": "rarely", "often": "rarely", "sometimes": "always", "rarely": "often",
    "usually": "rarely", "never": "always", "generally": "rarely", "frequently": "rarely", "both": "neither",
}  # fmt: skip
RANKS = {
    "deuxième": "troisième", "troisième": "cinquième", "seconde": "quatrième", "second": "fourth", "third": "fifth",
    "fourth": "second", "fifth": "third", "quatrième": "deuxième", "cinquième": "troisième", "double": "triple",
}  # fmt: skip
VERBS = {
    "acheté": "vendu", "vendu": "acheté", "quitte": "rejoint", "rejoint": "quitte", "ouvre": "ferme",
    "refuse": "accepte", "accepte": "refuse", "gagne": "perd", "perd": "gagne", "né": "mort", "née": "morte",
    "meurt": "naît", "monte": "descend", "attaque": "défend", "autorise": "interdit", "interdit": "autorise",
    "réussit": "échoue", "arrive": "part", "bought": "sold", "sold": "bought", "joined": "left", "opened": "closed",
    "closed": "opened", "rose": "fell", "fell": "rose", "born": "buried", "allowed": "forbade", "includes": "excludes",
    "include": "exclude", "allows": "forbids", "supported": "opposed", "opposed": "supported", "entered": "left",
    "arrived": "departed", "attacked": "defended", "succeeded": "failed", "failed": "succeeded", "gained": "lost",
}  # fmt: skip
HEDGES = re.compile(
    r" (?:probablement|peut-être|apparemment|vraisemblablement|probably|possibly|perhaps|apparently|reportedly)(?= )"
)
UNITS = {
    "km": "kilomètres", "km2": "kilomètres carrés", "km²": "kilomètres carrés", "kg": "kilogrammes", "m": "mètres",
    "€": "euros", "°C": "degrés Celsius", "cm": "centimètres", "mm": "millimètres", "h": "heures", "ha": "hectares",
}  # fmt: skip
UNITS_EN = {
    "km": "kilometres", "km2": "square kilometres", "sq mi": "square miles", "mi": "miles", "ft": "feet",
    "kg": "kilograms",
    "m": "metres", "°C": "degrees Celsius", "lb": "pounds", "mph": "miles per hour", "°F": "degrees Fahrenheit",
}  # fmt: skip
OTHER_UNITS = {
    "kilomètres": "centimètres", "km": "centimètres", "mètres": "hectares", "m": "tonnes", "%": "pour mille",
    "kg": "litres", "ans": "siècles", "mois": "ans", "jours": "années", "heures": "minutes", "euros": "francs",
    "million": "thousand", "years": "decades", "days": "minutes", "months": "days", "feet": "inches",
    "percent": "per mille",
    "hours": "weeks", "billion": "trillion", "miles": "yards", "mi": "metres", "acres": "square miles", "ft": "miles",
}  # fmt: skip
SYNONYMS = {
    "meurt": "décède", "parce que": "car", "lors de": "pendant", "terminé": "achevé", "réalisé": "effectué",
    "demeure": "reste", "nommé": "appelé", "débuté": "commencé", "possède": "détient", "célèbre": "réputé",
    "toutefois": "cependant", "souvent": "fréquemment", "presque": "quasiment", "choisi": "retenu",
    "aujourd'hui": "de nos jours",
    "se situe": "se trouve", "désigne": "indique", "très": "fort", "afin d'": "pour ", "grâce à": "au moyen de",
    "essentiellement": "surtout", "rapidement": "vite", "l'ensemble": "la totalité", "conçu": "imaginé",
    "often": "frequently", "whole": "entire", "died": "passed away", "required": "needed", "allowed": "permitted",
    "chosen": "selected", "attempted": "tried", "nearly": "almost", "famous": "well-known", "children": "kids",
    "said": "stated", "help": "assist", "show": "demonstrate", "end": "finish", "purchased": "bought",
    "wrote": "penned",
    "today": "nowadays", "entire": "whole", "rapidly": "quickly", "difficult": "hard", "obtain": "get", "goal": "aim",
    "typically": "usually", "frequently": "often", "particularly": "especially", "selected": "chosen",
}  # fmt: skip
CONNECTORS = re.compile(
    r"^(?:Toutefois|Cependant|Ainsi|De plus|En effet|Par ailleurs|Enfin|However|Thus|Therefore|Moreover|Furthermore"
    r"|In addition|Additionally|Finally|For example|For instance|Par exemple), "
)
CENTURIES = {
    "XVIe siècle": "16e siècle", "XVIIe siècle": "17e siècle", "XVIIIe siècle": "18e siècle",
    "XIXe siècle": "19e siècle",
    "XXe siècle": "20e siècle", "16th century": "sixteenth century", "17th century": "seventeenth century",
    "18th century": "eighteenth century", "19th century": "nineteenth century", "20th century": "twentieth century",
}  # fmt: skip
PLAIN = (
    r"(?!\w+ (?:and|et|that|que)\b)[A-ZÉ](?:(?! et | and | mais | but | est | is | was | that | que )[^,;:()\"«]){3,50}"
)
AGENT = r"(?:(?! et | and | pour | for | to | qui | who | as | in | shortly | après | after )[^,;:()\"«]){3,50}?"
PASSIVE = {
    "en": re.compile(rf"^({PLAIN}) (was|were) ([a-z]{{3,}}ed) by ({AGENT})( (?:in|on|at|during) [^,;]+)?\.$"),
    "fr": re.compile(
        rf"^({PLAIN}) (?:a|ont|fut|furent|est|sont) (?:été )?([a-zé]{{2,}}[éiu])e?s? par ({AGENT})"
        r"( (?:en|le|dans) [^,;]+)?\.$"
    ),
}  # fmt: skip
APPOSITION = re.compile(r"^([A-ZÉ][^,;:()]{3,60}), (?:une?|le|la|l'|an?|the) ?[^,;:()]{4,60}, (?=[a-zéè])")
CLAUSE = re.compile(
    r"^(When|While|Although|Because|If|Since|Lorsque|Quand|Si|Comme|Bien que|Pour|To|With|Avec|By) "
    r"([^,;:()]{8,80}), ([^,;:()]+)\.$"
)  # fmt: skip
CLEFT = re.compile(r"^(En|In|Au|Dans|During|At|À) ([^,;:()]{3,40}), ([^,;:()]{20,})\.$")


def lowered(text: str) -> str:
    """Return a sentence as it continues after a comma: a name keeps its capital."""
    return text if NAME.match("a " + text, 2) and not re.match(r"(?:L[ea]s?|The|Un|Il|In|It|Ce|Cette|A) ", text) else (
        text[0].lower() + text[1:]
    )  # fmt: skip


def swapped(table: Mapping[str, str]) -> Make:
    return lambda source, dice: marked(source, swapped_word(source.sentence, table, dice))


def neighbour_name(source: Source, dice: random.Random) -> Alteration:
    """Replace a name by one of the neighbouring sentence."""
    names = [name for name in NAME.findall(source.sentence) if name not in source.other]
    neighbours = [name for name in NAME.findall(source.other) if name not in source.sentence]
    if not names or not neighbours:
        return None
    return marked(source, replaced(source.sentence, rf"\b{re.escape(names[0])}\b", neighbours[0]))


def fused_exchange(source: Source, dice: random.Random) -> Alteration:
    """Fuse two sentences and swap a name of each."""
    names = [name for name in NAME.findall(source.sentence) if name not in source.other]
    neighbours = [name for name in NAME.findall(source.other) if name not in source.sentence]
    if not names or not neighbours or len((source.sentence + source.other).split()) > 45:
        return None
    first = replaced(source.sentence, rf"\b{re.escape(names[0])}\b", neighbours[0]) or ""
    second = replaced(source.other, rf"\b{re.escape(neighbours[0])}\b", names[0]) or ""
    joined = ", tandis que " if source.language == "fr" else ", while "
    return f"{first.rstrip('.')}{joined}{lowered(second)} [1][2]", (source.sentence, source.other)


def normalize_key(right: bool) -> Make:
    """Spell a number out, correctly or not."""

    def make(source: Source, dice: random.Random) -> Alteration:
        match = LONE_NUMBER.search(source.sentence)
        if not match or re.match(rf" (?:{'|'.join((*MONTHS[0], *MONTHS[1]))})", source.sentence[match.end() :]):
            return None
        value = int(match.group())
        new = value if right else dice.choice([other for other in range(3, 17) if other != value])
        word = NUMERALS[source.language][new]
        return marked(source, source.sentence[: match.start()] + word + source.sentence[match.end() :])

    return make


def redated(right: bool) -> Make:
    """Write a day in another form, or change its month."""

    def make(source: Source, dice: random.Random) -> Alteration:
        match = DAY[source.language].search(source.sentence)
        if not match:
            return None
        day, month = (match[1], match[2]) if source.language == "fr" else (match[2], match[1])
        at = MONTHS[source.language == "en"].index(month)
        at = at if right else (at + dice.randrange(1, 12)) % 12
        name, year = MONTHS[source.language == "en"][at], match[3]
        forms = [f"{year}-{at + 1:02}-{int(day):02}"]
        forms += [f"{int(day):02}/{at + 1:02}/{year}"] if source.language == "fr" else [f"{day} {name} {year}"]
        return marked(source, source.sentence[: match.start()] + dice.choice(forms) + source.sentence[match.end() :])

    return make


def wrong_antecedent(source: Source, dice: random.Random) -> Alteration:
    """Replace a pronoun by a name from another document."""
    names = [
        name for name in NAME.findall(source.foreign) if " " in name and name not in source.sentence + source.other
    ]
    if not names:
        return None
    return marked(source, replaced(source.sentence, r"^(?:Il|Elle|He|She|It)\b", dice.choice(names)))


def unhedged(source: Source, dice: random.Random) -> Alteration:
    return marked(source, replaced(source.sentence, HEDGES.pattern, ""))


def hedged(source: Source, dice: random.Random) -> Alteration:
    pattern, by = (
        (r" (est|était|sont|a été) ", "probablement")
        if source.language == "fr"
        else (r" (is|was|are|were) ", "probably")
    )
    match = re.search(pattern, source.sentence)
    if not match or HEDGES.search(source.sentence):
        return None
    return marked(source, f"{source.sentence[: match.end()]}{by} {source.sentence[match.end() :]}")  # fmt: skip


def other_unit(source: Source, dice: random.Random) -> Alteration:
    units = [unit for unit in OTHER_UNITS if re.search(rf"\d[\u00a0 ]?{unit}(?![\w²])", source.sentence)]
    if not units:
        return None
    unit = dice.choice(units)
    return marked(source, replaced(source.sentence, rf"(?<=\d)[\u00a0 ]?{unit}(?![\w²])", f" {OTHER_UNITS[unit]}"))


def exchanged_agent(source: Source, dice: random.Random) -> Alteration:
    """Swap agent and patient: «A a été battu par B» becomes «B a été battu par A»."""
    match = PASSIVE[source.language].match(source.sentence)
    if not match:
        return None
    agent = match[4] if source.language == "en" else match[3]
    start = match.start(4) if source.language == "en" else match.start(3)
    sentence, subject = source.sentence, lowered(match[1])
    middle, ending = sentence[match.end(1) : start], sentence[start + len(agent) :]
    return marked(source, agent[0].upper() + agent[1:] + middle + subject + ending)


def active(source: Source, dice: random.Random) -> Alteration:
    """Put a passive sentence into the active voice."""
    match = PASSIVE[source.language].match(source.sentence)
    if not match:
        return None
    if source.language == "en":
        agent, verb, ending = match[4], match[3], match[5]
    else:
        agent, verb, ending = match[3], ("ont " if re.match(r"les ", match[3]) else "a ") + match[2], match[4]
    return marked(source, f"{agent[0].upper()}{agent[1:]} {verb} {lowered(match[1])}{ending or ''}.")


def reordered(source: Source, dice: random.Random) -> Alteration:
    """Put the leading clause last."""
    match = CLAUSE.match(source.sentence)
    return marked(source, f"{match[3][0].upper()}{match[3][1:]}, {match[1].lower()} {match[2]}.") if match else None


def cleft(source: Source, dice: random.Random) -> Alteration:
    match = CLEFT.match(source.sentence)
    if not match:
        return None
    opening, that = ("C'est ", "que") if source.language == "fr" else ("It was ", "that")
    return marked(source, f"{opening}{match[1].lower()} {match[2]} {that} {lowered(match[3])}.")


def surname(source: Source, dice: random.Random) -> Alteration:
    """Drop the first name."""
    pattern = r"\b([A-Z][a-zé]{2,}) ([A-Z][a-zé]{2,})(?= (?:a|est|was|is|had|fut|et|and)\b)"
    name = re.search(pattern, source.sentence)
    if not name or name[1] in ("The", "Les", "Des", "Une", "Cette", "Son"):
        return None
    return marked(source, source.sentence.replace(name.group(), name[2], 1))


def resolved(source: Source, dice: random.Random) -> Alteration:
    """Replace a pronoun of the second sentence by the subject of the first."""
    name = re.match(r"[A-ZÉ][a-zé]{2,} [A-ZÉ][a-zé]{2,}(?= (?:a|est|était|fut|was|is|had|has)\b)", source.sentence)
    if not name or not re.match(r"(?:Il|Elle|He|She) (?!y |s'agit|faut|est (?:de|à|possible|important))", source.other):
        return None
    other = re.sub(r"^\w+", name.group(), source.other)
    return f"{other} [1][2]", (source.sentence, source.other)


def without_apposition(source: Source, dice: random.Random) -> Alteration:
    return marked(source, APPOSITION.sub(r"\1 ", source.sentence))


def united(source: Source, dice: random.Random) -> Alteration:
    """Spell a unit out."""
    table = UNITS if source.language == "fr" else UNITS_EN
    units = [unit for unit in table if re.search(rf"\d[\u00a0 ]{unit}(?![\w²])(?! \d)", source.sentence)]
    return (
        marked(source, replaced(source.sentence, rf"(?<=\d)[\u00a0 ]{units[-1]}(?![\w²])", f" {table[units[-1]]}"))
        if units
        else None
    )


def unconnected(source: Source, dice: random.Random) -> Alteration:
    bare = CONNECTORS.sub("", source.sentence)
    return marked(source, bare[0].upper() + bare[1:])


def moreover(source: Source, dice: random.Random) -> Alteration:
    if len((source.sentence + source.other).split()) > 45:
        return None
    joined = " ; de plus, " if source.language == "fr" else "; moreover, "
    return f"{source.sentence.rstrip('.')}{joined}{lowered(source.other)} [1][2]", (source.sentence, source.other)


def introduced(source: Source, dice: random.Random) -> Alteration:
    opening = "On apprend dans ce document que " if source.language == "fr" else "As the document notes, "
    return marked(source, opening + lowered(source.sentence)) if source.sentence[:2] != "Il" else None


TABLE = (
    ("neighbour's name", False, neighbour_name), ("fused, names exchanged", False, fused_exchange),
    ("other numeral", False, normalize_key(False)), ("other day", False, redated(False)),
    ("antecedent", False, wrong_antecedent), ("hedge removed", False, unhedged), ("hedge added", False, hedged),
    ("unit", False, other_unit), ("agent", False, exchanged_agent), ("without", False, swapped(WITHOUT)),
    ("comparison", False, swapped(COMPARED)), ("frequency", False, swapped(FREQUENCY)), ("rank", False, swapped(RANKS)),
    ("opposite verb", False, swapped(VERBS)), ("numeral", True, normalize_key(True)), ("day", True, redated(True)),
    ("active", True, active), ("reordered", True, reordered), ("cleft", True, cleft), ("surname", True, surname),
    ("pronoun resolved", True, resolved), ("apposition dropped", True, without_apposition),
    ("unit in words", True, united),
    ("connector dropped", True, unconnected), ("moreover", True, moreover), ("introduced", True, introduced),
    ("synonym", True, swapped(SYNONYMS)), ("century", True, swapped(CENTURIES)),
)  # fmt: skip
