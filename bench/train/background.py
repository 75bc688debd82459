"""Write ``rag/retrieval/data/background.tsv.gz``: how often words occur in general French and English.

    python -m bench.train.background DATA [--out rag/retrieval/data/background.tsv.gz]

A corpus of five documents cannot say which words are rare. This table can: terms as the word index holds them, with
the share of passages that hold each, averaged over kinds of text so that no kind decides alone. Only texts that the
measures do not use are counted.
"""

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bench.quality.datasets import corpus, for_encoder, pairs
from bench.train.tables import write_table
from index.storage.lexical import analyze

SHORTEST_SHARE = 4e-5  # rarer terms are all equally rare
PASSAGE = 80  # terms; shorter texts are put together


def shares(texts: Iterable[str], language: str) -> dict[str, float]:
    """Return, for each term, the share of passages that contain it."""
    counts: Counter[str] = Counter()
    passages, passage = 0, []
    for text in texts:
        passage += analyze(text, language)
        if len(passage) >= PASSAGE:
            counts.update(set(passage))
            passages, passage = passages + 1, []
    return {term: count / passages for term, count in counts.items()}


def mean_shares(kinds: list[dict[str, float]]) -> dict[str, float]:
    every = set().union(*kinds)
    means = {term: sum(kind.get(term, 0.0) for kind in kinds) / len(kinds) for term in every}
    return {term: share for term, share in means.items() if share >= SHORTEST_SHARE}


def kinds_of_text(data: Path, column: int) -> list[Iterable[str]]:
    """Return everyday sentences, encyclopaedia, documentation and law; column 0 is English, 1 French."""
    parallel = data / "parallel_en_fr"
    encyclopaedia = corpus(data / ("squad2_en", "piaf")[column]).values()
    everyday = [*pairs(parallel / "tatoeba2017.tsv.gz"), *pairs(parallel / "questions_mintaka.tsv.gz")]
    technical = [*pairs(parallel / "python_docs.tsv.gz"), *pairs(parallel / "tico19.tsv.gz")]
    return [
        (row[column] for row in everyday),
        (document.text for document in encyclopaedia if for_encoder(document.title)),
        (row[column] for row in technical),
        (row[column] for row in pairs(parallel / "laws_ca.tsv.gz")),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("rag/retrieval/data/background.tsv.gz"))
    arguments = parser.parse_args()
    lines = []
    for language, column in (("fr", 1), ("en", 0)):
        means = mean_shares([shares(texts, language) for texts in kinds_of_text(arguments.data, column)])
        lines += [f"{language}\t{term}\t{share:.2e}" for term, share in means.items()]
    write_table(lines, arguments.out)


if __name__ == "__main__":
    main()
