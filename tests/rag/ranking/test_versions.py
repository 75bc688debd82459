"""Copies and versions of one document: quoted once, the newest first."""

from pathlib import Path

import pytest
from indexed import index_of

import rag
from index import Index

pytestmark = pytest.mark.slow

RULES = (
    "Règlement du parc\n\n{}Le parc est fermé chaque mardi pour l'entretien des allées. Les chiens sont admis. "
    "Le gardien loge près du portail nord et ouvre la grille à sept heures.\n"
)
FARE = "Tarifs {}\n\nLe billet du bac coûte {} euros pour un adulte et le passage dure dix minutes.\n"
TEXTS = {
    "copie.txt": RULES.format(""),
    "reglement-v9.txt": RULES.format(""),
    "reglement-v10.txt": RULES.format("Texte revu. "),
    "journal.txt": (
        "Le maire a rappelé les usages. Le parc est fermé chaque mardi pour l'entretien des allées. Il a promis de "
        "nouveaux bancs pour les promeneurs et une aire de jeux au sud."
    ),
    "tarifs-2030.txt": FARE.format(2030, 4),
    "tarifs-2031.txt": FARE.format(2031, 5),
    "charte-2028.md": "# Charte du port\n\n## Chiens\n\nLes chiens sont admis sur le quai avec une laisse.\n",
    "charte-2032.md": "# Charte du port\n\n## Chiens\n\nLes chiens sont interdits sur le quai.\n",
}


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("versions"), TEXTS)


def test_the_newest_copy_is_quoted_and_the_others_are_named(versions: Index) -> None:
    answer = rag.ask("Quel jour le parc est-il fermé ?", index=versions)
    assert [citation.source for citation in answer.citations] == ["reglement-v10.txt", "journal.txt"]
    assert answer.remark == "Même texte dans\u00a0: copie.txt, reglement-v9.txt."


def test_another_document_that_says_the_same_is_no_copy(versions: Index) -> None:
    answer = rag.ask("Quel jour le parc est-il fermé ?", index=versions, documents=["journal.txt", "copie.txt"])
    assert {citation.source for citation in answer.citations} == {"journal.txt", "copie.txt"}
    assert answer.remark == ""


def test_versions_that_differ_come_newest_first(versions: Index) -> None:
    answer = rag.ask("Combien coûte le billet du bac ?", index=versions)
    assert answer.kind == "differs"
    assert [citation.source for citation in answer.citations] == ["tarifs-2031.txt", "tarifs-2030.txt"]


def test_a_space_before_a_unit_makes_no_difference(tmp_path: Path) -> None:
    texts = {
        "bac.txt": "La remise du bac est de 50 % en mai pour tous les marins du port.",
        "quai.txt": "La remise du bac est de 50% en mai pour tous les marins du quai.",
    }
    assert rag.ask("Quelle est la remise du bac en mai ?", index=index_of(tmp_path, texts)).kind == "quotes"


def test_what_the_newest_edition_says_comes_first(versions: Index) -> None:
    answer = rag.ask("Les chiens sont-ils admis sur le quai ?", index=versions)
    assert answer.citations[0].source == "charte-2032.md"
    older = rag.ask("Les chiens sont-ils admis sur le quai, charte de 2028 ?", index=versions)
    assert older.citations[0].source == "charte-2028.md"
