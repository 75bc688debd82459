"""Each kind of file gives its words in order, its headings, its title and date; a hostile one gives a reason."""

import io
import json
import random
import re
import zipfile
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import UnreadableFile
from index.readers.data.json import read_records
from index.readers.parsed import ParsedFile
from index.readers.registry import FORMATS, read
from index.workers.chunks import chunk
from index.workers.reader_pool import ReaderPool

LONG = "Le premier paragraphe parle de la mer et du ciel, longuement, pour être pris comme le contenu de la page. " * 2
MORE = "Le second paragraphe parle de la terre, «chaude» et bonne, et de la pluie, plus longuement que le premier. " * 2


def read_as(path: Path, content: bytes | str) -> ParsedFile:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path)[1]


def headings(parsed: ParsedFile) -> list[str]:
    return [parsed.text[start:end] for start, end in parsed.headings]


def archive(parts: dict[str, str | bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return written.getvalue()


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
    inner = re.search("<table:table>.*</table:table>", boxed, re.S)[0]
    nested = boxed.replace("<text:p>porte-parole</text:p>", f"<text:p>deux</text:p><text:p>mots</text:p>{inner}")
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


@pytest.mark.parametrize(
    ("written", "names", "lines"),
    [
        ('[{"nom": "Ana"}, {"nom": "Bo"}, {"nom": "Cy", "a', ["Ana", "Bo"], [1]),
        ('[\n  {"nom": "Ana"},\n  {"nom": "B,\n  {"nom": "Cy"}\n]', ["Ana", "Cy"], [3]),
        ('[{"nom": "Ana"}, {"nom": "Bo"},]', ["Ana", "Bo"], []),
    ],
)
def test_the_good_records_of_a_damaged_list_are_read_and_the_bad_ones_named(tmp_path, written, names, lines):
    found = read_as(tmp_path / "a.json", written)
    assert found.text.split("\n\f\n") == [f"nom: {name}" for name in names]
    assert [warning.line for warning in found.warnings] == lines


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_row_of_a_table_is_a_block_with_the_names_of_its_columns(tmp_path, mark):
    rows = [["Nom", "Rôle", "Date"], ["Peskov", "porte-parole", "2022-02-12"], ["Lavrov", "ministre", ""]]
    parsed = read_as(tmp_path / "a.csv", "\r\n".join(mark.join(row) for row in rows).encode("cp1252"))
    assert parsed.text == "Nom: Peskov; Rôle: porte-parole; Date: 2022-02-12\n\f\nNom: Lavrov; Rôle: ministre"
    assert parsed.encoding == "cp1252"


def test_pairs_of_a_name_and_a_value_have_no_header(tmp_path):
    found = read_as(tmp_path / "a.csv", "Nom;Lemoine\nNé le;1950-05-04\nTél.;02 98 00 00 00\nE-mail;a@b.fr\n")
    assert found.text.split("\n\f\n") == [
        "Nom | Lemoine",
        "Né le | 1950-05-04",
        "Tél. | 02 98 00 00 00",
        "E-mail | a@b.fr",
    ]


def test_marks_and_line_breaks_in_quotation_marks_part_no_cells(tmp_path):
    rows = 'Nom;Ville;Remarque\n"Durand, Paul";Lyon;"Bonne cliente,\nà rappeler, vite,\ntous les lundis"\n'
    parsed = read_as(tmp_path / "a.csv", rows + '"Martin, Zoé";Paris;"Sans nouvelles, depuis, mars"\n')
    assert parsed.text.split("\n\f\n") == [
        "Nom: Durand, Paul; Ville: Lyon; Remarque: Bonne cliente,\nà rappeler, vite,\ntous les lundis",
        "Nom: Martin, Zoé; Ville: Paris; Remarque: Sans nouvelles, depuis, mars",
    ]


@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_mail(tmp_path, subtype):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Zoé <zoe@a.fr>", "paul@b.fr", "L'été à Paris"
    message["Date"] = "Sat, 12 Feb 2022 10:00:00 +0100"
    body = "La mer est bleue." if subtype == "plain" else "<p>La mer est <b>bleue</b>.</p>"
    message.set_content(body, subtype=subtype)
    message.add_attachment(b"\0\1", maintype="application", subtype="octet-stream", filename="a.bin")
    parsed = read_as(tmp_path / "a.eml", message.as_bytes())
    assert (parsed.title, parsed.date) == ("L'été à Paris", date(2022, 2, 12))
    assert parsed.text.startswith("From: Zoé <zoe@a.fr>\n\nTo: paul@b.fr\n\nDate: Sat, 12 Feb 2022")
    assert parsed.text.endswith("Subject: L'été à Paris\n\nLa mer est bleue.\n\na.bin")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Ventes de 2022\n\nProduit;Ventes;Région\nPomme;12,5;Nord\nPoire;3,25;Sud\nKiwi;1,5;Est\n",
         ["Ventes de 2022", "Produit: Pomme; Ventes: 12,5; Région: Nord"]),
        ("sep=;\nNom;Ville\nDurand, P;Lyon\n", ["Nom: Durand, P; Ville: Lyon"]),
        (",nom,ville\n0,Dupont,Paris\n", ["0; nom: Dupont; ville: Paris"]),
        ("Région;2019;2020\nBretagne;12;13\n", ["Région: Bretagne; 2019: 12; 2020: 13"]),
        ('Nom, Ville, Note\nA, "Paris, France", bon\n', ["Nom: A; Ville: Paris, France; Note: bon"]),
        ("avis\nLe chat, le chien.\nLe loup.\nUn, deux, trois.\n", ["avis: Le chat, le chien.", "avis: Le loup."]),
    ],
)  # fmt: skip
def test_tables_as_programs_write_them(tmp_path, source, expected):
    assert read_as(tmp_path / "a.csv", source).text.split("\n\f\n")[: len(expected)] == expected


def alternative(plain: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Un sujet"
    message.set_content(plain)
    message.add_alternative("<p>Le vrai contenu.</p>", subtype="html")
    return message


def mixed() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Un sujet"
    message.set_content("<p>Le vrai contenu.</p>", subtype="html")
    message.add_attachment("Le pied de la liste.")
    message.add_attachment(alternative("Le message transmis."))
    return message


def undeclared(encoding: str) -> bytes:
    return "Subject: Un sujet\nContent-Type: text/plain\n\nL’été à la plage.\n".encode(encoding)


@pytest.mark.parametrize(
    ("mail", "expected"),
    [
        (alternative("").as_bytes(), ["Le vrai contenu."]),
        (alternative("Le texte.").as_bytes(), ["Le texte."]),
        (mixed().as_bytes(), ["Le vrai contenu.", "Le pied de la liste.", "Subject: Un sujet", "Le message transmis."]),
        (undeclared("utf-8"), ["L’été à la plage."]),
        (undeclared("cp1252"), ["L’été à la plage."]),
        (b"\xef\xbb\xbf\nSubject: Un sujet\nContent-Type: text/html\n\n<!-- rien -->", []),
    ],
)
def test_of_the_parts_of_a_mail_none_is_lost(tmp_path, mail, expected):
    assert read_as(tmp_path / "a.eml", mail).text.split("\n\n") == ["Subject: Un sujet", *expected]


@pytest.mark.parametrize("header", ["To: ,,,;;;", "From: <", "Date: never", "Subject: =?x?q?=C3?="])
def test_a_header_that_says_nothing_costs_no_mail(tmp_path, header):
    parsed = read_as(tmp_path / "a.eml", f"{header}\nX-Other: a\n\nLa mer est bleue.\n")
    assert parsed.text.endswith("La mer est bleue.")


def test_numbers_and_days_of_records_stand_under_their_names(tmp_path):
    person = {"id": 17, "name": "Alice Dupont", "age": 42, "salary": 51000.50, "hired": "2019-03-01", "active": True}
    parsed = read_as(tmp_path / "a.json", json.dumps({"employees": [person | {"boss_id": 3, "place": [4.8, 45.7]}]}))
    assert (
        parsed.text == "name: Alice Dupont; age: 42; salary: 51000.5; hired: 2019-03-01; active: true; place: 4.8, 45.7"
    )


def test_records(tmp_path):
    record = {"id": "0a", "title": "Le titre", "tags": ["mer", "ciel"], "text": "La mer est bleue.", "n": 3}
    parsed = read_as(tmp_path / "a.json", json.dumps([record, {"title": "Un autre", "body": "Le ciel aussi."}]))
    assert headings(parsed) == ["Le titre", "Un autre"]
    assert parsed.text == "Le titre\n\ntags: mer\n\ntags: ciel\n\nLa mer est bleue.\n\f\nUn autre\n\nLe ciel aussi."
    lines = read_as(tmp_path / "a.jsonl", f"{json.dumps(record)}\n\n{json.dumps(record, ensure_ascii=False)}\n")
    assert lines.text.count("La mer est bleue.") == 2


ROWS = [{"nom": f"Nom {n}", "rôle": f"le rôle {n} est court"} for n in range(30)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "nom;rôle\n" + "\n".join(";".join(row.values()) for row in ROWS)),
        ("a.json", json.dumps(ROWS)),
        ("a.json", json.dumps({"source": "Le registre", "rows": ROWS, "fin": "La fin"})),
        ("a.jsonl", "\n".join(map(json.dumps, ROWS))),
    ],
)
def test_no_passage_holds_two_records(tmp_path, name, content):
    parsed = read_as(tmp_path / name, content)
    offsets, firsts, _ = chunk(parsed)
    ends = [*firsts[1:], len(offsets) // 2]
    passages = [parsed.text[offsets[2 * a] : offsets[2 * b - 1]] for a, b in zip(firsts, ends, strict=True)]
    rows_by_passage = [[row for row in ROWS if row["rôle"] in passage] for passage in passages]
    assert [rows for rows in rows_by_passage if rows] == [[row] for row in ROWS]
    assert all(row["nom"] in passage for rows, passage in zip(rows_by_passage, passages, strict=True) for row in rows)


@pytest.mark.slow
@settings(max_examples=25)
@given(
    st.recursive(st.text() | st.none() | st.integers(), lambda some: st.lists(some) | st.dictionaries(st.text(), some))
)
def test_any_record_is_read_as_text_that_it_holds(record):
    read = read_records(json.dumps(record).encode())
    assert set(filter(str.isalpha, read.text)) <= set(json.dumps(record, ensure_ascii=False))


BOMB = b"\0" * 300_000_000
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {chr(97 + n)} "{f"&{chr(96 + n)};" * 10}">'.encode() for n in range(1, 9)
)
HOSTILE: list = [
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
                assert readers.read(path, FORMATS[path.suffix]).parts[0].parsed.text
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
                    assert readers.read(path, FORMATS[suffix]).parts[0].parsed.text.strip()
                except UnreadableFile as error:
                    assert "\n" not in str(error)  # noqa: PT017 (either is right)
