"""Answers of every shape that an export must carry, over documents that hold what formats trip over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import zip_longest

from index.documents import Document, Span
from rag.answer import Answer, Citation, Hit, LedgerSentence

TEXT = (
    "# Le phare *d'Eckmühl*\n\nLe gardien, M. Le Gall, a dit : «La lampe tourne [1] depuis 1897 & jamais\u00a0ne "
    "s'arrête.»\n\n- pierre : 65 m\n- escalier : 307 marches\n\f\nIt was <b>built</b> with 300,000 francs; "
    "1. money, 2. stone \\ granite.\n"
)
LIST = "- pierre : 65 m\n- escalier : 307 marches\n\f\nIt was <b>built</b>"
LAMP = "«La lampe tourne [1] depuis 1897 & jamais\u00a0ne s'arrête.»"
MONEY = "300,000 francs; 1. money, 2. stone \\ granite."


def document(id: str = "côtes/phare n°1, plan (v2).md", text: str = TEXT) -> Document:
    return Document(
        id, text, sha256(text.encode()).hexdigest(), "Le phare d'Eckmühl.", date(2022, 2, 1), "text", pages=(0, 150)
    )


def citation(quote: str, of: Document, **more) -> Citation:
    start = of.text.index(quote)
    end = start + len(quote)
    passage = Span(max(0, start - 20), min(of.length, end + 20))
    return Citation(of.id, start, end, quote, of.page_at(start), of.sha256, of.title, of.date, passage, **more)


def written_answer(
    question: str, sentences: list[tuple[str, list[int]]], citations: list[Citation], judged: Sequence[str] = (), **more
) -> Answer:
    """An answer whose paragraphs are ``sentences``, each with its marks; ``judged`` gives verdicts, or ""."""
    text, ledger = "", []
    for (words, numbers), verdict in zip_longest(sentences, judged):
        start = len(text) + 2 if text else 0
        text, marks = f"{text}\n\n{words}" if text else words, []
        for n in numbers:
            text += f" [{n}]"
            marks.append(Span(len(text) - len(f"[{n}]"), len(text)))
        supported = bool(numbers) if verdict is None else verdict == "supported"
        verdict = {"verdict": verdict} if verdict else {"states": verdict is None}
        ledger.append(LedgerSentence(start, len(text), tuple(numbers), supported, tuple(marks), **verdict))
    return Answer(question, question, bool(citations), text, 0.75, tuple(citations), tuple(ledger), **more)


def answers() -> list[Answer]:
    """Quotes with context and focus; an answer that cites twice; a list; a refusal; one that a model wrote."""
    of = document()
    title = Span(2, 23)
    lamp = citation(
        LAMP, of, focus=Span(*(of.text.index("1897") + n for n in (0, 4))), speaker="M. Le Gall",
        context=(title,), context_texts=(of.text[slice(*title)],),
    )  # fmt: skip
    money = citation(MONEY, replace(of, id="notes.txt", pages=(), date=None))
    listed = citation(LIST, of)
    hit = Hit("notes.txt", 0, 10, of.text[:10], 0.1, 0.2, 0.3, "Notes", date(2022, 3, 1), 2)
    return [
        written_answer("Depuis quand *tourne* la lampe ?", [(LAMP, [1]), (MONEY, [2])], [lamp, money]),
        written_answer(
            "What about the tower?\nAnd its price?",
            [("It cost 300,000 francs", [2, 1]), ("Nobody says why", []), ("The lamp turns", [1])],
            [lamp, money],
        ),
        written_answer("Quels matériaux ?", [(LIST, [1])], [listed], kind="list", remark="1 mention, 2 # lignes."),
        written_answer("Qui est le maire ?", [("Vos documents ne répondent pas.", [])], [], nearest=(hit,)),
        written_answer(
            "Et l'escalier ?",
            [("Il a 307 marches", [2]), ("Il est *en colimaçon* (dit-on)", []), ("Merci", [])],
            [lamp, listed, money],
            judged=["contradicted", "unsupported", ""],
            writer="local:little_model*1",
        ),
    ]
