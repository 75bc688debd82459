"""What is not a small text is read and split by workers, within a limit of time, and comes out the same."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.attacks import pdf_bombs
from index.errors import UnreadableFile
from index.readers import registry
from index.workers.read_worker import split_up
from index.workers.reader_pool import ReaderPool

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


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_read_apart_is_read_the_same(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FILES[name])
    with ReaderPool() as readers:
        assert (
            readers._read_isolated(path)
            == readers.read(path, registry.format_of(path))
            == split_up(*registry.read(path))
        )


@pytest.mark.parametrize("name", ["large.txt", "a.html"])
def test_what_is_read_apart_is_split_apart(tmp_path, name, monkeypatch):
    path = tmp_path / name
    path.write_bytes(FILES[name])
    expected = split_up(*registry.read(path)).chunks
    monkeypatch.setattr("index.chunking.sentences.split_sentences", lambda *_: pytest.fail("split in this process"))
    with ReaderPool() as readers:
        assert readers.read(path, registry.format_of(path)).chunks == expected


def test_a_large_text_has_a_limit_of_time_and_a_small_one_needs_none(tmp_path):
    (tmp_path / "a.txt").write_bytes(LARGE.encode())
    (tmp_path / "b.txt").write_bytes(LARGE.encode()[: registry.SMALL_TEXT])
    with ReaderPool(patience=0.0) as readers:
        with pytest.raises(UnreadableFile, match="it takes more than 0 seconds to read"):
            readers.read(tmp_path / "a.txt", registry.FORMATS[".txt"])
        assert readers.read(tmp_path / "b.txt", registry.FORMATS[".txt"]).parsed.title == "Le titre du texte"


@pytest.mark.parametrize("piece", [". ", "\n", ".\n", ".\n\n", "J.-Y. ", "1. ", "- \n", "A. ", ".\f", "» .\f", "U.S. "])
def test_the_slowest_of_small_texts_are_quick(piece):
    data = (piece * registry.SMALL_TEXT).encode()[: registry.SMALL_TEXT]
    began = time.process_time()
    split_up("", registry._reader(registry.FORMATS[".txt"])(data))
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
