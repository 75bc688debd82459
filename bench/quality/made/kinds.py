"""Judge the kinds of question that no other command here generates, over folders of Markdown.

    python -m bench.quality.made.kinds FOLDER ... [--most N] [--failures]

Definitions and acronyms are made by ``defining``, lists, rows and values by ``structured`` beside this module.
Here are made, from the index and plain patterns alone: all mentions of a word, counted by another way; a document as a
whole, and a file that is not there; a fact asked of a named file; whether something is possible, and why it is, where a
sentence denies it; the next row of a table as a follow-up, a row that the table lacks, and two rows compared.
``RAG_READER=off`` measures without the reader. The questions are the same at each run.
"""

import argparse
import re
import tempfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import rag
from bench.quality.asking import Verdict, ask_in_turn, holds_any, print_by_kind, print_failures, squash
from bench.quality.made.structured import QuoteQuestion, questions
from index import Document, Index, open_index, rebuild
from index.language import detect, fold

_WORD = re.compile(r"[^\W\d_]{6,}")
_ENDING = 3  # letters
_DENIED = {
    "en": (
        re.compile(
            r"^(?P<subject>[A-Z]\w+(?: \w+)?) (?P<aux>cannot|can't|does not|doesn't|do not|don't) "
            r"(?P<predicate>\w.{15,90})\.$"
        ),
        ("{aux} {subject} {predicate}?", "Why {aux} {subject} {predicate}?"),
    ),
    "fr": (
        re.compile(r"^Il n['’]est pas (?P<aux>possible|nécessaire|obligatoire) (?P<predicate>d(?:e |['’]).{15,90})\.$"),
        ("Est-il {aux} {predicate} ?", "Pourquoi est-il {aux} {predicate} ?"),
    ),
}
_AUXILIARIES = {"cannot": "can", "can't": "can", "does not": "does", "doesn't": "does", "do not": "do", "don't": "do"}
_ABOUT = {"fr": "De quoi parle {} ?", "en": "What is {} about?"}
_MENTIONS = {"fr": "Toutes les mentions de « {} »", "en": "List all mentions of “{}”"}
_IN_FILE = {"fr": "Dans {}, {}", "en": "In {}, {}"}
_NEXT = {"fr": "Et pour {} ?", "en": "And for {}?"}
_DIFFERENCE = {"fr": "Quelle est la différence entre {} et {} ?", "en": "What is the difference between {} and {}?"}

Check = Callable[[rag.Answer], bool]


class JudgedQuestion(NamedTuple):
    """A question, those before it, and the check of its answer."""

    kind: str
    text: str
    is_right: Check
    history: tuple[str, ...] = ()


def generate(folder: Path, index: Index) -> Iterator[JudgedQuestion]:
    """Yield the questions of a folder of Markdown and its index."""
    texts = {id: index.document(id).text for id in index.document_ids}
    for id in index.document_ids:
        document = index.document(id)
        language = "fr" if detect(document.slice(0, 2000)) == "fr" else "en"
        yield JudgedQuestion("document as a whole", _ABOUT[language].format(id), _is_overview_of(id))
        missing = f"{PurePosixPath(id).stem}-{zlib.crc32(id.encode()) % 97}.md"
        yield JudgedQuestion("file that is not there", _ABOUT[language].format(missing), _is_refused)
        yield from _mentions(document, language, texts)
        yield from _denied(document, language, index)
    yield from _rows(questions(folder))


def _mentions(document: Document, language: str, texts: dict[str, str]) -> Iterator[JudgedQuestion]:
    words = sorted(set(_WORD.findall(document.text)), key=lambda word: zlib.crc32(word.encode()))
    for word in words[:1]:
        pattern = re.compile(rf"(?<!\w){re.escape(fold(word))}(?!\w)")
        ids = {id for id, text in texts.items() if pattern.search(fold(text))}
        yield JudgedQuestion("all mentions", _MENTIONS[language].format(word), _are_mentions(word, ids))


def _denied(document: Document, language: str, index: Index) -> Iterator[JudgedQuestion]:
    pattern, (whether, why) = _DENIED[language]
    for passage in index.passages_of(document.id):
        for sentence in index.sentences_in(passage):
            text = " ".join(sentence.text.split())
            if match := pattern.match(text):
                fields = {**match.groupdict(), "aux": _AUXILIARIES.get(match["aux"], match["aux"])}
                question = whether.format(**fields)
                yield JudgedQuestion("whether it is so", question[0].upper() + question[1:], _quotes(text))
                yield JudgedQuestion("why it is so, where it is not", why.format(**fields), _denies(text))


def _rows(row_questions: Sequence[QuoteQuestion]) -> Iterator[JudgedQuestion]:
    for question, following in pairwise(question for question in row_questions if question.kind == "row"):
        language = "fr" if "quel est" in question.text else "en"
        name, next_name = question.expected[0], following.expected[0]
        in_file = _IN_FILE[language].format(question.source, question.text)
        yield JudgedQuestion("file named", in_file, _is_from(question.source, question.expected))
        if question.source == following.source and question.expected[1] == following.expected[1]:
            yield JudgedQuestion(
                "next row", _NEXT[language].format(next_name), _quotes(*following.expected), (question.text,)
            )
            comparison = _DIFFERENCE[language].format(name, next_name)
            yield JudgedQuestion("two rows compared", comparison, _quotes_both(name, next_name))
        elif question.source != following.source:
            yield JudgedQuestion(
                "row that is not there", question.text.replace(name, next_name), _is_refused_or(next_name)
            )


def _is_overview_of(id: str) -> Check:
    return lambda answer: answer.kind == "overview" and {citation.source for citation in answer.citations} == {id}


def _is_refused(answer: rag.Answer) -> bool:
    return not answer.citations


def _is_refused_or(name: str) -> Check:
    return lambda answer: not answer.citations or squash(name) in squash(answer.citations[0].quote)


def _is_from(id: str, expected: Sequence[str]) -> Check:
    return lambda answer: _quotes(*expected)(answer) and answer.citations[0].source == id


def _quotes(*expected: str) -> Check:
    return lambda answer: bool(answer.citations) and holds_any(answer.citations[0].quote, expected)


def _quotes_both(first: str, other: str) -> Check:
    return lambda answer: all(
        any(holds_any(cited.quote, [name]) for cited in answer.citations) for name in (first, other)
    )


def _denies(text: str) -> Check:
    return lambda answer: not answer.citations or _quotes(text)(answer)


def _are_mentions(word: str, ids: set[str]) -> Check:
    def check(answer: rag.Answer) -> bool:
        stem = fold(word)[:-_ENDING]  # the program also finds its singular and its plural
        quoted = all(stem in fold(cited.quote) for cited in answer.citations)
        return quoted and {cited.source for cited in answer.citations} >= ids

    return check


def choose(questions: Sequence[JudgedQuestion], most: int) -> list[JudgedQuestion]:
    """Return at most ``most`` distinct questions of each kind, sampled by a hash."""
    unique = {(question.kind, question.text): question for question in questions}
    spread = sorted(unique.values(), key=lambda question: zlib.crc32(f"{question.kind} {question.text}".encode()))
    kinds = dict.fromkeys(question.kind for question in questions)
    by_kind = ([question for question in spread if question.kind == kind] for kind in kinds)
    return [question for group in by_kind for question in group[:most]]


def judge(question: JudgedQuestion, index: Index) -> Verdict:
    """Ask a question, after those before it, and judge its answer."""
    answer = ask_in_turn(question.text, question.history, index)
    quote = answer.citations[0].quote if answer.citations else None
    name = " > ".join((*question.history, question.text))
    return Verdict(name, question.kind, question.is_right(answer), answer.kind, quote)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--most", type=int, default=20, help="questions of each kind and folder")
    parser.add_argument("--failures", action="store_true")
    arguments = parser.parse_args()
    verdicts: list[Verdict] = []
    for folder in arguments.folders:
        with tempfile.TemporaryDirectory() as work:
            rebuild(folder, work)
            index = open_index(work)
            verdicts += [judge(question, index) for question in choose(list(generate(folder, index)), arguments.most)]
            index.close()
    if arguments.failures:
        print_failures(verdicts)
    print_by_kind(verdicts)


if __name__ == "__main__":
    main()
