"""Every character of a document reaches the page as written, lit where it is quoted, and as nothing but text."""

import html
import re
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from plain_controller import cite, compose
from rendered import Page, document_of

from index.documents import Document, Span
from rag.answer import Answer, Hit, LedgerSentence, Turn
from ui.html import conversation, document, welcome
from ui.html.markup import Annotation, annotate
from ui.i18n.labels import ENGLISH, FRENCH
from ui.services.conversations import Conversation

HOSTILE = (
    "<script>alert(1)</script> <img src=https://example.org/a.png onerror=alert(2)> **bold** [link](https://example.org)\n\n"
    '</p></mark><b>"\'&amp; {{value}} ${value} __i18n__{"key":"x"} «œ»\u00a0? İstanbul 👩‍🚀 שלום\r\u2028 [n\'était] [1]'
)


def answer_over(doc: Document, *spans: Span) -> Answer:
    return compose("?", [cite(doc, span) for span in spans])


@given(st.text(), st.data())
def test_paint_keeps_every_character(text, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    inner = [Annotation(a, b, "focus") for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    outer = [Annotation(0, cuts[0], "mark")] if cuts else []
    painted = annotate(text, 0, len(text), [outer, inner])
    assert html.unescape(re.sub(r"<[^>]*>", "", painted)) == html.unescape(html.escape(text))


@given(st.text(alphabet=st.sampled_from("a<>&\"'{}$_[]1 \n«»œİ\u00a0é"), min_size=3), st.data())
def test_the_lit_text_is_the_quote(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    doc = document_of(text)
    answer = answer_over(doc, Span(start, end))
    page = Page(document.render_citation(doc, answer.citations, 1, 0, FRENCH))
    assert page.marks == [text[start:end]]
    assert text in page.text


def test_a_hostile_document_is_text_in_every_place():
    doc = document_of(HOSTILE, date=date(2022, 2, 1))
    doc = replace(doc, id=HOSTILE, title=HOSTILE)
    answer = replace(answer_over(doc, Span(5, 90)), question=HOSTILE, question_understood=HOSTILE + "?")
    missed = replace(answer, found=False, nearest=(Hit(HOSTILE, 0, 5, HOSTILE, 0.1, 0.1, 0.1, HOSTILE),))
    rendered = [
        conversation.render_conversation(
            Conversation("0", "", (Turn("?", answer), Turn("?", missed))), lambda id: doc, FRENCH
        ),
        conversation.render_conversation(Conversation("0", "", (Turn("?", answer),)), lambda id: None, FRENCH),
        document.render_citation(doc, answer.citations, 1, 0, FRENCH),
        document.render_passage(doc, Span(3, 9), FRENCH),
        document.render_missing(HOSTILE, "", HOSTILE),
        conversation.render_problem(HOSTILE, HOSTILE, FRENCH) + conversation.render_waiting(HOSTILE, FRENCH),
        welcome.render_welcome(HOSTILE, [HOSTILE], FRENCH),
    ]
    for markup in rendered:
        assert not {"script", "img", "b"} & set(Page(markup).tags)
        assert "href=https" not in html.unescape(markup).replace(HOSTILE, "")
        assert "__i18n__" not in markup
        assert HOSTILE.replace("\r", "") in Page(markup).text.replace("\r", "")


def test_a_quote_over_two_paragraphs_is_one_mark():
    doc = document_of("One.\n\nTwo.\n\nThree.")
    page = Page(document.render_citation(doc, [cite(doc, Span(0, 10))], 1, 0, ENGLISH))
    assert page.marks == ["One.\n\nTwo."]
    assert page.tags.count("p") == 3  # one for the place in the header, two of the text


def test_a_quote_stays_whole_where_another_overlaps_it():
    doc = document_of("abcdefghij")
    both = [cite(doc, Span(0, 6)), cite(doc, Span(3, 9))]
    assert Page(document.render_citation(doc, both, 1, 0, ENGLISH)).marks == ["abcdef"]
    assert Page(document.render_citation(doc, both, 2, 0, ENGLISH)).marks == ["defghi"]


def test_a_changed_document_lights_nothing_and_says_so():
    doc = document_of("The sky is blue.")
    citation = cite(doc, Span(0, 16))
    for now in (replace(doc, content="The sky is grey."), replace(doc, sha256="1" * 64)):
        page = Page(document.render_citation(now, [citation], 1, 0, ENGLISH))
        assert not page.marks
        assert "has changed" in page.text
        assert "The sky is blue." in page.text


def test_only_the_ledger_makes_marks():
    """A text may hold "[1]" or "[n'était]" of its own."""
    text = "« sincère [n'était] pas [1] » [1]"
    doc = document_of("sincère [n'était] pas [1]")
    ledger = LedgerSentence(0, len(text), (1,), True, (Span(len(text) - 3, len(text)),))
    answer = Answer("?", "?", True, text, 0.9, (cite(doc, Span(0, len(doc.text))),), (ledger,))
    buttons = re.findall(
        r"<button[^>]*class=\"cite\"[^>]*>(.*?)</button>", conversation.render_answer_text(0, answer, FRENCH)
    )
    assert buttons == ["[1]"]
    assert Page(conversation.render_answer_text(0, answer, FRENCH)).text == text


def test_the_words_that_answer_are_bold_in_the_answer_and_in_the_quote():
    doc = document_of("Le porte-parole est Dmitri Peskov.")
    answer = compose("?", [cite(doc, Span(0, 34), Span(20, 33))])
    bold = '<strong class="focus">Dmitri Peskov</strong>'
    assert bold in conversation.render_answer_text(0, answer, FRENCH)
    assert bold in conversation.render_quote(answer.citations[0], doc)
    assert bold in document.render_citation(doc, answer.citations, 1, 0, FRENCH)


def test_who_says_it_is_shown_with_the_quote_and_both_where_two_do():
    doc = document_of("Oui, dit Anne. Non, dit Zoé.", date=date(2022, 2, 1))
    both = [replace(cite(doc, Span(0, 14)), speaker="anne"), replace(cite(doc, Span(15, 28)), speaker="<Zoé>")]
    answer = compose("?", both)
    card = conversation.render_turn(0, compose("?", both[:1]), lambda id: doc, FRENCH)
    assert "<span>selon\xa0: anne</span><span>1er février 2022</span>" in card
    assert "selon\xa0: &lt;Zoé&gt;" in document.render_citation(doc, answer.citations, 2, 0, FRENCH)
    markup = conversation.render_answer_text(0, answer, FRENCH)
    assert re.findall('data-says="(.*?)"', markup) == ["Anne\xa0: ", "&lt;Zoé&gt;\xa0: "]
    assert Page(markup).text == answer.text
    for alone in (
        both[:1],
        [both[0], replace(both[1], speaker="Anne Morel")],
        [replace(citation, speaker=None) for citation in both],
    ):
        assert "data-says" not in conversation.render_answer_text(0, compose("?", alone), FRENCH)


def test_a_sentence_without_support_is_shown_as_such():
    answer = Answer("?", "?", True, "Maybe.", 0.9, (), (LedgerSentence(0, 6, (), False),))
    assert "unsupported" in conversation.render_answer_text(0, answer, ENGLISH)


def test_a_greeting_is_no_refusal_and_has_no_sources():
    ledger = (LedgerSentence(0, 7, (), False),)
    answer = Answer("Hi", "Hi", False, "Hello <b>", 1.0, (), ledger, kind="greeting")
    markup = conversation.render_turn(0, answer, lambda id: None, ENGLISH)
    assert '<div class="answer">Hello &lt;b&gt;</div>' in markup
    assert not any(mark in markup for mark in ("not-found", "unsupported", "sources"))


def test_a_remark_stands_above_the_answer():
    answer = Answer("?", "?", True, "Maybe.", 0.9, kind="list", remark="2 <sentences>")
    markup = conversation.render_turn(0, answer, lambda id: None, ENGLISH)
    assert markup.index("2 &lt;sentences&gt;") < markup.index("Maybe.")


def test_not_found_looks_different_and_offers_no_evidence():
    near = Hit("a.txt", 0, 4, "Near", 0.2, 0.1, 0.1, "A title")
    markup = conversation.render_turn(0, Answer("?", "?", False, "", 0.1, nearest=(near,)), lambda id: None, FRENCH)
    assert 'class="not-found"' in markup
    assert "Pas dans vos documents" in markup
    assert "<mark" not in markup
    assert 'data-near="0"' in markup


def test_a_long_document_is_shown_around_what_is_lit():
    doc = document_of("\n\n".join(f"Paragraph {n} " + "x" * 200 for n in range(1000)))
    at = doc.text.index("Paragraph 500 ")
    page = Page(document.render_citation(doc, [cite(doc, Span(at, at + 13))], 1, 0, ENGLISH))
    assert page.marks == ["Paragraph 500"]
    assert len(page.text) < 3 * document.REACH
    assert page.text.count("Show previous text") == page.text.count("Show next text") == 1


def test_escape_leaves_nothing_that_could_open_or_close():
    assert not set("<>\"'") & set(escape(HOSTILE))
