"""Measure an encoder alone, without lexical search: a passage scores as its best sentence.

python -m bench.quality.encoder DATA [FOLDER_OR_MODEL [--as-library]] [--only squad2_en]
"""

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from bench.quality.datasets import Query, Text, corpus, for_encoder, pairs, qrels, queries
from index.encoders.base import Vectors
from index.encoders.registry import load_encoder

Encode = Callable[[Sequence[str]], Vectors]

HELD_OUT = ("tico19", "python_docs", "questions_mintaka", "tatoeba2017")
SETS = (  # name, folder, split
    ("piaf dev", "piaf", "dev"),
    ("servicepublic", "servicepublic", "test"),
    ("squad2_en", "squad2_en", "dev"),
    ("assemblee", "assemblee", "test"),
)
NEIGHBOURS = (
    "président voiture coût longueur durée soldats militaires troops anglais britannique porte-parole spokesman"
    " appel entretien call licenciement loyer chômage"
).split()


def held_out(english: str) -> bool:
    """Return whether a parallel text is in the sixteenth that measures and never trains."""
    return crc32(english.encode()) % 16 == 0


def sentences(text: str) -> list[str]:
    """Split a text roughly, well enough to compare encoders; the index has its own splitter."""
    pieces = re.split(r"(?<=[.!?…])[\"»”)]*\s+(?=[A-ZÀ-Ý«\"“(\d])|\n+", text)
    return [sentence.strip() for sentence in pieces if sentence.strip()]


def hits(
    encode: Encode, documents: Sequence[Text], questions: Sequence[Query], relevant: dict[str, set[str]], titled: bool
) -> dict[int, float]:
    """Return the share of questions with a right document among the first 1 and 5."""
    units = [(i, s) for i, d in enumerate(documents) for s in sentences(d.text)]
    owners = np.array([i for i, _ in units])
    vectors = encode([f"{documents[i].title} {s}" if titled else s for i, s in units])
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    ids = [documents[i].id for i in owners[starts]]
    ranks = []
    for query, vector in zip(questions, encode([q.text for q in questions]), strict=True):
        best = np.maximum.reduceat(vectors @ vector, starts)
        order = np.argsort(-best, kind="stable")[:5]
        ranks.append(next((r for r, i in enumerate(order) if ids[i] in relevant[query.id]), 5))
    return {k: sum(r < k for r in ranks) / len(ranks) for k in (1, 5)}


def figures(encode: Encode, data: Path, titles: Iterable[bool] = (True, False)) -> dict[str, float]:
    """Return every measure by name; each in [0, 1]."""
    result: dict[str, float] = {}
    for titled in titles:
        for name, _, _ in SETS:
            result |= of_set(encode, data, name, titled)
    return result | crossing(encode, data)


def of_set(encode: Encode, data: Path, name: str, titled: bool = True) -> dict[str, float]:
    """Return the measures of one set of questions; none without titles if it has none."""
    folder, split = next(location for set_name, *location in SETS if set_name == name)
    documents, relevant = corpus(data / folder), qrels(data / folder, split)
    if not titled and not any(document.title for document in documents.values()):
        return {}
    answerable = [q for q in queries(data / folder, split) if q.answerable and q.id in relevant]
    if folder == "squad2_en":
        answerable = [q for q in answerable if not any(for_encoder(documents[d].title) for d in relevant[q.id])]
    groups = {name if titled else f"{name}, no title": answerable}
    if folder == "piaf" and titled:
        groups[f"{name} standalone"] = [q for q in answerable if q.standalone]
    return {
        f"{fold} hit@{k}": share
        for fold, group in groups.items()
        for k, share in hits(encode, list(documents.values()), group, relevant, titled).items()
    }


def crossing(encode: Encode, data: Path) -> dict[str, float]:
    """Return how often an English text finds its French counterpart first, among all held-out French texts."""
    rows = {n: [r for r in pairs(data / f"parallel_en_fr/{n}.tsv.gz") if held_out(r[0])] for n in HELD_OUT}
    french = sorted({row[1] for fold in rows.values() for row in fold})
    pool = encode(french)
    result = {}
    for name, fold in rows.items():
        right: dict[str, set[str]] = {}
        for row in fold:
            right.setdefault(row[0], set()).add(row[1])
        best = [french[i] for i in _nearest(encode(list(right)), pool)]
        result[f"en>fr {name}"] = float(np.mean([b in r for b, r in zip(best, right.values(), strict=True)]))
    return result


def neighbours(encode: Encode, words: Sequence[str], vocabulary: Sequence[str], k: int = 8) -> list[str]:
    """Return, for each word, its nearest neighbours in a vocabulary, as text."""
    pool = encode(vocabulary)
    return [
        f"{word}: {', '.join(vocabulary[i] for i in np.argsort(-(pool @ vector))[1 : k + 1])}"
        for word, vector in zip(words, encode(words), strict=True)
    ]


def _nearest(vectors: Vectors, pool: Vectors) -> list[int]:
    return [
        int(i) for start in range(0, len(vectors), 512) for i in np.argmax(vectors[start : start + 512] @ pool.T, 1)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure an encoder alone.")
    parser.add_argument("data", type=Path)
    parser.add_argument("encoder", nargs="?", help="the folder or name of a model")
    parser.add_argument("--as-library", action="store_true", help="as sentence-transformers computes it, in float32")
    parser.add_argument("--only", choices=[name for name, *_ in SETS], help="one set of questions")
    options = parser.parse_args()
    encode = _of_library(options.encoder) if options.as_library else load_encoder(options.encoder).encode
    if options.only:
        show(of_set(encode, options.data, options.only))
    else:
        report(encode, options.data)


def _of_library(model: str) -> Encode:
    from sentence_transformers import SentenceTransformer

    loaded = SentenceTransformer(model)
    return lambda texts: np.asarray(loaded.encode(list(texts), normalize_embeddings=True), np.float32)


def show(measures: dict[str, float]) -> None:
    for name, value in measures.items():
        print(f"{name:40} {value:.3f}")


def report(encode: Encode, data: Path) -> None:
    """Print every figure, and the neighbours of some words."""
    show(figures(encode, data))
    rows = pairs(data / "lexicon_en_fr/wiktionary2015.tsv.gz")
    words = sorted({word.lower() for row in rows for word in row[:2] if word.isalpha()})
    print("\n".join(neighbours(encode, NEIGHBOURS, words)))


if __name__ == "__main__":
    main()
