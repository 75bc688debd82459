"""The table of an evaluation names every figure."""

from dataclasses import fields

from rag.evaluation import Summary
from ui.cli.evaluation_report import make_rows


def test_every_figure_has_a_name_for_people() -> None:
    names = [field.name for field in fields(Summary)]
    labels = [label for label, _ in make_rows(Summary(**dict.fromkeys(names, 1)))]
    assert len(set(labels)) == len(names)
