"""Fit ranking and abstention, and write ``rag/data/weights.json``.

    python -m bench.train.ranker DATA [--work FOLDER] [--out rag/data/weights.json]

Trained on the half of the articles that the encoder never saw (PIAF train and SQuAD 2 by title); the figures that it
prints for SQuAD are out of fold, by article. PIAF dev is not touched: ``bench/quality/measure.py`` reports on it.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bench.quality import datasets
from bench.quality.measure import build
from bench.train.abstention import learn_abstention
from bench.train.fitting import Group, conditional_logit, fit_relevance, save_weights, scaled, with_passage
from bench.train.questions import FOLDS, LabelledQuestion, questions, untitled
from index import Index
from index.storage.candidates import NO_RESTRICTION
from rag.extraction.abstention import ANSWERABLE
from rag.extraction.evidence.score_sentences import EVIDENCE, evidence_features, shortlist_sentences, with_answer_spans
from rag.extraction.span_features import FOCUS, focus_columns, focus_features
from rag.query.question import parse_question
from rag.ranking.features import PASSAGE, SENTENCE, find_maxima, passage_features, sentence_features
from rag.ranking.rerank import searcher

PROPOSED = 40  # passages of each question to learn from: more than are weighed for an answer
FOCUS_STRENGTH = 1e-3  # of the penalty on the weights of spans, which are many


def _titled(
    questions: Sequence[LabelledQuestion], data: Path, work: Path, name: str
) -> list[tuple[LabelledQuestion, Index]]:
    index = build(datasets.corpus(data / name).values(), work, name)
    return [(question, index) for question in questions]


def paired(
    questions: Sequence[LabelledQuestion], data: Path, work: Path, name: str
) -> Iterator[tuple[LabelledQuestion, Index]]:
    """Yield each question with its two indexes: of paragraphs with their titles, and without."""
    texts = datasets.corpus(data / name).values()
    indexes = build(texts, work, name), build(untitled(texts), work, f"{name}-untitled")
    for index in indexes:
        yield from ((question, index) for question in questions)


@dataclass(frozen=True, slots=True)
class Rows:
    """The features of one question over one index."""

    labelled: LabelledQuestion
    passages: Group
    sentences: Group
    of: NDArray[np.intp]  # shape (sentences,): the passage of each


def measured(labelled: LabelledQuestion, index: Index) -> Rows | None:
    question = parse_question(labelled.query.text)
    matcher, candidates = searcher(index).candidates(question, NO_RESTRICTION, PROPOSED)
    if not candidates:
        return None
    best = find_maxima(candidates)
    right = [
        index.document_id_of(candidate.number).removesuffix(".txt") in labelled.documents for candidate in candidates
    ]
    positions = [(n, at) for n, candidate in enumerate(candidates) for at in range(len(candidate.passage.sentences))]
    answers = [
        right[n]
        and any(answer in candidates[n].passage.sentences[at].span.text for answer in labelled.query.answers if answer)
        for n, at in positions
    ]
    passages = Group([passage_features(question, candidate, best) for candidate in candidates], right)
    sentences = Group(
        [sentence_features(question, matcher, candidates[n], at, best, 0.0) for n, at in positions], answers
    )
    return Rows(labelled, passages, sentences, np.array([n for n, _ in positions]))


def focus_group(labelled: LabelledQuestion, index: Index) -> Group | None:
    """Return the spans of the first shortlisted sentence that holds the answer, and which are the answer."""
    question = parse_question(labelled.query.text)
    ranked = searcher(index).rank(question)
    for sentence in shortlist_sentences(question, ranked):
        text, right = (
            sentence.sentence.span.text,
            sentence.sentence.span.document.id.removesuffix(".txt") in labelled.documents,
        )
        if right and any(answer and answer in text for answer in labelled.query.answers):
            words = sentence.sentence.tokens
            good = [_overlap(text[span], labelled.query.answers) for span in words.slices]
            if good and max(good) >= 0.6:
                rows = np.zeros((len(good), len(FOCUS)))
                rows[:, focus_columns(question)] = focus_features(question, [words], ranked.matcher)
                return Group(csr_matrix(rows), [value >= max(0.6, max(good) - 0.2) for value in good])
    return None


def _overlap(text: str, answers: Sequence[str]) -> float:
    """Score a span against the answers: F1 of words, times 1.5 if it holds the whole answer."""
    return max(
        (_f1(text.lower().split(), a.lower().split()) * (1.5 if a in text else 1.0) for a in answers), default=0.0
    )


def _f1(left: list[str], right: list[str]) -> float:
    shared = len(set(left) & set(right))
    return 2 * shared / (len(left) + len(right)) if shared else 0.0


def evidence_group(labelled: LabelledQuestion, index: Index) -> Group:
    """Return the shortlisted sentences, and which hold the answer."""
    question = parse_question(labelled.query.text)
    sentences = with_answer_spans(question, searcher(index).rank(question))
    texts = [
        (sentence.sentence.span.document.id.removesuffix(".txt"), sentence.sentence.span.text) for sentence in sentences
    ]
    right = [id in labelled.documents and any(a and a in text for a in labelled.query.answers) for id, text in texts]
    return Group([evidence_features(sentence) for sentence in sentences], right)


def fit_ranking(rows: Sequence[Rows]) -> dict[str, dict[str, float]]:
    """Fit passages first; a sentence then knows the score of its passage."""
    passage = conditional_logit([row.passages for row in rows], PASSAGE)
    groups = _sentence_groups(rows, passage)
    sentence = conditional_logit(groups, SENTENCE)
    return {
        "passage": passage,
        "sentence": sentence,
        "relevance": fit_relevance([row.passages for row in rows], passage),
    }


def _sentence_groups(rows: Sequence[Rows], passage: dict[str, float]) -> list[Group]:
    return [with_passage(row.sentences, 0, scaled(row.passages, passage)[row.of]) for row in rows]


def report(name: str, rows: Sequence[Rows], weights: dict[str, dict[str, float]]) -> None:
    if not rows:
        return
    first = [row.passages.right[scaled(row.passages, weights["passage"]).argmax()] for row in rows]
    groups = _sentence_groups(rows, weights["passage"])
    sentence = [group.right[scaled(group, weights["sentence"]).argmax()] for group in groups]
    print(f"{name}: {len(rows)} questions, passage {np.mean(first):.3f}, sentence {np.mean(sentence):.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sourcier-fit"))
    parser.add_argument("--out", type=Path, default=Path("rag/data/weights.json"))
    parser.add_argument("--only-abstention", action="store_true", help="keep what ranks as it is")
    arguments = parser.parse_args()
    os.environ["RAG_READER"] = "off"  # what is fitted here works without it
    sets = {
        "piaf": questions(arguments.data, "piaf", "train"),
        "squad2_en": questions(arguments.data, "squad2_en", "dev"),
    }
    if not arguments.only_abstention:
        save_weights(learn_ranking(sets, arguments.data, arguments.work, arguments.out), arguments.out)
    weights = json.loads(arguments.out.read_text(encoding="utf-8"))
    weights["answerable"], weights["threshold"], curve = learn_abstention(
        sets, arguments.data, arguments.work, ANSWERABLE
    )
    save_weights(weights, arguments.out)
    print(json.dumps(curve, indent=1))


def learn_ranking(sets: dict[str, list[LabelledQuestion]], data: Path, work: Path, out: Path) -> dict[str, Any]:
    """Fit passages and sentences first; then the spans in the sentences that these rank first."""
    answerable = {name: [question for question in questions if question.documents] for name, questions in sets.items()}
    rows = {
        name: [row for question, index in paired(questions, data, work, name) if (row := measured(question, index))]
        for name, questions in answerable.items()
    }
    everything = [row for measured_rows in rows.values() for row in measured_rows]
    for fold in range(FOLDS):
        learned = fit_ranking([row for row in everything if row.labelled.fold != fold])
        for name, measured_rows in rows.items():
            report(f"fold {fold} {name}", [row for row in measured_rows if row.labelled.fold == fold], learned)
    weights: dict[str, Any] = fit_ranking(everything)
    save_weights(weights, out)
    titled = [pair for name, questions in answerable.items() for pair in _titled(questions, data, work, name)]
    spans = [group for question, index in titled if (group := focus_group(question, index))]
    weights["focus"] = conditional_logit(spans, FOCUS, FOCUS_STRENGTH)
    save_weights(weights, out)
    weights["evidence"] = conditional_logit([evidence_group(question, index) for question, index in titled], EVIDENCE)
    return weights


if __name__ == "__main__":
    main()
