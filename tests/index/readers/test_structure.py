"""The blocks of a text, what each stands under, and how readers of each format find them."""

import io
import zipfile
from itertools import pairwise

import pytest
from docx import Document as WordDocument
from docx.oxml import OxmlElement
from hypothesis import given
from hypothesis import strategies as st

from index.blocks import blocks_of, numbers_of
from index.documents import BLOCK_KINDS, Document
from index.readers.markup.html import read_html
from index.readers.markup.markdown import read_markdown
from index.readers.office.docx import read_docx
from index.readers.office.odt import read_odt
from index.readers.parsed import ParsedFile
from index.readers.plain.text import read_text
from index.readers.tables import format_table
from index.workers.chunks import chunk


def parts(parsed: ParsedFile) -> list[tuple[str, str]]:
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def document(parsed: ParsedFile) -> Document:
    return parsed.document("a.md", "0" * 64)


def above(parsed: ParsedFile, words: str) -> list[str]:
    """What the text that starts with these words stands under."""
    return [parsed.text[block.start : block.end] for block in document(parsed).context_at(parsed.text.index(words))]


GUIDE = """---
title: "Guide"
contact: four@exemple.test
tags: [pain, feu]
villes:
  - Lyon
  - Brest
---
# Guide

## Cuire

La cuisson demande deux choses :

1. Du bois :
    - du chêne,
    - du hêtre.
2. De l'eau[^1].

Après la liste.

### Durée

Default: `45`

| Pain | Durée |
|------|-------|
| gros | 60    |
| rond |       |

[^1]: Pas trop froide.

## Nettoyer

Un balai suffit.
"""


def test_markdown_gives_headings_lists_with_their_numbers_and_rows_with_the_names_of_their_columns():
    parsed = read_markdown(GUIDE.encode())
    assert parts(parsed) == [
        ("field", "contact: four@exemple.test"),
        ("field", "tags: pain, feu"),
        ("field", "villes: Lyon, Brest"),
        ("heading", "Guide"),
        ("heading", "Cuire"),
        ("lead-in", "La cuisson demande deux choses :"),
        ("item", "1. Du bois :"),
        ("item", "- du chêne,"),
        ("item", "- du hêtre."),
        ("item", "2. De l'eau¹."),
        ("heading", "Durée"),
        ("row", "Pain: gros; Durée: 60"),
        ("row", "Pain: rond"),
        ("heading", "Nettoyer"),
    ]
    assert "Pas trop froide." in parsed.text
    assert "[^" not in parsed.text


def test_each_text_knows_the_headings_lead_in_and_item_that_it_stands_under():
    parsed = read_markdown(GUIDE.encode())
    assert above(parsed, "- du hêtre") == ["Guide", "Cuire", "La cuisson demande deux choses :", "1. Du bois :"]
    assert above(parsed, "Après la liste") == ["Guide", "Cuire"]
    assert above(parsed, "Default: 45") == ["Guide", "Cuire", "Durée"]
    assert above(parsed, "Pain: gros") == ["Guide", "Cuire", "Durée"]
    assert above(parsed, "Un balai") == ["Guide", "Nettoyer"]
    assert above(parsed, "contact") == []


def test_a_lead_in_has_its_items_and_a_heading_its_section():
    parsed = read_markdown(GUIDE.encode())
    blocks = {parsed.text[block.start : block.end]: block for block in parsed.blocks}
    of = document(parsed)
    assert [block.kind for block in of.children_of(blocks["La cuisson demande deux choses :"])] == ["item"] * 4
    assert [block.kind for block in of.children_of(blocks["1. Du bois :"])] == ["item"] * 2
    assert of.children_of(blocks["Cuire"])[-1] == blocks["Pain: rond"]
    assert of.children_of(blocks["Nettoyer"]) == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('!!! note "À savoir"\n    Le four *chauffe*.\n\nAprès.', "À savoir\n\nLe four chauffe.\n\nAprès."),
        ("??? tip\n    Le four chauffe.\n", "Le four chauffe."),
        ('{% hint style="info" %}\nLe four chauffe.\n{% endhint %}', "Le four chauffe."),
        (":::tip Un conseil\nLe four chauffe.\n:::\n", "Un conseil\n\nLe four chauffe."),
        ("> [!NOTE]\n> Le four chauffe.", "Le four chauffe."),
        ("**Mme Roux**: Le four[^a] [chauffe](http://a.fr).", "Mme Roux: Le four chauffe."),
        ('=== "TOML"\n\n    ```toml\n    port = 5\n    ```\n\nAprès.', "TOML\n\nport = 5\n\nAprès."),
        ("*[TTL]: Time to live\n*[MTU]: Maximum unit", "TTL: Time to live\n\nMTU: Maximum unit"),
        ("```\n!!! note\n{% raw %}\n```", "!!! note\n{% raw %}"),
        ("[Le four]({{ 'four' | relative_url }}) [chauffe]({{ base }}/a.html \"bien\").", "Le four chauffe."),
        ("Un <!-- non --> mot", "Un  mot"),
        ("## Le four {#four}", "Le four"),
        ("##Le four", "Le four"),
        ("Aire : 2*3*4 = 24 m², *en* tout", "Aire : 2*3*4 = 24 m², en tout"),
        ("| A |\n|---|\n| <ul><li>bois</li><li>fer</li></ul> |", "A: bois fer"),
        ("- [ ] Le four\n- [x] Le bois", "- ☐ Le four\n- ☑ Le bois"),
    ],
)
def test_marks_of_dialects_of_markdown_are_no_text(source, expected):
    assert read_markdown(source.encode()).text == expected


PAGE = """<body><h1>Le four</h1><p>Il faut :</p><ol start=3><li><p>Du bois</p><p>bien sec</p></li><li>De l'eau</li></ol>
<h3>Tarifs</h3><table><caption>Prix du pain</caption>
<tr><th rowspan=2>Pain</th><th colspan=2>Prix</th></tr><tr><th>2021</th><th>2022</th></tr>
<tr><td rowspan=2>Gros</td><td>2 €</td><td>3 €</td></tr><tr><td>4 €</td><td>5 €</td></tr></table>
<dl><dt>Sole</dt><dd>Le sol du four.</dd></dl><pre>a = 1
b = 2</pre><table><tr><td><p>Mis en page</p></td><td><ul><li>Un point</li></ul></td></tr></table></body>"""


def test_html_gives_lists_with_numbers_tables_with_names_and_definitions_with_their_term():
    parsed = read_html(PAGE.encode())
    assert parts(parsed) == [
        ("heading", "Le four"),
        ("lead-in", "Il faut :"),
        ("item", "3. Du bois\n\nbien sec"),
        ("item", "4. De l'eau"),
        ("heading", "Tarifs"),
        ("lead-in", "Prix du pain"),
        ("row", "Pain: Gros; Prix 2021: 2 €; Prix 2022: 3 €"),
        ("row", "Pain: Gros; Prix 2021: 4 €; Prix 2022: 5 €"),
        ("lead-in", "Sole"),
        ("item", "Le sol du four."),
        ("code", "a = 1\nb = 2"),
        ("item", "- Un point"),
    ]
    assert above(parsed, "Le sol du four") == ["Le four", "Tarifs", "Sole"]


@pytest.mark.parametrize(
    ("rows", "header", "expected"),
    [
        ([["Nom", "Dupont"], ["Ville", "Lyon"]], None, ["Nom | Dupont", "Ville | Lyon"]),
        ([["Nom", "Âge"], ["Dupont", "40"], ["Durand", "52"]], None, ["Nom: Dupont; Âge: 40", "Nom: Durand; Âge: 52"]),
        ([["Nom", "Rôle", "Ville"], ["A", "b", "c"]], None, ["Nom: A; Rôle: b; Ville: c"]),
        ([["Nom", "Ville"], ["A", "Lyon"]], 1, ["Nom: A; Ville: Lyon"]),
        ([["Nom", "Ville"]], 1, ["Nom | Ville"]),
        ([["", "2021"], ["Gros", "2"]], 1, ["Gros; 2021: 2"]),
        (
            [["Hôte :", "Zoé", "Bail :", "AX-5"], ["Lot :", "B", "Loyer :", "300 €"]],
            None,
            ["Hôte : Zoé | Bail : AX-5", "Lot : B | Loyer : 300 €"],
        ),
        (
            [["Hôte", "Zoé", "Bail", "AX-5"], ["Lot", "B", "Loyer", "300 €"], ["Début", "1er mai", "Fin", "le 3"]],
            None,
            ["Hôte | Zoé | Bail | AX-5", "Lot | B | Loyer | 300 €", "Début | 1er mai | Fin | le 3"],
        ),
    ],
)
def test_a_header_goes_into_its_rows(rows, header, expected):
    assert format_table(rows, header) == expected


def test_word_lists_have_the_numbers_that_are_printed_and_marked_header_rows_name_the_columns():
    source = WordDocument()
    source.add_heading("Le four", 2)
    source.add_paragraph("Il faut :")
    for text in ("Du bois", "De l'eau"):
        source.add_paragraph(text, style="List Number")
    source.add_paragraph("Un balai", style="List Bullet")
    table = source.add_table(2, 2)
    for row, texts in zip(table.rows, (("Pain", "Four"), ("Gros", "Grand")), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    written = io.BytesIO()
    source.save(written)
    assert parts(read_docx(written.getvalue())) == [
        ("heading", "Le four"),
        ("lead-in", "Il faut :"),
        ("item", "1. Du bois"),
        ("item", "2. De l'eau"),
        ("item", "- Un balai"),
        ("row", "Pain: Gros; Four: Grand"),
    ]


ODT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>
<text:list-style style:name="N"><text:list-level-style-number text:level="1"
 style:num-format="1" style:num-suffix="."/></text:list-style>
</office:automatic-styles><office:text><text:h text:outline-level="2">Le four</text:h><text:p>Il faut :</text:p>
<text:list text:style-name="N"><text:list-item><text:p>Du bois</text:p><text:list><text:list-item><text:p>sec</text:p>
</text:list-item></text:list></text:list-item><text:list-item><text:p>De l'eau</text:p></text:list-item></text:list>
<table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Pain</text:p></table:table-cell>
<table:table-cell><text:p>Four</text:p></table:table-cell></table:table-row></table:table-header-rows><table:table-row>
<table:table-cell><text:p>Gros</text:p></table:table-cell><table:table-cell><text:p>Grand</text:p></table:table-cell>
</table:table-row></table:table></office:text></office:document-content>"""


def test_open_document_lists_and_header_rows():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        opened.writestr("content.xml", ODT)
    parsed = read_odt(written.getvalue())
    assert parts(parsed) == [
        ("heading", "Le four"),
        ("lead-in", "Il faut :"),
        ("item", "1. Du bois"),
        ("item", "- sec"),
        ("item", "2. De l'eau"),
        ("row", "Pain: Gros; Four: Grand"),
    ]
    assert above(parsed, "- sec") == ["Le four", "Il faut :", "1. Du bois"]


def test_plain_text_shows_lists_by_bullets_numbers_and_letters():
    text = "Le gardien doit :\n\n1° ouvrir ;\n\n2° fermer,\nle soir ;\n   a) à clé\n\nM. Dupont est le gardien.\n- seul"
    parsed = read_text(text.encode())
    assert parts(parsed) == [
        ("lead-in", "Le gardien doit :"),
        ("item", "1° ouvrir ;"),
        ("item", "2° fermer,\nle soir ;"),
        ("item", "a) à clé"),
        ("item", "- seul"),
    ]
    assert above(parsed, "a) à clé") == ["Le gardien doit :", "2° fermer,\nle soir ;"]
    assert above(parsed, "- seul") == []


def test_the_end_of_a_long_paragraph_is_the_lead_in():
    long = "Le four est ancien et il sert encore chaque semaine à tous les habitants du village et des hameaux. " * 2
    parsed = read_text(f"{long}Il faut :\n- du bois".encode())
    assert parts(parsed)[0] == ("lead-in", "Il faut :")
    assert parts(read_text(b"Il y a trois parties\n\n- le nom\n- le titre"))[0] == ("lead-in", "Il y a trois parties")
    assert parts(read_text(b"Il y a trois parties.\n\n- le nom"))[0] == ("item", "- le nom")


PIECES = st.sampled_from(
    ["# T\n", "\n", "\n\n", "- a", "  - b", "1. c", "2° d", "mots :", "Une phrase.",
     "| a | b |\n|---|---|\n| 1 | 2 |\n", "```\n",
     "    x", "> ", "\f", "<ul><li>e</ul>", "!!! note\n", "[^1]: n\n", "---\n"]
)  # fmt: skip


@given(
    st.one_of(st.text("ab.:-*#|1 \n\t\f°)`[]^>!\u00a0\u2028é"), st.lists(PIECES, max_size=30).map("".join)),
    st.sampled_from([read_text, read_markdown]),
)
def test_blocks_of_any_text_are_apart_in_order_restored_from_numbers_and_crossed_by_no_sentence(text, read):
    parsed = read(text.encode("utf-8", "replace"))
    assert blocks_of(numbers_of(parsed.blocks)) == parsed.blocks
    assert all(left.end <= right.start for left, right in pairwise(parsed.blocks))
    assert all(block.start < block.end <= len(parsed.text) for block in parsed.blocks)
    starts = chunk(parsed).sentences[::2] if parsed.text.strip() else []
    ends = chunk(parsed).sentences[1::2] if parsed.text.strip() else []
    edges = {edge for block in parsed.blocks for edge in (block.start, block.end)}
    assert not any(start < edge < end for start, end in zip(starts, ends, strict=True) for edge in edges)


@pytest.mark.parametrize("numbers", [[0, 0, 5], [99, 0, 5, -1], [0, 5, 2, -1], [0, 0, 5, 0], [0, 0, 5, -1, 0, 4, 6, 0]])
def test_numbers_that_are_no_blocks_are_refused(numbers):
    with pytest.raises(ValueError, match=r"blocks|zip"):
        blocks_of(numbers)
    assert BLOCK_KINDS[0] == "heading"
