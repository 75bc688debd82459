"""The verdict on each sentence of a written text, and its marks; quotes and sentences made for it."""

import datetime as dt
import time
from dataclasses import replace
from itertools import pairwise

import pytest

from index.documents import Span
from rag.answer import Citation, LedgerSentence
from rag.verification.ledger import check_text

BRIDGE = (
    "Le maire de Tarbes, Paul Durand, a inauguré samedi le pont de 1 200 mètres, qui a coûté 3,47 millions d'euros."
)
VOTE = "Selon la préfecture, certains riverains pourraient contester le tracé, approuvé par 62 % des votants."
SOCIETY = "Marie Lenoir was elected president of the society by Anna Berg in 1911."


def cite(quote: str, date: dt.date | None = None) -> Citation:
    return Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", date, Span(0, len(quote)))


CITATIONS = (cite(BRIDGE, dt.date(2021, 5, 3)), cite(VOTE), cite(SOCIETY))


def judge(text: str) -> LedgerSentence:
    [sentence] = check_text(text, CITATIONS)
    return sentence


@pytest.mark.parametrize(
    "text",
    [
        "Paul Durand, maire de Tarbes, a inauguré le pont [1].",
        "Le pont, inauguré le 1er mai 2021, a coûté 3,5 millions d'euros [1].",
        "Le pont de 1,2 km a coûté 3,47 M€ [1].",
        "Le tracé a été approuvé par 62 % des votants [2].",
        "Anna Berg elected Marie Lenoir president of the society in 1911 [3].",
    ],
)
def test_what_the_quotes_say_is_supported(text: str) -> None:
    assert judge(text).verdict == "supported"
    assert judge(text).supported


@pytest.mark.parametrize(
    ("text", "verdict", "loose"),
    [
        ("Le pont a coûté 4,47 millions d'euros [1].", "contradicted", "4,47 millions d'euros"),
        ("Le pont a coûté 3,47 millions de dollars [1].", "unsupported", "3,47 millions de dollars"),
        ("Paul Durand a inauguré le pont le 2 mai 2021 [1].", "contradicted", "2 mai 2021"),
        ("Paul Moreau a inauguré le pont [1].", "unsupported", "Moreau"),
        ("Paul Durand n'a pas inauguré le pont [1].", "contradicted", "inauguré"),
        ("Le tracé a été rejeté par 62 % des votants [2].", "contradicted", "rejeté"),
        ("Tous les riverains pourraient contester le tracé [2].", "unsupported", "riverains"),
        ("Certains riverains contestent le tracé [2].", "unsupported", "contestent"),
        ("Selon l'architecte, certains riverains pourraient contester le tracé [2].", "unsupported", "architecte"),
        ("Anna Berg was elected president of the society by Marie Lenoir [3].", "contradicted", "Anna"),
        ("Paul Durand a parlé d'un «ouvrage sans défaut aucun» [1].", "unsupported", "ouvrage sans défaut aucun"),
    ],
)
def test_an_altered_sentence_is_not(text: str, verdict: str, loose: str) -> None:
    found = judge(text)
    assert found.verdict == verdict
    assert not found.supported
    assert loose in [text[span.start : span.end] for span in found.loose]
    assert found.why


def test_marks_are_verified_and_years_stay_text() -> None:
    text = "Le pont a coûté 3,47 millions d'euros. [1] Il est long [9]. Le tracé [2023] est approuvé [2][0]. Pourquoi ?"
    first, second, third, last = check_text(text, CITATIONS)
    assert first.citations == (1,)
    assert text[first.start : first.end].endswith("[1]")
    assert [text[span.start : span.end] for span in second.unverified] == ["[9]"]
    assert second.verdict == "unsupported"
    assert third.citations == (2,)
    assert [text[span.start : span.end] for span in (*third.marks, *third.unverified)] == ["[2]", "[0]"]
    assert not last.states
    assert all(before.end <= after.start for before, after in pairwise((first, second, third, last)))


def test_a_sentence_on_which_sources_differ_is_unsupported_and_quotes_both() -> None:
    one, other = "Le phare de Cordouan a rouvert en mai 2019.", "Le phare de Cordouan a rouvert en juin 2019."
    citations = [replace(cite(text), source=name) for name, text in (("a.txt", one), ("b.txt", other))]
    text = "Le phare de Cordouan a rouvert en mai 2019, puis en juin 2019 [1][2]. Il a rouvert en mai 2019 [1]."
    merged, alone = check_text(text, citations)
    assert merged.verdict == "unsupported"
    assert {span.source for span in merged.evidence} == {"a.txt", "b.txt"}
    assert alone.verdict == "supported"


def test_a_wrong_mark_is_told_from_what_no_quote_says() -> None:
    assert "[1]" in judge("Le pont a coûté 3,47 millions d'euros [2].").why
    assert judge("Le pont a coûté 3,47 millions d'euros [2].").verdict == "unsupported"


SHEEP = "Le berger possède plus de 30 brebis dans la vallée d'Ossau."
MILL = "Le moulin a fermé en mars 1954 après la crue."


@pytest.mark.parametrize(
    ("quote", "said", "verdict"),
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
def test_what_an_edit_of_a_quote_changes(quote: str, said: str, verdict: str) -> None:
    [sentence] = check_text(said, (cite(quote),))
    assert sentence.verdict == verdict


@pytest.mark.parametrize("piece", ["mot ", "Paul ", "1 ", "[1]", "mot[1] ", "9h30 ", "le 3 mai 2019 et "])
def test_time_grows_with_the_length_of_a_text(piece: str) -> None:
    start = time.process_time()
    check_text(piece * (12_000 // len(piece)), CITATIONS[:1])
    assert time.process_time() - start < 3
