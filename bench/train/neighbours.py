"""Write ``rag/retrieval/data/neighbours.tsv.gz``: the nearest words in meaning to each whole word of the encoder.

    python -m bench.train.neighbours [--out rag/retrieval/data/neighbours.tsv.gz]

Of words that the lexical index treats as one (inflections), only the nearest is listed.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import faiss

from bench.train.tables import write_table
from index.encoders.base import Vectors
from index.encoders.registry import load_encoder
from index.encoders.static import FOLDER
from index.language import STOPWORDS_BY_LANGUAGE
from index.storage.lexical import analyze

NEAREST = 10
LOOKED_AT = 60
LEAST = 0.55  # cosine


def whole_words() -> list[str]:
    """Return the words of the encoder's vocabulary, in its order."""
    vocabulary = json.loads((FOLDER / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    function = STOPWORDS_BY_LANGUAGE["fr"] | STOPWORDS_BY_LANGUAGE["en"]
    return [word for word in vocabulary if len(word) > 2 and word.isalpha() and word not in function]


def nearest(words: list[str], vectors: Vectors) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    """Yield each word with its neighbours and their cosines, nearest first.

    ``vectors`` has shape (words, dimension).
    """
    stems = [{(field, *analyze(word, field)) for field in ("fr", "en")} for word in words]
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    for start in range(0, len(words), 4096):
        cosines, neighbours = index.search(vectors[start : start + 4096], LOOKED_AT)
        for row, (numbers, similarities) in enumerate(zip(neighbours.tolist(), cosines.round(4).tolist(), strict=True)):
            ordered = sorted(zip(similarities, numbers, strict=True), key=lambda pair: (-pair[0], pair[1]))
            yield words[start + row], list(_distinct(start + row, ordered, words, stems))


def _distinct(
    word: int, ordered: list[tuple[float, int]], words: list[str], stems: list[set[tuple[str, ...]]]
) -> Iterator[tuple[str, float]]:
    seen_stems, count = set(stems[word]), 0
    for cosine, other in ordered:
        if cosine < LEAST or count == NEAREST:
            return
        if not stems[other] & seen_stems:
            seen_stems |= stems[other]
            count += 1
            yield words[other], cosine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("rag/retrieval/data/neighbours.tsv.gz"))
    arguments = parser.parse_args()
    words = whole_words()
    lines = [
        "\t".join([word, *(f"{other}|{cosine:.2f}" for other, cosine in neighbours)])
        for word, neighbours in nearest(words, load_encoder().encode(words))
        if neighbours
    ]
    write_table(lines, arguments.out)


if __name__ == "__main__":
    main()
