"""Answer what needs no ranking, or leave the question to it."""

from collections.abc import Sequence

from rag.answer import Turn
from rag.intents.articles import answer_article
from rag.intents.courtesy import answer_courtesy
from rag.intents.library import answer_library
from rag.intents.mentions import answer_mentions
from rag.intents.overview import answer_overview
from rag.intents.reply import Reply, Scope


def respond(question: str, scope: Scope, history: Sequence[Turn], k: int | None) -> Reply | None:
    """Return the reply to a question about the folder, a document as a whole or all mentions; None for any other.

    ``k`` None asks for all mentions.
    """
    if k is None:
        return answer_library(question, scope) or answer_mentions(question, scope, is_asked=True)
    return (
        answer_courtesy(question)
        or answer_library(question, scope)
        or answer_mentions(question, scope, is_asked=False)
        or answer_article(question, scope, k)
        or answer_overview(question, scope, history)
    )
