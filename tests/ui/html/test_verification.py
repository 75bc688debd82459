"""A text that was compared with documents, as it is shown: escaped, with verdicts in words and translated reasons."""

import pytest

from index.documents import Span
from rag.answer import Citation, LedgerSentence
from rag.verification.findings import REASONS, reason
from rag.verification.verify import Verification
from ui.html.verification import render_checking, render_verification
from ui.i18n.errors import translate_error
from ui.i18n.labels import ENGLISH, FRENCH
from ui.i18n.reasons import translate_reason
from ui.services.verification import LONGEST, TooLong, check_length, split_draft

TEXT = "The <b>ferry</b> left. It sank."
QUOTE = "The ferry left at noon."


def test_each_sentence_is_shown_with_its_verdict_its_reason_and_its_quotes() -> None:
    quote = Citation("a.txt", 0, len(QUOTE), QUOTE, None, "0" * 64, "Ferries", None, Span(0, len(QUOTE)))
    why = reason("The quotes do not give {}.", "sank")
    sentences = (
        LedgerSentence(0, 22, (1,), True, verdict="supported"),
        LedgerSentence(23, 31, (), False, verdict="unsupported", why=why, loose=(Span(26, 30),)),
    )
    markup = render_verification(TEXT, Verification(TEXT, sentences, (quote,)), ENGLISH)
    assert "&lt;b&gt;ferry&lt;/b&gt;" in markup
    assert "<b>" not in markup
    assert QUOTE in markup
    assert ENGLISH.verdict("unsupported") in markup
    assert 'class="loose"' in markup
    assert why in markup
    assert "Sentences supported: 1 of 2 · not supported: 1" in markup
    assert "Les citations ne donnent pas sank." in render_verification(
        TEXT, Verification(TEXT, sentences, (quote,)), FRENCH
    )


def test_a_text_that_is_too_long_is_refused_in_a_sentence() -> None:
    check_length("a" * LONGEST)
    with pytest.raises(TooLong) as refused:
        check_length("a" * (LONGEST + 1))
    markup = render_verification("a", None, FRENCH, translate_error(refused.value, FRENCH))
    assert "Le texte compte plus de 100\u202f000 caractères" in markup


def test_every_reason_is_found_again_by_its_english_sentence() -> None:
    for template in REASONS:
        english = reason(template, *["«12 %»."] * template.count("{}"))
        assert translate_reason(english, FRENCH) == FRENCH.translate(template).format(
            *["«12 %»."] * template.count("{}")
        )
        assert translate_reason(english, FRENCH) != english


def test_a_text_that_is_being_checked_says_how_long_it_is() -> None:
    text = "# Note\n\nLe bac part. Il revient. Pourquoi ?"
    assert "Vérification de 2 phrases…" in render_checking(text, FRENCH)
    verified = Verification("Pourquoi ?", (LedgerSentence(0, 10, (), False, states=False),))
    assert "Aucune phrase de ce texte n’affirme quelque chose." in render_verification("Pourquoi ?", verified, FRENCH)


def test_a_long_text_is_cut_between_paragraphs_and_nothing_is_lost() -> None:
    text = "Un mot. " * 10 + "\n\n" + "Un autre. " * 20
    parts = split_draft(text, 120)
    assert "".join(parts) == text
    assert parts[0].endswith("\n\n")
    assert all(len(part) <= 120 for part in parts)
    assert "".join(split_draft("a" * 500, 120)) == "a" * 500
