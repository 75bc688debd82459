"""Word texts are read as they are printed."""

import io
import zipfile

import pytest
from made_files import archive

from index.readers.office.docx import read_docx
from index.readers.registry import FORMATS, parse

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAMESPACES = f'xmlns:w="{WORD}" xmlns:m="{OFFICE}/math" xmlns:r="{OFFICE}/relationships"'


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            [["*Hôte", "Zoé", "*Bail", "AX-5"], ["*Lot", "B", "*Prix", "3 €"]],
            "Hôte: Zoé; Bail: AX-5\nLot: B; Prix: 3 €",
        ),
        ([["*Projet", "Halle"], ["*Montant", "1,2 M€"], ["*Fin", "juin"]], "Projet: Halle\nMontant: 1,2 M€\nFin: juin"),
        ([["=Tarifs"], ["Public", "Jour", "An"], ["Adulte", "4", "35"]], "Tarifs\n\nPublic: Adulte; Jour: 4; An: 35"),
    ],
)
def test_bold_labels_have_their_values_and_a_title_stands_over_its_table(rows, text):
    """An asterisk stands for bold, an equals sign for a cell across three columns."""
    body = "".join(f"<w:tr>{''.join(map(_word_cell, row))}</w:tr>" for row in rows)
    assert read_docx(word(f"<w:tbl>{body}</w:tbl>")).text == text


def _word_cell(written: str) -> str:
    covers = '<w:tcPr><w:gridSpan w:val="3"/></w:tcPr>' if written.startswith("=") else ""
    bold = "<w:rPr><w:b/></w:rPr>" if written.startswith("*") else ""
    return f"<w:tc>{covers}<w:p><w:r>{bold}<w:t>{written.lstrip('*=')}</w:t></w:r></w:p></w:tc>"


def relations(kinds: dict[str, tuple[str, str]]) -> str:
    return f'<Relationships xmlns="{PACKAGE}/relationships">' + "".join(
        f'<Relationship Id="{id}" Type="{OFFICE}/relationships/{kind}" Target="{target}"/>'
        for id, (kind, target) in kinds.items()
    ) + "</Relationships>"  # fmt: skip


def word(body: str, **parts: str) -> bytes:
    """A document with this body; ``parts`` are the inner XML of its other parts, by kind."""
    kinds = {name: (name.rstrip("0123456789"), f"{name}.xml") for name in parts}
    tags = {name: f"w:{kind}" for name, (kind, _) in kinds.items()}
    members = {
        f"word/{name}.xml": f"<{tags[name]} {NAMESPACES}>{inner}</{tags[name]}>" for name, inner in parts.items()
    }
    return archive(
        {
            "_rels/.rels": relations({"a": ("officeDocument", "word/document.xml")}),
            "word/_rels/document.xml.rels": relations(kinds),
            "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
            **members,
        }
    )


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def lines(data: bytes) -> list[str]:
    return read_docx(data).text.split("\n\n")


RAISED = '<w:vertAlign w:val="superscript"/>'
SHIFTED = '<w:position w:val="6"/><w:sz w:val="14"/>'
STYLES = f"""<w:style w:type="character" w:styleId="Appel"><w:rPr>{RAISED}</w:rPr></w:style>
<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:styleId="Barre"><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:styleId="Barre2"><w:basedOn w:val="Barre"/></w:style>
<w:style w:styleId="Ba"><w:name w:val="Title"/></w:style>
<w:style w:styleId="Bb"><w:name w:val="Chapter"/><w:basedOn w:val="Bc"/></w:style>
<w:style w:styleId="Bc"><w:name w:val="heading 2"/></w:style>"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p(r("10"), r("-", RAISED), r("3", RAISED), r(" m, le 1"), r("er", RAISED), r(" mai")), "10⁻³ m, le 1er mai"),
        (p(r("H"), r("2", '<w:vertAlign w:val="subscript"/>'), r("O")), "H₂O"),
        (p(r("en 1998"), r("2", '<w:rStyle w:val="Appel"/>')), "en 1998²"),
        (p(r("Vu. "), r("Caché. ", "<w:vanish/>"), r("Caché. ", '<w:rStyle w:val="Secret"/>')), "Vu."),
        (p(r("Vu", '<w:rStyle w:val="Secret"/><w:vanish w:val="0"/>')), "Vu"),
        (p("<w:del>" + r("Ôté. ") + "</w:del>", r("Resté.")), "Resté."),
        (p(r("Prix : "), r("650", "<w:strike/>"), r("720 €, "), r("3", "<w:dstrike/>"), r("5")), "Prix : 720 €, 5"),
        (p(r("12"), r("650", '<w:rStyle w:val="Barre2"/>'), r("720 €")), "12 720 €"),
        (p(r("A", '<w:strike w:val="0"/>'), r("b"), properties='<w:pStyle w:val="Barre"/>'), "A"),
        (p(r("Tout est barré.", "<w:strike/>")), "Tout est barré."),
        (p(r("Un par"), properties="<w:rPr><w:del/></w:rPr>") + p(r("agraphe.")), "Un paragraphe."),
        (p(r("U"), properties='<w:framePr w:dropCap="drop"/>') + p(r("ne ferme.")), "Une ferme."),
        (p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', r(" oui")), "✓ oui"),
        (p(r("\uf0fc", '<w:rFonts w:ascii="Wingdings"/>'), r(" oui")), "✓ oui"),
        (p('<w:r><w:sym w:font="Symbol" w:char="F0A3"/></w:r>', r(" 5")), "≤ 5"),
        (p('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>'
           "</w:ffData></w:fldChar></w:r>", r(" lu")), "☒ lu"),
        (p(r("3"), "<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>4</m:t></m:r></m:den></m:f>"
           "</m:oMath>", r(" h")), "3 1/4 h"),
        (p(r("10"), r("-", SHIFTED), r("3", SHIFTED), r(" m, "),
           r("5", '<w:position w:val="6"/>'), r(", x"), r("1", SHIFTED.replace("6", "-6"))), "10⁻³ m, 5, x₁"),
        (p("<m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
           "</m:oMath>"), "(a+b)/2"),
    ],
)  # fmt: skip
def test_a_paragraph_of_word_is_read_as_printed(body, expected):
    assert lines(word(body, styles=STYLES)) == [expected]


def field(instruction: str, result: str) -> str:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"{begin}{instruction}{separate}{result}{end}"


def instruction(text: str) -> str:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>"


def test_of_a_field_only_the_result_is_read():
    quantity = field(instruction("MERGEFIELD Bacs"), r("15"))
    condition = field(instruction("IF ") + quantity + r(" barques"), r("80"))
    hidden = condition.replace("<w:r><w:fldChar", "<w:r><w:rPr><w:vanish/></w:rPr><w:fldChar")
    nested = field(instruction("REF "), r("de ") + quantity + r(" bacs"))
    assert lines(word(p(r("Il faut "), condition, r(" €.")))) == ["Il faut 80 €."]
    assert lines(word(p(r("Il faut "), hidden, r(" €.")))) == ["Il faut 80 €."]
    assert lines(word(p(r("Un prix "), nested, r(".")))) == ["Un prix de 15 bacs."]


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(r(text))}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def test_merged_cells_are_repeated_and_rows_that_are_deleted_left_out():
    begun, merged = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    table = "".join([
        row(cell("Étage"), cell("Locaux", '<w:gridSpan w:val="2"/>'), properties="<w:tblHeader/>"),
        row(cell("1er", begun), cell("salle"), cell("bureau")),
        row(cell("", merged), cell("atelier"), cell("remise")),
        row(cell("2e"), cell("grenier"), cell("vide"), properties="<w:del/>"),
    ])  # fmt: skip
    assert lines(word(f"<w:tbl>{table}</w:tbl>")) == [
        "Étage: 1er; Locaux: salle; Locaux: bureau\nÉtage: 1er; Locaux: atelier; Locaux: remise"
    ]


def test_a_row_may_leave_out_its_first_columns():
    first, other = row(cell("Nom"), cell("Âge"), cell("Ville")), row(cell("Ana"), cell("31"), cell("Lyon"))
    total = row(cell("44"), cell("Nice"), properties='<w:gridBefore w:val="1"/>')
    text = "Nom: Ana; Âge: 31; Ville: Lyon\nÂge: 44; Ville: Nice"
    assert lines(word(f"<w:tbl>{first}{other}{total}</w:tbl>")) == [text]
    labels = "".join(row(_word_cell(f"*{name}"), cell(name), properties='<w:gridBefore w:val="1"/>') for name in "ab")
    assert lines(word(f"<w:tbl>{labels}</w:tbl>")) == ["a: a\nb: b"]


def test_a_table_in_a_cell_follows_its_row():
    inner = f"<w:tbl>{row(cell('S'), cell('10'))}{row(cell('M'), cell('12'))}</w:tbl>"
    laid_out = f"<w:tbl>{row(cell('Seul'))}</w:tbl>"
    boxed = f"<w:r><w:pict><w:txbxContent>{p(r('Encadré'))}{inner}</w:txbxContent></w:pict></w:r>"
    filled = f"<w:tc>{p(r('Voir'), boxed)}{inner}{laid_out}</w:tc>"
    deleted = row(f"<w:tc>{inner}</w:tc>", cell("Ôté"), properties="<w:del/>")
    table = row(cell("Chemise"), filled) + deleted + row(cell("Robe"), cell("30"))
    expected = ["Chemise | Voir", "S | 10\nM | 12", "Seul", "Robe | 30", "Encadré", "S | 10\nM | 12", "Fin."]
    assert lines(word(f"<w:tbl>{table}</w:tbl>{p(r('Fin.'))}")) == expected


def test_the_lines_of_a_cell_do_not_become_one_number():
    quantities = f"<w:tc>{p(r('10'))}{p(r('200'))}</w:tc>"
    prices = f"<w:tc>{p(r('1,50'), '<w:r><w:br/></w:r>', r('2,00'))}</w:tc>"
    table = row(cell("Article"), cell("Qté"), cell("Prix")) + row(cell("Vis"), quantities, prices)
    assert lines(word(f"<w:tbl>{table}</w:tbl>")) == ["Article: Vis; Qté: 10 / 200; Prix: 1,50 / 2,00"]


def test_a_table_whose_rows_are_all_marked_as_headers_loses_none():
    marked = "".join(row(cell(text), cell(""), properties="<w:tblHeader/>") for text in ("Bacs", "Ponts", "Quais"))
    assert lines(word(f"<w:tbl>{marked}</w:tbl>")) == ["Bacs\nPonts\nQuais"]


def test_a_table_that_only_lays_out_a_page_is_read_as_paragraphs():
    only = "<w:tc>" + p(r("Une.")) + p(r("Deux.")) + "</w:tc>"
    assert lines(word(f"<w:tbl>{row(only)}</w:tbl>")) == ["Une.", "Deux."]


NUMBERING = """<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/>
<w:lvlText w:val="Titre %1"/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:isLgl/>
<w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/>
</w:lvlOverride></w:num>"""


def numbered(text: str, list: int, level: int = 0) -> str:
    return p(r(text), properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr>')


def test_numbers_are_those_that_word_prints():
    items = [
        numbered("A", 1),
        numbered("b", 1, 1),
        numbered("B", 2),
        numbered("c", 2, 1),
        numbered("I", 3),
        p(r("fin")),
    ]
    parsed = read_docx(word("".join(items), numbering=NUMBERING))
    assert parsed.text.split() == "Titre I A 1.1) b Titre II B 2.1) c Titre IX I fin".split()


def test_headers_and_footers_are_read_once_and_only_those_that_are_shown():
    page = '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText> PAGE </w:instrText></w:r>' + r("3") + (
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )  # fmt: skip
    section = "<w:sectPr>{}</w:sectPr>".format(
        "".join(
            f'<w:{kind}Reference w:type="{place}" r:id="{id}"/>'
            for kind, place, id in [
                ("header", "default", "hdr1"), ("header", "first", "hdr2"), ("footer", "default", "ftr3"),
                ("footer", "even", "ftr4"),
            ]
        )
    )  # fmt: skip
    body = p(r("Texte."), properties=section) + p(r("Suite.")) + section
    data = word(body, hdr1=p(r("Mairie de Cange")), hdr2=p(r("Couverture")), ftr3=p(r("Page "), page) + p(r("Tél. 01")),
                ftr4=p(r("Pair")))  # fmt: skip
    assert lines(data) == ["Mairie de Cange", "Texte.", "Suite.", "Tél. 01"]


def test_notes_stand_at_the_end_under_their_numbers():
    call = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    mark = "<w:r><w:footnoteRef/></w:r>"
    notes = "".join(
        f'<w:footnote w:id="{id}">{p(mark, r(f" {text}"))}</w:footnote>' for id, text in [(4, "B"), (6, "A")]
    )
    body = p(r("Un fait"), call.format(6), r(" et un autre"), call.format(4), r("."))
    assert lines(word(body, footnotes=notes)) == ["Un fait¹ et un autre².", "¹ A", "² B"]


def test_only_notes_that_are_called_are_read():
    call, mark = '<w:r><w:footnoteReference w:id="{}"{}/></w:r>', "<w:r><w:footnoteRef/></w:r>"
    notes = "".join(f'<w:footnote w:id="{id}">{p(mark, r(f" {id}"))}</w:footnote>' for id in "abcd")
    custom = call.format("c", ' w:customMarkFollows="1"') + r("*")
    deleted = f"<w:del>{call.format('b', '')}</w:del>"
    body = p(r("Un"), call.format("a", ""), deleted, custom, call.format("d", ""))
    assert lines(word(body, footnotes=notes)) == ["Un¹*²", "¹ a", "c", "² d"]


def test_an_empty_paragraph_takes_the_number_that_word_prints():
    hidden = numbered("", 1).replace("</w:numPr>", "</w:numPr><w:rPr><w:vanish/></w:rPr>")
    deleted = numbered("", 1).replace("</w:numPr>", "</w:numPr><w:rPr><w:del/></w:rPr>")
    body = numbered("un", 1) + numbered("", 1) + hidden + deleted + numbered("trois", 1)
    assert read_docx(word(body, numbering=NUMBERING)).text == "Titre I un\nTitre III trois"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en-GB", ["1st", "2nd", "11th", "21st"]),
        ("fr-FR", ["1er", "2e", "11e", "21e"]),
        ("de", ["1.", "2.", "11.", "21."]),
    ],
)
def test_ordinals_are_those_of_the_language_of_a_document(language, expected):
    definition = """<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:start w:val="{0}"/><w:numFmt w:val="{1}"/>
<w:lvlText w:val="%1"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>"""
    styles = f'<w:docDefaults><w:rPr><w:lang w:val="{language}"/></w:rPr></w:docDefaults>'
    for kind in ("ordinal", "ordinalText"):
        texts = [
            read_docx(word(numbered("A", 1), numbering=definition.format(start, kind), styles=styles)).text
            for start in (1, 2, 11, 21)
        ]
        assert texts == [f"{ordinal} A" for ordinal in expected]


def test_titles_and_headings_are_known_by_their_styles():
    styled = [("Ba", "Le plan"), ("Bb", "Un chapitre")]
    body = "".join(p(r(text), properties=f'<w:pStyle w:val="{style}"/>') for style, text in styled)
    body += p(r("Partie"), properties='<w:outlineLvl w:val="2"/>') + p(r("Texte."))
    parsed = read_docx(word(body, styles=STYLES))
    assert (parsed.title, [parsed.text[slice(*span)] for span in parsed.headings]) == (
        "Le plan", ["Le plan", "Un chapitre", "Partie"],
    )  # fmt: skip


def test_strict_files_are_read_like_others():
    strict = word(p(r("Un mot.")))
    with zipfile.ZipFile(io.BytesIO(strict)) as opened:
        members = {name: opened.read(name).decode() for name in opened.namelist()}
    purl = "http://purl.oclc.org/ooxml"
    renamed = {
        name: text.replace(WORD, f"{purl}/wordprocessingml/main").replace(OFFICE, f"{purl}/officeDocument")
        for name, text in members.items()
    }
    assert lines(archive(renamed)) == ["Un mot."]


@pytest.mark.parametrize("written", ["²", "9" * 5000, "-1", ""])
def test_numbers_that_are_none_cost_no_text(written):
    grid = f"<w:tcPr><w:gridSpan w:val='{written}'/></w:tcPr>"
    table = f"<w:tbl><w:tr><w:tc>{grid}{p(r('Sel'))}</w:tc><w:tc>{p(r('Poivre'))}</w:tc></w:tr></w:tbl>"
    assert lines(word(table)) == ["Sel | Poivre"]
    assert lines(word(p(r("Le sel."), properties=f"<w:outlineLvl w:val='{written}'/>"))) == ["Le sel."]


def test_a_file_that_word_would_show_in_its_place_is_reported():
    parsed = read_docx(word(p(r("Avant")) + '<w:altChunk r:id="a"/>' + p(r("Après"))))
    assert parsed.text == "Avant\n\nAprès"
    assert [warning.clause for warning in parsed.warnings] == [
        "a file inside, which Word would show in its place, is not read"
    ]


def test_numbers_of_a_level_may_go_on_across_the_level_above():
    level = '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>{}<w:lvlText w:val="{} %{}"/></w:lvl>'
    levels = [level.format(0, "", "Titre", 1), level.format(1, '<w:lvlRestart w:val="0"/>', "Article", 2)]
    definition = f'<w:abstractNum w:abstractNumId="1">{"".join(levels)}</w:abstractNum>'
    numbering = f'{definition}<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
    body = "".join(numbered(text, 1, depth) for text, depth in (("Vente", 0), ("Prix", 1), ("Bail", 0), ("Loyer", 1)))
    text = read_docx(word(body, numbering=numbering)).text
    assert text.splitlines() == ["Titre 1 Vente", "Article 1 Prix", "Titre 2 Bail", "Article 2 Loyer"]


def table(*rows: str, properties: str = "") -> str:
    """A table of rows whose cells bars part; «#» begins a shaded one."""
    written = "".join(f"<w:tr>{''.join(map(_table_cell, row.split('|')))}</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr>{written}</w:tbl>"


def _table_cell(written: str) -> str:
    shade = '<w:tcPr><w:shd w:val="clear" w:fill="D9D9D9"/></w:tcPr>' if written.startswith("#") else ""
    return f"<w:tc>{shade}{p(r(written.lstrip('#')))}</w:tc>"


BOLD_FIRST_ROW = '<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr></w:tblStylePr>'
TABLE_STYLE = f'<w:style w:type="table" w:styleId="T">{BOLD_FIRST_ROW}</w:style>'


@pytest.mark.parametrize("look", ['w:firstRow="1"', 'w:val="04A0"', 'w:val="0480"', 'w:firstRow="0" w:val="04A0"'])
def test_the_style_of_a_table_sets_its_first_row_apart_if_the_table_has_it_do_so(look):
    properties = f'<w:tblStyle w:val="T"/><w:tblLook {look}/>'
    text = read_docx(word(table("Orme|Rive", "Ana|Bo", properties=properties), styles=TABLE_STYLE)).text
    assert text == ("Orme: Ana; Rive: Bo" if look in ('w:firstRow="1"', 'w:val="04A0"') else "Orme | Rive\nAna | Bo")


def test_a_shaded_first_row_names_the_columns():
    assert read_docx(word(table("#Orme|#Rive", "Ana|Bo"))).text == "Orme: Ana; Rive: Bo"


def test_a_caption_stands_over_the_table_that_follows_it():
    style = '<w:style w:type="paragraph" w:styleId="L"><w:name w:val="caption"/></w:style>'
    caption = p(r("Tableau 1 – Agents"), properties='<w:pStyle w:val="L"/>')
    parsed = read_docx(word(caption + table("Lieu|Agents", "Nord|12") + caption + p(r("Fin.")), styles=style))
    assert [block.kind for block in parsed.blocks] == ["lead-in", "row"]
    assert parsed.text == "Tableau 1 – Agents\n\nLieu: Nord; Agents: 12\n\nTableau 1 – Agents\n\nFin."


CHART = """<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><c:chart>
 <c:title><c:tx><c:rich><a:p><a:r><a:t>Prises</a:t></a:r></a:p></c:rich></c:tx></c:title>
 <c:plotArea><c:barChart><c:ser><c:tx><c:strRef><c:strCache><c:pt idx="0"><c:v>Part</c:v></c:pt></c:strCache></c:strRef>
 </c:tx><c:cat><c:multiLvlStrRef><c:multiLvlStrCache><c:ptCount val="2"/><c:lvl><c:pt idx="0"><c:v>mai</c:v></c:pt>
 <c:pt idx="1"><c:v>juin</c:v></c:pt></c:lvl><c:lvl><c:pt idx="0"><c:v>2024</c:v></c:pt></c:lvl></c:multiLvlStrCache>
 </c:multiLvlStrRef></c:cat><c:val><c:numRef><c:numCache><c:formatCode>0%</c:formatCode><c:ptCount val="2"/>
 <c:pt idx="0"><c:v>0.25</c:v></c:pt><c:pt idx="1"><c:v>0.5</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser>
 </c:barChart></c:plotArea></c:chart></c:chartSpace>"""
DIAGRAM = (
    '<d xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:r><a:t>Trier</a:t></a:r></a:p></d>'
)


def with_part(body: str, kind: str, name: str, part: str | bytes) -> bytes:
    """A document that refers to one other part, by the id «a»."""
    return archive(
        {
            "_rels/.rels": relations({"a": ("officeDocument", "word/document.xml")}),
            "word/_rels/document.xml.rels": relations({"a": (kind, name)}),
            "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
            f"word/{name}": part,
        }
    )


def test_charts_and_diagrams_give_what_they_show():
    chart = '<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="a"/>'
    drawn = f"<w:r><w:drawing>{chart}</w:drawing></w:r>"
    parsed = read_docx(with_part(p(r("Avant"), drawn), "chart", "c.xml", CHART))
    assert parsed.text == "Avant\n\nPrises\n\n2024 mai; Part: 25%\n2024 juin; Part: 50%"
    drawn = drawn.replace("c:chart", "c:relIds").replace("2006/chart", "2006/diagram").replace("r:id", "r:dm")
    assert read_docx(with_part(p(drawn), "diagramData", "d.xml", DIAGRAM)).text == "- Trier"
    assert read_docx(with_part(p(r("Avant"), drawn), "diagramData", "d.xml", "<")).text == "Avant"


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("a.html", "<html><body><h1>Annexe</h1><p>Le bac coûte 4 euros.</p></body></html>"),
        ("a.rtf", rb"{\rtf1\ansi{\stylesheet{\s1 heading 1;}}\pard\s1 Annexe\par\pard Le bac co\'fbte 4 euros.\par}"),
        ("a.docx", word(p(r("Annexe"), properties='<w:outlineLvl w:val="0"/>') + p(r("Le bac coûte 4 euros.")))),
    ],
)
def test_a_file_inside_is_read_where_word_shows_it(name, part):
    data = with_part(p(r("Avant")) + '<w:altChunk r:id="a"/>' + p(r("Après")), "aFChunk", name, part)
    parsed = parse(data, FORMATS[".docx"])[1]
    assert parsed.text == "Avant\n\nAnnexe\n\nLe bac coûte 4 euros.\n\nAprès"
    assert [parsed.text[slice(*span)] for span in parsed.headings] == ["Annexe"]
    assert not parsed.warnings


def test_a_document_inside_a_document_inside_is_not_read():
    inner = with_part('<w:altChunk r:id="a"/>' + p(r("Fin")), "aFChunk", "a.docx", word(p(r("caché"))))
    parsed = parse(with_part('<w:altChunk r:id="a"/>', "aFChunk", "a.docx", inner), FORMATS[".docx"])[1]
    assert parsed.text == "Fin"


WHITE = '<w:color w:val="FFFFFF"/>'
SHADE = '<w:shd w:fill="000000"/>'


@pytest.mark.parametrize(
    ("body", "is_read"),
    [
        (p(r("clef", WHITE)), False),
        (p(r("clef", WHITE + SHADE)), True),
        (p(r("clef", f'{WHITE}<w:highlight w:val="black"/>')), True),
        (p(r("clef", WHITE), properties=SHADE), True),
        (f"<w:tbl><w:tr><w:tc>{p(r('clef', WHITE))}</w:tc></w:tr></w:tbl>", True),
        (p(r("clef", WHITE)) + "<w:p><w:r><w:pict/></w:r></w:p>", True),
    ],
)  # fmt: skip
def test_white_text_on_paper_is_not_read(body, is_read):
    assert ("clef" in read_docx(word(p(r("Un mot.")) + body)).text) == is_read
