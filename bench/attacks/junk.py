"""Make files of every kind that the readers know, whole or broken, from a source of random numbers."""

import base64
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from email.message import EmailMessage
from functools import cache
from html import escape

import docx
import pptx
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from bench.attacks import outlook

WORDS = "mer ciel pain guerre paix accord ministre appel frontière armée texte version loi droit été où".split()
_STREAMS = {".doc": "WordDocument", ".xls": "Workbook", ".ppt": "PowerPoint Document", ".docx": "EncryptedPackage"}
_DAY = (2022, 2, 12, 10, 0, 0)  # of all parts of archives: a seed makes the same bytes on any day
_OFFICE = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
)
_OOXML = "http://schemas.openxmlformats.org"
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

# Values that have broken readers before, or might: put into the text of files and the parts of archives.
ODD_FILES = (
    *("\x00", "\x1b[31m", "\x0c", "\u2028", "\ufeff", "\ud800", "\U0010ffff", "\u202e", "é" * 5000, "a" * 20_000),
    *("&x;", "&#0;", "&#x110000;", "&amp", "<!DOCTYPE x [<!ENTITY x 'x'>]>", "<![CDATA[", "<!--", "</p>", "<p>" * 400),
    *("<table><tr><td colspan=99999999>", "<br>" * 200, "<script>", "<base href='http://a.invalid/'>", "<a href='"),
    *("NaN", "1e999", "9" * 5000, "[" * 3000, "{" * 3000, '{"a":' * 500, '"', "\\ud800", "\\", "null", "-0"),
    *(r"\u4294967296 ", r"\u-1?", r"\bin99999999 ", "{" * 300, "}" * 300, r"\'", r"\'zz", r"\par" * 100, r"\ansicpg9"),
    *(
        "Date: Sat, 12 Feb 99999999999 10:00:00 +0100\n",
        "Content-Type: text/plain; charset=none\n",
        "=?x?q?=?=",
        "\n\n",
    ),
    *("Content-Transfer-Encoding: base64\n", "Content-Type: multipart/mixed; boundary=a\n\n--a\n", "From: <<>>,,\n"),
    *(
        "%PDF-1.7",
        "endobj",
        "/Kids [1 0 R 1 0 R]",
        "/Length -1",
        "9999999999 0 R",
        "stream",
        "xref\n0 99999\n",
        "BT (",
        "Do",
    ),
    *(
        "32/13/2024",
        "le 31 février 99999",
        "|" * 500,
        ";" * 3000,
        "\t" * 3000,
        "#" * 50,
        "![[[" * 50,
        "`" * 200,
        "> " * 200,
    ),
)


def text(noise: random.Random, most: int = 300) -> str:
    """Return a random sentence."""
    return " ".join(noise.choices(WORDS, k=noise.randrange(5, most))).capitalize() + "."


def valid_file(suffix: str, noise: random.Random) -> bytes:
    """Return a small valid file of this kind; plain text for an unknown suffix."""
    content = _MAKERS.get(suffix, text)(noise)
    if isinstance(content, bytes):
        return content
    encodings = ["utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"] if suffix in _ENCODED else ["utf-8"]
    return content.encode(noise.choice(encodings), "replace")


def broken(suffix: str, noise: random.Random) -> bytes:
    """Return a file with one to three faults: in its text, in a member of its archive, or in its bytes."""
    if suffix in _STREAMS and noise.random() < 0.2:
        return _compound(_STREAMS[suffix], noise)
    data = valid_file(suffix, noise)
    for _ in range(noise.choice([1, 1, 2, 3])):
        data = noise.choice([odd_file, odd_file, flipped, cut, repeated, repacked])(data, noise)
    return data


def odd_file(data: bytes, noise: random.Random) -> bytes:
    """Insert an odd value somewhere."""
    at = noise.randrange(len(data) + 1)
    return data[:at] + noise.choice(ODD_FILES).encode("utf-8", "surrogatepass") + data[at:]


def flipped(data: bytes, noise: random.Random) -> bytes:
    """Change some bytes."""
    changed = bytearray(data)
    for _ in range(noise.choice([1, 10, 300]) if data else 0):
        changed[noise.randrange(len(changed))] = noise.randrange(256)
    return bytes(changed)


def cut(data: bytes, noise: random.Random) -> bytes:
    """Return the beginning or the end."""
    at = noise.randrange(len(data) + 1)
    return noise.choice([data[:at], data[at:]])


def repeated(data: bytes, noise: random.Random) -> bytes:
    """Repeat a piece of it, or all."""
    start = noise.randrange(len(data) + 1)
    end = min(len(data), start + noise.choice([10, 200, len(data)]))
    return data[:end] + data[start:end] * noise.choice([1, 30]) + data[end:]


def repacked(data: bytes, noise: random.Random) -> bytes:
    """Break, drop or repeat a member of an archive; insert an odd value into other files."""
    try:
        members = unpacked(data)
        name = noise.choice(list(members))
    except Exception:  # no archive, or one with a fault: zipfile raises errors of a dozen types
        return odd_file(data, noise)
    fault = noise.choice([odd_file, odd_file, flipped, cut, repeated, None])
    if fault is None:
        del members[name]
    else:
        members[name] = fault(members[name], noise)
    return packed(members)


def packed(members: "dict[str, bytes]") -> bytes:
    """Return a ZIP archive of these members, in their order."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        for name, content in members.items():
            opened.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def unpacked(data: bytes) -> "dict[str, bytes]":
    """Return the members of a ZIP archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _pdf(noise: random.Random) -> bytes:
    written = io.BytesIO()
    canvas = Canvas(written, pageCompression=noise.choice([0, 1]), invariant=1)
    for _ in range(noise.choice([1, 1, 3])):
        words = text(noise).split()
        for line in range(0, len(words), 12):
            canvas.drawString(60, 780 - 15 * (line // 12), " ".join(words[line : line + 12]))
        canvas.showPage()
    canvas.save()
    return written.getvalue()


def _docx(noise: random.Random) -> bytes:
    rows = "".join(f"<w:tr><w:tc>{_run(text(noise, 8))}</w:tc><w:tc>{_run('12')}</w:tc></w:tr>" for _ in "12")
    body = f"{_run(text(noise, 8))}{_run(text(noise))}<w:tbl>{rows}</w:tbl>{_run(text(noise))}"
    document = f"<w:document {_WORD}><w:body>{body}</w:body></w:document>"
    return packed({**_docx_template(), "word/document.xml": document.encode()})


def _run(words: str) -> str:
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


@cache
def _docx_template() -> "dict[str, bytes]":
    written = io.BytesIO()
    docx.Document().save(written)
    return unpacked(written.getvalue())


def _odt(noise: random.Random) -> bytes:
    cells = f"<table:table-cell><text:p>{text(noise, 8)}</text:p></table:table-cell>" * 2
    table = f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
    body = f"<text:h>{text(noise, 8)}</text:h><text:p>{text(noise)}<text:s/><text:tab/></text:p>{table}"
    content = f"<office:document-content {_OFFICE}><office:body><office:text>{body}</office:text></office:body>"
    meta = '<m xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Titre</dc:title><dc:date>2022-02-12</dc:date></m>'
    mimetype = b"application/vnd.oasis.opendocument.text"
    return packed(
        {
            "mimetype": mimetype,
            "content.xml": f"{content}</office:document-content>".encode(),
            "meta.xml": meta.encode(),
        }
    )


def _xlsx(noise: random.Random) -> bytes:
    return workbook([(text(noise, 8), str(noise.random() * 1000)) for _ in range(noise.randrange(1, 30))])


def workbook(rows: "Sequence[Sequence[str]]") -> bytes:
    """Return a workbook of one sheet; the second column may hold numbers."""
    main, package = "spreadsheetml/2006/main", "http://schemas.openxmlformats.org/package/2006"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    related = (
        f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{relations}/{{}}" Target="{{}}"/>'
    )
    hidden = '<cols><col min="4" max="4" hidden="1"/></cols>'
    cells = "".join(f'<row r="{n}">{"".join(_cells(n, row))}</row>' for n, row in enumerate(rows, 1))
    merged = '<mergeCells><mergeCell ref="A2:A3"/></mergeCells>' if len(rows) < 30 else ""
    members = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": related.format("officeDocument", "xl/workbook.xml") + "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_OOXML}/{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": related.format("worksheet", "worksheets/a.xml") + "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{_OOXML}/{main}"><numFmts>'
        '<numFmt numFmtId="170" formatCode="0.0%"/></numFmts>'
        '<cellXfs><xf/><xf numFmtId="170"/></cellXfs></styleSheet>',
        "xl/worksheets/a.xml": f'<worksheet xmlns="{_OOXML}/{main}">{hidden}<sheetData>{cells}</sheetData>{merged}'
        "</worksheet>",
    }
    return packed({name: content.encode() for name, content in members.items()})


def _cells(number: int, row: "Sequence[str]") -> "Iterator[str]":
    for column, value in zip("ABC", row, strict=False):
        if column == "B" and value[0].isdigit():
            yield f'<c r="B{number}" s="1"><v>{value}</v></c>'
        else:
            yield f'<c r="{column}{number}" t="inlineStr"><is><t>{value}</t></is></c>'


def _pptx(noise: random.Random) -> bytes:
    members = dict(_pptx_template())
    for name in [name for name in members if name.startswith("ppt/slides/slide")]:
        members[name] = members[name].replace(b"TEXT", text(noise).encode())
    return packed(members)


@cache
def _pptx_template() -> "dict[str, bytes]":
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text, slide.placeholders[1].text = "TEXT", "TEXT\nTEXT"
    slide.shapes.add_table(2, 2, 0, 0, 900_000, 900_000).table.cell(0, 0).text = "TEXT"
    slide.notes_slide.notes_text_frame.text = "TEXT"
    written = io.BytesIO()
    presentation.save(written)
    return unpacked(written.getvalue())


def _sheet_of_opendocument(noise: random.Random) -> str:
    repeated = f'table:number-rows-repeated="{noise.choice([1, 1, 1000])}"'
    columns = f'table:number-columns-repeated="{noise.choice([1, 1, 3])}"'
    return sheet_of_opendocument([(text(noise, 8), text(noise, 8)) for _ in "123"], repeated, columns)


def sheet_of_opendocument(rows: "Sequence[Sequence[str]]", row: str = "", cell: str = "") -> str:
    """Return a workbook as one XML file; ``row`` and ``cell`` are attributes of all of them."""
    written = "".join(
        f"<table:table-row {row}>"
        + "".join(f"<table:table-cell {cell}><text:p>{value}</text:p></table:table-cell>" for value in values)
        + "<table:covered-table-cell/></table:table-row>"
        for values in rows
    )
    body = f'<office:spreadsheet><table:table table:name="a">{written}</table:table></office:spreadsheet>'
    return f"<office:document {_OFFICE}><office:body>{body}</office:body></office:document>"


def _slides_of_opendocument(noise: random.Random) -> str:
    drawing = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    words = f"<text:list><text:list-item><text:p>{text(noise)}</text:p></text:list-item></text:list>"
    page = f"<draw:page><draw:frame><draw:text-box>{words}</draw:text-box></draw:frame></draw:page>" * noise.randrange(
        1, 4
    )
    body = f"<office:presentation>{page}</office:presentation>"
    return f"<office:document {_OFFICE} {drawing}><office:body>{body}</office:body></office:document>"


def _text_of_opendocument(noise: random.Random) -> str:
    return text_of_opendocument([text(noise, 8), text(noise)])


def text_of_opendocument(paragraphs: "Sequence[str]") -> str:
    """Return a text as one XML file, which begins with a heading."""
    title, *following = paragraphs
    body = f"<text:h>{title}</text:h>" + "".join(f"<text:p>{paragraph}</text:p>" for paragraph in following)
    return f"<office:document {_OFFICE}><office:body><office:text>{body}</office:text></office:body></office:document>"


def _zipped(make: "Callable[[random.Random], str]") -> "Callable[[random.Random], bytes]":
    return lambda noise: packed({"content.xml": make(noise).encode()})


def _misnamed(noise: random.Random) -> bytes:
    """Return what is often saved under the name of an old office file."""
    return valid_file(noise.choice([".rtf", ".docx", ".html"]), noise)


def _compound(stream: str, noise: random.Random) -> bytes:
    """Return the header of an old office file, whose directory names a stream, and noise."""
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + stream.encode("utf-16-le").ljust(512, b"\0")
    return start + noise.randbytes(3000)


def _epub(noise: random.Random) -> bytes:
    container = '<container><rootfiles><rootfile full-path="O/book.opf"/></rootfiles></container>'
    names = [f"c{number}.xhtml" for number in range(noise.randrange(1, 4))]
    items = "".join(f'<item id="{name}" href="{name}"/>' for name in names)
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    title = '<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">Livre</dc:title>'
    opf = (
        f'<package xmlns="http://www.idpf.org/2007/opf"><metadata>{title}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    chapters = {f"O/{name}": _xhtml(noise).encode() for name in names}
    return packed({"META-INF/container.xml": container.encode(), "O/book.opf": opf.encode(), **chapters})


def _html(noise: random.Random) -> str:
    table = f"<table><tr><th>Nom<td>{text(noise, 8)}<tr><td rowspan=2>a<td>b</table>"
    head = f'<head><title>{text(noise, 8)}</title><meta name="date" content="2022-02-12"></head>'
    return (
        f"<!DOCTYPE html><html>{head}<body><nav><a href=/>Accueil</a></nav><article><h1>{text(noise, 8)}</h1>"
        f"<p>{escape(text(noise))}<ul><li>{text(noise, 8)}<li>{text(noise, 8)}</ul>{table}<p>{text(noise)}</article>"
    )


def _xhtml(noise: random.Random) -> str:
    return (
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head><body><h1>{text(noise, 8)}</h1>'
        f"<p>{text(noise)}</p><blockquote><p>{text(noise)}</p></blockquote></body></html>"
    )


def _markdown(noise: random.Random) -> str:
    table = f"| a | b |\n|---|---|\n| {text(noise, 8)} | 2 |"
    inline = f"{text(noise)} [lien](http://a.invalid) *gras*"
    return f"# {text(noise, 8)}\n\n{inline}\n\n{table}\n\n- {text(noise)}\n\n```\nx\n```"


def _rtf(noise: random.Random) -> str:
    words = text(noise).replace("é", r"\'e9").replace("ù", r"\u249?")
    table = r"\trowd\cellx100 a\cell b\cell\row"
    return rf"{{\rtf1\ansi\ansicpg1252{{\fonttbl\f0 Arial;}}\f0 {words}\par {text(noise)}\par {table}}}"


def _json(noise: random.Random) -> str:
    records = [{"title": text(noise, 8), "text": text(noise), "n": 1.5, "tags": ["a", None]} for _ in "123"]
    return json.dumps(noise.choice([records, records[0], {"records": records}]), ensure_ascii=noise.random() < 0.5)


def _notebook(noise: random.Random) -> str:
    output = {"output_type": "execute_result", "data": {"text/plain": text(noise)}}
    cells = [
        {"cell_type": "markdown", "source": ["# ", text(noise, 8), "\n\n", text(noise)]},
        {"cell_type": "code", "source": text(noise), "outputs": [output, {"text": [text(noise)]}]},
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4})


def _jsonl(noise: random.Random) -> str:
    return "\n".join(json.dumps({"title": text(noise, 8), "text": text(noise)}) for _ in "123")


def _csv(mark: str) -> "Callable[[random.Random], str]":
    def make(noise: random.Random) -> str:
        rows = [["nom", "texte"], *([text(noise, 6), f'"{text(noise)}"'] for _ in "123")]
        return "\n".join(mark.join(row) for row in rows)

    return make


def _mail(noise: random.Random) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Élise <a@b.invalid>", "c@d.invalid"
    message["Subject"], message["Date"] = text(noise, 8), "Sat, 12 Feb 2022 10:00:00 +0100"
    message.set_content(text(noise), charset=noise.choice(["utf-8", "iso-8859-1"]))
    if noise.random() < 0.5:
        message.add_alternative(f"<p>{text(noise)}</p>", subtype="html")
    if noise.random() < 0.3:
        message.add_attachment(_pdf(noise), maintype="application", subtype="pdf", filename="a.pdf")
    for number, entity in enumerate(message.walk()):
        if entity.is_multipart():
            entity.set_boundary(f"mark-{number}")  # else it is drawn anew each time
    return message.as_bytes()


def _msg(noise: random.Random) -> bytes:
    files = [("a.txt", text(noise).encode())] if noise.random() < 0.5 else []
    return outlook.message(text(noise, 8), text(noise), "a@b.invalid", 1_644_656_400.0, files)


def _mbox(noise: random.Random) -> bytes:
    return b"\n\n".join(b"From a@b Sat Feb 12 10:00:00 2022\n" + _mail(noise) for _ in "123")


def _mhtml(noise: random.Random) -> bytes:
    page = EmailMessage()
    page.set_content(_html(noise), subtype="html")
    page.add_related(b"\x89PNG", "image", "png")
    page.set_boundary("mark")
    return page.as_bytes()


def _zip(noise: random.Random) -> bytes:
    return packed({"a.txt": text(noise).encode(), "b/c.eml": _mail(noise), "d.html": _html(noise).encode()})


def _captions(noise: random.Random) -> str:
    return "\n\n".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{text(noise, 20)}" for n in range(3))


def _xml(noise: random.Random) -> str:
    return f"<?xml version='1.0'?><doc><title>{text(noise, 8)}</title><p a='b'>{text(noise)} <b>x</b></p></doc>"


def _tex(noise: random.Random) -> str:
    table = rf"\begin{{tabular}}{{ll}} a & {text(noise, 8)} \\ \hline \end{{tabular}}"
    items = rf"\begin{{itemize}} \item {text(noise, 8)} \item $x^2$ \end{{itemize}}"
    body = rf"\section{{{text(noise, 8)}}} {text(noise)}\footnote{{{text(noise, 8)}}} {items} {table}"
    return (
        rf"\documentclass{{article}}\newcommand{{\x}}[1]{{\emph{{#1}}}}\begin{{document}}{body} \x{{a}}\end{{document}}"
    )


def _rst(noise: random.Random) -> str:
    title, directives = text(noise, 8), ".. note:: x\n\n.. include:: a.rst\n\n::\n\n  x"
    table = "== ==\na  b\n== ==\n1  2\n== =="
    return f"{title}\n{'=' * len(title)}\n\n{text(noise)}\n\n- {text(noise, 8)}\n\n{table}\n\n{directives}"


def _org(noise: random.Random) -> str:
    table = "| a | b |\n|---+---|\n| 1 | 2 |"
    return (
        f"#+TITLE: {text(noise, 8)}\n* {text(noise, 8)}\n{text(noise)}\n- a :: b\n{table}\n#+BEGIN_SRC sh\nx\n#+END_SRC"
    )


def _asciidoc(noise: random.Random) -> str:
    return (
        f"= {text(noise, 8)}\n\n== a\n{text(noise)}\n\n* {text(noise, 8)}\n\n|===\n|a |b\n|1 |2\n|===\n\ninclude::a[]"
    )


def _yaml(noise: random.Random) -> str:
    return f"a: &x\n  - {text(noise, 8)}\n  - *x\nb: |\n  {text(noise)}\nc: {{d: [1, 2.5, null]}}"


def _settings(noise: random.Random) -> str:
    return f'# {text(noise, 8)}\n[a.b]\nnom = "{text(noise, 8)}"\nliste = [1, 2]\nautre: {text(noise)}'


_ENCODED = (".txt", ".text", ".md", ".markdown", ".html", ".htm", ".csv", ".tsv")


def _picture(form: str) -> "Callable[[random.Random], bytes]":
    """Return what makes a picture of a line of text."""

    def make(noise: random.Random) -> bytes:
        picture, stream = Image.new("L", (400, 60), 255), io.BytesIO()
        ImageDraw.Draw(picture).text((10, 20), " ".join(noise.choices(WORDS, k=8)).encode("ascii", "ignore").decode())
        picture.save(stream, form)
        return stream.getvalue()

    return make


# A white picture of 64 by 32 in HEIF, which only few libraries write.
_HEIF = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAA"
    "AAAERAAAEAAQAAAAABoQABAAAAAAAAABMAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAA"
    "AADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkA"
    "AAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAA"
    "AAAoY2xhcAAAAEAAAAABAAAAIAAAAAEAAAAAAAAAAv///+AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAB"
    "ttZGF0AAAADygBrwQY+AOjnTerSoIXDA=="
)


def _photograph(noise: random.Random) -> bytes:
    """Return the picture with a box after it that no reader looks into."""
    free = text(noise).encode()
    return _HEIF + (8 + len(free)).to_bytes(4, "big") + b"free" + free


_MAKERS: "dict[str, Callable[[random.Random], str | bytes]]" = {
    ".pdf": _pdf,
    **dict.fromkeys((".jpg", ".jpeg"), _picture("JPEG")),
    ".png": _picture("PNG"),
    **dict.fromkeys((".tif", ".tiff"), _picture("TIFF")),
    ".webp": _picture("WEBP"),
    **dict.fromkeys((".heic", ".heif"), _photograph),
    ".docx": _docx,
    ".odt": _odt,
    **dict.fromkeys((".docm", ".dotx", ".dotm"), _docx),
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb"), _xlsx),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), _pptx),
    ".ott": _odt,
    ".fodt": _text_of_opendocument,
    **dict.fromkeys((".ods", ".ots"), _zipped(_sheet_of_opendocument)),
    ".fods": _sheet_of_opendocument,
    **dict.fromkeys((".odp", ".otp"), _zipped(_slides_of_opendocument)),
    ".fodp": _slides_of_opendocument,
    **dict.fromkeys((".doc", ".dot", ".xls", ".xlt", ".ppt", ".pps", ".pot"), _misnamed),
    ".epub": _epub,
    **dict.fromkeys((".html", ".htm"), _html),
    ".xhtml": _xhtml,
    **dict.fromkeys((".md", ".markdown"), _markdown),
    ".rtf": _rtf,
    ".json": _json,
    ".jsonl": _jsonl,
    ".csv": _csv(";"),
    ".tsv": _csv("\t"),
    ".eml": _mail,
    ".msg": _msg,
    ".mbox": _mbox,
    **dict.fromkeys((".mht", ".mhtml"), _mhtml),
    ".zip": _zip,
    ".ndjson": _jsonl,
    ".geojson": _json,
    ".ipynb": _notebook,
    **dict.fromkeys((".srt", ".vtt"), _captions),
    **dict.fromkeys((".tex", ".latex", ".ltx"), _tex),
    ".rst": _rst,
    ".org": _org,
    **dict.fromkeys((".adoc", ".asciidoc"), _asciidoc),
    **dict.fromkeys((".yaml", ".yml"), _yaml),
    **dict.fromkeys((".ini", ".cfg", ".conf", ".toml", ".properties"), _settings),
    **dict.fromkeys((".xml", ".rss", ".atom", ".kml", ".gpx", ".opml", ".svg"), _xml),
}
