"""Write ``rag/retrieval/data/lexicon.tsv.gz``: the best translations of each word, in both directions.

    python -m bench.train.lexicon DATA [rag/retrieval/data/lexicon.tsv.gz]

Two sources are combined: the entries of English Wiktionary, and how often words are aligned in parallel texts
(IBM model 1 in both directions, Brown et al. 1993, multiplied so that only mutual choices survive).
"""

import argparse
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.quality.datasets import pairs
from bench.train.tables import write_table

Scores = dict[tuple[str, str], float]  # (English, French) -> 0 to 1

SOURCES = ("tatoeba2017", "python_docs", "tico19", "questions_mintaka", "laws_ca")
LONGEST = 24  # words; alignments of longer sentences cost much and blur
TRANSLATIONS = 4
STOPWORDS = frozenset("le la les l un une des du de d a au aux en se s the an of to be in on".split())


def fold(text: str) -> str:
    """Return lower case without accents or ligatures; other than letters and digits becomes a space."""
    spelled = text.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss")
    bare = "".join(c for c in unicodedata.normalize("NFD", spelled) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", bare))


def parallel(data: Path, without: Callable[[str], bool] = lambda english: False) -> list[tuple[str, str]]:
    """Return the parallel sentences and the law titles, folded, without those held out."""
    rows = [row for name in SOURCES for row in pairs(data / f"parallel_en_fr/{name}.tsv.gz")]
    rows += [(row[0], row[1]) for row in pairs(data / "laws_ca_titles/pairs.tsv.gz")]
    return [(fold(row[0]), fold(row[1])) for row in dict.fromkeys(row[:2] for row in rows) if not without(row[0])]


def entries(data: Path) -> dict[tuple[str, str], int]:
    """Return the folded pairs of Wiktionary, with the rank of the French word for the English one, from 0."""
    translations: dict[str, dict[str, None]] = defaultdict(dict)
    for english, french, *_ in pairs(data / "lexicon_en_fr/wiktionary2015.tsv.gz"):
        english, french = _content(english.removeprefix("to ")), _content(french)
        if english and french and (len(french) > 2 or french == english):  # short ones are letters and articles
            translations[english].setdefault(french)
    return {(english, french): rank for english, row in translations.items() for rank, french in enumerate(row)}


def aligned(sentences: Sequence[tuple[str, str]], rounds: int = 4) -> tuple[Scores, Counter[str]]:
    """Return how surely two words translate each other, and how often each word occurs.

    The score is the geometric mean of P(French | English) and P(English | French), shrunk when rarely seen.
    """
    english, french = _Words(), _Words()
    rows = [(e.split(), f.split()) for e, f in dict.fromkeys(sentences)]
    rows = [(e, f) for e, f in rows if 0 < len(e) <= LONGEST and 0 < len(f) <= LONGEST]
    sides = [(np.unique(english.ids(e)), np.unique(french.ids(f))) for e, f in rows]
    width = len(french.names)
    keys = np.concatenate([(e[:, None] * width + f[None, :]).ravel() for e, f in sides])
    cells, cell = np.unique(keys, return_inverse=True)
    cell = cell.astype(np.int32)
    sizes = np.array([(len(e), len(f)) for e, f in sides])
    # One group per word and sentence: the words of the other side share its one unit of probability.
    group_e = np.repeat(np.arange(sizes[:, 0].sum(), dtype=np.int32), np.repeat(sizes[:, 1], sizes[:, 0]))
    starts = np.concatenate([[0], np.cumsum(sizes[:, 1])[:-1]])
    group_f = np.concatenate(
        [np.tile(np.arange(b, dtype=np.int32) + s, a) for (a, b), s in zip(sizes, starts, strict=True)]
    )
    row_e, row_f = cells // width, cells % width
    to_french = _expectation(cell, group_f, row_e, len(english.names), rounds)
    to_english = _expectation(cell, group_e, row_f, width, rounds)
    counts = np.bincount(cell, minlength=len(cells))
    score = np.sqrt(to_french * to_english) * counts / (counts + 2)
    names_e, names_f = list(english.names), list(french.names)
    best = np.flatnonzero(score > 0.02)
    scores = {(names_e[row_e[i]], names_f[row_f[i]]): float(score[i]) for i in best}
    return scores, Counter(word for e, f in rows for word in (*e, *f))


def _expectation(
    cell: NDArray[Any], group: NDArray[Any], given: NDArray[Any], count: int, rounds: int
) -> NDArray[np.float64]:
    """Run expectation maximisation: P(other word | given word) for each cell of the co-occurrence table."""
    table = np.ones(given.shape[0])
    for _ in range(rounds):
        weight = table[cell]
        weight /= np.bincount(group, weights=weight)[group]
        expected = np.bincount(cell, weights=weight, minlength=len(table))
        table = expected / np.bincount(given, weights=expected, minlength=count)[given]
    return table


def combined(alignments: Scores, listed: dict[tuple[str, str], int]) -> Scores:
    """Combine both sources: a listed pair counts by its rank, more when the texts confirm it."""
    scores = {pair: 0.45 / (1 + 0.25 * rank) for pair, rank in listed.items()}
    for pair, score in alignments.items():
        if pair in scores or score > 0.08:
            scores[pair] = min(1.0, scores.get(pair, 0.0) + score)
    return scores


def best_per_word(scores: Scores, side: int) -> dict[str, list[tuple[str, float]]]:
    """Return, for each word of one side (0 English, 1 French), its translations relative to the best score."""
    rows: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for pair, score in scores.items():
        rows[pair[side]].append((score, pair[1 - side]))
    return {word: _top(row) for word, row in rows.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path, nargs="?", default=Path("rag/retrieval/data/lexicon.tsv.gz"))
    options = parser.parse_args()
    alignments, _ = aligned(parallel(options.data))
    scores = combined(alignments, entries(options.data))
    lines = []
    for name, side in (("en", 0), ("fr", 1)):
        for word, row in best_per_word(scores, side).items():
            if len(word.split()) <= 2 and [word] != [other for other, _ in row]:
                lines.append("\t".join([name, word, *(f"{other}|{weight:.2f}" for other, weight in row)]))
    write_table([HEADER, *lines], options.output)
    print(f"{len(lines):,} words, {options.output.stat().st_size / 2**20:.2f} MiB")


HEADER = (
    "# English-French lexicon, CC BY-SA 3.0. From English Wiktionary (its authors, dump of 2015), weighted by word"
    " alignments of Tatoeba (CC BY 2.0 FR), Canadian federal laws (Open Government Licence - Canada), Python"
    " documentation (PSF/CC0), TICO-19 (CC0) and Mintaka (CC BY 4.0). Made by bench/train/lexicon.py."
)


class _Words:
    def __init__(self) -> None:
        self.names: dict[str, int] = {}

    def ids(self, words: Iterable[str]) -> list[int]:
        return [self.names.setdefault(word, len(self.names)) for word in words]


def _content(text: str) -> str:
    words = fold(re.sub(r"\(.*?\)", " ", text)).split()
    return " ".join([w for w in words if w not in STOPWORDS] or words)


def _top(row: list[tuple[float, str]]) -> list[tuple[str, float]]:
    ordered = sorted(row, key=lambda item: (-item[0], item[1]))[:TRANSLATIONS]
    return [(other, score / ordered[0][0]) for score, other in ordered if score >= 0.2 * ordered[0][0]]


if __name__ == "__main__":
    main()
