"""Numbers and codes that identify: a sentence about another of the same series is a near miss."""

import re
from collections.abc import Iterator, Sequence

from index.language import RAISED, STOPWORDS, fold
from rag.extraction.definitions import parse_term
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.extraction.near_misses.spelling import is_spelled_alike, is_written
from rag.extraction.quote import runs_on
from rag.query.question import Question
from rag.ranking.features import Candidate
from rag.ranking.rerank import RankedPassages
from rag.text.countries import find_countries
from rag.text.dates import without_days
from rag.text.folding import any_of, fold_keeping_offsets, inflect, words_of
from rag.text.quantities import NUMBER_WORDS

_CODE = re.compile(
    r"(?<![\w.,])(?:[A-Z]{1,5}[ -]?)?\d+(?:[.-]\d+)*"
    rf"(?![^\W{RAISED}]|[%€$]|[.,]\d| ?(?:%|€|\$|£)|[ \u00a0\u202f]\d{{3}}\b)"
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_IN_YEAR = re.compile(r"\b(?:en|in|de|of|for|pour|l['’]annee|l['’]an|year) (?P<year>(?:1[5-9]|20)\d\d)\b(?![-–/]\d)")
# Classes of words whose members exclude one another beside a noun: «le chapeau *rouge*», «*trois* doigts».
_SERIES = tuple(
    {word: names.split()[0] for names in names.split("|") for word in names.split()}
    for names in (
        "|".join(f"{value} {word}" for word, value in NUMBER_WORDS.items() if word not in ("un", "une", "one", "zero")),
        """premier premiere first|deuxieme second seconde|troisieme third|quatrieme fourth|cinquieme fifth|sixieme sixth
        |septieme seventh|huitieme eighth|neuvieme ninth|dixieme tenth|dernier derniere last""",
        """rouge red|bleu bleue blue|vert verte green|jaune yellow|noir noire black|blanc blanche white|gris grise grey
        gray|violet violette purple|orange|rose pink|marron brun brune brown""",
        "nord north|sud south|est east|ouest west",
        "printemps spring|ete summer|automne autumn fall|hiver winter",
    )
)
_NUMBERED = re.compile(
    r"\b(?P<noun>[^\W\d_]{3,})s? (?:n[°o] ?|number |no\.? )?(?P<number>[a-z]{0,2}-?\d{1,4}[a-z]?)\b(?![.,:]\d| ?[%€$£])"
)
_NUMERIC = re.compile(r"[a-z]{0,2}-?\d{1,4}[a-z]?")
_LETTERS = re.compile(r"\b[A-Z]{2,6}\b")
_COMMON = 0.25  # idf of names that are said in many ways, such as «l'État»
_RARE_LETTERS = 0.8  # idf of letters that are a name: SNMP
_STANDS_FOR = 0.5  # least weight of a word that stands for a name: its translation, or its neighbour
_RARE = 0.55  # idf of words that a text about what they name has
_LONG = 5  # letters of these, without which slips and other forms are too alike
_MAY_STAND_FOR = 0.3  # least weight of a word that may stand for one
_MEANS = re.compile(
    r"signifi\w*|means?|meant|veulent|designe\w*|resum\w*|summari[sz]e"
)  # said of words and texts alone
_NOUN_LETTERS = 4  # of a noun that is numbered
_TO = r"(?: ?[-–] ?| (?:to|through|a|au|et|and|ou|or) |, ?)"  # between numbers of a series
_FEWEST = 2  # other members that make a series
_LONGEST = 300_000  # characters of a document that is looked through


def without_near_misses(question: Question, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Return the sentences without those about another number of the series that the question names.

    A sentence that names another is dropped if a better one names the very number, or nothing around it does: neither
    its passage nor its title nor the date of its document. If only such sentences name the series, nothing is left;
    if the best sentence is one of them, only those that name the very number are.
    """
    undated = without_days(question.text)
    if any(_lacks(member, noun, scored) for member, noun in _members(undated)) or _lacks_number(undated, scored):
        return []
    if (rows := _without_other_rows(question, scored)) != list(scored):
        return without_near_misses(question, rows) if rows else []
    question_codes = _identifiers(question.text)
    if not question_codes:
        return list(scored)
    identifiers = [_identifiers(sentence.sentence.text) or _codes_before(sentence) for sentence in scored]
    contexts = [codes | _context_codes(sentence) for sentence, codes in zip(scored, identifiers, strict=True)]
    exact = {
        code for code in question_codes if any(code in codes for codes in identifiers) and not _YEAR.fullmatch(code)
    }
    remaining = [
        (sentence, question_codes <= context)
        for sentence, codes, context in zip(scored, identifiers, contexts, strict=True)
        if not any(code not in codes and _has_sibling(code, codes) for code in exact)
        and not any(
            code not in context and _has_sibling(code, codes | _year_of(sentence, codes)) for code in question_codes
        )
    ]
    if len(remaining) == len(scored):
        return list(scored)
    if remaining and remaining[0][0] is scored[0] and any(names for _, names in remaining):
        return [sentence for sentence, _ in remaining]
    return [sentence for sentence, names in remaining if names]


def _without_other_rows(question: Question, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    """Return the sentences without the rows whose column has another number than the question: «la ligne 8».

    Where no row has that number, and nothing else names it, nothing is left.
    """
    remaining = list(scored)
    for match in _NUMBERED.finditer(fold_keeping_offsets(without_days(question.text))):
        noun, number = match["noun"], match["number"]
        column = re.compile(rf"(?:^|; ){any_of('|'.join(inflect(noun)))}\b[^:;\d]{{0,30}}: (?P<value>[^;]+)")
        values = [column.search(fold_keeping_offsets(sentence.sentence.text)) for sentence in remaining]
        if not any(value and _NUMERIC.fullmatch(value["value"].strip()) for value in values):
            continue
        noun_with_number = re.compile(rf"\b{any_of('|'.join(inflect(noun)))}\b.{{0,9}}\b{re.escape(number)}\b")
        matching = [
            sentence
            for sentence, value in zip(remaining, values, strict=True)
            if not value or value["value"].strip() == number
        ]
        is_named = any(noun_with_number.search(fold_keeping_offsets(sentence.sentence.text)) for sentence in matching)
        remaining = matching if is_named else []
    return remaining


def lacks_name(question: Question, ranked: RankedPassages) -> bool:
    """Return whether no passage has a name that the question gives, nor a word that stands for it or is spelled alike.

    The name of what a question is about passes for nothing else: «Quelle version de Lark …» over the versions of Heron.
    """
    if 2 * len(question.names) > len(question.words) + 1:
        return False  # in titles capitals name nothing
    if any(candidate.passage.field != question.language for candidate in ranked.candidates[:1]):
        return False  # another language has other names for places
    letters = {fold(match.group()) for match in _LETTERS.finditer(question.text)}
    return any(
        word.text in question.names
        and not find_countries(word.text)  # "American", which texts say in other words
        and word.idf > (_RARE_LETTERS if word.text in letters else _COMMON)
        and not (word.text in letters and any(_spell(candidate, word.text) for candidate in ranked.candidates))
        and not any(
            candidate.passage_match.weights[at] >= _STANDS_FOR or _is_spelled(word.text, candidate)
            for candidate in ranked.candidates
        )
        for at, word in enumerate(ranked.matcher.words)
    )


def lacks_word(question: Question, ranked: RankedPassages, best: ScoredSentence) -> bool:
    """Return whether a rare word of the question is in no passage: neither it, nor one that stands for it or is alike.

    Only keywords, and questions whether something is so or what it is, are about what their words name; others may say
    it in words of their own. The best evidence must be in the language of a question, whose translation may be unknown.
    """
    is_term = question.kind == "none" or parse_term(question.text) is not None
    same_language = best.candidate.passage.field == question.language
    return (is_term or (question.asks_whether and same_language)) and any(
        word.text in question.words
        and word.text not in question.names  # for these there is ``lacks_name``
        and word.idf >= _RARE
        and len(word.text) >= _LONG
        and not _MEANS.fullmatch(word.text)
        and not any(
            candidate.passage_match.weights[at] >= _MAY_STAND_FOR or is_written(word.text, candidate)
            for candidate in ranked.candidates
        )
        for at, word in enumerate(ranked.matcher.words)
    )


def lacks_year(question: Question, ranked: RankedPassages) -> bool:
    """Return whether a year that the question names is in no passage, and in no title, id or date of a document."""
    years = {match["year"] for match in _IN_YEAR.finditer(fold_keeping_offsets(question.text))}
    return bool(years) and not any(year in _format_date(candidate) for candidate in ranked.candidates for year in years)


def _format_date(candidate: Candidate) -> str:
    """Return the text of a passage with the title, the id and the date of its document."""
    document, texts = (
        candidate.passage.sentences[0].span.document,
        (sentence.text for sentence in candidate.passage.sentences),
    )
    return " ".join((document.id, document.title, str(document.date or ""), *texts))


def _spell(candidate: Candidate, letters: str) -> bool:
    """Return whether successive words of a passage, small ones apart, have these letters as their initials."""
    return any(
        letters in "".join(word[0] for word in words_of(sentence.text) if word not in STOPWORDS)
        or letters in "".join(word[0] for word in words_of(sentence.text))
        for sentence in candidate.passage.sentences
    )


def _is_spelled(name: str, candidate: Candidate) -> bool:
    return any(is_spelled_alike(name, other) for other in candidate.passage.names)


def _year_of(sentence: ScoredSentence, codes: frozenset[str]) -> frozenset[str]:
    """Return the years of the document of a sentence without one: in its title, its id and its date."""
    if any(map(_YEAR.fullmatch, codes)):
        return frozenset()
    document = sentence.sentence.span.document
    dated = [str(document.date.year)] if document.date else []
    return frozenset((*_YEAR.findall(f"{document.title} {document.id}"), *dated))


def _members(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a text that are of a series, each with the noun beside it."""
    words = words_of(text)
    for at, word in enumerate(words):
        if any(word in series for series in _SERIES):
            yield from ((word, noun) for noun in (*words[at - 1 : at], *words[at + 1 : at + 2]) if len(noun) > 3)


def _lacks(member: str, noun: str, scored: Sequence[ScoredSentence]) -> bool:
    """Return whether texts have others of the series beside the noun («six chapeaux»), and never this one.

    The texts are the passages and the document of the best of them. One that does not have the noun, nor stands under
    it, says this one of something else.
    """
    other_members: set[str] = set()
    for text, context in _texts(scored):
        words = words_of(text)
        is_about = any(word in inflect(noun) for word in (*words, *words_of(context)))
        for series in _SERIES:
            name = series.get(member)
            other_members |= {
                series[word]
                for at, other in enumerate(words)
                if name and other in inflect(noun)
                for word in (*words[max(0, at - 1) : at], *words[at + 1 : at + 2])
                if word in series
            }
            if name and is_about and name in {series[word] for word in words if word in series}:
                return False
    return len(other_members) >= _FEWEST


def _lacks_number(text: str, scored: Sequence[ScoredSentence]) -> bool:
    """Return whether the documents number what a question numbers («niveau 2»), never with its number, nor a range."""
    for match in _NUMBERED.finditer(fold_keeping_offsets(text)):
        noun, number = match["noun"], match["number"]
        if noun in STOPWORDS or len(noun) < _NOUN_LETTERS or not number.isdigit() or _YEAR.fullmatch(number):
            continue
        numbered = re.compile(rf"\b{any_of('|'.join(inflect(noun)))} (?:n[°o] ?)?(?P<first>\d+)(?:{_TO}(?P<last>\d+))?")
        series = [member for text, _ in _texts(scored) for member in numbered.finditer(fold_keeping_offsets(text))]
        ranges = [(int(member["first"]), int(member["last"] or member["first"])) for member in series]
        numbers = {first for first, _ in ranges}
        if len(numbers) >= _FEWEST and not any(first <= int(number) <= last for first, last in ranges):
            return True
    return False


def _texts(scored: Sequence[ScoredSentence]) -> Iterator[tuple[str, str]]:
    """Yield the text of each passage with what it stands under, then that of the document of the best of them."""
    for sentence in {id(sentence.candidate.passage): sentence for sentence in scored}.values():
        context = " ".join((sentence.sentence.span.document.title, *sentence.above))
        yield " ".join(neighbour.text for neighbour in sentence.candidate.passage.sentences), context
    if scored and len(text := scored[0].sentence.span.document.text) <= _LONGEST:
        yield text, ""


def _identifiers(text: str) -> frozenset[str]:
    """Return the codes of a text that may identify: with letters, with a mark inside, or of three digits or more."""
    codes = (re.sub(r"[ -]", "", match.group()).upper() for match in _CODE.finditer(text))
    return frozenset(code for code in codes if not code.isdigit() or len(code) > 2)


def _codes_before(sentence: ScoredSentence) -> frozenset[str]:
    """Return the codes with letters of the nearest sentence before, in the same paragraph, that has some: «E01»."""
    sentences = sentence.candidate.passage.sentences
    for at in range(sentence.at, 0, -1):
        if not runs_on(sentences, at - 1):
            break
        if codes := {code for code in _identifiers(sentences[at - 1].text) if not code[0].isdigit()}:
            return frozenset(codes)
    return frozenset()


def _has_sibling(code: str, codes: frozenset[str]) -> bool:
    """Return whether one of the others is of the same form with other digits: 5102 and 5104, 7.1 and 7.2, A4 and A5."""
    return any(other != code and _form(other) == _form(code) for other in codes)


def _form(code: str) -> str:
    return re.sub(r"\d+", "9", code) if not code.isdigit() else "9" * len(code)


def _context_codes(sentence: ScoredSentence) -> frozenset[str]:
    """Return the codes of the passage of a sentence, of what it stands under, its title and its date."""
    passage, document = sentence.candidate.passage, sentence.sentence.span.document
    year = str(document.date.year) if document.date else ""
    texts = (neighbour.text for neighbour in passage.sentences)
    return _identifiers(" ".join((document.id, document.title, year, *sentence.above, *texts)))
