"""Read the exercises: invented passages, each with questions that it answers and others that it only seems to.

    python -m bench.quality.exercises [--results FILE]

``bench/exercises/*.txt`` hold them. A passage starts with ``=== LANGUAGE | TITLE``; below its text stand its questions,
``? QUESTION => ANSWER`` with the words of the answer as they are in the text, and ``!KIND QUESTION`` without an answer:
another attribute of the subject (a), another number, date or version (n), another person or thing (e), a value that
belongs to something else (v), a false premise (p), or one step beyond the text (b).

The command asks the questions of the files ``held-*.txt``, of which nothing is trained on, each of the document that it
was written for, since few name their subject. It prints how many first quotes hold the answer and how many questions
are refused, by kind.
"""

import argparse
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import rag
from bench.outcomes import append_figures
from bench.quality.asking import build_index, first_quote, squash
from bench.quality.reading import refused_at
from rag.evaluation import compute_auroc

FOLDER = Path(__file__).parents[1] / "exercises"
PASSAGE = re.compile(r"^=== ", re.MULTILINE)
HEAD = re.compile(r"(fr|en) \| (.+)")
QUESTION = re.compile(r"\? (?P<answerable>.+) => (?P<answer>.+)|!(?P<kind>[anevpb]) (?P<unanswerable>.+)")
HELD = "held"  # the files whose exercises are kept for measuring


@dataclass(frozen=True, slots=True)
class ExerciseQuestion:
    """A question on a passage: with the answer's words, or the kind of its absence."""

    text: str
    answer: str | None
    kind: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """A passage and its questions."""

    file: str
    language: str
    title: str  # of the document, and the headings above the passage
    text: str
    questions: Sequence[ExerciseQuestion]


def read_exercises(folder: Path = FOLDER) -> Iterator[Exercise]:
    """Yield all exercises of a folder.

    Raises:
        ValueError: a file does not have the format.
    """
    for path in sorted(folder.glob("*.txt")):
        for block in PASSAGE.split(path.read_text(encoding="utf-8"))[1:]:
            yield parse_exercise(path.stem, block)


def parse_exercise(file: str, block: str) -> Exercise:
    """Return the exercise that a block of lines describes.

    Raises:
        ValueError: it does not have the format.
    """
    first, *lines = block.rstrip().split("\n")
    head = HEAD.fullmatch(first)
    if not head:
        raise ValueError(f"{file}: «{first}» is not LANGUAGE | TITLE")
    matches = [QUESTION.fullmatch(line) for line in lines]
    text = "\n".join(line for line, match in zip(lines, matches, strict=True) if not match).strip()
    questions = [
        ExerciseQuestion(match["answerable"] or match["unanswerable"], match["answer"], match["kind"] or "answerable")
        for match in matches
        if match
    ]
    for question in questions:
        if question.answer and find_words(question.answer, text) < 0:
            raise ValueError(f"{file}: «{question.answer}» is not in the passage «{head[2]}»")
    return Exercise(file, head[1], head[2], text, questions)


def find_words(words: str, text: str) -> int:
    """Return where words first stand in a text, or -1; not inside of others, as the «5» of «15» is."""
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        if not _is_letter(text[start - 1 : start]) and not _is_letter(text[end : end + 1]):
            break
        start = text.find(words, start + 1)
    return start


def _is_letter(character: str) -> bool:
    return character.isalnum() or character == "_"


def is_held(exercise: Exercise) -> bool:
    """Return whether an exercise is kept for measuring."""
    return exercise.file.startswith(HELD)


def as_document(exercise: Exercise) -> str:
    """Return the passage as a Markdown document under its title and headings."""
    title, *headings = exercise.title.split(" › ")
    heads = [f"# {title}", *(f"{'#' * depth} {heading}" for depth, heading in enumerate(headings, 2))]
    return "\n\n".join([*heads, exercise.text])


@dataclass(frozen=True, slots=True)
class ExerciseAnswer:
    """What the program answers to a question."""

    question: ExerciseQuestion
    quote: str | None  # the first
    confidence: float

    @property
    def is_right(self) -> bool:
        """Return whether the first quote holds the answer, or none is given where there is none."""
        if self.quote is None or self.question.answer is None:
            return self.quote is None and self.question.answer is None
        return find_words(squash(self.question.answer), squash(self.quote)) >= 0


def ask_all(held: Sequence[Exercise], work: Path) -> Iterator[ExerciseAnswer]:
    """Index the passages, each as a document, and ask their questions of it."""
    documents = {f"{at:03}.md": exercise for at, exercise in enumerate(held)}
    with closing(build_index({name: as_document(exercise) for name, exercise in documents.items()}, work)) as index:
        for name, exercise in documents.items():
            for question in exercise.questions:
                answer = rag.ask(question.text, index=index, documents=[name])
                yield ExerciseAnswer(question, first_quote(answer), answer.confidence)


def print_answers(answers: Sequence[ExerciseAnswer]) -> dict[str, float]:
    """Print the share of right answers by kind; return the figures of all kinds together."""
    kinds = Counter(answer.question.kind for answer in answers)
    right = Counter(answer.question.kind for answer in answers if answer.is_right)
    for kind, count in sorted(kinds.items()):
        print(f"{kind:<10}  {right[kind]:>4} of {count:<4} {right[kind] / count:.2f}")
    answerable = [answer for answer in answers if answer.question.answer]
    absent = [answer for answer in answers if not answer.question.answer]
    confidences = [answer.confidence for answer in answerable], [answer.confidence for answer in absent]
    figures = {
        "first quote holds the answer": sum(answer.is_right for answer in answerable) / len(answerable),
        "wrongly refused": sum(answer.quote is None for answer in answerable) / len(answerable),
        "refused rightly": sum(answer.is_right for answer in absent) / len(absent),
        "AUROC": compute_auroc(*confidences) or 0.0,
        "refused at 10 % false refusals": refused_at(*confidences),
    }
    for name, figure in figures.items():
        print(f"{name}: {figure:.3f}")
    return figures


def main() -> None:
    """Ask the held exercises and print what comes of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, help="append the figures to this file")
    arguments = parser.parse_args()
    held = [exercise for exercise in read_exercises() if is_held(exercise)]
    with tempfile.TemporaryDirectory() as work:
        answers = list(ask_all(held, Path(work)))
    append_figures("bench.quality.exercises", print_answers(answers), arguments.results)


if __name__ == "__main__":
    main()
