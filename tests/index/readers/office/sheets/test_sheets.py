"""Sheets give their tables row by row, each value as it is shown under the name of its column."""

import io
import zipfile
from collections.abc import Sequence

import pytest
from made_files import archive

from index.converters import libreoffice
from index.errors import UnreadableFile
from index.readers.office.sheets.number_formats import format_number, format_text, plain_number
from index.readers.office.sheets.ods import read_ods
from index.readers.office.sheets.workbook import read_xlsx
from index.readers.parsed import ParsedFile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STYLES = (
    '<numFmts count="3"><numFmt numFmtId="170" formatCode="0.0%"/>'
    '<numFmt numFmtId="171" formatCode="#,##0.00\\ [$€-40C]"/>'
    '<numFmt numFmtId="172" formatCode="@&quot; ans&quot;"/></numFmts>'
    "<cellXfs>{}</cellXfs>"
).format("".join(f'<xf numFmtId="{id}"/>' for id in (0, 170, 171, 14, 17, 20, 172, 16)))


def xlsx(*sheets: tuple[str, str, str], extra: dict[str, str] | None = None) -> bytes:
    """A workbook of sheets, each given as its name, its attributes and what is in it."""
    numbered = list(enumerate(sheets, 1))
    named = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="r{n}" {how}/>' for n, (name, how, _) in numbered)
    related = "".join(
        f'<Relationship Id="r{n}" Target="worksheets/s{n}.xml" Type="{RELATIONS}/worksheet"/>' for n, _ in numbered
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Target="xl/workbook.xml" '
        f'Type="{RELATIONS}/officeDocument"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{related}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>',
        **{f"xl/worksheets/s{n}.xml": f'<worksheet xmlns="{MAIN}">{body}</worksheet>' for n, (_, _, body) in numbered},
    }
    return archive({**parts, **(extra or {})})


def cells(rows: Sequence[Sequence[object]], first: int = 1, hidden: Sequence[int] = ()) -> str:
    """Rows of a sheet; a value may come with the number of its style."""
    written = []
    for number, row in enumerate(rows, first):
        inner = ""
        for column, value in enumerate(row):
            value, style = value if isinstance(value, tuple) else (value, 0)
            place = f'r="{chr(ord("A") + column)}{number}" s="{style}"'
            if isinstance(value, str) and value:
                inner += f'<c {place} t="inlineStr"><is><t>{value}</t></is></c>'
            elif value != "":
                inner += f"<c {place}><v>{value}</v></c>"
        attribute = 'hidden="1"' if number in hidden else ""
        written.append(f'<row r="{number}" {attribute}>{inner}</row>')
    return f"<sheetData>{''.join(written)}</sheetData>"


BUDGET = cells(
    [
        ["Budget de la cantine"],
        [],
        ["Poste", "Part", "Prix", "Jour", "Note"],
        ["Pain", (0.25, 1), (1250.5, 2), (45352, 3), "secret"],
        ["Fruits", 1234.0, (0.1 + 0.2), "", ""],
        ["Lait", 1, 2, "", ""],
    ],
    hidden=[6],
)
HIDDEN_COLUMN = '<cols><col min="5" max="5" hidden="1"/></cols>'


def parts_of(parsed: ParsedFile) -> list[tuple[str, str]]:
    return [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]


def test_a_workbook_gives_what_its_sheets_show():
    merged = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/><mergeCell ref="A3:A4"/></mergeCells>'
    areas = cells([["Service", "2023", ""], ["", "Budget", "Dépense"], ["Voirie", 10, 12], ["", 11, 13]])
    parsed = read_xlsx(
        xlsx(
            ("Achats", "", HIDDEN_COLUMN + BUDGET),
            ("Brouillon", 'state="hidden"', cells([["caché"]])),
            ("Services", "", areas + merged),
        )
    )
    assert parts_of(parsed) == [
        ("heading", "Achats"),
        ("lead-in", "Budget de la cantine"),
        ("row", "Poste: Pain; Part: 25.0%; Prix: 1250.50 €; Jour: 2024-03-01"),
        ("row", "Poste: Fruits; Part: 1234; Prix: 0.3"),
        ("heading", "Services"),
        ("row", "Service: Voirie; 2023 Budget: 10; 2023 Dépense: 12"),
        ("row", "Service: Voirie; 2023 Budget: 11; 2023 Dépense: 13"),
    ]
    assert not {"secret", "caché", "Lait"} & set(parsed.text.replace(";", " ").split())
    assert parsed.title is None  # the name of the file is better than that of a sheet


WORDS = [["Chien", "Maître", "Robe"], ["Rex", "Durand", "Fauve"], ["Milo", "Petit", "Noire"]]
TITLES = (
    '<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">Chenil!$1:$1</definedName></definedNames>'
)
LOOKS = (
    '<fonts><font/><font><b/></font><font><strike/></font><font><color rgb="FFFFFFFF"/></font></fonts>'
    '<fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="solid">'
    '<fgColor rgb="FFDDDDDD"/></patternFill></fill></fills><cellXfs><xf/><xf fontId="1"/><xf fillId="1"/>'
    '<xf fontId="2"/><xf fontId="3"/></cellXfs>'
)


def chenil(body: str, **parts: str) -> ParsedFile:
    """A sheet whose styles are: 1 bold, 2 filled, 3 struck through, 4 white."""
    extra = {"xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{LOOKS}</styleSheet>'}
    return read_xlsx(
        xlsx(("Chenil", "", body), extra=extra | {name.replace("__", "/"): part for name, part in parts.items()})
    )


def styled(row: Sequence[str], style: int) -> list[tuple[str, int]]:
    return [(value, style) for value in row]


@pytest.mark.parametrize(
    ("before", "first", "after"),
    [
        ("", WORDS[0], '<autoFilter ref="A1:C3"/>'),
        ('<sheetViews><sheetView><pane ySplit="1" state="frozen"/></sheetView></sheetViews>', WORDS[0], ""),
        ("", styled(WORDS[0], 1), ""),
        ("", styled(WORDS[0], 2), ""),
    ],
)  # fmt: skip
def test_a_row_that_is_filtered_frozen_bold_or_filled_names_the_columns(before, first, after):
    parsed = chenil(f"{before}{cells([first, *WORDS[1:]])}{after}")
    assert parsed.text == "Chenil\n\nChien: Rex; Maître: Durand; Robe: Fauve\nChien: Milo; Maître: Petit; Robe: Noire"


@pytest.mark.parametrize("header_rows", ["1", "0"])
def test_the_file_says_whether_the_first_row_of_a_named_table_names_its_columns(header_rows):
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    relation = f'<Relationship Id="r1" Target="../tables/t1.xml" Type="{RELATIONS}/table"/>'
    parts = {
        "xl/worksheets/_rels/s1.xml.rels": f'<Relationships xmlns="{package}">{relation}</Relationships>',
        "xl/tables/t1.xml": f'<table xmlns="{MAIN}" ref="A3:C5" headerRowCount="{header_rows}"/>',
    }
    rows = cells([["Relevé du 3 mars"], ["Au nord"], *WORDS])
    text = read_xlsx(xlsx(("Chenil", "", rows), extra=parts)).text
    named = "Chien: Milo; Maître: Petit; Robe: Noire" in text
    assert named == (header_rows == "1")
    assert named or "Chien | Maître | Robe" in text


def test_a_row_that_is_printed_on_each_page_names_the_columns():
    workbook = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="Chenil" sheetId="1" r:id="r1"/></sheets>'
    )
    extra = {"xl/workbook.xml": f"{workbook}{TITLES}</workbook>"}
    parsed = read_xlsx(xlsx(("Chenil", "", cells(WORDS)), extra=extra))
    assert parsed.text.endswith("Chien: Milo; Maître: Petit; Robe: Noire")


def test_a_bold_row_that_reads_as_a_record_names_no_columns():
    rows = cells([styled(["Ana", "samedi", "Halle"], 1), ["Bo", "jeudi", "Port"], ["Cy", "samedi", "Quai"]])
    assert chenil(rows).text.startswith("Chenil\n\nAna | samedi | Halle\n")


def test_cells_that_are_struck_through_or_white_are_left_out():
    rows = cells([["Article", "Prix"], ["Vis", 10], [("Clou", 3), (20, 3)], ["Écrou", 30], [("clef", 4), (40, 4)]])
    assert chenil(rows).text == "Chenil\n\nArticle: Vis; Prix: 10\nArticle: Écrou; Prix: 30"
    ruled = chenil(f'{rows}<conditionalFormatting sqref="A1:B5"/>')
    assert ruled.text.endswith("Article: clef; Prix: 40")
    struck = cells([styled(["Vis", "Clou"], 3)])
    assert chenil(struck).text == "Chenil\n\nVis | Clou"


def test_a_cell_across_two_columns_heads_the_rows_below_it():
    body = f"<sheetData>{cells([['Plat', 'Prix'], ['ENTRÉES'], ['Soupe', 5], ['Melon', 6]])}</sheetData>"
    merged = chenil(f'{body}<mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells>')
    assert parts_of(merged)[1:] == [
        ("lead-in", "ENTRÉES"),
        ("row", "Plat: Soupe; Prix: 5"),
        ("row", "Plat: Melon; Prix: 6"),
    ]


def test_cells_of_dates_times_and_texts_have_their_formats():
    rows: list[list[object]] = [
        ["Élève", "Mois", "Durée", "Âge"],
        ["Léa", (45352, 4), (1.5, 5), ("12", 6)],
        ["Tom", (45383, 4), "", ""],
    ]
    lines = read_xlsx(xlsx(("Stages", "", cells(rows)))).text.splitlines()
    assert "Élève: Léa; Mois: 2024-03; Durée: 12:00; Âge: 12 ans" in lines


def runs(*styled: tuple[str, str]) -> str:
    """Runs of a string, each given as its properties and its text."""
    return "".join(f'<r><rPr>{how}</rPr><t xml:space="preserve">{text}</t></r>' for how, text in styled)


RAISED, LOWERED = '<vertAlign val="superscript"/>', '<vertAlign val="subscript"/>'


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        (runs(("", "10"), (RAISED, "6"), ("", " UFC")), "10⁶ UFC"),
        (runs(("", "10"), (RAISED, "-"), (f"<b/>{RAISED}", "6")), "10⁻⁶"),
        (runs(("", "CO"), (LOWERED, "2")), "CO₂"),
        (runs(("", "le 1"), (RAISED, "er"), ("", " mars")), "le 1er mars"),
        (runs(("", "Prix "), ("<strike/>", "100"), ("", " 80")), "Prix 80"),
        (runs(("", "Prix"), ("<strike/>", " 100 "), ("", "80")), "Prix 80"),
        (runs(("", "rég"), ("<strike/>", "u"), ("", "le")), "régle"),
        (runs(("", "Prix "), ('<strike val="0"/>', "100")), "Prix 100"),
        (runs(("<strike/>", "annulé")), "annulé"),
        (runs(("<b/>", "a"), ("", "b")) + "<rPh><t>c</t></rPh>", "ab"),
    ],
)
def test_figures_of_strings_are_raised_and_lowered_and_struck_ones_left_out(string, expected):
    shared = f'<sst xmlns="{MAIN}"><si>{string}</si></sst>'
    inline = cells([["Note"]]).replace("<t>Note</t>", string)
    by_number = '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'
    relations = _texts(xlsx(("Notes", "", "")))["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>", f'<Relationship Id="s" Target="sharedStrings.xml" Type="{RELATIONS}/sharedStrings"/>'
        "</Relationships>",
    )  # fmt: skip
    extra = {"xl/sharedStrings.xml": shared, "xl/_rels/workbook.xml.rels": relations}
    assert read_xlsx(xlsx(("Notes", "", inline))).text == f"Notes\n\n{expected}"
    assert read_xlsx(xlsx(("Notes", "", by_number), extra=extra)).text == f"Notes\n\n{expected}"


DRAWN = "http://schemas.openxmlformats.org/drawingml/2006"


def drawing(*anchored: str) -> str:
    """A drawing of what stands at places, the last one first."""
    anchors = [
        f"<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:row>{row}</xdr:row></xdr:from>{shape}</xdr:twoCellAnchor>"
        for row, shape in enumerate(anchored)
    ]
    names = f'xmlns:xdr="{DRAWN}/spreadsheetDrawing" xmlns:a="{DRAWN}/main" xmlns:r="{RELATIONS}"'
    compatible = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    return f"<xdr:wsDr {names} {compatible}>{''.join(reversed(anchors))}</xdr:wsDr>"


def box(text: str, how: str = "") -> str:
    name = f'<xdr:nvSpPr><xdr:cNvPr id="1" name="b" {how}/></xdr:nvSpPr>'
    return f"<xdr:sp>{name}<xdr:txBody><a:p>{text}</a:p></xdr:txBody></xdr:sp>"


def chart_title(text: str) -> str:
    return f"<c:title><c:tx><c:rich><a:p><a:r><a:t>{text}</a:t></a:r></a:p></c:rich></c:tx></c:title>"


def test_boxes_and_titles_of_charts_stand_after_the_cells_of_their_sheet():
    run = "<a:r>{}<a:t>{}</a:t></a:r>".format
    shapes = drawing(
        box(run("", "À relire, 10") + run('<a:rPr baseline="30000"/>', "6") + "<a:br/>" + run("", "UFC")),
        box(run("", "caché"), 'hidden="1"'),
        f"<mc:AlternateContent><mc:Choice>{box(run('', 'Encadré'))}</mc:Choice>"
        f"<mc:Fallback>{box(run('', 'Encadré'))}</mc:Fallback></mc:AlternateContent>",
        f'<xdr:graphicFrame><c:chart xmlns:c="{DRAWN}/chart" r:id="c"/></xdr:graphicFrame>',
    )
    cached = (
        "<c:title><c:tx><c:strRef><c:strCache><c:pt><c:v>Mois</c:v></c:pt></c:strCache></c:strRef></c:tx></c:title>"
    )
    chart = (
        f'<c:chartSpace xmlns:c="{DRAWN}/chart" xmlns:a="{DRAWN}/main"><c:chart>{chart_title("Ventes en hausse")}'
        f"<c:catAx>{cached}</c:catAx><c:valAx><c:delete val='1'/>{chart_title('euros')}</c:valAx>"
        "</c:chart></c:chartSpace>"
    )
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    related = f'<Relationship Id="{{}}" Target="{{}}" Type="{RELATIONS}/{{}}"/>'.format
    extra = {
        "xl/worksheets/_rels/s1.xml.rels": relations.format(related("d", "../drawings/d1.xml", "drawing")),
        "xl/drawings/d1.xml": shapes,
        "xl/drawings/_rels/d1.xml.rels": relations.format(related("c", "../charts/c1.xml", "chart")),
        "xl/charts/c1.xml": chart,
    }
    sheets = [("Ventes", "", cells(NEXT)), ("Fin", "", cells([["fin"]]))]
    text = read_xlsx(xlsx(*sheets, extra=extra)).text
    after = "À relire, 10⁶\nUFC\n\nEncadré\n\nVentes en hausse\n\nMois"
    assert text == f"Ventes\n\nNom: Léa; Âge: 7\nNom: Tom; Âge: 9\n\n{after}\n\nFin\n\nfin"
    assert after in read_xlsx(xlsx(("Ventes", "", ""), extra=extra)).text  # a sheet without cells
    damaged = extra | {"xl/drawings/d1.xml": "<"}
    assert read_xlsx(xlsx(*sheets, extra=damaged)).text.endswith("Âge: 9\n\nFin\n\nfin")


@pytest.mark.parametrize(
    ("note", "day"), [("Relevé de la semaine", "15-mars"), ("Sum of the week", "15-Mar"), ("Kw", "2024-03-15")]
)
def test_months_have_their_names_in_the_language_of_the_sheet(note, day):
    sheet = xlsx(("F", "", cells([[note], ["a"], [(45366, 7)]])))
    assert read_xlsx(sheet).text.splitlines()[-1] == day


ODS = """<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" office:mimetype="a"><office:automatic-styles>
 <style:style style:name="off"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
 <office:body><office:spreadsheet>
 <table:table table:name="Brouillon" table:style-name="off"><table:table-row>{secret}</table:table-row></table:table>
 <table:table table:name="Tarifs"><table:table-column/><table:table-column table:visibility="collapse"/>
 <table:table-row>{area}{code}{price}</table:table-row>
 <table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>Piscine</text:p></table:table-cell>
 {secret}{child}</table:table-row>
 <table:table-row><table:covered-table-cell/>{secret}{adult}</table:table-row>
 <table:table-row table:visibility="filter">{secret}{secret}{secret}</table:table-row>
 <table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>
 </table:table-row></table:table></office:spreadsheet></office:body></office:document>"""


def cell(text: str, how: str = "") -> str:
    return f"<table:table-cell {how}><text:p>{text}</text:p></table:table-cell>"


def test_a_workbook_of_opendocument_gives_what_its_cells_show():
    number, day = (
        'office:value-type="currency" office:value="3.5"',
        'office:value-type="date" office:date-value="2024-03-01"',
    )
    written = ODS.format(
        area=cell("Lieu"), code=cell("Code"), price=cell("Prix") + cell("Depuis"), secret=cell("secret"),
        child=cell("3,50 €", number) + cell("01/03/24", day), adult=cell("7,00<text:s/>€", number),
    )  # fmt: skip
    flat = read_ods(written.encode())
    assert parts_of(flat) == [
        ("heading", "Tarifs"),
        ("row", "Lieu: Piscine; Prix: 3,50 €; Depuis: 2024-03-01"),
        ("row", "Lieu: Piscine; Prix: 7,00 €"),
    ]
    assert read_ods(archive({"content.xml": written})).text == flat.text
    long = written.replace("<table:table-row>", '<table:table-row table:number-rows-repeated="90000000">')
    assert read_ods(long.encode()).text.count("7,00 €") == 1000
    wide = cell("a", 'table:number-columns-repeated="16384"')
    row = f'<table:table-row table:number-rows-repeated="900">{wide}</table:table-row>'
    vast = written.replace("</table:table></office:spreadsheet>", row * 2 + "</table:table></office:spreadsheet>")
    with pytest.raises(UnreadableFile, match="million cells"):
        read_ods(vast.encode())


CHART = """<draw:object xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:xlink="http://www.w3.org/1999/xlink" {link}>{chart}</draw:object>"""
TITLE = """<a xmlns="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">
 <title><text:p>Recettes en hausse</text:p></title><table:table><table:table-column table:visibility="collapse"/>
 <table:table-row><table:table-cell><text:p>valeur</text:p></table:table-cell></table:table-row></table:table></a>"""


@pytest.mark.parametrize("is_flat", [True, False])
def test_boxes_and_charts_of_opendocument_stand_after_the_cells(is_flat):
    chart = CHART.format(link="", chart=TITLE) if is_flat else CHART.format(link='xlink:href="./Object 1"', chart="")
    box = f"<frame><text-box>{cell('').replace('table:table-cell', 'g')}<text:p>À relire</text:p></text-box></frame>"
    box = box.replace("<frame", '<frame xmlns="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"')
    written = ODS.format(area=cell("Lieu"), code=cell("Code"), price=cell("Prix"), secret="", child="", adult="")
    written = written.replace('"Tarifs">', f'"Tarifs"><table:shapes>{box}{chart}</table:shapes>')
    parsed = read_ods(written.encode() if is_flat else archive({"content.xml": written, "Object 1/content.xml": TITLE}))
    assert parsed.text.endswith("\n\nÀ relire\n\nRecettes en hausse")
    assert "Lieu" in parsed.text
    assert "valeur" not in parsed.text
    damaged = archive({"content.xml": written, "Object 1/content.xml": "<"})
    assert "Lieu" in read_ods(damaged).text


@pytest.mark.parametrize(
    ("stated", "shown", "expected"),
    [
        ("2024-03-01", "01/03/24", "2024-03-01"),
        ("2024-03-01", "3/1/2024", "2024-03-01"),
        ("2024-03-01", "ven. 1 mars 2024", "2024-03-01"),
        ("2024-03-24", "mars 24", "mars 24"),
        ("2024-03-01", "mars 2024", "mars 2024"),
        ("2024-01-01", "2024", "2024"),
        ("2024-01-01", "T1 2024", "T1 2024"),
        ("2024-01-01", "1er trimestre 2024", "1er trimestre 2024"),
        ("2024-03-03", "03/2024", "03/2024"),
        ("1899-12-30T14:30:00", "14:30", "14:30"),
        ("2024-03-01T14:30:00", "01/03/24 14:30", "2024-03-01 14:30"),
        ("2024-03-01T14:30:05.999", "01/03/24 14:30:05", "2024-03-01 14:30:05"),
        ("2024-03-01T14:30:00", "01/03/24", "2024-03-01"),
        ("2024-03-01", "###", "2024-03-01"),  # the column is too narrow
        ("2024-03-01T14:30:00", "", "2024-03-01 14:30"),
    ],
)
def test_a_date_of_opendocument_has_the_parts_that_are_shown(stated, shown, expected):
    date = cell(shown, f'office:value-type="date" office:date-value="{stated}"')
    written = ODS.format(area=date, code="", price="", secret="", child="", adult="")
    assert read_ods(written.encode()).text.splitlines()[2] == expected


NEXT = [["Nom", "Âge"], ["Léa", "7"], ["Tom", "9"]]


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (0.125, "0.0%", "12.5%"),
        (0.25, "0%", "25%"),
        (1250.5, '#,##0.00 "€"', "1250.50 €"),
        (612345678, '0#" "##" "##" "##" "##', "06 12 34 56 78"),
        (1000, "00000", "01000"),
        (-5, "0.00;[Red]-0.00", "-5.00"),
        (-5, "#,##0_);(#,##0)", "(5)"),
        (0, '0;-0;"nul"', "nul"),
        (3, "0.##", "3"),
        (1234567, "#,##0,", "1235"),
        (7, ";;;", ""),
        (1.5, "General", "1.5"),
        (12.5, 'General" kg"', "12.5 kg"),
        (-3.75, "General;(General)", "(3.75)"),
        (5, '@" ans"', "5 ans"),
        (0.125, "0.0?%", "12.5%"),
        (0.05, "?0%", "5%"),
        (0, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "- €"),
        (-1234.5, '_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "-1234.50 €"),
        (1234.5, '"€"_-* #,##0.00', "€ 1234.50"),
        (0, "#,###", ""),
        (0.25, "#.##", "0.25"),
        (1.5, ".00", "1.50"),
        (5.5, "[$€-x-euro2] 0.00", "€ 5.50"),
        (45352, "yyyy", "45352"),  # not for numbers
        (45352, "ww", "45352"),
        (float("inf"), "0.0", "inf"),
        (1e308, "0." + "0" * 250, "1" + "0" * 308 + "." + "0" * 250),
        (1.5, "0" * 256, "1.5"),  # longer than any code
    ],
)
def test_a_number_is_written_as_its_cell_shows_it(value, code, expected):
    assert format_number(value, code) == expected


MILLIONS = '[>=1000000]0.0,,"M";[>=1000]0.0,"k";0'


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (2_500_000, MILLIONS, "2.5M"),
        (2500, MILLIONS, "2.5k"),
        (500, MILLIONS, "500"),
        (-500, MILLIONS, "-500"),
        (6_123_456_789, "[<=9999999]###-####;(###) ###-####", "(612) 345-6789"),
        (0.5, '[>=1]0 "jours";[<1]0.0 "jour"', "0.5 jour"),
        (0, '[=1]"Vrai";[=0]"Faux";0', "Faux"),
        (7, '[=1]"Vrai";[=0]"Faux"', "7"),
        (-5, '[<0]0" n";0" p"', "5 n"),
        (-5, '[<10]0" n";0" p"', "-5 n"),
        (-5, '0" Cr";[Red]0" Dr"', "5 Dr"),
        (-5, "0_);[Red]0_)", "-5"),  # the colour is lost
        (-5, "0%;@", "-500%"),
        (-0.001, "0.00", "0.00"),
        (1.5, '[=0]"-";[hh]:mm', "36:00"),
        (0, '[=0]"-";[hh]:mm', "-"),
        (45352, "[=0]?;dd/mm/yyyy", "45352"),  # which day it is depends on the workbook
    ],
)
def test_the_section_that_writes_a_number_is_the_first_whose_condition_it_meets(value, code, expected):
    assert format_number(value, code) == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (2.5, "0", "3"),
        (-2.5, "0", "-3"),
        (2.675, "0.00 €", "2.68 €"),
        (1.005, "0.00", "1.01"),
        (0.125, "0%", "13%"),
        (0.285, "0%", "29%"),
        (2.25, "0.0E+00", "2.3E+00"),
        (1e20, "0", "100000000000000000000"),
    ],
)
def test_a_half_is_rounded_away_from_zero_as_spreadsheets_do(value, code, expected):
    assert format_number(value, code) == expected


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (3.75, "# ?/?", "3 3/4"),
        (-3.75, "# ?/?", "-3 3/4"),
        (0.25, '# ?/?" po"', "1/4 po"),
        (0.25, "0 ?/?", "0 1/4"),
        (3, '# ?/?" po"', "3 po"),
        (0, "# ?/?", "0"),
        (0.999, "# ?/?", "1"),
        (3.75, "?/?", "15/4"),
        (3.75, "# ?/8", "3 6/8"),
        (2 / 3, "# ?/100", "67/100"),
        (6.022e23, "0.00E+00", "6.02E+23"),
        (123456, "##0.0E+0", "123.5E+3"),
        (999999, "##0.0E+0", "1.0E+6"),
        (0.00012345, "0.0E-0", "1.2E-4"),
        (0, "0.00E+00", "0.00E+00"),
        (1500, '0.0E+0" Pa"', "1.5E+3 Pa"),
    ],
)
def test_fractions_and_exponents_are_written(value, code, expected):
    assert format_number(value, code) == expected


def test_a_text_is_written_by_the_section_for_text():
    codes = ['@" ans"', "0%", "General", '0;-0;0;"Réf. "@', ";;;", "0;@"]
    assert [format_text("12", code) for code in codes] == ["12 ans", "12", "12", "Réf. 12", "", "12"]


def test_numbers_without_a_format_have_the_figures_of_a_cell():
    assert [plain_number(value) for value in (1234.0, 0.1 + 0.2, 1 / 3, 1.23e-5, 1e20)] == [
        *("1234", "0.3", "0.3333333333", "0.0000123", "1e+20"),
    ]


def test_strict_workbooks_are_read():
    strict = {
        name: part.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        for name, part in _texts(xlsx(("Feuille", "", cells(NEXT)))).items()
    }
    assert "Nom: Léa; Âge: 7" in read_xlsx(archive(strict)).text


def test_a_sheet_whose_cells_lie_far_apart_costs_no_other_whatever_it_states_of_its_size():
    near = '<dimension ref="A1:XFD1048576"/>' + cells(NEXT)
    empty, filled = '<c r="XFD1048576" s="1"/>', '<c r="XFD1048576"><v>1</v></c>'
    far = f'<dimension ref="A1:B2"/><sheetData><row r="1"><c r="A1"><v>2</v></c></row><row r="1048576">{filled}</row>'
    assert "Nom: Léa; Âge: 7" in read_xlsx(xlsx(("Feuille", "", near))).text
    assert read_xlsx(xlsx(("Feuille", "", f"{far}</sheetData>".replace(filled, empty)))).text == "Feuille\n\n2"
    parsed = read_xlsx(xlsx(("Loin", "", f"{far}</sheetData>"), ("Feuille", "", cells(NEXT))))
    assert "Nom: Léa; Âge: 7" in parsed.text
    assert [warning.reason for warning in parsed.warnings] == ["a sheet spans more than 20 million cells"]
    with pytest.raises(UnreadableFile, match="million cells"):
        read_xlsx(xlsx(("Loin", "", f"{far}</sheetData>")))


def _texts(data: bytes) -> dict[str, str]:
    return {name: part.decode() for name, part in _parts(data).items()}


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/s1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""


def quote(value: str, *, on_load: bool = False) -> bytes:
    """A workbook with a formula and this value for it."""
    rows = cells([["Poste", "Prix"], ["Pain", 3], ["Lait", 4], ["Total", "somme"]])
    rows = rows.replace('t="inlineStr"><is><t>somme</t></is>', f"><f>SUM(B2:B3)</f>{value}").replace(' s="0"', "")
    sheets = '<sheets><sheet name="Devis" sheetId="1" r:id="r1"/></sheets>'
    sheets += f'<calcPr fullCalcOnLoad="{int(on_load)}"/>'
    workbook = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{sheets}</workbook>'
    return xlsx(("Devis", "", rows), extra={"[Content_Types].xml": TYPES, "xl/workbook.xml": workbook})


@pytest.mark.slow
@pytest.mark.skipif(libreoffice.find_program() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("value", "on_load"), [("", False), ("<v></v>", False), ("<v>0</v>", True)])
def test_formulas_that_no_program_calculated_are_calculated(value, on_load):
    parsed = read_xlsx(quote(value, on_load=on_load))
    assert parsed.text.endswith("Poste: Lait; Prix: 4\nPoste: Total; Prix: 7")
    assert not parsed.warnings


@pytest.mark.parametrize(
    ("value", "on_load", "last", "warned"),
    [
        ("<v>7</v>", False, "Poste: Total; Prix: 7", 0),
        ("<v>0</v>", False, "Poste: Total; Prix: 0", 0),
        ("<v>0</v>", True, "Total", 1),
        ("<v/>", False, "Total", 1),
    ],
)
def test_without_a_program_a_formula_has_the_value_that_is_stored_or_none(value, on_load, last, warned, monkeypatch):
    monkeypatch.setattr(libreoffice, "find_program", lambda: None)
    parsed = read_xlsx(quote(value, on_load=on_load))
    assert parsed.text.split("\n")[-1] == last
    assert [warning.reason for warning in parsed.warnings] == [
        "its formulas have no values; open and save it in a spreadsheet program"
    ][:warned]
