"""A follow-up, as the model would ask it alone. What it may not become: several lines, an answer, or nothing."""

from collections.abc import Sequence

from rag.answer import Turn
from rag.query.question import content_words
from rag.writing.client import ChatModel
from rag.writing.prompts import ask_again, restate_rules

_TURNS = 3  # earlier ones that are told
_LONGER = 200  # characters more than the question has, at most


def restate(question: str, language: str, turns: Sequence[Turn], model: ChatModel, deadline: float) -> str | None:
    """Return the question so that it stands alone; None where it does already, or what came is no question.

    Raises:
        ModelFailure: as ``ChatModel.stream``.
    """
    reply = model.write(restate_rules(language), ask_again(turns[-_TURNS:], question), deadline)
    restated = reply.strip().strip('"“”«» \u00a0').removeprefix("Q:").strip()
    is_one_line = len(restated.splitlines()) == 1 and restated.isprintable()
    if not is_one_line or len(restated) > len(question) + _LONGER or not content_words(restated):
        return None
    return restated if restated != question.strip() else None
