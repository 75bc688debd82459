"""The rows that the reader is trained on: passages on another subject are wrong ones."""

import random
from pathlib import Path
from typing import Any

import pytest

import rag

MODEL = Path(rag.__file__).parent / "reading" / "model"  # its tokenizer is that of the training


def example(question: str, text: str) -> dict[str, Any]:
    passage = {"kind": "right", "title": "", "text": text, "spans": [(0, 4)]}
    return {"set": "articles", "question": question, "unit": "span", "passages": [passage], "swapped": None}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "is_drawn"),
    [
        ("Mille chevaux traversent la plaine avant la nuit.", True),
        ("Trois ponts de pierre enjambent la rivière.", False),  # it speaks of what is asked about
    ],
)
def test_a_passage_on_another_subject_answers_nothing(text: str, is_drawn: bool) -> None:
    from bench.train.reader.train import Rows  # torch takes ten seconds to import

    asked = "Combien de ponts la ville fit-elle construire sur la rivière ?"
    rows = [*Rows(MODEL, random.Random(3))._foreign(asked, example("Combien ?", text))]
    assert len(rows) == is_drawn
    assert all(not row.right and not row.starts and not row.ends for row in rows)


@pytest.mark.slow
def test_only_a_question_that_says_what_it_is_about_meets_other_subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench.train.reader import train

    monkeypatch.setattr(train, "FOREIGN", 1.0)
    monkeypatch.setattr(train, "SCRAP", 0.0)
    herd = example("Combien d'animaux traversent la plaine avant la nuit ?", "Mille chevaux la traversent.")
    bridge = example("Qui l'a bâti ?", "Adèle Ronchin a bâti le pont.")
    rows = train.Rows(MODEL, random.Random(3))

    assert all(row.right for row in rows.of([bridge], [1.0]))
    assert any(not row.right for row in rows.of([herd, bridge], [1.0, 2.0]))
