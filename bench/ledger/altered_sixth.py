"""A sixth set of alterations and faithful rewritings, of kinds that no earlier one has; see docs/design.md."""

import random
import re

from bench.ledger.alterations import NAME, YEAR, Alteration, Source, marked, replaced
from bench.ledger.altered_fourth import Make, lowered, swapped

ACTIONS = {
    "fr": {
        "fondé": "détruit", "construit": "incendié", "écrit": "traduit", "publié": "censuré", "élu": "battu",
        "créé": "supprimé", "découvert": "vendu", "né": "enterré", "nommé": "renvoyé", "tué": "sauvé",
        "commence": "renonce", "reçoit": "refuse", "développe": "abandonne", "utilisé": "jeté", "dirigé": "copié",
    },
    "en": {
        "founded": "sold", "built": "burned", "wrote": "translated", "published": "banned", "elected": "defeated",
        "created": "abolished", "discovered": "hidden", "born": "buried", "appointed": "dismissed",
        "killed": "rescued",
        "developed": "abandoned", "used": "discarded", "produced": "imported", "led": "avoided",
        "established": "closed",
    },
}  # fmt: skip
KINDS = {
    "fr": {
        "rouge": "vert", "blanc": "bleu", "noir": "jaune", "bois": "pierre", "pierre": "brique", "or": "plomb",
        "cheval": "âne", "chien": "chat", "film": "ballet", "chanson": "statue", "journal": "théâtre",
        "bateau": "train",
        "médecine": "musique", "droit": "dessin", "science": "religion", "mer": "forêt", "pont": "puits",
    },
    "en": {
        "red": "green", "white": "blue", "black": "yellow", "stone": "timber", "gold": "lead", "iron": "glass",
        "horse": "mule", "film": "ballet", "song": "statue", "newspaper": "theatre", "ship": "train", "sea": "forest",
        "medicine": "music", "law": "sculpture", "science": "religion", "oil": "salt", "energy": "colour",
        "bridge": "well", "steam": "smoke", "plants": "coins",
    },
}  # fmt: skip
ORDINALS = {
    "fr": {"deuxième": "cinquième", "troisième": "sixième", "seconde": "quatrième", "second": "dixième"},
    "en": {"second": "fifth", "third": "sixth", "fourth": "ninth", "fifth": "third", "one": "seven"},
}
SYNONYMS = {
    "fr": {
        "aujourd'hui": "de nos jours", "important": "considérable", "construit": "édifié", "parfois": "quelquefois",
        "célèbre": "renommé", "habite": "vit à", "obtenir": "acquérir", "nécessaire": "indispensable",
        "but": "objectif",
        "mort": "décédé", "erreur": "faute", "rapidement": "vite", "finalement": "pour finir",
        "surtout": "avant tout",
        "proche": "voisin", "montre": "fait voir", "débuter": "commencer", "terminé": "achevé", "auteur": "écrivain",
    },
    "en": {
        "famous": "well-known", "film": "movie", "required": "needed", "city": "town", "often": "frequently",
        "begin": "start", "important": "significant", "help": "aid", "usually": "generally", "main": "principal",
        "parts": "portions", "purchased": "bought", "died": "passed away", "finally": "in the end", "allow": "permit",
        "modern": "present-day", "quickly": "rapidly", "areas": "zones", "work": "labour", "show": "demonstrate",
    },
}  # fmt: skip
SCOPE = re.compile(r" (?:en|au|aux|à|dans le|in|in the) [A-ZÀ-Þ][\w-]+(?: [A-ZÀ-Þ][\w-]+)*(?=[ ,.])")


def by_another(source: Source, dice: random.Random) -> Alteration:
    """Exchange agent and patient of a passive: «A … par B»."""
    link = "par" if source.language == "fr" else "by"
    match = re.search(rf"\b{link} (?:le |la |l'|les |the )?(?P<agent>[A-ZÀ-Þ][\w-]+)", source.sentence)
    names = list(NAME.finditer(source.sentence[: match.start()])) if match else []
    if match is None or not names or names[-1][0] == match["agent"]:
        return None
    patient, sentence = names[-1], source.sentence
    between = sentence[patient.end() : match.start("agent")]
    after = sentence[match.end("agent") :]
    return marked(source, sentence[: patient.start()] + match["agent"] + between + patient[0] + after)


def caused(source: Source, dice: random.Random) -> Alteration:
    """Join two true sentences by a cause that no quote states."""
    link = ", ce qui explique que " if source.language == "fr" else ", which is the reason why "
    text = source.sentence.rstrip(".") + link + lowered(source.other) + " [1][2]"
    return (text, (source.sentence, source.other)) if len(text.split()) < 50 else None


def widened(source: Source, dice: random.Random) -> Alteration:
    """Say it of the whole world instead of one place."""
    everywhere = " dans le monde entier" if source.language == "fr" else " all over the world"
    return marked(source, replaced(source.sentence, SCOPE.pattern, everywhere))


def described(source: Source, dice: random.Random) -> Alteration:
    """Say of a name what no quote says."""
    names = [name for name in NAME.finditer(source.sentence) if re.match(r" [a-zé]", source.sentence[name.end() :])]
    if not names:
        return None
    added = ", qui vivait alors à l'étranger," if source.language == "fr" else ", who was then living abroad,"
    at = dice.choice(names).end()
    return marked(source, source.sentence[:at] + added + source.sentence[at:])


def praised(source: Source, dice: random.Random) -> Alteration:
    added = "De l'avis de tous les spécialistes, " if source.language == "fr" else "As all experts agree, "
    return marked(source, added + lowered(source.sentence))


def generalised(source: Source, dice: random.Random) -> Alteration:
    openings = {"Un ": "Chaque ", "Une ": "Chaque ", "Des ": "Tous les "}
    if source.language == "en":
        openings = {"A ": "Every ", "An ": "Every ", "Some ": "All ", "Many ": "All ", "Most ": "All "}
    for opening, wide in openings.items():
        if source.sentence.startswith(opening):
            return marked(source, wide + source.sentence[len(opening) :])
    return None


def persistent(source: Source, dice: random.Random) -> Alteration:
    table = (("était", "est toujours"), ("fut", "est aujourd'hui encore"), ("avait", "a encore"))
    if source.language == "en":
        table = (("was", "is to this day"), ("were", "still are"), ("had", "still has"))
    for old, new in table:
        if text := replaced(source.sentence, rf"\b{old}\b", new):
            return marked(source, text)
    return None


def cleft(source: Source, dice: random.Random) -> Alteration:
    match = re.match(r"(?:En|In|Le|On) (?P<when>[^,]{4,25}), (?P<clause>\w.*)$", source.sentence)
    if match is None or not re.search(r"\d{4}", match["when"]):
        return None
    opening = source.sentence[:2].lower()
    if source.language == "fr":
        return marked(source, f"C'est {opening} {match['when']} que {lowered(capital(match['clause']))}")
    return marked(source, f"It was {opening} {match['when']} that {lowered(capital(match['clause']))}")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def spelled_year(source: Source, dice: random.Random) -> Alteration:
    words = "en l'an " if source.language == "fr" else "in the year "
    old = "en " if source.language == "fr" else "in "
    return marked(source, replaced(source.sentence, rf"(?<=\w ){old}(?={YEAR.pattern})", words))


def reversed_order(source: Source, dice: random.Random) -> Alteration:
    if len(source.other.split()) > 30:
        return None
    return f"{source.other} [2] {source.sentence} [1]", (source.sentence, source.other)


def commas_for_parentheses(source: Source, dice: random.Random) -> Alteration:
    match = re.search(r" \(([^()]{6,50})\)(?= \w)", source.sentence)
    return marked(source, replaced(source.sentence, re.escape(match[0]), f", {match[1]},")) if match else None


def unaccented(source: Source, dice: random.Random) -> Alteration:
    table = str.maketrans("éèêàçîôûù", "eeeaciouu")
    text = source.sentence.translate(table) if source.language == "fr" else source.sentence.lower()
    return marked(source, text)


TABLE: tuple[tuple[str, bool, Make], ...] = (
    ("action", False, swapped(ACTIONS)), ("kind", False, swapped(KINDS)), ("ordinal", False, swapped(ORDINALS)),
    ("agent", False, by_another), ("cause", False, caused), ("scope", False, widened),
    ("described", False, described),
    ("praised", False, praised), ("generalised", False, generalised), ("persistent", False, persistent),
    ("cleft", True, cleft), ("year spelled out", True, spelled_year), ("order", True, reversed_order),
    ("commas", True, commas_for_parentheses), ("no accents", True, unaccented), ("synonym", True, swapped(SYNONYMS)),
)  # fmt: skip
