"""What is said to a person in English is said in French, too, with the same values."""

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import CorpusNotFound, InvalidQuestion, UnreadableFile
from ui.i18n.errors import SENTENCES, said
from ui.i18n.labels import ENGLISH, FRENCH

ROOT = Path(__file__).parents[3]
FILES = [path for package in ("index", "rag", "ui") for path in sorted((ROOT / package).rglob("*.py"))]


def names_of_errors() -> set[str]:
    """``UserError`` and all that is derived from it."""
    text = "\n".join(path.read_text("utf-8") for path in FILES)
    above = dict(re.findall(r"^class (\w+)\((\w+)\):", text, re.MULTILINE))
    found = {"UserError"}
    while more := {name for name, base in above.items() if base in found} - found:
        found |= more
    return found


def made(path: Path, names: set[str]) -> Iterator[tuple[str, str | None]]:
    """Where an error is made anew in a file, and its sentence; None where that is not written there as one string."""
    tree = ast.parse(path.read_text("utf-8"))
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        named = {
            node.targets[0].id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                first = node.args[0]
                if isinstance(first, ast.Starred | ast.Attribute):  # made again, of what was said before
                    continue
                written = named.get(first.id) if isinstance(first, ast.Name) else first
                at = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield at, written.value if isinstance(written, ast.Constant) else None


ON_THE_TERMINAL = ("ui/cli/main.py", "rag/evaluation.py")  # which is in English
ALL = [one for path in FILES for one in made(path, names_of_errors()) if not one[0].startswith(ON_THE_TERMINAL)]


def holes(sentence: str) -> list[str]:
    names = [name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]
    return sorted({name or str(number) for number, name in enumerate(names)})


@pytest.mark.parametrize(("at", "sentence"), ALL)
def test_an_error_is_made_of_a_sentence_that_is_in_french_too(at, sentence):
    assert sentence in SENTENCES


def test_no_sentence_is_said_by_nobody():
    assert set(SENTENCES) == {sentence for _, sentence in ALL}


@pytest.mark.parametrize("english", SENTENCES)
def test_both_sentences_say_the_same_values(english):
    assert holes(SENTENCES[english]) == holes(english)


def test_a_sentence_is_said_in_the_language_of_the_page():
    error = InvalidQuestion('No searchable word in "{}". Write at least one word.', "?!")
    assert said(error, FRENCH) == "Aucun mot à chercher dans «\xa0?!\xa0». Écrivez au moins un mot."
    assert said(error, ENGLISH) == str(error) == 'No searchable word in "?!". Write at least one word.'


def test_a_sentence_names_another_in_the_same_language():
    reason = UnreadableFile("no reader for {}", ".jpg")
    error = CorpusNotFound("{} holds no file that can be read; of {}, the first is {}: {}.", "x", 3, "a.jpg", reason)
    assert said(error, FRENCH).endswith("le premier est a.jpg : aucun lecteur pour .jpg.")
    assert str(error).endswith("the first is a.jpg: no reader for .jpg.")


def test_braces_of_a_value_are_no_holes():
    error = InvalidQuestion('No searchable word in "{}". Write at least one word.', "{0} {x}")
    assert str(error) == 'No searchable word in "{0} {x}". Write at least one word.'
