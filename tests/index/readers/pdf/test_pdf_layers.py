"""What stands in a layer of a PDF that is off is drawn by no program, and not read."""

import io
import zlib

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

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
