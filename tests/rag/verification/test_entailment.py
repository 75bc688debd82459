"""The reader's second opinion on what the rules found."""

import pytest

from index.documents import Span
from rag.answer import Citation, LedgerSentence
from rag.verification.ledger import check_text

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


@pytest.mark.usefixtures("with_reader")
def test_in_a_language_that_the_reader_lacks_rules_alone_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    quote = "El molino de Varenne fue restaurado en 2021 por la empresa Castel y es de la comuna desde hace años."
    citation = Citation("es.txt", 0, len(quote), quote, None, "0" * 64, "", None, Span(0, len(quote)))
    text = "El molino de Varenne fue visitado en 2021 por la empresa Castel y es de la comuna desde hace años [1]."
    with_reader = check_text(text, [citation])
    monkeypatch.setenv("RAG_READER", "off")
    assert check_text(text, [citation]) == with_reader
