"""Constraints of a question on a sentence: its time, its speaker, and the row or item that it names."""

import re
from collections.abc import Collection, Sequence

from index.language import STOPWORDS, fold
from rag.query.question import Question
from rag.ranking.term_match import Matcher
from rag.text.analysis import AnalyzedPassage, AnalyzedSentence
from rag.text.attribution import is_anaphoric, matches_any
from rag.text.dates import Day, Period
from rag.text.folding import inflect, words_of
from rag.text.quantities import NUMBER_WORDS

_LACKING = 0.3  # share of the question's words that a cited document may lack, at most, to be preferred
_CITED_LATER = 0.6  # preference of documents cited after the first
_LONGEST_KEY = 200  # characters of a block that are read for its name
_FEWEST_OF_HEADING = 2  # words of a heading that names one thing of a kind: «pain de seigle», "Rye loaf"
_SHEET = -1  # what the rows of a sheet or a CSV file have in common
_SHORT = 8  # terms of an item that is little more than a name
_FIELDS_ASKED = ("who", "when", "where", "how many")  # kinds that a field may answer without being named
SAME_QUESTION = 0.75  # share of the question's words in what is the question itself
_MATCHED = 0.35  # least weight of a word of it that stands for one of the question
_LONGEST_NAMED = 300_000  # characters of a document that are looked through for a name
_MODAL = frozenset("peux peut peuvent pouvez pouvons puis dois doit doivent devez faut".split())
YES_OR_NO = re.compile(r"\W*(?:oui|non|yes|no)\W*", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_LIMITS = re.compile(
    r"\b(?:seule?s?|seulement|uniquement|nul(?:le)?|interdit\w*|impossible|irréversible\w*|obligatoire\w*|gratuit\w*"
    r"|only|forbidden|prohibited|mandatory|optional|irreversible|impossible|free of charge)\b",
    re.IGNORECASE,
)
_KEYED = {  # the name of a row, an item or a field, before what is said of it
    "row": re.compile(r"[^:;]{1,60}: (?P<key>[^;]{1,80})(?:;|$)"),
    "item": re.compile(r"\W*(?P<key>[^:;.?!]{1,60}?) ?: \S"),
    "field": re.compile(r"(?P<key>[^:;.?!]{1,60}?) ?: \S"),
    "": re.compile(r"\W*(?P<key>[^:;.?!]{1,40}?) ?: \S"),  # a line of a form
}


def match_date(passage: AnalyzedPassage, at: int, period: Period) -> float:
    """Return 1 if sentence ``at`` is of the time asked for, -1 if of another, 0 if unknown or not asked."""
    if not period:
        return 0.0
    document_days, sentence_days = passage.document_days, passage.sentences[at].days
    asked_days = [day for days in period.days for day in days]
    if asked_days:
        is_named = _any_agree(asked_days, sentence_days)
        is_own = not sentence_days and _any_agree(asked_days, document_days)
        return 1.0 if is_named or is_own or _tells_before(passage, at, asked_days) else -1.0
    days = sentence_days or document_days
    return 0.0 if not days else 1.0 if any(_between(day, period) for day in days) else -1.0


def match_cited(question: Question, document: str, coverage: float, best: float) -> float:
    """Return how far a passage is preferred because the conversation cited its document last, 0 to 1.

    The document cited first counts most. ``coverage`` is the share of the question's words in the passage, ``best`` the
    largest of all passages: what lacks words of the question is not preferred, so that the topic can change.
    """
    if document not in question.cited:
        return 0.0
    return max(0.0, 1 - (best - coverage) / _LACKING) * (1.0 if document == question.cited[0] else _CITED_LATER)


def _tells_before(passage: AnalyzedPassage, at: int, asked_days: Sequence[Day]) -> bool:
    """Return whether the previous sentence names the day, and this one names none."""
    return at > 0 and not passage.sentences[at].days and _any_agree(asked_days, passage.sentences[at - 1].days)


def _any_agree(asked_days: Sequence[Day], stated: Sequence[Day]) -> bool:
    return any(day.agrees(other) for day in asked_days for other in stated)


def _between(day: Day, period: Period) -> bool:
    return (not period.since or day.is_not_before(period.since)) and (
        not period.until or period.until.is_not_before(day)
    )


def match_speaker(passage: AnalyzedPassage, at: int, speaker: frozenset[str]) -> float:
    """Return how sentence ``at`` agrees with the speaker asked for.

    1: that speaker says it; -1: another does; -0.5: nobody is named; 0: the question asks for none.
    """
    if not speaker:
        return 0.0
    sentence = passage.sentences[at]
    if matches_any(speaker, sentence.speakers):
        return 1.0
    if is_anaphoric(sentence.text) and at > 0:
        return match_speaker(passage, at - 1, speaker)
    return -1.0 if sentence.speakers else -0.5


def match_keys(question: Question, passage: AnalyzedPassage) -> list[float]:
    """Return for each sentence of a passage 1 if it is of the row or item that the question names, else -1 or 0.

    -1 is for those beside it, in the same table or list, and for fields of front matter that nothing asks for.
    Without a row or item so named, the others are 0.
    """
    question_words = question.tokens | {NUMBER_WORDS[word] for word in question.tokens if word in NUMBER_WORDS}
    are_named = [_is_named(question, question_words, sentence) for sentence in passage.sentences]
    groups = {_group(sentence) for sentence, is_named in zip(passage.sentences, are_named, strict=True) if is_named}
    return [
        0.0 if is_named is None else 1.0 if is_named else -1.0 if _rivals(question, sentence, groups) else 0.0
        for sentence, is_named in zip(passage.sentences, are_named, strict=True)
    ]


def names_cell(question: Question, sentence: AnalyzedSentence) -> bool:
    """Return whether a question names a cell of a row: the value of one column, and a word of another column's name."""
    if not sentence.is_row:
        return False
    question_forms = {form for word in question.tokens for form in inflect(word)}
    cells = [cell.partition(": ")[::2] for cell in sentence.text.split("; ")]
    valued = [frozenset(words_of(value)) - STOPWORDS <= question_forms and bool(words_of(value)) for _, value in cells]
    are_named = [not question_forms.isdisjoint(frozenset(words_of(name)) - STOPWORDS) for name, _ in cells]
    return any(
        is_value and any(is_name for other, is_name in enumerate(are_named) if other != at)
        for at, is_value in enumerate(valued)
    )


def follows_question(question: Question, matcher: Matcher, passage: AnalyzedPassage, at: int) -> bool:
    """Return whether the sentence before is the question itself, perhaps in other words, as in frequent questions.

    Names may be left out there, where the document has them; a bare yes or no between both is skipped.
    """
    at -= at > 1 and YES_OR_NO.fullmatch(passage.sentences[at - 1].text) is not None
    previous = passage.sentences[at - 1] if at else None
    if previous is None or not previous.asks:
        return False
    terms = [term for term in previous.terms if not term.isdigit()]
    if not terms or not all(matcher.holds(previous.field, [term]) for term in terms):
        return False
    weights = matcher.match(previous.field, terms).weights
    words = [(word, weight) for word, weight in zip(matcher.words, weights, strict=True) if word.text not in _MODAL]
    common_words = [(word.idf, weight) for word, weight in words if word.text and word.text not in question.names]
    unnamed = [word.text for word, weight in words if word.text in question.names and weight < _MATCHED]
    text = fold(previous.span.document.text[:_LONGEST_NAMED]) if unnamed else ""
    covered = sum(idf for idf, weight in common_words if weight >= _MATCHED)
    return 0 < covered >= SAME_QUESTION * sum(idf for idf, _ in common_words) and all(name in text for name in unnamed)


def match_headings(question: Question, passages: Sequence[AnalyzedPassage]) -> list[list[float]]:
    """Return for each sentence of each passage 1 if it stands under a heading that the question names, else -1 or 0.

    -1 is for those under a heading of the same kind, with a word in common: «pain de seigle» where «pain de blé» is
    named. A heading that is the only one of its kind decides nothing.
    """
    question_forms = {form for word in question.tokens for form in inflect(word)}
    headings = {heading for passage in passages for sentence in passage.sentences for heading in sentence.headings}
    other_words = frozenset().union(*(heading for heading in headings if not heading <= question_forms))
    named_headings = {
        heading
        for heading in headings
        if len(heading) >= _FEWEST_OF_HEADING and heading <= question_forms and not heading.isdisjoint(other_words)
    }
    named_words: frozenset[str] = frozenset().union(*named_headings)
    return [
        [
            1.0
            if not named_headings.isdisjoint(at.headings)
            else -float(any(named_words & heading for heading in at.headings))
            for at in passage.sentences
        ]
        for passage in passages
    ]


def _group(sentence: AnalyzedSentence) -> tuple[str, int] | None:
    """Return what the rows of one table, the items of one list or the lines of a form have in common."""
    if sentence.block:
        return sentence.block.kind, sentence.block.parent
    return ("row", _SHEET) if sentence.is_row else None


def _is_named(question: Question, question_words: frozenset[str], sentence: AnalyzedSentence) -> bool | None:
    """Return whether the question names the row, item or field of a sentence; None where nothing names it."""
    sentence_block = "row" if sentence.is_row else "", sentence.span.start, sentence.span.end
    kind, start, end = sentence.block[:3] if sentence.block else sentence_block
    if kind not in _KEYED or (not kind and len(sentence.terms) > _SHORT):
        return None
    text = sentence.span.document.slice(start, min(end, start + _LONGEST_KEY))
    text = " ".join(text.split())
    match = _KEYED["field" if kind == "row" and "; " not in text else kind].match(text)
    if match is None and (kind != "item" or len(sentence.terms) > _SHORT):
        return None
    words = words_of(match["key"] if match else text)  # an item that is little more than a name: «PHP 8.2»
    names = question.names.difference(words_of(sentence.span.document.title))
    key = [word for word in words if word not in STOPWORDS]
    is_key = match is not None and bool(key) and all(not question_words.isdisjoint(inflect(word)) for word in key)
    is_name = _is_name(match["key"] if match else sentence.text, names)
    return is_key or (bool(names) and names <= frozenset(words) and is_name)


def _is_name(key: str, names: Collection[str]) -> bool:
    """Return whether a key is the names and little more: «PHP 8.2», not «Formations pour Vincent»."""
    words = [word for word in _WORD.findall(key) if fold(word) not in STOPWORDS]
    return all(fold(word) in names or word[0].isdigit() or (at and word[0].isupper()) for at, word in enumerate(words))


def _rivals(question: Question, sentence: AnalyzedSentence, groups: Collection[tuple[str, int] | None]) -> bool:
    is_field = sentence.block is not None and sentence.block.kind == "field"
    return _group(sentence) in groups or (is_field and question.kind not in _FIELDS_ASKED)


def match_polarity(question: Question, sentence: AnalyzedSentence) -> float:
    """Return 1 where a sentence denies, forbids or limits, and the question is whether something is so; else 0."""
    if not question.asks_whether or question.negated:
        return 0.0
    return float(sentence.negated or _LIMITS.search(sentence.text) is not None)
