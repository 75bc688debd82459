"""Alterations that were written after the rules, and measured once: the test of whether the rules are general."""

import random
import re

from bench.ledger.alterations import NAME, NUMBER, YEAR, Alteration, Source, fused, marked, replaced, verbatim

WORDS = {
    "fr": "deux trois quatre cinq six sept huit neuf dix vingt trente cent".split(),
    "en": "two three four five six seven eight nine ten twenty thirty hundred".split(),
}
OPPOSITES = {
    "vieux": "jeune", "riche": "pauvre", "ouvert": "fermé", "chaud": "froid", "rapide": "lent",
    "ancien": "nouveau", "nouveau": "ancien", "supérieur": "inférieur", "meilleur": "pire", "droite": "gauche",
    "gauche": "droite", "vente": "achat", "entrée": "sortie", "construit": "détruit", "détruit": "construit",
    "facile": "difficile", "présence": "absence", "commence": "termine", "termine": "commence", "haute": "basse",
    "old": "young", "rich": "poor", "open": "closed", "long": "short", "fast": "slow", "new": "old", "left": "right",
    "right": "left", "built": "destroyed", "destroyed": "built", "easy": "difficult", "presence": "absence",
    "began": "ended", "ended": "began", "upper": "lower", "good": "bad", "success": "failure", "large": "small",
    "small": "large", "war": "peace", "increasing": "decreasing", "positive": "negative", "married": "divorced",
}  # fmt: skip


def scaled(source: Source, dice: random.Random) -> Alteration:
    """Multiply a number by ten, or drop its last digit."""
    matches = [match for match in NUMBER.finditer(source.sentence) if not YEAR.fullmatch(match.group())]
    matches = [match for match in matches if len(match.group()) > 1]
    if not matches:
        return None
    match = dice.choice(matches)
    new = (
        match.group() + "0"
        if dice.random() < 0.5 and match.group().isdigit()
        else match.group()[:-1].rstrip(" .,\u00a0")
    )
    return marked(source, source.sentence[: match.start()] + new + source.sentence[match.end() :])


def other_word_number(source: Source, dice: random.Random) -> Alteration:
    words = [word for word in WORDS[source.language] if re.search(rf"\b{word}\b", source.sentence)]
    if not words:
        return None
    word = dice.choice(words)
    new = dice.choice([other for other in WORDS[source.language] if other != word])
    return marked(source, replaced(source.sentence, rf"\b{word}\b", new))


def other_century(source: Source, dice: random.Random) -> Alteration:
    match = re.search(
        r"\b(?:X[IV]*|XX)e siècle|\b1\d(?=th century)|(?<=années )\d{2,4}\b|\b1\d\d0(?=s\b)", source.sentence
    )
    if not match:
        return None
    old = match.group()
    new = {"XXe siècle": "XVIIe siècle", "XIXe siècle": "XVIe siècle"}.get(
        old, "XIIe siècle" if "siècle" in old else ""
    )
    if not new:
        new = str(int(old) + (10 if int(old) > 100 or int(old) % 10 == 0 else -1))
    return marked(source, source.sentence[: match.start()] + new + source.sentence[match.end() :])


def never(source: Source, dice: random.Random) -> Alteration:
    """Deny by «jamais», "never" or a verb."""
    if source.language == "en":
        match = re.search(r"\b(was|were|is|are|has|have) (?=[a-z]+ed\b)", source.sentence)
        return (
            marked(source, f"{source.sentence[: match.end()]}never {source.sentence[match.end() :]}") if match else None
        )
    match = re.search(r"\b(a|ont|avait) (?=[a-zé]{3,}(?:é|i|u)\b)", source.sentence)
    if not match or re.search(r"\b(?:n'|ne|pas)\b", source.sentence):
        return None
    text = source.sentence[: match.start()] + f"n'{match[1]} jamais " + source.sentence[match.end() :]
    return marked(source, text)


def opposed(source: Source, dice: random.Random) -> Alteration:
    candidates = [word for word in OPPOSITES if re.search(rf"\b{word}\b", source.sentence)]
    word = dice.choice(candidates) if candidates else ""
    return marked(source, replaced(source.sentence, rf"\b{word}\b", OPPOSITES[word])) if word else None


def exchanged_numbers(source: Source, dice: random.Random) -> Alteration:
    numbers = [match for match in NUMBER.finditer(source.sentence) if len(match.group()) > 1]
    if len(numbers) < 2 or numbers[0].group() == numbers[1].group():
        return None
    first, last, sentence = numbers[0], numbers[1], source.sentence
    between = sentence[first.end() : last.start()]
    if len(between) < 12:
        return None
    return marked(source, sentence[: first.start()] + last.group() + between + first.group() + sentence[last.end() :])


def added_name(source: Source, dice: random.Random) -> Alteration:
    """Add that somebody from another document took part."""
    names = [
        name for name in NAME.findall(source.foreign) if name not in source.sentence + source.other and " " in name
    ]
    if not names:
        return None
    added = ", avec " if source.language == "fr" else ", together with "
    return marked(source, source.sentence.rstrip(".") + added + dice.choice(names) + ".")


def added_number(source: Source, dice: random.Random) -> Alteration:
    added = ", soit {} % de plus." if source.language == "fr" else ", {} percent more than before."
    return marked(source, source.sentence.rstrip(".") + added.format(dice.randrange(11, 90)))


def possible(source: Source, dice: random.Random) -> Alteration:
    """State all of it as a mere possibility."""
    opening = "Il est possible que l'inverse soit vrai, mais " if source.language == "fr" else "Allegedly, "
    return (
        marked(source, opening + source.sentence[0].lower() + source.sentence[1:]) if source.language == "en" else None
    )


def half_quoted(source: Source, dice: random.Random) -> Alteration:
    """Quote two pieces in the wrong order."""
    words = source.sentence.rstrip(".").split()
    quotation = f"{' '.join(words[6:10])} […] {' '.join(words[:4])}"
    text = f"L'auteur écrit : « {quotation} »." if source.language == "fr" else f'The author writes: "{quotation}".'
    return text + " [1]", (source.sentence, source.other)


def relative(source: Source, dice: random.Random) -> Alteration:
    """Introduce the sentence as what the text says, which is faithful."""
    opening = "Le texte précise ceci : " if source.language == "fr" else "The text says that "
    return marked(source, opening + source.sentence[0].lower() + source.sentence[1:])


def cut(source: Source, dice: random.Random) -> Alteration:
    """Drop the end, from the last comma on: a faithful sentence."""
    head, comma, _ = source.sentence.rpartition(", ")
    return marked(source, head + ".") if comma and len(head.split()) > 8 else None


TABLE = (
    ("scaled", False, scaled), ("word number", False, other_word_number), ("century", False, other_century),
    ("never", False, never), ("antonym", False, opposed), ("exchanged", False, exchanged_numbers),
    ("added name", False, added_name), ("added number", False, added_number), ("allegedly", False, possible),
    ("quote order", False, half_quoted), ("verbatim", True, verbatim), ("fused", True, fused),
    ("introduced", True, relative), ("cut", True, cut),
)  # fmt: skip
