"""Judge lists, table rows and values under headings, on questions generated from Markdown documents.

    python -m bench.quality.made.structured FOLDER [--most N] [--failures]

Markdown is parsed here by a library alone, so that a reader's mistakes do not make the questions easier. A list with a
lead-in must be quoted to its last item, a row with the name of its column, a value with its label and its heading. The
first quote counts, with its context (``Citation.context``). The questions are the same in each run.
"""

import argparse
import re
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

import rag
from bench.quality.asking import LONGEST, Verdict, describe_lengths, print_by_kind, print_failures, squash
from index import Index, open_index, rebuild
from index.language import detect

_FORMS = {
    "list": {"fr": "{heading} : {subject}, quels sont-ils ?", "en": "{heading}: {subject}, which are they?"},
    "row": {
        "fr": "{heading} : quel est « {subject} » pour {name} ?",
        "en": "{heading}: what is the {subject} of {name}?",
    },
    "value": {"fr": "Que vaut « {subject} » pour {heading} ?", "en": "What is the {subject} of {heading}?"},
}
_ITEMS = range(3, 13)
_NAME = re.compile(r"[^\W\d_]{4}")
_LABEL = re.compile(r"[^\W\d_][\w -]{2,30}")
_CELL = 60  # characters of a cell that is asked for
_VALUE = 80


class QuoteQuestion(NamedTuple):
    """A question, and what its first quote must contain."""

    kind: str
    text: str
    source: str
    expected: tuple[str, ...]
    context: str = ""  # the quote may hold it, or stand under it


def questions(folder: Path) -> list[QuoteQuestion]:
    """Generate all questions of a folder of Markdown, in the order of paths."""
    generated: list[QuoteQuestion] = []
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text("utf-8", "replace")
        if detect(text[:2000]) in ("fr", "en"):
            generated += _of_document(text, path.relative_to(folder).as_posix())
    return generated


def _of_document(text: str, source: str) -> Iterator[QuoteQuestion]:
    language = detect(text[:2000])
    heading, paragraph, level = "", "", 0
    items: list[str] = []
    rows: list[list[str]] = []
    tokens = MarkdownIt().enable("table").parse(text)
    for previous, token in zip([None, *tokens], tokens, strict=False):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            level += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            level -= 1
            if level == 0:
                yield from _list(language, source, heading, paragraph, items)
                items, paragraph = [], ""
        elif token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            yield from _rows(language, source, heading, rows)
        elif token.type == "inline" and previous is not None:
            words = _inline_text(token)
            if previous.type == "heading_open":
                heading, paragraph = words if "{" not in words else "", ""
            elif previous.type in ("td_open", "th_open"):
                rows[-1].append(words)
            elif level:
                items.append(words)
            else:
                paragraph = words
                yield from _value(language, source, heading, words)


def _inline_text(token: Token) -> str:
    """Return the text of an element; "" if it contains HTML."""
    if any(child.type == "html_inline" for child in token.children or []):
        return ""
    return " ".join("".join(" " if c.type == "softbreak" else c.content for c in token.children or []).split())


def _list(language: str, source: str, heading: str, lead_in: str, items: Sequence[str]) -> Iterator[QuoteQuestion]:
    if heading and lead_in.endswith(":") and len(items) in _ITEMS and all(items):
        subject = lead_in.rstrip(": ").rpartition(". ")[2]
        question = _FORMS["list"][language].format(heading=heading, subject=subject)
        yield QuoteQuestion("list", question, source, tuple(items))


def _rows(language: str, source: str, heading: str, rows: Sequence[Sequence[str]]) -> Iterator[QuoteQuestion]:
    for row in rows[1:]:
        column = 1 + zlib.crc32(f"{source} {row}".encode()) % max(1, len(rows[0]) - 1)
        if not (heading and column < len(row) == len(rows[0]) and _NAME.search(row[0]) and rows[0][column]):
            continue
        if 0 < len(row[column]) <= _CELL and len(row[0]) <= _CELL and sum(other[0] == row[0] for other in rows) == 1:
            fields = {"heading": heading, "subject": rows[0][column], "name": row[0]}
            question = _FORMS["row"][language].format(**fields)
            yield QuoteQuestion("row", question, source, (row[0], rows[0][column], row[column]))


def _value(language: str, source: str, heading: str, words: str) -> Iterator[QuoteQuestion]:
    label, colon, value = words.partition(": ")
    if heading and colon and value and len(words) <= _VALUE and _LABEL.fullmatch(label):
        question = _FORMS["value"][language].format(subject=label.strip(), heading=heading)
        yield QuoteQuestion("value", question, source, (label.strip(), value.strip()), heading)


def chosen(questions: Sequence[QuoteQuestion], most: int) -> list[QuoteQuestion]:
    """Return at most ``most`` distinct questions of each kind, sampled by a hash."""
    unique = list({question.text: question for question in questions}.values())
    spread = sorted(unique, key=lambda question: zlib.crc32(f"{question.source} {question.text}".encode()))
    by_kind = ([question for question in spread if question.kind == kind] for kind in _FORMS)
    return [question for group in by_kind for question in group[:most]]


def judge(question: QuoteQuestion, index: Index) -> Verdict:
    """Ask a question, and judge its first quote."""
    answer = rag.ask(question.text, index=index)
    name = f"{question.source}: {question.text}"
    if not answer.citations:
        return Verdict(name, question.kind, False, "refused", None)
    citation = answer.citations[0]
    text = index.document(citation.source).text
    context = " ".join(text[start:end] for start, end in getattr(citation, "context", ()))
    missing = [string for string in question.expected if squash(string) not in squash(citation.quote)]
    if question.context and squash(question.context) not in squash(f"{context} {citation.title} {citation.quote}"):
        missing.append(question.context)
    is_long = len(citation.quote) > LONGEST and question.kind != "list"
    reason = "too long" if is_long else f"lacks {missing[0]}" if missing else ""
    return Verdict(name, question.kind, not missing and not is_long, reason, citation.quote)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=100, help="questions of each kind")
    parser.add_argument("--failures", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        rebuild(arguments.folder, Path(work) / "index")
        index = open_index(Path(work) / "index")
        verdicts = [judge(question, index) for question in chosen(questions(arguments.folder), arguments.most)]
    if arguments.failures:
        print_failures(verdicts)
    print_by_kind(verdicts)
    print(describe_lengths([len(verdict.quote) for verdict in verdicts if verdict.quote]))


if __name__ == "__main__":
    main()
