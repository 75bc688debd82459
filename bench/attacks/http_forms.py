"""Malformed forms that send a file, from a source of random numbers."""

import random

from bench.attacks.malformed import STRINGS, Traps, spoiled
from bench.attacks.raw_http import Request

TYPES = (
    *("", "text/plain", "application/json; charset=utf-7", "application/json; charset=none", "application/xml", "*/*"),
    *("application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=", "a" * 9_000),
    *("multipart/form-data; boundary=" + "b" * 300, "application/json, text/html", "application/problem+json", "\x00"),
)
NAMES = (
    *(
        "a.txt",
        "note.txt",
        "dossier/a.txt",
        "../a.txt",
        "/etc/a.txt",
        "a/../../b.txt",
        ".a.txt",
        "..txt",
        "a.exe",
        "a",
        "",
    ),
    *(
        "a\x00.txt",
        "a\n.txt",
        "~$a.docx",
        "con.txt",
        "C:\\a.txt",
        "a" * 300 + ".txt",
        "a/" * 300 + "b.txt",
        "\ud800.txt",
    ),
    *(
        "\x1b[31m.txt",
        "\u202etxt.a.txt",
        "é è.txt",
        "a.TXT",
        "a.txt/",
        "./a.txt",
        "a//b.txt",
        "%2e%2e/a.txt",
        "a.pdf",
        "*.md",
    ),
)


def form(noise: random.Random, traps: Traps) -> Request:
    """Return a file upload as a multipart form with faults."""
    target = noise.choice(["/documents"] * 5 + ["/gradio_api/upload"])
    mark = noise.choice(["mark", "mark", "b" * 70, "a b", "é"])
    fields = [_file_part(noise, traps), _name_part(noise, traps)]
    for _ in range(noise.choice([0, 1, 1])):
        change = noise.randrange(5)
        if change == 0:
            fields.pop(noise.randrange(len(fields)))
        elif change == 1:
            fields.append(noise.choice([_file_part(noise, traps), _name_part(noise, traps)]))
        elif change == 2:
            fields.insert(0, noise.choice([b"", b"\r\n", b"no head at all", b"a: b\r\n\r\n", b"x" * 20_000]))
        elif change == 3:
            fields = fields * noise.choice([2, 300])
        if not fields:
            break
    edge = b"--" + mark.encode()
    body = (
        b"".join(edge + b"\r\n" + field + b"\r\n" for field in fields)
        + edge
        + noise.choice([b"--\r\n"] * 4 + [b"", b"\r\n"])
    )
    body = spoiled(body, noise) if noise.random() < 0.15 else body
    return Request(target, "POST", target, (("Content-Type", f"multipart/form-data; boundary={mark}"),), body)


def _file_part(noise: random.Random, traps: Traps) -> bytes:
    field = noise.choice(["file"] * 6 + ["files", "FILE", "", "name", traps.file])
    filename = noise.choice(
        [f'; filename="{noise.choice(NAMES)}"'] * 4 + ["", "; filename*=utf-8''%ff", '; filename="a']
    )
    extra = noise.choice(
        [""] * 4 + ["\r\nContent-Type: " + noise.choice(TYPES), "\r\nContent-Transfer-Encoding: base64"]
    )
    content = noise.choice([b"", b"Un texte.", noise.randbytes(300), traps.url.encode(), b"%PDF-1.4", b"\x00" * 2_000])
    return (
        f'Content-Disposition: form-data; name="{field}"{filename}{extra}\r\n\r\n'.encode("utf-8", "replace") + content
    )


def _name_part(noise: random.Random, traps: Traps) -> bytes:
    names = [noise.choice(NAMES), noise.choice(STRINGS), traps.sibling_path]
    name = noise.choice(names).encode("utf-8", "surrogatepass")
    head = noise.choice(['name="name"'] * 6 + ['name="name"; filename="a"', "name=name", 'name="Name"', 'name="name'])
    return f"Content-Disposition: form-data; {head}\r\n\r\n".encode() + name
