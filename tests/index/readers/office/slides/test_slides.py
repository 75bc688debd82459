"""Slides are pages: their title, their frames in reading order, their tables and notes; what is hidden is not read."""

import io
import zipfile
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from bench.attacks.junk import packed, unpacked
from index.documents import Document
from index.errors import UnreadableFile
from index.readers.office.slides.odp import read_odp
from index.readers.office.slides.pptx import read_pptx
from index.readers.office.slides.slide import Box, Frame, SlideBlock, in_reading_order
from index.readers.registry import read

TRANSITIONAL, STRICT = "http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml"


def deck() -> bytes:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Le verger"
    body = slide.placeholders[1].text_frame
    body.text = "Pommes"
    for level, text in ((1, "Reinettes"), (0, "Poires")):
        paragraph = body.add_paragraph()
        paragraph.text, paragraph.level = text, level
    slide.notes_slide.notes_text_frame.text = "Parler aussi des coings."
    hidden = presentation.slides.add_slide(presentation.slide_layouts[6])
    hidden.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "Un brouillon"
    hidden.element.set("show", "0")
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text = "La récolte"
    table = slide.shapes.add_table(4, 3, Inches(1), Inches(4), Inches(6), Inches(1)).table
    rows = [["Parcelle", "Fruit", "Tonnes"], ["Nord", "poire", "12"], ["", "coing", "3\n14"], ["Sud", "pomme", "20"]]
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    table.cell(1, 0).merge(table.cell(2, 0))
    group = slide.shapes.add_group_shape()
    text = group.shapes.add_textbox(Inches(1), Inches(2), Inches(5), Inches(1)).text_frame
    text.text = "Dans le groupe, sur 10"
    raised = text.paragraphs[0].add_run()
    raised.text = "3"
    raised.font._element.set("baseline", "30000")
    written = io.BytesIO()
    presentation.save(written)
    return written.getvalue()


def test_a_presentation_is_read_slide_by_slide():
    parsed = read_pptx(deck())
    parts = [(block.kind, parsed.text[block.start : block.end]) for block in parsed.blocks]
    assert parts == [
        ("heading", "Le verger"),
        ("item", "- Pommes"),
        ("item", "- Reinettes"),
        ("item", "- Poires"),
        ("heading", "La récolte"),
        ("row", "Parcelle: Nord; Fruit: poire; Tonnes: 12"),
        ("row", "Parcelle: Nord; Fruit: coing; Tonnes: 3 / 14"),
        ("row", "Parcelle: Sud; Fruit: pomme; Tonnes: 20"),
    ]
    assert parsed.blocks[2].parent == 1  # a list in a list
    assert "Parler aussi des coings." in parsed.text
    assert "sur 10³" in parsed.text
    assert parsed.text.index("Dans le groupe") < parsed.text.index("Parcelle")  # it stands above the table
    assert "brouillon" not in parsed.text
    assert (parsed.title, parsed.date) == ("Le verger", None)  # the date is that of the library's template
    document = Document("a.pptx", parsed.text, "", "", pages=parsed.pages)
    assert document.page_at(parsed.text.index("La récolte")) == 3  # the number that the program shows


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (("presentationml.presentation.main", "presentationml.template.main"), "[Content_Types].xml"),
        (
            ("officedocument.presentationml.presentation.main", "x.presentationml.slideshow.main"),
            "[Content_Types].xml",
        ),
        ((f"{TRANSITIONAL}/presentationml/2006/main", f"{STRICT}/presentationml/main"), ""),
    ],
)  # fmt: skip
def test_templates_shows_and_strict_packages_are_read_alike(change, name):
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(deck())) as source, zipfile.ZipFile(written, "w") as target:
        for member in source.namelist():
            part = source.read(member)
            if member == name or (not name and member.endswith((".xml", ".rels"))):
                part = part.replace(change[0].encode(), change[1].encode())
            if not name:
                old, new = f"{TRANSITIONAL}/officeDocument/2006/relationships", f"{STRICT}/officeDocument/relationships"
                part = part.replace(old.encode(), new.encode())
            target.writestr(member, part)
    assert read_pptx(written.getvalue()).text == read_pptx(deck()).text


def test_frames_are_read_by_columns_where_a_strip_parts_them():
    wide, left, below, right = (
        Frame([SlideBlock(name)], Box(*place))
        for name, place in {
            "wide": (0, 0, 10, 1),
            "left": (0, 2, 4, 3),
            "below": (0, 5, 4, 6),
            "right": (6, 2.5, 10, 5.5),
        }.items()
    )
    assert in_reading_order([right, below, wide, left]) == [wide, left, below, right]
    nowhere = Frame([SlideBlock("nowhere")])
    assert in_reading_order([right, nowhere, left]) == [right, nowhere, left]


def placed(**places: tuple[float, float, float, float]) -> dict[str, Frame]:
    return {name: Frame([SlideBlock(name)], Box(*place)) for name, place in places.items()}


def test_figures_over_their_labels_are_read_column_by_column_below_a_title():
    frames = placed(
        title=(0, 0, 10, 1), rent=(0, 2, 4, 3), sale=(6, 2, 10, 3), low=(0, 3.5, 4, 4), high=(6, 3.5, 10, 4),
        note=(0, 6, 10, 7),
    )  # fmt: skip
    ordered = in_reading_order(list(frames.values()))
    assert [frame.blocks[0].text for frame in ordered] == ["title", "rent", "low", "sale", "high", "note"]
    over = placed(left=(0, 2, 3, 5), title=(4, 0, 6, 1), right=(7, 2, 10, 5))
    assert [frame.blocks[0].text for frame in in_reading_order(list(over.values()))] == ["title", "left", "right"]


ODP = """<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"><office:automatic-styles>
 <style:style style:name="off"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>
 </office:automatic-styles><office:body><office:presentation>
 <draw:page draw:style-name="off"><draw:frame><draw:text-box><text:p>brouillon</text:p></draw:text-box></draw:frame>
 </draw:page>
 <draw:page><draw:frame svg:x="1cm" svg:y="50mm" svg:width="9cm" svg:height="1cm"><draw:text-box>
 <text:p>Plus bas</text:p></draw:text-box></draw:frame>
 <draw:frame svg:x="1cm" svg:y="2cm" svg:width="9cm" svg:height="2cm"><draw:text-box><text:list><text:list-item>
 <text:p>Ruches</text:p><text:list><text:list-item><text:p>Reines</text:p></text:list-item></text:list></text:list-item>
 </text:list></draw:text-box></draw:frame>
 <draw:frame presentation:class="title"><draw:text-box><text:p>Le rucher</text:p></draw:text-box></draw:frame>
 <draw:frame svg:x="1cm" svg:y="9cm" svg:width="9cm" svg:height="2cm"><table:table><table:table-row>
 <table:table-cell table:number-columns-spanned="3"><text:p>Récoltes</text:p></table:table-cell>
 <table:covered-table-cell/><table:covered-table-cell/></table:table-row>
 <table:table-row><table:table-cell><text:p>Ruche</text:p></table:table-cell><table:table-cell><text:p>Mai</text:p>
 </table:table-cell><table:table-cell><text:p>Juin</text:p></table:table-cell></table:table-row>
 <table:table-row><table:table-cell><text:p>Nord</text:p></table:table-cell><table:table-cell><text:p>4</text:p>
 <text:p>5</text:p></table:table-cell><table:table-cell><text:p>7</text:p></table:table-cell></table:table-row>
 </table:table></draw:frame>
 <presentation:notes><draw:frame><draw:text-box><text:p>Une note.</text:p></draw:text-box></draw:frame>
 </presentation:notes></draw:page></office:presentation></office:body></office:document>"""


def test_a_presentation_of_opendocument_is_read_slide_by_slide(tmp_path: Path):
    (tmp_path / "a.fodp").write_text(ODP, "utf-8")
    parsed = read(tmp_path / "a.fodp")[1]
    assert parsed.text == (
        "Le rucher\n\n- Ruches\n- Reines\n\nPlus bas\n\nRécoltes\n\nRuche: Nord; Mai: 4 / 5; Juin: 7\n\nUne note."
    )
    assert parsed.title == "Le rucher"
    assert [parsed.text[start:] for start in parsed.pages[1:]] == [parsed.text]


ODP_STYLES = """<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"
 style:num-suffix="."/></text:list-style></office:automatic-styles><office:styles/>"""
ODP_PAGES = """<office:automatic-styles xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">
 <style:page-layout style:name="Y"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm"/>
 </style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="M"
 style:page-layout-name="Y"/></office:master-styles><office:body>"""
ODP_CHART = """<draw:frame svg:x="1cm" svg:y="3cm" svg:width="9cm" svg:height="2cm"><draw:object>
 <c:chart xmlns:c="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"><c:title><text:p>Prises</text:p></c:title>
 <table:table><table:table-row><table:table-cell/><table:table-cell><text:p>Part</text:p></table:table-cell></table:table-row>
 <table:table-row><table:table-cell><text:p>mai</text:p></table:table-cell><table:table-cell><text:p>25</text:p>
 </table:table-cell></table:table-row></table:table></c:chart></draw:object></draw:frame>"""


def test_slides_of_opendocument_have_their_numbers_and_charts_and_nothing_that_is_not_shown():
    def box(text: str, left: str, how: str = "") -> str:
        place = f'svg:x="{left}" svg:y="1cm" svg:width="9cm" svg:height="1cm"'
        return f"<draw:custom-shape {how} {place}><text:p>{text}</text:p></draw:custom-shape>"

    items = '<text:list text:style-name="L"><text:list-item><text:p>Un</text:p></text:list-item><text:list-item>'
    shapes = [
        f"<draw:frame><draw:text-box>{items}<text:p>Deux</text:p></text:list-item></text:list></draw:text-box></draw:frame>",
        box("dehors", "40cm"),
        box("caché", "1cm", 'xmlns:o="http://openoffice.org/2010/draw" o:display="none"'),
        ODP_CHART,
    ]
    head = ODP[: ODP.index("<draw:page")].replace("</office:automatic-styles>", ODP_STYLES)
    head = head.replace("<office:body>", ODP_PAGES)
    page = f'<draw:page draw:master-page-name="M">{"".join(shapes)}</draw:page>'
    parsed = read_odp(f"{head}{page}</office:presentation></office:body></office:document>".encode())
    assert parsed.text == "1. Un\n2. Deux\n\nPrises\n\nmai; Part: 25"


def test_points_of_a_chart_have_both_their_values():
    data = XyChartData()
    points = data.add_series("Mesure")
    points.add_data_point(1, 2.5)
    points.add_data_point(2, 3.5)
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, Inches(1), Inches(1), Inches(5), Inches(3), data)
    assert read_pptx(saved(presentation)).text.endswith("1; Mesure: 2.5\n2; Mesure: 3.5")


@pytest.mark.parametrize("rows", [["Orme|Rive", "Ana|Bo"], ["Nom|Pont Neuf", "Longueur|238 m", "Année|1607"]])
def test_a_styled_first_row_names_the_columns_unless_the_rows_are_pairs(rows):
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    place = (Inches(1), Inches(1), Inches(5), Inches(3))
    table = slide.shapes.add_table(len(rows), 2, *place).table
    for number, row in enumerate(rows):
        for column, text in enumerate(row.split("|")):
            table.cell(number, column).text = text
    named = ["Orme: Ana; Rive: Bo"] if len(rows) == 2 else [row.replace("|", " | ") for row in rows]
    assert read_pptx(saved(presentation)).text == "\n".join(named)


@pytest.mark.parametrize(
    ("scheme", "start", "numbers"),
    [
        ("arabicPeriod", "9", ["9.", "10."]),
        ("arabicPlain", "1", ["1", "2"]),
        ("romanUcPeriod", "3", ["III.", "IV."]),
        ("romanLcParenR", "1", ["i)", "ii)"]),
        ("alphaUcPeriod", "26", ["Z.", "AA."]),
        ("alphaLcParenBoth", "1", ["(a)", "(b)"]),
        ("arabicPeriod", "²", ["1.", "2."]),
    ],
)
def test_items_have_the_numbers_that_are_shown(scheme, start, numbers):
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    frame = slide.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame
    for paragraph in (frame.paragraphs[0], frame.add_paragraph()):
        paragraph.text = "Greffer"
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<a:buAutoNum {nsdecls("a")} type="{scheme}" startAt="{start}"/>')
        )
    written = io.BytesIO()
    presentation.save(written)
    assert read_pptx(written.getvalue()).text.split() == [word for number in numbers for word in (number, "Greffer")]


def test_another_scheme_or_start_begins_another_list():
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    frame = slide.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame
    schemes = ['type="arabicPeriod"', 'type="arabicPeriod"', 'type="romanUcPeriod"', 'type="romanUcPeriod" startAt="7"']
    for scheme in schemes:
        paragraph = frame.add_paragraph()
        paragraph.text = "Greffer"
        paragraph._p.get_or_add_pPr().append(parse_xml(f"<a:buAutoNum {nsdecls('a')} {scheme}/>"))
    assert read_pptx(saved(presentation)).text.split()[::2] == ["1.", "2.", "I.", "VII."]


def test_boxes_beside_the_slide_are_not_read_and_those_of_a_group_in_reading_order():
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[5])
    slide.shapes.title.text, slide.shapes.title.top = "Le verger", -Inches(3)
    group = slide.shapes.add_group_shape()
    for shapes, left, top, text in [
        (slide.shapes, -6, 1, "Brouillon"),
        (slide.shapes, 1, 30, "Brouillon"),
        (slide.shapes, -1, 1, "Un bord"),
        (group.shapes, 1, 5, "Plus bas"),
        (group.shapes, 1, 4, "Plus haut"),
    ]:
        shapes.add_textbox(Inches(left), Inches(top), Inches(2), Inches(0.5)).text_frame.text = text
    assert read_pptx(saved(presentation)).text.split("\n\n") == ["Le verger", "Un bord", "Plus haut", "Plus bas"]


def saved(presentation) -> bytes:
    written = io.BytesIO()
    presentation.save(written)
    return written.getvalue()


def test_a_chart_is_read_as_a_table_of_its_values():
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    data = CategoryChartData()
    data.categories = ["Mars", "Avril"]
    data.add_series("Pommes", (12, 7.5))
    data.add_series("Poires", (0.25, None), number_format="0%")
    place = (Inches(1), Inches(1), Inches(5), Inches(3))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data).chart
    chart.chart_title.text_frame.text = "Ventes du verger"
    text = read_pptx(saved(presentation)).text
    assert text == "Ventes du verger\n\nMars; Pommes: 12; Poires: 25%\nAvril; Pommes: 7.5"


def test_an_embedded_file_costs_no_text():
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    slide.shapes.add_ole_object(io.BytesIO(b"x"), "Excel.Sheet.12", Inches(1), Inches(1))
    slide.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "Le budget est joint."
    assert read_pptx(saved(presentation)).text == "Le budget est joint."


def test_of_shapes_written_for_several_programs_the_first_is_read():
    parts = unpacked(deck())
    slide = min(name for name in parts if name.startswith("ppt/slides/slide"))
    namespace = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    opening, closing = f'<mc:AlternateContent {namespace}><mc:Choice Requires="a14">', "</mc:Choice><mc:Fallback/>"
    written = parts[slide].decode()
    start = written.rindex("<p:sp>")
    shape = written[start : written.rindex("</p:sp>") + 7]
    wrapped = f"{opening}{shape}{closing}</mc:AlternateContent>"
    parts[slide] = written.replace(shape, wrapped).encode()
    assert read_pptx(packed(parts)).text == read_pptx(deck()).text
    fallback = wrapped.replace(shape + "</mc:Choice><mc:Fallback/>", f"</mc:Choice><mc:Fallback>{shape}</mc:Fallback>")
    parts[slide] = written.replace(shape, fallback).encode()
    assert read_pptx(packed(parts)).text == read_pptx(deck()).text


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ('<a:r><a:t>H</a:t></a:r><a:r><a:rPr baseline="-25000"/><a:t>2</a:t></a:r><a:r><a:t>O</a:t></a:r>', "H₂O"),
        (
            '<a:r><a:rPr strike="sngStrike"/><a:t>120</a:t></a:r><a:r><a:rPr strike="noStrike"/><a:t>99</a:t></a:r>',
            "99",
        ),
        ('<a:r><a:rPr strike="dblStrike"/><a:t>Tout est barré.</a:t></a:r>', "Tout est barré."),
        (
            '<a14:m xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main">'
            '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
            "<m:r><m:t>E=</m:t></m:r><m:sSup><m:e><m:r><m:t>c</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup>"
            "</m:sSup></m:oMath></a14:m>",
            "E=c²",
        ),
    ],
)
def test_lowered_figures_and_formulas_are_written_on_the_line(inside, text):
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[6])
    frame = slide.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame
    for run in parse_xml(f"<a:p {nsdecls('a')}>{inside}</a:p>"):
        frame.paragraphs[0]._p.append(run)
    assert read_pptx(saved(presentation)).text == text


@pytest.mark.parametrize("reader", [read_pptx, read_odp])
def test_what_is_no_presentation_is_refused(reader):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        opened.writestr("content.xml", "<a/>")
    with pytest.raises(UnreadableFile, match="it is damaged, or not"):
        reader(written.getvalue())


def test_a_damaged_slide_costs_no_other():
    parts = unpacked(deck())
    slides = sorted(name for name in parts if name.startswith("ppt/slides/slide"))
    whole = read_pptx(packed(parts))
    parts[slides[0]] = parts[slides[0]].replace(b"</p:spTree>", b"<p:pic/></p:spTree>")
    parsed = read_pptx(packed(parts))
    assert 0 < len(parsed.text) < len(whole.text)
    assert [(warning.page, warning.clause) for warning in parsed.warnings] == [
        (1, "it is damaged, or not a presentation")
    ]
    for name in slides:
        parts[name] = parts[name].replace(b"</p:spTree>", b"<p:pic/></p:spTree>")
    with pytest.raises(UnreadableFile, match="not a presentation"):
        read_pptx(packed(parts))
