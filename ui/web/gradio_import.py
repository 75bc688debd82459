"""Gradio, imported as ``gr`` without rewriting the type stubs of its own package.

At each import Gradio parses the sources of its components and writes stubs beside them, which takes a third of the
import and, in two processes at a time, reads what the other is writing. It leaves classes alone that are in no file.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def _without_stubs() -> Iterator[None]:
    getfile = inspect.getfile

    def find(definition: Any) -> str:
        if str(getattr(definition, "__module__", "")).startswith("gradio."):
            raise OSError
        return getfile(definition)

    inspect.getfile = find  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = getfile


with _without_stubs():
    import gradio as gr

__all__ = ["gr"]
