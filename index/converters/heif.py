"""Decode photographs in HEIF (``.heic``) by libheif, which comes as a package and may be absent."""

import io
from importlib import metadata
from importlib.util import find_spec

from PIL import Image

_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_MOST_PIXELS = 200_000_000  # the largest telephones take


def is_heif(data: bytes) -> bool:
    """Return whether the bytes are a HEIF file."""
    return data[4:8] == b"ftyp" and data[8:12] in _BRANDS


def program_version() -> str:
    """Return the version of the package that brings the library; empty where it is not installed."""
    return metadata.version("pi-heif") if find_spec("pi_heif") else ""


def open_heif(data: bytes) -> Image.Image:
    """Decode the first picture, which is the photograph.

    Raises:
        ImportError: the library is not installed.
        ValueError: the file is damaged, or too large.
    """
    import pi_heif

    try:
        file = pi_heif.open_heif(io.BytesIO(data))  # which decodes nothing yet
        if file.size[0] * file.size[1] > _MOST_PIXELS:
            raise ValueError("too large")
        picture: Image.Image = file.to_pillow()
    except RuntimeError as error:  # it would take too much memory
        raise ValueError(str(error)) from error
    return picture
