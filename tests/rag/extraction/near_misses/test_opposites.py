"""The opposite of what is asked, and what did not happen, are no answers."""

from types import SimpleNamespace
from typing import Any

import pytest
from indexed import index_of

import rag
from index import Index
from rag.extraction.near_misses.opposites import without_opposites

pytestmark = pytest.mark.slow

TEXTS = {
    "badge.md": "# Badge of the wardens\n\nThe minimum width of the badge is 70 millimetres.\n",
    "quai.txt": "Le poids maximal d'une caisse sur le quai de Corvan est de 40 kg.\n",
    "conseil.txt": "La secrétaire Odile Rambert tient les comptes du conseil parce que le maire le lui demande.\n",
    "tour.txt": "The clerk Amos Crane resigned because the tower of Arden was sold.\n",
    "reseau.txt": "Le serveur de la mairie de Sorlin a le numéro 7 et l'adresse 192.168.100.46 sur le réseau.\n",
    "bac.txt": (
        "Le bac de Vernay part 3 fois par mois en hiver.\n\nPour le bac de Vernay, chaque passager verse 4 euros.\n"
    ),
    "navette.txt": "La navette de Brénaz part 3 fois par mois en hiver.\n",
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("town"), TEXTS)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is the minimum width of the badge?", "70 millimetres"),
        ("Quel est le poids max d'une caisse sur le quai ?", "40 kg"),
        ("Why did the clerk Amos Crane resign?", "was sold"),
        ("Le bac de Vernay c'est combien ?", "4 euros"),
    ],
)
def test_what_is_asked_is_quoted(town: Index, question: str, words: str) -> None:
    assert words in rag.ask(question, index=town).citations[0].quote


@pytest.mark.parametrize(
    "question",
    [
        "What is the maximum width of the badge?",
        "Quel est le poids minimum d'une caisse sur le quai ?",
        "Pourquoi la secrétaire Odile Rambert a-t-elle démissionné du conseil ?",
        "Quel est le numéro de téléphone de la mairie de Sorlin ?",
        "La navette de Brénaz c'est combien par mois ?",  # a price, not how often
    ],
)
def test_the_opposite_is_no_answer(town: Index, question: str) -> None:
    assert not rag.ask(question, index=town).found


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (["The maximum load is 30 t.", "The load is weighed.", "The minimum load is 5 t."], [0, 1]),
        (["The minimum load is 5 t.", "The load is weighed.", "The maximum load is 30 t."], [2]),
        (["The load is between a minimum of 5 t and a maximum of 30 t.", "The load is weighed."], [0, 1]),
    ],
)
def test_what_says_the_opposite_is_left_out(texts: list[str], kept: list[int]) -> None:
    question: Any = SimpleNamespace(text="What is the maximum load?")
    scored: Any = [SimpleNamespace(above=(), sentence=SimpleNamespace(text=text)) for text in texts]
    assert without_opposites(question, scored) == [scored[number] for number in kept]
