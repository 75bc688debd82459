"""Notebooks of Jupyter are read as their cells are shown."""

import json
from typing import Any

import pytest

from index.errors import UnreadableFile
from index.readers.markup.notebook import read_notebook
from index.readers.registry import FORMATS


def notebook(*cells: dict[str, Any]) -> bytes:
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4}).encode()


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": outputs}


def test_cells_are_markdown_code_and_outputs_that_are_text():
    printed = {"output_type": "stream", "name": "stdout", "text": ["12\n", "14\n"]}
    shown = {"output_type": "execute_result", "data": {"text/plain": ["prix"], "image/png": "iVBORw0KGgo="}}
    parsed = read_notebook(
        notebook(
            {"cell_type": "markdown", "source": ["# Analyse\n", "Le taux est de **12 %**."]},
            code("print(12)\nprint(14)", printed),
            code("table", shown),
        )
    )
    assert parsed.text == ("Analyse\n\nLe taux est de 12 %.\n\nprint(12)\nprint(14)\n\n12\n14\n\ntable\n\nprix")
    assert [block.kind for block in parsed.blocks] == ["heading", "code", "code", "code", "code"]
    assert FORMATS[".ipynb"].id == "notebook"


def test_fences_in_a_cell_do_not_end_it():
    parsed = read_notebook(notebook(code('text = """\n```\n# pas un titre\n```\n"""')))
    assert [block.kind for block in parsed.blocks] == ["code"]


def test_cells_of_the_third_version_are_read():
    cell = {"cell_type": "code", "input": ["x = 1\n"], "outputs": [{"output_type": "stream", "text": "1"}]}
    parsed = read_notebook(json.dumps({"nbformat": 3, "worksheets": [{"cells": [cell]}]}).encode())
    assert parsed.text == "x = 1\n\n1"


@pytest.mark.parametrize(("data", "reason"), [(b"{", "invalid JSON"), (b"[1]", "it holds no text")])
def test_what_is_no_notebook_is_refused(data, reason):
    with pytest.raises(UnreadableFile, match=reason):
        read_notebook(data)
