"""What a sentence says of a name or a value, where the quotes say it of another."""

import pytest

from index.documents import Span
from rag.answer import Citation
from rag.verification.ledger import check_text

ARMY = (
    "Plusieurs pays envoient des soldats, dont la Norvège – qui a déjà placé 8 500 réservistes en alerte – et la "
    "Suède, qui veut fermer ses ports."
)
CITY = (
    "Le gouverneur de Samos comprend qu'il ne sera pas secouru et livre la ville aux Turcs. La cité de Milet tombe six "
    "ans plus tard."
)
TAX = "La moyenne du canton se situe à environ 17 % (35 % dans les communes riches) ; le bourg atteint à peine 8 %."
WALKS = "Hume a traversé le pays entre Orsay et Geelong en 1824. Sturt explore le bassin de la Murray en 1830."
VOTE = "Le conseil a voté le budget par 18 voix contre 5 ; la fréquentation passe de 40 000 à 44 800 entrées."
DEATH = "Kusala, soutenu par Eljigi, abdiqua. Il fut tué avec du poison par Temur, et son frère remonta sur le trône."


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (ARMY, "La Suède a déjà placé 8 500 réservistes en alerte."),
        (CITY, "Le gouverneur de Milet livre la ville aux Turcs."),
        (TAX, "La moyenne du canton se situe à environ 35 %, contre 17 % dans les communes riches."),
        (WALKS, "Hume a traversé le pays entre Orsay et Geelong en 1830, et Sturt a exploré le bassin en 1824."),
        (WALKS, "En 1824, Sturt explore le bassin de la Murray."),
        (DEATH, "Il fut tué avec du poison par Eljigi, et son frère remonta sur le trône."),
        (VOTE, "Le budget a été voté par 5 voix contre 18."),
        (VOTE, "La fréquentation passe de 44 800 à 40 000 entrées."),
    ],
)
def test_a_name_or_value_of_something_else_is_condemned(quote: str, claim: str) -> None:
    [sentence] = check_text(claim, [Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", None, Span(0, 0))])
    assert sentence.verdict in ("contradicted", "unsupported")


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (ARMY, "La Norvège a déjà placé 8 500 réservistes en alerte, et la Suède veut fermer ses ports."),
        (CITY, "Le gouverneur de Samos livre la ville aux Turcs."),
        (TAX, "La moyenne du canton se situe à environ 17 %, et à 35 % dans les communes riches."),
        (WALKS, "En 1830, Sturt explore le bassin de la Murray."),
        (WALKS, "Sturt explore en 1830 le bassin de la Murray, après Hume."),
        (VOTE, "Le budget a été voté par 18 voix contre 5."),
        (VOTE, "La fréquentation est passée de 40 000 à 44 800 entrées."),
        ("Des 61 000 habitants d'alors, il en restait 8 000 en 1790.", "La ville avait 8 000 habitants en 1790."),
        ("Plus de cinq chiens suivent deux dames dans la rue.", "Deux chiens suivent deux dames dans la rue."),
        (
            "La lampe porte à 25 m pour le rouge, contre 14 m pour le bleu.",
            "Le bleu porte à 14 m, contre 25 m pour le rouge.",
        ),
    ],
)
def test_a_name_or_value_in_its_place_is_not(quote: str, claim: str) -> None:
    [sentence] = check_text(claim, [Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", None, Span(0, 0))])
    assert "about something else" not in sentence.why
    assert "swapped" not in sentence.why


def test_clauses_that_change_places_exchange_nothing() -> None:
    quote = "La lampe rouge porte à 25 m, la lampe bleue à 14 m dans la brume."
    claim = "La lampe bleue porte à 14 m dans la brume, la lampe rouge à 25 m."
    [sentence] = check_text(claim, [Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", None, Span(0, 0))])
    assert sentence.verdict == "supported"
