"""What a language model wrote is shown to the byte, each sentence with its verdict in words."""

import html
import re

import pytest
from plain_controller import cite
from rendered import document_of

from index.documents import Span
from rag.answer import Answer, LedgerSentence, SourceSpan, Verdict
from ui.html import conversation, welcome
from ui.i18n.labels import ENGLISH, FRENCH

TEXT = "Le pont a 9 arches [1]. Il a 8 arches [2]. Il est <b>beau</b> [7]. Peut-être rose. Vraiment ?"
WHY = "The quotes do not give 8."
SOURCE = document_of("Le pont a 9 arches. Il enjambe la Penzé. Il date de 1850.")


def written_answer() -> Answer:
    """An answer with one sentence of each verdict; the third citation is marked nowhere."""
    parts: list[tuple[str, Verdict, tuple[int, ...], str, str]] = [
        ("Le pont a 9 arches [1].", "supported", (1,), "", ""),
        ("Il a 8 arches [2].", "contradicted", (2,), "8", ""),
        ("Il est <b>beau</b> [7].", "unsupported", (), "<b>beau</b>", "[7]"),
        ("Peut-être rose.", "not checked", (), "", ""),
    ]
    ledger = []
    for sentence, verdict, citations, loose, nowhere in parts:
        start = TEXT.index(sentence)
        spans = {
            word: Span(TEXT.index(word, start), TEXT.index(word, start) + len(word))
            for word in (loose, nowhere)
            if word
        }
        marks = tuple(Span(TEXT.index(f"[{n}]", start), TEXT.index(f"[{n}]", start) + 3) for n in citations)
        ledger.append(
            LedgerSentence(
                start, start + len(sentence), citations, verdict == "supported", marks, verdict, WHY if loose else "",
                loose=(spans[loose],) if loose else (), unverified=(spans[nowhere],) if nowhere else (),
                evidence=(SourceSpan(SOURCE.id, 20, 40),) if verdict == "not checked" else (),
            )
        )  # fmt: skip
    end = TEXT.index("Vraiment")
    ledger.append(LedgerSentence(end, len(TEXT), (), False, states=False))
    quotes = tuple(cite(SOURCE, Span(*place)) for place in ((0, 19), (20, 40), (41, 57)))
    return Answer("?", "?", True, TEXT, 0.9, quotes, tuple(ledger), writer="ollama:rédacteur")


def plain(markup: str) -> str:
    """Return the text of an answer without the verdicts, which stand after its sentences."""
    bare = re.sub(r'<(button|span) (?:type="button" )?class="judgement[^>]*>[^<]*</\1>', "", markup)
    return html.unescape(re.sub(r"<[^>]*>", "", bare))


def test_each_sentence_has_its_verdict_after_it_and_nothing_else_is_added() -> None:
    markup = str(conversation.render_answer_text(0, written_answer(), FRENCH))
    assert plain(markup) == TEXT
    assert re.findall(r'class="judgement is-([a-z-]+)"[^>]*>([^<]+)<', markup) == [
        ("supported", "étayée"),
        ("contradicted", "contredite"),
        ("unsupported", "non étayée"),
        ("not-checked", "non vérifiée"),
    ]
    assert 'title="Les citations ne donnent pas 8." aria-label="contredite\xa0: voir ses citations"' in markup
    assert re.findall(r'data-n="(\d)" data-quotes="([\d ]+)" title', markup) == [("1", "1"), ("2", "2"), ("2", "2")]
    assert '<span class="loose" title="Absent des citations">8</span>' in markup
    assert 'class="unverified" title="Ce numéro ne renvoie à aucune source.">[7]<' in markup
    assert "&lt;b&gt;beau" in markup


def test_what_the_model_was_given_and_rests_on_nothing_is_shown_apart() -> None:
    markup = str(conversation.render_turn(0, written_answer(), lambda _: SOURCE, ENGLISH))
    before, apart = markup.split("<details")
    assert re.findall(r'class="source" data-turn="0" data-n="(\d)"', before) == ["1", "2"]
    assert re.findall(r'class="source" data-turn="0" data-n="(\d)"', apart) == ["3"]
    assert "1 more passage was given to the model" in apart
    assert "Written by ollama:rédacteur." in markup


@pytest.mark.parametrize(
    ("host", "says"), [("", "reste sur cette machine"), ("api.mistral.ai", "envoyé à api.mistral.ai")]
)
@pytest.mark.parametrize("is_on", [True, False])
def test_the_switch_says_which_model_and_where_the_text_goes(host: str, says: str, is_on: bool) -> None:
    markup = str(welcome.render_writing_switch("mistralai:<small>", host, is_on, FRENCH))
    assert "Rédiger avec mistralai:&lt;small&gt;" in markup
    assert says in markup
    assert f'aria-checked="{"true" if is_on else "false"}"' in markup
    assert f'data-on="{"" if is_on else "on"}"' in markup
