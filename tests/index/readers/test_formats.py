"""Each kind of file gives its words in order, its headings, its title and date; a hostile one gives a reason."""

import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from made_files import archive

from index.errors import UnreadableFile
from index.readers.parsed import ParsedFile
from index.readers.registry import FORMATS, read
from index.workers.reader_pool import ReaderPool

LONG = "Le premier paragraphe parle de la mer et du ciel, longuement, pour être pris comme le contenu de la page. " * 2
MORE = "Le second paragraphe parle de la terre, «chaude» et bonne, et de la pluie, plus longuement que le premier. " * 2


def read_as(path: Path, content: bytes | str) -> ParsedFile:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path)[1]


def headings(parsed: ParsedFile) -> list[str]:
    return [parsed.text[start:end] for start, end in parsed.headings]


PAGE = f"""<!doctype html><html lang=fr><head><title>Le titre | Le Journal</title><meta charset="{{charset}}">
<meta property="article:published_time" content="2022-02-12T10:00:00"><script>var a = "piège";</script></head>
<body><nav><a href="/">Accueil</a> <a href="/monde">Monde</a></nav><div class="cookie-banner">Nous utilisons des
cookies</div><article><h1>Le vrai titre de l'article</h1><p>{LONG}</p><h2>Un intertitre</h2><p>{MORE}</p>
<ul><li>un point important</li></ul></article><aside>À suivre aussi</aside><footer>Mentions légales</footer></body>"""


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252", "iso-8859-1"])
def test_of_a_web_page_the_article_is_read_not_the_menus(tmp_path, charset):
    parsed = read_as(tmp_path / "a.html", PAGE.format(charset=charset).encode(charset))
    assert (parsed.title, parsed.date) == ("Le vrai titre de l'article", date(2022, 2, 12))
    assert LONG.strip() in parsed.text
    assert MORE.strip() in parsed.text
    assert "Un intertitre" in headings(parsed)
    for furniture in ("Accueil", "cookies", "Mentions", "piège", "À suivre"):
        assert furniture not in parsed.text


def test_a_page_without_menus_is_read_whole(tmp_path):
    questions = "".join(
        f"<h3>Quel est le délai {n} ?</h3><p>Le délai {n} est de {n} jours, au plus.</p>" for n in range(14)
    )
    parsed = read_as(
        tmp_path / "a.html", f"<title>FAQ</title><body><p>{LONG}</p>{questions}<ul><li>Un point</li></ul></body>"
    )
    assert [text.startswith("Quel est le délai") for text in headings(parsed)] == [True] * 14
    assert parsed.text.endswith("Un point")


@pytest.mark.parametrize(
    "sentence", ["<p>Le 12 mai 2003 il est né.</p>", "<p>De 2000 à 2010, rien.</p>", "<p>© 2015</p>"]
)
def test_a_day_that_a_page_tells_of_is_not_its_date(tmp_path, sentence):
    assert read_as(tmp_path / "a.html", f"<article><h1>Un titre</h1><p>{LONG}</p>{sentence}</article>").date is None


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=iso-8859-1>", "cp1252"),
        ("<meta charset='utf-16'>", "utf-8"),
        ("<script charset='iso-8859-1'></script><meta charset=utf-8>", "utf-8"),
    ],
)
def test_a_declared_encoding_is_taken_as_browsers_take_it(tmp_path, head, encoding):
    text = "L’été coûte 5 € à la sœur."
    assert read_as(tmp_path / "a.html", f"{head}<p>{text}</p>".encode(encoding)).text == text


def test_a_short_web_page_is_read_whole(tmp_path):
    parsed = read_as(tmp_path / "a.html", "<h1>Note</h1><p>La mer est <b>bleue</b>.<p>Le ciel<br>aussi.")
    assert parsed.text == "Note\n\nLa mer est bleue.\n\nLe ciel\naussi."


def test_markdown_is_read_without_its_marks(tmp_path):
    source = """---
title: "Le titre"
date: 2022-02-12
---
# Un chapitre

Un *mot* et un [lien](https://a.fr),
sur deux lignes.

- un point
- `deux` points

| Nom | Rôle |
|-----|------|
| Peskov | porte-parole |

```
du code
```
"""
    parsed = read_as(tmp_path / "a.md", source)
    assert (parsed.title, parsed.date, headings(parsed)) == ("Le titre", date(2022, 2, 12), ["Un chapitre"])
    assert parsed.text.split("\n\n") == [
        "date: 2022-02-12",
        "Un chapitre",
        "Un mot et un lien, sur deux lignes.",
        "- un point\n- deux points",
        "Nom: Peskov; Rôle: porte-parole",
        "du code",
    ]


def test_what_is_html_in_markdown_is_read_and_a_rule_is_no_front_matter(tmp_path):
    source = "---\n\nUn début.\n\n---\n\nUn<br>deux\n\n<div>Un <b>bloc</b></div>\n"
    assert read_as(tmp_path / "a.md", source).text == "Un début.\n\nUn\ndeux\n\nUn bloc"


def word(path: Path) -> Path:
    document = Document()
    document.core_properties.title = "Le titre"
    document.core_properties.modified = __import__("datetime").datetime(2022, 2, 12)
    document.add_heading("Un chapitre", 1)
    document.add_paragraph("Un premier paragraphe, «long».")
    table = document.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Peskov", "porte-parole"
    document.add_paragraph("Après\tle tableau.")
    document.save(str(path))
    return path


def test_word_documents(tmp_path):
    parsed = read(word(tmp_path / "a.docx"))[1]
    assert (parsed.title, parsed.date, parsed.file_date) == ("Le titre", None, date(2022, 2, 12))
    assert headings(parsed) == ["Un chapitre"]
    assert parsed.text.split("\n\n") == [
        "Un chapitre",
        "Un premier paragraphe, «long».",
        "Peskov | porte-parole",
        "Après\tle tableau.",
    ]


ODT = """<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">
<office:body><office:text><text:h>Un chapitre</text:h><text:p>Un <text:span>premier</text:span><text:s/>mot<text:note>
<text:note-body><text:p>une note</text:p></text:note-body></text:note>, enfin.</text:p><table:table><table:table-row>
<table:table-cell><text:p>Peskov</text:p></table:table-cell><table:table-cell><text:p>porte-parole</text:p>
</table:table-cell></table:table-row></table:table></office:text></office:body></office:document-content>"""
META = """<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta><dc:title>Le titre</dc:title><dc:date>2022-02-12T09:00:00
</dc:date></office:meta></office:document-meta>"""


def test_open_documents(tmp_path):
    parsed = read_as(tmp_path / "a.odt", archive({"content.xml": ODT, "meta.xml": META}))
    assert (parsed.title, parsed.date, parsed.file_date) == ("Le titre", None, date(2022, 2, 12))
    assert headings(parsed) == ["Un chapitre"]
    assert [" ".join(block.split()) for block in parsed.text.split("\n\n")] == [
        "Un chapitre",
        "Un premier mot, enfin.",
        "Peskov | porte-parole",
        "une note",
    ]


def test_what_stands_in_boxes_and_in_tables_of_tables_is_read_once(tmp_path):
    boxed = ODT.replace(
        "Un <text:span>",
        "<draw:frame><draw:text-box><text:p>Encadré.</text:p></draw:text-box></draw:frame>Un <text:span>",
    )
    boxed = boxed.replace(
        "<office:document-content",
        '<office:document-content xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"',
    )
    inner = re.search("<table:table>.*</table:table>", boxed, re.S)
    assert inner is not None
    nested = boxed.replace("<text:p>porte-parole</text:p>", f"<text:p>deux</text:p><text:p>mots</text:p>{inner[0]}")
    parsed = read_as(tmp_path / "a.odt", archive({"content.xml": nested}))
    assert [" ".join(block.split()) for block in parsed.text.split("\n\n")] == [
        "Un chapitre",
        "Un premier mot, enfin.",
        "Encadré.",
        "Peskov | deux mots",
        "Peskov | porte-parole",
        "une note",
    ]
    document = Document()
    cell = document.add_table(1, 2).rows[0].cells[0]
    cell.text = "Dehors"
    cell.add_table(1, 1).rows[0].cells[0].text = "dedans"
    cell.add_paragraph("42 euros")
    document.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx")[1].text.split("\n\n") == ["Dehors 42 euros", "dedans"]


FOOTNOTES = """<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnote w:id="1">
<w:p><w:r><w:t>Une note au pied.</w:t></w:r></w:p></w:footnote></w:footnotes>"""


def test_the_notes_of_a_word_document_are_read(tmp_path):
    document = Document()
    document.add_paragraph("Un texte avec une note.")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    notes = Part(PackURI("/word/footnotes.xml"), kind, FOOTNOTES.encode(), document.part.package)
    document.part.relate_to(notes, RELATIONSHIP_TYPE.FOOTNOTES)
    document.save(str(tmp_path / "a.docx"))
    assert read(tmp_path / "a.docx")[1].text == "Un texte avec une note.\n\nUne note au pied."


@pytest.mark.parametrize(("machine", "encoding"), [("mac", "mac_roman"), ("pc", "cp437"), ("ansi", "cp1252")])
def test_rich_text_of_old_machines(tmp_path, machine, encoding):
    written = "".join(f"\\'{byte:02x}" for byte in "été".encode(encoding))
    assert (
        read_as(tmp_path / "a.rtf", f"{{\\rtf1\\{machine} L'{written} est bon.\\par}}").text.strip() == "L'été est bon."
    )


def test_rich_text(tmp_path):
    source = (
        rb"{\rtf1\ansi\ansicpg1252{\info{\title Le titre}}{\b Un mot} d'\'e9t\'e9.\par La mer \u8220?bleue\u8221?.\par}"
    )
    parsed = read_as(tmp_path / "a.rtf", source)
    assert parsed.title == "Le titre"
    assert parsed.text.strip() == "Un mot d'été.\n\nLa mer “bleue”."


def book() -> dict[str, str]:
    chapter = (
        "<html xmlns='http://www.w3.org/1999/xhtml'><body><h1>Chapitre {0}</h1><p>Le texte {0} é.</p></body></html>"
    )
    return {
        "META-INF/container.xml": "<container xmlns='urn:oasis:names:tc:opendocument:xmlns:container'><rootfiles>"
        "<rootfile full-path='OEBPS/a.opf'/></rootfiles></container>",
        "OEBPS/a.opf": "<package xmlns='http://www.idpf.org/2007/opf'><metadata"
        " xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>Le titre</dc:title><dc:date>2021-01-02</dc:date>"
        "</metadata><manifest><item id='b' href='b%201.xhtml'/><item id='a' href='a.xhtml'/>"
        "<item id='empty' href='empty.xhtml'/></manifest><spine><itemref idref='b'/>"
        "<itemref idref='empty'/><itemref idref='a'/></spine></package>",
        "OEBPS/a.xhtml": chapter.format(2),
        "OEBPS/empty.xhtml": "",
        "OEBPS/b 1.xhtml": chapter.format(1),
    }


def test_books_are_read_in_the_order_of_their_spine(tmp_path):
    parsed = read_as(tmp_path / "a.epub", archive(book()))
    assert (parsed.title, parsed.date, headings(parsed)) == ("Le titre", date(2021, 1, 2), ["Chapitre 1", "Chapitre 2"])
    assert parsed.text == "Chapitre 1\n\nLe texte 1 é.\n\nChapitre 2\n\nLe texte 2 é."


def test_a_book_whose_title_nobody_wrote_is_called_by_its_first_heading(tmp_path):
    parts = book() | {"OEBPS/a.opf": book()["OEBPS/a.opf"].replace("Le titre", "Unknown")}
    assert read_as(tmp_path / "a.epub", archive(parts)).title == "Chapitre 1"


BOMB = b"\0" * 300_000_000
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {chr(97 + n)} "{f"&{chr(96 + n)};" * 10}">'.encode() for n in range(1, 9)
)
HOSTILE: list[tuple[str, Callable[[], bytes], str]] = [
    ("a.docx", lambda: archive({"word/document.xml": BOMB}), "it unpacks to more than 200 MB"),
    ("a.epub", lambda: archive({f"{n}": "" for n in range(20_001)}), "or 20000 files"),
    ("a.docx", lambda: b"PK\3\4junk", "it is damaged, or not what its name says"),
    ("a.docx", lambda: archive({"a": "b"}), "it is damaged, or not a Word document"),
    ("a.odt", lambda: archive({"content.xml": LAUGHS + b"]><l>&i;</l>"}), "it holds no text|it is damaged"),
    ("a.odt", lambda: archive({"content.xml": b"<a>" * 300_000}), "it is damaged"),
    ("a.epub", lambda: archive({"META-INF/container.xml": "<a/>"}), "it names no package"),
    ("a.json", lambda: b"[" * 200_000, "it is nested too deeply|invalid JSON"),
    ("a.jsonl", lambda: b'{"a": "texte"}\n{\n[', r"invalid JSON \(line 2\)"),
    ("a.html", lambda: b"<script>texte</script>", "it holds no text"),
    ("a.rtf", lambda: b"du texte", r"it is not rich text \(RTF\)"),
    ("a.eml", lambda: b"\n\n", "it is not an e-mail|it holds no text"),
    ("a.csv", lambda: b"\n\n", "it holds no text"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "content", "reason"), HOSTILE)
def test_a_hostile_or_damaged_file_gives_one_reason(tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content())
    with ReaderPool(time_limit=30) as readers, pytest.raises(UnreadableFile, match=reason):
        readers.read(path, FORMATS[path.suffix])


@pytest.mark.slow
@pytest.mark.parametrize("size", [10_000, pytest.param(100_000, marks=pytest.mark.exhaustive)])
def test_deep_nesting_is_read_or_refused(tmp_path, size):
    for name, content in [("a.html", "<div>" * size + "texte"), ("a.md", "> " * size + "texte"), ("a.md", "[" * size)]:
        path = tmp_path / name
        path.write_text(content)
        with ReaderPool(time_limit=20) as readers:
            try:
                assert readers.read(path, FORMATS[path.suffix]).documents[0].parsed.text
            except UnreadableFile as error:
                assert len(str(error)) < 300  # noqa: PT017 (either is right)


@pytest.mark.slow
def test_noise_in_any_format_harms_nothing(tmp_path):
    noise = random.Random(4)
    word(tmp_path / "whole.docx")
    samples = {
        ".docx": (tmp_path / "whole.docx").read_bytes(),
        ".epub": archive(book()),
        ".odt": archive({"content.xml": ODT, "meta.xml": META}),
        ".html": PAGE.format(charset="utf-8").encode(),
        ".rtf": rb"{\rtf1\ansi Un mot d'\'e9t\'e9.\par}" * 5,
        ".json": b'[{"title": "Le titre", "text": "La mer."}]',
        ".eml": b"From: a@b.fr\nSubject: =?utf-8?q?=C3=A9t=C3=A9?=\n\nLa mer.\n",
        ".csv": b"Nom;R\xf4le\nPeskov;porte-parole\n",
        ".md": b"# Un titre\n\nUn *mot*.\n",
    }
    with ReaderPool(time_limit=20) as readers:
        for suffix, content in samples.items():
            for number in range(12):
                broken = bytearray(content)
                for _ in range(noise.choice([1, 5, 50])):
                    broken[noise.randrange(len(broken))] = noise.randrange(256)
                path = tmp_path / f"{number}{suffix}"
                path.write_bytes(broken)
                try:
                    assert readers.read(path, FORMATS[suffix]).documents[0].parsed.text.strip()
                except UnreadableFile as error:
                    assert "\n" not in str(error)  # noqa: PT017 (either is right)
