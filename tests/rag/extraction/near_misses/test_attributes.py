"""A question for a weight, a price, a share or a duration wants one: another number is no answer."""

from pathlib import Path

import pytest
from indexed import index_of

import rag
from index import Index

pytestmark = pytest.mark.slow

TEXTS = {
    "cloches.txt": (
        "La cloche de Sorlin a été fondue en 1702 et porte 3 anses. La cloche de Brénaz pèse 850 kg.\n\n"
        "La visite du clocher de Brénaz dure une heure."
    ),
    "bread.txt": (
        "Of the loaves sold in Arden, 60 % are of wheat. The 12 loaves of oats sold in Bray went to the school."
    ),
    "wheat.txt": "The wheat loaf costs 4 dollars.",
    "mairie.txt": (
        "Date : mardi 16 mai 2024 11:04, de Claire Vautrin. Les salariés de la mairie sont conduits par Luc Orsat.\n\n"
        "Personne n'a vu les 457 maisons inondées de Sorlin. Le mot de passe a une voyelle."
    ),
    "barge.txt": (
        "The barge Marigold was built in 1911. She is 31 metres long and has a red funnel. Her owner is Nora Tilling. "
        "The office of the barge is run by Amos Crane, 01 44 55 66 77."
    ),
    "sellier.txt": "La sellerie Marsac a été fondée en 1921 par Jean Marsac. Le chef de la sellerie est Odilon Brou.",
}
HELD = {
    "Combien pèse la cloche de Brénaz ?": "850 kg",
    "How much does the wheat loaf cost?": "4 dollars",
    "What share of the loaves sold in Arden are of wheat?": "60 %",
    "Combien de temps dure la visite du clocher de Brénaz ?": "une heure",
    "How long is the barge Marigold?": "31 metres long",
    "What colour is the funnel of the barge?": "red funnel",
    "What is the phone number of Amos Crane?": "01 44 55 66 77",
}
NOT_HELD = {
    "Combien d'habitants compte Sorlin ?": "houses are no inhabitants",
    "Quel est le numéro de téléphone de Claire Vautrin ?": "a date is no telephone number",
    "Quel est le salaire de Luc Orsat ?": "employees are no pay",
    "Quel est le salaire du carillonneur de Brénaz ?": "a weight is no pay",
    "Quel est le numéro SIRET de la mairie ?": "457 houses are no number of a company",
    "Quelle est la longueur du mot de passe de la mairie ?": "an article is no measure",
    "Combien pèse la cloche de Sorlin ?": "its weight is that of another bell",
    "How wide is the barge Marigold?": "a length is no width",
    "How deep is the hold of the barge Marigold?": "a length is no depth",
    "What colour are the loaves of oats?": "no colour is named",
    "What is the phone number of Nora Tilling?": "the number is that of Amos Crane",
    "Quel âge a le chef de la sellerie ?": "the age is that of the saddlery",
    "What share of the loaves of oats sold in Bray went to the school?": "a count is no share",
}


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("village"), TEXTS)


@pytest.mark.parametrize(("question", "words"), HELD.items())
def test_a_measure_of_the_kind_asked_for_is_quoted(village: Index, question: str, words: str) -> None:
    assert words in rag.ask(question, index=village).citations[0].quote


def test_pounds_of_flour_are_no_price(tmp_path: Path) -> None:
    index = index_of(tmp_path, {"loaf.txt": "The rye loaf takes 2 pounds of flour from the mill of Arden."})
    assert rag.ask("How much flour does the rye loaf take?", index=index).found
    assert not rag.ask("How much does the flour of the rye loaf cost?", index=index).found


def test_space_that_is_free_is_no_price(tmp_path: Path) -> None:
    index = index_of(
        tmp_path, {"box.txt": "The beacon box has a lid. The beacon box needs 2 GB of free space on its card."}
    )
    assert rag.ask("How much space does the beacon box need?", index=index).found
    assert not rag.ask("How much does the beacon box cost?", index=index).found


@pytest.mark.parametrize("question", NOT_HELD)
def test_another_number_is_no_answer(village: Index, question: str) -> None:
    assert not rag.ask(question, index=village).found


def test_what_is_said_by_telephone_is_no_telephone_number(tmp_path: Path) -> None:
    texts = {"atelier.txt": "Atelier de Corvan\n\nUn panier confié par téléphone est rendu le soir même.\n"}
    opened = index_of(tmp_path, texts)
    answer = rag.ask("panier confié par téléphone, quand est il rendu", index=opened)
    assert "le soir même" in answer.citations[0].quote


def test_two_years_are_no_telephone_number(tmp_path: Path) -> None:
    texts = {
        "club.txt": "Club de Corvan, saison 2030-2031\n\nOdile Rambert préside le club pour la saison 2030-2031.\n"
    }
    assert not rag.ask("Quel est le numéro de téléphone d'Odile Rambert ?", index=index_of(tmp_path, texts)).found


def test_a_period_answers_how_long_it_is(tmp_path: Path) -> None:
    text = "New wardens begin with a one month trial period.\n\nThe ferry carries cows and hay."
    answer = rag.ask("How long is the trial period?", index=index_of(tmp_path, {"wardens.txt": text}))
    assert "one month" in answer.citations[0].quote


def test_a_share_is_also_answered_by_none_of_it(tmp_path: Path) -> None:
    text = (
        "# Leave\n\n## Harvest leave\n\nDuring harvest leave wardens do not receive a salary.\n\n"
        "## Flood leave\n\nDuring flood leave wardens receive 70% of their salary.\n"
    )
    index = index_of(tmp_path, {"leave.md": text})
    answer = rag.ask("What share of salary do wardens receive during harvest leave?", index=index)
    assert "do not receive a salary" in answer.citations[0].quote
