"""Fit the weights that mix the reader with the linear models, and write them into ``rag/data/weights.json``.

    python -m bench.train.reader.mix DATA [--work FOLDER] [--out rag/data/weights.json]

All questions are of articles that the reader was not trained on (``share`` in ``examples.py``). The
refusing is fitted out of fold, by article, as ``bench/train/abstention.py`` does it, and also on questions about facts
that were removed from their article or exchanged for others of it, and on the exercises kept for fitting.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.quality import datasets, exercises, unanswerable
from bench.quality.datasets import Query, Text
from bench.quality.exercises import Exercise
from bench.quality.measure import build
from bench.train.abstention import Verdict, fit_abstention, small_corpora, verdicts, whole_corpus
from bench.train.fitting import Group, conditional_logit, fit_relevance, save_weights, scaled, with_passage
from bench.train.questions import LabelledQuestion
from bench.train.reader.examples import share, share_of_exercise
from index import Index
from rag.extraction.abstention import READ_ANSWERABLE
from rag.extraction.evidence.read_sentences import READ_EVIDENCE, read_sentence_features
from rag.extraction.evidence.score_sentences import score_linearly
from rag.query.question import parse_question
from rag.ranking.embedded import EMBEDDED
from rag.ranking.rerank import EMBEDDED_K, RankedPassages, searcher

SETS = {"piaf": "train", "nq_en": "train", "squad2_en": "dev", "selqa_en": "train"}
RANKED = ("piaf", "nq_en", "selqa_en")  # what ranks is not fitted on SQuAD, whose articles are few and reported
MOST = 300  # questions of a set
# The share of answerable questions that may be refused; of real folders, whose questions are harder, twice as many are.
ACCEPTED = 0.02
CORPORA = {5: 6, 50: 4, 500: 1}  # documents: how many corpora of that size are drawn
QUESTIONS = 30  # questions that each of them answers, at most
EXERCISES = 5  # passages that are a corpus together


@dataclass(frozen=True, slots=True)
class Rows:
    """The features of one question over one index."""

    embedded: Group
    sentences: Group
    of: NDArray[np.intp]  # shape (sentences,): the passage of each, as a row of ``embedded``


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sourcier-fit"))
    parser.add_argument("--out", type=Path, default=Path("rag/data/weights.json"))
    parser.add_argument("--only-abstention", action="store_true", help="keep what ranks as it is")
    arguments = parser.parse_args()
    weights = json.loads(arguments.out.read_text(encoding="utf-8"))
    if not arguments.only_abstention:
        articles = list(measured_sets(arguments.data, arguments.work))
        weights |= fit_mix(articles, list(measured_exercises(arguments.work)))
        save_weights(weights, arguments.out)
    verdicts = [verdict for verdict in asked_of_many(arguments.data, arguments.work) if was_read(verdict)]
    weights["read answerable"], weights["read threshold"], facts = fit_abstention(verdicts, READ_ANSWERABLE, ACCEPTED)
    save_weights(weights, arguments.out)
    print(json.dumps(facts, indent=1))


def was_read(verdict: Verdict) -> bool:
    """Return whether the reader had a part in it: not where the question is taken for one in another language."""
    return len(verdict.row) == len(READ_ANSWERABLE)


def fit_mix(articles: Sequence[Rows], invented: Sequence[Rows]) -> dict[str, dict[str, float]]:
    """Fit passages first; a sentence then knows the score of its passage.

    Passages are ranked by what articles teach: among five of the exercises a question may fit more than its own.
    """
    column = READ_EVIDENCE.index("passage")
    embedded = conditional_logit([row.embedded for row in articles], EMBEDDED)
    sentences = [
        with_passage(row.sentences, column, scaled(row.embedded, embedded)[row.of]) for row in (*articles, *invented)
    ]
    evidence = conditional_logit(sentences, READ_EVIDENCE)
    before = np.mean([row.embedded.right[0] for row in articles])
    first = np.mean([row.embedded.right[scaled(row.embedded, embedded).argmax()] for row in articles])
    best = np.mean([group.right[scaled(group, evidence).argmax()] for group in sentences if len(group.right)])
    described = f"passage {before:.3f} to {first:.3f} (fitted on them), sentence {best:.3f}"
    print(f"{len(articles)} questions: {described}", flush=True)
    return {
        "embedded passage": embedded,
        "read evidence": evidence,
        "embedded relevance": fit_relevance([row.embedded for row in articles], embedded),
    }


def measured_sets(data: Path, work: Path) -> Iterator[Rows]:
    """Measure the questions of all sets, each over its whole corpus."""
    for name in RANKED:
        yield from measured_some(to_fit(data, name), build(datasets.corpus(data / name).values(), work, name))


def measured_exercises(work: Path) -> Iterator[Rows]:
    """Measure the exercises kept for fitting, each over the few that are a corpus with it."""
    for questions, index in exercises_to_fit(work):
        yield from measured_some(questions, index)


def measured_some(questions: Sequence[LabelledQuestion], index: Index) -> Iterator[Rows]:
    """Measure at most some ``MOST`` of the questions that have an answer."""
    rows = (measured(question, index) for question in every([q for q in questions if q.documents], MOST))
    yield from (row for row in rows if row)


def every(questions: Sequence[LabelledQuestion], most: int) -> Sequence[LabelledQuestion]:
    """Return one of every few questions, ``most`` or somewhat more in all."""
    return questions[:: max(1, len(questions) // most)]


def exercises_to_fit(work: Path) -> Iterator[tuple[list[LabelledQuestion], Index]]:
    """Yield small corpora of the exercises that the reader did not see and that are not reported, with questions.

    The corpora are small since few of the questions name their subject.
    """
    chosen = [exercise for exercise in exercises.read_exercises() if share_of_exercise(exercise) == "fit"]
    for first in range(0, len(chosen), EXERCISES):
        some = {str(number): exercise for number, exercise in enumerate(chosen[first : first + EXERCISES], first)}
        texts = [Text(id, exercise.title, exercise.text) for id, exercise in some.items()]
        labelled = [question for id, exercise in some.items() for question in label_questions(id, exercise)]
        yield labelled, build(texts, work, f"exercises-{first}")


def label_questions(id: str, exercise: Exercise) -> Iterator[LabelledQuestion]:
    """Yield every other question of an exercise, whose passage is the document ``id``."""
    for number, question in enumerate(exercise.questions[::2]):
        answers = (question.answer,) if question.answer else ()
        query = Query(f"{id}-{number}", question.text, answers, bool(answers), standalone=True)
        yield LabelledQuestion(query, frozenset({id} if answers else ()), exercise.title)


def to_fit(data: Path, name: str) -> list[LabelledQuestion]:
    """Return the questions on articles that the reader did not see and that are not kept for reporting."""
    split = SETS[name]
    texts, relevant = datasets.corpus(data / name), datasets.qrels(data / name, split)
    written = unanswerable_of(data / name / split)
    labelled = []
    for query in datasets.queries(data / name, split):
        source = next(iter(relevant.get(query.id) or [written.get(query.id, "")]))
        if source and share(name, texts[source].title) == "fit":
            labelled.append(LabelledQuestion(query, frozenset(relevant.get(query.id, ())), texts[source].title))
    return labelled


def unanswerable_of(folder: Path) -> dict[str, str]:
    """Return the document that each unanswerable question was written against."""
    path = folder / "context_of_unanswerable.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {row["query_id"]: row["doc_id"] for row in map(json.loads, lines)}


def measured(labelled: LabelledQuestion, index: Index) -> Rows | None:
    """Measure one question; return None if nothing can be learned from it."""
    question = parse_question(labelled.query.text)
    ranked = searcher(index).read(question, searcher(index).rank(question, k=EMBEDDED_K))
    if len(ranked.readings) < 2:
        return None
    right = [
        index.document_id_of(candidate.number).removesuffix(".txt") in labelled.documents
        for candidate in ranked.candidates
    ]
    order = np.argsort(-np.array(ranked.linear), kind="stable")  # the first of the embedded is the linear model's
    embedded = [[ranked.linear[at], ranked.reader_cosines[at]] for at in order]
    row = {int(at): number for number, at in enumerate(order)}
    sentences, passages = _sentences(labelled, ranked, right)
    return Rows(
        Group(embedded, [right[at] for at in order]), sentences, np.array([row[at] for at in passages], np.intp)
    )


def _sentences(labelled: LabelledQuestion, ranked: RankedPassages, right: Sequence[bool]) -> tuple[Group, list[int]]:
    """Return the sentences of the read passages with their labels, and the passage of each."""
    sentences = score_linearly(parse_question(labelled.query.text), ranked, len(ranked.readings))
    passages = [ranked.candidates.index(sentence.candidate) for sentence in sentences]
    holds = [
        right[at] and any(answer and answer in sentence.sentence.text for answer in labelled.query.answers)
        for sentence, at in zip(sentences, passages, strict=True)
    ]
    return Group([list(read_sentence_features(sentence, ranked)) for sentence in sentences], holds), passages


def asked_of_many(data: Path, work: Path) -> Iterator[Verdict]:
    """Ask the questions of corpora of many sizes, and of one from which their facts were removed."""
    for name in ("piaf", "squad2_en"):
        questions = to_fit(data, name)
        yield from small_corpora(data, work, questions, name, CORPORA, QUESTIONS)
        yield from whole_corpus(data, work, every(questions, 2 * MOST), name)
    for questions, index in exercises_to_fit(work):
        yield from verdicts(questions, index, EXERCISES)
    yield from removed(data, work)


def removed(data: Path, work: Path) -> Iterator[Verdict]:
    """Ask what PIAF still answers, and what it no longer does since a fact was removed or exchanged."""
    corpus, answered, unanswered = unanswerable.make(data / "piaf", SETS["piaf"])
    labelled = {question.query.id: question for question in to_fit(data, "piaf")}
    good = [labelled[query.id] for query in answered if query.id in labelled]
    bad = [
        LabelledQuestion(
            question.query, frozenset(), labelled[question.query.id].title, swapped=question.how != "removed"
        )
        for question in unanswered
        if question.query.id in labelled
    ]
    index = build(corpus, work, "piaf-removed")
    yield from verdicts([*good[: 2 * len(bad)], *bad], index, len(index.document_ids))


if __name__ == "__main__":
    main()
