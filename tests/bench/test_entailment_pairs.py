"""The training pairs of the entailment model: what is marked as unsupported is what was changed."""

import random

import pytest

from bench.quality import datasets
from bench.train.entailment import altered, faithful
from bench.train.entailment.drafts import CONTRADICTED, NEITHER, SUPPORTED, UNSUPPORTED, Draft, Source
from bench.train.entailment.pairs import _answered
from bench.train.entailment.vocabulary import Vocabulary, other_word, synonym_of

SENTENCE = "Le 5 juin 2022, la commune de Varenne a été fondée par Paul Castel et compte 1 200 habitants."
SOURCE = Source(
    "fr", "Varenne", SENTENCE, (SENTENCE, "Elle se trouve en Bretagne."),
    ("Son maire est Anne Duval depuis 1999, avec l'appui de tous les conseillers.",),
    ("À Lyon, le musée ouvre en 1931 pour les enfants de la ville.",),
    Vocabulary("fr", ["habitants monuments musées voitures " * 3], {}),
)  # fmt: skip


@pytest.fixture
def dice() -> random.Random:
    return random.Random(1)


def loose_words(draft: Draft) -> list[str]:
    return [draft.text[start:end] for start, end in draft.loose]


def test_a_replaced_word_is_loose_and_moves_what_is_loose_behind_it() -> None:
    draft = Draft("The red house and the old bridge.").replace(18, 21, "the", UNSUPPORTED).replace(4, 7, "scarlet")
    assert draft == Draft("The scarlet house and the old bridge.", ((22, 25),), UNSUPPORTED)


def test_what_replaces_a_loose_word_takes_its_mark_away() -> None:
    draft = Draft("The red house.").replace(4, 7, "blue", UNSUPPORTED).replace(0, 8, "A")
    assert draft.loose == ()


@pytest.mark.parametrize(
    "operation", [operation for operation, _ in altered.OPERATIONS if operation.__name__ != "other_word"]
)
def test_an_alteration_changes_the_text_and_marks_words_of_the_new_one(operation, dice) -> None:
    made = [draft for _ in range(30) if (draft := operation(Draft(SENTENCE), SOURCE, dice))]
    for draft in made:
        assert draft.text != SENTENCE
        assert draft.label in (CONTRADICTED, NEITHER, UNSUPPORTED)
        assert all(words.strip() for words in loose_words(draft))
        assert all(SENTENCE[start:end] != draft.text[start:end] for start, end in draft.loose[:1])


def test_most_alterations_apply_to_a_sentence_with_a_date_names_and_a_number(dice) -> None:
    applied = {
        operation.__name__
        for operation, _ in altered.OPERATIONS
        if operation.__name__ != "other_word" and any(operation(Draft(SENTENCE), SOURCE, dice) for _ in range(30))
    }
    assert applied >= {
        "other_number",
        "other_date",
        "other_name",
        "denied",
        "denied_whole",
        "added",
        "spliced",
        "attributed",
    }


def test_two_names_are_exchanged_and_both_are_loose() -> None:
    exchanged = [altered.exchanged(Draft(SENTENCE), SOURCE, random.Random(seed)) for seed in range(40)]
    texts = {draft.text: loose_words(draft) for draft in exchanged if draft}
    swapped = SENTENCE.replace("Varenne", "X").replace("Paul Castel", "Varenne").replace("X", "Paul Castel")
    assert texts[swapped] == ["Paul Castel", "Varenne"]


@pytest.mark.parametrize(
    "operation", [operation for operation, _ in faithful.OPERATIONS if operation.__name__ != "reworded"]
)
def test_a_rewording_stays_supported_and_marks_nothing(operation, dice) -> None:
    for _ in range(20):
        draft = operation(Draft(SENTENCE), SOURCE, dice)
        assert draft is None or (draft.label == SUPPORTED and draft.loose == () and draft.text.strip())


def test_a_date_and_a_number_are_written_in_other_ways(dice) -> None:
    redated = faithful.redated(Draft(SENTENCE), SOURCE, dice)
    assert redated is not None
    assert redated.text.startswith("Le 05/06/2022, ")
    renumbered = [faithful.renumbered(Draft(SENTENCE), SOURCE, dice) for _ in range(20)]
    texts = {draft.text for draft in renumbered if draft}
    assert texts >= {SENTENCE.replace("1 200", "1200"), SENTENCE.replace("5 juin", "cinq juin")}


def test_the_place_in_front_goes_to_the_end(dice) -> None:
    drafts = [faithful.fronted(Draft("En 1990, la mairie a fermé."), SOURCE, dice) for _ in range(20)]
    assert None not in drafts
    texts = {draft.text for draft in drafts if draft}
    assert {"La mairie a fermé.", "La mairie a fermé, en 1990."} <= texts


def test_a_word_is_exchanged_for_one_of_its_class_that_means_something_else(dice) -> None:
    drafts = [other_word(Draft(SENTENCE), SOURCE, dice) for _ in range(20)]
    assert {tuple(loose_words(draft)) for draft in drafts if draft} == {("monuments",)}
    assert {draft.text for draft in drafts if draft} == {SENTENCE.replace("habitants", "monuments")}


def test_a_word_without_a_synonym_is_left() -> None:
    assert synonym_of(Draft(SENTENCE), SOURCE, random.Random(1)) is None


def test_a_question_with_its_answer_is_supported_and_with_another_word_is_not() -> None:
    query = datasets.Query("1", "Qui a fondé la commune ?", ("Paul Castel",), True, True)
    made = [_answered(query, SENTENCE, random.Random(seed)) for seed in range(30)]
    assert None not in made
    claims = {draft.label: draft for draft, _ in filter(None, made)}
    assert claims[SUPPORTED].text == "Qui a fondé la commune ? Paul Castel."
    assert all(words in SENTENCE and words != "Paul Castel" for words in loose_words(claims[UNSUPPORTED]))
