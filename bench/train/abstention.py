"""Fit abstention: the probability that the documents answer, and the threshold; used by ``bench/train/ranker.py``.

Answerable questions are contrasted with three kinds of others: their text is not in the corpus, a name or noun in them
was exchanged, or people wrote them to mislead. All figures are out of fold, by article.
"""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.quality import datasets
from bench.quality.datasets import Text, for_encoder
from bench.quality.measure import build
from bench.train.fitting import Group, logistic_regression, scaled
from bench.train.questions import FOLDS, LabelledQuestion, fold_of, untitled
from index import Index
from index.language import detect
from rag.extraction.abstention import answerable_features, read_answerable_features
from rag.extraction.evidence.read_sentences import weigh_sentences
from rag.query.question import parse_question
from rag.ranking.rerank import searcher
from rag.text.patterns import NAME
from ui.cli.evaluation_report import draw_curve

PICTURE = Path("docs/refusals.svg")  # the trade-off of refusing, out of fold
ACCEPTED = 0.04  # the share of answerable questions that may be refused
CORPORA = {5: 30, 50: 8, 500: 3, 1000: 1}  # documents: how many corpora of that size are drawn
WRITTEN = 2  # times that a question counts that is asked of the corpus against which misleading ones were written
REFUSING = 1e-3  # strength of the penalty on the weights that refuse, which are few
PEOPLES = {
    "fr": """français anglais allemands italiens espagnols chinois russes américains japonais suédois belges suisses
        brésiliens turcs polonais canadiens indiens égyptiens""".split(),
    "en": """French English German Italian Spanish Chinese Russian American Japanese Swedish Belgian Swiss Brazilian
        Turkish Polish Canadian Indian Egyptian""".split(),
}
PEOPLE = re.compile(rf"\b(?:{'|'.join(word[:5] for words in PEOPLES.values() for word in words)})\w*", re.IGNORECASE)


def learn_abstention(
    sets: dict[str, list[LabelledQuestion]], data: Path, work: Path, names: Sequence[str]
) -> tuple[dict[str, float], float, dict[str, Any]]:
    """Fit the weights of ``names`` and the threshold, and measure the trade-off, with the current ranking."""
    return fit_abstention(
        [
            verdict
            for name, questions in sets.items()
            for corpora in (small_corpora, whole_corpus)
            for verdict in corpora(data, work, questions, name)
        ],
        names,
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """One question over one corpus: the features of its best evidence, and whether that answers."""

    row: list[float]
    right: bool
    kind: str  # "answerable", "absent" (its text is not in the corpus), "swapped", "written" (unanswerable by design)
    size: int
    title: str


def verdicts(questions: Iterable[LabelledQuestion], index: Index, size: int) -> Iterator[Verdict]:
    indexed = {id.removesuffix(".txt") for id in index.document_ids}
    for labelled in questions:
        question = parse_question(labelled.query.text)
        ranked = searcher(index).read(question, searcher(index).rank(question))
        weighed = weigh_sentences(question, ranked)
        if weighed:
            features = read_answerable_features if ranked.readings else answerable_features
            row = list(features(question, ranked, weighed))
            right = bool(labelled.documents & indexed)
            kind = (
                "answerable"
                if right
                else "absent"
                if labelled.documents
                else "swapped"
                if labelled.swapped
                else "written"
            )
            yield Verdict(row, right, kind, size, labelled.title)


def swapped(
    originals: Sequence[LabelledQuestion], questions: Sequence[LabelledQuestion], draw: random.Random
) -> Iterator[LabelledQuestion]:
    """Yield questions that name something other than the documents do: a true topic, and no answer."""
    names = sorted({match.group() for question in questions for match in NAME.finditer(question.query.text, 2)})
    nouns = sorted({noun for question in questions if (noun := _noun(question.query.text))})
    for original in originals:
        text = original.query.text
        if draw.random() < 0.25 and (noun := _noun(text)):
            other = draw.choice([word for word in nouns if word[:4] != noun[:4]])
            yield _swapped(original, text.replace(noun, other, 1))
            continue
        if people := PEOPLE.search(text):
            words = PEOPLES["fr" if detect(text) == "fr" else "en"]
            other = draw.choice([word for word in words if word[:4].lower() != people.group()[:4].lower()])
        elif not (people := NAME.search(text, 2)) or draw.random() < 0.75:
            continue
        else:
            other = draw.choice(names)
        yield _swapped(original, text[: people.start()] + other + text[people.end() :])


def _swapped(original: LabelledQuestion, text: str) -> LabelledQuestion:
    return LabelledQuestion(
        replace(original.query, text=text, answers=(), answerable=False), frozenset(), original.title, swapped=True
    )


def _noun(text: str) -> str | None:
    """Return the noun that the question asks about, if it is written as it is folded."""
    noun = parse_question(text).target_noun
    return noun if noun and noun in text and len(noun) > 3 else None


def small_corpora(
    data: Path,
    work: Path,
    questions: Sequence[LabelledQuestion],
    name: str,
    sizes: Mapping[int, int] = CORPORA,
    most: int = 150,
) -> Iterator[Verdict]:
    """Draw corpora at random, or from one article; yield their questions, and as many of other texts.

    Half of a large corpus is from articles without questions: mere distractors.
    """
    texts, draw = datasets.corpus(data / name), random.Random(7)
    mine = [text for text in texts.values() if not for_encoder(text.title)]
    distractors = [text for text in texts.values() if for_encoder(text.title)]
    by_title: dict[str, list[Text]] = {}
    for text in mine:
        by_title.setdefault(text.title, []).append(text)
    for size, times in sizes.items():
        for number in range(times):
            chosen = draw.sample(mine, min(size, len(mine) // 2))
            chosen += draw.sample(distractors, min(size - len(chosen), len(distractors)))
            if number % 2 and size <= 50:
                article = by_title[draw.choice(sorted(by_title))]
                chosen = draw.sample(article, min(size, len(article)))
            ids, titles = {text.id for text in chosen}, {text.title for text in chosen}
            answered = [question for question in questions if question.documents & ids]
            same_article = [
                question for question in questions if not question.documents & ids and question.title in titles
            ]
            other_articles = [question for question in questions if question.title not in titles]
            answerable = draw.sample(answered, min(most, len(answered)))
            unanswerable = draw.sample(same_article, min(len(answerable), len(same_article))) + draw.sample(
                other_articles, min(len(answerable) // 2, len(other_articles))
            )
            index = build(untitled(chosen) if number % 4 < 2 else chosen, work, f"{name}-{size}-{number}")
            yield from verdicts([*answerable, *unanswerable, *swapped(answerable, questions, draw)], index, size)


def whole_corpus(data: Path, work: Path, questions: Sequence[LabelledQuestion], name: str) -> Iterator[Verdict]:
    """Ask all questions of all texts, if some were written to mislead."""
    if not all(question.documents for question in questions):
        index = build(datasets.corpus(data / name).values(), work, name)
        yield from verdicts(questions, index, len(index.document_ids))


def fit_abstention(
    verdicts: Sequence[Verdict], names: Sequence[str], accepted: float = ACCEPTED
) -> tuple[dict[str, float], float, dict[str, Any]]:
    """Fit weights and threshold, and measure out of fold; ``accepted`` is the share of false refusals."""
    rows, right = np.array([verdict.row for verdict in verdicts]), np.array([verdict.right for verdict in verdicts])
    drawn = np.array([verdict.size in CORPORA for verdict in verdicts])
    times = np.where(drawn, 1, WRITTEN)
    fold = np.array([fold_of(verdict.title) for verdict in verdicts])

    def fitted(chosen: NDArray[np.bool_]) -> dict[str, float]:
        often = np.repeat(np.flatnonzero(chosen), times[chosen])
        return logistic_regression(rows[often], right[often], names, REFUSING)

    out_of_fold = np.zeros(len(verdicts))
    for number in range(FOLDS):
        held_out = fold == number
        out_of_fold[held_out] = scaled(Group(rows[held_out], right[held_out]), fitted(~held_out))
    probability = 1 / (1 + np.exp(-out_of_fold))
    curve = trade_off(probability, right)
    threshold = float(np.quantile(probability[right & drawn], accepted))
    PICTURE.write_text(draw_curve(points(probability, right), threshold), encoding="utf-8")
    sizes, kinds = np.array([verdict.size for verdict in verdicts]), np.array([verdict.kind for verdict in verdicts])
    groups = {f"{size} documents": sizes == size for size in sorted(set(sizes.tolist()))}
    groups |= {kind: drawn & (right | (kinds == kind)) for kind in ("absent", "swapped")}
    titles = {verdict.title for verdict in verdicts if verdict.kind == "written"}
    groups["written"] = drawn & [
        verdict.title in titles and verdict.kind in ("answerable", "written") for verdict in verdicts
    ]
    groups["written, 500 documents"] = groups["written"] & (sizes == 500)
    by_part = {name: trade_off(probability[chosen], right[chosen]) for name, chosen in groups.items()}
    facts = {**curve, "parts": by_part, "questions": len(verdicts), "threshold": threshold}
    facts["refused"] = {
        name: [round(float((probability[chosen & side] < threshold).mean()), 3) for side in (right, ~right)]
        for name, chosen in groups.items()
    }
    return fitted(np.ones(len(verdicts), bool)), round(threshold, 4), facts


def points(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[float, float, float]]:
    """Return, at a hundred thresholds, the shares of answerable and of other questions that are refused.

    ``probability`` and ``right`` have shape (questions,).
    """
    steps = np.quantile(probability, np.linspace(0, 1, 100))
    return [(float(t), float((probability[right] < t).mean()), float((probability[~right] < t).mean())) for t in steps]


def trade_off(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, Any]:
    """Return AUROC, and the share of unanswerable questions refused at several shares of false refusals.

    ``probability`` and ``right`` have shape (questions,).
    """
    good, bad = probability[right], probability[~right]
    if not len(good) or not len(bad):
        return {"auroc": float("nan")}
    auroc = float((good[:, None] > bad[None, :]).mean() + 0.5 * (good[:, None] == bad[None, :]).mean())
    refused = {
        f"{share:.0%}": round(float((bad < np.quantile(good, share)).mean()), 3)
        for share in (0.02, 0.05, 0.08, 0.1, 0.15, 0.2)
    }
    return {"auroc": round(auroc, 4), "refused at false refusals": refused}
