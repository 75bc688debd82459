"""Read the claims: sentences about the passages of the exercises, of which each passage bears out half.

    python -m bench.ledger.claims [--failures]

``bench/claims/*.txt`` hold them, a file for each of ``bench/exercises`` that they are about. Below the head of a
passage stand its claims. One that follows from it starts with ``+`` and how it is said: in another syntax (p), in other
words (w), of several facts (f), or with less (s). One that the passage contradicts starts with ``-``, one that it
neither states nor denies with ``~``; then comes what was altered: a verb, noun or adjective (v), a number (n), a name
(e), roles (r), a denial (d), a quantifier or modality (q); an addition (a), a cause or order (c), another subject (s),
a step beyond (g). What the passage does not bear out stands between asterisks.

The command judges the claims about passages that nothing is trained on (``held-*.txt``), each with its whole passage as
the quote, and prints the verdicts of each kind.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from bench.ledger.entailment import CONDEMNED, judge_pair, print_table
from bench.quality.exercises import PASSAGE, Exercise, is_held, read_exercises

FOLDER = Path(__file__).parents[1] / "claims"
CLAIM = re.compile(r"(?P<kind>\+[pwfs]|-[vnerdq]|~[acsg]) (?P<text>.+)")
LABELS = {"+": "supported", "-": "contradicted", "~": "neither"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence about a passage."""

    passage: Exercise
    kind: str
    text: str
    loose: Sequence[tuple[int, int]]  # spans of the text that the passage does not bear out

    @property
    def label(self) -> str:
        """Return supported, contradicted or neither."""
        return LABELS[self.kind[0]]


def read_claims(folder: Path = FOLDER) -> Iterator[Claim]:
    """Yield all claims of a folder.

    Raises:
        ValueError: a file does not have the format, or no exercise has its passage.
    """
    passages = {(exercise.file, f"{exercise.language} | {exercise.title}"): exercise for exercise in read_exercises()}
    for path in sorted(folder.glob("*.txt")):
        for block in PASSAGE.split(path.read_text(encoding="utf-8"))[1:]:
            head, *lines = block.rstrip().split("\n")
            if (path.stem, head) not in passages:
                raise ValueError(f"{path.stem}: no exercise has the passage «{head}»")
            yield from (parse_claim(passages[path.stem, head], line) for line in lines)


def parse_claim(passage: Exercise, line: str) -> Claim:
    """Return the claim that a line describes.

    Raises:
        ValueError: it does not have the format.
    """
    match = CLAIM.fullmatch(line)
    pieces = match["text"].split("*") if match else []
    if not match or len(pieces) % 2 == 0 or (len(pieces) == 1) != (match["kind"][0] == "+"):
        raise ValueError(f"{passage.file}: «{line}» is not a claim")
    ends = [sum(map(len, pieces[: at + 1])) for at in range(len(pieces))]
    loose = [(ends[at - 1], ends[at]) for at in range(1, len(pieces), 2)]
    return Claim(passage, match["kind"], "".join(pieces), loose)


def main() -> None:
    """Judge the held claims."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--failures", action="store_true", help="print the claims that are judged wrongly")
    arguments = parser.parse_args()
    claims = [claim for claim in read_claims() if is_held(claim.passage)]
    verdicts = [judge_pair(claim.passage.text, claim.text) for claim in claims]
    print_table((claim.kind, sentence.verdict) for claim, sentence in zip(claims, verdicts, strict=True))
    condemned = [
        (claim.kind[0], sentence.verdict in CONDEMNED) for claim, sentence in zip(claims, verdicts, strict=True)
    ]
    for sign, outcomes in groupby(sorted(condemned), key=lambda outcome: outcome[0]):
        each = [is_condemned for _, is_condemned in outcomes]
        print(f"{LABELS[sign]}: {len(each)} claims, condemned {sum(each) / len(each):.3f}")
    for claim, sentence in zip(claims, verdicts, strict=True) if arguments.failures else ():
        if (sentence.verdict in CONDEMNED) == (claim.label == "supported"):
            print(f"  {claim.kind} {claim.text}\n     -> {sentence.verdict}: {sentence.why}")


if __name__ == "__main__":
    main()
