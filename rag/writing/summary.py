"""A document of any length, condensed to what one request holds: map, then reduce, over its own passages.

Each run of passages is summarised, and only the passages that its summary marks go on. The last summary is therefore
written from quotes, not from summaries, and its marks are marks of quotes.
"""

from collections.abc import Sequence

from index.documents import Span
from rag.answer import Citation
from rag.verification.marks import find_marks
from rag.writing.client import ChatModel
from rag.writing.evidence import estimate_size, split_batches
from rag.writing.prompts import ask_about, summary_rules


def condense(
    evidence: Sequence[Citation], question: str, language: str, model: ChatModel, deadline: float
) -> tuple[Citation, ...]:
    """Return passages, in their order, that fit into one request: all, or those that summaries of each run mark.

    Raises:
        ModelFailure: as ``ChatModel.stream``.
    """
    budget = model.settings.budget
    while len(runs := split_batches(evidence, budget)) > 1:
        request = [(summary_rules(language), ask_about(run, question, language)) for run in runs]
        summaries = [model.write(rules, prompt, deadline) for rules, prompt in request]
        marked = [citation for run, summary in zip(runs, summaries, strict=True) for citation in _mark(run, summary)]
        evidence = (
            marked if sum(map(estimate_size, marked)) <= sum(map(estimate_size, evidence)) / 2 else _every_other(marked)
        )
    return runs[0] if runs else ()


def _mark(run: Sequence[Citation], summary: str) -> list[Citation]:
    """Return the passages that a summary marks, in their order; the first where it marks none."""
    numbers = {mark.number for mark in find_marks(summary, Span(0, len(summary)))}
    return [citation for number, citation in enumerate(run, start=1) if number in numbers] or [run[0]]


def _every_other(evidence: Sequence[Citation]) -> list[Citation]:
    """Return half of the passages: a model that marks nearly all of them would never come to an end."""
    return list(evidence[::2])
