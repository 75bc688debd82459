"""Reduce the vocabulary of multilingual-e5-small to the word pieces that French and English use.

    python -m bench.train.reader.vocabulary DATA BASE START [--pieces 38000]

``BASE`` is the model: ``intfloat/multilingual-e5-small``, or a folder of it. ``START`` gets the model with fewer
pieces: the most frequent of the texts in ``DATA``, and every single Latin character, so that no word is unknown.
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from torch import nn
from transformers import AutoTokenizer, BertModel

CORPORA = ("piaf", "nq_en", "selqa_en", "assemblee")
PAIRS = ("parallel_en_fr/*.gz", "laws_ca_titles/pairs.tsv.gz")
BATCH = 4000
LONGEST = 2000  # characters counted of a text
BEFORE_CJK = 0x2C00  # Latin, Greek, Cyrillic, punctuation and symbols come before it


def texts(data: Path) -> Iterator[str]:
    """Yield the texts whose pieces are counted."""
    for name in CORPORA:
        for line in (data / name / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"][:LONGEST]
    for pattern in PAIRS:
        for path in sorted(data.glob(pattern)):
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                yield from (line[:LONGEST] for line in lines)


def counts(tokenizer: Tokenizer, data: Path) -> Counter[int]:
    """Count the pieces of all texts, by id."""
    counts: Counter[int] = Counter()
    lines = list(texts(data))
    for first in range(0, len(lines), BATCH):
        for encoding in tokenizer.encode_batch_fast(lines[first : first + BATCH], add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def chosen(vocabulary: list[tuple[str, float]], counts: Counter[int], most: int) -> list[int]:
    """Return the ids of the pieces to keep: special tokens, single characters, then the most frequent."""
    selected = {at for at, (piece, _) in enumerate(vocabulary) if piece.startswith("<") and piece.endswith(">")}
    selected |= {at for at, (piece, _) in enumerate(vocabulary) if _is_single(piece)}
    for at, _ in counts.most_common():
        if len(selected) >= most:
            break
        selected.add(at)
    return sorted(selected)


def _is_single(piece: str) -> bool:
    return len(piece.lstrip("▁")) <= 1 and all(ord(letter) < BEFORE_CJK for letter in piece)


def reduced(tokenizer: Tokenizer, selected: list[int]) -> dict[str, Any]:
    """Return the description of the tokenizer with the ``selected`` pieces alone."""
    described: dict[str, Any] = json.loads(tokenizer.to_str())
    vocabulary, numbers = described["model"]["vocab"], {old: new for new, old in enumerate(selected)}
    described["model"] |= {
        "vocab": [vocabulary[at] for at in selected],
        "unk_id": numbers[described["model"]["unk_id"]],
    }
    for added in described.get("added_tokens", []):
        added["id"] = numbers[added["id"]]
    for mark in described["post_processor"]["special_tokens"].values():
        mark["ids"] = [numbers[at] for at in mark["ids"]]
    return described | {"truncation": None, "padding": None}


def main() -> None:
    """Write the model with fewer pieces."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("base")
    parser.add_argument("start", type=Path)
    parser.add_argument("--pieces", type=int, default=38_000)
    arguments = parser.parse_args()
    tokenizer: Tokenizer = AutoTokenizer.from_pretrained(arguments.base).backend_tokenizer
    counted = counts(tokenizer, arguments.data)
    selected = chosen(json.loads(tokenizer.to_str())["model"]["vocab"], counted, arguments.pieces)
    model = BertModel.from_pretrained(arguments.base, add_pooling_layer=False)
    rows = model.embeddings.word_embeddings.weight.data[selected]
    model.embeddings.word_embeddings = nn.Embedding.from_pretrained(rows)  # type: ignore[no-untyped-call]
    model.config.vocab_size = len(selected)
    model.save_pretrained(arguments.start)
    described = json.dumps(reduced(tokenizer, selected), ensure_ascii=False)
    (arguments.start / "tokenizer.json").write_text(described, encoding="utf-8")
    covered = sum(counted[at] for at in selected) / counted.total()
    print(f"{len(selected)} of {len(counted)} pieces seen, {covered:.5f} of all occurrences")


if __name__ == "__main__":
    main()
