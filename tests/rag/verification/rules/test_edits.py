"""What an altered quote says: values, words that deny or exclude, and who did what to whom."""

import datetime as dt

import pytest

from index.documents import Span
from rag.answer import Citation, SourceSpan
from rag.verification.alignment import EvidenceSentence
from rag.verification.ledger import check_text
from rag.verification.rules.edits import check_edits, compare
from rag.verification.statement import read_statement


def cite(quote: str, date: dt.date | None = None) -> Citation:
    return Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", date, Span(0, len(quote)))


@pytest.mark.parametrize(
    ("quote", "claim", "verdict"),
    [
        ("Sa mère lui paie des cours de chant à Lyon.", "Sa tante lui paie des cours de chant à Lyon.", "unsupported"),
        ("Sa mère lui paie des cours de chant à Lyon.", "Sa maman lui paie des cours de chant à Lyon.", "not checked"),
        ("Les soldats allemands quittent la ville à l'aube.", "Les soldats italiens quittent la ville à l'aube.",
         "unsupported"),
        ("Le pont a été fermé en mai.", "Il est faux que le pont a été fermé en mai.", "contradicted"),
        ("Le pont est devenu la porte de la ville.", "Le pont rêvait de devenir la porte de la ville.", "unsupported"),
        ("She paid for the blue door of the house.", "She paid for the red door of the house.", "unsupported"),
        ("L'Oesling est au nord du pays, le Gutland au sud du pays.",
         "L'Oesling est au nord du pays, le Gutland au nord du pays.", "contradicted"),
        ("L'Oesling est au nord du pays, le Gutland au sud du pays.",
         "Le Gutland est au sud du pays, l'Oesling au nord du pays.", "supported"),
    ],
)  # fmt: skip
def test_words_that_exclude_each_other_are_told_from_words_that_move(quote: str, claim: str, verdict: str) -> None:
    [sentence] = check_text(claim, [cite(quote)])
    assert sentence.verdict == verdict


SHEEP = "Le berger possède plus de 30 brebis dans la vallée d'Ossau."


MILL = "Le moulin a fermé en mars 1954 après la crue."


@pytest.mark.parametrize(
    ("quote", "claim", "verdict"),
    [
        (
            "The hive did not survive the winter of the valley.",
            "The hive survived the winter of the valley.",
            "contradicted",
        ),
        ("Pas moins de 40 ruches ont été brisées par le gel.", "40 ruches ont été brisées par le gel.", "supported"),
        (SHEEP, "Le berger possède moins de 30 brebis dans la vallée d'Ossau.", "contradicted"),
        (SHEEP.replace("plus de 30", "45"), SHEEP, "not checked"),
        (SHEEP, "Dans la vallée d'Ossau, le berger possède moins de 30 brebis.", "contradicted"),
        (MILL, "Le moulin a fermé en avril 1954 après la crue.", "contradicted"),
        (MILL, "Le moulin a fermé en 1954 après la crue.", "supported"),
        (MILL, "Le moulin a fermé le 3 mars 1954 après la crue.", "not checked"),
        ("La statue mesure 12 mètres de haut.", "La statue mesure 12 pieds de haut.", "unsupported"),
        ("Ils cueillent toujours les pommes le matin.", "Ils cueillent rarement les pommes le matin.", "contradicted"),
        ("Most growers of the valley sell their pears.", "All growers of the valley sell their pears.", "unsupported"),
        ("The council may close the hall next year.", "The council closes the hall next year.", "unsupported"),
        ("Le brochet mange la truite dans le lac.", "La truite mange le brochet dans le lac.", "contradicted"),
        ("La truite est mangée par le brochet dans le lac.", "Le brochet mange la truite dans le lac.", "supported"),
        ("Anne Roux a vendu la ferme à Luc Petit.", "Luc Petit a vendu la ferme à Anne Roux.", "contradicted"),
        ("Les prix du miel ont augmenté.", "Les prix du miel ont baissé.", "contradicted"),
    ],
)
def test_what_an_edit_of_a_quote_changes(quote: str, claim: str, verdict: str) -> None:
    [sentence] = check_text(claim, (cite(quote),))
    assert sentence.verdict == verdict


@pytest.mark.parametrize(
    ("quote", "claim", "verdict"),
    [
        ("La ferme compte 12 vaches et 8 chèvres près du lac.", "La ferme compte 20 bêtes près du lac.", "not checked"),
        ("La ferme compte 12 vaches et 8 chèvres près du lac.", "La ferme compte 21 bêtes près du lac.", "unsupported"),
        ("The clock has stood on the pier since 1992.", "The clock stood on the pier in 1995.", "not checked"),
        ("The clock has stood on the pier since 1992.", "The clock stood on the pier in 1985.", "contradicted"),
        ("The clock has stood on the pier since 1992.", "The clock has stood on the pier since 1995.", "contradicted"),
        ("Si le vent cesse, le bac partira.", "Si le vent ne cesse pas, le bac partira.", "contradicted"),
        ("If the wind drops, the ferry leaves.", "If the wind does not drop, the ferry leaves.", "contradicted"),
        ("Si le vent cesse, le bac part.", "Si le vent ne cesse pas, le bac ne part pas.", "supported"),
        ("Le port a vu 1,98 million de colis.", "Le port a vu deux millions de colis.", "supported"),
        ("Le port a vu 1 983 000 colis.", "Le port a vu près de deux millions de colis.", "supported"),
        ("Le port a vu 2 300 000 colis.", "Le port a vu deux millions de colis.", "not checked"),
        ("Le port a vu deux millions de colis.", "Le port a vu trois millions de colis.", "contradicted"),
        ("Un Breton a gagné la régate. Tout Breton est un Français.", "Un Français a gagné la régate.", "not checked"),
    ],
)
def test_values_periods_and_conditions_are_compared_by_what_they_mean(quote: str, claim: str, verdict: str) -> None:
    [sentence] = check_text(claim, (cite(quote),))
    assert sentence.verdict == verdict


@pytest.mark.parametrize(
    ("quote", "claim", "verdict", "why"),
    [
        ("The hive survived.", "The hive never survived.", "contradicted", "The sentence denies “survived”"),
        ("La ruche n'a pas survécu.", "La ruche a survécu.", "contradicted", "The quotes deny “survécu”"),
        ("Le bac part le 3 mai.", "Le bac part le 4 mai.", "contradicted", "The quotes give another date"),
        ("Le bac part le 3 mai.", "Le bac part le 3 mai.", None, ""),
    ],
)
def test_an_edit_is_told_without_any_other_rule(quote: str, claim: str, verdict: str | None, why: str) -> None:
    source = SourceSpan("a.txt", 0, len(quote))
    evidence = EvidenceSentence(read_statement(quote), source, 1)
    findings = [*check_edits(compare(read_statement(claim), evidence), [evidence])]
    assert [finding.verdict for finding in findings] == ([verdict] if verdict else [])
    assert all(finding.why.startswith(why) for finding in findings)


@pytest.mark.parametrize(
    ("quote", "claim", "verdict"),
    [
        (
            "Le vaccin de la coopérative ne soigne pas les abeilles.",
            "Les abeilles guérissent par ce vaccin.",
            "contradicted",
        ),
        ("Les plans du phare ont été dessinés à Brest.", "Les plans du phare ne datent pas de Brest.", "contradicted"),
        (
            "Les plans du phare ont été dessinés à Brest.",
            "Certains plans du phare ne datent pas de Brest.",
            "not checked",
        ),
        ("La pêche a repris à Brest.", "Aucun navire de guerre n'a jamais abordé cette île déserte.", "not checked"),
        ("Les plans du vieux phare, sans lampe, sont à Brest.", "À Brest dort un vieux plan du phare.", "not checked"),
    ],
)
def test_what_is_denied_on_one_side_alone_is_contradicted(quote: str, claim: str, verdict: str) -> None:
    [sentence] = check_text(claim, (cite(quote),))
    assert sentence.verdict == verdict
