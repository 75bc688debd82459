"""What is not a small text is read and split by workers, within a limit of time, and comes out the same."""

import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest

from bench.attacks import pdf_bombs
from index.errors import UnreadableFile
from index.readers import registry
from index.readers.unpack import read_contents
from index.sandbox.frames import Frame
from index.sandbox.process import Worker
from index.workers.conversions import Conversions
from index.workers.read_worker import chunk_contents, chunk_document
from index.workers.reader_pool import ReaderPool

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
TEXT = "Le titre du texte\n\nPublié le 3 mars 2021\n\nLa mer est bleue, l'été. The sky is blue, and so is the sea.\n\n"
LARGE = TEXT * (registry.SMALL_TEXT // len(TEXT) + 1)

FILES = {
    "large.txt": LARGE.encode(),
    "old.txt": LARGE.encode("cp1252"),
    "small.txt": TEXT.encode(),
    "a.html": f"<h1>La mer</h1><p>{TEXT * 9}</p><h2>Le ciel</h2><p>{TEXT}</p>".encode(),
    "a.md": f"---\ntitle: La mer\ndate: 2021-03-03\n---\n# Un\n\n{TEXT}\n## Deux\n\n{TEXT}".encode(),
    "a.csv": b"nom;role\nPeskov;porte-parole\n",
    "a.pdf": pdf_bombs.plain(3),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_read_apart_is_read_the_same(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FILES[name])
    with ReaderPool() as readers:
        assert (
            readers._read_isolated(path)
            == readers.read(path, registry.format_of(path))
            == chunk_contents(read_contents(path))
        )


@pytest.mark.parametrize("name", ["large.txt", "a.html"])
def test_what_is_read_apart_is_split_apart(tmp_path, name, monkeypatch):
    path = tmp_path / name
    path.write_bytes(FILES[name])
    expected = chunk_document(*registry.read(path)).chunks
    monkeypatch.setattr("index.chunking.sentences.split_sentences", lambda *_: pytest.fail("split in this process"))
    with ReaderPool() as readers:
        assert readers.read(path, registry.format_of(path)).documents[0].chunks == expected


def test_a_large_text_has_a_limit_of_time_and_a_small_one_needs_none(tmp_path):
    (tmp_path / "a.txt").write_bytes(LARGE.encode())
    (tmp_path / "b.txt").write_bytes(LARGE.encode()[: registry.SMALL_TEXT])
    with ReaderPool(time_limit=0.0) as readers:
        with pytest.raises(UnreadableFile, match="it takes more than 0 seconds to read"):
            readers.read(tmp_path / "a.txt", registry.FORMATS[".txt"])
        assert (
            readers.read(tmp_path / "b.txt", registry.FORMATS[".txt"]).documents[0].parsed.title == "Le titre du texte"
        )


@pytest.mark.parametrize("piece", [". ", "\n", ".\n", ".\n\n", "J.-Y. ", "1. ", "- \n", "A. ", ".\f", "» .\f", "U.S. "])
def test_the_slowest_of_small_texts_are_quick(piece):
    data = (piece * registry.SMALL_TEXT).encode()[: registry.SMALL_TEXT]
    began = time.process_time()
    chunk_document("", registry._reader(registry.FORMATS[".txt"])(data))
    assert time.process_time() - began < 1  # 0.1 were measured


def test_a_pdf_under_the_name_of_a_text_is_read_apart(tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_bytes(pdf_bombs.plain())
    code = f"""
import sys
from index import open_index, rebuild
rebuild({str(tmp_path / "corpus")!r}, {str(tmp_path / "index")!r})
print(open_index({str(tmp_path / "index")!r}).document("a.txt").text)
print([name for name in sys.modules if name.startswith("pypdf")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines() == [pdf_bombs.SENTENCE, "[]"]


@pytest.mark.parametrize("name", ["a.txt", "a.html"])
def test_an_empty_or_absent_file_says_so_wherever_it_is_read(tmp_path, name):
    path = tmp_path / name
    with ReaderPool() as readers:
        with pytest.raises(UnreadableFile, match=r"it cannot be opened \(No such file or directory\)"):
            readers.read(path, registry.format_of(path))
        path.touch()
        with pytest.raises(UnreadableFile, match="it is empty"):
            readers.read(path, registry.format_of(path))
        path.write_text("  \n")
        with pytest.raises(UnreadableFile, match="it holds no text"):
            readers.read(path, registry.format_of(path))


def test_old_office_files_are_converted_in_batches_and_read_by_what_they_became(tmp_path, monkeypatch):
    """The converter is replaced: what counts is that each file gets what was made of its own bytes."""
    paths = [tmp_path / f"{name}.doc" for name in "abc"]
    start = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + "WordDocument".encode("utf-16-le").ljust(512, b"\0")
    for path in paths:
        path.write_bytes(start + path.stem.encode())
    (tmp_path / "d.doc").write_text("{\\rtf1 Un texte enrichi.}")
    batches: list[list[str]] = []

    def convert(self: Worker, request: dict[str, Any], limit: float) -> Frame:
        batches.append(request["sources"])
        folder = Path(request["folder"])
        made = {name: folder / f"{Path(name).stem}.docx" for name in request["sources"][:-1]}
        for name, path in made.items():
            document = docx.Document()
            document.add_paragraph(f"Le fichier {(folder / name).read_bytes()[-1:].decode()}.")
            document.save(str(path))
        return Frame({"converted": {name: str(path) for name, path in made.items()}})

    with Conversions([*paths, tmp_path / "d.doc"]) as conversions:
        monkeypatch.setattr(Worker, "ask", convert)
        texts = {}
        for path in [*paths, tmp_path / "d.doc"]:
            with conversions.converted(path) as converted:
                texts[path.stem] = converted and registry.read(path, converted)[1].text
                if converted:
                    path.write_bytes(b"{\\rtf1 Un autre texte.}")  # it changed meanwhile: what was made is not read
                    assert registry.read(path, converted)[1].text == "Un autre texte."
    assert len(batches) == 1
    assert len(batches[0]) == 3  # the last one says by its bytes that it is none of them
    readable = {stem: text for stem, text in texts.items() if text}
    assert readable == {stem: f"Le fichier {stem}." for stem in readable}
    assert len(readable) == 2  # the third was not converted: its reader says why
    assert texts["d"] is None


def test_an_archive_that_is_called_an_old_office_file_stops_no_rebuild(tmp_path):
    path = tmp_path / "devis.doc"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 99)
    data = bytearray(path.read_bytes())
    data[47:55] = b"\xff" * 8  # in what is packed
    path.write_bytes(data)
    with Conversions([path]) as conversions, conversions.converted(path) as converted:
        assert converted is None
