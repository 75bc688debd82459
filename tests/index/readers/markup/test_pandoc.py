"""Markup that pandoc reads, and what becomes of it without pandoc."""

import pytest

from index.converters import pandoc as converter
from index.progress import ReadWarning
from index.readers import registry
from index.readers.markup import pandoc as reader
from index.readers.parsed import ParsedFile


def read(name: str, text: str | bytes) -> ParsedFile:
    data = text.encode() if isinstance(text, str) else text
    return registry.parse(data, registry.find_format(name, data))[1]


SECRET = "root:x:0"


MARKUP = {
    "a.rst": "Le bassin\n=========\n\n.. include:: {path}\n\n.. csv-table::\n   :file: {path}\n\n"
    "#. Vider.\n#. Rincer.\n\nFin.\n",
    "a.org": '* Le bassin\n#+INCLUDE: "{path}"\n1. Vider.\n2. Rincer.\n\nFin.\n',
    "a.tex": "\\section{{Le bassin}}\n\\input{{{path}}}\n"
    "\\begin{{enumerate}}\\item Vider.\\item Rincer.\\end{{enumerate}}\nFin.",
    "a.adoc": "== Le bassin\n\ninclude::{path}[]\n\n. Vider.\n. Rincer.\n\nFin.\n",
}


@pytest.mark.parametrize("name", MARKUP)
def test_markup_is_read_by_pandoc_and_what_it_includes_is_not(name, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    parsed = read(name, MARKUP[name].format(path=secret))
    assert parsed.text == "Le bassin\n\n1. Vider.\n2. Rincer.\n\nFin."
    assert parsed.text[slice(*parsed.headings[0])] == "Le bassin"
    assert {warning.reason for warning in parsed.warnings} == {"content that it includes from another file is not read"}
    assert parsed.warnings[0].line in (2, 3, 4)


def test_without_pandoc_markup_is_read_as_plain_text_and_says_so(monkeypatch):
    version = registry.program_version("rst")
    assert version
    monkeypatch.setattr(converter, "find_program", lambda: None)
    monkeypatch.setattr(reader, "find_program", lambda: None)
    parsed = read("a.rst", "Le bassin\n=========\n\nIl est vide.\n")
    assert parsed.text == "Le bassin\n=========\n\nIl est vide.\n"
    assert parsed.warnings == (
        ReadWarning("", "it is read as plain text; to read its structure: pip install 'sourcier[pandoc]'"),
    )
    assert registry.program_version("rst") == ""  # what was read without it is read again with it
