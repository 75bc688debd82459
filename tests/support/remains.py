"""A document whose words are found nowhere else, and where on the disk they are."""

import sqlite3
import zlib
from pathlib import Path

import pytest

import index

WORDS = ("Quezacotl", "Brumelande", "zéphyrine")
SECRET = "Le consul Quezacotl a remis 7312 florins à Brumelande. La comtesse zéphyrine les a comptés."
OTHER = "Le marché de Brest a lieu le samedi. Le pont coûte 12 millions d'euros."


def write_corpus(tmp_path: Path) -> tuple[Path, Path]:
    """A folder in which one document holds the words, and its index."""
    corpus, target = tmp_path / "corpus", tmp_path / "index"
    (corpus / "notes").mkdir(parents=True)
    (corpus / "notes" / "secret.txt").write_text(SECRET * 30, "utf-8")
    (corpus / "page.html").write_text(f"<p>{OTHER}</p>", "utf-8")
    for number in range(9):
        (corpus / f"{number}.txt").write_text(f"{OTHER} Note {number}.", "utf-8")
    index.rebuild(corpus, target)
    return corpus, target


def find_words(root: Path, words: tuple[str, ...] = WORDS) -> list[str]:
    """Where any of the words stand: in bytes of a file, in one of the usual encodings, or in rows of a cache."""
    forms = [form.encode(code) for word in words for form in (word, word.lower()) for code in ("utf-8", "utf-16-le")]
    places = []
    for path in (path for path in root.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if any(form in content for form in forms):
            places.append(path.relative_to(root).as_posix())
        if path.name == "cache.sqlite" and any(form in text for text in read_cached_texts(path) for form in forms):
            places.append("rows of the cache")
    return sorted(places)


def read_cached_texts(path: Path) -> list[bytes]:
    with sqlite3.connect(path) as rows:
        texts = [zlib.decompress(text) for (text,) in rows.execute("SELECT text FROM texts")]
        texts += [reason.encode() for (reason,) in rows.execute("SELECT reason FROM unreadable")]
    rows.close()
    return texts


def list_compressed(target: Path) -> list[bytes]:
    """Stretches of the compressed text of the secret, as they stand in pages of the cache, free or not."""
    with sqlite3.connect(target / "cache.sqlite") as rows:
        texts = [text for (text,) in rows.execute("SELECT text FROM texts") if b"Quezacotl" in zlib.decompress(text)]
    rows.close()
    assert texts
    return [texts[0][start : start + 16] for start in range(0, len(texts[0]) - 16, 16)]


def keep_temporary_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have all temporary files written into a folder, which is searched for words, too."""
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("SQLITE_TMPDIR", str(folder))
