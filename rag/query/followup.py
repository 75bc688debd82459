"""Query rewriting: complete a follow-up from the previous turn.

Examples are «Depuis quand ?», «Et le Kremlin ?» and "What did he say?".
A question that names its own subject is left as it is, so that an old topic does not affect a new one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.language import STOPWORDS, fold
from rag.answer import Answer, Turn
from rag.query.question import content_words
from rag.text.dates import Day, days_named, of_date, period
from rag.text.patterns import DATE, NAME
from rag.text.prefilter import Pattern

_AND = re.compile(
    r"^(?:et|and|ou|mais|but|what about|how about|qu['’]en est-il (?:de|du|des))\s+(?P<rest>.+?)\s*\??$", re.IGNORECASE
)
_NEXT = re.compile(r"\b(?:suivant|suivante|d['’]apres|prochain|prochaine|next|following)\b")
_PREVIOUS = re.compile(r"\b(?:precedent|precedente|d['’]avant|dernier|derniere|previous|preceding|before)\b")
_INVERTED = re.compile(
    r"^(?P<asking>.*?\b(?:quel(?:le)?s?\s+\w+|ou|quand|comment|pourquoi|combien(?:\s+d['’e]\s*\w+)?|qui|que|quoi|qu['’])|)\s*"
    r"(?P<between>.*?)\b\w+-(?:t-)?(?:il|elle|ils|elles)\b"
)
_IMPERSONAL = re.compile(
    r"\bs['’](?:est|etait)-il (?:dit|passe|produit|agi|trouve)\b"
    r"|\b(?:y a|faut|fait|s['’]agit|pleut|existe|reste|suffit)-(?:t-)?il\b"
    r"|\bil (?:y a|faut|fait|s['’]agit|existe|reste|suffit)\b"
)
_PRONOUN = re.compile(
    r"\b(?:ils?|elles?|lui|eux|ce(?:lui|lle|ux)-ci|ce dernier|cette derniere|la-bas"
    r"|he|she|they|him|her|them|it|there)\b(?!-)"
)
_POSSESSIVE = re.compile(r"\b(?:son|sa|ses|leurs?|his|her|their|its)\s+\w+")
_THIS = re.compile(
    r"\b(?:ce|cet|cette|ces|that|this|these|those)\s+(?!qu|mois|annee|jour|sont|est\b|is\b|was\b|month|year|week)(?:\w{3,})"
)
_ARTICLE = r"(?:l['’]|le |la |les |the |du |des |au |aux |de l['’]|de la )?"
_FEW = 4  # most words of an answer added to a follow-up; more would retrieve the same sentence again
_PREPOSITION = r"(?:à|en|dans|de|pour|avec|par|chez|sur|in|at|to|for|with|by|from|on)"
_LED = re.compile(rf"{_PREPOSITION}\s", re.IGNORECASE)
_LEADS = re.compile(rf"(?<!\w){_PREPOSITION}\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understood:
    """A rewritten question. ``context`` is what comes from the previous turn."""

    text: str
    context: str = ""
    documents: frozenset[str] = frozenset()  # cited in the previous turn

    def __str__(self) -> str:
        return f"{self.text} ({self.context})" if self.context else self.text


def rewrite(question: str, history: Sequence[Turn], days: Callable[[], Sequence[Day]]) -> Understood:
    """Return the question, completed from the last turn of ``history`` (oldest first) if it is a follow-up.

    ``days`` returns the days that the documents speak from, in order, for «l'appel suivant».
    """
    if not history:
        return Understood(question)
    before = history[-1]
    previous = before.answer.question_understood
    cited = frozenset(citation.source for citation in before.answer.citations)
    if (step := _step(fold(question))) and (moved := _moved(step, previous, before.answer, days())):
        return Understood(moved)
    if match := _AND.match(question.strip()):
        return _replaced(question, match["rest"], previous, before.answer, cited)
    if _leans(question):
        return Understood(question, _context(previous, before.answer), cited)
    return Understood(question)


def _step(folded: str) -> int:
    """Return 1 if the question asks for the next of something, -1 for the previous one, 0 otherwise."""
    short = len(_content(folded)) <= 4
    return (bool(_NEXT.search(folded)) - bool(_PREVIOUS.search(folded))) if short else 0


def _moved(step: int, previous: str, answer: Answer, days: Sequence[Day]) -> str | None:
    """Return the previous question, moved to the next or the previous day that documents speak from."""
    named = period(previous).days
    dated = (of_date(citation.date) for citation in answer.citations if citation.date)
    own = named[0][0] if named else next(dated, None)
    at = next((n for n, day in enumerate(days) if own and day.agrees(own)), None)
    if at is None or not 0 <= at + step < len(days):
        return None
    to = str(replace(days[at + step], year=None))
    found = next((match for match in DATE.finditer(previous) if days_named(match.group())), None)
    return f"{previous[: found.start()]}{to}{previous[found.end() :]}" if found else f"{previous} ({to})"


def _leans(question: str) -> bool:
    """Return whether the question needs the previous turn: it is elliptic or has an unresolved reference."""
    return _elliptic(question) or _points_back(question)


def _elliptic(question: str) -> bool:
    return len(content_words(question)) == 0 or (
        len(content_words(question)) == 1 and not _names(question) and len(question.split()) <= 3
    )


def _points_back(question: str) -> bool:
    folded = fold(question)
    if _IMPERSONAL.search(folded):
        return False
    if match := _INVERTED.search(folded):
        return not _content(match["between"]) or bool(_THIS.search(match["between"]))
    pointing = [match.start() for pattern in (_PRONOUN, _POSSESSIVE, _THIS) for match in pattern.finditer(folded)]
    return any(not _names(question[:start]) and not _subject(folded[:start]) for start in pointing)


def _subject(before: str) -> bool:
    """Return whether the words before a pronoun include an antecedent: three content words or more."""
    return len(_content(before)) > 2


def _names(text: str) -> list[str]:
    names = (match.group() for match in NAME.finditer(text))
    return [name for name in names if _content(fold(name))]


def _content(folded: str) -> list[str]:
    words = re.findall(r"[^\W\d_]{2,}", folded)
    return [word for word in words if word not in STOPWORDS["fr"] and word not in STOPWORDS["en"]]


def _context(previous: str, answer: Answer) -> str:
    """Return the previous question without its question mark, and its answer if that is short and new."""
    focus = next((citation.focus_text for citation in answer.citations[:1] if citation.focus_text), None)
    plain = re.sub(r"\s*\?\s*$", "", previous)
    short = focus and len(focus.split()) <= _FEW and fold(focus) not in fold(plain)
    return f"{plain} : {focus}" if short else plain


def _replaced(question: str, rest: str, previous: str, answer: Answer, cited: frozenset[str]) -> Understood:
    """Return the previous question, with its counterpart replaced by what «et …» names."""
    for pattern in (DATE, NAME):
        if pattern.search(rest) and (old := _counterpart(pattern, previous)):
            before = _LEADS.sub("", previous[: old[0]]) if _LED.match(rest) else previous[: old[0]]
            return Understood(f"{before}{_joined(previous[old[0] : old[1]], rest)}{previous[old[1] :]}")
    return Understood(question, _context(previous, answer), cited)


def _tells(text: str) -> bool:
    """Return whether the text contains a number or a content word."""
    return any(character.isdigit() for character in text) or bool(_content(fold(text)))


def _counterpart(pattern: Pattern, previous: str) -> tuple[int, int] | None:
    """Return the offsets of the first match of the pattern in the previous question, with its article."""
    matches = (match for match in pattern.finditer(previous) if _tells(match.group()) and match.start() > 0)
    if not (match := next(matches, None)):
        return None
    article = re.search(rf"{_ARTICLE}$", previous[: match.start()], re.IGNORECASE)
    return (article.start() if article else match.start()), match.end()


def _joined(old: str, rest: str) -> str:
    """Return ``rest`` with the preposition of its counterpart: «de l'Élysée» replaces «du Kremlin»."""
    had = re.match(r"(du|des|de l['’]|de la|au|aux)\b", old, re.IGNORECASE)
    if not had or re.match(r"(?:d['’]|du|des|de|au|aux|à|en)\b", rest, re.IGNORECASE):
        return rest
    whole = f"{'de' if had[1].lower().startswith('d') else 'à'} {rest}"
    for said, written in (("de le ", "du "), ("de les ", "des "), ("à le ", "au "), ("à les ", "aux ")):
        if whole.lower().startswith(said):
            return written + whole[len(said) :]
    return whole
