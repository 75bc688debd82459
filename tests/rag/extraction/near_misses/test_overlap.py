"""A question that shares no word with any passage is not answered by the nearest one."""

import pytest
from indexed import index_of

import rag
from index import Index
from rag.extraction.near_misses.overlap import shares_no_word
from rag.query.question import parse_question
from rag.ranking.rerank import searcher

pytestmark = pytest.mark.slow

TEXTS = {
    "phare.md": (
        "# Le phare\n\nLe gardien l'allume au coucher du soleil. La lampe consomme deux litres d'huile par nuit. "
        "Le phare fut réparé parce que la tempête avait brisé ses vitres.\n"
    ),
    "harbour.txt": "The harbour master collects the mooring fees each Friday. Boats pay nine pounds a night.\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("folder"), TEXTS)


@pytest.mark.parametrize("question", ["xyz", "abc", "C'est quoi xyz ?", "Pourquoi ?", "Comment ?", "est"])
def test_without_a_word_of_theirs_the_documents_answer_nothing(folder: Index, question: str) -> None:
    assert not rag.ask(question, index=folder).found


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("lampe", "deux litres"),
        ("Combien consomme-t-on ?", "deux litres"),
        ("Pourquoi le phare fut-il réparé ?", "la tempête"),
        ("Combien paient les bateaux par nuit ?", "nine pounds"),
        ("Quand le gardien alume-t-il ?", "coucher du soleil"),
    ],
)
def test_one_word_its_translation_or_a_slip_is_enough(folder: Index, question: str, words: str) -> None:
    assert words in rag.ask(question, index=folder).citations[0].quote


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xyz", True),
        ("C'est quoi xyz ?", True),
        ("Pourquoi ?", True),
        ("lampe", False),
        ("lamppe", False),  # a slip
        ("huile xyz", False),  # one word of two
        ("Combien ça coûte ?", False),  # may be answered in other words
        ("Que s'est-il passé le 3 mars 2020 ?", False),  # a day is asked about
    ],
)
def test_only_keywords_and_terms_that_no_passage_has_share_nothing(folder: Index, text: str, expected: bool) -> None:
    question = parse_question(text)
    assert shares_no_word(question, searcher(folder).rank(question)) is expected


def test_a_bare_question_word_continues_the_turn_before(folder: Index) -> None:
    first = "Quand le phare fut-il réparé ?"
    turn = rag.Turn(first, rag.ask(first, index=folder))
    assert "la tempête" in rag.ask("Pourquoi ?", index=folder, history=[turn]).citations[0].quote
