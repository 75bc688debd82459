"""A question that shares no word with any passage is not answered by the nearest one."""

import pytest

import rag
from index import Index
from tests.support.indexed import index_of

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


def test_a_bare_question_word_continues_the_turn_before(folder: Index) -> None:
    first = "Quand le phare fut-il réparé ?"
    turn = rag.Turn(first, rag.ask(first, index=folder))
    assert "la tempête" in rag.ask("Pourquoi ?", index=folder, history=[turn]).citations[0].quote
