"""The encoders give the same vectors however they are asked, and say plainly what they cannot load."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from index.encoders.base import encode_query
from index.encoders.registry import LangChainEncoder, load_encoder
from index.encoders.static import BUNDLED, FOLDER, StaticEncoder
from index.errors import EncoderLoadError

pytestmark = pytest.mark.slow

TEXTS = [
    "Le président a reçu le chancelier à l'Élysée.",
    "The president met the chancellor.",
    "L’œuvre a coûté 12 000 € en 2022 !",
    "çà",
    "Zaporijjia, naïveté, anticonstitutionnellement",
    "Une phrase plus longue, " * 40,
]


class Letters:
    """LangChain-shaped embeddings that compute: how often each letter occurs."""

    def embed_query(self, text: str) -> list[float]:
        return [float(text.lower().count(letter)) for letter in "abcdefghijklmnopqrstuvwxyz"]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


def test_the_vectors_are_those_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    theirs = SentenceTransformer(str(FOLDER), device="cpu").encode([*TEXTS, "", "☃ ☃"])
    assert np.abs(StaticEncoder().encode([*TEXTS, "", "☃ ☃"]) - theirs).max() < 1e-5


@pytest.mark.parametrize("limit", [0, 100, 1_000_000])
def test_a_vector_depends_on_its_text_alone(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.encoders.static._CACHED_LETTERS", limit)
    encoder = StaticEncoder()
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    crowd = encoder.encode(["", *TEXTS, *(f"texte {i},\u00a0{i}  fin\n" for i in range(2000)), *reversed(TEXTS)])
    assert (crowd[1 : len(TEXTS) + 1] == alone).all()
    assert (crowd[-len(TEXTS) :][::-1] == alone).all()


def test_the_words_that_are_kept_do_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.encoders.static._CACHED_LETTERS", 1000)
    encoder = StaticEncoder()
    for start in range(0, 10_000, 500):
        encoder.encode([f"mot{number}" for number in range(start, start + 500)])
        assert len("".join(encoder._cached_tokens)) < 1000 + 500 * len("mot10000")


def test_rows_have_length_one_or_zero() -> None:
    vectors = StaticEncoder().encode([*TEXTS, "", " \n", "\u2603", "\x00"])
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.allclose(lengths[: len(TEXTS)], 1, atol=1e-6)
    assert not vectors[len(TEXTS) :].any()
    assert StaticEncoder().encode([]).shape == (0, StaticEncoder().dimension)


def test_accents_case_and_apostrophes_do_not_matter() -> None:
    first, second = StaticEncoder().encode(["L'Œuvre de l'État", "l’oeuvre de l’etat"])
    assert first @ second > 0.99


@pytest.mark.parametrize(
    ("near", "question", "far"),
    [
        ("Plus de 100.000 militaires sont massés à la frontière.", "How many troops?", "La séance est ouverte."),
        ("Le loyer est trop cher.", "The rent costs too much.", "Le chat dort."),
        ("la voiture", "l'automobile", "la fenêtre"),
    ],
)
def test_meaning_crosses_words_and_languages(near: str, question: str, far: str) -> None:
    vectors = StaticEncoder().encode([near, question, far])
    assert vectors[0] @ vectors[1] > vectors[1] @ vectors[2] + 0.1


def test_a_hundred_thousand_characters_are_one_vector() -> None:
    assert StaticEncoder().encode(["mot " * 25_000]).shape == (1, StaticEncoder().dimension)


def test_the_bundled_encoder_is_the_default_and_loaded_once() -> None:
    assert load_encoder() is load_encoder(None) is load_encoder(BUNDLED)
    assert load_encoder().name == BUNDLED


def test_an_encoder_is_given_back_as_it_is() -> None:
    encoder = StaticEncoder()
    assert load_encoder(encoder) is encoder


def test_the_fingerprint_is_of_the_files(tmp_path: Path) -> None:
    for file in ("model.safetensors", "tokenizer.json"):
        (tmp_path / file).write_bytes((FOLDER / file).read_bytes())
    assert StaticEncoder(tmp_path).fingerprint == StaticEncoder().fingerprint
    damaged = bytearray((tmp_path / "model.safetensors").read_bytes())
    damaged[-1] ^= 1
    (tmp_path / "model.safetensors").write_bytes(damaged)
    assert StaticEncoder(tmp_path).fingerprint != StaticEncoder().fingerprint


def test_langchain_embeddings_are_an_encoder_too() -> None:
    encoder = load_encoder(Letters())
    assert isinstance(encoder, LangChainEncoder)
    assert (encoder.name, encoder.dimension) == ("Letters", 26)
    assert encoder.encode(["abba"]) == pytest.approx(np.array([[2, 2, *[0] * 24]]) / 8**0.5)
    assert not encoder.encode(["42"]).any()
    assert encoder.fingerprint == load_encoder(Letters()).fingerprint != load_encoder().fingerprint


def test_an_absent_model_is_named_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(
        EncoderLoadError, match=r"no/such-model.*cannot be loaded.*Name the folder of a model, or 'sourcier'"
    ):
        load_encoder("no/such-model")
    with pytest.raises(EncoderLoadError, match=r"model\.safetensors and .*tokenizer\.json not found"):
        StaticEncoder(tmp_path)


def test_where_there_is_no_network_an_absent_model_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    import sentence_transformers  # noqa: F401  (it takes seconds to import)

    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "https://127.0.0.1:9")  # where nothing answers
    for variable in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")  # it names no proxy
    began = time.monotonic()
    reason = "it is not on this machine, and the model hub cannot be reached"
    for name, expected in (("no/such-model", reason), (str(tmp_path / "absent"), "this folder does not exist")):
        with pytest.raises(EncoderLoadError, match=expected):
            load_encoder(name)
    assert time.monotonic() - began < 5
    assert "etry" not in capfd.readouterr().err


@pytest.mark.slow  # it imports torch
def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(EncoderLoadError, match=r"cannot be loaded: .*Name the folder of a model"):
        load_encoder(str(tmp_path))


def test_a_table_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_bytes((FOLDER / "tokenizer.json").read_bytes())
    (tmp_path / "model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    with pytest.raises(EncoderLoadError, match="not a table of int8 rows"):
        StaticEncoder(tmp_path)


def test_neither_torch_nor_the_hub_is_needed() -> None:
    code = (
        "import sys; from index.encoders.registry import load_encoder; load_encoder().encode(['où ?']);"
        " print([m for m in ('torch', 'sentence_transformers', 'transformers', 'huggingface_hub') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=FOLDER.parents[2]
    )
    assert run.stdout.strip() == "[]"


def test_the_model_fits_its_size() -> None:
    assert sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()) <= 20 * 2**20


def test_a_question_goes_through_the_method_for_questions() -> None:
    class Asymmetric(Letters):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [row[::-1] for row in super().embed_documents(texts)]

    encoder = load_encoder(Asymmetric())
    assert np.flatnonzero(encode_query(encoder, "aaa")).tolist() == [0]
    assert np.flatnonzero(encoder.encode(["aaa"])[0]).tolist() == [25]
