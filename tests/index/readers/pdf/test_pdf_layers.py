"""What stands in a layer of a PDF that is off is drawn by no program, and not read."""

import io
import zlib
from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from index.documents import Span
from index.places import runs_and_words
from index.readers.pdf import layers
from index.readers.pdf.reader import read_pdf

LENGTHS = {"Retenu": "La digue mesure 3 km.", "Variante": "La digue mesure 5 km.", "Fin": "Elle date de 1921."}


def made(**values: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def layered_pdf(base: str, on: list[str], off: list[str], names: dict[str, str] | None = None) -> bytes:
    """Return a page with a sentence in each of three layers."""
    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    groups = {
        name: writer._add_object(made(Type=NameObject("/OCG"), Name=TextStringObject((names or {}).get(name, name))))
        for name in LENGTHS
    }
    font = made(Type=NameObject("/Font"), Subtype=NameObject("/Type1"), BaseFont=NameObject("/Helvetica"))
    page[NameObject("/Resources")] = made(Font=made(F=font), Properties=made(**groups))
    stream = DecodedStreamObject()
    shown = (
        f"/OC /{name} BDC BT /F 11 Tf 60 {700 - 30 * place} Td ({text}) Tj ET EMC"
        for place, (name, text) in enumerate(LENGTHS.items())
    )
    stream.set_data("\n".join(shown).encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    states = {key: ArrayObject(groups[name] for name in chosen) for key, chosen in (("ON", on), ("OFF", off)) if chosen}
    writer.root_object[NameObject("/OCProperties")] = made(
        OCGs=ArrayObject(groups.values()), D=made(BaseState=NameObject(f"/{base}"), **states)
    )
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


@pytest.mark.parametrize(("base", "on", "off"), [("ON", [], ["Variante"]), ("OFF", ["Retenu", "Fin"], [])])
def test_a_layer_that_is_off_is_not_read_and_the_places_of_the_others_stay(base, on, off):
    parsed, whole = read_pdf(layered_pdf(base, on, off)), read_pdf(layered_pdf("ON", [], []))
    assert parsed.text.split("\n\n") == [LENGTHS["Retenu"], LENGTHS["Fin"]]
    first = {}
    for reading in (parsed, whole):
        span = Span(reading.text.index("Elle"), len(reading.text))
        (run,) = (
            run for run in runs_and_words(reading.places)[0] if run.offset <= span.start < run.offset + run.length
        )
        first[id(reading)] = run.first + span.start - run.offset
    assert first[id(parsed)] == first[id(whole)]


def test_a_name_of_a_layer_that_is_on_too_hides_nothing():
    data = layered_pdf("ON", [], ["Variante"], names=dict.fromkeys(LENGTHS, "Calque"))
    assert all(text in read_pdf(data).text for text in LENGTHS.values())


def test_layers_are_looked_for_in_compressed_objects():
    packed = b"1 0 obj <</Type /ObjStm /N 1 /First 4>>\nstream\n" + zlib.compress(b"<</OCProperties 2 0 R>>")
    assert layers._may_have_layers(packed)
    assert not layers._may_have_layers(packed.replace(b"/ObjStm", b"/Metadata"))


@pytest.mark.parametrize(
    ("rule", "is_read"),
    [
        ({"P": NameObject("/AllOn")}, False),
        ({"P": NameObject("/AnyOn")}, True),
        ({"P": NameObject("/AnyOff")}, True),
        ({"P": NameObject("/AllOff")}, False),
        ({}, True),
        ({"VE": ["/Not", "Retenu"]}, False),
        ({"VE": ["/And", "Retenu", ["/Not", "Variante"]]}, True),
        ({"VE": ["/Or", "Variante", ["/Not", "Retenu"]]}, False),
    ],
)
def test_what_depends_on_several_layers_is_read_if_it_is_shown(rule, is_read):
    writer = PdfWriter(clone_from=io.BytesIO(layered_pdf("ON", [], ["Variante"])))
    page = writer.pages[0]
    resources = page["/Resources"]
    assert isinstance(resources, DictionaryObject)
    properties = resources["/Properties"]
    assert isinstance(properties, DictionaryObject)
    groups = {name: properties.raw_get(f"/{name}") for name in ("Retenu", "Variante")}
    if "VE" in rule:
        rule = {"VE": expression(rule["VE"], groups)}
    membership = made(Type=NameObject("/OCMD"), OCGs=ArrayObject(groups.values()), **rule)
    properties[NameObject("/Fin")] = writer._add_object(membership)
    text = read_pdf(written(writer)).text
    assert (LENGTHS["Fin"] in text) == is_read
    assert LENGTHS["Retenu"] in text
    assert LENGTHS["Variante"] not in text


def expression(parts: list[Any], groups: dict[str, object]) -> ArrayObject:
    operator, *operands = parts
    inner = (expression(part, groups) if isinstance(part, list) else groups[part] for part in operands)
    return ArrayObject([NameObject(operator), *inner])


def written(writer: PdfWriter) -> bytes:
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


@pytest.mark.parametrize("layer", ["Retenu", "Variante"])
def test_a_form_in_a_layer_that_is_off_is_not_read(layer):
    writer = PdfWriter(clone_from=io.BytesIO(layered_pdf("ON", [], ["Variante"])))
    resources, shown = writer.pages[0]["/Resources"], writer.pages[0].get_contents()
    assert isinstance(resources, DictionaryObject)
    assert shown is not None
    form = DecodedStreamObject()
    form.set_data(b"BT /F 11 Tf 60 500 Td (Son phare est rouge.) Tj ET")
    box = ArrayObject(NumberObject(edge) for edge in (0, 0, 595, 842))
    own = made(Font=resources["/Font"])
    form.update(made(Type=NameObject("/XObject"), Subtype=NameObject("/Form"), BBox=box, Resources=own))
    properties = resources["/Properties"]
    assert isinstance(properties, DictionaryObject)
    form[NameObject("/OC")] = properties.raw_get(f"/{layer}")
    resources[NameObject("/XObject")] = made(X=writer._add_object(form))
    content = DecodedStreamObject()
    content.set_data(shown.get_data() + b" /X Do")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(content)
    assert ("Son phare" in read_pdf(written(writer)).text) == (layer == "Retenu")
