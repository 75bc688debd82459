"""Who says so: named or definite speakers, and no others."""

import pytest

from rag.text.attribution import find_asked_speaker, find_speaker, find_speaker_names, find_speakers, matches_any


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Selon le Kremlin, la Russie attend.", "Kremlin"),
        ("Mme Riou objecte que le bruit gênera la sieste.", "Mme Riou"),
        ("«Non», proteste le maire de Lyon.", "maire de Lyon"),
        ("De l'avis de tous les experts, le pont tiendra.", "experts"),
        ("Ils ont convenu d'un cessez-le-feu, a annoncé l'Elysée.", "Elysée"),
        ("«Non», a répondu pour sa part le maire de Lyon.", "maire de Lyon"),
        ("L'armée avance, rapporte dans un communiqué le ministère de la Défense.", "ministère de la Défense"),
        ("Le communiqué de la Maison-Blanche insiste.", "Maison-Blanche"),
        ("Selon un compte rendu de l'Elysée, ils se sont parlé.", "Elysée"),
        ("Le chantier durera un an, selon les estimations des riverains.", "riverains"),
        ("Selon son avocat, Paul Renucci, la ville a tort.", "avocat, Paul Renucci"),
        ("La ligne ouvrira en mars, a annoncé mardi la maire, Hélène Castaing.", "maire, Hélène Castaing"),
        ("Il pleut, ont indiqué Moscou et Paris.", "Moscou et Paris"),
        ("According to the ministry, it rained.", "ministry"),
        ("Jeanne Martin a déclaré que tout va bien.", "Jeanne Martin"),
        ("Jeanne Martin, maire de Lyon, a déclaré que tout va bien.", "Jeanne Martin"),
        ("“We are ready,” said Mary Jones.", "Mary Jones"),
        ("The agency said that prices rose.", "agency"),
    ],
)
def test_a_sentence_is_said_by_who_is_named(sentence: str, named: str) -> None:
    assert find_speaker_names(sentence)[0] == named


@pytest.mark.parametrize(
    "sentence",
    [
        "Cela explique tout.",
        "Une panne explique tout le retard.",
        "Ce phénomène explique la hausse des prix.",
        "A broken valve explains everything.",
        "The heat explained the failure.",
        "Le tarif varie selon la taille du foyer.",
        "Elle a déclaré qu'elle viendrait.",
        "Il a insisté sur le format dit «Normandie».",
        "Ils publient ce rapport chaque année.",
    ],
)
def test_what_explains_is_no_speaker(sentence: str) -> None:
    assert find_speaker_names(sentence) == ()


def test_a_sentence_that_goes_on_is_said_by_the_speaker_before() -> None:
    sentences = ["Selon le syndicat, il neige.", "Il fait froid.", "Selon la même source, il gèle.", "Il vente."]
    assert [find_speaker(sentences[:n]) for n in range(1, 5)] == ["syndicat", None, "syndicat", None]


def test_a_seat_of_power_speaks_for_who_sits_there() -> None:
    asked_speakers = find_asked_speaker("Selon l'Élysée, que faire ?")
    assert matches_any(asked_speakers, find_speakers("Il pleut, a indiqué la présidence française."))
    assert not matches_any(asked_speakers, find_speakers("Il pleut, a indiqué la présidence russe."))


def test_an_office_that_two_share_does_not_make_them_one() -> None:
    asked_speakers = find_asked_speaker("Que dit le ministre des Transports ?")
    assert matches_any(asked_speakers, find_speakers("Selon le ministre des Transports, tout roule."))
    assert not matches_any(asked_speakers, find_speakers("Selon le ministre de la Santé, tout va bien."))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Selon l'Élysée, que faire ?", {"elysee"}),
        ("Qu'a annoncé l'Élysée après l'appel ?", {"elysee"}),
        ("Pour Moscou, quelle est la ligne rouge ?", {"moscou"}),
        ("Pour obtenir un passeport, que faut-il ?", set()),
        ("Pour les enfants, quel est le tarif ?", set()),
        ("What did Mary Jones say?", {"mary", "jones"}),
    ],
)
def test_a_question_asks_after_a_speaker_it_names(question: str, expected: set[str]) -> None:
    assert find_asked_speaker(question) == expected
