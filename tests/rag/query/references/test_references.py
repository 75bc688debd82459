"""What refers to the question before, to which of its phrases, and how it is replaced."""

import pytest

from rag.query.noun_phrases import Phrases
from rag.query.references.antecedents import find_antecedent
from rag.query.references.find_references import find_reference
from rag.query.references.reference import Reference
from rag.query.references.replace_references import replace_reference


@pytest.mark.parametrize(
    ("question", "role", "word"),
    [
        ("Qui l'a repeint ?", "object", "l'"),
        ("Pourquoi le meunier l'a-t-il repeint ?", "object", "l'"),
        ("Que fait-il ?", "subject", "fait-il"),
        ("Qui travaille avec lui ?", "whole", "lui"),
        ("Qui leur a écrit ?", "dative", "leur"),
        ("Combien en faut-il ?", "quantity", "en"),
        ("Qui y travaille ?", "y", "y"),
        ("Quel est son prix ?", "possessive", "son"),
        ("Qui a bâti ce pont ?", "same noun", "ce"),
        ("Pourquoi cela est-il interdit ?", "event", "cela"),
        ("Who owns it?", "whole", "it"),
        ("What is its price?", "possessive", "its"),
        ("Who works there?", "y", "there"),
        ("Who built this bridge?", "same noun", "this"),
        ("Why was that?", "event", "that"),
    ],
)
def test_each_kind_of_reference_is_found(question: str, role: str, word: str) -> None:
    phrases = Phrases(question)
    reference = find_reference(phrases)
    assert reference
    assert (reference.role, phrases.tokens[reference.at].folded) == (role, word)


@pytest.mark.parametrize(
    "question", ["Qui est le maire ?", "Quand pleut-il ?", "What time is it?", "Il faut combien ?"]
)
def test_what_refers_to_nothing_is_no_reference(question: str) -> None:
    assert find_reference(Phrases(question)) is None


def test_the_antecedent_agrees_with_the_reference() -> None:
    previous = Phrases("Qui a offert la cloche au village ?")
    feminine, masculine = (
        find_antecedent(Reference("object", 0, plural=False, gender=gender), previous) for gender in "fm"
    )
    assert feminine
    assert masculine
    assert (feminine.head.text, masculine.head.text) == ("cloche", "village")


def test_a_reference_is_replaced_where_it_stands() -> None:
    phrases = Phrases("Qui en est responsable ?")
    assert replace_reference(phrases, Reference("en", 1), "le moulin") == "Qui est responsable du moulin ?"
