"""The reader's second opinion on what the rules found."""

import re
from collections.abc import Callable

import numpy as np
import pytest

from index.documents import Span
from rag.answer import Citation, LedgerSentence
from rag.reading.entailment import Entailment
from rag.reading.reader import Reader
from rag.verification.alignment import align
from rag.verification.ledger import check_text, evidence_of
from rag.verification.looseness import find_loose
from rag.verification.statement import read_statement

MILL = (
    "En 2021, le moulin de Varenne a été restauré par l'entreprise Castel. La région a payé 60 000 €. "
    "Il est ouvert au public de mai à septembre."
)
HALL = "The reading hall was designed by Ruth Adler and opened in 1931. It seats four hundred readers."
CITATIONS = tuple(
    Citation(f"{n}.txt", 0, len(q), q, None, "0" * 64, "", None, Span(0, len(q))) for n, q in enumerate((MILL, HALL))
)
VARIED = (
    (
        "En 2021, le moulin de Varenne a été restauré par l'entreprise Castel, malgré l'hostilité des voisins [1].",
        "hostilité",
    ),
    ("The reading hall was copied by Ruth Adler and opened in 1931 [2].", "copied"),
    ("The reading hall was designed by Ruth Adler for a rich collector and opened in 1931 [2].", "collector"),
)


@pytest.fixture
def with_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAG_READER", raising=False)


def judge(text: str) -> LedgerSentence:
    [sentence] = check_text(text, CITATIONS)
    return sentence


@pytest.mark.usefixtures("with_reader")
@pytest.mark.parametrize(("text", "word"), VARIED)
def test_what_no_rule_knows_is_unsupported_and_shown(text: str, word: str) -> None:
    sentence = judge(text)
    assert sentence.verdict == "unsupported"
    assert any(word in text[span.start : span.end] for span in sentence.loose)
    assert word in sentence.why


@pytest.mark.parametrize(("text", "word"), VARIED)
def test_without_the_reader_the_rules_do_not_decide_or_pass_it(text: str, word: str) -> None:
    assert judge(text).verdict in ("not checked", "supported")


@pytest.mark.usefixtures("with_reader")
@pytest.mark.parametrize("quote", [MILL, HALL])
def test_a_quote_itself_is_always_supported(quote: str, monkeypatch: pytest.MonkeyPatch) -> None:
    number = 1 if quote == MILL else 2
    assert all(sentence.supported for sentence in check_text(f"{quote} [{number}]", CITATIONS))
    assert judge(f"On y lit : « {quote[: quote.index('19' if number == 2 else ' par')]} » [{number}].").supported


@pytest.mark.usefixtures("with_reader")
@pytest.mark.parametrize(
    "text",
    [
        "Le moulin de Varenne fut remis en état par Castel en 2021 grâce à 60 000 € de la région [1].",
        "Ruth Adler designed the hall [2].",
        "The mill of Varenne was restored in 2021 [1].",
    ],
)
def test_other_words_are_not_condemned(text: str) -> None:
    assert judge(text).verdict in ("supported", "not checked")


@pytest.mark.usefixtures("with_reader")
@pytest.mark.parametrize(
    "text",
    [
        "La région a payé 70 000 € [1].",
        "La région a payé la remise en état du moulin de Varenne, qui a coûté en tout 75 000 € [1].",
        "The reading hall opened in 1932 [2].",
        "« Le moulin de Varenne fut rénové par Castel » [1].",
    ],
)
def test_a_number_a_date_and_a_quotation_stay_with_the_rules(text: str) -> None:
    assert not judge(text).supported


SPANISH = "El molino de Varenne fue restaurado en 2021 por la empresa Castel y es de la comuna desde hace años."
ADDED = "En 2021, le moulin de Varenne a été restauré par l'entreprise Castel, malgré l'hostilité des voisins [1]."
LONG = "Les mots de cette énumération sont : " + ", ".join(f"mot numéro {n}" for n in range(60)) + "."


@pytest.mark.usefixtures("with_reader")
@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("El molino de Varenne fue visitado en 2021 por la empresa Castel y es de la comuna [1].", SPANISH),
        (ADDED, SPANISH),
        (LONG.replace("mot numéro 59", "mot numéro 59, malgré l'hostilité des voisins") + " [1]", LONG),
    ],
    ids=["language of the sentence", "language of the quote", "long sentence"],
)
def test_what_the_reader_cannot_read_is_left_to_the_rules(
    text: str, quote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    citation = Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", None, Span(0, len(quote)))
    with_reader = check_text(text, [citation])
    monkeypatch.setenv("RAG_READER", "off")
    assert check_text(text, [citation]) == with_reader


@pytest.mark.usefixtures("with_reader")
def test_what_was_aligned_is_read_wherever_it_stands() -> None:
    """Evidence behind twenty other sentences is not cut off."""
    others = [f"La commune numéro {n} a un marché, une mairie et une école depuis {1900 + n}." for n in range(20)]
    quote = " ".join([*others, MILL])
    citation = Citation("a.txt", 0, len(quote), quote, None, "0" * 64, "", None, Span(0, len(quote)))
    text = "L'entreprise Castel a restauré le moulin de Varenne en 2021 [1]."
    [sentence] = check_text(text, [citation])
    assert sentence.supported
    assert [check.verdict for check in check_text(ADDED, [citation])] == ["unsupported"]


Says = Callable[[float], None]


@pytest.fixture
def reader_says(with_reader: None, monkeypatch: pytest.MonkeyPatch) -> Says:
    """Let the reader give one probability of support, and mark no word."""

    def say(supported: float) -> None:
        judged = Entailment(supported, 0.0, np.zeros(1, np.float32), np.array([[0, 1]], np.int32))
        monkeypatch.setattr(Reader, "judge", lambda *_: judged)

    return say


REPEATED = "Le moulin de Varenne est ouvert au public de mai à septembre [1]."  # what the rules support
DOUBTED = "Le moulin de Varenne est ouvert aux curieux de mai à septembre [1]."  # what they do not decide
REWORDED = "Le moulin de Varenne, fermé au public, se visite de mai à septembre [1]."  # an opposite, in other words
EXCHANGED = "En 2021, le moulin de Castel a été restauré par l'entreprise Varenne [1]."
YEAR = "Castel a restauré le moulin de Varenne en 2020 [1]."  # another value, in another syntax
ELSEWHERE = "Quelques bénévoles du public vendent crêpes, cidre et confitures derrière une grange communale [1]."


@pytest.mark.parametrize(
    ("text", "by_rules", "supported", "verdict"),
    [
        (REPEATED, "supported", 0.1, "unsupported"),
        (REPEATED, "supported", 0.2, "supported"),
        (DOUBTED, "not checked", 0.09, "unsupported"),
        (DOUBTED, "not checked", 0.5, "not checked"),
        (DOUBTED, "not checked", 0.95, "supported"),
        ("On lit : « ouvert au public de mai à septembre » [1].", "supported", 0.0, "supported"),
        ("Des travaux coûteux pour la région : 75 000 € de subvention [1].", "not checked", 0.95, "not checked"),
        ("Bruno Lemesle a rénové le moulin de Varenne [1].", "not checked", 0.95, "not checked"),
        ("Personne ne finance la restauration du moulin [1].", "contradicted", 0.1, "contradicted"),
        ("Personne ne finance la restauration du moulin [1].", "contradicted", 0.3, "not checked"),
        (ELSEWHERE, "not checked", 0.01, "unsupported"),
        (ELSEWHERE, "not checked", 0.05, "not checked"),
        (REWORDED, "contradicted", 0.1, "contradicted"),
        (REWORDED, "contradicted", 0.95, "not checked"),
        (EXCHANGED, "contradicted", 0.95, "contradicted"),
        (YEAR, "contradicted", 0.1, "contradicted"),
        (YEAR, "contradicted", 0.7, "not checked"),
        ("Il est fermé au public de mai à septembre [1].", "contradicted", 0.95, "contradicted"),
        ("On dit « rénové par la ville de Castel » de ce vieil édifice [1].", "unsupported", 0.95, "unsupported"),
    ],
)
def test_the_reader_moves_a_verdict_where_it_is_sure(
    text: str, by_rules: str, supported: float, verdict: str, reader_says: Says, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader_says(supported)
    assert judge(text).verdict == verdict
    monkeypatch.setenv("RAG_READER", "off")
    assert judge(text).verdict == by_rules


def test_the_words_in_doubt_are_those_that_both_doubt() -> None:
    claim = "Le moulin de Varenne est ouvert aux curieux de mai à septembre."
    evidence = evidence_of(1, CITATIONS[0])
    alignment = align(read_statement(claim), evidence)
    offsets = np.array([match.span() for match in re.finditer(r"\S+", claim)], np.int32)

    def loose(words: str) -> list[str]:
        marks = np.array([0.999 if claim[start:end] in words else 0.001 for start, end in offsets], np.float32)
        return [claim[slice(*span)] for span in find_loose(alignment, Entailment(0.1, 0.1, marks, offsets))]

    assert loose("ouvert aux curieux") == ["ouvert aux curieux"]
    assert loose("Varenne") == ["Varenne"]
