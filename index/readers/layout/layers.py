"""Which layer (optional content) of a PDF an object of a page stands in, as its marks say."""

import ctypes
from collections.abc import Callable, Container
from typing import Any

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

_MAX_MARKS = 64  # of an object
_NAME = 512  # bytes


def is_in_layer(drawn: int, names: Container[str]) -> bool:
    """Return whether an object of a page, given by its address, stands in a layer with one of some names."""
    pointer = ctypes.cast(ctypes.c_void_p(drawn), pdfium.FPDF_PAGEOBJECT)
    for number in range(min(pdfium.FPDFPageObj_CountMarks(pointer), _MAX_MARKS)):
        mark = pdfium.FPDFPageObj_GetMark(pointer, number)
        if _string(lambda *to, mark=mark: pdfium.FPDFPageObjMark_GetName(mark, *to)) != "OC":
            continue
        if _string(lambda *to, mark=mark: pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"Name", *to)) in names:
            return True
    return False


def _string(read: Callable[..., Any]) -> str:
    buffer, size = ctypes.create_string_buffer(_NAME), ctypes.c_ulong()
    if not read(ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), _NAME, size):
        return ""
    return buffer.raw[: max(size.value - 2, 0)].decode("utf-16-le", "replace")
