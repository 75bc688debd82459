"""What a person said is told by the words of this person, not by a list that has the name."""

import pytest
from indexed import index_of

import rag
from index import Index
from rag.text.attribution import find_speakers

pytestmark = pytest.mark.slow

TEXTS = {
    "seance.txt": (
        "Présents : Mme Aubrac, M. Tissot et Mme Leroux.\n\nExcusé : M. Garnier, conseiller.\n\nLe conseil est ouvert "
        "à 18 h.\n\nMme Aubrac indique que la cantine coûte trop cher. M. Tissot répond que la commune la paie.\n"
    ),
    "inquiry.txt": 'Captain Horne told the inquiry: "The second mate should have waited." It sat for a week.\n',
}


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("records"), TEXTS)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Qu'a dit Mme Aubrac pendant le conseil ?", "trop cher"),
        ("Que répond M. Tissot à propos de la cantine ?", "la commune la paie"),
        ("What did Captain Horne tell the inquiry?", "should have waited"),
    ],
)
def test_the_words_of_a_speaker_are_quoted(records: Index, question: str, words: str) -> None:
    assert words in rag.ask(question, index=records).citations[0].quote


def test_a_name_alone_is_no_answer(records: Index) -> None:
    assert not rag.ask("Qu'a dit M. Garnier pendant le conseil ?", index=records).found


def test_who_told_something_is_its_speaker() -> None:
    assert find_speakers('Captain Horne told the inquiry: "It was dark."') == (frozenset({"captain", "horne"}),)
