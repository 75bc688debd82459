"""Prepare the picture of a scan for OCR: deskew it, denoise it if need be, and level its light."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

_WIDTH = 1000  # pixels of the longer side, at which a page is looked at
_BACKGROUND_RADIUS = 12  # pixels around one that are its background
_DARKER = 24  # than it is ink, of 255
_LETTER_FILTER = ImageFilter.MaxFilter(17)  # broader, at that size, than the strokes of letters
_DARKEST_PAPER = 60  # of 255; what is darker is no paper in a shadow
_MAX_ANGLE = 8.0  # degrees
_COARSE, _FINE = 0.5, 0.1  # likewise
_GRAIN = 1  # of 255, by which half of the pixels of a grainy picture at least differ from those around
_MIDDLE = 400  # pixels from the middle of a picture, within which its grain and its specks are looked at
_SPECK = 40  # of 255, by which a speck differs from all pixels around it
_MANY_SPECKS = 0.003  # of the pixels; small letters have dots of one pixel, up to 0.001
_AROUND_EACH = ImageFilter.MedianFilter(3)
_SHARPER = 1.15  # than the picture as it lies, for it to be turned at all


def find_skew(picture: Image.Image) -> float:
    """Return by how many degrees to turn a grey picture against the clock, so that its lines are level; 0 if unsure.

    Once level, the ink of a page changes most from row to row.
    """
    small = picture.convert("L")
    small.thumbnail((_WIDTH, _WIDTH), Image.Resampling.BOX)
    ink = ImageChops.subtract(small.filter(ImageFilter.BoxBlur(_BACKGROUND_RADIUS)), small)
    rows, columns = np.nonzero(np.asarray(ink) > _DARKER)
    if not len(rows):
        return 0.0
    coarse = max(
        np.arange(-_MAX_ANGLE, _MAX_ANGLE + _COARSE / 2, _COARSE), key=lambda angle: _sharpness(rows, columns, angle)
    )
    fine_angles = np.arange(coarse - _COARSE, coarse + _COARSE + _FINE / 2, _FINE)
    best = float(max(fine_angles, key=lambda angle: _sharpness(rows, columns, angle)))
    return best if _sharpness(rows, columns, best) > _SHARPER * _sharpness(rows, columns, 0.0) else 0.0


def _sharpness(rows: NDArray[np.intp], columns: NDArray[np.intp], angle: float) -> float:
    """Return how much the ink changes from row to row once turned. Both arrays have the shape (points,)."""
    turned = rows - columns * np.tan(np.radians(angle))
    counts = np.bincount((turned - turned.min()).astype(np.intp))
    return float(np.square(np.diff(counts)).sum())


def remove_grain(picture: Image.Image) -> Image.Image:
    """Return a grey picture without specks where it is full of grain; else as it is, since small letters lose by it."""
    middle = _middle(picture)
    grain = np.median(np.asarray(ImageChops.difference(middle, middle.filter(_AROUND_EACH))))
    return picture.filter(_AROUND_EACH) if grain >= _GRAIN else picture


def has_specks(picture: Image.Image) -> bool:
    """Return whether a grey picture is strewn with specks of a pixel, as a fax is."""
    middle = _middle(picture)
    return bool((np.asarray(ImageChops.difference(middle, _clip(middle, 1))) > _SPECK).mean() >= _MANY_SPECKS)


def remove_specks(picture: Image.Image) -> Image.Image:
    """Return a grey picture without specks of a pixel or two."""
    return _clip(picture, 2).filter(_AROUND_EACH)


def level_light(picture: Image.Image) -> Image.Image:
    """Return a grey picture whose paper is white everywhere: accents are thin, and are lost in a shadow.

    The paper is the lightest around each pixel.
    """
    paper = picture.copy()
    paper.thumbnail((_WIDTH, _WIDTH), Image.Resampling.BOX)
    paper = paper.filter(_LETTER_FILTER).filter(ImageFilter.BoxBlur(_BACKGROUND_RADIUS))
    light = np.asarray(paper.resize(picture.size, Image.Resampling.BILINEAR), np.float32)
    levelled = np.asarray(picture, np.float32) * (255 / np.maximum(light, _DARKEST_PAPER))
    return Image.fromarray(levelled.clip(0, 255).astype(np.uint8))


def _clip(picture: Image.Image, rank: int) -> Image.Image:
    """Return a picture none of whose pixels is among the ``rank`` darkest or lightest of the nine around it."""
    darkest, lightest = (picture.filter(ImageFilter.RankFilter(3, position)) for position in (rank, 8 - rank))
    return ImageChops.darker(ImageChops.lighter(picture, darkest), lightest)


def _middle(picture: Image.Image) -> Image.Image:
    x, y = picture.width // 2, picture.height // 2
    return picture.crop((x - _MIDDLE, y - _MIDDLE, x + _MIDDLE, y + _MIDDLE))
