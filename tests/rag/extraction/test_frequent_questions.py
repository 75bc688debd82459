"""What stands under the question itself answers it, also when it is asked in other words."""

import pytest
from indexed import index_of

import rag
from index import Index

pytestmark = pytest.mark.slow

TEXTS = {
    "questions.md": (
        "# Questions fréquentes\n\nVeloline loue des vélos dans tout le canton. Les vélos de Veloline sont jaunes et "
        "chaque vélo a un panier.\n\n"
        "## Comment ouvrir le vélo ?\n\nPosez la carte sur le boîtier de la roue. La diode passe au bleu.\n\n"
        "## Puis-je fumer dans les véhicules de l'atelier ?\n\nNon. Une amende de 60 € est prévue.\n\n"
        "## Où se trouvent les bornes ?\n\nIl y a 34 bornes à vélos, dont celle de la gare, qui en a neuf.\n"
    ),
    "sirop.txt": (
        "NOTICE DU SIROP TUSSALINE\n\nSi vous oubliez de prendre Tussaline, ne prenez pas de dose double.\n\n"
        "1. COMMENT PRENDRE TUSSALINE ?\nLa dose usuelle est d'une cuillerée le soir.\n\n"
        "2. COMMENT CONSERVER TUSSALINE ?\nÀ garder au frais.\n"
    ),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("pages"), TEXTS)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Comment ouvrir un vélo Veloline ?", "Posez la carte sur le boîtier"),
        ("Est-ce que je peux fumer dans une voiture de l'atelier ?", "Non. Une amende"),
        ("Comment prendre Tussaline ?", "une cuillerée le soir"),
    ],
)
def test_what_stands_under_the_question_is_quoted(pages: Index, question: str, words: str) -> None:
    assert words in rag.ask(question, index=pages).citations[0].quote
