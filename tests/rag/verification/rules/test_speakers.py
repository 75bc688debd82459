"""A sentence that lets somebody speak: its quote has to let him say it."""

from dataclasses import replace

import pytest

from index.documents import Span
from rag.answer import Citation
from rag.verification.ledger import check_text

LIGHTHOUSE = "Le phare de Kerdrel mesure 47 mètres. Il a été allumé le 3 mai 1874 par Anatole Brizec."
TOWER = "The lighthouse of Kerdrel is 47 metres tall. It was lit on 3 May 1874 by Anatole Brizec."
TALL = "le phare de Kerdrel mesure 47 mètres"


def judge(quote: str, claim: str, speaker: str | None = None, title: str = "") -> str:
    citation = Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", None, Span(0, len(quote)))
    citation = replace(citation, speaker=speaker, title=title)
    [sentence] = check_text(claim, [citation])
    return sentence.verdict


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (LIGHTHOUSE, f"Selon Anatole Brizec, {TALL}."),
        (LIGHTHOUSE, "Selon Anatole Brizec, le phare mesure 47 mètres."),
        (LIGHTHOUSE, f"D'après Anatole Brizec, {TALL}."),
        (LIGHTHOUSE, f"Anatole Brizec affirme que {TALL}."),
        (LIGHTHOUSE, f"Anatole Brizec pense que {TALL}."),
        (LIGHTHOUSE, f"Comme le dit Anatole Brizec, {TALL}."),
        (LIGHTHOUSE, "Le phare de Kerdrel mesure 47 mètres, a déclaré Anatole Brizec."),
        (LIGHTHOUSE, "According to Anatole Brizec, the lighthouse of Kerdrel is 47 metres tall."),
        (TOWER, "According to Anatole Brizec, the lighthouse of Kerdrel is 47 metres tall."),
        (TOWER, "Anatole Brizec said that the lighthouse of Kerdrel is 47 metres tall."),
        (TOWER, "The lighthouse of Kerdrel is 47 metres tall, Anatole Brizec said."),
        (TOWER, f"Selon Anatole Brizec, {TALL}."),
        (
            "Le maire a inauguré le pont. Le pont ferme lundi à 8 heures.",
            "Selon le maire, le pont ferme lundi à 8 heures.",
        ),
        (
            "Anatole Brizec aimait la mer, a-t-il dit. Il vivait là depuis 1860. Le phare de Kerdrel mesure 47 mètres.",
            f"Selon Anatole Brizec, {TALL}.",
        ),
    ],
)
def test_who_is_named_but_does_not_say_it_supports_nothing(quote: str, claim: str) -> None:
    assert judge(quote, claim) in ("unsupported", "not checked")


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (f"Selon Anatole Brizec, {TALL}.", f"D'après Anatole Brizec, {TALL}."),
        (f"Anatole Brizec a déclaré que {TALL}.", f"Selon Anatole Brizec, {TALL}."),
        (f"Pour sa thèse, Anatole Brizec a calculé que {TALL}.", f"Selon Anatole Brizec, {TALL}."),
        ("Le phare de Kerdrel mesure 47 mètres. Anatole Brizec l'a affirmé hier.", f"Selon Anatole Brizec, {TALL}."),
        ("Anatole Brizec garde le phare. Il écrit que le phare de Kerdrel mesure 47 mètres.", f"Selon Brizec, {TALL}."),
        (
            "Anatole Brizec répond : « Je suis né ici. Le phare est haut. Le phare de Kerdrel mesure 47 mètres. »",
            f"Selon Anatole Brizec, {TALL}.",
        ),
        ("Anatole Brizec wrote that the lighthouse of Kerdrel is 47 metres tall.", f"Selon Anatole Brizec, {TALL}."),
        (LIGHTHOUSE, f"Selon le rapport, {TALL}."),
        (LIGHTHOUSE, f"D'après le document, {TALL}."),
        (TOWER, "According to the article, the lighthouse of Kerdrel is 47 metres tall."),
    ],
)
def test_who_says_it_in_any_construction_does(quote: str, claim: str) -> None:
    assert judge(quote, claim) == "supported"


def test_the_speaker_and_the_title_of_a_quote_are_its_source() -> None:
    assert judge(LIGHTHOUSE, f"Selon Anatole Brizec, {TALL}.", speaker="Anatole Brizec") == "supported"
    assert judge(LIGHTHOUSE, f"Selon Anatole Brizec, {TALL}.", title="Mémoires d'Anatole Brizec") == "supported"
    named = f"Selon le Guide de Kerdrel, {TALL}."
    assert judge(LIGHTHOUSE, named, title="Guide de Kerdrel") == "supported"
    assert judge(LIGHTHOUSE, f"Selon Anatole Brizec, {TALL}.", title="Les phares de Bretagne nord") == "unsupported"
