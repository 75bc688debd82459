"""Ask questions as a conversation does, and compare texts without regard to white space.

Only what users may use is imported, so that an earlier version of the program can be measured by these very files:
check them out into its worktree (``git checkout main -- bench/quality``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import rag
from index import Index, open_index, rebuild

LONGEST = 600  # characters of a first quote, unless a long one was asked for
_SPACE = re.compile(r"\s+")


def ask_in_turn(question: str, history: Iterable[str], index: Index) -> rag.Answer:
    """Ask the questions of ``history`` and then ``question``, each with the answers before it."""
    turns: list[rag.Turn] = []
    for earlier in history:
        turns.append(rag.Turn(earlier, rag.ask(earlier, index=index, history=turns)))
    return rag.ask(question, index=index, history=turns)


def build_index(documents: Mapping[str, str], work: Path) -> Index:
    """Write the documents, given as text by id, into ``work`` and index them."""
    for name, text in documents.items():
        path = work / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    rebuild(work / "corpus", work / "index")
    return open_index(work / "index")


def squash(text: str) -> str:
    """Return a text with each run of white space as one space, and apostrophes as typed on a keyboard."""
    return _SPACE.sub(" ", text).replace("’", "'").strip()


def holds_any(text: str, strings: Iterable[str]) -> bool:
    """Return whether a text contains every one of ``strings``, ignoring white space."""
    plain = squash(text)
    return all(squash(string) in plain for string in strings)


def first_quote(answer: rag.Answer) -> str | None:
    """Return the quote of the first citation, or None."""
    return answer.citations[0].quote if answer.citations else None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the answer to one question is right, and what it was."""

    id: str
    kind: str
    right: bool
    reason: str
    quote: str | None


def print_by_kind(verdicts: Sequence[Verdict]) -> None:
    """Print how many are right of each kind, in the order in which the kinds first occur, and of all."""
    kinds: dict[str, list[bool]] = {}
    for verdict in verdicts:
        kinds.setdefault(verdict.kind, []).append(verdict.right)
    kinds["all"] = [verdict.right for verdict in verdicts]
    width = max(map(len, kinds))
    for name, right in kinds.items():
        print(f"{name:<{width}}  {sum(right):>4} of {len(right):<4} {sum(right) / max(1, len(right)):.2f}")


def print_failures(verdicts: Iterable[Verdict]) -> None:
    """Print one line for each answer that is not right."""
    for verdict in verdicts:
        if not verdict.right:
            print(f"{verdict.id}: {verdict.reason}: {squash(verdict.quote or 'no quote')[:300]}")


def describe_lengths(lengths: Sequence[int]) -> str:
    """Return the median and the 95th percentile of the lengths of first quotes, in words."""
    ranked = sorted(lengths) or [0]
    return (
        f"first quote, characters: median {ranked[len(ranked) // 2]}, 95th percentile {ranked[len(ranked) * 95 // 100]}"
    )
