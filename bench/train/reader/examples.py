"""Generate the reader's training data: questions with passages that answer them, and others that do not.

    python -m bench.train.reader.examples DATA EXAMPLES.jsonl [--work FOLDER]

Each line is one question. Wrong passages are those that the program itself proposes, others of the same article, the
right one without the sentences that answer, and the one that a misleading question was written against. Exchange the
name, year or number of a question for another of the passage, and it has no answer there. The exercises
(``bench.quality.exercises``) add documents of other kinds: minutes, rules, manuals, tables, recipes, hearings.
"""

import argparse
import json
import random
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from bench.quality import datasets, exercises
from bench.quality.datasets import Query, Text
from bench.quality.exercises import Exercise
from bench.quality.measure import build
from bench.quality.unanswerable import sentences
from index.chunking.sentences import split_sentences
from rag import search

SPLITS = {"piaf": "train", "squad2_en": "dev", "selqa_en": "train", "nq_en": "train"}
SEED = 11
BELOW_ANOTHER = 0.25  # how often the passage of an exercise stands below the end of another
YEAR = re.compile(r"\b1\d{3}\b|\b20[0-2]\d\b")
NUMBER = re.compile(r"\b\d[\d.,\u00a0\u202f]*\b")
NAME = re.compile(
    r"(?<![.?!] )(?<!^)\b(?!Qui|Que|Quel|Quelle|Où|What|Who|When|Where|Which|How|The|Le|La|Les|Un|Une|In|En)"
    r"[A-ZÀ-Þ][\w’'-]{2,}(?: (?:de |of |du |d'|des )?[A-ZÀ-Þ][\w’'-]+)*"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage to read, and the spans in it that answer."""

    kind: str  # right, proposed, article, cut or misleading
    title: str
    text: str
    spans: Sequence[tuple[int, int]] = ()


@dataclass(slots=True)
class Example:
    """A question and its passages."""

    set: str
    share: str
    question: str
    unit: str  # what a span is: "span", or a whole "sentence"
    passages: list[Passage] = field(default_factory=list)
    swapped: str | None = None  # the question with something exchanged, which the right passage does not answer


def share(name: str, title: str) -> str:
    """Return the use of an article: ``train`` the reader, ``fit`` the mix with other scores, or ``report``.

    Of PIAF train a quarter is for fitting, of SQuAD 2 the half that the encoder did not see (its figures are out of
    fold), of the others an eighth; an eighth of nq_en and selqa_en is for reporting.
    """
    number = zlib.crc32((title.partition(":")[0] if name == "selqa_en" else title).encode())
    if name == "piaf":
        return "fit" if number % 4 == 3 else "train"
    if name == "squad2_en":
        return "fit" if number % 2 else "train"
    return {0: "report", 1: "fit"}.get(number % 8, "train")


def share_of_exercise(exercise: Exercise) -> str:
    """Return the use of an exercise, as ``share`` does: an eighth is for fitting, whole files are for reporting."""
    if exercises.is_held(exercise):
        return "report"
    return "fit" if zlib.crc32(exercise.title.encode()) % 8 == 1 else "train"


def set_of_exercise(exercise: Exercise) -> str:
    """Return ``articles`` for those in the manner of an encyclopaedia, of which the reader has most to read."""
    return "articles" if exercise.file.startswith("article") else "exercises"


def without_answer(text: Text, spans: Sequence[tuple[int, int]], answers: Sequence[str]) -> str | None:
    """Return the text without the sentences that hold an answer; None if little is left."""
    lowered = [answer.lower() for answer in answers if len(answer) > 1]
    remaining_sentences = [
        sentence for sentence in sentences(text.text) if not any(answer in sentence.lower() for answer in lowered)
    ]
    remaining = " ".join(remaining_sentences)
    return remaining if spans and 80 < len(remaining) < len(text.text) else None


def shortened(passage: Mapping[str, Any], draw: random.Random) -> dict[str, Any]:
    """Return a passage as the sentences that hold its first span, or any one, with up to one on either side."""
    sentence_spans = split_sentences(passage["text"])
    if len(sentence_spans) < 2:
        return dict(passage)
    if passage["spans"]:
        start, end = passage["spans"][0]
        numbers = [n for n, span in enumerate(sentence_spans) if span.end > start and span.start < end]
    else:
        numbers = [draw.randrange(len(sentence_spans))]
    before, after = draw.choice((0, 0, 1)), draw.choice((0, 0, 1))
    window = sentence_spans[max(0, numbers[0] - before) : numbers[-1] + 1 + after]
    first, last = window[0].start, window[-1].end
    spans = [(start - first, end - first) for start, end in passage["spans"] if first <= start and end <= last]
    return {**passage, "text": passage["text"][first:last], "spans": spans}


def swapped(question: str, passage: str, draw: random.Random) -> str | None:
    """Exchange a year, name or number of the question for another in the passage; return None without one."""
    variants = []
    for pattern in (YEAR, NAME, NUMBER):
        mentions = list(pattern.finditer(question))
        if not mentions:
            continue
        mention = draw.choice(mentions)
        replacements = sorted({match.group() for match in pattern.finditer(passage)})
        replacements = [
            other
            for other in replacements
            if other.lower() not in question.lower() and mention.group().lower() not in other.lower()
        ]
        if replacements:
            variants.append(question[: mention.start()] + draw.choice(replacements) + question[mention.end() :])
    return draw.choice(variants) if variants else None


def proposals(texts: Mapping[str, Text], queries: Sequence[Query], work: Path, name: str) -> dict[str, list[str]]:
    """Return the ids of the documents retrieved for each question, best first, without the reader."""
    index = build(texts.values(), work, name)
    return {
        query.id: list(
            dict.fromkeys(hit.source.removesuffix(".txt") for hit in search(query.text, index=index, rerank=False))
        )
        for query in queries
    }


def examples(data: Path, work: Path, name: str, draw: random.Random) -> Iterator[Example]:
    """Yield the examples of a set of questions."""
    folder, split = data / name, SPLITS[name]
    texts, queries, relevant = datasets.corpus(folder), datasets.queries(folder, split), datasets.qrels(folder, split)
    rows = {row["id"]: row for row in _rows(folder / split / "queries.jsonl")}
    against = {row["query_id"]: row["doc_id"] for row in _rows(folder / split / "context_of_unanswerable.jsonl")}
    proposed = proposals(texts, queries, work, name)
    article: dict[str, list[str]] = defaultdict(list)
    for text in texts.values():
        article[_article(name, text)].append(text.id)
    for query in queries:
        right = next(iter(sorted(relevant.get(query.id, ()))), against.get(query.id))
        if right is None:
            continue
        text = texts[right]
        example = Example(name, share(name, text.title), query.text, rows[query.id].get("unit", "span"))
        if not query.answerable:
            example.passages.append(Passage("misleading", text.title, text.text))
            yield example
            continue
        spans = _spans(rows[query.id], text.text)
        if spans:
            candidates = [texts[id] for id in proposed[query.id] if id not in relevant[query.id]]
            same_article = [texts[id] for id in article[_article(name, text)] if id not in relevant[query.id]]
            example.passages += _passages(
                query, text, spans, candidates, [text for text in same_article if text not in candidates], draw
            )
            example.swapped = swapped(query.text, text.text, draw)
            yield example


def of_exercises(draw: random.Random) -> Iterator[Example]:
    """Yield the examples of all exercises."""
    before: dict[str, Exercise] = {}
    for exercise in exercises.read_exercises():
        use = share_of_exercise(exercise)
        for question in exercise.questions:
            example = Example(set_of_exercise(exercise), use, question.text, "span")
            example.passages += _exercise_passages(exercise, question.answer, before.get(use), draw)
            yield example
        before[use] = exercise


def _exercise_passages(
    exercise: Exercise, answer: str | None, other: Exercise | None, draw: random.Random
) -> Iterator[Passage]:
    """Yield the passage, at times below the end of another as in real documents; then without its answer."""
    end = ""
    if other and draw.random() < BELOW_ANOTHER:
        end = " ".join(sentences(other.text.replace("\n", " "))[-2:]) + "\n"
    text = end + exercise.text
    start = exercises.find_words(answer, exercise.text) if answer else -1
    spans = [(len(end) + start, len(end) + start + len(answer))] if answer and start >= 0 else []
    yield Passage("right" if answer else "misleading", exercise.title, text, spans)
    if answer and (cut := without_answer(Text(exercise.title, exercise.title, exercise.text), spans, [answer])):
        yield Passage("cut", exercise.title, cut)


def _article(name: str, text: Text) -> str:
    return text.title.partition(":")[0] if name == "selqa_en" else text.title


def _spans(row: Mapping[str, Any], text: str) -> list[tuple[int, int]]:
    """Return the spans of the answers: at the annotated offsets, else at their first occurrence."""
    answers, starts = row["answers"], row.get("answer_starts") or []
    spans = []
    for at, answer in enumerate(answers):
        annotated = starts[at] if at < len(starts) else -1
        start = annotated if text.startswith(answer, max(annotated, 0)) and annotated >= 0 else text.find(answer)
        if start >= 0:
            spans.append((start, start + len(answer)))
    return spans


def _passages(
    query: Query,
    right: Text,
    spans: Sequence[tuple[int, int]],
    candidates: Sequence[Text],
    same_article: Sequence[Text],
    draw: random.Random,
) -> Iterator[Passage]:
    """Yield the right passage, then wrong ones, none of which holds the words of an answer."""
    telling = [answer.lower() for answer in query.answers if len(answer) > 3]

    def is_wrong(text: Text) -> bool:
        return not any(answer in text.text.lower() for answer in telling)

    yield Passage("right", right.title, right.text, spans)
    yield from (Passage("proposed", text.title, text.text) for text in list(filter(is_wrong, candidates))[:6])
    drawn = draw.sample(same_article, min(2, len(same_article)))
    yield from (Passage("article", text.title, text.text) for text in filter(is_wrong, drawn))
    if cut := without_answer(right, spans, query.answers):
        yield Passage("cut", right.title, cut)


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def main() -> None:
    """Write the examples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sourcier-examples"))
    arguments = parser.parse_args()
    draw = random.Random(SEED)
    with arguments.out.open("w", encoding="utf-8") as out:
        of_sets = (examples(arguments.data, arguments.work, name, draw) for name in SPLITS)
        for example in chain(*of_sets, of_exercises(draw)):
            out.write(json.dumps(asdict(example), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
