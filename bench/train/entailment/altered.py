"""Alterations: what the evidence does not say, or says otherwise."""

import random
import re

from bench.train.entailment.drafts import (
    CONTRADICTED,
    MONTHS,
    NAME,
    NEITHER,
    NUMBER,
    UNSUPPORTED,
    YEAR,
    Draft,
    Source,
    choose,
    lowered,
)
from bench.train.entailment.tables import ADDITIONS, ATTRIBUTIONS, DENIALS, EXCHANGES, FINITE_VERBS, MODALS
from bench.train.entailment.vocabulary import other_word

_PHRASE = re.compile(
    r"(?<=[\w,]) (?:dans|avec|pour|par|sous|après|avant|contre|depuis|pendant|chez|vers|grâce à|en raison de|afin de|"
    r"in|with|for|by|under|after|before|against|since|during|near|because of|due to|in order to) "
    r"[^,;:.()]{10,60}(?=[,;.])"
)
_CONDITION = re.compile(
    r"^(?:Si|Lorsque|Quand|Sauf si|En cas de|À condition que|If|When|Unless|Provided that|In case of) [^,]{8,90}, |"
    r",? (?:sauf|sous réserve|à condition|si|lorsque|uniquement|seulement|except|unless|provided|if|only if|only when) "
    r"[^,;]{6,80}(?=[,.;])|"
    r"\b(?:peut-être|probablement|parfois|souvent|rarement|presque|environ|"
    r"possibly|probably|sometimes|often|rarely|almost|perhaps) "
)
_NOT = re.compile(
    r"\b(?:ne|n['’]) ?(?P<verb>\w+(?: \w+)?) (?:pas|plus|jamais)\b|\b(?P<aux>\w+) (?:not|never)\b|\bcannot\b"
)


def other_number(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    matches = list(NUMBER.finditer(draft.text))
    if not matches:
        return None
    match = dice.choice(matches)
    elsewhere = [
        n for sentence in (*source.evidence, *source.elsewhere) for n in NUMBER.findall(sentence) if n not in draft.text
    ]
    if elsewhere and dice.random() < 0.4:
        return draft.replace(*match.span(), dice.choice(elsewhere), UNSUPPORTED)
    return draft.replace(*match.span(), _changed(match[0], dice), CONTRADICTED)


def _changed(number: str, dice: random.Random) -> str:
    """Return another number of the same form."""
    digits = [at for at, letter in enumerate(number) if letter.isdigit()]
    is_year = len(digits) == 4 == len(number)
    at = dice.choice(digits[2:] if is_year else digits)
    new = dice.choice([digit for digit in "123456789" if digit != number[at]])
    return number[:at] + new + number[at + 1 :]


def other_date(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    months = MONTHS[source.language]
    present = [(match, month) for month in months if (match := re.search(rf"\b{month}\b", draft.text))]
    years = list(YEAR.finditer(draft.text))
    if present and (not years or dice.random() < 0.5):
        match, month = dice.choice(present)
        return draft.replace(*match.span(), dice.choice([m for m in months if m != month]), CONTRADICTED)
    if not years:
        return None
    match = dice.choice(years)
    return draft.replace(
        *match.span(), str(int(match[0]) + dice.choice((-50, -10, -3, -1, 1, 2, 10, 100))), CONTRADICTED
    )


def other_name(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    names = list(NAME.finditer(draft.text))
    same_text = [
        name for s in (*source.evidence, *source.elsewhere) for name in NAME.findall(s) if name not in draft.text
    ]
    other_text = [name for s in source.foreign for name in NAME.findall(s) if name not in draft.text]
    new = choose(same_text if same_text and dice.random() < 0.6 else other_text, dice)
    if not names or not new or any(new in name[0] or name[0] in new for name in names):
        return None
    return draft.replace(*dice.choice(names).span(), new, UNSUPPORTED)


def exchanged(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Exchange two names, numbers or words of the sentence for each other."""
    link = {"fr": "et ou", "en": "and or"}[source.language].split()
    pattern = dice.choice((NAME, NAME, NUMBER, re.compile(r"(?<=[a-zé’'] )[a-zà-ÿ]{5,}s?\b")))
    matches = list(pattern.finditer(draft.text))
    if len(matches) < 2 or draft.loose:
        return None
    first, last = sorted(dice.sample(matches, 2), key=lambda match: match.start())
    between = draft.text[first.end() : last.start()]
    if first[0] == last[0] or between.strip(" ,") in link or len(between.split()) < 2:
        return None
    text = draft.text[: first.start()] + last[0] + between + first[0] + draft.text[last.end() :]
    moved = first.start() + len(last[0]) + len(between)
    return Draft(text, ((first.start(), first.start() + len(last[0])), (moved, moved + len(first[0]))), UNSUPPORTED)


def denied(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Deny the verb, or take away its denial."""
    if match := _NOT.search(draft.text):
        new = match["verb"] or match["aux"] or "can"
        return draft.replace(*match.span(), new, CONTRADICTED)
    verbs = [
        m for m in re.finditer(rf"\b(?:{'|'.join(FINITE_VERBS[source.language])})\b(?!-)", draft.text) if m.start() > 3
    ]
    if not verbs:
        return None
    verb = dice.choice(verbs[:2])
    if source.language == "en":
        new = dice.choice((f"{verb[0]} not", f"{verb[0]} never"))
    else:
        new = f"{'n’' if verb[0][0] in 'aeéêiou' else 'ne '}{verb[0]} {dice.choice(('pas', 'pas', 'jamais'))}"
    return draft.replace(*verb.span(), new, CONTRADICTED)


def denied_whole(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    if draft.loose:
        return None
    lower = Draft(lowered(draft.text, source.language))
    return lower.replace(0, 0, dice.choice(DENIALS[source.language]) + " ", CONTRADICTED)


def other_mood(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    present = [(m, new) for old, new in MODALS[source.language] if (m := re.search(rf"\b{old}\b(?! pas)", draft.text))]
    if not present:
        return None
    match, new = dice.choice(present)
    return draft.replace(*match.span(), new, UNSUPPORTED)


def opposed(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Exchange a quantifier, a connective, a unit or an opposite for its counterpart."""
    pairs = [*EXCHANGES[source.language], *((new, old) for old, new in EXCHANGES[source.language])]
    present = [(m, new) for old, new in pairs if (m := re.search(rf"(?<!\w){re.escape(old)}(?!\w)", draft.text))]
    if not present:
        return None
    match, new = dice.choice(present)
    return draft.replace(*match.span(), new, UNSUPPORTED)


def attributed(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    names = [
        name for sentence in source.foreign for name in NAME.findall(sentence) if name not in " ".join(source.evidence)
    ]
    if not names or draft.loose:
        return None
    lower = Draft(lowered(draft.text, source.language), (), draft.label)
    return lower.replace(0, 0, dice.choice(ATTRIBUTIONS[source.language]).format(dice.choice(names)) + " ", NEITHER)


def added(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Add a phrase of another sentence, or one that adds something to any sentence."""
    phrases = [m[0] for s in (*source.elsewhere, *source.foreign) for m in _PHRASE.finditer(s)]
    phrase = (
        dice.choice(phrases) if phrases and dice.random() < 0.75 else ", " + dice.choice(ADDITIONS[source.language])
    )
    places = [m.start() for m in re.finditer(r"[,.](?=\s|$)", draft.text) if m.start() > 15]
    if not places or phrase.strip(" ,") in " ".join(source.evidence):
        return None
    at = dice.choice(places)
    return draft.replace(at, at, phrase, NEITHER, keep_edges=False)


def spliced(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Let the sentence end as another one does."""
    other = choose([*source.elsewhere, *source.evidence, *source.foreign[:2]], dice)
    cuts = [m.end() for m in re.finditer(r"\b\w+(?=\s)", draft.text) if 0.3 < m.end() / len(draft.text) < 0.75]
    if not other or other == source.sentence or not cuts or draft.loose:
        return None
    tails = [m.start() for m in re.finditer(r"\s\w+", other) if 0.4 < m.start() / len(other) < 0.8]
    if not tails:
        return None
    at = dice.choice(cuts)
    return draft.replace(at, len(draft.text), other[dice.choice(tails) :], UNSUPPORTED, keep_edges=False)


def unconditional(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Drop the condition, exception or hedge: what is left says more than the evidence."""
    match = _CONDITION.search(draft.text)
    if not match or draft.loose:
        return None
    text = draft.replace(*match.span(), "").text
    return Draft(text[:1].upper() + text[1:], (), UNSUPPORTED) if len(text.split()) > 4 else None


def restricted(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Say that it is so only, always, or above all others."""
    words = {
        "fr": (
            "uniquement",
            "toujours",
            "exclusivement",
            "encore",
            "désormais",
            "à tort",
            "officiellement",
            "secrètement",
        ),
        "en": ("only", "always", "exclusively", "still", "wrongly", "officially", "secretly", "now"),
    }[source.language]
    verbs = list(re.finditer(rf"\b(?:{'|'.join(FINITE_VERBS[source.language])})\b(?!-)", draft.text))
    if not verbs:
        return None
    at = dice.choice(verbs[:2]).end()
    return draft.replace(at, at, f" {dice.choice(words)}", UNSUPPORTED, keep_edges=False)


OPERATIONS = (
    (other_word, 5.0), (other_number, 1.2), (other_date, 1.0), (other_name, 2.0), (exchanged, 1.5), (denied, 1.5),
    (denied_whole, 0.3), (other_mood, 0.9), (opposed, 2.0), (attributed, 0.5), (added, 1.8), (spliced, 1.5),
    (unconditional, 0.7), (restricted, 0.6),
)  # fmt: skip
