"""Fits what ranks and what abstains, and writes ``rag/weights.json``.

    python -m bench.fit_ranker DATA [--work FOLDER] [--out rag/weights.json]

Trained on the half of the articles that the encoder never saw (PIAF train and SQuAD 2 by title); the figures that it
prints for SQuAD are out of fold, by article. PIAF dev is not touched: ``bench/measure.py`` reports on it.
"""

import argparse
import json
import random
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from bench import datasets
from bench.datasets import Query, Text, for_encoder
from bench.fitting import Group, conditional_logit, logistic_regression, scaled
from bench.measure import build
from index import Index
from index.language import detect
from rag import model
from rag.abstain import ANSWERABLE, answerable_features
from rag.evidence import EVIDENCE, evidence_features, looked_into, shortlist, weigh
from rag.expansion import expand
from rag.features import PASSAGE, SENTENCE, best_of, passage_features, sentence_features
from rag.focus import FOCUS, focus_columns, focus_features
from rag.matching import Matcher
from rag.patterns import NAME
from rag.questions import analyse
from rag.retrieve import candidates, retrieve
from rag.scope import Within
from rag.spans import words_of
from ui.figures import curve_svg

FOLDS = 5
PROPOSED = 40  # passages of each question to learn from: more than are weighed for an answer
FOCUS_STRENGTH = 1e-3  # of the penalty on the weights of spans, which are many
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


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and where its answer is: ``documents`` is empty where there is none."""

    query: Query
    documents: frozenset[str]
    title: str
    swapped: bool = False  # it names another thing than the question it was made of

    @property
    def fold(self) -> int:
        return fold_of(self.title)


def fold_of(title: str) -> int:
    return zlib.crc32(f"fold of {title}".encode()) % FOLDS


def questions(data: Path, name: str, split: str) -> list[Asked]:
    """The questions of articles that the encoder did not see."""
    texts, relevant = datasets.corpus(data / name), datasets.qrels(data / name, split)
    written = _written_against(data / name / split)
    asked = []
    for query in datasets.queries(data / name, split):
        near = next(iter(relevant.get(query.id) or [written.get(query.id, "")]))
        if near and not for_encoder(texts[near].title):
            asked.append(Asked(query, frozenset(relevant.get(query.id, ())), texts[near].title))
    return asked


def _written_against(folder: Path) -> dict[str, str]:
    path = folder / "context_of_unanswerable.jsonl"
    if not path.exists():
        return {}
    return {row["query_id"]: row["doc_id"] for row in map(json.loads, path.read_text().splitlines())}


def untitled(texts: Iterable[Text]) -> list[Text]:
    return [Text(text.id, "", text.text) for text in texts]


def _titled(asked: Sequence[Asked], data: Path, work: Path, name: str) -> list[tuple[Asked, Index]]:
    index = build(datasets.corpus(data / name).values(), work, name)
    return [(one, index) for one in asked]


def paired(asked: Sequence[Asked], data: Path, work: Path, name: str) -> Iterator[tuple[Asked, Index]]:
    """Each question with the two indexes it is asked of: of paragraphs with their titles, and without."""
    texts = datasets.corpus(data / name).values()
    indexes = build(texts, work, name), build(untitled(texts), work, f"{name}-untitled")
    for index in indexes:
        yield from ((one, index) for one in asked)


@dataclass(frozen=True, slots=True)
class Rows:
    """What is measured for one question over one index."""

    asked: Asked
    passages: Group
    sentences: Group
    of: NDArray[np.intp]  # the passage of each sentence


def measured(asked: Asked, index: Index) -> Rows | None:
    question = analyse(asked.query.text)
    matcher = Matcher(expand(question, index.words, index.passages), bool(question.period))
    found = candidates(question, matcher, index, Within(), PROPOSED)
    if not found:
        return None
    best = best_of(found)
    right = [index.document_of(one.number).removesuffix(".txt") in asked.documents for one in found]
    places = [(n, at) for n, one in enumerate(found) for at in range(len(one.view.sentences))]
    answers = [
        right[n] and any(answer in found[n].view.sentences[at].span.text for answer in asked.query.answers if answer)
        for n, at in places
    ]
    passages = Group([passage_features(question, one, best) for one in found], right)
    sentences = Group([sentence_features(question, matcher, found[n], at, best, 0.0) for n, at in places], answers)
    return Rows(asked, passages, sentences, np.array([n for n, _ in places]))


def focus_group(asked: Asked, index: Index) -> Group | None:
    """The spans of the first sentence on the shortlist that holds the answer, and which are the answer."""
    question = analyse(asked.query.text)
    ranked = retrieve(question, index, Within())
    for one in shortlist(question, ranked):
        text, right = one.view.span.text, one.view.span.document.id.removesuffix(".txt") in asked.documents
        if right and any(answer and answer in text for answer in asked.query.answers):
            words = words_of(text, one.candidate.view.field)
            good = [_overlap(text[span], asked.query.answers) for span in words.slices]
            if good and max(good) >= 0.6:
                rows = np.zeros((len(good), len(FOCUS)))
                rows[:, focus_columns(question)] = focus_features(question, words, ranked.matcher)
                return Group(csr_matrix(rows), [value >= max(0.6, max(good) - 0.2) for value in good])
    return None


def _overlap(text: str, answers: Sequence[str]) -> float:
    """How well a span says one of the answers: F1 of words, and half as much again where it holds the whole answer."""
    return max(
        (_f1(text.lower().split(), a.lower().split()) * (1.5 if a in text else 1.0) for a in answers), default=0.0
    )


def _f1(left: list[str], right: list[str]) -> float:
    shared = len(set(left) & set(right))
    return 2 * shared / (len(left) + len(right)) if shared else 0.0


def evidence_group(asked: Asked, index: Index) -> Group:
    """The sentences on the shortlist, and which hold the answer."""
    question = analyse(asked.query.text)
    found = looked_into(question, retrieve(question, index, Within()))
    texts = [(one.view.span.document.id.removesuffix(".txt"), one.view.span.text) for one in found]
    right = [id in asked.documents and any(a and a in text for a in asked.query.answers) for id, text in texts]
    return Group([evidence_features(one) for one in found], right)


def fit_ranking(rows: Sequence[Rows]) -> dict[str, dict[str, float]]:
    """Passages first; a sentence then knows the score of its passage."""
    passage = conditional_logit([one.passages for one in rows], PASSAGE)
    groups = [_with_passage(one, passage) for one in rows]
    sentence = conditional_logit(groups, SENTENCE)
    relevance = logistic_regression(
        np.concatenate([scaled(one.passages, passage)[:, None] for one in rows]),
        np.concatenate([one.passages.right for one in rows]),
        ("passage",),
    )
    return {"passage": passage, "sentence": sentence, "relevance": relevance}


def _with_passage(one: Rows, passage: dict[str, float]) -> Group:
    table = np.array(one.sentences.rows)
    table[:, 0] = scaled(one.passages, passage)[one.of]
    return Group(table, one.sentences.right)


def report(name: str, rows: Sequence[Rows], weights: dict[str, dict[str, float]]) -> None:
    if not rows:
        return
    first = [one.passages.right[scaled(one.passages, weights["passage"]).argmax()] for one in rows]
    groups = [_with_passage(one, weights["passage"]) for one in rows]
    sentence = [group.right[scaled(group, weights["sentence"]).argmax()] for group in groups]
    print(f"{name}: {len(rows)} questions, passage {np.mean(first):.3f}, sentence {np.mean(sentence):.3f}", flush=True)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One question over one corpus: what is measured of its best evidence, and whether that answers."""

    row: list[float]
    right: bool
    kind: str  # "answerable", "absent" (its text is not in the corpus), "swapped", "written" (unanswerable by design)
    size: int
    title: str


def verdicts(asked: Iterable[Asked], index: Index, size: int) -> Iterator[Verdict]:
    held = {id.removesuffix(".txt") for id in index.document_ids}
    for one in asked:
        question = analyse(one.query.text)
        ranked = retrieve(question, index, Within())
        weighed = weigh(question, ranked)
        if weighed:
            row = answerable_features(question, ranked, weighed)
            right = bool(one.documents & held)
            kind = "answerable" if right else "absent" if one.documents else "swapped" if one.swapped else "written"
            yield Verdict(row, right, kind, size, one.title)


def swapped(own: Sequence[Asked], asked: Sequence[Asked], draw: random.Random) -> Iterator[Asked]:
    """Questions that name another thing than the documents do: a true topic, and no answer."""
    names = sorted({match.group() for one in asked for match in NAME.finditer(one.query.text, 2)})
    nouns = sorted({noun for one in asked if (noun := _noun(one.query.text))})
    for one in own:
        text = one.query.text
        if draw.random() < 0.25 and (noun := _noun(text)):
            other = draw.choice([word for word in nouns if word[:4] != noun[:4]])
            yield _swapped(one, text.replace(noun, other, 1))
            continue
        if people := PEOPLE.search(text):
            words = PEOPLES["fr" if detect(text) == "fr" else "en"]
            other = draw.choice([word for word in words if word[:4].lower() != people.group()[:4].lower()])
        elif not (people := NAME.search(text, 2)) or draw.random() < 0.75:
            continue
        else:
            other = draw.choice(names)
        yield _swapped(one, text[: people.start()] + other + text[people.end() :])


def _swapped(one: Asked, text: str) -> Asked:
    return Asked(replace(one.query, text=text, answers=(), answerable=False), frozenset(), one.title, swapped=True)


def _noun(text: str) -> str | None:
    """The noun that the question asks about, where it is written as it is folded."""
    noun = analyse(text).asked
    return noun if noun and noun in text and len(noun) > 3 else None


def small_corpora(data: Path, work: Path, asked: Sequence[Asked], name: str) -> Iterator[Verdict]:
    """Corpora drawn at random, or from one article; questions of theirs, and as many of the same and other articles.

    Half of a large corpus is of articles that nobody is asked about: they only stand in the way.
    """
    texts, draw = datasets.corpus(data / name), random.Random(7)
    mine = [text for text in texts.values() if not for_encoder(text.title)]
    others = [text for text in texts.values() if for_encoder(text.title)]
    by_title: dict[str, list[Text]] = {}
    for text in mine:
        by_title.setdefault(text.title, []).append(text)
    for size, times in CORPORA.items():
        for number in range(times):
            chosen = draw.sample(mine, min(size, len(mine) // 2))
            chosen += draw.sample(others, min(size - len(chosen), len(others)))
            if number % 2 and size <= 50:
                article = by_title[draw.choice(sorted(by_title))]
                chosen = draw.sample(article, min(size, len(article)))
            ids, titles = {text.id for text in chosen}, {text.title for text in chosen}
            inside = [one for one in asked if one.documents & ids]
            near = [one for one in asked if not one.documents & ids and one.title in titles]
            far = [one for one in asked if one.title not in titles]
            own = draw.sample(inside, min(150, len(inside)))
            foreign = draw.sample(near, min(len(own), len(near))) + draw.sample(far, min(len(own) // 2, len(far)))
            index = build(untitled(chosen) if number % 4 < 2 else chosen, work, f"{name}-{size}-{number}")
            yield from verdicts([*own, *foreign, *swapped(own, asked, draw)], index, size)


def whole_corpus(data: Path, work: Path, asked: Sequence[Asked], name: str) -> Iterator[Verdict]:
    """All questions, asked of all texts, where some were written to mislead."""
    if not all(one.documents for one in asked):
        index = build(datasets.corpus(data / name).values(), work, name)
        yield from verdicts(asked, index, len(index.document_ids))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sourcier-fit"))
    parser.add_argument("--out", type=Path, default=Path("rag/weights.json"))
    parser.add_argument("--only-abstention", action="store_true", help="keep what ranks as it is")
    arguments = parser.parse_args()
    sets = {
        "piaf": questions(arguments.data, "piaf", "train"),
        "squad2_en": questions(arguments.data, "squad2_en", "dev"),
    }
    if not arguments.only_abstention:
        _save(learn_ranking(sets, arguments.data, arguments.work, arguments.out), arguments.out)
    print(json.dumps(learn_abstention(sets, arguments.data, arguments.work, arguments.out), indent=1))


def learn_ranking(sets: dict[str, list[Asked]], data: Path, work: Path, out: Path) -> dict[str, Any]:
    """Passages and sentences first; then the spans in the sentences that these put forward."""
    known = {name: [one for one in asked if one.documents] for name, asked in sets.items()}
    rows = {
        name: [row for one, index in paired(asked, data, work, name) if (row := measured(one, index))]
        for name, asked in known.items()
    }
    everything = [row for part in rows.values() for row in part]
    for fold in range(FOLDS):
        learned = fit_ranking([row for row in everything if row.asked.fold != fold])
        for name, part in rows.items():
            report(f"fold {fold} {name}", [row for row in part if row.asked.fold == fold], learned)
    weights: dict[str, Any] = fit_ranking(everything)
    _save(weights, out)
    titled = [pair for name, asked in known.items() for pair in _titled(asked, data, work, name)]
    spans = [group for one, index in titled if (group := focus_group(one, index))]
    weights["focus"] = conditional_logit(spans, FOCUS, FOCUS_STRENGTH)
    _save(weights, out)
    weights["evidence"] = conditional_logit([evidence_group(one, index) for one, index in titled], EVIDENCE)
    return weights


def learn_abstention(sets: dict[str, list[Asked]], data: Path, work: Path, out: Path) -> dict[str, Any]:
    """Adds to the weights that rank those that abstain, and the threshold; the trade-off, out of fold."""
    found = [
        verdict
        for name, asked in sets.items()
        for part in (small_corpora, whole_corpus)
        for verdict in part(data, work, asked, name)
    ]
    weights = json.loads(out.read_text(encoding="utf-8"))
    weights["answerable"], weights["threshold"], curve = fit_abstention(found)
    _save(weights, out)
    return curve


def _save(weights: dict[str, Any], out: Path) -> None:
    out.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    model.shipped.cache_clear()
    model.linear.cache_clear()


def fit_abstention(found: Sequence[Verdict]) -> tuple[dict[str, float], float, dict[str, Any]]:
    """Weights, the threshold, and the trade-off out of fold."""
    rows, right = np.array([one.row for one in found]), np.array([one.right for one in found])
    drawn = np.array([one.size in CORPORA for one in found])
    times = np.where(drawn, 1, WRITTEN)
    fold = np.array([fold_of(one.title) for one in found])

    def fitted(chosen: NDArray[np.bool_]) -> dict[str, float]:
        often = np.repeat(np.flatnonzero(chosen), times[chosen])
        return logistic_regression(rows[often], right[often], ANSWERABLE, REFUSING)

    out_of_fold = np.zeros(len(found))
    for number in range(FOLDS):
        own = fold == number
        out_of_fold[own] = scaled(Group(rows[own], right[own]), fitted(~own))
    probability = 1 / (1 + np.exp(-out_of_fold))
    curve = trade_off(probability, right)
    threshold = float(np.quantile(probability[right & drawn], ACCEPTED))
    PICTURE.write_text(curve_svg(points(probability, right), threshold), encoding="utf-8")
    sizes, kinds = np.array([one.size for one in found]), np.array([one.kind for one in found])
    parts = {f"{size} documents": sizes == size for size in sorted(set(sizes.tolist()))}
    parts |= {kind: drawn & (right | (kinds == kind)) for kind in ("absent", "swapped")}
    titles = {one.title for one in found if one.kind == "written"}
    parts["written"] = drawn & [one.title in titles and one.kind in ("answerable", "written") for one in found]
    parts["written, 500 documents"] = parts["written"] & (sizes == 500)
    by_part = {name: trade_off(probability[chosen], right[chosen]) for name, chosen in parts.items()}
    facts = {**curve, "parts": by_part, "questions": len(found), "threshold": threshold}
    facts["refused"] = {
        name: [round(float((probability[chosen & side] < threshold).mean()), 3) for side in (right, ~right)]
        for name, chosen in parts.items()
    }
    return fitted(np.ones(len(found), bool)), round(threshold, 4), facts


def points(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[float, float, float]]:
    """At a hundred thresholds the shares of answerable and of other questions that are refused."""
    steps = np.quantile(probability, np.linspace(0, 1, 100))
    return [(float(t), float((probability[right] < t).mean()), float((probability[~right] < t).mean())) for t in steps]


def trade_off(probability: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, Any]:
    """AUROC, and the share of unanswerable questions refused at shares of answerable ones refused."""
    good, bad = probability[right], probability[~right]
    if not len(good) or not len(bad):
        return {"auroc": float("nan")}
    auroc = float((good[:, None] > bad[None, :]).mean() + 0.5 * (good[:, None] == bad[None, :]).mean())
    refused = {
        f"{share:.0%}": round(float((bad < np.quantile(good, share)).mean()), 3)
        for share in (0.02, 0.05, 0.08, 0.1, 0.15, 0.2)
    }
    return {"auroc": round(auroc, 4), "refused at false refusals": refused}


if __name__ == "__main__":
    main()
