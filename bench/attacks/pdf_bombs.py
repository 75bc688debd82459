"""PDF files that parse in a moment, but whose pages keep pdfium busy for ever, or crash it."""

import zlib
from collections.abc import Sequence
from itertools import islice

SENTENCE = "Le barrage de Génissiat a été mis en service en 1948."
_RIVERS = (
    "Rhône Saône Loire Seine Marne Isère Durance Garonne Dordogne Charente Vilaine Moselle Meuse Doubs Ain".split()
)
_FUNCTION = b"/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]"
_SHADING = b"<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1 0 1]/Matrix[595 0 0 842 0 0]/Function 4 0 R>>"


def plain(pages: int = 1) -> bytes:
    """Return a harmless PDF, with a sentence on each page."""
    return _pdf(_texts(pages))


def strokes(count: int = 400_000) -> bytes:
    """Return 40 kB of wide dashed lines across the page."""
    return _pdf([_texts()[0] + b"50 w [1 1] 0 d " + b"0 0 m 595 842 l 0 842 l 595 0 l 300 421 l S\n" * count])


def shading(pages: int = 1) -> bytes:
    """Return a page whose every pixel gets its colour from a long program."""
    program = b"{ pop " + b"0.5 mul sin cos abs sqrt " * 2000 + b"dup dup }"
    contents = [text + b"/S sh\n" for text in _texts(pages)]
    return _pdf(contents, b"/Shading<</S 5 0 R>>", [_stream(program, _FUNCTION), _SHADING])


def crash() -> bytes:
    """Return nested text clips that exhaust memory: pdfium then aborts its process."""
    return _pdf([_texts()[0] + b"q BT 7 Tr /F1 9 Tf (aaaa) Tj ET " * 200_000])


def sentences(pages: int) -> list[str]:
    """Return the sentence on each page."""
    names = (f"{a} {b}" for a in _RIVERS for b in _RIVERS)
    return [SENTENCE, *(f"Le niveau de la rivière {name} est mesuré." for name in islice(names, pages - 1))]


def _texts(pages: int = 1) -> list[bytes]:
    """Return the text of each page at a different position, lest it be taken for a header."""
    return [
        b"BT /F1 12 Tf 72 %d Td (%s) Tj ET\n" % (700 - 9 * number, sentence.encode("cp1252"))
        for number, sentence in enumerate(sentences(pages))
    ]


def _pdf(contents: Sequence[bytes], resources: bytes = b"", extra_objects: Sequence[bytes] = ()) -> bytes:
    """Return a PDF with a page for each content; ``extra_objects`` are the objects from number 4 on."""
    first = 4 + len(extra_objects)
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(contents)))
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(contents)), font]
    objects.extend(extra_objects)
    shared = b"/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>%s>>" % resources
    for number, content in enumerate(contents):
        objects.append(b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R>>" % (shared, first + 2 * number + 1))
        objects.append(_stream(content))
    return _written(objects)


def _stream(content: bytes, fields: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (fields, len(packed), packed)


def _written(objects: Sequence[bytes]) -> bytes:
    document, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, written in enumerate(objects, 1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start, count = len(document), len(objects) + 1
    document += b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return bytes(document + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, start))
