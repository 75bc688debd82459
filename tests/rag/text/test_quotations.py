"""Quoted words of a text, and where a source holds them."""

import time

import pytest

from index.documents import Span
from rag.text.quotations import find_quoted, locate


@pytest.mark.parametrize(
    "text", ["Il dit « la ruche ».", "She says “la ruche”.", 'Il dit " la ruche ".', "„la ruche“", "‹ la ruche ›"]
)
def test_quoted_words_are_found_without_marks_and_spaces(text: str) -> None:
    assert [text[span.start : span.end] for span in find_quoted(text)] == ["la ruche"]


@pytest.mark.parametrize("text", ["«\u00a0  »", "« la ruche", '""', "» la «"])
def test_marks_around_nothing_quote_nothing(text: str) -> None:
    assert list(find_quoted(text)) == []


@pytest.mark.parametrize("piece", ["«", '"', "“a", "« " + " " * 98, "„", "« a" + " " * 1400])
def test_long_texts_of_marks_and_spaces_take_linear_time(piece: str) -> None:
    start = time.process_time()
    list(find_quoted(piece * (100_000 // len(piece))))
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("LA RUCHE bourdonne", Span(6, 24)),
        ("la ruche […] été", Span(6, 31)),
        ("été […] la ruche", None),
        ("ruch", None),
    ],
)
def test_words_are_located_apart_from_case_and_what_is_left_out(words: str, expected: Span | None) -> None:
    assert locate(words, "Hier, la ruche bourdonne en été.") == expected


def test_doubled_quotation_marks_of_a_table_are_read_as_one() -> None:
    text = '" Le pont ""tournant"" s\'appelle ""passerelle de la Douane"" depuis peu. "'
    quoted = [text[span.start : span.end] for span in find_quoted(text)]
    assert quoted == ["tournant", "passerelle de la Douane"]


@pytest.mark.parametrize(
    ("words", "source", "is_held"),
    [
        ("une hausse de 50 %", "une hausse de 50 €", False),
        ("une hausse de 50 %", "Une hausse de 50\u202f%.", True),
        ("une hausse de 50%", "une hausse de 50 % en mai", True),
        ("soit 12 $ par jour", "soit 12 £ par jour", False),
        ("un solde de 5 points", "un solde de -5 points", False),
        ("un solde de −5 points", "un solde de -5 points", True),
        ("de 3,5 points", "de 3-5 points", False),
        ("de 2020–2021", "de 2020 - 2021", True),
        ("de 12 500 euros", "de 12.500 euros", True),
        ("les 5 pommes", "- les 5 pommes", True),
        ("le vice-président", "le vice président", True),
    ],
)
def test_what_changes_a_number_is_part_of_a_quote(words: str, source: str, is_held: bool) -> None:
    assert (locate(words, source) is not None) == is_held
