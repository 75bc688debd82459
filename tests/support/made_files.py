"""Files made for tests: PDF files, written by Chromium, and where a span is on their pages; ZIP archives."""

import io
import json
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pytest
from playwright.sync_api import sync_playwright
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from index.documents import Document, Span
from index.readers.pdf.pages import Box, PagePlaces, layout_request, layouts
from index.readers.registry import read
from index.workers import page_worker


def archive(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive, with each member by its name."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return written.getvalue()


def boxes(path: Path, document: Document, span: Span) -> list[Box]:
    """One for each line that the span touches; none where the file has changed."""
    first, last = document.page_at(span.start), document.page_at(span.end - 1)
    assert first is not None
    assert last is not None
    touched = range(first, last + 1)
    request = layout_request(path.parent, document, PagePlaces.of(document, touched), [span])
    reply = page_worker.handle_request(json.loads(json.dumps(request, default=str)))
    return [box for layout in layouts(reply) for box in layout.boxes[0]] if reply.parts else []


def chromium_pdf(path: Path, html: str, **options: Any) -> Path:
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        if not Path(playwright.chromium.executable_path).exists() and executable is None:
            pytest.skip("no Chromium")
        browser = playwright.chromium.launch(executable_path=executable)
        page = browser.new_page()
        page.set_content(html)
        page.pdf(path=path, **(options or {"format": "A4"}))
        browser.close()
    return path


def document(path: Path):
    sha256, reading = read(path)
    return reading.document(path.name, sha256)


def text_in_box(path: Path, number: int, box) -> str:
    """What pdfium finds in a box."""
    page = pypdfium2.PdfDocument(path)[number - 1]
    width, height = page.get_size()
    sides = (box.left * width, (1 - box.bottom) * height, box.right * width, (1 - box.top) * height)
    return page.get_textpage().get_text_bounded(*sides).replace("\x02", "-")  # its mark for a hyphen that ends a line


def plain_pdf(
    content: str, resources: str = "", *objects: str, fonts: str = "", page: str = "", root: str = ""
) -> bytes:
    """Return a PDF of one page of 400 by 300 points with the font F1; ``objects`` are numbered from 5."""
    helvetica = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    written = (
        f"<< /Type /Catalog /Pages 2 0 R {root} >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R {page}"
        f" /Resources << /Font << /F1 {helvetica} {fonts} >> {resources} >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        *objects,
    )
    numbered = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(written, 1))
    return f"%PDF-1.7\n{numbered}trailer << /Root 1 0 R >>\n%%EOF".encode("cp1252")


class Element(NamedTuple):
    """An element of the structure: ``text`` stands at ``x`` and ``y`` on the page ``page``, from 0."""

    kind: str
    children: "tuple[Element, ...]" = ()
    text: str = ""
    x: int = 60
    y: int = 0
    page: int = 0
    rows: int = 1  # that a cell covers …
    columns: int = 1  # … and columns


def tagged_pdf(elements: list[Element], untagged: tuple[Element, ...] = (), *, tagged: bool = True) -> bytes:
    """Return a PDF whose letters are 10 points; the text of ``untagged`` has no place in the structure."""
    writer, contents, parents = PdfWriter(), dict[int, list[str]](), dict[int, ArrayObject]()
    root = writer._add_object(_dictionary(Type=NameObject("/StructTreeRoot")))

    def add(element: Element, parent: object) -> object:
        own = _dictionary(S=NameObject(f"/{element.kind}"), P=parent)
        reference = writer._add_object(own)
        children = [add(child, reference) for child in element.children]
        if element.text:
            content = len(parents.setdefault(element.page, ArrayObject()))
            parents[element.page].append(reference)
            contents.setdefault(element.page, []).append(
                f"/{element.kind} <</MCID {content}>> BDC {_shown(element)} EMC" if tagged else _shown(element)
            )
            own[NameObject("/Pg")] = pages[element.page]
            children.insert(0, NumberObject(content))
        own[NameObject("/K")] = ArrayObject(children)
        if element.rows > 1 or element.columns > 1:
            spans = {"RowSpan": NumberObject(element.rows), "ColSpan": NumberObject(element.columns)}
            own[NameObject("/A")] = _dictionary(O=NameObject("/Table"), **spans)
        return reference

    count = 1 + max(element.page for element in _all(elements))
    pages = [writer.add_blank_page(595, 842).indirect_reference for _ in range(count)]
    kids = ArrayObject([add(element, root) for element in elements])
    for element in untagged:
        contents.setdefault(element.page, []).append(_shown(element))
    _finish(writer, contents, parents)
    if tagged:
        numbers = ArrayObject(part for page, own in parents.items() for part in (NumberObject(page), own))
        structure = root.get_object()
        assert isinstance(structure, DictionaryObject)
        structure.update(_dictionary(K=kids, ParentTree=_dictionary(Nums=numbers)))
        writer.root_object[NameObject("/StructTreeRoot")] = root
        writer.root_object[NameObject("/MarkInfo")] = _dictionary(Marked=BooleanObject(True))
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def _finish(writer: PdfWriter, contents: dict[int, list[str]], parents: dict[int, ArrayObject]) -> None:
    names = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"}
    font = _dictionary(**{name: NameObject(value) for name, value in names.items()})
    for number, page in enumerate(writer.pages):
        stream = DecodedStreamObject()
        stream.set_data("\n".join(contents.get(number, [])).encode("cp1252"))
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = _dictionary(Font=_dictionary(F=font))
        page[NameObject("/StructParents")] = NumberObject(number)
    writer.add_metadata({"/Producer": TextStringObject("tests")})


def _shown(element: Element) -> str:
    return f"BT /F 10 Tf {element.x} {element.y} Td ({element.text}) Tj ET"


def _all(elements: "tuple[Element, ...] | list[Element]") -> "list[Element]":
    return [own for element in elements for own in (element, *_all(element.children))]


def _dictionary(**values: object) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})
