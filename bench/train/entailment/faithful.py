"""Rewordings that say no more than the sentence they are made of."""

import random
import re

from bench.train.entailment.drafts import CAPITALS, MONTHS, NUMBER, Draft, Source, capitalised, lowered
from bench.train.entailment.tables import CONNECTIVES, INTRODUCTIONS, NUMERALS
from bench.train.entailment.vocabulary import synonym_of

_WHEN = re.compile(
    r"(?P<when>(?:En|Au|Aux|Le|Dans|Depuis|Après|Avant|Durant|Pendant|À|Selon|"
    r"In|At|On|During|After|Before|Since|By|Under) "
    r"[^,;:.]{3,45}), (?P<clause>\w.+)[.]$"
)
_INSERTION = re.compile(
    r",? (?:qui|que|dont|où|which|who|where|whose) [^,;.()]{4,70},|\s\([^()]*\)|, [^,.;]{5,60},(?= )"
)
_TAIL = re.compile(
    r"(?P<head>.{40,}?\w)(?:,| et| and| ainsi que| afin de| pour| in order to| as well as| mais| but) [^.;]{8,}[.]$"
)


def same(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    return draft


def shortened(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Drop what stands in parentheses or between commas."""
    matches = [match for match in _INSERTION.finditer(draft.text) if match.start() > 5]
    if not matches:
        return None
    match = dice.choice(matches)
    return draft.replace(match.start(), match.end(), "")


def ended(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Drop the last coordinate or clause."""
    match = _TAIL.match(draft.text)
    return draft.replace(match.end("head"), len(draft.text), ".") if match and not draft.loose else None


def fronted(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Move the time or place from the beginning to the end, or drop it."""
    match = _WHEN.match(draft.text)
    if not match or draft.loose:
        return None
    clause = capitalised(match["clause"])
    if dice.random() < 0.4:
        return draft._replace(text=f"{clause}.")
    return draft._replace(text=f"{clause}{dice.choice((', ', ' '))}{match['when'][0].lower()}{match['when'][1:]}.")


def introduced(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    opening = dice.choice(INTRODUCTIONS[source.language]) + " "
    text = lowered(draft.text, source.language)
    moved = Draft(text, draft.loose, draft.label)
    return moved.replace(0, 0, opening)


def connected(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Exchange usual words for others of the same meaning."""
    pairs = [*CONNECTIVES[source.language], *((new, old) for old, new in CONNECTIVES[source.language][:2])]
    present = [(match, new) for old, new in pairs if (match := re.search(rf"\b{old}\b", draft.text))]
    if not present:
        return None
    match, new = dice.choice(present)
    return draft.replace(match.start(), match.end(), new)


def reworded(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Exchange one or two words for synonyms."""
    changed = draft
    for _ in range(dice.choice((1, 1, 2))):
        changed = synonym_of(changed, source, dice) or changed
    return changed if changed != draft else None


def renumbered(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Write a number in another way: thousands, percent, numerals, decimals rounded."""
    matches = list(NUMBER.finditer(draft.text))
    if not matches:
        return _in_digits(draft, source)
    match = dice.choice(matches)
    digits, numerals = match[0], NUMERALS[source.language]
    plain = re.sub(r"\s", "", digits)
    if plain.isdigit() and 2 <= int(plain) <= 12:
        return draft.replace(*match.span(), numerals[int(plain)])
    if plain != digits:
        return draft.replace(*match.span(), plain)
    after = draft.text[match.end() :]
    if re.match(r"\s?%", after):
        word = " pour cent" if source.language == "fr" else " percent"
        return draft.replace(match.end(), match.end() + after.index("%") + 1, word)
    if re.fullmatch(r"\d{1,3}[.,]\d", digits):
        value = float(digits.replace(",", "."))
        return draft.replace(*match.span(), f"{'environ' if source.language == 'fr' else 'about'} {round(value)}")
    if plain.isdigit() and len(plain) > 4:
        mark = "\u00a0" if source.language == "fr" else ","
        return draft.replace(*match.span(), f"{int(plain):,}".replace(",", mark))
    return None


def _in_digits(draft: Draft, source: Source) -> Draft | None:
    for value, numeral in enumerate(NUMERALS[source.language][2:], start=2):
        if match := re.search(rf"\b{numeral}\b", draft.text):
            return draft.replace(*match.span(), str(value))
    return None


def redated(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Write a full date in digits, or drop its day."""
    months = MONTHS[source.language]
    pattern = rf"\b(\d{{1,2}})(?:er)? ({'|'.join(months)}) (\d{{4}})\b"
    if source.language == "en":
        pattern = rf"\b({'|'.join(months)}) (\d{{1,2}}), (\d{{4}})\b"
    if not (match := re.search(pattern, draft.text)):
        return None
    day, month = (match[1], match[2]) if source.language == "fr" else (match[2], match[1])
    number = months.index(month) + 1
    written = f"{int(day):02}/{number:02}/{match[3]}" if source.language == "fr" else f"{day} {month} {match[3]}"
    return draft.replace(*match.span(), written)


def fused(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Add another sentence of the evidence."""
    sentences = [sentence for sentence in source.evidence if sentence != source.sentence and len(sentence.split()) < 22]
    if not sentences or len(draft.text.split()) > 30 or not draft.text.endswith("."):
        return None
    added = lowered(dice.choice(sentences), source.language)
    link = dice.choice((", et ", " ; ", ", tandis que ") if source.language == "fr" else (", and ", "; ", ", while "))
    return draft.replace(len(draft.text) - 1, len(draft.text), link + added)


def with_subject(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Name the subject of the text where the sentence has a pronoun."""
    match = re.match(r"(?:Il|Elle|He|She|It) (?=\w)", draft.text)
    title = source.title.replace("_", " ").split(" (")[0]
    if not match or not title or re.match(r"(?:Il|It) (?:est|y|faut|s'agit|existe|is|was|seems)", draft.text):
        return None
    return draft.replace(0, match.end(), title + " ")


def plain(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Write all in lower case, or with straight or other quotation marks and dashes."""
    if dice.random() < 0.4:
        return draft._replace(text=draft.text.lower())
    table = dice.choice(({"’": "'", "«": '"', "»": '"'}, {"'": "’"}, {",": ""}))
    if any(len(new) != 1 for new in table.values()) and draft.loose:
        return None
    text = draft.text
    for old, new in table.items():
        text = text.replace(old, new)
    return draft._replace(text=text) if text != draft.text else None


def ordered(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Exchange the two parts of an enumeration."""
    link = "et" if source.language == "fr" else "and"
    match = re.search(rf"\b({CAPITALS}) {link} ({CAPITALS})", draft.text)
    if not match or draft.loose:
        return None
    return draft.replace(*match.span(), f"{match[2]} {link} {match[1]}")


OPERATIONS = (
    (same, 1.0), (shortened, 1.0), (ended, 0.6), (fronted, 1.2), (introduced, 0.7), (connected, 1.0), (reworded, 1.6),
    (renumbered, 0.8), (redated, 0.8), (fused, 0.8), (with_subject, 1.5), (plain, 0.4), (ordered, 0.6),
)  # fmt: skip
