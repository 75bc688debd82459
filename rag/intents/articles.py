"""An article, section or chapter by its number, as a whole."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

from index.documents import Document, Span
from index.language import detect, fold
from index.storage.lexical import analyze
from rag.intents.library import list_allowed_ids
from rag.intents.reply import Reply, Scope, quote, refuse, show
from rag.text.folding import words_of
from rag.text.patterns import MONTHS, either

_LABELS = (
    ("article", "articles", "art"),
    ("section", "sec", "§"),
    ("chapitre", "chapter", "chap"),
    ("clause",),
    ("annexe", "annex", "appendix"),
    ("titre", "title"),
    ("partie", "part"),
    ("regle", "règle", "rule"),
    ("paragraphe", "paragraph"),
)
_ANY = "|".join(re.escape(name) for names in _LABELS for name in names)
_NUMBER = (
    r"(?:[A-Z]{1,3}\.?[ \u00a0-]?)?\d+(?:[-.]\d+)*(?:er|e|[a-d]\b)?(?:[ \u00a0](?:bis|ter|quater))?"
    r"|premier|premi[èe]re|[IVXLC]+"
)
_ARTICLE_REFERENCE = re.compile(
    rf"(?<!\w)(?P<label>{_ANY})\.?[ \u00a0]*(?:n[°o] ?)?(?P<number>{_NUMBER})(?![\w])", re.IGNORECASE
)
_BOUNDARY = re.compile(rf"^[ \t]*(?:{_ANY})\.?[ \u00a0]*(?:{_NUMBER})(?![\w-])", re.IGNORECASE | re.MULTILINE)
_PARAGRAPH = re.compile(r"^[ \t]*\d+\.\d+\.?[ \t\u00a0]", re.MULTILINE)
# The words around the number of a question that asks for the whole article.
_ASKING = frozenset(
    """que qu dit dis prevoit dispose stipule contient enonce precise est ce de quoi parle traite quel quelle le la
    les l texte contenu teneur exact exacte integral integrale complet complete entier donne donnez cite citez
    montre montrez affiche affichez recite rappelle lis lisez recopie resume moi nous peux pouvez tu vous me
    donner citer montrer afficher lire rappeler merci s il te plait bonjour what does is in the text wording
    content contents of show give quote read cite recite summarise summarize full whole exact entire me please
    can could you say says provide provides state states contain contains about cover covers tell us""".split()
)
_FIRST = ("1", "1er", "premier", "premiere", "i")
_OF = frozenset("du de des d of the from dans in la le l les".split())
_LONG = 600  # characters of a quote, beyond which the answer is a list
_SEARCHED = 400  # passages
_LABELLED = ("annexe", "titre")  # whose headings always say what they are
_SERIES = 3  # articles with one label, at least, of a document that is made of them
_MOST_DOCUMENTS = 40  # documents whose headings are read


@dataclass(frozen=True, slots=True)
class _Article:
    """An article asked for: the names of its label, its number, and the words that say where it stands."""

    names: Sequence[str]
    number: str
    of: frozenset[str]

    @property
    def is_first(self) -> bool:
        """Return whether it is the first, whose number is also a word."""
        return fold(self.number) in _FIRST

    @property
    def opening(self) -> re.Pattern[str]:
        """Return the pattern of a line that it opens."""
        label = "|".join(re.escape(name) for name in self.names)
        number = r"(?:1er|1|premier|premi[èe]re|I)" if self.is_first else _number_pattern(self.number)
        follows = r"(?![\w-])(?!\.\d)[ \t\u00a0]*(?:(?P<mark>[.:)–—-]+)[ \t\u00a0]*)?(?P<line_text>[^\n]*)$"
        return re.compile(rf"^[ \t]*(?:{label})\.?[ \u00a0]*{number}{follows}", re.IGNORECASE | re.MULTILINE)

    @property
    def enclosing(self) -> "_Article":
        """Return the article that a paragraph is of: 7 for 7.5."""
        return replace(self, number=self.number.partition(".")[0])


def answer_article(question: str, scope: Scope, k: int) -> Reply | None:
    """Return an article whole, if a question asks for it and a document holds it; ``k`` documents at most.

    The question is refused where a document has other articles, and not this one.
    """
    article = _parse(question)
    if article is None:
        return None
    documents = [scope.index.document(id) for id in _candidates(article, scope)]
    articles = [(document, span) for document in documents for span in _spans(article, document)]
    if not articles and article.names[0] not in _LABELLED:
        documents = [scope.index.document(id) for id in _list_named_documents(article, scope)]
        articles = [(document, span) for document in documents for span in _find_numbered(article, document)]
    if not articles and "." in article.number:
        documents = [scope.index.document(id) for id in _candidates(article.enclosing, scope)]
        articles = [(document, span) for document in documents for span in _paragraphs(article, document)]
    if not articles:
        return refuse(detect(question)) if _has_others(article, scope) else None
    counts = [len(article.of & _opening_words(document)) for document, _ in articles]
    best = [article_span for article_span, count in zip(articles, counts, strict=True) if count == max(counts)][:k]
    quotes = [quote(document, span) for document, span in best]
    return show("list" if len(quotes[0].quote) > _LONG else "quotes", quotes)


def _parse(question: str) -> _Article | None:
    match = _ARTICLE_REFERENCE.search(question)
    if match is None:
        return None
    before, after = words_of(question[: match.start()]), words_of(question[match.end() :])
    verbs = [word for word in after if word in _ASKING and word not in _OF]
    title_words = [word for word in after if word not in _OF and word not in verbs]
    is_led = not title_words or next(word for word in after if word not in verbs) in _OF
    if not set(before) <= _ASKING or not is_led:
        return None
    names = next(names for names in _LABELS if fold(match["label"]) in names)
    return _Article(names, match["number"], frozenset(title_words))


def _number_pattern(number: str) -> str:
    """Return the pattern of a number as texts write it: «L121-3», «L. 121-3»."""
    letters, digits = re.match(r"([A-Za-z]*)\.?[ \u00a0-]?(.*)", number).groups()  # type: ignore[union-attr]
    if not digits:
        return re.escape(letters)
    return (rf"{letters}\.?[ \u00a0-]?" if letters else "") + re.escape(digits).replace(r"\ ", r"[ \u00a0]")


def _candidates(article: _Article, scope: Scope) -> list[str]:
    """Return the ids of documents with the label and the number in their text, title or id, sorted."""
    index, ids = scope.index, set()
    numbers = _FIRST if article.is_first else (article.number,)
    for name, number in product(article.names, numbers):
        ids.update(index.find_by_name(" ".join([name, *words_of(number)]), 0, _SEARCHED))
        if terms := analyze(f"{name} {number}", "plain"):
            passages = index.candidates.best_with_phrase(terms, scope.allowed, _SEARCHED)
            ids.update(index.document_id_of(int(passage)) for passage in passages)
    allowed = set(list_allowed_ids(scope))
    return sorted(ids & allowed)


def _list_named_documents(article: _Article, scope: Scope) -> list[str]:
    """Return the ids of documents that the question names, else of all; none if these are many."""
    ids = list_allowed_ids(scope)
    if article.of:
        matching = set(scope.index.find_by_name(" ".join(sorted(article.of)), 0, _SEARCHED))
        ids = [id for id in ids if id in matching]
    return ids if len(ids) <= _MOST_DOCUMENTS else []


def _has_others(article: _Article, scope: Scope) -> bool:
    """Return whether a document that the question names opens lines with other articles: then the one asked is none."""
    label = "|".join(re.escape(name) for name in article.names)
    line = re.compile(rf"^[ \t]*(?:{label})\.?[ \u00a0]*\d", re.IGNORECASE | re.MULTILINE)
    ids = _list_named_documents(article, scope) or [
        id for number in ("1", "2") for id in _candidates(replace(article, number=number), scope)[:_MOST_DOCUMENTS]
    ]
    texts = (scope.index.document(id).text for id in ids)
    return article.number.isdigit() and any(len(line.findall(text)) >= _SERIES for text in texts)


def _find_numbered(article: _Article, document: Document) -> Iterator[Span]:
    """Yield the text under each heading that is numbered without a label: «8. Formation», and no day of a month."""
    number = _number_pattern(article.number)
    opening = re.compile(rf"\s*{number}(?:[.):]|(?=[ \u00a0]))(?!\d)\s*(?!{either(MONTHS)}\b)\S.*", re.IGNORECASE)
    text = document.text if document.headings else ""
    for heading in document.headings:
        match = opening.match(text, heading.start, heading.end)
        if match and (span := _trim(text, heading.end, _end(document, text, match))):
            yield span


def _paragraphs(article: _Article, document: Document) -> Iterator[Span]:
    """Yield the paragraphs of a document that open with a number, such as 7.5, if it has the article that it is of."""
    text = document.text
    if article.enclosing.opening.search(text) is None:
        return
    for match in re.finditer(rf"^[ \t]*{re.escape(article.number)}\.?(?![\w.])[ \t\u00a0]*", text, re.MULTILINE):
        following = _PARAGRAPH.search(text, match.end())
        end = min(_end(document, text, match), following.start() if following else len(text))
        if span := _trim(text, match.end(), end):
            yield span


def _opening_words(document: Document) -> frozenset[str]:
    """Return the words that say what a document is: of its id, its title and its first lines."""
    return frozenset(words_of(f"{document.id} {document.title} {document.slice(0, min(300, document.length))}"))


def _spans(article: _Article, document: Document) -> Iterator[Span]:
    """Yield the text of the article wherever a line of a document opens with its number, without that heading."""
    text = document.text
    for match in article.opening.finditer(text):
        start = _body(match, document)
        if start is not None and (span := _trim(text, start, _end(document, text, match))):
            yield span


def _body(match: re.Match[str], document: Document) -> int | None:
    """Return where the text of an article starts after its heading; None if the line goes on as running text."""
    line_text = match["line_text"].strip()
    is_heading = any(heading.start <= match.start() < heading.end for heading in document.headings)
    if not line_text or is_heading:
        return match.end()
    if match["mark"] is None:
        return None
    return (
        match.end()
        if not re.search(r"[.;:!?…,][»”\")]*$", line_text) and len(line_text) < 120
        else match.start("line_text")
    )


def _end(document: Document, text: str, opening: re.Match[str]) -> int:
    """Return where the article ends: at the next heading beside it, or the next line with a label and a number."""
    opening_block = document.block_at(opening.start())
    next_headings = (
        block.start
        for block in document.blocks
        if block.kind == "heading"
        and block.start >= opening.end()
        and opening_block not in document.context_at(block.start)
    )
    boundary = _BOUNDARY.search(text, opening.end())
    return min(len(text), next(next_headings, len(text)), boundary.start() if boundary else len(text))


def _trim(text: str, start: int, end: int) -> Span | None:
    """Return a span without the white space and rules at its edges; None without a word."""
    match = re.compile(r"[\s=_*#-]*").match(text, start, end)
    start = match.end() if match else start
    end = start + len(text[start:end].rstrip())
    return Span(start, end) if re.search(r"\w", text[start:end]) else None
