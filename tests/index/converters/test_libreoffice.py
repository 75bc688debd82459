"""LibreOffice converts old office files closed off: it opens no other file, no address, and leaves nothing running."""

import io
import os
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.converters import libreoffice
from index.converters.libreoffice import convert_files
from index.errors import UnreadableFile
from index.readers.office.docx import read_docx
from index.readers.registry import read
from index.sandbox.programs import ProgramFailed, run_program

PROGRAM = libreoffice.find_program()
needs_libreoffice = pytest.mark.skipif(PROGRAM is None, reason="LibreOffice is not installed")
PROBE = """
import os, socket, sys
def probe(action):
    try:
        return str(action())
    except OSError as error:
        return type(error).__name__
outcomes = [
    probe(lambda: open(sys.argv[1]).read()),
    probe(lambda: os.listdir(os.path.dirname(sys.argv[1]))),
    probe(lambda: socket.socket(socket.AF_INET)),
    probe(lambda: socket.socket(socket.AF_INET6)),
    probe(lambda: socket.socket(socket.AF_UNIX)),
    probe(lambda: open(sys.argv[1] + ".new", "w")),
    sorted(set(os.environ) - {"LC_CTYPE", "HOME", "TMPDIR", "LANG"}),
]
open("outcomes", "w").write(repr(outcomes))
"""
MANIFEST = """<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
 <m:file-entry m:full-path="/" m:media-type="application/vnd.oasis.opendocument.text"/>
 <m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>"""
WAITING = "import time; time.sleep(600)"
ODT = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 office:version="1.2"><office:body><office:text><text:section text:name="s"><text:section-source xlink:href="{file}"/>
 <text:p>avant</text:p></text:section>
 <text:section text:name="t"><text:section-source xlink:href="{address}"/></text:section>
 <text:p><draw:frame draw:name="i"><draw:image xlink:href="{address}" xlink:type="simple"/></draw:frame></text:p>
 <text:p>{words}</text:p></office:text></office:body></office:document-content>"""


def run_confined(folder: Path, *arguments: str, seconds: float = 60.0) -> None:
    program = os.path.realpath(sys.executable)
    run_program([program, *arguments], folder, seconds=seconds, memory=2 << 30, largest=10_000)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bound memory and time alone")
def test_a_confined_program_has_neither_other_files_nor_network_nor_surroundings(tmp_path, monkeypatch):
    secret, folder = tmp_path / "secret.txt", tmp_path / "job"
    secret.write_text("a secret")
    folder.mkdir()
    monkeypatch.setenv("TOKEN", "a secret")
    run_confined(folder, "-c", PROBE, str(secret))
    assert eval((folder / "outcomes").read_text()) == [*["PermissionError"] * 6, []]


@pytest.mark.parametrize(
    ("source", "seconds", "status"),
    [
        (WAITING, 3.0, None),
        (f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{WAITING}']); exit(3)", 60.0, 3),
        ("x = bytearray(4 << 30)", 60.0, 1),
        ("open('large', 'wb').write(bytes(20_000))", 60.0, 1),
    ],
)
def test_a_program_ends_in_time_with_all_that_it_started_and_within_its_bounds(tmp_path, source, seconds, status):
    with pytest.raises(ProgramFailed) as error:
        run_confined(tmp_path, "-c", source, seconds=seconds)
    assert error.value.status == status
    end = time.monotonic() + 10.0
    while is_left := any(str(tmp_path) in _folder(entry) for entry in Path("/proc").glob("[0-9]*")):
        if time.monotonic() > end:
            break
        time.sleep(0.05)  # it was told to end
    assert not is_left


def _folder(process: Path) -> str:
    try:
        return str((process / "cwd").readlink())
    except OSError:
        return ""


def test_without_libreoffice_one_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(libreoffice, "find_program", lambda: None)
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(UnreadableFile) as error:
        read(tmp_path / "a.doc")
    assert str(error.value) == "it is an old office file (.doc); install LibreOffice, or save it as .docx"


@contextmanager
def listen() -> "Iterator[tuple[str, list[str]]]":
    """Yield an address of this machine, and the visits that it gets."""
    visits: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    visits.append(str(server.accept()[1]))
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/a.png", visits


def writer(file: str = "", address: str = "", words: str = "") -> bytes:
    """A text whose sections come from another file and an address, and whose picture does."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as opened:
        opened.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        opened.writestr("content.xml", ODT.format(file=file, address=address, words=words))
        opened.writestr("META-INF/manifest.xml", MANIFEST)
    return written.getvalue()


def run_unconfined(command: list[str], folder: Path, *, environment: dict[str, str], **_: object) -> None:
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, check=False, capture_output=True)
    if done.returncode:
        raise ProgramFailed(done.returncode)


@needs_libreoffice
@pytest.mark.slow
@pytest.mark.parametrize("is_confined", [True, False])
def test_a_batch_is_converted_and_a_link_gives_nothing(tmp_path, monkeypatch, is_confined):
    """LibreOffice's own settings hold alone, too: other systems have nothing else."""
    if not is_confined:
        monkeypatch.setattr(libreoffice, "run_program", run_unconfined)
    secret = tmp_path / "secret.odt"
    secret.write_bytes(writer(words="le secret"))
    folder = tmp_path / "job"
    folder.mkdir()
    with listen() as (address, visits):
        words = {"a.doc": "La jetée est fermée.", "b.doc": "La digue est ouverte."}
        for name, sentence in words.items():
            (folder / name).write_bytes(writer(secret.as_uri(), address, sentence))
        (folder / "c.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
        outcomes = convert_files([folder / "a.doc", folder / "c.doc", folder / "b.doc"], folder)
    assert isinstance(outcomes[1], UnreadableFile)
    for outcome, sentence in zip((outcomes[0], outcomes[2]), words.values(), strict=True):
        assert isinstance(outcome, Path)
        text = read_docx(outcome.read_bytes()).text
        assert sentence in text
        assert "secret" not in text
    assert not visits
    assert not list(Path("/tmp").glob("OSL_PIPE_*" + libreoffice.find_socket_name(folder / "profile")))
