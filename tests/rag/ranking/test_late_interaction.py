"""Words of a question beside those of passages, against the encoder asked directly."""

import numpy as np
import pytest

from index.chunking.sentences import split_sentences
from index.documents import Document, Passage
from index.encoders.static import StaticEncoder
from rag.ranking.late_interaction import LateInteraction, compute_maxsim
from rag.ranking.word_vectors import WordVectors
from rag.retrieval.expansion import QueryTerm
from rag.text.analysis import AnalyzedPassage, analyze_passage, list_content_words

VECTORS = WordVectors(StaticEncoder())


@pytest.fixture(scope="module")
def encoder() -> StaticEncoder:
    return StaticEncoder()


def passage_of(text: str, title: str = "") -> AnalyzedPassage:
    document = Document("a.txt", text, "0" * 64, title)
    spans = [Passage(document, *span) for span in split_sentences(text)]
    return analyze_passage(document, spans, "fr")


def compare_passages(question: str, *passages: AnalyzedPassage, idf: float = 0.5) -> list[LateInteraction]:
    return compute_maxsim([QueryTerm(word, idf, {}) for word in list_content_words(question)], passages, VECTORS)


def test_the_nearest_word_of_a_sentence_counts(encoder: StaticEncoder) -> None:
    texts = ["Le peintre vit de son métier. Il gèle.", "La mer monte."]
    interactions = compare_passages("mari peinture", *map(passage_of, texts))
    for text, interaction in zip(texts, interactions, strict=True):
        for sentence, row in zip(split_sentences(text), interaction.sentence_maxsim, strict=True):
            words = list_content_words(text[slice(*sentence)])
            cosines = encoder.encode(["mari", "peinture"]) @ encoder.encode(words).T
            assert row == pytest.approx(np.maximum(cosines.max(axis=1), 0.0), abs=1e-4)


def test_a_sentence_is_near_what_it_says_in_other_words_and_in_the_other_language() -> None:
    near, english, far = compare_passages(
        "Qui est son mari ?", *map(passage_of, ("Son époux est peintre.", "Her husband paints.", "Le toit est rouge."))
    )
    assert near.passage > far.passage + 0.2
    assert english.passage > far.passage + 0.2


def test_the_title_counts_for_each_sentence_and_is_told_apart() -> None:
    [interaction] = compare_passages("Où vit Brenne ?", passage_of("Elle vit au bord de la mer. Il pleut.", "Brenne"))
    assert (interaction.titled_maxsim >= interaction.sentence_maxsim).all()
    assert interaction.sentences[0] == pytest.approx(1.0, abs=1e-3)
    assert interaction.alone[0] < 0.9
    assert interaction.untitled_cosines[0] > interaction.question_cosines[0]  # what the title says weighs no more


def test_a_sentence_is_about_the_question_as_the_encoder_says(encoder: StaticEncoder) -> None:
    text = "Le marché se tient le samedi."
    [interaction] = compare_passages("jour du marché", passage_of(text))
    question, sentence = encoder.encode(
        [" ".join(list_content_words("jour du marché")), " ".join(list_content_words(text))]
    )
    assert interaction.question_cosines[0] == pytest.approx(question @ sentence, abs=1e-4)


def test_what_is_missing_is_all_that_counts_of_what_is_not_held() -> None:
    [interaction] = compare_passages("mari Brenne", passage_of("Son époux dort."))
    assert interaction.missing_cosines([0.0, 1.0])[0] == pytest.approx(interaction.titled_maxsim[0, 0])
    assert interaction.missing_cosines([1.0, 1.0])[0] == 1.0


def test_a_question_without_words_is_near_nothing() -> None:
    [interaction] = compute_maxsim([], [passage_of("Il pleut.")], VECTORS)
    assert (interaction.passage, interaction.farthest, interaction.question_cosines[0]) == (0.0, 0.0, 0.0)


def test_a_table_that_begins_anew_gives_the_same_vectors(encoder: StaticEncoder) -> None:
    small = WordVectors(encoder, capacity=3)
    first = small.lookup(["mer", "pont"])
    assert len(small.lookup(["toit", "route", "forêt", "champ"]).lengths) == 4  # more than it keeps
    again = small.lookup(["pont", "mer", "mer"])
    assert np.array_equal(again.directions, first.directions[[1, 0, 0]])
    assert first.sums == pytest.approx(encoder.sums(["mer", "pont"]), abs=1e-5)


def test_words_that_are_unknown_have_no_length() -> None:
    assert not VECTORS.lookup(["", "☃"]).lengths.any()
