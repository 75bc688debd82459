"""From a question to an answer: understand, retrieve, weigh, decide, write. Every quote is sliced from its document."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter

from index.errors import InvalidQuestion
from index.index import Index, open_index
from rag.answer import Answer, Hit, Turn
from rag.extraction.abstention import answerable
from rag.extraction.citations import citations, hits
from rag.extraction.compose import absence, written
from rag.extraction.evidence import choose, weigh
from rag.query.filters import Scope, read_filters, within
from rag.query.followup import understood
from rag.query.question import analyse
from rag.ranking.rerank import WEIGHED, retrieve
from rag.text.dates import calendar

CITATIONS = 3
NEAREST = 3
LONGEST = 2000  # characters of a question


class Stopwatch:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        start = perf_counter()
        yield
        self.seconds[step] = round(perf_counter() - start, 6)


def ask(
    question: str,
    *,
    index: str | Path | Index | None = None,
    history: Sequence[Turn] = (),
    k: int = CITATIONS,
    since: date | None = None,
    until: date | None = None,
    documents: Sequence[str] = (),
) -> Answer:
    """The answer that the documents give, with at most ``k`` citations, strongest first.

    Args:
        index: a folder or an opened index; by default RAG_INDEX, else ``.index``.
        history: earlier turns of the conversation, oldest first; a follow-up takes its subject from the last.
        since, until: only documents dated so, both inclusive.
        documents: only these, by id or pattern (``notes/*.txt``).

    Raises:
        UserError: the question or the index is not usable; the message says what to do.
    """
    *_, whole = stream(question, index=index, history=history, k=k, since=since, until=until, documents=documents)
    return whole


def stream(
    question: str,
    *,
    index: str | Path | Index | None = None,
    history: Sequence[Turn] = (),
    k: int = CITATIONS,
    since: date | None = None,
    until: date | None = None,
    documents: Sequence[str] = (),
) -> Iterator[Answer]:
    """The answer of ``ask`` as it grows: each is a whole answer with one citation more, the last is that of ``ask``.

    The arguments and errors are those of ``ask``; an error is raised when the first answer is taken.
    """
    opened = open_index(index)
    check_count(k)
    watch = Stopwatch()
    with watch.time("understand"):
        bare, scope = parse_question(question, Scope(tuple(documents), since, until))
        full = understood(bare, history, lambda: calendar(opened))
        parsed, place = analyse(full.text, full.context), within(scope, opened)
    with watch.time("retrieve"):
        ranked = retrieve(parsed, opened, place)
    with watch.time("weigh"):
        weighed = weigh(parsed, ranked)
        confidence, found = answerable(parsed, ranked, weighed)
    with watch.time("write"):
        cited = citations(choose(weighed, k)) if found else ()
        nearest = () if cited else hits(ranked, opened, NEAREST)
        texts = [written(cited[:shown]) for shown in range(1, len(cited) + 1)] or [absence(parsed.language)]
    for shown, (text, ledger) in enumerate(texts, start=1):
        quoted = tuple(one.citation for one in cited[:shown])
        yield Answer(question, str(full), bool(cited), text, confidence, quoted, ledger, nearest, watch.seconds)


def search(
    question: str,
    k: int = 10,
    *,
    index: str | Path | Index | None = None,
    since: date | None = None,
    until: date | None = None,
    documents: Sequence[str] = (),
) -> list[Hit]:
    """The ``k`` passages nearest to the question, best first; the arguments are those of ``ask``."""
    opened = open_index(index)
    check_count(k)
    bare, scope = parse_question(question, Scope(tuple(documents), since, until))
    ranked = retrieve(analyse(bare), opened, within(scope, opened), most=max(WEIGHED, k))
    return list(hits(ranked, opened, k))


def check_count(k: int) -> None:
    if k < 1:
        raise InvalidQuestion("{} is asked for. Ask for 1 at least.", k)


def parse_question(question: str, scope: Scope) -> tuple[str, Scope]:
    """Split a question from its filters, and add these to ``scope``.

    Raises:
        InvalidQuestion: the question, without its filters, holds no word; or a filter cannot be read.
    """
    bare, scope = read_filters(checked(question), scope)
    if not any(character.isalnum() for character in bare):
        raise InvalidQuestion("Add a question to the filter: «{}» only says where to search.", question.strip()[:40])
    return bare, scope


def checked(question: str) -> str:
    """The question, if it can be searched for."""
    if not question.strip():
        raise InvalidQuestion("The question is empty. Type one.")
    if len(question) > LONGEST:
        raise InvalidQuestion("The question has {:,} characters. Ask in at most {:,}.", len(question), LONGEST)
    if any("\ud800" <= character <= "\udfff" for character in question):  # as a terminal hands over what is no UTF-8
        raise InvalidQuestion("The question holds bytes that are no text. Type it again.")
    if not any(character.isalnum() for character in question):
        raise InvalidQuestion("«{}» holds no word. Ask with words.", question.strip()[:40])
    return question
