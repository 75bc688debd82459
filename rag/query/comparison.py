"""Split a question that compares two things into one question about each."""

import re
from dataclasses import dataclass

_PREPOSITION = r"(?:pour|en|dans|à|au|aux|chez|selon|avec|sous|for|in|at|with|under|by|on)"
_COMPARE = r"compar(?:e[rz]?|aison entre|ison (?:of|between))"
_DIFFERS = r"(?:diffère|est-(?:il|elle) différente?|se distingue)"
_ASKING = r"(?:qui|quel(?:le)?s?|combien|what|who|which|how (?:many|much))"
_NAME = r"(?:l['’]|(?:la|le|the) )?(?-i:[A-ZÀ-ÖØ-Þ])[\w’.-]*(?: (?-i:[A-ZÀ-ÖØ-Þ])[\w’.-]*){0,3}"
# Each names the two sides ``a`` and ``b``, and what is asked of both: before them, after them, or as ``topic``.
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r".*\bdifférences? (?P<topic>d.+? )?(?:y a-t-il )?entre (?P<a>.+?) et (?P<b>.+?)",
        r".*\bdifferences?(?: in (?P<topic>.+?))? between (?P<a>.+?) and (?P<b>.+?)",
        rf"(?:please )?{_COMPARE} (?P<a>.+?) (?:et|avec|and|with|to|against) (?P<b>.+?)(?:\s?: (?P<topic>.+))?",
        rf"en quoi (?P<a>.+?) {_DIFFERS}(?:nt)?(?:-t-\w+)? d(?:e |u |es |['’])(?P<b>.+?)",
        r"how (?:does|do|did|is|are) (?P<a>.+?) (?:differ(?:ent)? from|compare (?:to|with)) (?P<b>.+?)",
        r"qu['’]est-ce qui (?:distingue|différencie) (?P<a>.+?) (?:d(?:e |u |es |['’])|et )(?P<b>.+?)",
        r".*\bpoints? communs? (?:y a-t-il )?entre (?P<a>.+?) et (?P<b>.+?)",
        r"what (?:do|does|did) (?P<a>.+?) and (?P<b>.+?) have in common",
        r"(?P<a>.+?) (?:ou|or) (?P<b>.+?)\s?[:,] (?P<topic>(?:lequel|laquelle|which)\b.+)",
        r"(?P<a>.+?) (?:versus|vs\.?) (?P<b>.+?)",
        r"(?P<before>.*\b(?:lequel|laquelle|which|who)\b.*?)\s?[,:] (?P<a>.+?) (?:ou|or) (?P<b>.+?)",
        rf"(?P<before>.*?\b(?P<to>{_PREPOSITION}) )(?P<a>[^,]+?),? (?:et|ou|and|or) (?P=to) (?P<b>[^,]+?)",
        # The preposition is said twice: «l'association de Terre et Cité» has one name.
        rf"(?P<before>{_ASKING}\b.*(?:\bde |\bd['’]|\bof ))(?P<a>{_NAME}),? (?:et|and) (?:de |d['’]|of )(?P<b>{_NAME})",
    )
)
_SAYING = (
    (
        r"que (?:disent|pensent) (?P<a>.+?) et (?P<b>.+?) (?P<topic>(?:de |du |des |d['’]|sur |à propos ).+)",
        "Que dit {} {}",
    ),
    (r"what (?:do|did) (?P<a>.+?) and (?P<b>.+?) say (?P<topic>(?:about|of|on) .+)", "What does {} say {}"),
)
_SPEAKERS = tuple((re.compile(pattern, re.IGNORECASE), form) for pattern, form in _SAYING)
_OF = re.compile(r"(?P<head>.+?) (?P<of>(?:de|du|des|of)\b|d['’]).+", re.IGNORECASE)
_STARTS_WITH_OF = re.compile(r"^(?:de |du |des |d['’]|of )", re.IGNORECASE)
_LED = re.compile(rf"{_PREPOSITION} ", re.IGNORECASE)
_NUMBERED = re.compile(r"(?P<head>.*?\D)\d[\w.,/-]*")
_NUMBER = re.compile(r"\d[\w.,/-]*")
_LONGEST = 120  # characters of a side


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two sides of a comparison, and the question about each."""

    sides: tuple[str, str]
    questions: tuple[str, str]


def parse_comparison(question: str) -> Comparison | None:
    """Return the comparison that a question asks for, or None if it asks for none."""
    text = " ".join(question.split()).rstrip(" ?.!")
    for pattern, form in _SPEAKERS:
        if match := pattern.fullmatch(text):
            sides = match["a"], match["b"]
            return _comparison(sides, [form.format(side, match["topic"]) for side in sides])
    for pattern in _PATTERNS:
        if match := pattern.fullmatch(text):
            groups, sides = match.groupdict(), (match["a"], _complete(match["a"], match["b"]))
            topic = _STARTS_WITH_OF.sub("", groups.get("topic") or "", count=1)
            preceding = (groups.get("before") or topic).strip()
            return _comparison(sides, [f"{preceding} {side}".strip().replace("d' ", "d'") for side in sides])
    return None


def _comparison(sides: tuple[str, str], questions: list[str]) -> Comparison | None:
    if max(map(len, sides)) > _LONGEST or not all(re.search(r"\w", side) for side in sides):
        return None
    return Comparison(sides, (questions[0], questions[1]))


def _complete(first: str, second: str) -> str:
    """Return the second side with the words that it shares with the first: «les horaires du bac et *du pont*»."""
    if _NUMBER.fullmatch(second) and (match := _NUMBERED.fullmatch(first)):
        return match["head"] + second
    if (preposition := _LED.match(second)) and (
        shared := re.search(rf".*\b(?={preposition[0]})", first, re.IGNORECASE)
    ):
        return shared[0] + second
    if _STARTS_WITH_OF.search(second) and (match := _OF.fullmatch(first)):
        return f"{match['head']} {second}"
    return second
