"""An export of any format is verified against the index: what changed in a source turns its citation, and no other."""

import random
from pathlib import Path

import pytest

import rag
from index import Index, open_index, rebuild
from rag.answer import Answer
from ui.exports.formats import FORMATS, write_export
from ui.exports.read_export import read_export
from ui.i18n.labels import FRENCH

# A ferry company, in three files; each sentence is cited by the answer to one question.
NOTES = {
    "horaires.txt": "La navette de Belle-Île part de Quiberon à 7 h 45. Le dernier départ a lieu à 19 h 15.\n",
    "tarifs.md": "# Tarifs\n\nLe passage d'un vélo coûte 12 euros. Les chiens paient 8 euros.\n",
    "lettre.txt": "Madame,\n\nLe capitaine Riou commande la navette de Belle-Île depuis 2019.\n",
}
QUESTIONS = [
    "Qui commande la navette de Belle-Île ?",
    "Combien coûte le passage d'un vélo ?",
    "La navette de Belle-Île",
]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Answer]]:
    folder = tmp_path_factory.mktemp("ferry")
    for name, text in NOTES.items():
        (folder / name).write_text(text, "utf-8")
    rebuild(folder, folder.parent / "index")
    answers = [rag.ask(question, index=folder.parent / "index", k=5) for question in QUESTIONS]
    assert {citation.source for answer in answers for citation in answer.citations} == set(NOTES)
    return folder, answers


def states(answer: Answer, index: Index) -> list[str]:
    return [checked.state for checked in rag.verify_answer(answer, index).checked]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_read_back_and_verified(answered: tuple[Path, list[Answer]], tmp_path: Path, kind: str) -> None:
    folder, answers = answered
    write_export(answers, tmp_path / f"answers.{kind}", FRENCH)
    back = read_export(tmp_path / f"answers.{kind}")
    assert list(back) == answers
    with open_index(folder.parent / "index") as index:
        assert {state for answer in back for state in states(answer, index)} == {"exact"}


@pytest.mark.slow
def test_a_byte_of_a_source_turns_the_citations_that_hold_it_and_no_other(
    answered: tuple[Path, list[Answer]], tmp_path: Path
) -> None:
    _, answers = answered
    exported = [tmp_path / f"answers.{kind}" for kind in FORMATS]
    for path in exported:
        write_export(answers, path, FRENCH)
    noise = random.Random(7)
    for turn in range(6):
        folder = tmp_path / f"ferry {turn}"
        folder.mkdir()
        name = noise.choice(sorted(NOTES))
        at = noise.choice([at for at, letter in enumerate(NOTES[name]) if letter.isalnum() and letter.isascii()])
        for other, text in NOTES.items():
            edited = f"{text[:at]}{'x' if text[at] != 'x' else 'y'}{text[at + 1 :]}" if other == name else text
            (folder / other).write_text(edited, "utf-8")
        rebuild(folder, tmp_path / f"index {turn}")
        with open_index(tmp_path / f"index {turn}") as index:
            for path in exported:
                for answer in read_export(path):
                    touched = [c.source == name and c.start <= at < c.end for c in answer.citations]
                    assert [state == "stale" for state in states(answer, index)] == touched, (path.name, name, at)
