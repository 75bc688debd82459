"""Answer a question: parse, retrieve, rerank, extract, decide, compose.

The steps that ``Answer.timings`` counts are: understand (parse, and complete a follow-up), retrieve (and rerank), read
(with the reader), weigh (extract and decide), write (compose and cite).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from index.events import emit
from index.index import Index, open_index
from rag.answer import Answer, Hit, Turn
from rag.extraction.abstention import predict_answerable
from rag.extraction.citations import cite_evidence, list_hits
from rag.extraction.compose import choose_remark, compose_answer, compose_words, remark_copies
from rag.extraction.denial import find_denial
from rag.extraction.disagreement import find_differing, put_newest_first
from rag.extraction.evidence.read_sentences import weigh_sentences
from rag.extraction.evidence.scored_sentence import ScoredSentence
from rag.extraction.evidence.select_evidence import put_lists_first, select_evidence
from rag.extraction.near_misses.screening import drop_near_misses, lacks_support
from rag.extraction.numbered_parts import find_numbered_parts
from rag.extraction.quote import asks_for_list
from rag.intents.courtesy import without_courtesy
from rag.intents.definitions import answer_definition
from rag.intents.naming import narrow
from rag.intents.reply import Reply, Scope, in_language, join_replies, refuse, show_sides
from rag.intents.respond import respond
from rag.query.arguments import read_history, split_filters, validate_k
from rag.query.comparison import parse_comparison
from rag.query.compound import split_questions
from rag.query.filters import (
    NO_FILTERS,
    find_kept_filters,
    keep_filters,
    resolve_filters,
    with_inherited,
)
from rag.query.followup import RewrittenQuestion, rewrite
from rag.query.question import Question, parse_question
from rag.ranking.rerank import RERANK_K, searcher
from rag.text.dates import days_of_corpus

if TYPE_CHECKING:
    from rag.writing.writer import Writer

CITATIONS = 3
NEAREST = 3
SURE = 0.6  # confidence from which fewer of the rules on near misses apply


class Stopwatch:
    """Measures how long each step takes, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start_time = perf_counter()

    @property
    def total(self) -> float:
        """Return the seconds since it was made."""
        return round(perf_counter() - self._start_time, 6)

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        """Add to ``seconds`` how long the block takes, under the name ``step``."""
        start = perf_counter()
        yield
        self.seconds[step] = round(self.seconds.get(step, 0.0) + perf_counter() - start, 6)


def ask(
    question: str,
    *,
    index: str | Path | Index | None = None,
    history: Sequence[Turn] = (),
    k: int | None = CITATIONS,
    since: date | None = None,
    until: date | None = None,
    documents: Sequence[str] = (),
    model: str | None = None,
) -> Answer:
    """Return the answer that the documents give, with at most ``k`` citations, strongest first.

    ``Answer.kind`` says what it is. A list or an overview, where the question asks for one, has as many citations as it
    needs.

    Args:
        index: a folder or an opened index; by default RAG_INDEX, else ``.index``.
        history: earlier turns of the conversation, oldest first; a follow-up takes its subject from the last.
        k: None quotes all sentences that hold the phrases in quotation marks, else the names, else all words of the
            question, in the order of the documents.
        since, until: search only documents with a date in this period, both ends included.
        documents: search only these, by id or pattern (``notes/*.txt``).
        model: a language model, ``provider:name``, that writes the answer; what it writes from is sent to it. Where it
            cannot, the answer is quotes as without it, and ``Answer.remark`` says why.

    Raises:
        UserError: the question or the index is not usable; the message says what to do.
    """
    *_, answer = stream(
        question, index=index, history=history, k=k, since=since, until=until, documents=documents, model=model
    )
    return answer


def stream(
    question: str,
    *,
    index: str | Path | Index | None = None,
    history: Sequence[Turn] = (),
    k: int | None = CITATIONS,
    since: date | None = None,
    until: date | None = None,
    documents: Sequence[str] = (),
    model: str | None = None,
) -> Iterator[Answer]:
    """Yield the answer as it grows: each one is complete and has one citation more; the last is that of ``ask``.

    Lists and overviews come at once. What a ``model`` writes comes sentence by sentence, and stops when the iterator is
    closed. The arguments and errors are those of ``ask``; an error is raised when the first
    answer is taken.
    """
    opened, history = open_index(index), read_history(history)
    validate_k(k)
    watch = Stopwatch()
    with watch.time("understand"):
        unfiltered, filters = split_filters(question, since, until, documents)
        scope = Scope.of(opened, keep_filters(filters, find_kept_filters(history, opened)))
        reply = respond(unfiltered, scope, history, k)
        rewritten = rewrite(without_courtesy(unfiltered), _topical_turns(history), lambda: days_of_corpus(opened))
        if reply is None and (reply := respond(rewritten.text, scope, history, k)):  # «Et l'article suivant ?»
            unfiltered = rewritten.text
    writer = _writer(model) if model and (reply is None or reply.kind == "overview") else None
    if writer and not reply:
        with watch.time("write"):
            rewritten = writer.restate(rewritten, unfiltered, _topical_turns(history))
    if reply:
        answers = _stream_reply(question, unfiltered, reply, watch)
    else:
        rewritten, quoted = _quote_each(unfiltered, rewritten, _topical_turns(history), scope, k or CITATIONS, watch)
        answers = _stream_reply(question, with_inherited(str(rewritten), scope.filters, filters), quoted, watch)
    if writer:
        *_, extracted = answers
        answers = writer.write(extracted, unfiltered if reply else str(rewritten), scope)
    for answer in answers:
        yield answer
    emit("answered", kind=answer.kind, quotes=len(answer.citations), seconds=watch.total, written=writer is not None)


def _writer(model: str) -> "Writer":
    from rag.writing.writer import Writer  # LangChain takes a second to import

    return Writer(model)


def _stream_reply(question: str, understood: str, reply: Reply, watch: Stopwatch) -> Iterator[Answer]:
    """Yield the answer with one quote, with two, and so on; an answer of another kind than quotes comes at once."""
    quote_count = len(reply.cited)
    for n in range(1, quote_count) if reply.kind == "quotes" else ():
        yield _answer(question, understood, replace(reply, cited=reply.cited[:n]), watch)
    yield _answer(question, understood, reply, watch)


def _answer(question: str, understood: str, reply: Reply, watch: Stopwatch) -> Answer:
    with watch.time("write"):
        text, ledger = compose_answer(reply.cited) if reply.cited else compose_words(reply.text)
    quotes = tuple(draft.citation for draft in reply.cited)
    return Answer(
        question, understood, bool(quotes), text, reply.confidence, quotes, ledger, reply.nearest, watch.seconds,
        reply.kind, reply.remark,
    )  # fmt: skip


def _quote_each(
    unfiltered: str, message: RewrittenQuestion, turns: list[Turn], scope: Scope, k: int, watch: Stopwatch
) -> tuple[RewrittenQuestion, Reply]:
    """Return quotes for each question of a message, each a follow-up of the one before, and how all are understood.

    ``message`` is the message as a whole; with one question, or where none gets a quote, it is answered so.
    """
    questions = split_questions(without_courtesy(unfiltered))
    replies: list[tuple[str, Reply]] = []
    for question in questions if 1 < len(questions) <= k else ():
        with watch.time("understand"):
            understood = rewrite(question, turns, lambda: days_of_corpus(scope.index))
        reply = _quote_first(understood, scope, k // len(questions), watch)
        turns = [*turns, Turn(question, _answer(question, str(understood), reply, watch))]
        replies.append((str(understood), reply))
    if any(reply.cited for _, reply in replies):
        absent = in_language(unfiltered, "pas dans vos documents", "not in your documents")
        return replace(message, sentence=" ".join(text for text, _ in replies)), join_replies(replies, absent)
    return message, _quote_sides(message, scope, k, watch) or _quote_first(message, scope, k, watch)


def _quote_sides(understood: RewrittenQuestion, scope: Scope, k: int, watch: Stopwatch) -> Reply | None:
    """Return quotes about each side of a comparison; None if none is asked for, or the documents lack a side."""
    comparison = parse_comparison(understood.text) if k > 1 else None
    if not comparison:
        return None
    replies = [_quote_first(replace(understood, text=text), scope, k // 2, watch) for text in comparison.questions]
    if not all(reply.cited and reply.kind in ("quotes", "list") for reply in replies):
        return None
    return show_sides(understood.text, comparison.sides, *replies)


def _quote_first(understood: RewrittenQuestion, scope: Scope, k: int, watch: Stopwatch) -> Reply:
    """Return quotes from the document that the question names, if it names one that answers; else from all."""
    text, narrowed = narrow(understood.text, scope)
    if narrowed is not scope and (reply := _quote(replace(understood, text=text), narrowed, k, watch)).cited:
        return reply
    return _quote(understood, scope, k, watch)


def _quote(understood: RewrittenQuestion, scope: Scope, k: int, watch: Stopwatch) -> Reply:
    """Return at most ``k`` quotes that answer: those that define what is asked, else the best sentences found."""
    with watch.time("understand"):
        parsed = parse_question(
            understood.text, understood.context, understood.documents, str(understood), understood.read_as
        )
    with watch.time("retrieve"):
        defined = answer_definition(understood.text, scope, k)
        if defined and defined.cited:
            return defined
        ranked = searcher(scope.index).rank(parsed, scope.allowed)
    with watch.time("read"):
        ranked = searcher(scope.index).read(parsed, ranked)
    with watch.time("weigh"):
        sentences = drop_near_misses(parsed, ranked, weigh_sentences(parsed, ranked))
        confidence, answers = predict_answerable(parsed, ranked, sentences)
        answers = answers and not lacks_support(parsed, ranked, sentences[0], is_sure=confidence >= SURE)
    with watch.time("write"):
        if defined or not answers:
            return replace(
                refuse(parsed.language),
                confidence=0.0 if defined else confidence,
                nearest=list_hits(ranked, scope.index, NEAREST),
            )
        return replace(_select_reply(parsed, sentences, k), confidence=confidence)


def _select_reply(question: Question, sentences: Sequence[ScoredSentence], k: int) -> Reply:
    """Return at most ``k`` quotes: the one that denies what is asked, those that differ on it, else the best."""
    if denial := find_denial(question, sentences):
        return Reply(
            "denies",
            cited=cite_evidence(select_evidence([denial], 1, question)),
            remark=choose_remark("denies", question.language),
        )
    if numbered_parts := find_numbered_parts(question, sentences[0]):
        return Reply("list", cited=cite_evidence([numbered_parts]))
    chosen = select_evidence(put_newest_first(question, put_lists_first(sentences)), k, question)
    if differing := find_differing(question, chosen):
        return Reply("differs", cited=cite_evidence(differing), remark=choose_remark("differs", question.language))
    cited = cite_evidence(chosen)
    is_list = cited[0].is_list and asks_for_list(question.text)
    copies_remark = remark_copies(sorted({id for evidence in chosen for id in evidence.copies}), question.language)
    return Reply("list" if is_list else "quotes", cited=cited, remark=copies_remark)


def _topical_turns(history: Sequence[Turn]) -> list[Turn]:
    """Return the turns that a follow-up may take its subject from: those about what documents say."""
    return [turn for turn in history if turn.answer.kind not in ("greeting", "library")]


def search(
    question: str,
    k: int = 10,
    *,
    index: str | Path | Index | None = None,
    since: date | None = None,
    until: date | None = None,
    documents: Sequence[str] = (),
    rerank: bool = True,
) -> list[Hit]:
    """Return the ``k`` passages most relevant to the question, best first.

    Without ``rerank`` they are in the order of the linear model, which is quicker. The other arguments are those of
    ``ask``.

    Raises:
        UserError: as ``ask``.
    """
    opened = open_index(index)
    validate_k(k)
    unfiltered, typed = split_filters(question, since, until, documents)
    allowed = resolve_filters(keep_filters(typed, NO_FILTERS), opened)
    ranked = searcher(opened).rank(parse_question(unfiltered), allowed, max(RERANK_K, k), rerank=rerank)
    return list(list_hits(ranked, opened, k))
