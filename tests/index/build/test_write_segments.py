"""Each segment has a code of its own, by which its passages are found."""

from pathlib import Path

import pytest
from fakes import HashingEncoder

import index
import rag
from index.storage import manifest


def test_no_two_segments_have_the_same_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "_CODE_BITS", 4)  # with 35, they are hashed alike once in 10^8 indexes
    corpus, encoder = tmp_path / "corpus", HashingEncoder()
    corpus.mkdir()
    for number in range(300):
        (corpus / f"{number}.txt").write_text(f"Le pont {number} est ouvert.", "utf-8")
    index.rebuild(corpus, tmp_path / "index", encoder=encoder)
    opened = index.open_index(tmp_path / "index", encoder=encoder)
    segments = opened.manifest.segments
    assert len({segment.code for segment in segments}) == len(segments) > 6
    assert [hit.source for hit in rag.search("pont 77", 1, index=opened)] == ["77.txt"]
    index.rebuild(corpus, tmp_path / "again", encoder=encoder)
    assert index.open_index(tmp_path / "again", encoder=encoder).manifest.segments == segments
