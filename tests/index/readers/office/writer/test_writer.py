"""OpenDocument texts are read as they are printed."""

import pytest
from made_files import archive

from index.readers.office.odt import read_odt

OPEN = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "style", "table")
)


CONTENT = f"""<office:document-content {OPEN}><office:automatic-styles>
<style:style style:name="T1"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="T2"><style:text-properties style:text-position="-33% 58%"/></style:style>
<style:style style:name="T3"><style:text-properties text:display="none"/></style:style>
<style:style style:name="T4"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="T5" style:parent-style-name="T4"/>
<style:style style:name="T6"><style:text-properties style:text-line-through-style="none"/></style:style>
<style:style style:name="P1" style:parent-style-name="Title"/>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="I"
 style:num-prefix="Art. "/><text:list-level-style-number text:level="2" style:num-format="a" style:num-suffix=")"
 text:display-levels="2"/></text:list-style></office:automatic-styles><office:body><office:text>{{}}</office:text>
</office:body></office:document-content>"""


PAGES = f"""<office:document-styles {OPEN}>
<office:styles><text:outline-style><text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/>
</text:outline-style></office:styles><office:master-styles><style:master-page style:name="Standard"><style:header>
<text:p>Mairie de Cange</text:p></style:header><style:footer>
<text:p>Page <text:page-number>2</text:page-number></text:p>
<text:p>Tél. 01</text:p></style:footer></style:master-page><style:master-page style:name="Autre"><style:header>
<text:p>Inutile</text:p></style:header></style:master-page></office:master-styles></office:document-styles>"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<text:p>10<text:span text:style-name="T1">6</text:span></text:p>', ["10⁶"]),
        ('<text:p>CO<text:span text:style-name="T2">2</text:span></text:p>', ["CO₂"]),
        ('<text:p>Vu<text:span text:style-name="T3"> caché</text:span>.</text:p>', ["Vu."]),
        ('<text:p>Le <text:span text:style-name="T5">650<text:span text:style-name="T6"> et </text:span></text:span>7'
         "</text:p>", ["Le et 7"]),
        ('<text:section text:display="none"><text:p>Caché.</text:p></text:section><text:p>Vu.</text:p>', ["Vu."]),
        ("<text:p><text:hidden-paragraph text:is-hidden='true'/>Caché.</text:p><text:p>Vu.</text:p>", ["Vu."]),
        ("<text:h>Un</text:h><text:h>Deux</text:h>", ["1. Un", "2. Deux"]),
        ("<text:p>Un fait<text:note><text:note-citation>7</text:note-citation><text:note-body><text:p>Note.</text:p>"
         "</text:note-body></text:note>.</text:p>", ["Un fait⁷.", "⁷ Note."]),
        ('<text:list text:style-name="L"><text:list-item><text:p>Un</text:p></text:list-item></text:list>'
         '<text:p>Et.</text:p><text:list text:style-name="L" text:continue-numbering="true"><text:list-item>'
         "<text:p>Deux</text:p><text:list>"
         "<text:list-item><text:p>A</text:p></text:list-item></text:list></text:list-item></text:list>",
         ["Art. I Un", "Et.", "Art. II Deux\nII.a) A"]),
        ("<table:table><table:table-row><table:table-cell><text:p>Bac</text:p></table:table-cell><table:table-cell>"
         "<text:p>10</text:p><text:p>200</text:p></table:table-cell></table:table-row></table:table>",
         ["Bac | 10 / 200"]),
        ('<text:list text:style-name="L"><text:list-item><text:p/></text:list-item><text:list-item><text:p>'
         '<text:hidden-paragraph text:is-hidden="true"/>Caché</text:p></text:list-item><text:list-item>'
         "<text:p>Deux</text:p></text:list-item></text:list>", ["Art. II Deux"]),
        ('<text:list><text:list-item><text:p>Puce</text:p></text:list-item></text:list><text:p>Et.</text:p>'
         '<text:list text:style-name="L"><text:list-item><text:p>Un</text:p></text:list-item></text:list>',
         ["- Puce", "Et.", "Art. I Un"]),
    ],
)  # fmt: skip
def test_an_open_document_is_read_as_printed(body, expected):
    parsed = read_odt(archive({"content.xml": CONTENT.format(body), "styles.xml": PAGES}))
    assert parsed.text.split("\n\n") == ["Mairie de Cange", *expected, "Tél. 01"]


def test_the_style_of_titles_gives_the_title_of_an_open_document():
    body = '<text:h>Chapitre</text:h><text:p text:style-name="P1">Le plan</text:p>'
    assert read_odt(archive({"content.xml": CONTENT.format(body)})).title == "Le plan"


def test_an_open_document_that_is_struck_through_as_a_whole_is_read():
    body = '<text:p text:style-name="T4">Tout est barré.</text:p>'
    assert read_odt(archive({"content.xml": CONTENT.format(body)})).text == "Tout est barré."


def test_a_table_in_a_cell_of_an_open_document_follows_its_row():
    def row(*cells: str) -> str:
        filled = "".join(f"<table:table-cell>{cell}</table:table-cell>" for cell in cells)
        return f"<table:table-row>{filled}</table:table-row>"

    chemise, voir, robe, price, size = (f"<text:p>{text}</text:p>" for text in ("Chemise", "Voir", "Robe", "30", "S"))
    inner = f"<table:table>{row(size, '<text:p>10</text:p>')}</table:table>"
    body = f"<table:table>{row(chemise, voir + inner)}{row(robe, price)}</table:table>"
    parsed = read_odt(archive({"content.xml": CONTENT.format(body)}))
    assert parsed.text.split("\n\n") == ["Chemise | Voir", "S | 10", "Robe | 30"]


PREFIXES = {name: name for name in ("office", "text", "style", "table", "form", "chart")}
PREFIXES |= {"draw": "drawing", "fo": "xsl-fo-compatible"}
MORE = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for short, name in PREFIXES.items())
MORE += ' xmlns:field="urn:openoffice:names:experimental:ooo-ms-interop:xmlns:field:1.0"'
LOOKS = """<office:automatic-styles>
<style:style style:name="B"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="G"><style:table-cell-properties fo:background-color="#cccccc"/></style:style>
<style:style style:name="W"><style:table-cell-properties fo:background-color="#ffffff"/></style:style>
</office:automatic-styles>"""


def flat(body: str) -> list[str]:
    text = (
        f"<office:document {MORE}>{LOOKS}<office:body><office:text>{body}</office:text></office:body></office:document>"
    )
    return read_odt(text.encode()).text.split("\n\n")


def flat_table(first: str, second: str = "<text:p>Ana</text:p>", *, style: str = "") -> str:
    rows = "".join(
        f"<table:table-row>{f'<table:table-cell {how}>{cell}</table:table-cell>' * 2}</table:table-row>"
        for cell, how in ((first, style), (second, ""), ("<text:p>Cy</text:p>", ""))
    )
    return f"<table:table>{rows}</table:table>"


@pytest.mark.parametrize(
    ("table", "is_named"),
    [
        (flat_table('<text:p text:style-name="B">Orme</text:p>'), True),
        (flat_table('<text:p><text:span text:style-name="B">Or</text:span></text:p>'), True),
        (flat_table('<text:p>Ci<text:span text:style-name="B">Or</text:span></text:p>'), False),
        (flat_table("<text:p>Orme</text:p>", style='table:style-name="G"'), True),
        (flat_table("<text:p>Orme</text:p>", style='table:style-name="W"'), False),
    ],
)
def test_a_first_row_in_bold_or_filled_names_the_columns(table, is_named):
    assert (": Ana; " in flat(table)[0]) == is_named


def test_a_caption_stands_over_its_table_and_endnotes_have_roman_numbers():
    caption = '<text:p text:style-name="Tableau">Tableau 1</text:p>'
    note = (
        '<text:note text:note-class="endnote"><text:note-citation>iv</text:note-citation><text:note-body><text:p>  Fin.'
    )
    table = flat_table("<text:p>Orme</text:p>")
    body = f"{caption}{table}<text:p>Bac{note}</text:p></text:note-body></text:note></text:p>"
    assert flat(body + caption) == ["Tableau 1", "Orme | Orme\nAna | Ana\nCy | Cy", "Bacⁱᵛ", "Tableau 1", "ⁱᵛ Fin."]


def test_controls_of_forms_show_what_is_chosen():
    box = '<field:fieldmark field:type="vnd.oasis.opendocument.field.FORMCHECKBOX">{}</field:fieldmark>'
    ticked = '<field:param field:name="Checkbox_Checked" field:value="true"/>'
    assert flat(f"<text:p>{box.format(ticked)} Oui {box.format('')} Non</text:p>") == ["☒ Oui ☐ Non"]
    controls = (
        '<form:checkbox form:id="a" form:label="Oui" form:current-state="checked"/>'
        '<form:checkbox form:id="b" form:label="Non"/>'
        '<form:text form:id="c" form:current-value="Ana"/><form:listbox form:id="d"><form:option form:label="Est"/>'
        '<form:option form:label="Sud" form:current-selected="true"/></form:listbox>'
    )
    shown = " ".join(f'<draw:control draw:control="{id}"/>' for id in "abcd")
    assert flat(f"<office:forms>{controls}</office:forms><text:p>{shown}</text:p>") == ["☒ Oui ☐ Non Ana Sud"]


def test_a_chart_gives_its_title_and_values():
    def row(*cells: str) -> str:
        inner = "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        return f"<table:table-row>{inner}</table:table-row>"

    values = f"<table:table>{row('', 'Part')}{row('mai', '25')}{row('juin', 'NaN')}</table:table>"
    chart = f"<chart:chart><chart:title><text:p>Prises</text:p></chart:title>{values}</chart:chart>"
    assert flat(f"<text:p>Avant<draw:frame><draw:object>{chart}</draw:object></draw:frame></text:p>") == [
        "Avant", "Prises", "mai; Part: 25",
    ]  # fmt: skip


def test_a_hyphen_at_which_no_line_breaks_is_a_hyphen():
    assert flat("<text:p>rendez\u2011vous</text:p>") == ["rendez-vous"]
