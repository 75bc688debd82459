"""What holds on one day of the week is no answer for another."""

import pytest
from indexed import index_of

import rag
from index import Index
from rag.extraction.near_misses.weekdays import days_of_week

TEXTS = {
    "piscine.md": (
        "# La piscine de Vernay\n\n| Jour | Ouverture | Fermeture |\n|---|---|---|\n| Mardi | 12 h | 20 h |\n"
        "| Mercredi | 9 h | 19 h |\n| Samedi | 10 h | 18 h |\n\nLa piscine ferme à 17 h le samedi en août.\n"
    ),
    "museum.txt": "The tile museum is open from Tuesday to Friday, 10 am to 5 pm. The tile museum sells tiles.\n",
    "judo.txt": "Le cours de judo du lundi est donné par Aude Rebours à 18 h.\n",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("town"), TEXTS)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("du mardi au jeudi", {1, 2, 3}),
        ("Saturday–Monday", {5, 6, 0}),
        ("le lundi et les samedis", {0, 5}),
        ("le week-end", {5, 6}),
        ("tous les jours sauf le lundi", set(range(7))),
        ("le 3 mai", set()),
    ],
)
def test_days_are_read_with_those_between(text: str, days: set[int]) -> None:
    assert days_of_week(text) == days


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("À quelle heure ouvre la piscine le mercredi ?", "9 h"),
        ("Is the tile museum open on Thursdays?", "Tuesday to Friday"),
        ("Qui donne le cours de judo du lundi ?", "Aude Rebours"),
    ],
)
def test_the_day_that_is_named_is_quoted(town: Index, question: str, words: str) -> None:
    assert words in rag.ask(question, index=town).citations[0].quote


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    [
        "À quelle heure ouvre la piscine le jeudi ?",
        "À quelle heure ouvre la piscine le lundi ?",  # the day of another document
        "Qui donne le cours de judo du vendredi ?",
    ],
)
def test_another_day_is_no_answer(town: Index, question: str) -> None:
    assert not rag.ask(question, index=town).found
