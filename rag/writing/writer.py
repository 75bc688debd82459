"""Write an answer with a language model, and hold each of its sentences against the quotes that it marks.

The text is the model's own, to the byte. Where it cannot write, the extractive answer stands and says why.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from time import monotonic

from index.language import detect
from rag.answer import Answer, Citation, LedgerSentence, Turn
from rag.extraction.compose import compose_words
from rag.intents.reply import Scope, refuse
from rag.query.followup import RewrittenQuestion
from rag.verification.ledger import MarkedSentence, evidence_of, judge_sentence, split_marked
from rag.writing.client import ChatModel, Piece, answer_in
from rag.writing.evidence import collect_evidence, find_nearest, quote_document
from rag.writing.failures import ModelFailure, explain_failure
from rag.writing.prompts import answer_rules, ask_about, is_refusal, summary_rules
from rag.writing.restate import restate
from rag.writing.settings import ModelSettings
from rag.writing.summary import condense

_KEPT_KINDS = ("overview", "denies", "differs")
_STEP = 40  # characters between two growths of an answer


class Writer:
    """A model that writes the answer to one question, within its limits; what it lacks is told in the answer."""

    def __init__(self, name: str) -> None:
        self._model: ChatModel | ModelFailure  # the failure, once there is one
        try:
            settings = ModelSettings.read(name)
            self._started = monotonic()
            self._deadline = self._started + settings.seconds
            self._model = ChatModel(settings)
        except ModelFailure as failure:
            self._model = failure

    def restate(self, understood: RewrittenQuestion, question: str, history: Sequence[Turn]) -> RewrittenQuestion:
        """Return a follow-up as a question that stands alone, in the words of the model; if it fails, as understood."""
        if isinstance(self._model, ModelFailure) or not history:
            return understood
        try:
            alone = restate(question, detect(question), history, self._model, self._deadline)
        except ModelFailure as failure:
            self._model = failure
            return understood
        return RewrittenQuestion(alone, documents=understood.documents) if alone else understood

    def write(self, extracted: Answer, question: str, scope: Scope) -> Iterator[Answer]:
        """Yield the answer as it grows; the last one is whole.

        Args:
            extracted: the answer that quotes; it stands where the model fails, and an overview names its document.
            question: what is asked, as it stands alone.
        """
        language = detect(question)
        try:
            if isinstance(self._model, ModelFailure):
                raise self._model
            for answer in self._write_drafts(self._model, extracted, question, language, scope):
                yield replace(answer, timings={**extracted.timings, "model": round(monotonic() - self._started, 6)})
        except ModelFailure as failure:
            reason = explain_failure(failure, language) if extracted.found else failure.sentence(language)
            yield replace(extracted, remark=_join(reason, extracted.remark))

    def _write_drafts(
        self, model: ChatModel, extracted: Answer, question: str, language: str, scope: Scope
    ) -> Iterator[Answer]:
        is_summary = extracted.kind == "overview"
        if is_summary:
            passages = quote_document(extracted.citations[0].source, scope)
            evidence = condense(passages, question, language, model, self._deadline)
        else:
            evidence = collect_evidence(question, extracted, scope, model.settings.budget)
        nearest_hits = extracted.nearest or find_nearest(question, scope)
        if not evidence and (nearest_hits or extracted.found):
            raise ModelFailure("no room", model.settings.context, model.settings.tokens)
        if not evidence:
            yield extracted
            return
        rules = summary_rules(language) if is_summary else answer_rules(language)
        pieces = model.stream(rules, ask_about(evidence, question, language), self._deadline)
        yield from _Draft(replace(extracted, nearest=nearest_hits), evidence, language, model.settings).grow(pieces)


class _Draft:
    """An answer while it is written."""

    def __init__(
        self, extracted: Answer, evidence: tuple[Citation, ...], language: str, settings: ModelSettings
    ) -> None:
        self._extracted, self._evidence = extracted, evidence
        self._language, self._settings = language, settings
        self._proof = [evidence_of(number, citation) for number, citation in enumerate(evidence, start=1)]
        self._judged: dict[MarkedSentence, LedgerSentence] = {}

    def grow(self, pieces: Generator[Piece, None, None]) -> Iterator[Answer]:
        """Yield the answer now and then, and when it is whole.

        Raises:
            ModelFailure: the model failed before it had finished a sentence, or wrote nothing.
        """
        received = shown = remark = ""
        try:
            with closing(pieces):  # who stops listening hangs up
                for piece in pieces:
                    received += piece.text
                    if piece.ending:
                        ended = ModelFailure(piece.ending, self._settings.name, self._settings.tokens)
                        remark = ended.sentence(self._language)
                    text = answer_in(received)
                    is_longer = len(text) >= len(shown) + _STEP or not text.startswith(shown)
                    if is_longer and not is_refusal(text, is_whole=False):
                        yield self._answer(text, self._check(text, split_marked(text)[:-1]), "")
                        shown = text
        except ModelFailure as failure:
            if len(split_marked(answer_in(received))) < 2:
                raise
            remark = failure.sentence(self._language)
        text = answer_in(received)
        if not text.strip():
            raise ModelFailure("silent", self._settings.name)
        yield (
            self._refusal()
            if is_refusal(text, is_whole=True)
            else self._answer(text, self._check(text, split_marked(text)), remark)
        )

    def _check(self, text: str, finished: Sequence[MarkedSentence]) -> list[LedgerSentence]:
        """Return the ledger of the sentences that are finished; each is judged once."""
        for sentence in finished:
            if sentence not in self._judged:
                self._judged[sentence] = judge_sentence(text, sentence, self._proof)
        return [self._judged[sentence] for sentence in finished]

    def _answer(self, text: str, ledger: Sequence[LedgerSentence], remark: str) -> Answer:
        """Return the text with the evidence, of which all after the last that it rests on is left out."""
        keeps = self._extracted.kind in _KEPT_KINDS
        answer = replace(
            self._extracted,
            found=True,
            text=text,
            citations=self._evidence,
            sentences=tuple(ledger),
            nearest=(),
            kind=self._extracted.kind if keeps else "quotes",
            remark=_join(remark, self._extracted.remark if keeps else ""),
            writer=self._settings.name,
        )
        used = [number for sentence in ledger for number in answer.quotes_of(sentence)]
        return replace(answer, citations=self._evidence[: max(used, default=len(self._evidence))])

    def _refusal(self) -> Answer:
        """Return that the documents do not answer, as the model says; what is nearest is no evidence."""
        text, ledger = compose_words(refuse(self._language).text)
        return replace(
            self._extracted, found=False, text=text, citations=(), sentences=ledger, kind="not_found", remark="",
            writer=self._settings.name,
        )  # fmt: skip


def _join(*sentences: str) -> str:
    return " ".join(filter(None, sentences))
