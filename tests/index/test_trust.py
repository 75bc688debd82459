"""An index that somebody hands over has no lie believed for ever, no model loaded, and no number that is none."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEncoder
from handed import ASKED, LIE, TRUTH, content, key_of, open_fresh, quotes, rewrite, segment_of

import index
import rag
from index import open_index
from index.build.cache import Cache, CachedFile
from index.build.chunked_file import CachedDocument
from index.build.ingest import to_chunked_file
from index.encoders.static import FOLDER, StaticEncoder
from index.errors import EncoderLoadError, EncoderNotNamed, IndexCorrupted, UnreadableFile
from index.files import sha256_of
from index.readers.plain.text import parse_plain_text
from index.storage import snapshot
from index.workers.read_worker import chunk_document

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAG_ENCODER", raising=False)


def poison(target: Path, corpus: Path) -> None:
    """Puts other words under the key of a real file, as somebody could who hands over an index."""
    lying, encoder = to_chunked_file(chunk_document("", parse_plain_text(LIE))), StaticEncoder()
    shutil.rmtree(target)
    target.mkdir()
    cache = Cache(target / "cache.sqlite")
    key, codes = key_of(corpus / "pont.txt"), np.ones((1, encoder.dimension), np.int8)
    cached = CachedFile((CachedDocument("", sha256_of(corpus / "pont.txt"), key),))
    cache.put([(key, lying, codes)], encoder.fingerprint, [(key, cached)])
    cache.put_failure(key_of(corpus / "autre.txt"), UnreadableFile("it is empty"))
    cache.close()


def test_a_fresh_rebuild_mends_an_index_whose_cache_lies(corpus, target, tmp_path):
    honest = content(target)
    poison(target, corpus)
    assert index.rebuild(corpus, target).documents == 1
    assert quotes(target) == [LIE]  # no checksum has a secret: this is why --fresh is there
    assert index.rebuild(corpus, target, fresh=True).documents == 2
    assert quotes(target) == [TRUTH]
    assert content(target) == honest
    assert index.rebuild(corpus, target).unchanged == 2
    assert content(target) == honest


def test_a_fresh_rebuild_mends_an_index_whose_segments_lie(corpus, target):
    honest = content(target)
    poison(target, corpus)
    index.rebuild(corpus, target)
    (target / "cache.sqlite").unlink()
    (corpus / "autre.txt").unlink()
    index.rebuild(corpus, target)
    assert quotes(target) == [LIE]  # of the same file under the same checksum: its segment was taken over
    index.rebuild(corpus, target, fresh=True)
    assert quotes(target) == [TRUTH]
    (corpus / "autre.txt").write_text("Le marché a lieu le samedi.", "utf-8")
    index.rebuild(corpus, target)
    assert content(target) == honest


def test_a_fresh_rebuild_takes_nothing_over_and_encodes_all_again(corpus, tmp_path):
    encoder, target = HashingEncoder(), tmp_path / "other"
    sentences = index.rebuild(corpus, target, encoder=encoder).sentences
    before = {path.stat().st_ino for path in snapshot.find_current(target).rglob("*")}
    report = index.rebuild(corpus, target, encoder=encoder, fresh=True)
    assert (encoder.encoded, report.unchanged, report.skipped[0].source) == (2 * sentences, 2, "vide.txt")
    assert before.isdisjoint({path.stat().st_ino for path in snapshot.find_current(target).rglob("*")})


def test_the_command_rebuilds_fresh(corpus, target):
    poison(target, corpus)
    command = [sys.executable, "-m", "ui.cli", "rebuild", str(corpus), "--index", str(target), "--fresh"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.startswith("2 documents")
    assert quotes(target) == [TRUTH]


# A manifest that names a model


WATCHED = """
import sys
seen = []
sys.addaudithook(lambda event, arguments: seen.append((event, arguments)))
import rag, index
from index.errors import UserError
for act in (lambda: rag.ask("Combien ?", index=sys.argv[2]), lambda: index.rebuild(sys.argv[3], sys.argv[2])):
    try:
        act()
    except UserError as error:
        print(type(error).__name__, error)
network = [event for event, _ in seen if event.startswith(("socket.connect", "socket.getaddr", "socket.gethost"))]
files = [str(values[0]) for event, values in seen if event in ("open", "os.listdir", "os.scandir") and values]
print(network, [file for file in files if file.startswith(sys.argv[1])], "sentence_transformers" in sys.modules)
"""


@pytest.mark.parametrize(
    "name",
    [
        "someone/a-model",
        "{folder}",
        pytest.param("../model", marks=pytest.mark.exhaustive),
        pytest.param("name; rm -rf ~", marks=pytest.mark.exhaustive),
    ],
)
def test_a_manifest_has_no_model_loaded_nor_looked_for(corpus, target, tmp_path, name):
    model = tmp_path / "model"
    shutil.copytree(FOLDER, model)
    name = name.format(folder=model)
    rewrite(target, lambda plain: plain.update(encoder=name))
    command = [sys.executable, "-c", WATCHED, str(model), str(target), str(corpus)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=surroundings, check=True)
    *errors, traces = done.stdout.splitlines()
    quoted = f"'{name}'" if " " in name else name
    assert errors == [
        f"EncoderNotNamed The index in {target} was made with the encoder {name}. To use it, name it: "
        f"RAG_ENCODER={quoted}. To use the bundled one, rebuild with RAG_ENCODER=sourcier."
    ] * 2  # fmt: skip
    assert traces == "[] [] False"


@pytest.mark.exhaustive  # it imports torch
def test_an_encoder_that_a_person_names_is_loaded(corpus, target, tmp_path, monkeypatch):
    model = str(shutil.copytree(FOLDER, tmp_path / "model"))
    index.rebuild(corpus, target, encoder=model)
    with pytest.raises(EncoderNotNamed):
        rag.ask(ASKED, index=target)
    assert open_index(target, encoder=model).encoder.name == model
    assert rag.ask(ASKED, index=target).found  # named once in this process
    index.rebuild(corpus, target, encoder=model, fresh=True)
    assert rag.ask(ASKED, index=target).found
    monkeypatch.setenv("RAG_ENCODER", model)
    assert index.rebuild(corpus, target).unchanged == 2
    monkeypatch.setenv("RAG_ENCODER", "sourcier")
    index.rebuild(corpus, target)
    monkeypatch.delenv("RAG_ENCODER")
    assert open_index(target).manifest.encoder == "sourcier"
    assert quotes(target) == [TRUTH]


def test_a_model_runs_no_code_of_its_own(tmp_path, monkeypatch):
    model = tmp_path / "model"
    shutil.copytree(FOLDER, model)
    (model / "evil.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\nclass Evil:\n    pass\n")
    (model / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "evil.Evil"}]')
    config = {"model_type": "evil", "auto_map": {"AutoConfig": "evil.Evil", "AutoModel": "evil.Evil"}}
    (model / "config.json").write_text(json.dumps(config))
    monkeypatch.setattr(socket, "create_connection", None)
    with pytest.raises(EncoderLoadError, match="cannot be loaded"):
        index.rebuild(tmp_path, tmp_path / "index", encoder=str(model))
    assert not (tmp_path / "ran").exists()


def test_an_encoder_whose_vectors_are_no_numbers_is_told(corpus, tmp_path):
    class NoNumbers:
        def embed_query(self, text: str) -> list[float]:
            return [float("nan"), 1.0]

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [self.embed_query(text) for text in texts]

    with pytest.raises(EncoderLoadError, match=r"'NoNumbers' returns vectors with invalid numbers\. Use another one\."):
        index.rebuild(corpus, tmp_path / "index", encoder=NoNumbers())


# Vectors that are no numbers


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 1e30])
def test_a_vector_that_is_no_number_is_damage_and_no_confidence(corpus, target, value):
    path = segment_of(target) / "vectors.faiss"
    flipped = bytearray(path.read_bytes())
    flipped[-4:] = np.float32(value).tobytes()
    path.write_bytes(flipped)
    with pytest.raises(IndexCorrupted, match=r"vectors\.faiss cannot be read\. Build the index again"):
        rag.ask(ASKED, index=open_fresh(target))
    opened_index = open_fresh(target)
    for act in (
        opened_index.vectors.reconstruct,
        lambda within: opened_index.vectors.search(np.full(256, 1 / 16, np.float32), 2, within),
    ):
        with pytest.raises(IndexCorrupted, match=r"vectors\.faiss cannot be read\. Build the index again"):
            act(np.arange(2))
    index.rebuild(corpus, target)
    assert quotes(target) == [TRUTH]


def test_a_confidence_in_json_is_a_number_whatever_byte_of_the_vectors_is_another(corpus, target):
    path = segment_of(target) / "vectors.faiss"
    whole = path.read_bytes()
    numbers = np.random.default_rng(5).integers(40, len(whole), 60).tolist()
    for number in numbers:
        flipped = bytearray(whole)
        flipped[number] ^= 0xC0
        path.write_bytes(flipped)
        try:
            answer = rag.ask(ASKED, index=open_fresh(target))
        except IndexCorrupted:
            continue
        assert "NaN" not in json.dumps(answer.to_dict(), allow_nan=False)


def test_a_search_for_what_is_no_number_is_a_bug(target):
    with pytest.raises(ValueError, match="no number"):
        open_index(target).vectors.search(np.full(256, np.nan, np.float32), 3)
