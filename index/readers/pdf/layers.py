"""The layers of a PDF (its optional content) that are switched off: no program draws what stands in them."""

import io
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

_LAYERS = b"/OCProperties"
_OBJECTS = re.compile(rb"/ObjStm\b[^>]{0,400}>>\s{0,4}stream\r?\n")  # a stream of objects, which is compressed
_LONGEST = 1 << 22  # bytes of one
_MARK = "content-that-is-off"  # the name of a layer, which is put in


class Layered(NamedTuple):
    """A file, and the names of the layers that are off, without those that another layer has which is on."""

    data: bytes
    hidden: frozenset[str] = frozenset()


def with_layers(data: bytes, passwords: Sequence[str] = ()) -> Layered:
    """Return a file and the names of its hidden layers; content that is hidden otherwise is put in a hidden layer."""
    if not _may_have_layers(data):
        return Layered(data)
    # Imported here: few files need it, and it takes half the time in which a worker starts.
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    hidden = frozenset[str]()
    with suppress(Exception):  # pypdf raises many kinds at damaged files, which pdfium reads still
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not any(map(reader.decrypt, ("", *passwords))):
            return Layered(data)
        properties = reader.root_object["/OCProperties"]
        hidden = _names(properties)
        if _find_hidden_layers(properties) and not reader.is_encrypted and (marked := _mark(reader)):
            return Layered(marked, hidden | {_MARK})
    return Layered(data, hidden)


def _may_have_layers(data: bytes) -> bool:
    return _LAYERS in data or any(_LAYERS in objects for objects in _unpack(data))


def _unpack(data: bytes) -> Iterator[bytes]:
    if b"/ObjStm" in data:
        view = memoryview(data)  # of which slices are no copies
        for match in _OBJECTS.finditer(data):
            with suppress(zlib.error):
                yield zlib.decompressobj().decompress(view[match.end() : match.end() + _LONGEST], _LONGEST)


def _find_hidden_layers(properties: Any) -> frozenset[int]:
    """Return the numbers of the groups that are off in the state in which a document opens."""
    state = properties["/D"]
    hidden = {reference.idnum for reference in state.get("/OFF", ())}
    if state.get("/BaseState") == "/OFF":
        visible = {reference.idnum for reference in state.get("/ON", ())}
        hidden |= {group.idnum for group in properties["/OCGs"] if group.idnum not in visible}
    return frozenset(hidden)


def _names(properties: Any) -> frozenset[str]:
    hidden = _find_hidden_layers(properties)
    names = {group.idnum: str(group.get_object().get("/Name", "")) for group in properties["/OCGs"]}
    return frozenset(names[group] for group in hidden if group in names) - {
        name for group, name in names.items() if group not in hidden
    }


def _mark(reader: Any) -> bytes | None:
    """Return the file with a mark on what several layers hide together, and on forms that are off; None without one."""
    from pypdf import PdfWriter
    from pypdf.generic import DictionaryObject, NameObject, StreamObject, TextStringObject

    writer = PdfWriter(clone_from=reader)
    hidden = _find_hidden_layers(writer.root_object["/OCProperties"])
    layer = DictionaryObject({NameObject("/Type"): NameObject("/OCG"), NameObject("/Name"): TextStringObject(_MARK)})
    count = 0
    for element in list(writer._objects):
        if isinstance(element, StreamObject) and element.get("/Subtype") == "/Form" and "/OC" in element:
            if _is_hidden(element.raw_get("/OC"), hidden):
                resources = element.setdefault(NameObject("/Resources"), DictionaryObject()).get_object()
                marks = resources.setdefault(NameObject("/Properties"), DictionaryObject()).get_object()
                marks[NameObject("/HiddenLayer")] = layer
                element.set_data(b"/OC /HiddenLayer BDC\n" + element.get_data() + b"\nEMC")
                count += 1
        elif isinstance(element, DictionaryObject) and element.get("/Type") == "/OCMD" and _is_hidden(element, hidden):
            element[NameObject("/Name")] = TextStringObject(_MARK)
            count += 1
    written = io.BytesIO()
    if count:
        writer.write(written)
    return written.getvalue() or None


def _is_hidden(content: Any, hidden: frozenset[int]) -> bool:
    """Return whether a layer, or what depends on several, is off."""
    membership = content.get_object()
    if membership.get("/Type") != "/OCMD":
        return getattr(content, "idnum", None) in hidden
    if "/VE" in membership:
        return not _is_visible(membership["/VE"], hidden)
    groups = membership.raw_get("/OCGs") if "/OCGs" in membership else ()
    groups = groups if isinstance(groups, list) else [groups]
    states = [group.idnum not in hidden for group in groups if hasattr(group, "idnum")]
    policy = membership.get("/P", "/AnyOn")
    shown = {"/AllOn": all(states), "/AnyOff": not all(states), "/AllOff": not any(states)}.get(policy, any(states))
    return bool(states) and not shown


def _is_visible(expression: Any, hidden: frozenset[int]) -> bool:
    """Return whether a visibility expression holds: [/And …], [/Or …], [/Not …] of layers and of other expressions."""
    operator, *operands = expression
    values = [
        operand.idnum not in hidden if hasattr(operand, "idnum") and not isinstance(operand.get_object(), list)
        else _is_visible(operand.get_object(), hidden)
        for operand in operands
    ]  # fmt: skip
    return not all(values) if operator == "/Not" else all(values) if operator == "/And" else any(values)
