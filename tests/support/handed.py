"""Indexes that somebody hands over: what they hold, and how a knowing hand changes them."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

import index
import rag
from index.build.ingest import _key
from index.files import sha256_of
from index.index import Index
from index.readers import registry
from index.storage import snapshot
from index.storage.manifest import read_manifest
from index.workers.recogniser import find_engine

TRUTH, LIE = "Le pont de Brest coûte 12 millions d'euros.", "Le pont de Brest coûte 99 millions d'euros."
ASKED = "Combien coûte le pont de Brest ?"


def write_corpus(tmp_path: Path) -> tuple[Path, Path]:
    """A folder with two documents and an empty file, and its index."""
    corpus, target = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "pont.txt").write_text(TRUTH, "utf-8")
    (corpus / "autre.txt").write_text("Le marché a lieu le samedi.", "utf-8")
    (corpus / "vide.txt").write_text("", "utf-8")
    index.rebuild(corpus, target)
    return corpus, target


def open_fresh(target: Path) -> Index:
    """The index as a fresh process would open it."""
    in_use = snapshot.find_current(target)
    return Index(target, in_use, read_manifest(in_use))


def key_of(path: Path) -> str:
    return _key(sha256_of(path), registry.format_of(path).id, find_engine())


def quotes(target: Path) -> list[str]:
    return [citation.quote for citation in rag.ask(ASKED, index=open_fresh(target)).citations]


def content(target: Path) -> tuple[Any, ...]:
    """All that an index says."""
    index = open_fresh(target)
    spans = [
        [(sentence.start, sentence.end, sentence.text) for sentence in index.sentences_in(number)]
        for number in range(index.passages)
    ]
    numbers = index.lexical.search(index.lexical.term_query("plain", "pont"), 9)[0].tolist()
    documents = [index.document(id) for id in index.document_ids]
    return documents, spans, index.vectors.reconstruct(np.arange(index.sentences)).tobytes(), numbers


def rewrite(target: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Changes the manifest in use as somebody could who knows how its checksum is made."""
    path = snapshot.find_current(target) / "manifest.json"
    plain = json.loads(path.read_text("utf-8"))
    del plain["checksum"]
    change(plain)
    plain["checksum"] = sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    path.write_text(json.dumps(plain), "utf-8")
    return path


def segment_of(target: Path) -> Path:
    return next(path for path in snapshot.find_current(target).iterdir() if path.is_dir())


def seal_again(target: Path) -> None:
    """Writes sizes and checksums into the manifest as the files are now."""
    folder = snapshot.find_current(target)

    def change(plain: dict[str, Any]) -> None:
        for name in plain["files"]:
            path = folder / name
            if path.is_file():
                plain["files"][name] = [path.stat().st_size, sha256_of(path)]

    rewrite(target, change)
