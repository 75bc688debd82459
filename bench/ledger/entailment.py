"""Measure verdicts on sets of labelled sentence pairs, each split into halves by a hash of its pairs.

    python -m bench.ledger.entailment DATA [--half fit|held] [--failures]

- ``daccord_fr``: contradictions against compatible pairs; balanced accuracy of the verdict "contradicted".
- ``nli_fr``: the share of entailed pairs that are condemned, that is contradicted or unsupported.
- ``wice_en``: F1 of the words that the evidence does not support, beside two baselines.

Rules and weights are chosen on the half ``fit``; ``held`` is for reporting.
"""

import argparse
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index.documents import Span
from rag.answer import Citation, LedgerSentence
from rag.text.folding import words_of
from rag.verification.ledger import check_text

CONDEMNED = ("contradicted", "unsupported")


def half_of(key: str) -> str:
    """Return the half of a pair: "fit" or "held", the same on every machine."""
    return "fit" if zlib.crc32(key.encode()) % 2 else "held"


def rows(path: Path, half: str) -> list[dict[str, Any]]:
    """Return the rows of one half, by the id of a row, or else its texts."""
    read = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row for row in read if half_of(key_of(row)) == half]


def key_of(row: dict[str, Any]) -> str:
    return str(row.get("id") or row.get("claim") or f"{row['premise']}\t{row['hypothesis']}")


def cite(text: str) -> Citation:
    """Return a text as the quote of a document that contains nothing else."""
    return Citation("premise", 0, len(text), text, None, "0" * 64, "", None, Span(0, len(text)))


def judge_pair(premise: str, hypothesis: str) -> LedgerSentence:
    """Return the verdict on a hypothesis, the worst one if it has several sentences."""
    ledger = check_text(hypothesis, [cite(premise)])
    order = ("contradicted", "unsupported", "not checked", "supported")
    return min(ledger, key=lambda sentence: order.index(sentence.verdict))


def balanced_accuracy(outcomes: Iterable[tuple[bool, bool]]) -> float:
    """Return the mean accuracy of the two classes; an outcome is the truth and the prediction."""
    counted = Counter(outcomes)
    shares = [counted[truth, truth] / max(1, counted[truth, True] + counted[truth, False]) for truth in (True, False)]
    return sum(shares) / 2


def measure_daccord(pairs: Sequence[dict[str, Any]], show: bool) -> None:
    verdicts = [(row, judge_pair(row["premise"], row["hypothesis"])) for row in pairs]
    outcomes = [(row["label"] == "contradiction", sentence.verdict == "contradicted") for row, sentence in verdicts]
    condemned = [(row["label"] == "contradiction", sentence.verdict in CONDEMNED) for row, sentence in verdicts]
    print(f"daccord_fr: {len(pairs)} pairs, balanced accuracy {balanced_accuracy(outcomes):.3f}", end=", ")
    print(f"with unsupported counted as contradiction {balanced_accuracy(condemned):.3f}")
    print_table((row["label"], sentence.verdict) for row, sentence in verdicts)
    for (row, sentence), (truth, predicted) in zip(verdicts, outcomes, strict=True):
        if show and truth != predicted:
            print_pair(row, sentence)


def measure_nli(pairs: Sequence[dict[str, Any]], show: bool) -> None:
    verdicts = [(row, judge_pair(row["premise"], row["hypothesis"])) for row in pairs]
    entailed = [(row, sentence) for row, sentence in verdicts if row["label"] == "yes"]
    condemned = [(row, sentence) for row, sentence in entailed if sentence.verdict in CONDEMNED]
    print(f"nli_fr: {len(entailed)} entailed pairs, condemned {len(condemned) / len(entailed):.3f}")
    print_table((f"{row['set']} {row['label']}", sentence.verdict) for row, sentence in verdicts)
    for row, sentence in condemned if show else ():
        print_pair(row, sentence)


def measure_wice(claims: Sequence[dict[str, Any]], show: bool) -> None:
    methods: dict[str, Counter[str]] = {"ledger": Counter(), "all words": Counter(), "absent words": Counter()}
    for row in claims:
        truth = row["non_supported_spans"]
        present = set(words_of(" ".join(row["evidence"])))
        absent = [not set(words_of(token)) <= present for token in row["claim_tokens"]]
        predictions = {"ledger": loose_tokens(row), "all words": [True] * len(truth), "absent words": absent}
        for name, predicted in predictions.items():
            methods[name].update(
                right=sum(a and b for a, b in zip(truth, predicted, strict=True)), said=sum(predicted), true=sum(truth)
            )
        if show:
            print(" ".join(f"[{t}]" if s else t for t, s in zip(row["claim_tokens"], loose_tokens(row), strict=True)))
            print("    ", " ".join(f"[{t}]" if s else t for t, s in zip(row["claim_tokens"], truth, strict=True)))
    print(f"wice_en: {len(claims)} claims, unsupported words F1:", end=" ")
    print(", ".join(f"{name} {2 * c['right'] / max(1, c['said'] + c['true']):.3f}" for name, c in methods.items()))


def loose_tokens(row: dict[str, Any]) -> list[bool]:
    """Return, for each token of a claim, whether the ledger finds it unsupported."""
    text, starts = row["claim"], list[int]()
    for token in row["claim_tokens"]:
        starts.append(text.index(token, starts[-1] if starts else 0))
    sentences = check_text(text, [cite("\n\n".join(row["evidence"]))])
    loose = [span for sentence in sentences for span in sentence.loose]
    return [any(span.start <= start < span.end for span in loose) for start in starts]


def print_table(cells: Iterable[tuple[str, str]]) -> None:
    """Print how often each label has each verdict."""
    counted = Counter(cells)
    for label in sorted({label for label, _ in counted}):
        verdicts: Iterator[str] = (f"{verdict} {n}" for (of, verdict), n in sorted(counted.items()) if of == label)
        print(f"    {label:<28}", ", ".join(verdicts))


def print_pair(row: dict[str, Any], sentence: LedgerSentence) -> None:
    print(f"  - {row['label']}: {row['premise']}\n    {row['hypothesis']}\n    -> {sentence.verdict}: {sentence.why}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--half", choices=("fit", "held"), default="held")
    parser.add_argument("--only", choices=("daccord_fr", "nli_fr", "wice_en"))
    parser.add_argument("--failures", action="store_true")
    arguments = parser.parse_args()
    sets = {"daccord_fr": measure_daccord, "nli_fr": measure_nli, "wice_en": measure_wice}
    for name, measure in sets.items():
        if arguments.only in (None, name):
            file = "tokens.jsonl" if name == "wice_en" else "pairs.jsonl"
            measure(rows(arguments.data / name / file, arguments.half), arguments.failures)


if __name__ == "__main__":
    main()
