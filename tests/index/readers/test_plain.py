"""Plain text under other names: each line, caption, value or section is read as what it is, and nothing besides."""

import time

import pytest
from lxml import etree

from index.converters import pandoc as converter
from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers import registry
from index.readers.data import xml
from index.readers.data.json import Value
from index.readers.markup import pandoc as reader
from index.readers.parsed import ParsedFile
from index.workers.chunks import chunk


def read(name: str, text: str | bytes) -> ParsedFile:
    data = text.encode() if isinstance(text, str) else text
    return registry.parse(data, registry.find_format(name, data))[1]


def sentences(parsed: ParsedFile) -> list[str]:
    offsets = chunk(parsed).sentences
    return [parsed.text[start:end] for start, end in zip(offsets[::2], offsets[1::2], strict=True)]


def under(parsed: ParsedFile, words: str) -> list[str]:
    """What the words stand under."""
    document = parsed.document("a", "")
    above = document.context_at(parsed.text.index(words))
    return [document.slice(*block.span) for block in above]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("cuve.log", "Cuve un pleine à ras bord ce matin\nvanne deux fermée\n  à la main\n",
         ["Cuve un pleine à ras bord ce matin", "vanne deux fermée", "à la main"]),
        ("semis.py", "import os\nimport sys\n\n# Les graines\nx = 1\ny = 2\n",
         ["import os", "import sys", "# Les graines", "x = 1", "y = 2"]),
        ("semis.py", 'def semer():\n    """Sème des graines\n    en mars."""\n    return 3\n',
         ["def semer():", '"""Sème des graines\n    en mars."""', "return 3"]),
        ("LISEZMOI", "Le bassin est\nvide.", ["Le bassin est\nvide."]),
        ("film.srt", "1\r\n00:01:02,500 --> 00:01:04,000\r\n<i>Le bassin</i>\r\nest vide.\r\n\r\n2\r\n"
         "01:00:00,000 --> 01:00:01,000\r\n{\\an8}On s&apos;en va !\r\n",
         ["00:01:02 Le bassin est vide.", "01:00:00 On s'en va !"]),
        ("film.vtt", "WEBVTT - Le bassin\n\nSTYLE\n::cue {}\n\nun\n00:07.000 --> 00:09.000 line:0\n"
         "<v.fort Zoé>Il est vide\n\n00:09.000 --> 00:10.000\nsans doute.\n",
         ["00:00:07 Zoé: Il est vide", "00:00:09 sans doute."]),
    ],
)  # fmt: skip
def test_lines_and_captions_are_sentences(name, text, expected):
    assert sentences(read(name, text)) == expected


def test_settings_and_outlines_keep_the_names_that_they_stand_under():
    settings = read("serre.ini", "; réglages\n[arrosage]\ndébit = 12\n[lumière]\ndurée = 8 h\n")
    assert (under(settings, "durée = 8 h"), under(settings, "débit")) == (["lumière"], ["arrosage"])
    outline = read("serre.yaml", "arrosage:\n  nuit:\n    débit: 12\n  jour: non\nlumière:\n- lampe: 40 W\n")
    assert under(outline, "débit: 12") == ["arrosage:", "nuit:"]
    assert (under(outline, "jour"), under(outline, "- lampe")) == (["arrosage:"], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<serre><plants><plant nom='sauge'><mois>mai</mois></plant><plant nom='thym'/></plants>"
         "<lieu>Brest</lieu></serre>",
         "lieu: Brest\n\f\nnom: sauge; mois: mai\n\f\nnom: thym"),
        ("<r><livraison><ville>Brest</ville></livraison><facture><ville>Nantes</ville></facture></r>",
         "livraison.ville: Brest; facture.ville: Nantes"),
        ("<doc><head>La serre</head><p>Elle est <b>vide</b>\nen mai.</p><!-- non --></doc>",
         "La serre\n\nElle est vide en mai."),
        ('<!DOCTYPE r [<!ENTITY secret SYSTEM "file:///etc/hostname"><!ENTITY a "aa">]>'
         "<r>La serre &secret;&a;est vide.</r>",
         "r: La serre est vide."),
    ],
)  # fmt: skip
def test_xml_is_read_as_a_document_or_as_data_and_includes_nothing(text, expected):
    assert read("serre.xml", text).text == expected


@pytest.mark.slow
def test_xml_of_many_records_is_parted_in_time():
    root = etree.fromstring("<serre>" + "<plante><nom>Sauge</nom></plante>" * 40_000 + "</serre>")
    began = time.process_time()
    records = list(xml._records(root))
    assert time.process_time() - began < 5  # much longer if each record were sought among all
    assert records == [[], *[[Value("nom", "Sauge")]] * 40_000]


@pytest.mark.slow
def test_xml_of_many_attributes_is_read_in_time():
    written = " ".join(f'a{number}="{number}"' for number in range(50_000))
    began = time.process_time()
    parsed = read("serre.xml", f"<serre {written}/>")
    assert time.process_time() - began < 5  # half a minute if each were sought from the first on
    assert (parsed.text.count("\n\n"), parsed.text[-13:]) == (49_999, "a49999: 49999")


def test_names_of_values_say_what_they_are_inside():
    parsed = read("a.json", '{"livraison": {"ville": "Brest"}, "facture": {"ville": "Nantes"}, "hauteurs": [1.5, 12]}')
    assert parsed.text == "livraison.ville: Brest; facture.ville: Nantes; hauteurs: 1.5, 12"


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


def test_a_file_of_an_unknown_kind_is_read_if_it_is_text():
    assert read("bassin.2024", "Il est vide.").text == "Il est vide."
    with pytest.raises(UnreadableFile, match=r"\.2024 files are not supported"):
        read("bassin.2024", bytes(range(256)) * 99)


def test_the_html_in_a_feed_is_read_as_shown():
    page = "<![CDATA[<p>La grue n&#176; 3 est <b>en panne</b>.</p><p>Suite lundi.</p>]]>"
    items = "".join(f"<item><title>{name}</title><description>{page}</description></item>" for name in ("Un", "Deux"))
    text = read("port.xml", f"<rss><channel>{items}</channel></rss>").text
    assert "La grue n° 3 est en panne. Suite lundi." in text
    assert "<" not in text
