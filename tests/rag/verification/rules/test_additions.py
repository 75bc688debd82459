"""What a sentence adds to its quotes: a cause, all instead of some, that it lasts, a clause."""

import pytest

from index.documents import Span
from rag.answer import Citation, LedgerSentence
from rag.verification.ledger import check_text

BRIDGE = "Le pont de Saurat fut fermé aux camions en mars."
BAKERY = "La boulangerie du quai a perdu un tiers de ses clients."
FLOOD = "Des maisons du quai ont été inondées en avril par la crue de la Lèze."
LAKE = "The lake was the largest of the valley and fed the mills of Corley for a hundred years."
RIOU = "Anne Riou a dessiné les plans de la halle en 1931 et en a suivi le chantier pendant deux ans."


def judge(claim: str, *quotes: str) -> LedgerSentence:
    citations = [
        Citation(f"{n}.txt", 0, len(quote), quote, None, "0" * 64, "", None, Span(0, len(quote)))
        for n, quote in enumerate(quotes)
    ]
    [sentence] = check_text(claim, citations)
    return sentence


@pytest.mark.parametrize(
    ("claim", "quotes", "loose"),
    [
        (
            "La boulangerie du quai a perdu un tiers de ses clients parce que le pont de Saurat fut fermé aux camions "
            "en mars [1][2].",
            (BRIDGE, BAKERY),
            "parce",
        ),
        (
            "Le pont de Saurat fut fermé aux camions en mars, ce qui explique que la boulangerie du quai ait perdu un "
            "tiers de ses clients [1][2].",
            (BRIDGE, BAKERY),
            "explique",
        ),
        ("Toutes les maisons du quai ont été inondées en avril par la crue de la Lèze [1].", (FLOOD,), "Toutes"),
        (
            "The lake was still the largest of the valley and fed the mills of Corley for a hundred years [1].",
            (LAKE,),
            "still",
        ),
        (
            "De l'avis de tous les experts, Anne Riou a dessiné les plans de la halle en 1931 et en a suivi le "
            "chantier pendant deux ans [1].",
            (RIOU,),
            "experts",
        ),
    ],
)
def test_what_no_quote_says_is_unsupported(claim: str, quotes: tuple[str, ...], loose: str) -> None:
    sentence = judge(claim, *quotes)
    assert sentence.verdict == "unsupported"
    assert any(loose in claim[span.start : span.end] for span in sentence.loose)


def test_a_clause_between_words_of_the_quote_is_not_passed() -> None:
    claim = (
        "Anne Riou, qui vivait alors à l'étranger, a dessiné les plans de la halle en 1931 et en a suivi le chantier "
        "de construction pendant deux ans [1]."
    )
    assert judge(claim, RIOU.replace("chantier", "chantier de construction")).verdict == "not checked"


@pytest.mark.parametrize(
    ("claim", "quotes"),
    [
        (
            "La boulangerie du quai a perdu un tiers de ses clients parce que le pont de Saurat fut fermé aux camions "
            "en mars [1][2].",
            (BRIDGE, f"{BAKERY[:-1]} à cause du pont."),
        ),
        (
            "La boulangerie du quai a perdu un tiers de ses clients parce que le pont de Saurat fut fermé aux camions "
            "en mars [1].",
            (f"{BRIDGE} {BAKERY}",),
        ),
        (
            "Chaque mineur doit être accompagné d'un parent au guichet.",
            ("Un mineur doit être accompagné d'un parent au guichet.",),
        ),
        ("Le pont reste toujours fermé aux camions en mars.", ("Le pont demeure fermé aux camions en mars.",)),
        ("The lake is still the largest of the valley.", ("The lake is still the largest of the valley of the Lene.",)),
        (
            "A resident may keep six hens on a lot of 5,000 square feet, but the coop shall be locked at dusk.",
            (
                "A resident may keep up to six hens on a lot of at least 5,000 square feet. The coop shall stand no "
                "closer than twenty feet to any dwelling, and shall be locked at dusk.",
            ),
        ),
        (
            "Le centre n'a constaté aucune hausse des accidents chez les adultes.",
            ("Le centre n'a constaté aucune hausse des accidents chez les enfants et les adultes.",),
        ),
        (
            "She sold the ruin in the spring of 1872 to a Danish button maker.",
            ("The mill burned in 1871. She sold the ruin the next spring to a Danish button maker.",),
        ),
    ],
)
def test_what_a_quote_may_say_is_not_condemned(claim: str, quotes: tuple[str, ...]) -> None:
    assert judge(claim, *quotes).verdict in ("supported", "not checked")


def test_two_opposites_that_are_both_denied_do_not_contradict_each_other() -> None:
    quote = "Le centre n'a constaté aucune hausse des accidents chez les adultes depuis mai."
    assert judge("Le centre n'a constaté aucune baisse des accidents chez les adultes depuis mai.", quote).verdict == (
        "unsupported"
    )
