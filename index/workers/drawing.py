"""Draw a page of a scan for OCR: level, evenly lit, and without specks and grain."""

import math
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]
from PIL import Image

from index.readers.pdf.images import as_pdf
from index.readers.pdf.reader import open_pdf
from index.workers.cleaning import find_skew, has_specks, level_light, remove_grain, remove_specks

_RESOLUTION = 300 / 72  # pixels for a point
_LARGEST = 5000  # pixels of the longer side
_SMALLEST = 70 / 72  # pixels for a point: a picture of fewer is looked at as it is drawn
_MOST = 0.6  # of a page, what the picture of a scan covers at least
_MOST_PICTURES = 20  # that are looked at


class Drawing(NamedTuple):
    """A page as a picture, which is turned so that its lines are level. Sizes are in pixels."""

    width: float
    height: float
    angle: float = 0.0  # degrees, against the clock, by which the picture was turned around its middle
    turned: tuple[float, float] | None = None  # its size then

    def locate(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the turned picture lies on the page."""
        across, high = self.turned or (self.width, self.height)
        x, y, turn = x - across / 2, y - high / 2, math.radians(self.angle)
        right, down = x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)
        return self.width / 2 + right, self.height / 2 + down

    def upside_down(self) -> "Drawing":
        """Return this drawing, turned by half a circle."""
        return self._replace(angle=self.angle + 180)


def draw_page(path: Path, page: int, passwords: tuple[str, ...], target: Path) -> Drawing:
    """Draw a page (from 1) of a file as a grey picture with level lines.

    Raises:
        UnreadableFile: the file is damaged.
        PdfOpenError: likewise, or it is locked.
    """
    with open_pdf(as_pdf(path.read_bytes()), passwords) as pdf:
        picture = level_light(_clean(pdf[page - 1]))
    size, angle = picture.size, find_skew(picture)
    if angle:
        picture = picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    picture.save(target, "PNG", dpi=(300, 300), compress_level=1)
    return Drawing(*size, angle, picture.size)


def turn_upside_down(source: Path, target: Path) -> None:
    """Write a picture turned by half a circle."""
    with Image.open(source) as picture:
        picture.transpose(Image.Transpose.ROTATE_180).save(target, "PNG", dpi=(300, 300), compress_level=1)


def _clean(page: Any) -> Image.Image:
    """Return a page as a picture without specks and grain.

    Specks are looked for in the pixels of the scan: once enlarged, they are as broad as thin strokes.
    """
    scale = min(_RESOLUTION, _LARGEST / max(*page.get_size(), 1))
    own_scale = _scan_scale(page)
    if _SMALLEST <= own_scale < scale:
        scan = _render(page, own_scale)
        if has_specks(scan):
            larger = scale / own_scale
            size = round(scan.width * larger), round(scan.height * larger)
            return remove_grain(remove_specks(scan).resize(size, Image.Resampling.BICUBIC))
    picture = _render(page, scale)
    return remove_grain(remove_specks(picture) if has_specks(picture) else picture)


def _scan_scale(page: Any) -> float:
    """Return how many pixels for a point the largest picture of a page has; 0 where none covers most of it."""
    width, height = page.get_size()
    pictures = page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,), max_depth=3)
    scales = [0.0]
    for _, picture in zip(range(_MOST_PICTURES), pictures, strict=False):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > _MOST * width * height:
            pixels = max(picture.get_px_size()) / max(right - left, top - bottom)
            scales.append(pixels - 0.5 / max(width, height))  # pdfium rounds up: so it draws pixel for pixel
    return max(scales)


def _render(page: Any, scale: float) -> Image.Image:
    picture: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=True).to_pil()
    return picture.convert("L")
