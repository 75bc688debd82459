"""Words of a question beside those of passages, against the encoder asked directly."""

import numpy as np
import pytest

from index.chunking.sentences import split_sentences
from index.documents import Document, Passage
from index.encoders.static import StaticEncoder
from rag.ranking.late_interaction import LateInteraction, maxsim
from rag.ranking.word_vectors import WordVectors
from rag.retrieval.expansion import QueryTerm
from rag.text.analysis import AnalyzedPassage, analyze_passage, content

VECTORS = WordVectors(StaticEncoder())


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


def view(text: str, title: str = "") -> AnalyzedPassage:
    document = Document("a.txt", text, "0" * 64, title)
    spans = [Passage(document, *span) for span in split_sentences(text)]
    return analyze_passage(document, spans, "fr")


def align_views(question: str, *views: AnalyzedPassage, idf: float = 0.5) -> list[LateInteraction]:
    return maxsim([QueryTerm(word, idf, {}) for word in content(question)], views, VECTORS)


def test_the_nearest_word_of_a_sentence_counts(encoder: StaticEncoder) -> None:
    texts = ["Le peintre vit de son métier. Il gèle.", "La mer monte."]
    alignments = align_views("mari peinture", *map(view, texts))
    for text, alignment in zip(texts, alignments, strict=True):
        for sentence, row in zip(split_sentences(text), alignment.sentence_maxsim, strict=True):
            words = content(text[slice(*sentence)])
            cosines = encoder.encode(["mari", "peinture"]) @ encoder.encode(words).T
            assert row == pytest.approx(np.maximum(cosines.max(axis=1), 0.0), abs=1e-4)


def test_a_sentence_is_near_what_it_says_in_other_words_and_in_the_other_language() -> None:
    near, english, far = align_views(
        "Qui est son mari ?", *map(view, ("Son époux est peintre.", "Her husband paints.", "Le toit est rouge."))
    )
    assert near.passage > far.passage + 0.2
    assert english.passage > far.passage + 0.2


def test_the_title_counts_for_each_sentence_and_is_told_apart() -> None:
    [alignment] = align_views("Où vit Brenne ?", view("Elle vit au bord de la mer. Il pleut.", "Brenne"))
    assert (alignment.titled_maxsim >= alignment.sentence_maxsim).all()
    assert alignment.sentences[0] == pytest.approx(1.0, abs=1e-3)
    assert alignment.alone[0] < 0.9
    assert alignment.untitled_cosines[0] > alignment.question_cosines[0]  # what the title says weighs no more


def test_a_sentence_is_about_the_question_as_the_encoder_says(encoder: StaticEncoder) -> None:
    text = "Le marché se tient le samedi."
    [alignment] = align_views("jour du marché", view(text))
    question, sentence = encoder.encode([" ".join(content("jour du marché")), " ".join(content(text))])
    assert alignment.question_cosines[0] == pytest.approx(question @ sentence, abs=1e-4)


def test_what_is_missing_is_all_that_counts_of_what_is_not_held() -> None:
    [alignment] = align_views("mari Brenne", view("Son époux dort."))
    assert alignment.missing_cosines([0.0, 1.0])[0] == pytest.approx(alignment.titled_maxsim[0, 0])
    assert alignment.missing_cosines([1.0, 1.0])[0] == 1.0


def test_a_question_without_words_is_near_nothing() -> None:
    [alignment] = maxsim([], [view("Il pleut.")], VECTORS)
    assert (alignment.passage, alignment.farthest, alignment.question_cosines[0]) == (0.0, 0.0, 0.0)


def test_a_table_that_begins_anew_gives_the_same_vectors(encoder: StaticEncoder) -> None:
    small = WordVectors(encoder, capacity=3)
    first = small.lookup(["mer", "pont"])
    assert len(small.lookup(["toit", "route", "forêt", "champ"]).lengths) == 4  # more than it keeps
    again = small.lookup(["pont", "mer", "mer"])
    assert np.array_equal(again.directions, first.directions[[1, 0, 0]])
    assert first.sums == pytest.approx(encoder.sums(["mer", "pont"]), abs=1e-5)


def test_words_that_are_unknown_have_no_length() -> None:
    assert not VECTORS.lookup(["", "☃"]).lengths.any()
