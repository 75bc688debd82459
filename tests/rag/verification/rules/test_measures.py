"""Rates, comparisons, multiples and duties that the quotes state otherwise."""

import pytest

from index.documents import Span
from rag.answer import Citation, LedgerSentence
from rag.verification.ledger import check_text

MOSS = "La mousse avance de 40 cm par an. Sa durée de vie est de quelques jours."
ENGINE = "In addition to using 30% less steam, the engine ran at a steady speed."
RIGHTS = "Vous pouvez conserver le nom de votre conjoint. Le garant doit signer le bail."
TAX = "La taxe est de 17 % au village et de 35 % en ville."


def judge(quote: str, claim: str) -> LedgerSentence:
    [sentence] = check_text(claim, [Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", None, Span(0, 0))])
    return sentence


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (MOSS, "La mousse avance de 40 cm par jour."),
        (MOSS, "Sa durée de vie est de quelques années."),
        (MOSS.replace("par an", "chaque année"), "La mousse avance de 40 cm chaque mois."),
        (ENGINE, "The engine used 30% more steam and ran at a steady speed."),
        (RIGHTS, "Vous devez conserver le nom de votre conjoint."),
        (RIGHTS, "Le garant peut signer le bail."),
        (TAX, "La taxe de la ville est trois fois plus élevée que celle du village."),
    ],
)
def test_a_measure_of_another_kind_is_condemned(quote: str, claim: str) -> None:
    assert judge(quote, claim).verdict in ("contradicted", "unsupported")


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (MOSS, "La mousse avance de 40 cm chaque année."),
        (ENGINE, "The engine used 30% less steam."),
        (RIGHTS, "Vous pouvez conserver le nom de votre conjoint."),
        (RIGHTS, "Le garant doit signer le bail."),
        (TAX, "La taxe de la ville est deux fois plus élevée que celle du village."),
        ("La récolte a doublé en un an.", "La récolte est deux fois plus grande en un an."),
        ("La mousse avance de 40 cm par an.", "La mousse avance de 0,4 m par an."),
    ],
)
def test_a_measure_that_agrees_is_not(quote: str, claim: str) -> None:
    assert judge(quote, claim).verdict in ("supported", "not checked")


def test_a_clause_that_is_denied_elsewhere_denies_nothing_here() -> None:
    quote = (
        "Le maire comprend qu'il n'a plus aucune chance d'être élu et livre les clés de la ville au préfet le 2 mars."
    )
    assert judge(quote, "Les clés de la ville sont livrées au préfet le 2 mars par le maire.").verdict != "contradicted"
