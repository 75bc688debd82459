"""In sheets of OpenDocument, looks of cells, filters and repeated rows tell which row names the columns."""

import pytest

from index.readers.office.sheets.ods import read_ods

PREFIXES = {"office": "office", "text": "text", "style": "style", "table": "table", "fo": "xsl-fo-compatible"}
OPEN = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in PREFIXES.items())
STYLES = """<office:automatic-styles>
<style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="G"><style:table-cell-properties fo:background-color="#cccccc"/></style:style>
<style:style style:name="S"><style:text-properties style:text-line-through-style="solid"/></style:style>
</office:automatic-styles>"""
FILTER = """<table:database-ranges><table:database-range table:target-range-address="{}.A2:{}.B3"
 table:display-filter-buttons="true"/></table:database-ranges>"""
NAMED = "Chenil\n\nRelevé\n\nOrme: Ana; Rive: Bo\nOrme: Cy; Rive: Do"


def row(*cells: str, style: str = "") -> str:
    written = "".join(
        f'<table:table-cell table:style-name="{style}"><text:p>{cell}</text:p></table:table-cell>' for cell in cells
    )
    return f"<table:table-row>{written}</table:table-row>"


def sheet(*rows: str, after: str = "", name: str = "Chenil") -> str:
    table = f'<table:table table:name="{name}">{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}{after}</office:spreadsheet></office:body>"
    return read_ods(f"<office:document {OPEN}>{STYLES}{body}</office:document>".encode()).text


@pytest.mark.parametrize(
    ("first", "after"),
    [
        (row("Orme", "Rive", style="B"), ""),
        (row("Orme", "Rive", style="G"), ""),
        (f"<table:table-header-rows>{row('Orme', 'Rive')}</table:table-header-rows>", ""),
        (row("Orme", "Rive"), FILTER.format("Chenil", "Chenil")),
        (row("Orme", "Rive"), FILTER.format("$'Chenil'", "'Chenil'")),
    ],
)
def test_a_row_that_is_bold_filled_repeated_or_filtered_names_the_columns(first, after):
    assert sheet(row("Relevé"), first, row("Ana", "Bo"), row("Cy", "Do"), after=after) == NAMED


def test_cells_that_are_struck_through_are_left_out():
    rows = [row("Article", "Prix"), row("Vis", "10"), row("Clou", "20", style="S")]
    assert sheet(*rows) == "Chenil\n\nArticle: Vis; Prix: 10"
    assert sheet(row("Clou", style="S")) == "Chenil\n\nClou"
