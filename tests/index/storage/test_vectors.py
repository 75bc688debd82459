"""The meaning index finds what comparing with every vector finds."""

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.build import ivf
from index.errors import IndexCorrupted
from index.storage.segments import Source
from index.storage.vectors import VectorIndex, dequantize, quantize


def unit_vectors(count: int, dimension: int, seed: int):
    vectors = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def clustered_vectors(count: int, dimension: int, seed: int):
    """Vectors that gather around some, as those of real sentences do."""
    noise, centres = np.random.default_rng(seed), unit_vectors(count // 40, dimension, seed)
    vectors = centres[noise.integers(0, len(centres), count)] + 0.5 * unit_vectors(count, dimension, seed + 1)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def saved(folder, vectors, kind="Flat", parts=3):
    """The vectors in an index of several parts, the last of them empty, and what was found while tuning it."""
    codes = quantize(vectors)
    empty, trials = ivf.train(kind, codes), ivf.RecallEstimator(codes)
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{number}.faiss" for number in range(parts + 1)]
    for path, some in zip(paths, [*np.array_split(codes, parts), codes[:0]], strict=True):
        index = faiss.clone_index(empty)
        ivf.add(index, some)
        trials.add_reference(some)
        faiss.write_index(index, str(path))
    opened = VectorIndex(paths)
    return trials.choose_nprobe(opened), opened


def brute_force(vectors, query, k, among=None):
    cosines = (vectors @ query).round(5)
    numbers = np.arange(len(vectors)) if among is None else among
    order = np.lexsort((numbers, -cosines[numbers]))[:k]
    return numbers[order], cosines[numbers][order]


@settings(max_examples=30)
@given(count=st.integers(1, 300), k=st.integers(1, 40), seed=st.integers(0, 1000))
def test_search_agrees_with_brute_force(tmp_path_factory, count, k, seed):
    vectors = unit_vectors(count, 32, seed)
    recall, index = saved(tmp_path_factory.mktemp("meaning"), vectors)
    query = unit_vectors(1, 32, seed + 1)[0]
    numbers, cosines = index.search(query, k)
    expected, best = brute_force(dequantize(quantize(vectors)), query, k)
    assert (recall, len(index)) == (1.0, count)
    assert np.abs(cosines - best).max() < 1e-4
    assert numbers.tolist() == expected.tolist() or np.abs(np.diff(best)).min() < 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("chosen", [1, 5, 900])
@pytest.mark.parametrize("few", [0, 20_000])
@pytest.mark.parametrize("kind", ["Flat", "IVF64,SQ8"])
def test_a_search_within_some_sentences_finds_no_others(tmp_path, monkeypatch, chosen, few, kind):
    monkeypatch.setattr("index.storage.vectors._EXHAUSTIVE", few)
    vectors, query = clustered_vectors(3000, 32, 0), unit_vectors(1, 32, 9)[0]
    _, index = saved(tmp_path, vectors, kind)
    among = np.sort(np.random.default_rng(1).choice(3000, chosen, replace=False))
    numbers, cosines = index.search(query, 10, among)
    assert set(numbers.tolist()) <= set(among.tolist())
    assert (np.diff(cosines) <= 1e-5).all()
    if kind == "Flat":
        assert numbers.tolist() == brute_force(dequantize(quantize(vectors)), query, 10, among)[0].tolist()


@pytest.mark.slow
def test_a_large_index_is_grouped_and_finds_nearly_all(tmp_path):
    vectors = clustered_vectors(20_000, 64, 3)
    recall, index = saved(tmp_path, vectors, "IVF128,SQ8")
    assert recall >= 0.95
    assert index.nprobe < 128
    queries = vectors[::1000]
    exact = [set(brute_force(vectors, query, 10)[0].tolist()) for query in queries]
    approximate = [set(index.search(query, 10)[0].tolist()) for query in queries]
    assert np.mean([len(e & f) / 10 for e, f in zip(exact, approximate, strict=True)]) >= 0.95


@pytest.mark.slow
def test_the_same_vectors_give_the_same_index(tmp_path):
    vectors = clustered_vectors(12_000, 32, 4)
    for name in ("a", "b"):
        saved(tmp_path / name, vectors, "IVF128,SQ8")
    assert (tmp_path / "a" / "1.faiss").read_bytes() == (tmp_path / "b" / "1.faiss").read_bytes()


@pytest.mark.parametrize("kind", ["Flat", "IVF64,SQ8"])
def test_vectors_come_back_by_number(tmp_path, kind):
    vectors = clustered_vectors(3000, 32, 5)
    _, index = saved(tmp_path, vectors, kind)
    numbers = np.array([2999, 0, 17, 17])
    assert np.abs(index.reconstruct(numbers) - vectors[numbers]).max() < 0.02
    assert index.reconstruct(np.array([], np.int64)).shape == (0, 32)


@given(st.integers(1, 50), st.integers(0, 100))
def test_compact_vectors_keep_their_direction(count, seed):
    vectors = unit_vectors(count, 256, seed)
    assert (np.einsum("nd,nd->n", vectors, dequantize(quantize(vectors))) > 0.9999).all()


def test_a_text_without_meaning_stays_without(tmp_path):
    assert not dequantize(quantize(np.zeros((2, 8), np.float32))).any()


def test_a_damaged_index_says_so(tmp_path):
    (tmp_path / "m.faiss").write_bytes(b"junk")
    with pytest.raises(IndexCorrupted, match=r"cannot be read\. Build the index again: rag rebuild FOLDER"):
        VectorIndex([tmp_path / "m.faiss"])


def test_small_indexes_are_exact_and_large_ones_grouped():
    assert ivf.choose_factory_string(99_999) == "Flat"
    kinds = [ivf.choose_factory_string(count) for count in (100_000, 1_000_000, 4_000_000)]
    assert kinds == ["IVF256,SQ8", "IVF1024,SQ8", "IVF2048,SQ8"]


@pytest.mark.parametrize(("files", "each"), [(20_000, 50), (3, 400_000)])
def test_groups_are_learned_from_enough_documents_and_a_change_of_another_changes_nothing(files, each):
    sources = [Source(f"{number}.txt", "", str(number), 1, each) for number in range(files)]
    chosen = ivf.sample_sources(sources)
    sentences = sum(source.sentences for source in chosen)
    assert sentences >= 20 * 1024
    if files > 3:
        assert sentences < 200 * 1024
        edited = next(n for n, source in enumerate(sources) if source not in chosen)
        sources[edited] = sources[edited]._replace(key="another", sentences=each + 3)
        assert ivf.sample_sources(sources) == chosen
