"""The reader that ships: it reads both languages, and says the same everywhere but for rounding."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from index.documents import Span
from rag.reading.reader import FOLDER, HeadedPassage, Reader

RECORDED = Path(__file__).with_name("recorded.json")
MILL = HeadedPassage(
    "Le moulin de Varenne",
    "Le moulin de Varenne appartient à la commune depuis 1988. En 2021, il a été restauré par l'entreprise Castel. "
    "La région a payé 60 000 €.",
)
LIBRARY = HeadedPassage(
    "The library",
    "The reading hall was designed by Ruth Adler and opened in 1931. It seats four hundred. "
    "The library lends maps for two weeks.",
)
ASKED = (
    ("Qui a restauré le moulin ?", MILL, "Castel"),
    ("Depuis quand le moulin appartient-il à la commune ?", MILL, "1988"),
    ("Who designed the reading hall?", LIBRARY, "Ruth Adler"),
    ("How long are maps lent for?", LIBRARY, "two weeks"),
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize(("question", "passage", "answer"), ASKED)
def test_it_finds_the_words_that_answer(reader: Reader, question: str, passage: HeadedPassage, answer: str) -> None:
    reading = reader.read(question, passage)
    span = reading.span(0, len(passage.text))
    assert span is not None
    assert answer in passage.text[span.start : span.end]


@pytest.mark.parametrize(("question", "passage", "answer"), ASKED)
def test_it_tells_a_passage_that_answers_from_another(
    reader: Reader, question: str, passage: HeadedPassage, answer: str
) -> None:
    other = LIBRARY if passage is MILL else MILL
    right, wrong = reader.read(question, passage), reader.read(question, other)
    assert right.answers > wrong.answers
    assert right.margin > wrong.margin


def test_the_end_of_a_long_passage_is_read(reader: Reader) -> None:
    rules = " ".join(f"La règle {number} vaut pour tous les ateliers du village." for number in range(1, 22))
    text = f"{rules} Le four a été construit par Marthe Lorin."
    reading = reader.read("Qui a construit le four ?", HeadedPassage("Le village", text))
    assert reader.count_tokens(text) > 250
    assert (span := reading.span(0, len(text))) is not None
    assert "Marthe Lorin" in text[span.start : span.end]


def test_a_claim_is_judged_with_no_more_evidence_than_in_training(reader: Reader) -> None:
    rules = [f"La règle {number} vaut pour tous les ateliers du village." for number in range(1, 31)]
    assert reader.count_tokens(" ".join(rules[:24])) > reader.evidence_budget("Le four est neuf.")
    shorter, longer = (reader.judge("Le four est neuf.", " ".join(some)) for some in (rules[:24], rules))
    assert shorter.supported == longer.supported


def test_a_reading_does_not_depend_on_what_is_read_beside_it(reader: Reader) -> None:
    alone = [reader.read(question, passage) for question, passage, _ in ASKED]
    with ThreadPoolExecutor(4) as threads:
        beside = list(threads.map(lambda pair: reader.read(pair[0], pair[1]), ASKED * 4))
    for at, reading in enumerate(beside):
        assert reading.answers == alone[at % len(ASKED)].answers
        assert np.array_equal(reading.starts, alone[at % len(ASKED)].starts)


def test_scores_are_those_recorded_on_a_processor_with_vnni(reader: Reader) -> None:
    """Seven-bit weights do not saturate: processors with and without VNNI agree, but for rounding."""
    for recorded, (question, passage, _) in zip(json.loads(RECORDED.read_text("utf-8")), ASKED, strict=True):
        reading = reader.read(question, passage)
        scores = [reading.answers, reading.margin]
        assert scores == pytest.approx(recorded, abs=0.35)


def test_a_vector_is_near_that_of_a_paraphrase(reader: Reader) -> None:
    question = reader.embed_question("Comment embaucher un salarié ?")
    near = reader.embed_passage(HeadedPassage("", "Les démarches pour recruter un employé sont gratuites."))
    far = reader.embed_passage(HeadedPassage("", "Le moulin a été restauré en 2021."))
    assert np.linalg.norm(question) == pytest.approx(1, abs=1e-3)
    assert question @ near > question @ far + 0.03


ODD = ("", " ", "a", "x" * 5000, "mot " * 5000, "\u4e2d\u6587 \u0440\u0443\u0441", "\x00\n\t")


@pytest.mark.parametrize("text", ODD)
def test_any_text_can_be_read(reader: Reader, text: str) -> None:
    reading = reader.read("Qui ?" + text, HeadedPassage(text, text))
    assert np.isfinite(reading.answers)
    span = reading.span(0, len(text))
    assert span is None or 0 <= span.start < span.end <= len(text)
    assert np.isfinite(reader.embed_passage(HeadedPassage(text, text))).all()


RESTORED = "En 2021, le moulin de Varenne a été restauré par l'entreprise Castel. La région a payé 60 000 €."
SUPPORTED = (
    "L'entreprise Castel a restauré le moulin de Varenne en 2021.",
    "Castel restored the mill of Varenne in 2021.",
)
UNSUPPORTED = (
    ("La région a payé 60 000 € pour la toiture.", "toiture"),
    ("En 2021, le moulin de Varenne a été restauré par l'entreprise Castel, malgré un incendie.", "incendie"),
    ("In 2021 the mill of Varenne was restored by Castel for a rich collector.", "collector"),
)


@pytest.mark.parametrize("claim", SUPPORTED)
def test_a_claim_in_other_words_is_supported(reader: Reader, claim: str) -> None:
    judged = reader.judge(claim, RESTORED)
    assert judged.supported > 0.5 > judged.contradicted


@pytest.mark.parametrize(("claim", "word"), UNSUPPORTED)
def test_a_claim_that_says_more_is_not_and_the_word_is_marked(reader: Reader, claim: str, word: str) -> None:
    judged = reader.judge(claim, RESTORED)
    start = claim.index(word)
    assert judged.supported < 0.3
    assert judged.mark(Span(start, start + len(word))) > 0.5
    assert judged.mark(Span(0, 9)) < 0.5
    assert len(judged.marks) == len(judged.offsets)


@pytest.mark.parametrize("text", ODD)
def test_any_claim_can_be_judged(reader: Reader, text: str) -> None:
    judged = reader.judge(text, text)
    assert 0 <= judged.supported <= 1
    assert 0 <= judged.mark(Span(0, len(text))) <= 1


def test_what_ships_is_small() -> None:
    sizes = {file.name: file.stat().st_size for file in FOLDER.iterdir()}
    assert sizes.pop("entailment.onnx") <= 11 * 2**20
    assert sum(sizes.values()) <= 48 * 2**20
