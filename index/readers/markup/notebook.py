"""Notebooks of Jupyter (.ipynb): their cells as Markdown, with code, and outputs that are text."""

import json
import re
from collections.abc import Iterator
from typing import Any

from index.errors import UnreadableFile
from index.readers.markup.markdown import read_markdown
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode

_FENCES = re.compile(r"^ {0,3}(`{3,})", re.MULTILINE)
_COLOUR = re.compile(r"\x1b\[[\d;]*m")  # of a terminal


def read_notebook(data: bytes) -> ParsedFile:
    """Read a notebook as its Markdown would be; pictures are left out.

    Raises:
        UnreadableFile: it is no JSON, is nested too deeply, or has no cells.
    """
    text, _ = decode(data)
    try:
        notebook = json.loads(text)
    except RecursionError as error:
        raise UnreadableFile("it is nested too deeply") from error
    except ValueError as error:
        raise UnreadableFile("invalid JSON") from error
    cells = list(_cells(notebook))
    if not cells:
        raise UnreadableFile("it holds no text")
    return read_markdown("\n\n".join(cells).encode())


def _cells(notebook: Any) -> Iterator[str]:
    """Yield the cells of a notebook that hold something, and their outputs, as Markdown."""
    sheets = _list(notebook, "worksheets")  # of the third version of the format
    for cell in [*_list(notebook, "cells"), *(cell for sheet in sheets for cell in _list(sheet, "cells"))]:
        source = _text(cell, "source") or _text(cell, "input")
        if _text(cell, "cell_type") == "code":
            yield from _fence(source)
            for output in _list(cell, "outputs"):
                yield from _fence(_COLOUR.sub("", _output(output)))
        elif source.strip():
            yield source


def _output(output: Any) -> str:
    if not isinstance(output, dict):
        return ""
    return _text(output, "text") or _text(output.get("data"), "text/plain") or _text(output, "evalue")


def _fence(code: str) -> Iterator[str]:
    """Yield a block of code, between fences that are longer than those in it."""
    if code.strip():
        longest = max((len(fence) for fence in _FENCES.findall(code)), default=2)
        mark = "`" * (longest + 1)
        yield f"{mark}\n{code.rstrip()}\n{mark}"


def _list(value: Any, name: str) -> list[Any]:
    items = value.get(name) if isinstance(value, dict) else None
    return items if isinstance(items, list) else []


def _text(value: Any, name: str) -> str:
    """Return a text, which may be given as a list of its lines."""
    text = value.get(name) if isinstance(value, dict) else None
    if isinstance(text, list):
        return "".join(line for line in text if isinstance(line, str))
    return text if isinstance(text, str) else ""
