"""Metadata that are damaged, or impossible, cost themselves: the text is read."""

import email.headerregistry
import io
import zipfile
from typing import Any

import docx
import pytest

from bench.attacks import pdf_bombs
from index.errors import UnreadableFile
from index.readers.containers.eml import read_eml
from index.readers.office.docx import read_docx
from index.readers.office.odt import read_odt
from index.readers.office.rtf import read_rtf
from index.readers.parsed import ParsedFile
from index.readers.pdf.fallback import read_with_pypdf
from index.readers.pdf.reader import read_pdf

DATES = [
    "Sat, 12 Feb 99999999999 10:00:00 +0100",
    "Sat, 12 Feb 99999999999999999999999 10:00:00 +0100",
    "Sat, 12 Feb 2022 10:00:00 +9999999999999",
    "Sat, 31 Feb 2022 99:99:99 +0100",
]


@pytest.mark.parametrize("date", DATES)
def test_a_mail_with_an_impossible_date_stands_without_one(date):
    parsed = read_eml(f"From: a@b.fr\nSubject: Un sujet\nDate: {date}\n\nLa mer est bleue.\n".encode())
    assert parsed.date is None
    assert (parsed.title, parsed.text.split("\n\n")[-1]) == ("Un sujet", "La mer est bleue.")


def test_each_header_of_a_mail_is_parsed_once(monkeypatch):
    parsed, header = list[str](), email.headerregistry.ContentTypeHeader
    parser = header.value_parser

    def noted(value: str) -> Any:
        parsed.append(value)
        return parser(value)

    monkeypatch.setattr(header, "value_parser", staticmethod(noted))
    mail = b"From: a@b.fr\nContent-Type: text/html; charset=utf-8; name=once\n\n<p>La mer est bleue.</p>\n"
    assert read_eml(mail).text == "From: a@b.fr\n\nLa mer est bleue."
    assert parsed == ["text/html; charset=utf-8; name=once"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"Avant \u4294967296 ? la fin.", "Avant \ufffd la fin."),
        (rb"Avant \u-99999999 ? la fin.", "Avant \ufffd la fin."),
        (rb"Avant \uc la fin.", "Avant la fin."),
        (rb"L'\u233 ?t\u233 ? et \u-10179 ?\u-8704 ?.", "L'été et \U0001f600."),
        (rb"C:\\u99999999 est un dossier.", r"C:\u99999999 est un dossier."),
        (rb"Un mot \ul soulign\u233 ?.", "Un mot souligné."),
    ],
)
def test_a_code_that_is_no_character_costs_no_rich_text(written, read):
    assert read_rtf(rb"{\rtf1\ansi " + written + rb"\par}").text.strip() == read


def plain_word() -> bytes:
    made, document = io.BytesIO(), docx.Document()
    document.add_paragraph("Avant HERE après")
    document.save(made)
    return made.getvalue()


def replace_in_part(document: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """An archive with something replaced in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as archive, zipfile.ZipFile(out, "w") as written:
        for name in archive.namelist():
            content = archive.read(name)
            assert name != part or old in content
            written.writestr(name, content.replace(old, new) if name == part else content)
    return out.getvalue()


@pytest.mark.parametrize("declared", ['"inside"', 'SYSTEM "file:///etc/hostname"'])
def test_what_follows_an_entity_in_a_word_document_is_kept_and_the_entity_is_not_resolved(declared):
    doctype = f"<!DOCTYPE a [<!ENTITY x {declared}>]><w:document ".encode()
    with_entities = replace_in_part(plain_word(), "word/document.xml", b"HERE", b"&x; et &x;")
    document = replace_in_part(with_entities, "word/document.xml", b"<w:document ", doctype)
    assert read_docx(document).text.split() == ["Avant", "et", "après"]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("docProps/core.xml", b"2013-12-23T23:15:00Z", b"0001-01-01T00:00:00+09:00"),
        ("docProps/core.xml", b"2013-12-23T23:15:00Z", b""),
        ("docProps/core.xml", b"cp:coreProperties", b"cp:otherProperties"),
        ("word/styles.xml", b"w:styles", b"w:others"),
    ],
)
def test_damaged_properties_cost_no_word_document(part, old, new):
    assert read_docx(replace_in_part(plain_word(), part, old, new)).text == "Avant HERE après"


def info(title: bytes, outline: bytes) -> bytes:
    """A PDF with a title and a date in its metadata, and one entry in its outline."""
    data = pdf_bombs.plain()
    return (
        data.replace(b"/Pages 2 0 R>>", b"/Pages 2 0 R/Outlines 90 0 R>>")
        .replace(
            b"xref\n",
            b"90 0 obj\n<</First 91 0 R/Last 91 0 R/Count 1>>\nendobj\n"
            b"91 0 obj\n<</Title %s/Parent 90 0 R>>\nendobj\n"
            b"92 0 obj\n<</Title %s/CreationDate(D:99999999)>>\nendobj\nxref\n" % (outline, title),
        )
        .replace(b"/Root 1 0 R", b"/Root 1 0 R/Info 92 0 R")
        .replace(b"startxref\n", b"startxref\n1")
    )  # pdfium finds it


@pytest.mark.parametrize(("title", "outline"), [(b"<FEFFD800>", b"(a)"), (b"(a)", b"<FEFFD8000041>"), (b"12", b"[1]")])
def test_half_characters_in_titles_cost_no_pdf(title, outline):
    parsed: ParsedFile = read_pdf(info(title, outline))
    assert (parsed.text, parsed.date) == (pdf_bombs.SENTENCE, None)


def test_what_the_second_reader_of_pdf_files_cannot_do_is_told_in_one_sentence():
    data = pdf_bombs.plain().replace(b"/FlateDecode", b"/NoneDecode2")
    with pytest.raises(UnreadableFile, match="it is damaged, or not a PDF"):
        read_with_pypdf(data)


def test_an_open_document_keeps_its_text_whatever_its_date_says():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
        written.writestr("content.xml", f'<a xmlns:text="{text}"><text:p>La mer est bleue.</text:p></a>')
        date = "99999-99-99T99:99:99"
        written.writestr("meta.xml", f'<a xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:date>{date}</dc:date></a>')
    assert (read_odt(out.getvalue()).text, read_odt(out.getvalue()).date) == ("La mer est bleue.", None)
