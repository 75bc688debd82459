"""Strings of an .xlsx whose runs look different: raised and lowered figures are written as such, struck ones left out.

What reads the cells joins the runs of a string, so that «10⁶» would be 106.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.readers.content.symbols import to_subscript, to_superscript
from index.readers.office.archive import open_zip, parse_xml
from index.readers.office.ooxml import pack

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRING, _INLINE, _RUN, _TEXT = f"{_SHEET}si", f"{_SHEET}is", f"{_SHEET}r", f"{_SHEET}t"
_RAISED, _STRUCK = f"{_SHEET}rPr/{_SHEET}vertAlign", f"{_SHEET}rPr/{_SHEET}strike"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_STRINGS = re.compile(r"xl/(?:sharedStrings\.xml|worksheets/[^/]+\.xml)", re.IGNORECASE)
_STYLED = re.compile(rb"<(?:\w+:)?(?:vertAlign|strike)\b")
_WRITE: Mapping[str, Callable[[str], str]] = {"superscript": to_superscript, "subscript": to_subscript, "struck": str}
_FALSE = ("0", "false")


def write_runs(package: bytes, *, keeps_struck: bool = False) -> bytes:
    """Return a package in which the strings of cells say what is raised or lowered; the same if nothing is.

    Args:
        keeps_struck: what is struck through is not left out.

    Raises:
        UnreadableFile: it is damaged.
    """
    archive = open_zip(package)
    documents = {name: archive.read(name) for name in archive.namelist() if _STRINGS.fullmatch(name)}
    changed = {name: _rewritten(xml, keeps_struck) for name, xml in documents.items() if _STYLED.search(xml)}
    if not changed:
        return package
    return pack((name, changed.get(name) or archive.read(name)) for name in archive.namelist())


def _rewritten(xml: bytes, keeps_struck: bool) -> bytes | None:
    """Return a document with its strings rewritten; None if it is damaged."""
    try:
        tree = parse_xml(xml)
    except UnreadableFile:
        return None
    for string in list(tree.iter(_STRING, _INLINE)):
        runs = string.findall(_RUN)
        if any(map(_style, runs)):
            text = etree.Element(_TEXT, {_SPACE: "preserve"})
            text.text = _join(runs, keeps_struck)
            string[:] = [text]
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))


def _style(run: Any) -> str:
    """Return how a run is set: raised, lowered, struck, or "" for all else."""
    struck, raised = run.find(_STRUCK), run.find(_RAISED)
    if struck is not None and struck.get("val") not in _FALSE:
        return "struck"
    style = "" if raised is None else raised.get("val", "")
    return style if style in _WRITE else ""


def _join(runs: Sequence[Any], keeps_struck: bool) -> str:
    """Return the text of runs; what is struck is left out."""
    styled = [(style, _text(run)) for style, run in groupby(runs, _style)]
    shown, gap = "", False
    for style, text in styled:
        if style == "struck" and not keeps_struck:
            gap = gap or text[:1].isspace() or text[-1:].isspace()
            continue
        written = _WRITE.get(style, str)(text)
        shown += (" " if gap and shown[-1:].isalnum() and written[:1].isalnum() else "") + written
        gap = False
    return shown


def _text(runs: Iterable[Any]) -> str:
    return "".join(run.findtext(_TEXT) or "" for run in runs)
