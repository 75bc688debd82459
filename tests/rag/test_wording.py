"""The sentences of the program: typeset in French, with the same values in both languages, and with nothing changed."""

import ast
from collections.abc import Iterator
from string import Formatter

import pytest

from rag.wording import Wording, typeset_french
from scripts.project import ROOT, parse_source


@pytest.mark.parametrize(
    ("typed", "typeset"),
    [
        ("Le bail : [1]", "Le bail\u00a0: [1]"),
        ("« bail » ; lequel ?", "«\u00a0bail\u00a0»\u00a0; lequel\u00a0?"),
        ("Bonjour ! Écrivez ollama:llama3.2.", "Bonjour\u00a0! Écrivez ollama:llama3.2."),
    ],
)
def test_french_gets_no_break_spaces(typed: str, typeset: str) -> None:
    assert typeset_french(typed) == typeset


def test_values_are_left_as_they_are() -> None:
    wording = Wording("Même texte dans : {}.", "The same text is in: {}.")
    name = "« a » : {b}.txt"
    assert wording.write("fr", name) == f"Même texte dans\u00a0: {name}."
    assert wording.write("en", name) == wording.write("es", name) == f"The same text is in: {name}."


def list_pairs() -> Iterator[tuple[str, str, str]]:
    """Each pair of sentences in ``rag``, with its place."""
    for path in sorted((ROOT / "rag").rglob("*.py")):
        for node in ast.walk(parse_source(path.read_text("utf-8"))):
            first = {"Wording": 0, "in_language": 1}.get(getattr(getattr(node, "func", None), "id", ""))
            if not isinstance(node, ast.Call) or first is None:
                continue
            french, english = node.args[first : first + 2]
            if isinstance(french, ast.Constant) and isinstance(english, ast.Constant):
                yield f"{path.name}:{node.lineno}", str(french.value), str(english.value)


def fields_of(sentence: str) -> list[str | None]:
    return [field for _, field, _, _ in Formatter().parse(sentence) if field is not None]


def test_both_languages_take_the_same_values_and_french_is_typed_with_its_apostrophe() -> None:
    pairs = list(list_pairs())
    assert len(pairs) > 35
    assert [place for place, french, english in pairs if fields_of(french) != fields_of(english)] == []
    assert [place for place, french, _ in pairs if "'" in french] == []
