"""When two names are one: spellings, inflection, and the adjectives and people of a place."""

import pytest

from rag.retrieval.names import are_related, are_spellings, are_translations, is_inflected


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("zelensky", "zelenskyy"), ("gorbatchev", "gorbachev"), ("loukachenko", "lukashenko"), ("kharkiv", "kharkov"),
        ("khrouchtchev", "khrushchev"), ("tchaikovski", "tchaikovsky"), ("medvediev", "medvedev"), ("odessa", "odesa"),
        ("elizabeth", "elisabeth"),
    ],
)  # fmt: skip
def test_spellings_of_one_name(name: str, other: str) -> None:
    assert are_spellings(name, other)
    assert are_spellings(other, name)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("anatole", "anatolx"), ("anatole", "anatolie"), ("brizec", "brizek"), ("brizec", "brisec"),
        ("kerdrel", "kerdrol"), ("durand", "durant"), ("robert", "robertson"), ("lefebvre", "lefevbre"),
        ("martin", "martine"),
    ],
)  # fmt: skip
def test_other_letters_are_another_name(name: str, other: str) -> None:
    assert not are_spellings(name, other)
    assert not are_spellings(name, other, is_foreign=True)
    assert not are_related(name, other)
    assert not is_inflected(name, other)


def test_a_mute_letter_is_left_out_in_the_other_language_alone() -> None:
    assert are_spellings("bakounine", "bakunin", is_foreign=True)
    assert not are_spellings("bakounine", "bakunin")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("marseille", "marseillaise"), ("ukraine", "ukrainiennes"), ("algerie", "algeriens"), ("europe", "europeen"),
        ("strasbourg", "strasbourgeois"), ("california", "californian"), ("normandie", "normands"),
        ("buddhist", "buddhism"), ("napoleon", "napoleonien"),
    ],
)  # fmt: skip
def test_adjectives_and_people_belong_to_their_name(name: str, other: str) -> None:
    assert are_related(name, other)
    assert are_related(other, name)


def test_number_and_gender_do_not_change_a_name() -> None:
    assert is_inflected("parisien", "parisiennes")
    assert is_inflected("capetiens", "capetien")
    assert is_inflected("espagnol", "espagnole")
    assert is_inflected("construite", "construites")
    assert not is_inflected("annonce", "annoncee")
    assert is_inflected("annonce", "annoncee", opens=True)


def test_the_lexicon_has_names_of_both_languages() -> None:
    assert are_translations("staline", "stalin")
    assert are_translations("barcelona", "barcelone")
    assert not are_translations("martin", "martine")
