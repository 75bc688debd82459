"""Let a real language model write answers, and count the ledger's verdicts on its sentences.

    python -m bench.writing MODEL [--questions FILE] [--folder FOLDER] [--show]

The model is any that ``rag ask --model`` takes. Each question of the file is asked of the folder; by default these are
the questions on the sample. An answer is written, refused by the model, or fell back to quotes, with the reason.
``--show`` prints each sentence with its verdict, to be judged by eye.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

import rag
from index import Index, open_index, rebuild
from rag.answer import Answer
from rag.evaluation import read_questions

ROOT = Path(__file__).parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="provider:name")
    parser.add_argument("--questions", type=Path, default=ROOT / "bench/questions.jsonl")
    parser.add_argument("--folder", type=Path, default=ROOT / "seeds")
    parser.add_argument("--show", action="store_true")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        rebuild(chosen.folder, Path(temporary) / "index")
        with open_index(Path(temporary) / "index") as index:
            answers = list(write_all(chosen.model, chosen.questions, index, chosen.show))
    for line in report([answer for answer, _ in answers], [seconds for _, seconds in answers]):
        print(line)
    return 0


def write_all(model: str, questions: Path, index: Index, show: bool) -> Iterator[tuple[Answer, float]]:
    """Yield each answer, with the seconds that it took."""
    for question in read_questions(questions, index):
        started = perf_counter()
        answer = rag.ask(question.question, index=index, model=model)
        yield answer, perf_counter() - started
        if show:
            print(f"\n{question.question}\n{answer.remark}", file=sys.stderr)
            for sentence in answer.sentences:
                text = " ".join(answer.text[sentence.start : sentence.end].split())
                print(f"  {sentence.verdict:<12} {text}  ({sentence.why})", file=sys.stderr)


def report(answers: Sequence[Answer], seconds: Sequence[float]) -> Iterator[str]:
    """Yield the report on the answers, line by line."""
    written = [answer for answer in answers if answer.writer and answer.found]
    refused = [answer for answer in answers if answer.writer and not answer.found]
    yield f"answers              {len(answers)}, in {median(seconds):.1f} s (median)"
    yield f"written              {len(written)}"
    yield f"refused by the model {len(refused)}"
    for remark, count in Counter(answer.remark for answer in answers if not answer.writer).most_common():
        yield f"quotes instead       {count}: {remark}"
    sentences = [sentence for answer in written for sentence in answer.sentences if sentence.states]
    verdicts = Counter(sentence.verdict for sentence in sentences)
    for verdict in ("supported", "contradicted", "unsupported", "not checked"):
        share = verdicts[verdict] / max(1, len(sentences))
        yield f"{verdict:<20} {verdicts[verdict]} ({share:.0%} of {len(sentences)} sentences)"
    marked = sum(bool(sentence.citations) for sentence in sentences)
    yield f"sentences with marks {marked}; marks that point nowhere {sum(len(s.unverified) for s in sentences)}"


if __name__ == "__main__":
    sys.exit(main())
