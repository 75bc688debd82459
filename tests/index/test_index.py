"""An opened index: what was saved is what is opened, it stays as it was, and a rebuild is seen."""

import re
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from fakes import HashingEncoder

from index.build.rebuild import rebuild
from index.documents import Document
from index.errors import IndexCorrupted, IndexMismatch, IndexNotFound
from index.index import open_index
from index.readers.registry import read
from index.storage.manifest import FORMAT, read_manifest
from index.storage.npy import map_array
from index.storage.snapshot import check_index, find_corrupted, find_current
from index.workers.chunks import chunk

SEEDS = Path(__file__).parents[2] / "seeds"
ENCODER = HashingEncoder()


@pytest.fixture(scope="module")
def seeds(tmp_path_factory):
    target = tmp_path_factory.mktemp("index")
    rebuild(SEEDS, target, encoder=ENCODER)
    return open_index(target, encoder=ENCODER)


@pytest.fixture
def built(tmp_path):
    corpus, target = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "b.txt").write_text("La mer est bleue. Le ciel aussi.", "utf-8")
    (corpus / "a.txt").write_text("Le pain est cuit.", "utf-8")
    rebuild(corpus, target, encoder=ENCODER)
    return corpus, target


def test_what_is_saved_is_what_is_opened(seeds):
    for path in sorted(SEEDS.glob("*.txt")):
        sha256, parsed = read(path)
        expected, document = parsed.document(path.name, sha256), seeds.document(path.name)
        assert document.text == expected.text
        facts = [field.name for field in fields(Document) if field.name != "content"]
        assert [getattr(document, name) for name in facts] == [getattr(expected, name) for name in facts]
        offsets = chunk(parsed).sentences.tolist()
        numbers = [number for passage in seeds.passages_of(path.name) for number in seeds.sentences_of(passage)]
        assert [edge for n in numbers for edge in (seeds.sentence(n).start, seeds.sentence(n).end)] == offsets


def test_numbers_go_through_all_documents_in_order(seeds):
    assert list(seeds.document_ids) == sorted(path.name for path in SEEDS.glob("*.txt"))
    passages = [number for id in seeds.document_ids for number in seeds.passages_of(id)]
    assert passages == list(range(seeds.passages))
    assert [number for passage in passages for number in seeds.sentences_of(passage)] == list(range(seeds.sentences))


def test_documents_are_found_by_words_of_id_and_title_without_accents_some_at_a_time(tmp_path):
    corpus, target = tmp_path / "corpus", tmp_path / "index"
    (corpus / "notes").mkdir(parents=True)
    for name, title in (("notes/b.txt", "Été à Évian"), ("a.txt", "L'hiver à Évian"), ("c_%.txt", "100 % automne")):
        (corpus / name).write_text(f"{title}\n\nRien à dire de plus.", "utf-8")
    rebuild(corpus, target, encoder=ENCODER)
    index = open_index(target, encoder=ENCODER)
    assert index.find_by_name("", 0, 9) == ["a.txt", "c_%.txt", "notes/b.txt"]
    assert index.find_by_name("EVIAN", 0, 9) == ["a.txt", "notes/b.txt"]
    assert index.find_by_name("evian", 1, 9) == ["notes/b.txt"]
    assert index.find_by_name("", 0, 2) == ["a.txt", "c_%.txt"]
    assert index.find_by_name("évian notes", 0, 9) == ["notes/b.txt"]
    assert index.find_by_name("%", 0, 9) == ["c_%.txt"]
    assert [index.count_by_name(words) for words in ("", "evian", "nothing")] == [3, 2, 0]


def test_each_sentence_lies_in_its_passage(seeds):
    for number, passage in enumerate(seeds.passages_of_sentences(np.arange(seeds.sentences)).tolist()):
        sentence, around = seeds.sentence(number), seeds.passage(passage)
        assert around.start <= sentence.start < sentence.end <= around.end
        assert sentence.document is around.document
        assert seeds.document_ids[seeds.document_number(np.array([passage]))[0]] == around.document.id


def test_the_vector_of_a_sentence_is_that_of_its_text(seeds):
    sentences = map(seeds.sentence, range(seeds.sentences))  # a few words have their heading before them
    numbers = np.array([number for number, sentence in enumerate(sentences) if len(sentence.text) >= 40])
    assert len(numbers) > 50
    expected = ENCODER.encode([seeds.sentence(number).text for number in numbers])
    assert np.abs(seeds.vectors.reconstruct(numbers) - expected).max() < 0.01


def test_words_find_the_passage_that_holds_them(seeds):
    numbers, _ = seeds.lexical.search(seeds.lexical.term_query("plain", "normandie"), 10)
    holding = {n for n in range(seeds.passages) if "Normandie" in seeds.passage(n).text}
    assert set(numbers.tolist()) == holding


def test_the_dates_of_the_seeds_are_those_they_say(seeds):
    dates = [seeds.document_date(number) for number in range(5)]
    assert dates == [None, date(2022, 2, 12), date(2022, 2, 3), None, None]
    assert [bool(day) for day in seeds.days] == [bool(day) for day in dates]


def test_an_unknown_document_is_a_key_error(seeds):
    with pytest.raises(KeyError, match=r"absent\.txt"):
        seeds.document("absent.txt")
    with pytest.raises(KeyError, match=r"absent\.txt"):
        seeds.passages_of("absent.txt")
    with pytest.raises(IndexError, match=f"passage {seeds.passages} of"):
        seeds.passage(seeds.passages)


def test_an_index_is_opened_once_and_again_after_a_rebuild(built):
    corpus, target = built
    first = open_index(target, encoder=ENCODER)
    assert open_index(target) is first
    assert open_index(first) is first
    (corpus / "c.txt").write_text("Un troisième.", "utf-8")
    rebuild(corpus, target, encoder=ENCODER)
    assert list(open_index(target).document_ids) == ["a.txt", "b.txt", "c.txt"]


def test_an_index_that_was_deleted_and_built_of_another_folder_is_seen(built, tmp_path):
    corpus, target = built
    assert list(open_index(target, encoder=ENCODER).document_ids) == ["a.txt", "b.txt"]
    shutil.rmtree(target)
    other = tmp_path / "other"
    other.mkdir()
    (other / "z.txt").write_text("Un autre texte.", "utf-8")
    rebuild(other, target, encoder=ENCODER)
    assert list(open_index(target, encoder=ENCODER).document_ids) == ["z.txt"]
    shutil.rmtree(target)
    rebuild(corpus, target, encoder=ENCODER)
    assert list(open_index(target, encoder=ENCODER).document_ids) == ["a.txt", "b.txt"]


def test_a_generation_of_an_earlier_version_is_opened_and_replaced(built):
    corpus, target = built
    find_current(target).rename(target / "generation-000007")
    (target / "CURRENT").write_text("generation-000007")
    assert list(open_index(target, encoder=ENCODER).document_ids) == ["a.txt", "b.txt"]
    (corpus / "c.txt").write_text("Un troisième.", "utf-8")
    rebuild(corpus, target, encoder=ENCODER)
    assert re.fullmatch(r"snapshot-000008-[0-9a-f]{16}", find_current(target).name)
    assert not (target / "generation-000007").exists()


@pytest.mark.parametrize("name", ["", "snapshot-1", "../index", "snapshot-000001.partial", "snapshot-000001/x"])
def test_what_names_no_generation_is_told(built, name):
    (built[1] / "CURRENT").write_text(name)
    with pytest.raises(IndexCorrupted, match=r"CURRENT cannot be read\. Build the index again"):
        open_index(built[1])


@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be removed there")
def test_an_opened_index_lives_on_when_its_files_are_gone(built):
    _, target = built
    opened = open_index(target, encoder=ENCODER)
    shutil.rmtree(target)
    assert opened.passage(1).text == "La mer est bleue. Le ciel aussi."
    assert opened.document("a.txt").text == "Le pain est cuit."
    assert opened.lexical.search(opened.lexical.term_query("plain", "ciel"), 3)[0].tolist() == [1]
    assert opened.vectors.search(ENCODER.encode(["le ciel aussi"])[0], 1)[0].tolist() == [2]


@pytest.mark.slow
def test_readers_of_many_threads_see_whole_indexes_while_rebuilds_run(built):
    corpus, target = built
    stop, wrong = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            opened = open_index(target, encoder=ENCODER)
            texts = [opened.passage(number).text for number in range(opened.passages)]
            if len(texts) != opened.manifest.passages or "Le pain est cuit." not in texts:
                wrong.append(texts)

    with ThreadPoolExecutor(3) as threads:
        looking = [threads.submit(look) for _ in range(3)]
        try:
            for number in range(8):
                (corpus / "c.txt").write_text(f"Version {number}.", "utf-8")
                rebuild(corpus, target, encoder=ENCODER)
        finally:
            stop.set()
    [future.result() for future in looking]  # raises what was raised there
    assert not wrong


@pytest.mark.parametrize(
    "array",
    [np.arange(7, dtype=np.int64), np.arange(6, dtype=np.int32).reshape(3, 2), np.array(["fr", "en"], "S2")],
    ids=["one dimension", "two dimensions", "strings"],
)
def test_an_array_is_read_without_the_parser_that_threads_cannot_share(array, tmp_path, monkeypatch):
    monkeypatch.setattr("ast.literal_eval", None)
    path = tmp_path / "array.npy"
    np.save(path, array)
    assert map_array(path).dtype == array.dtype
    assert map_array(path).tolist() == array.tolist()
    written = path.read_bytes()
    path.write_bytes(written[:-1])
    with pytest.raises(ValueError, match="buffer"):
        map_array(path)
    path.write_bytes(re.sub(rb"'descr': '(..).'", rb"'descr': '\g<1>x'", written))
    with pytest.raises(ValueError, match="holds no array"):
        map_array(path)


def test_no_index_says_how_to_build_one(tmp_path):
    with pytest.raises(IndexNotFound, match=r"No index in .*nowhere\. Build one: rag rebuild FOLDER"):
        open_index(tmp_path / "nowhere")


def test_an_index_of_another_format_says_so(built):
    path = find_current(built[1]) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace(f'"format": {FORMAT}', '"format": 0'), "utf-8")
    with pytest.raises(IndexMismatch, match=r"another version of this program\. Build it again: rag rebuild"):
        open_index(built[1])


def test_a_manifest_that_was_changed_says_so(built):
    path = find_current(built[1]) / "manifest.json"
    path.write_text(path.read_text("utf-8").replace('"recall": 1.0', '"recall": 0.9'), "utf-8")
    with pytest.raises(IndexCorrupted, match=r"The manifest of .* is missing or damaged"):
        open_index(built[1])


def test_another_encoder_is_refused(built):
    with pytest.raises(IndexMismatch, match=r"another encoder, or another version of it \(hashing\)"):
        _ = open_index(built[1], encoder=HashingEncoder(seed=1)).encoder


def test_another_encoder_in_the_settings_is_refused(built, monkeypatch):
    monkeypatch.setenv("RAG_ENCODER", "some/model")
    with pytest.raises(IndexMismatch, match="made with the encoder hashing, but some/model is requested"):
        open_index(built[1])


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["fast", "term", "fieldnorm", "store"])
def test_a_damaged_file_of_words_is_told_before_tantivy_prints_of_it(built, suffix):
    path = next(find_current(built[1]).rglob(f"*.{suffix}"))
    code = (
        "import sys; from pathlib import Path; from index import open_index; from index.errors import IndexCorrupted\n"
        "path, whole = Path(sys.argv[1]), Path(sys.argv[1]).read_bytes()\n"
        "for at in range(0, len(whole), max(1, len(whole) // 40)):\n"
        "    path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1:])\n"
        "    try:\n"
        "        open_index(sys.argv[2])\n"
        "        print('opened', at)\n"
        "    except IndexCorrupted as told:\n"
        "        assert path.name in str(told)\n"
    )
    command = [sys.executable, "-c", code, str(path), str(built[1])]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=SEEDS.parent)
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["manifest.json", "documents.sqlite", "sentences.npy", "vectors.faiss", "meta.json"])
@pytest.mark.parametrize("how", ["absent", "cut", "junk"])
def test_a_damaged_index_says_so(built, name, how):
    path = next(find_current(built[1]).rglob(name))
    content = path.read_bytes()
    path.unlink()
    if how != "absent":
        path.write_bytes(content[: len(content) // 2] if how == "cut" else b"\x07" * len(content))
    with pytest.raises(IndexCorrupted, match="rag rebuild FOLDER"):
        open_index(built[1])


def test_a_flipped_byte_is_found_and_named(built):
    snapshot = find_current(built[1])
    assert find_corrupted(snapshot, read_manifest(snapshot)) == check_index(built[1]) == []
    files = read_manifest(snapshot).files
    assert files is not None
    for name in files:
        path = snapshot / name
        content = bytearray(path.read_bytes())
        if content:
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
            assert find_corrupted(snapshot, read_manifest(snapshot)) == check_index(built[1]) == [name]
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
