"""The layers of a PDF (its optional content) that are switched off: no program draws what stands in them."""

import io
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

_LAYERS = b"/OCProperties"
_OBJECTS = re.compile(rb"/ObjStm\b[^>]{0,400}>>\s{0,4}stream\r?\n")  # a stream of objects, which is compressed
_LONGEST = 1 << 22  # bytes of one


def hidden_layers(data: bytes, passwords: Sequence[str] = ()) -> frozenset[str]:
    """Return the names of the layers that are off, without those that another layer has which is on."""
    if not _may_have_layers(data):
        return frozenset()
    # Imported here: few files need it, and it takes half the time in which a worker starts.
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with suppress(Exception):  # pypdf raises many kinds at damaged files, which pdfium reads still
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not any(map(reader.decrypt, ("", *passwords))):
            return frozenset()
        return _off(reader.root_object["/OCProperties"])
    return frozenset()


def _may_have_layers(data: bytes) -> bool:
    return _LAYERS in data or any(_LAYERS in objects for objects in _unpacked(data))


def _unpacked(data: bytes) -> Iterator[bytes]:
    if b"/ObjStm" in data:
        view = memoryview(data)  # of which slices are no copies
        for match in _OBJECTS.finditer(data):
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(view[match.end() : match.end() + _LONGEST], _LONGEST)


def _off(properties: Any) -> frozenset[str]:
    """Return the names of the groups that are off in the state in which a document opens."""
    state = properties["/D"]
    off = {reference.idnum for reference in state.get("/OFF", ())}
    if state.get("/BaseState") == "/OFF":
        on = {reference.idnum for reference in state.get("/ON", ())}
        off |= {group.idnum for group in properties["/OCGs"] if group.idnum not in on}
    names = {group.idnum: str(group.get_object().get("/Name", "")) for group in properties["/OCGs"]}
    return frozenset(names[group] for group in off if group in names) - {
        name for group, name in names.items() if group not in off
    }
