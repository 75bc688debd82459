"""Answers keep what they say through every form they take."""

import datetime as dt
import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Span
from rag.answer import Answer, Citation, Hit, Kind, LedgerSentence

pytestmark = pytest.mark.slow

texts = st.text(min_size=1, max_size=60)


@st.composite
def citations(draw: st.DrawFn) -> Citation:
    quote, start = draw(texts), draw(st.integers(0, 1000))
    end = start + len(quote)
    return Citation(
        source=draw(texts),
        start=start,
        end=end,
        quote=quote,
        page=draw(st.none() | st.integers(1, 99)),
        sha256="0" * 64,
        title=draw(texts),
        date=draw(st.none() | st.dates()),
        passage=Span(start, end + draw(st.integers(0, 100))),
        focus=draw(st.none() | st.just(Span(start, end))),
        speaker=draw(st.none() | texts),
    )


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    kind = draw(st.sampled_from(get_args(Kind)))
    hit = Hit("a.txt", 0, 3, "abc", 0.5, 1.0, 0.25, draw(texts), draw(st.none() | st.dates()), None)
    return Answer(
        question=draw(texts),
        question_understood=draw(texts),
        found=kind not in ("library", "greeting", "not_found"),
        text=draw(texts),
        confidence=draw(st.floats(0, 1)),
        citations=tuple(draw(st.lists(citations(), min_size=2, max_size=3))),
        sentences=(LedgerSentence(0, 1, (1, 2), True, (Span(0, 1), Span(1, 2))),),
        nearest=(hit,),
        timings={"retrieve": 0.25},
        kind=kind,
        remark=draw(texts),
    )


@given(answers())
def test_an_answer_comes_back_from_json_as_it_was(answer: Answer) -> None:
    assert Answer.from_dict(json.loads(json.dumps(answer.to_dict()))) == answer


@pytest.mark.parametrize("number", [0, -1, 2])
def test_a_sentence_cites_what_is_there(number: int) -> None:
    citation = Citation("a.txt", 0, 3, "abc", None, "0" * 64, "A", None, Span(0, 3))
    with pytest.raises(ValueError, match=rf"cite \[{number}\]"):
        Answer("Q", "Q", True, "abc", 0.9, (citation,), (LedgerSentence(0, 3, (number,), True),))


def test_an_answer_saved_before_speakers_were_named_is_read() -> None:
    citation = Citation("a.txt", 0, 3, "abc", None, "0" * 64, "A", None, Span(0, 3))
    plain = Answer("Q", "Q", True, "abc [1]", 0.9, (citation,)).to_dict()
    del plain["citations"][0]["speaker"]
    assert Answer.from_dict(plain).citations[0].speaker is None


@pytest.mark.parametrize(("found", "kind"), [(True, "quotes"), (False, "not_found")])
def test_an_answer_saved_before_there_were_kinds_is_read(found: bool, kind: str) -> None:
    plain = Answer("Q", "Q", found, "abc", 0.9).to_dict()
    del plain["kind"], plain["remark"]
    assert Answer.from_dict(plain).kind == kind


@pytest.mark.parametrize(("found", "kind"), [(True, "not_found"), (True, "greeting"), (False, "list"), (True, "poem")])
def test_a_kind_that_contradicts_what_was_found_is_refused(found: bool, kind: Kind) -> None:
    with pytest.raises(ValueError, match="an answer of kind"):
        Answer("Q", "Q", found, "abc", 0.9, kind=kind)


def test_markdown_says_the_remark_before_the_quotes() -> None:
    text = Answer("Q", "Q", True, "abc [1]", 0.9, kind="list", remark="1 sentence.").to_markdown()
    assert text == "## Q\n\n1 sentence.\n\nabc \\[1\\]\n"


def test_a_quote_of_another_length_than_its_span_is_refused() -> None:
    with pytest.raises(ValueError, match="a quote of 3 characters for the span 0:4"):
        Citation("a.txt", 0, 4, "abc", None, "0" * 64, "A", None, Span(0, 4))


def test_the_focus_is_cut_from_the_quote() -> None:
    citation = Citation("a.txt", 10, 20, "0123456789", None, "0" * 64, "A", None, Span(0, 40), Span(12, 15))
    assert citation.focus_text == "234"


def test_markdown_shows_a_document_as_written() -> None:
    quote = "# <b>*non*</b> [lien](http://a.b) ![x](y)\n- un\n1. deux"
    citation = Citation("a_b.txt", 0, len(quote), quote, 2, "f" * 64, "T", dt.date(2022, 2, 3), Span(0, len(quote)))
    text = Answer("Quoi ?", "Quoi ?", True, "Oui [1]", 0.9, (citation,)).to_markdown()
    assert "> \\# \\<b\\>\\*non\\*\\</b\\> \\[lien\\]\\(http://a.b\\) \\!\\[x\\]\\(y\\)\n> \\- un\n> 1\\. deux" in text
    assert f"a\\_b.txt, p. 2, 2022-02-03, characters 0 to {len(quote)}, sha256 {'f' * 64}" in text
