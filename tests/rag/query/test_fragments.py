"""Fragments, corrections and conditions: what takes the place of what in the question before."""

import pytest

from rag.answer import Answer, Turn
from rag.query.corrections import parse_correction
from rag.query.followup import rewrite


def read(question: str, before: str) -> str:
    return str(rewrite(question, [Turn(before, Answer(before, before, True, "", 0.9))], list))


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        (
            "Comment réserver une salle chauffée ?",
            "non, je voulais dire une salle voûtée",
            "Comment réserver une salle voûtée ?",
        ),
        ("Comment réserver une salle ?", "Je parlais du gymnase", "Comment réserver le gymnase ?"),
        ("Quel est le prix de la carte adulte ?", "Pardon, la carte enfant", "Quel est le prix de la carte enfant ?"),
        ("Combien coûte le bac en 2022 ?", "non, en 2023", "Combien coûte le bac en 2023 ?"),
        ("Combien coûte le bac ?", "Pas le bac mais le train", "Pas le bac mais le train"),  # nothing says so
        ("Combien coûte le bac ?", "Non, pas le bac mais le train", "Combien coûte le train ?"),
        ("How do I book the upper hall?", "no, I meant the lower hall", "How do I book the lower hall?"),
        ("How do I request study leave?", "Sorry, I meant sick leave", "How do I request sick leave?"),
        ("When does the ferry sail?", "Actually no, the tram, not the ferry", "When does the tram sail?"),
        ("When does the ferry sail?", "no, where does it sail?", "Where does the ferry sail?"),
    ],
)
def test_a_correction_takes_the_place_of_what_was_asked(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize("message", ["Wait times at the desk?", "No parking signs?", "Pardon du maire ?", "Le prix ?"])
def test_a_question_that_begins_with_such_a_word_corrects_nothing(message: str) -> None:
    assert parse_correction(message) is None


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("Que faire si le moteur est chaud ?", "Et s'il est froid ?", "Que faire si le moteur est froid ?"),
        ("What do I do if the pump is hot?", "And if it is cold?", "What do I do if the pump is cold?"),
        ("What happens if my sister moves?", "What about a nephew?", "What happens if a nephew moves?"),
        (
            "Combien de jours ai-je si mon père déménage ?",
            "Et pour une tante ?",
            "Combien de jours ai-je si une tante déménage ?",
        ),
        (
            "Que se passe-t-il le lendemain de la crue ?",
            "Et au bout de deux semaines ?",
            "Que se passe-t-il deux semaines après la crue ?",
        ),
        ("What is done the day after the flood?", "And after two weeks?", "What is done two weeks after the flood?"),
        ("Qui a parlé contre le pont ?", "Et pour ?", "Qui a parlé pour le pont ?"),
        ("How many voted against the bridge?", "And for it?", "How many voted for the bridge?"),
    ],
)
def test_a_condition_a_delay_or_a_preposition_replaces_its_own(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("C'est quoi un lavoir ?", "Un bief ?", "C'est quoi un bief ?"),
        ("Quels sont les horaires du lavoir ?", "La halle aussi ?", "Quels sont les horaires de la halle ?"),
        ("Quels sont les horaires du lavoir ?", "Et pour la patinoire ?", "Quels sont les horaires de la patinoire ?"),
        (
            "Quel est le tarif du lavoir ?",
            "Et pour les enfants ?",
            "Quel est le tarif du lavoir pour les enfants ?",
        ),
        ("Quelle est la date des élections ?", "Et celle des fêtes ?", "Quelle est la date des fêtes ?"),
        (
            "Quels sont les avantages de la carte Lune ?",
            "Et les inconvénients ?",
            "Quels sont les inconvénients de la carte Lune ?",
        ),
        ("Qui est le gardien ?", "Et son chef ?", "Qui est le chef du gardien ?"),
        ("Qui est le gardien ?", "Et avant lui ?", "Qui est le gardien, et avant lui ?"),
        ("How much notice does the warden need?", "What about the guest?", "How much notice does the guest need?"),
        ("How much water do goats have to drink?", "And sheep?", "How much water do sheep have to drink?"),
        ("Where do I buy a pass?", "Does a child need one too?", "Does a child need a pass?"),
        ("How do I load the boat?", "What about unloading?", "How do I unload the boat?"),
        ("How do I load the boat?", "And then?", "How do I load the boat, and then?"),
        ("How much rope does the main boat need?", "And the other boat?", "How much rope does the other boat need?"),
        (
            "C'est qui le loueur pour les barques plates ?",
            "Et la commune en paie quelle part ?",
            "La commune paie quelle part des barques plates ?",
        ),
        ("Qui tient le registre des bacs ?", "Et celui des ponts ?", "Qui tient le registre des ponts ?"),
        ("Quand est la foire de mai ?", "Et celle d'août ?", "Quand est la foire d'août ?"),
        ("Qui peut louer la barque ?", "Et un mineur ?", "Un mineur peut louer la barque ?"),
        ("Who may hire the boat?", "And a student?", "May a student hire the boat?"),
        ("Quelle prime touche un passeur ?", "Et un non-passeur ?", "Quelle prime touche un non-passeur ?"),
        ("Un passeur peut-il louer des barques ?", "Et un meunier ?", "Un meunier peut-il louer des barques ?"),
        ("La barque est-elle louée ?", "Et sinon ?", "La barque est-elle louée, et sinon ?"),
        ("Where is the boat house?", "How do I get there?", "How do I get to the boat house?"),
        (
            "Qui était présent le 3 mai ?",
            "Qu'est-ce qui a été décidé ?",
            "Qui était présent le 3 mai, et qu'est-ce qui a été décidé ?",
        ),
        ("Comment ranger la barque ?", "Et la mettre à sec ?", "Comment mettre à sec la barque ?"),
        (
            "Combien de bancs a la halle ?",
            "dont combien de verts ?",
            "Combien de bancs a la halle, dont combien de verts ?",
        ),
        ("Quelles barques flottent ?", "Comment les réserver ?", "Comment réserver les barques ?"),
        (
            "Quel est le prix d'un billet de bac ?",
            "La commune en paie quelle part ?",
            "La commune paie quelle part d’un billet de bac ?",
        ),
    ],
)
def test_a_fragment_finds_its_counterpart(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize(
    ("before", "question", "expected"),
    [
        ("C'est quoi un contrat simple ?", "et un double ?", "C'est quoi un contrat double ?"),
        ("Quand a lieu la visite ordinaire ?", "et l'extraordinaire ?", "Quand a lieu la visite extraordinaire ?"),
        ("Où est la grande salle ?", "Et la petite ?", "Où est la petite salle ?"),
        ("What is a regular warden?", "and an honorary?", "What is an honorary warden?"),
        ("Who reads the reports of small mills?", "And of large ones?", "Who reads the reports of large mills?"),
        ("Qui signe les bons ?", "Et au-dessus de 90 euros ?", "Qui signe les bons au-dessus de 90 euros ?"),
    ],
)
def test_a_kind_or_a_bound_is_that_of_the_noun_before(before: str, question: str, expected: str) -> None:
    assert read(question, before) == expected


@pytest.mark.parametrize(
    "message", ["Et sinon ?", "Et le", "l'", "et", "...", "Non, ?", "And the?", "Et celui de", "d'", "?"]
)
def test_a_message_without_a_noun_is_no_error(message: str) -> None:
    assert read(message, "Quel est le prix du billet ?")
    assert read(message, "Who built the weir?")
