"""Measure follow-ups: how often the first quote holds the answer, by kind of follow-up.

    python -m bench.quality.followups DATA [--work FOLDER] [--half report] [--show]

Chains are made, without chance, of the retrieval sets in DATA. *Made* chains are about pages written from the patterns
of ``followup_chains.json`` with names of the corpus, among the corpus itself. *Paired* chains ask two annotated
questions of one paragraph; the name that both share is replaced by a pronoun in the second. *Switches* ask a question
about another paragraph, which must be left as asked. It uses only what users may use, so that an earlier version can
run it: ``PYTHONPATH=CHECKOUT python bench/quality/followups.py …``.
"""

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import rag
from index import Index, open_index, rebuild
from rag.answer import Turn

PATTERNS = Path(__file__).with_name("followup_chains.json")
SETS = {"fr": ("piaf", "train"), "en": ("squad2_en", "dev")}
PAGES = 6  # of each pattern; a series has two to a chain
NAME = re.compile(r"(?<=[\w,] )[A-ZÉ][\w’-]+(?: [A-ZÉ][\w’-]+)*")


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a chain. A ``standalone`` one must not be rewritten; "first" ones are not counted."""

    kind: str
    text: str
    answers: tuple[str, ...]
    source: str  # the document that answers

    @property
    def standalone(self) -> bool:
        return self.kind in ("switch", "near switch")


@dataclass(frozen=True, slots=True)
class Chain:
    id: str
    asks: tuple[Ask, ...]

    @property
    def half(self) -> str:
        """The half that it belongs to: "tune" may be looked at, "report" is measured."""
        return "tune" if _draw(self.id) % 2 else "report"


def _draw(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:4])


def rows(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_pages(language: str, titles: Sequence[str]) -> Iterator[tuple[str, str, str, Chain | None]]:
    """Yield generated pages, each with its file, title, text, and the chain that ends with it."""
    names = sorted({title for title in titles if re.fullmatch(r"[A-ZÉ][a-zéèêëïç]{3,10}", title)})
    for at, pattern in enumerate(json.loads(PATTERNS.read_text(encoding="utf-8"))[language]):
        pages: list[tuple[str, Any]] = []
        for number in range(PAGES):
            file, fields = f"made-{language}-{at}-{number}.txt", _fields(names, f"{language} {at}", number)
            pages.append((file, fields))
            chain = None
            if not pattern.get("series"):
                chain = _chain(pattern["turns"], {"": (file, fields)})
            elif number % 2:
                chain = _chain(pattern["turns"], {"a": pages[-2], "b": pages[-1]})
            yield file, pattern["title"].format(**vars(fields)), pattern["text"].format(**vars(fields)), chain


def _fields(names: Sequence[str], pattern: str, number: int) -> Any:
    draw = [_draw(f"{pattern} {number} {field}") for field in range(9)]
    drawn = [names[(draw[field] + field) % len(names)] for field in range(3)]
    return SimpleNamespace(
        name=drawn[0], place=f"Saint-{drawn[1]}", firm=f"{drawn[2]}in", year=1801 + draw[3] % 150,
        later=1960 + draw[4] % 60, count=20 + draw[5] % 70, number=2 + number + 7 * (draw[6] % 3),
        amount=1000 + draw[7] % 8000, digit=1 + draw[8] % 9,
    )  # fmt: skip


def _chain(turns: Sequence[Sequence[str]], pages: dict[str, tuple[str, Any]]) -> Chain:
    fields = {key: page for key, (_, page) in pages.items() if key} or vars(pages[""][1])
    asks = []
    for kind, question, answer in turns:
        file = pages[answer[answer.find("{") + 1] if "" not in pages else ""][0]
        asks.append(Ask(kind, question.format(**fields), (answer.format(**fields),), file))
    return Chain(asks[0].source, tuple(asks))


def paired(language: str, folder: Path, split: str) -> Iterator[Chain]:
    """Yield chains of two questions of one paragraph; the second has a pronoun for the name that they share."""
    by_id = {row["id"]: row for row in rows(folder / split / "queries.jsonl") if row["answerable"]}
    about: dict[str, list[Any]] = {}
    for row in rows(folder / split / "qrels.jsonl"):
        if row["query_id"] in by_id:
            about.setdefault(row["doc_id"], []).append(by_id[row["query_id"]])
    for doc, questions in sorted(about.items()):
        for question, other in combinations(questions, 2):
            if second := _with_pronoun(language, question["text"], other["text"]):
                kind, text = second
                first = Ask("first", question["text"], tuple(question["answers"]), f"{doc}.txt")
                yield Chain(f"{doc} {other['id']}", (first, Ask(kind, text, tuple(other["answers"]), f"{doc}.txt")))
                break


def _with_pronoun(language: str, first: str, second: str) -> tuple[str, str] | None:
    for name in (match.group() for match in NAME.finditer(second)):
        for kind, pattern, pronoun in _PRONOUNS[language] if name in first else ():
            text, count = re.subn(pattern.replace("NAME", re.escape(name)), pronoun, second)
            if count == 1 and name not in text:
                return f"paired: {kind}", text
    return None


_VERB = r"(?:s['’]|n['’])?\w+-(?:t-)?(?:il|elle)\b"
_PRONOUNS = {
    "fr": (
        ("possessive", r"\b[Ll]e (\w+) d(?:e |['’])NAME(?= ?\?|$)", r"son \1"),
        ("possessive", r"\b[Ll]a (\w+) d(?:e |['’])NAME(?= ?\?|$)", r"sa \1"),
        ("possessive", r"\b[Ll]es (\w+) d(?:e |['’])NAME(?= ?\?|$)", r"ses \1"),
        ("subject pronoun", rf"(?:\b[Ll]e |\b[Ll]a |\b[Ll]['’])?\bNAME ({_VERB})", r"\1"),
    ),
    "en": (
        ("possessive", r"(?:\bthe )?\bNAME['’]s? (?=\w)", "its "),
        ("subject pronoun", r"\b(did|was|does) (?:the )?NAME(?= \w+)", r"\1 it"),
        ("object pronoun", r"(?:\bthe )?\bNAME(?=\?$)", "it"),
    ),
}  # fmt: skip


def switches(folder: Path, split: str, chains: Sequence[Chain]) -> Iterator[Chain]:
    """Yield the first questions of chains, each followed by a question that stands alone, of another paragraph."""
    by_id = {row["id"]: row for row in rows(folder / split / "queries.jsonl")}
    questions = [(by_id[row["query_id"]], row["doc_id"]) for row in rows(folder / split / "qrels.jsonl")]
    alone = [(row, doc) for row, doc in questions if NAME.search(row["text"]) and row.get("standalone", True)]
    for at, chain in enumerate(chains):
        row, doc = alone[at * len(alone) // len(chains)]
        if f"{doc}.txt" != chain.asks[0].source:
            other = Ask("switch", row["text"], tuple(row["answers"]), f"{doc}.txt")
            yield Chain(f"switch {row['id']}", (chain.asks[0], other))


def near_switches(folder: Path, split: str) -> Iterator[Chain]:
    """Yield pairs of questions of two paragraphs of one article; the second names its subject and stands alone."""
    by_id = {row["id"]: row for row in rows(folder / split / "queries.jsonl")}
    titles = {row["id"]: row["title"] for row in rows(folder / "corpus.jsonl")}
    by_title: dict[str, list[tuple[Any, str]]] = {}
    for row in rows(folder / split / "qrels.jsonl"):
        by_title.setdefault(titles[row["doc_id"]], []).append((by_id[row["query_id"]], row["doc_id"]))
    for _, questions in sorted(by_title.items()):
        for (question, source), (other, doc) in zip(questions, questions[len(questions) // 2 :], strict=False):
            if source != doc and other.get("standalone", True) and NAME.search(other["text"]):
                first = Ask("first", question["text"], tuple(question["answers"]), f"{source}.txt")
                second = Ask("near switch", other["text"], tuple(other["answers"]), f"{doc}.txt")
                yield Chain(f"near {other['id']}", (first, second))


def build(data: Path, work: Path, language: str) -> tuple[Index, list[Chain]]:
    """Write and index the corpus of a language with its generated pages; return the index and all chains."""
    name, split = SETS[language]
    corpus, folder = rows(data / name / "corpus.jsonl"), work / language / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    pages = list(write_pages(language, [row["title"].split(" ")[0] for row in corpus]))
    for file, title, text in [(f"{row['id']}.txt", row["title"], row["text"]) for row in corpus] + [
        p[:3] for p in pages
    ]:
        (folder / file).write_text(f"{title}\n\n{text}", encoding="utf-8")
    rebuild(folder, work / language / "index")
    chains = [chain for *_, chain in pages if chain]
    chains += list(paired(language, data / name, split))[:120]
    chains += list(switches(data / name, split, chains))[:80]
    same_article = list(near_switches(data / name, split))
    chains += same_article[:: max(1, len(same_article) // 200)]
    return open_index(work / language / "index"), chains


def is_right(answer: rag.Answer, ask: Ask) -> bool:
    """Return whether the first quote is from the right document and holds the answer."""
    first = answer.citations[0] if answer.citations else None
    quoted = first.quote.casefold() if first and first.source == ask.source else ""
    return any(text.casefold() in quoted for text in ask.answers)


def run(chain: Chain, index: Index) -> Iterator[tuple[Ask, rag.Answer]]:
    """Ask the questions of a chain in turn."""
    history: list[Turn] = []
    for ask in chain.asks:
        answer = rag.ask(ask.text, index=index, history=history)
        history.append(Turn(ask.text, answer))
        yield ask, answer


def measure(chains: Sequence[Chain], index: Index, language: str, show: bool) -> None:
    """Print the share of right first quotes by kind, and how many standalone questions were left as asked."""
    right: dict[str, list[bool]] = {}
    unchanged: list[bool] = []
    for chain in chains:
        for ask, answer in run(chain, index):
            right.setdefault(ask.kind, []).append(is_right(answer, ask))
            if ask.standalone:
                unchanged.append(answer.question_understood == ask.text)
            if show:
                quote = answer.citations[0].quote[:90] if answer.citations else "-"
                print("+" if right[ask.kind][-1] else "-", ask.kind, answer.question_understood, quote, sep=" | ")
    for kind, values in sorted(right.items()):
        print(f"{language} {kind}: {sum(values)}/{len(values)}")
    follows = [
        value for kind, values in right.items() if kind not in ("first", "switch", "near switch") for value in values
    ]
    print(f"{language} all follow-ups: {sum(follows)}/{len(follows)} = {sum(follows) / len(follows):.3f}")
    print(f"{language} standalone questions left as asked: {sum(unchanged)}/{len(unchanged)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sourcier-followups"))
    parser.add_argument("--half", choices=("tune", "report"), default="report")
    parser.add_argument("--show", action="store_true", help="each question as understood, and its first quote")
    arguments = parser.parse_args()
    for language in SETS:
        index, chains = build(arguments.data, arguments.work, language)
        measure([chain for chain in chains if chain.half == arguments.half], index, language, arguments.show)


if __name__ == "__main__":
    main()
