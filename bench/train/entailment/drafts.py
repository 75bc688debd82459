"""Sentences on their way to a training pair: a text, what of it the evidence does not say, and the label."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bench.train.entailment.vocabulary import Vocabulary

Label = str  # supported, contradicted, neither, or unsupported: one of the last two
SUPPORTED, CONTRADICTED, NEITHER, UNSUPPORTED = "supported", "contradicted", "neither", "unsupported"


class Draft(NamedTuple):
    """A claim as it is being changed."""

    text: str
    loose: tuple[tuple[int, int], ...] = ()  # spans that the evidence does not say
    label: Label = SUPPORTED

    def replace(self, start: int, end: int, new: str, label: Label | None = None, keep_edges: bool = True) -> "Draft":
        """Replace ``text[start:end]``; with a label the new text is loose, all of it or only its new words."""
        shift = len(new) - (end - start)
        spans = [(a + shift, b + shift) if a >= end else (a, b) for a, b in self.loose if b <= start or a >= end]
        if label is not None:
            at = start if keep_edges else start + len(new) - len(new.lstrip(" ,"))
            spans.append((at, start + len(new.rstrip())))
        return Draft(self.text[:start] + new + self.text[end:], tuple(sorted(spans)), label or self.label)


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence, the evidence that holds it, and texts that do not."""

    language: str
    title: str
    sentence: str
    evidence: tuple[str, ...]  # sentences in order, the sentence among them
    elsewhere: tuple[str, ...]  # sentences of the same text that are not in the evidence
    foreign: tuple[str, ...]  # sentences of other texts
    vocabulary: "Vocabulary"


Operation = Callable[[Draft, Source, random.Random], Draft | None]
CAPITALS = r"[A-ZÀ-Þ][\w’-]{2,}(?: (?:(?:de|of|du|la|le|van|von|the) )?[A-ZÀ-Þ][\w’-]+){0,3}"
NAME = re.compile(rf"(?<=[\w,’'] ){CAPITALS}")
NUMBER = re.compile(r"(?<![\w.,/-])\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)?(?![\w/-]|[.,]\d)")
YEAR = re.compile(r"(?<![\d.,])(?:1[0-9]\d\d|20[0-2]\d)(?![\d.,-]\d|\d)")
WORD = re.compile(r"[^\W\d_]{3,}(?:-[^\W\d_]+)*")
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "en": "January February March April May June July August September October November December".split(),
}


def lowered(sentence: str, language: str) -> str:
    """Return a sentence as it goes on after an opening, unless its first word seems to be a name."""
    first = re.match(r"\w+", sentence)
    openings = OPENINGS[language]
    return sentence[0].lower() + sentence[1:] if first and first[0] in openings else sentence


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


OPENINGS = {
    "fr": frozenset(
        "Le La Les Un Une Des Il Elle Ils Elles On Ce Cette Ces Cet En Au Aux Dans Pour Par Sur Son Sa Ses Leur Leurs "
        "De Du À Selon Depuis Après Avant Avec Certains Plusieurs Chaque Toutes Tous Si Lorsque Quand Cela Mais".split()
    ),
    "en": frozenset(
        "The A An He She They It This That These Those In At On For From With After Before During His Her Their Its "
        "Some Many Most Several Each All Both While When If However As By There Although Since Under".split()
    ),
}


def choose(choices: Sequence[str], dice: random.Random) -> str | None:
    return dice.choice(choices) if choices else None
