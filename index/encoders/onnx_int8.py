"""A sentence-transformers model as an ONNX graph with int8 weights: faster on a CPU, and smaller.

Weights have one scale per output channel. Activations have one scale per text, computed as it comes (dynamic
quantisation of ONNX Runtime). Texts run one at a time, so that a vector does not depend on the other texts.
"""

import logging
import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from threading import Lock

import numpy as np
import onnxruntime
import torch
from huggingface_hub import cached_assets_path
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from index.encoders.base import FINGERPRINT_TEXTS, Vectors, l2_normalize
from index.errors import ConverterNotInstalled
from index.files import sha256_of

_CONVERTERS = ("onnx", "onnxscript")  # torch.onnx needs the second
VERSION = 1  # of how vectors are computed here
_MIN_COSINE = 0.95  # of a vector of the graph and that of the model
_TEXTS = [*FINGERPRINT_TEXTS, " ".join(FINGERPRINT_TEXTS * 8)]  # that are compared
_LOG = logging.getLogger(__name__)


class OnnxEncoder:
    """Runs the graph, each text on a core of its own."""

    def __init__(self, model: SentenceTransformer, file: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
        self._model, self._alone = model, Lock()

    def encode(self, texts: Sequence[str], prompt: str | None = None) -> Vectors:
        """Return one row of length 1 per text, shape (texts, dimension).

        The ``prompt`` is put before each; without one, the model's default prompt if it has one.
        """
        with ThreadPoolExecutor(torch.get_num_threads()) as cores:
            return l2_normalize(np.stack(list(cores.map(self._vector, self._tokens(texts, prompt)))))

    def _tokens(self, texts: Sequence[str], prompt: str | None) -> list[NDArray[np.int64]]:
        prompt = prompt or self._model.prompts.get(self._model.default_prompt_name or "")
        with self._alone:  # the tokenizer is for one thread at a time
            tokenized = self._model.preprocess(list(texts), prompt=prompt)
        return [
            row[mask == 1].numpy()
            for row, mask in zip(tokenized["input_ids"], tokenized["attention_mask"], strict=True)
        ]

    def _vector(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        (vectors,) = self._session.run(None, {"tokens": tokens[None]})
        return vectors[0]  # type: ignore[no-any-return]


def load_or_convert(model: SentenceTransformer, name: str, fingerprint: str) -> OnnxEncoder | None:
    """Return the int8 graph of a model: from the cache of the Hugging Face client, or a new one, which is cached.

    ``fingerprint`` is of the weights. Return None if the model cannot be converted, or if the graph computes other
    vectors than the model.

    Raises:
        ConverterNotInstalled: there is no graph yet, and the packages that make one are not installed.
    """
    expected = l2_normalize(np.asarray(model.encode(_TEXTS, batch_size=1, show_progress_bar=False), np.float32))
    folder = _cache_folder(fingerprint)
    cached = _find_cached_file(folder) if folder else None
    if cached and (graph := _load_if_alike(model, cached, expected)):
        return graph
    if any(find_spec(package) is None for package in _CONVERTERS):
        raise ConverterNotInstalled(
            "To use the encoder {!r}, install its converter: pip install 'sourcier[convert]'", name
        )
    with TemporaryDirectory() as work:
        try:
            converted = _convert(model, Path(work))
        except Exception as problem:  # each layer of the exporter raises what it likes
            _LOG.warning("The model is computed by torch: it cannot be converted (%s).", type(problem).__name__)
            return None
        graph = _load_if_alike(model, converted, expected)
        if graph is None:
            _LOG.warning("The model is computed by torch: in int8 its vectors would be others.")
        elif folder:
            _store(converted, folder)
    return graph


def _load_if_alike(model: SentenceTransformer, file: Path, expected: Vectors) -> OnnxEncoder | None:
    try:
        graph = OnnxEncoder(model, file)
        cosines = np.einsum("nd,nd->n", graph.encode(_TEXTS), expected)
    except Exception:  # the errors of ONNX Runtime have no class in common
        return None
    return graph if (cosines > _MIN_COSINE).all() else None


class _SingleText(torch.nn.Module):
    """All layers of a model, for one text without padding."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        converted: torch.Tensor = self.model({"input_ids": tokens, "attention_mask": torch.ones_like(tokens)})[
            "sentence_embedding"
        ]
        return converted


def _convert(model: SentenceTransformer, work: Path) -> Path:
    # Imported here: the packages of ``_CONVERTERS`` are optional, and a graph that was kept needs none of them.
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    exported, quantized = work / "whole.onnx", work / "small.onnx"
    _export(model, exported)
    graph = onnx.load(exported, load_external_data=False)
    add_pre_process_metadata(graph)  # the exporter has done what this asks for
    onnx.save(graph, exported)
    quantize_dynamic(
        exported,
        quantized,
        per_channel=True,
        weight_type=QuantType.QInt8,
        reduce_range=True,  # processors before VNNI add two products in 16 bits
        op_types_to_quantize=["MatMul", "Gemm"],
    )
    return quantized


def _export(model: SentenceTransformer, file: Path) -> None:
    transformer = model.transformers_model
    if transformer is None:
        raise ValueError("it is no transformer")
    transformer.set_attn_implementation("eager")  # as products of matrices
    example = model.preprocess([FINGERPRINT_TEXTS[0]])["input_ids"]
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it misses packages that are not needed
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # of torch, about itself
        torch.onnx.export(
            _SingleText(model).eval(),
            (example,),
            file,
            input_names=["tokens"],
            dynamic_shapes=({1: torch.export.Dim.DYNAMIC},),
            verbose=False,
        )


def _cache_folder(fingerprint: str) -> Path | None:
    try:
        return cached_assets_path("sourcier", fingerprint, "int8")
    except (OSError, ValueError):  # it may not be written to, or is a file: the graph is made each time
        return None


def _find_cached_file(folder: Path) -> Path | None:
    """Return the cached graph if it is intact: a file is named by its checksum."""
    return next((file for file in folder.glob("*.onnx") if file.is_file() and file.stem == sha256_of(file)), None)


def _store(converted: Path, folder: Path) -> None:
    partial = folder / f"{os.getpid()}.partial"
    try:
        copyfile(converted, partial)
        for damaged in folder.glob("*.onnx"):
            damaged.unlink()
        partial.replace(folder / f"{sha256_of(partial)}.onnx")
    except OSError as problem:
        with suppress(OSError):
            partial.unlink()
        _LOG.warning("The converted model cannot be kept, and will be made again: %s.", problem)
