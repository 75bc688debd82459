"""Names of a sentence beside those of its quote: other letters are another name."""

import pytest

from index.documents import Span
from rag.answer import Citation
from rag.verification.ledger import check_text

LIGHTHOUSE = "Le phare de Kerdrel mesure 47 mètres. Il a été allumé le 3 mai 1874 par Anatole Brizec."
TOWER = "The lighthouse of Kerdrel is 47 metres tall. It was lit on 3 May 1874 by Anatole Brizec."


def judge(quote: str, claim: str) -> str:
    citation = Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", None, Span(0, len(quote)))
    [sentence] = check_text(claim, [citation])
    return sentence.verdict


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (LIGHTHOUSE, "Il a été allumé le 3 mai 1874 par Anatolx Brizec."),
        (LIGHTHOUSE, "Il a été allumé le 3 mai 1874 par Anatola Brizec."),
        (LIGHTHOUSE, "Le phare a été allumé le 3 mai 1874 par Anatole Brizek."),
        (LIGHTHOUSE, "Le phare de Kerdrol mesure 47 mètres."),
        (LIGHTHOUSE, "The lighthouse of Kerdrol is 47 metres tall."),
        (TOWER, "The lighthouse of Kerdrol is 47 metres tall."),
        (TOWER, "It was lit on 3 May 1874 by Anatole Brizet."),
        (TOWER, "Le phare de Kerdrol mesure 47 mètres."),
        ("Le prix a été remis à Claire Martin en 2019.", "Le prix a été remis à Claire Martine en 2019."),
        ("Le prix a été remis à Claire Robert en 2019.", "Le prix a été remis à Claire Robertson en 2019."),
    ],
)
def test_a_name_with_other_letters_is_not_supported(quote: str, claim: str) -> None:
    assert judge(quote, claim) in ("unsupported", "not checked")


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (LIGHTHOUSE, "Il a été allumé le 3 mai 1874 par ANATOLE BRIZEC."),
        (TOWER, "Le phare de Kerdrel mesure 47 mètres."),
        ("Volodymyr Zelensky a visité Paris le 3 mai 2020.", "Volodymyr Zelenskyy a visité Paris le 3 mai 2020."),
        ("Mikhaïl Gorbatchev a visité Paris en 1989.", "Mikhail Gorbachev visited Paris in 1989."),
        ("La ville de Saint-Etienne compte 170 000 habitants.", "Saint-Étienne compte 170 000 habitants."),
        ("L'équipe de Marseille a gagné le match.", "L'équipe marseillaise a gagné le match."),
        ("Les Parisiennes ont voté dimanche.", "Les Parisiens ont voté dimanche."),
        ("La flotte d'Allemagne a quitté le port.", "La flotte des Allemands a quitté le port."),
        ("Le président Poutine a signé le traité en 2003.", "President Putin signed the treaty in 2003."),
    ],
)
def test_a_name_in_another_form_is(quote: str, claim: str) -> None:
    assert judge(quote, claim) == "supported"
