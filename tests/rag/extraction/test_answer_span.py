"""The words shown in bold: spans that could answer, and the one that is expected to match the answer best."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from index import Index, open_index, rebuild
from rag.extraction.answer_span import AnswerSpan, find_answer_spans
from rag.query.question import parse_question
from rag.ranking.term_match import Matcher
from rag.retrieval.expansion import QueryTerm
from rag.text.mentions import Mentions
from rag.text.patterns import PREFILTERED
from rag.text.spans import LONGEST, Tokens, tokens_of

pytestmark = pytest.mark.slow

TEXTS = (
    "Northgate Mills was founded in 1887 by Edward Harlow, a wool merchant from Bradford.",
    "Karim ne pourra pas venir car il est en déplacement à Genève ; il sera remplacé par Inès Toledano.",
    "Le loup gris est revenu en Bardalie en 1994, depuis le massif voisin du Cormet.",
    "La ligne C reliera la gare à l'hôpital Sainte-Anne en vingt-deux minutes.",
    "Plus de 3 500 ouvriers travaillent au port de Brenne, selon le syndicat.",
)
WORD = QueryTerm("macron", 1.0, {"fr": {"macron": 1.0}})
texts = st.text(min_size=1, max_size=300) | st.lists(
    st.sampled_from("le la de 12 mars 2022 Macron «dit» , . ( ) l'Élysée à où 100.000 km² œuvre".split()), min_size=1
).map(" ".join)


def tokens(text: str) -> Tokens:
    return tokens_of(text, "fr", Mentions(text, PREFILTERED.find_triggers(text)))


@given(texts)
def test_a_span_is_a_run_of_whole_words(text: str) -> None:
    words = tokens(text)
    for first, last in zip(*words.spans, strict=True):
        assert 0 <= last - first < LONGEST
        assert (
            text[words.starts[first] : words.ends[last]].strip() == text[words.starts[first] : words.ends[last]] != ""
        )


@given(texts)
def test_what_is_shown_is_inside_the_sentence(text: str) -> None:
    [focused] = find_answer_spans(parse_question("Quand Macron a-t-il parlé ?"), [tokens(text)], Matcher(()))
    if focused.span:
        assert 0 <= focused.span.start < focused.span.end <= len(text)
        assert focused.probabilities.sum() == pytest.approx(1.0)


@given(st.lists(texts, min_size=1, max_size=4))
def test_what_is_shown_of_a_sentence_does_not_depend_on_its_company(sentences: list[str]) -> None:
    question, matcher = parse_question("Quand Macron a-t-il parlé à l'Élysée ?"), Matcher([WORD])
    together = find_answer_spans(question, [tokens(text) for text in sentences], matcher)
    for text, focused in zip(sentences, together, strict=True):
        [alone] = find_answer_spans(question, [tokens(text)], matcher)
        assert focused.span == alone.span
        assert focused.log_partition == pytest.approx(alone.log_partition)


@pytest.mark.parametrize(
    ("likely", "shown"),
    [
        ({"1887": 0.9, "Bradford": 0.1}, "1887"),
        ({"Edward Harlow": 0.4, "Edward Harlow, a wool merchant": 0.35, "1887": 0.25}, "Edward Harlow"),
        ({"Bradford": 0.4, "Edward Harlow": 0.35, "Edward Harlow, a wool merchant": 0.25}, "Edward Harlow"),
    ],
)
def test_the_span_shown_has_the_highest_expected_token_f1(likely: dict[str, float], shown: str) -> None:
    words = tokens(TEXTS[0])
    probabilities = np.array([likely.get(words.text[at], 0.0) for at in words.slices])
    assert probabilities.sum() == pytest.approx(1.0)
    span = AnswerSpan(words, probabilities, 0.0).span
    assert span is not None
    assert words.text[span.start : span.end] == shown


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("focus")
    (folder / "texts").mkdir()
    for number, text in enumerate(TEXTS):
        Path(folder / "texts" / f"{number}.txt").write_text(text, encoding="utf-8")
    rebuild(folder / "texts", folder / "index")
    return open_index(folder / "index")


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("Who founded Northgate Mills?", "Edward Harlow", "1887"),
        ("When was Northgate Mills founded?", "1887", "Bradford"),
        ("Qui remplace Karim ?", "Inès Toledano", "Genève"),
        ("Pourquoi Karim ne pourra-t-il pas venir ?", "il est en déplacement à Genève", "Karim"),
        ("En quelle année le loup est-il revenu en Bardalie ?", "1994", "Cormet"),
        ("En combien de temps la ligne C relie-t-elle la gare à l'hôpital ?", "vingt-deux minutes", "ligne"),
        ("Combien d'ouvriers travaillent au port de Brenne ?", "3 500", "syndicat"),
    ],
)
def test_the_words_in_bold_hold_the_answer_and_not_the_rest(
    small: Index, question: str, answer: str, other: str
) -> None:
    bold = rag.ask(question, index=small).citations[0].focus_text
    assert bold is not None
    assert answer in bold
    assert other not in bold
