"""Measure verdicts on sentences that a script altered, and on as many that say what their quotes say.

    python -m bench.ledger.altered DATA [--per-kind 60] [--failures]
        [--alterations second|third|fourth|fifth|sixth|seventh|eighth]

Each sentence comes with two quotes, of which one is the sentence that it was made from: of the seeds, of PIAF dev
(French) and of SQuAD 2 (English); translated ones from the parallel sentences of TICO-19. ``altered_second.py`` holds
alterations that were written after the rules. Two baselines are measured beside it: fuzzy matching and the share
of words that the quote holds, each with the threshold that is best on these very sentences.
"""

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rapidfuzz import fuzz

from bench.ledger import (
    alterations,
    altered_eighth,
    altered_fifth,
    altered_fourth,
    altered_second,
    altered_seventh,
    altered_sixth,
    altered_third,
)
from bench.ledger.entailment import CONDEMNED, cite
from bench.quality.datasets import corpus, pairs
from bench.train.reader.examples import share as use_of
from index.chunking.sentences import split_sentences
from rag.answer import LedgerSentence
from rag.text.folding import words_of
from rag.verification.ledger import check_text

SEEDS = Path(__file__).parents[2] / "seeds"
WORDS = range(9, 36)  # of a sentence that is taken
TABLES = {
    "first": alterations.TABLE,
    "second": altered_second.TABLE,
    "third": altered_third.TABLE,
    "fourth": altered_fourth.TABLE,
    "fifth": altered_fifth.TABLE,
    "sixth": altered_sixth.TABLE,
    "seventh": altered_seventh.TABLE,
    "eighth": altered_eighth.TABLE,
}


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence of a corpus, its neighbour, and a name of another document."""

    language: str
    sentence: str
    other: str
    foreign: str


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence with marks, and the quotes that it is judged by."""

    kind: str
    language: str
    is_faithful: bool
    text: str
    quotes: tuple[str, ...]


def read_sources(data: Path) -> list[Source]:
    """Return sentences of articles that nothing was trained on, shuffled, the same on every machine."""
    french = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    french += _untrained(data, "piaf")
    english = _untrained(data, "squad2_en")
    dice = random.Random(7)
    sources = [*_sources("fr", french, dice), *_sources("en", english, dice)]
    dice.shuffle(sources)
    return sources


def _untrained(data: Path, name: str) -> list[str]:
    return [text.text for text in corpus(data / name).values() if use_of(name, text.title) != "train"]


def _sources(language: str, texts: Sequence[str], dice: random.Random) -> Iterator[Source]:
    for text in texts:
        sentences = [text[span.start : span.end] for span in split_sentences(text)]
        good = [
            sentence
            for sentence in sentences
            if len(sentence.split()) in WORDS and sentence[-1] == "." and "\n" not in sentence
        ]
        foreign = dice.choice(texts)
        for sentence, other in pairwise(good):
            yield Source(language, sentence, other, foreign)


def make_cases(data: Path, per_kind: int, table: Sequence[tuple[str, bool, "Make"]]) -> list[Case]:
    """Return at most ``per_kind`` cases of each kind and language; each sentence is used once for a kind."""
    sources, cases = read_sources(data), list[Case]()
    for kind, is_faithful, make in table:
        counts: Counter[str] = Counter()
        dice = random.Random(kind)
        for source in sources:
            if counts[source.language] < per_kind and (texts := make(source, dice)):
                counts[source.language] += 1
                cases.append(Case(kind, source.language, is_faithful, texts[0], texts[1]))
    return cases


def translated(data: Path, per_kind: int) -> list[Case]:
    """Return sentences of TICO-19 judged by their translation, half of them in each direction."""
    rows = [row for row in pairs(data / "parallel_en_fr/tico19.tsv.gz") if len(row[0].split()) in WORDS]
    random.Random(3).shuffle(rows)
    french = [Case("translated", "fr", True, row[1] + " [1]", (row[0], rows[at - 1][0])) for at, row in enumerate(rows)]
    english = [
        Case("translated", "en", True, row[0] + " [1]", (row[1], rows[at - 1][1])) for at, row in enumerate(rows)
    ]
    return [*french[:per_kind], *english[per_kind : 2 * per_kind]]


Alteration = tuple[str, tuple[str, ...]] | None
Make = Callable[[Source, random.Random], Alteration]


def verdict(case: Case) -> LedgerSentence:
    """Return the worst verdict on the sentences of a case."""
    order = ("contradicted", "unsupported", "not checked", "supported")
    ledger = check_text(case.text, [cite(quote) for quote in case.quotes])
    return min(ledger, key=lambda sentence: order.index(sentence.verdict))


def report(cases: Sequence[Case], show: bool) -> None:
    """Print the share of verdicts by kind, and summary figures."""
    judged = [(case, verdict(case)) for case in cases]
    by_kind: dict[tuple[bool, str, str], list[LedgerSentence]] = defaultdict(list)
    for case, sentence in judged:
        by_kind[case.is_faithful, case.kind, case.language].append(sentence)
    for (is_faithful, kind, language), verdicts in sorted(by_kind.items()):
        condemned = sum(sentence.verdict in CONDEMNED for sentence in verdicts)
        right = condemned if not is_faithful else len(verdicts) - condemned
        supported, open_ = (
            sum(sentence.verdict == name for sentence in verdicts) for name in ("supported", "not checked")
        )
        title = f"{'faithful' if is_faithful else 'altered'} {kind} {language}"
        print(f"{title:<28} n {len(verdicts):>3}  right {right / len(verdicts):.2f}", end="  ")
        print(f"supported {supported / len(verdicts):.2f}  not checked {open_ / len(verdicts):.2f}")
    summarise(judged)
    for case, sentence in judged if show else ():
        if (sentence.verdict in CONDEMNED) == case.is_faithful or sentence.verdict == "not checked":
            name = "faithful" if case.is_faithful else "altered"
            print(f"- {name} {case.kind}: {case.text}\n    {case.quotes}\n    -> {sentence.verdict}: {sentence.why}")


def summarise(judged: Sequence[tuple[Case, LedgerSentence]]) -> None:
    altered = [sentence.verdict in CONDEMNED for case, sentence in judged if not case.is_faithful]
    faithful = [sentence.verdict not in CONDEMNED for case, sentence in judged if case.is_faithful]
    literal = [
        sentence.supported for case, sentence in judged if case.kind in ("verbatim", "fused", "rounded", "rewritten")
    ]
    undecided = [sentence.verdict == "not checked" for _, sentence in judged]
    print(
        f"altered {len(altered)}, caught {share(altered):.3f}; faithful {len(faithful)}, passed {share(faithful):.3f}"
    )
    print(f"verbatim, fused and rounded supported {share(literal):.3f}; not checked {share(undecided):.3f} of all")
    for name, score in (("fuzzy matching", fuzzy), ("overlap of words", overlap)):
        scores = [(score(case), case.is_faithful) for case, _ in judged]
        best = max(sorted({value for value, _ in scores}), key=lambda least: _balanced(scores, least))
        caught = share([value < best for value, is_faithful in scores if not is_faithful])
        passed = share([value >= best for value, is_faithful in scores if is_faithful])
        print(f"{name}, threshold {best:.2f}: caught {caught:.3f}, passed {passed:.3f}")


def _balanced(scores: Sequence[tuple[float, bool]], least: float) -> float:
    caught = share([value < least for value, is_faithful in scores if not is_faithful])
    return caught + share([value >= least for value, is_faithful in scores if is_faithful])


def fuzzy(case: Case) -> float:
    """Return the best partial match of the sentence with its quotes, 0 to 1."""
    return fuzz.token_set_ratio(re.sub(r"\[\d+\]", "", case.text), " ".join(case.quotes)) / 100


def overlap(case: Case) -> float:
    """Return the share of the words of the sentence that its quotes hold."""
    words = words_of(re.sub(r"\[\d+\]", "", case.text))
    quoted_words = set(words_of(" ".join(case.quotes)))
    return sum(word in quoted_words for word in words) / max(1, len(words))


def share(values: Sequence[bool]) -> float:
    return sum(values) / max(1, len(values))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--per-kind", type=int, default=60)
    parser.add_argument("--alterations", choices=tuple(TABLES), default="first")
    parser.add_argument("--write", type=Path, help="write the cases as JSON lines, to be read by eye")
    parser.add_argument("--failures", action="store_true")
    arguments = parser.parse_args()
    table = TABLES[arguments.alterations]
    cases = [*make_cases(arguments.data, arguments.per_kind, table), *translated(arguments.data, arguments.per_kind)]
    if arguments.write:
        lines = (json.dumps([c.kind, c.is_faithful, c.text, *c.quotes], ensure_ascii=False) for c in cases)
        arguments.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report(cases, arguments.failures)


if __name__ == "__main__":
    main()
