"""Every mention of a word, a name or a phrase: all sentences that hold it, and their number."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.documents import Document, Sentence, Span
from index.language import detect
from index.storage.lexical import analyze
from rag.intents.naming import narrow
from rag.intents.reply import Reply, Scope, quote, refuse, show
from rag.query.question import content_words
from rag.text.folding import any_of, fold_keeping_offsets, inflect, spans_of, words_of
from rag.text.patterns import NAME
from rag.wording import Wording

_GET = (
    r"(?:(?:peux[- ]tu |tu peux |can you |please )?"
    r"(?:liste|lister|cite|trouve|montre|donne|cherche|affiche|list|find|show|give|get|quote|count)z?"
    r"(?:[- ](?:moi|nous|me|us))? )?"
)
_ALL = any_of(
    """toutes? les|tous les|chaque|l['’]ensemble des|combien de|quels?|quelles?(?: sont les)?
    every|each|all(?: of)?(?: the)?|how many|which|what(?: are the)?|les|the"""
)
_MENTION = any_of("mentions?|occurrences?|references?|apparitions?|instances?")
_PLACES = any_of(
    """documents?|fichiers?|textes?|passages?|endroits?|extraits?|phrases?|pages?
    files?|texts?|places?|sentences?|excerpts?"""
)
_EVERY = any_of("toutes? les|tous les|chaque|every|all(?: of)?(?: the)?")
_ON = r"(?:sur|a propos de|au sujet de|concernant|about|on|regarding|concerning)"
_HOLD = any_of(
    """parle(?:nt|[- ]t[- ](?:on|il))?|mentionne(?:nt)?|cite(?:nt)?|contien(?:t|nent)|evoque(?:nt)?|est question
    mentions?|talks? about|contains?|refers? to|cites?|speaks? (?:of|about)|(?:is|are) about"""
)
_IS_THERE = (
    r"(?:(?:y a[- ]t[- ]il|il y a|as[- ]tu|avez[- ]vous|tu as|vous avez|est[- ]ce qu['’]il y a|est[- ]ce que tu as)"
    r"(?: (?:une?|des|d['’]autres|plusieurs))?"
    r"|(?:is there|are there|do you have|have you got)(?: (?:an?|any|some|other))?)"
)
_CITED = any_of("mentione?nn?ee?s?|mentionnee?s?|citee?s?|nommee?s?|evoquee?s?|mentioned|cited|named|referred to")
_OF = r"(?:de |du |des |d['’]|a |au |aux |of |to )"
_IT = r"(?:[- ]t)?[- ](?:il|elle)s?"
_PHRASE, _END = r"(?P<phrase>.+?)", r"[\s?!.…]*$"
# Requests for mentions; where nothing holds the phrase, there is none.
_MENTIONS = tuple(
    re.compile(rf"^{form}{_END}")
    for form in (
        rf"{_GET}{_ALL} {_MENTION} {_OF}{_PHRASE}(?: (?:are there|do you have|y a[- ]t[- ]il))?",
        rf"(?:combien de fois|how (?:many times|often)) (?:{_HOLD}|apparait|est[- ]il question) {_OF}?{_PHRASE}",
        rf"combien de fois (?:est|sont|a ete|ont ete) {_CITED} {_PHRASE}",
        rf"{_GET}{_EVERY} {_PLACES} {_ON} {_PHRASE}",
        rf"(?:combien de fois|how (?:many times|often))(?: (?:is|are|was|were|does|do|did))? {_PHRASE}"
        rf" (?:(?:est|sont|a ete|ont ete)?(?:{_IT})? ?{_CITED}|apparai(?:t|ssent)(?:{_IT})?|appear|occur|come up)",
    )
)
# Questions for the documents that hold a phrase; it may also be words for what they say.
_HOLDERS = tuple(
    re.compile(rf"^{form}{_END}")
    for form in (
        rf"{_GET}(?:dans |in )?{_ALL} {_PLACES} (?:qui |ou |that |which |where )?(?:l['’]on |on |il )?"
        rf"{_HOLD} {_OF}?{_PHRASE}",
        rf"{_IS_THERE} (?:{_PLACES}|anything|something|quelque chose) (?:qui )?(?:{_ON}|{_HOLD} {_OF}?) ?{_PHRASE}",
        rf"{_GET}{_ALL} {_PLACES} (?:do you have|have you got|are there|as[- ]tu|avez[- ]vous|y a[- ]t[- ]il)"
        rf" {_ON} {_PHRASE}",
        rf"(?:partout )?ou (?:l['’]on |on |il )?(?:est[- ]il question|{_HOLD}|(?:est|sont) {_CITED}) {_OF}?{_PHRASE}",
        rf"(?:partout )?ou {_PHRASE} (?:est|sont)(?:{_IT})? {_CITED}",
        rf"(?:where (?:is|are)|everywhere|wherever) {_PHRASE}(?: is| are)? {_CITED}",
    )
)
_DOCUMENTS = re.compile(
    rf"^(?:{_IS_THERE}|{_GET}(?:dans |in )?{_ALL}) {any_of('documents?|fichiers?|textes?|files?|texts?')}\b"
)
_OPENING = re.compile(
    r"(?:(?:le|la|les|un|une|des|du|the|an?) )?"
    r"(?:(?:mot|terme|nom|expression|word|term|name|phrase)s?(?: (?:de|of))? )?"
    r"(?:(?:le|la|les|un|une|des|du|the|an?) |l['’])?"
)
_NARROW = "\N{NARROW NO-BREAK SPACE}"  # between thousands in French
_ONE_HOLDS = Wording("{} dans {} contient {} ({}).", "{} in {} holds {} ({}).")
_SEVERAL_HOLD = Wording("{} dans {} contiennent {} ({}).", "{} in {} hold {} ({}).")
_SENTENCE, _DOCUMENT = Wording("phrase", "sentence"), Wording("document", "document")
_MENTIONED, _QUOTED = Wording("mention", "mention"), Wording("« {} »", "“{}”")
_AND = Wording(" et ", " and ")
_QUOTES = " «»\"“”'’\u00a0"

Phrase = Sequence[str]
"""The folded words of a phrase, in order."""


class Occurrence(NamedTuple):
    """A sentence that holds what is looked for, how often, where first, and the next of its passage."""

    sentence: Sentence
    times: int
    first: Span  # in the document
    following: Sentence | None = None


def answer_mentions(question: str, scope: Scope, *, is_asked: bool) -> Reply | None:
    """Return all sentences that mention what a question names, in the order of the documents.

    A question for documents gets the first of each, in their order.

    Without ``is_asked`` only a request for mentions is answered; with it any question, for the phrases that its filters
    require, else its names, else its words together.
    """
    text, scope = narrow(question, scope)
    phrase, is_certain = _find_requested_phrase(text)
    if phrase is None and not is_asked:
        return None
    shown = [phrase] if phrase else list(scope.filters.phrases) or _names(text) or list(content_words(text))
    phrases = [words for words in map(words_of, shown) if words]
    occurrences = list(find_mentions(phrases, scope)) if phrases else []
    if not occurrences:
        return refuse(detect(question)) if is_asked or is_certain else None
    listed = (
        _first_of_each(occurrences, phrases)
        if not is_asked and _DOCUMENTS.match(fold_keeping_offsets(text))
        else occurrences
    )
    quotes = [
        quote(occurrence.sentence.document, Span(occurrence.sentence.start, occurrence.sentence.end), occurrence.first)
        for occurrence in listed
    ]
    return show("list", quotes, _remark(question, shown, occurrences))


def _first_of_each(occurrences: Sequence[Occurrence], phrases: Sequence[Phrase]) -> list[Occurrence]:
    """Return the first occurrence in each document: first those in documents that a phrase names, in their order."""
    firsts: dict[str, Occurrence] = {}
    for occurrence in occurrences:
        firsts.setdefault(occurrence.sentence.document.id, occurrence)
    return sorted(firsts.values(), key=lambda occurrence: not _is_named(occurrence.sentence.document, phrases))


def _is_named(document: Document, phrases: Sequence[Phrase]) -> bool:
    """Return whether the id or the title of a document holds a phrase."""
    return any(_starts(phrase, words_of(name)) for phrase in phrases for name in (document.id, document.title))


def _find_requested_phrase(question: str) -> tuple[str | None, bool]:
    """Return what a question wants the mentions of, and whether it can want nothing else."""
    folded = fold_keeping_offsets(question)
    for patterns in (_MENTIONS, _HOLDERS):
        for pattern in patterns:
            if match := pattern.match(folded):
                return _strip_phrase(question, match), patterns is _MENTIONS
    return None, False


def _strip_phrase(question: str, match: re.Match[str]) -> str | None:
    """Return the phrase that a question names, without its article and quotation marks."""
    start, end = match.span("phrase")
    while start < end and question[start] in _QUOTES:
        start += 1
    opening = _OPENING.match(match.string, start, end)
    phrase = question[opening.end() if opening else start : end].strip(_QUOTES)
    return phrase or question[start:end].strip(_QUOTES) or None


def _names(question: str) -> list[str]:
    names = (match for match in NAME.finditer(question) if match.start() > 0)
    return [match.group() for match in names if content_words(match.group())]


def find_mentions(phrases: Sequence[Phrase], scope: Scope) -> Iterator[Occurrence]:
    """Yield the sentences that hold every phrase, in the order of the documents.

    The words of a phrase stand side by side, in any case, with or without accents, in the singular or the plural.
    """
    for number in _passages(phrases, scope):
        sentences = scope.index.sentences_in(number)
        for sentence, following in zip(sentences, [*sentences[1:], None], strict=True):
            tokens = spans_of(sentence.text)
            starts = [_starts(phrase, [word for word, _ in tokens]) for phrase in phrases]
            if all(starts):
                first = tokens[starts[0][0]][1].start, tokens[starts[0][0] + len(phrases[0]) - 1][1].end
                span = Span(sentence.start + first[0], sentence.start + first[1])
                yield Occurrence(sentence, min(map(len, starts)), span, following)


def _passages(phrases: Sequence[Phrase], scope: Scope) -> list[int]:
    """Return the passages that hold every word, sorted."""
    words = {term for phrase in phrases for word in phrase for term in analyze(word, "plain")}
    if not words:  # only words that no index holds, such as «a»
        return []
    word_forms = [inflect(word) for word in sorted(words)]
    return [int(number) for number in scope.index.candidates.with_words(word_forms, scope.allowed)]


def _starts(phrase: Phrase, words: Sequence[str]) -> list[int]:
    allowed = [inflect(word) for word in phrase]
    last = len(words) - len(phrase)
    return [at for at in range(last + 1) if all(words[at + n] in word_forms for n, word_forms in enumerate(allowed))]


def _remark(question: str, shown: Sequence[str], occurrences: Sequence[Occurrence]) -> str:
    language = detect(question)
    sentences, documents = len(occurrences), len({occurrence.sentence.document.id for occurrence in occurrences})
    return (_ONE_HOLDS if sentences == 1 else _SEVERAL_HOLD).write(
        language,
        _count(sentences, _SENTENCE, language),
        _count(documents, _DOCUMENT, language),
        _AND.write(language).join(_QUOTED.write(language, term) for term in shown),
        _count(sum(occurrence.times for occurrence in occurrences), _MENTIONED, language),
    )


def _count(count: int, noun: Wording, language: str) -> str:
    """Return a count with its noun."""
    separator = _NARROW if language == "fr" else ","
    return f"{count:,} {noun.write(language)}{'' if count == 1 else 's'}".replace(",", separator)
