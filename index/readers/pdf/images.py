"""Photographs and scans that are image files: a page for each picture in them, which only OCR can read."""

import io

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from index.converters.heif import is_heif, open_heif, program_version
from index.errors import UnreadableFile
from index.readers.metadata import DAMAGED
from index.readers.ocr import NO_OCR, Ocr
from index.readers.parsed import ParsedFile
from index.readers.pdf.reader import read_pdf

_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\0", b"MM\0*", b"RIFF")
_KINDS = ("JPEG", "PNG", "TIFF", "WEBP")
_LONGER = 842.0  # points of the longer side of a page, as of A4
_MAX_PICTURES = 2000  # of a file
_MOST_OBLONG = 4.0  # times as many pixels for an inch one way as the other; more is a mistake
_NEARLY_SQUARE = 0.05
_LARGEST = 5000  # pixels of the longer side


def read_image(data: bytes, ocr: Ocr = NO_OCR) -> ParsedFile:
    """Read an image file, by OCR alone.

    Raises:
        UnreadableFile: it is damaged, or OCR has not read it, or found no text.
    """
    if is_heif(data) and not program_version():
        raise UnreadableFile("it is a photograph in HEIF; to read it: pip install 'sourcier[heif]'")
    if not _is_image(data):
        raise UnreadableFile("it is damaged, or not an image")
    return read_pdf(as_pdf(data), ocr)


def read_heif(data: bytes, ocr: Ocr = NO_OCR) -> ParsedFile:
    """Do as ``read_image``."""
    return read_image(data, ocr)


def as_pdf(data: bytes) -> bytes:
    """Return the pictures of an image file as pages of a PDF; any other file as it is.

    Raises:
        UnreadableFile: the image is damaged, or too large.
    """
    if not _is_image(data):
        return data
    document = pypdfium2.PdfDocument.new()
    try:
        with _open(data) as image:
            for _, picture in zip(range(_MAX_PICTURES), ImageSequence.Iterator(image), strict=False):
                _add_page(document, picture)
        target = io.BytesIO()
        document.save(target)
    except (*DAMAGED, OSError, SyntaxError, UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise UnreadableFile("it is damaged, or not an image") from error
    finally:
        document.close()
    return target.getvalue()


def _is_image(data: bytes) -> bool:
    return data.startswith(_STARTS) or is_heif(data)


def _open(data: bytes) -> Image.Image:
    return open_heif(data) if is_heif(data) else Image.open(io.BytesIO(data), formats=_KINDS)


def _add_page(document: pypdfium2.PdfDocument, picture: Image.Image) -> None:
    upright = _eight_bits(ImageOps.exif_transpose(_with_square_pixels(picture)))
    upright.thumbnail((_LARGEST, _LARGEST))
    plain = Image.new("RGB", upright.size, "white")
    layer = upright.convert("RGBA")
    plain.paste(layer, mask=layer.getchannel("A"))
    scale = _LONGER / max(plain.size)
    width, height = plain.width * scale, plain.height * scale
    page = document.new_page(width, height)
    drawn = pypdfium2.PdfImage.new(document)
    drawn.set_bitmap(pypdfium2.PdfBitmap.from_pil(plain))
    drawn.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
    page.insert_obj(drawn)
    page.gen_content()
    page.close()


def _with_square_pixels(picture: Image.Image) -> Image.Image:
    """Return a picture as it looks: a fax has twice as many pixels across as down."""
    across, down = (float(resolution) for resolution in picture.info.get("dpi") or (1, 1))
    ratio = across / down if across > 0 and down > 0 else 1.0
    if not 1 / _MOST_OBLONG <= ratio <= _MOST_OBLONG or abs(ratio - 1) < _NEARLY_SQUARE:
        return picture
    stretched = picture.convert("L") if picture.mode == "1" else picture
    width, height = (picture.width, picture.height * ratio) if ratio > 1 else (picture.width / ratio, picture.height)
    return stretched.resize((round(width), round(height)), Image.Resampling.BICUBIC)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Return a grey picture of 16 bits a pixel with 8; others as they are. A conversion alone turns all greys white."""
    if not picture.mode.startswith("I;16"):
        return picture
    return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
