"""Gradio is imported without touching its package."""

import subprocess
import sys

import pytest

from scripts.project import ROOT

IMPORT = """
import sys
stubs = []
sys.addaudithook(lambda event, values: event == "open" and str(values[0]).endswith(".pyi") and stubs.append(values))
from ui.web.gradio_import import gr
print(len(stubs), gr.Textbox.__name__)
"""


@pytest.mark.exhaustive  # importing it takes seconds
def test_no_stub_is_read_or_written() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "0 Textbox\n"
