"""Generate pairs of a claim and its evidence: what the evidence says, in other words, and what it does not.

    python -m bench.train.entailment.pairs DATA PAIRS.jsonl [--seed 23]

Sentences of articles are reworded and altered (``faithful.py``, ``altered.py``); questions come with their answers, or
with another; sentences are taken away from their text; translations and paraphrases are altered or not. Of the labelled
sets only the half ``fit`` is used, and of the others only articles that train the reader. The claims about invented
passages (``bench.ledger.claims``) are written one by one, in words that no script knows.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from bench.ledger.claims import Claim, read_claims
from bench.ledger.entailment import cite, rows
from bench.quality import datasets
from bench.quality.exercises import is_held
from bench.train.entailment import altered, faithful
from bench.train.entailment.drafts import (
    NAME,
    NEITHER,
    NUMBER,
    SUPPORTED,
    UNSUPPORTED,
    Draft,
    Operation,
    Source,
    choose,
)
from bench.train.entailment.vocabulary import Vocabulary, read_vocabularies
from bench.train.reader.examples import SPLITS, share
from index.chunking.sentences import split_sentences
from rag.models import models
from rag.verification.alignment import align
from rag.verification.entailment import select_evidence_text
from rag.verification.ledger import evidence_of
from rag.verification.statement import read_statement

SEED = 23
CORPORA = {"piaf": "fr", "servicepublic": "fr", "assemblee": "fr", "squad2_en": "en", "nq_en": "en", "selqa_en": "en"}
MOST = {"piaf": 9000, "servicepublic": 3000, "assemblee": 2500, "squad2_en": 4000, "nq_en": 6500, "selqa_en": 1500}
PARALLEL = {"laws_ca": 3500, "tatoeba2017": 3000, "python_docs": 1200}
PARAPHRASES, ANSWERS, ABSENT = 3500, 9000, 3500
WORDS = range(6, 46)  # of a claim
LONGEST = 110  # words of the evidence
TIMES = {"nli_fr": 3, "daccord_fr": 4, "wice_en": 10, "claims": 4}  # how often a labelled pair is used
FAITHFUL = 0.45  # share of the sentences that are only reworded

Row = dict[str, Any]


def row(kind: str, draft: Draft, evidence: Sequence[str], title: str = "", is_marked: bool = True) -> Row:
    """Return a pair as it is stored; without marks it is not known which words are loose."""
    loose = [list(span) for span in draft.loose] if is_marked or draft.label == SUPPORTED else None
    texts = {"claim": draft.text, "title": title, "evidence": " ".join(evidence)}
    return {"set": kind, **texts, "label": draft.label, "loose": loose}


class Texts:
    """The texts of a corpus as sentences, and others to borrow from."""

    def __init__(self, data: Path, name: str) -> None:
        texts = [
            text
            for text in datasets.corpus(data / name).values()
            if name not in SPLITS or share(name, text.title) == "train"
        ]
        self.language = CORPORA[name]
        self.texts = [(text.title, _sentences(text.text)) for text in texts]
        self.texts = [(title, sentences) for title, sentences in self.texts if sentences]
        self.all_sentences = [sentence for _, sentences in self.texts for sentence in sentences]

    def source(self, vocabulary: Vocabulary, dice: random.Random) -> Source | None:
        """Return a sentence with some of those around it as evidence."""
        title, sentences = dice.choice(self.texts)
        at = dice.randrange(len(sentences))
        if len(sentences[at].split()) not in WORDS:
            return None
        first, last = max(0, at - dice.randint(0, 3)), at + dice.randint(1, 4)
        while sum(len(s.split()) for s in sentences[first:last]) > LONGEST and last - first > 1:
            first, last = (first + 1, last) if first < at else (first, last - 1)
        foreign = tuple(dice.choices(self.all_sentences, k=4))
        evidence = tuple(sentences[first:last])
        elsewhere = tuple(sentence for sentence in sentences if sentence not in evidence)
        return Source(self.language, title, sentences[at], evidence, elsewhere, foreign, vocabulary)


def _sentences(text: str) -> list[str]:
    return [" ".join(text[span.start : span.end].split()) for span in split_sentences(text)]


def drawn(
    operations: Sequence[tuple[Operation, float]], draft: Draft, source: Source, dice: random.Random
) -> Draft | None:
    """Apply one operation that fits, drawn by weight."""
    weights = [*accumulate(weight for _, weight in operations)]
    for _ in range(6):
        ((operation, _),) = dice.choices(operations, cum_weights=weights)
        if (changed := operation(draft, source, dice)) is not None and changed.text.strip():
            return changed
    return None


def change(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Reword a sentence up to twice, and alter it or not."""
    for _ in range(dice.choice((0, 1, 1, 2))):
        draft = drawn(faithful.OPERATIONS, draft, source, dice) or draft
    if dice.random() < FAITHFUL:
        return draft
    changed = drawn(altered.OPERATIONS, draft, source, dice)
    if changed and dice.random() < 0.12:
        changed = drawn(altered.OPERATIONS, changed, source, dice) or changed
        changed = changed._replace(label=UNSUPPORTED if changed.label == NEITHER else changed.label)
    return changed


def sentence_rows(name: str, texts: Texts, vocabulary: Vocabulary, dice: random.Random) -> Iterator[Row]:
    count = 0
    while count < MOST[name]:
        source = texts.source(vocabulary, dice)
        if source and (draft := change(Draft(source.sentence), source, dice)):
            count += 1
            yield row(name, draft, source.evidence, source.title if dice.random() < 0.5 else "")


def absent_rows(texts: Texts, count: int, vocabulary: Vocabulary, dice: random.Random) -> Iterator[Row]:
    """Yield sentences with the text around them, themselves left out."""
    while count > 0:
        source = texts.source(vocabulary, dice)
        neighbors = [s for s in (*source.evidence, *source.elsewhere[:3]) if s != source.sentence] if source else []
        if source and neighbors and source.sentence not in neighbors:
            count -= 1
            yield row("absent", Draft(source.sentence, (), NEITHER), neighbors, source.title, is_marked=False)


def parallel_rows(data: Path, vocabularies: Mapping[str, Vocabulary], dice: random.Random) -> Iterator[Row]:
    for name, count in PARALLEL.items():
        pairs = [p for p in datasets.pairs(data / f"parallel_en_fr/{name}.tsv.gz") if len(p[0].split()) in WORDS]
        for english, french in dice.sample(pairs, count):
            to_french = dice.random() < 0.5
            claim, quote = (french, english) if to_french else (english, french)
            claims = [p[to_french] for p in dice.sample(pairs, 4)]
            language = "fr" if to_french else "en"
            source = Source(language, "", claim, (claim,), (), tuple(claims), vocabularies[language])
            if draft := change(Draft(claim), source, dice):
                beside = [p[not to_french] for p in dice.sample(pairs, dice.choice((0, 1, 2)))]
                yield row(name, draft, dice.sample([quote, *beside], len(beside) + 1))


def paraphrase_rows(data: Path, vocabularies: Mapping[str, Vocabulary], dice: random.Random) -> Iterator[Row]:
    """Yield sentences of one language that share a translation, altered or not."""
    pairs = datasets.pairs(data / "parallel_en_fr/tatoeba2017.tsv.gz")
    for side, language in enumerate(("en", "fr")):
        groups: dict[str, list[str]] = defaultdict(list)
        for pair in pairs:
            if len(pair[0].split()) > 5:
                groups[pair[1 - side]].append(pair[side])
        several = sorted(key for key, group in groups.items() if len(set(group)) > 1)
        for key in dice.sample(several, min(len(several), PARAPHRASES // 2)):
            quote, claim = dice.sample(sorted(set(groups[key])), 2)
            foreign = tuple(dice.choice(pairs)[side] for _ in range(4))
            source = Source(language, "", claim, (claim,), (), foreign, vocabularies[language])
            if draft := change(Draft(claim), source, dice):
                yield row("paraphrase", draft, [quote, *foreign[: dice.choice((0, 0, 1))]])


def answer_rows(data: Path, dice: random.Random) -> Iterator[Row]:
    """Yield questions with their answer, or with something else of the passage."""
    for name in ("piaf", "nq_en", "squad2_en"):
        texts = datasets.corpus(data / name)
        relevant = datasets.qrels(data / name, SPLITS[name])
        unanswerable = {}
        if name == "squad2_en":
            lines = (data / name / SPLITS[name] / "context_of_unanswerable.jsonl").read_text("utf-8").splitlines()
            unanswerable = {r["query_id"]: r["doc_id"] for r in map(json.loads, lines)}
        queries = datasets.queries(data / name, SPLITS[name])
        dice.shuffle(queries)
        for query in queries[: ANSWERS // 3]:
            text = texts.get(next(iter(relevant.get(query.id, ())), unanswerable.get(query.id, "")))
            if text and share(name, text.title) == "train" and (answered := _answered(query, text.text, dice)):
                yield row("answers", answered[0], [answered[1]], text.title)


def _answered(query: datasets.Query, text: str, dice: random.Random) -> tuple[Draft, str] | None:
    """Return a question with an answer, and the sentences of the passage around the right one."""
    answer = query.answers[0] if query.answers and len(query.answers[0]) < 80 else None
    at = text.find(answer) if answer else dice.randrange(len(text))
    window = text[max(0, at - dice.randint(100, 350)) : at + dice.randint(100, 350)]
    window = window[window.find(" ") + 1 : window.rfind(" ")] if len(window) < len(text) else text
    wrong = [n for n in {*NAME.findall(window), *NUMBER.findall(window)} if n not in query.text]
    wrong = sorted(n for n in wrong if not answer or (n not in answer and answer not in n))
    question = query.text.rstrip()
    if answer and answer in window and (not wrong or dice.random() < 0.5):
        return Draft(f"{question} {answer[:1].upper()}{answer[1:]}."), window
    wrong_answer = choose(wrong, dice)
    if not wrong_answer:
        return None
    draft = Draft(f"{question} .")
    return draft.replace(len(question), len(question) + 1, f" {wrong_answer}", UNSUPPORTED, keep_edges=False), window


def labelled_rows(data: Path) -> Iterator[Row]:
    """Yield the pairs that people labelled, of the half for fitting."""
    labels = {"yes": SUPPORTED, "no": "contradicted", "unknown": NEITHER, "contradiction": "contradicted"}
    for name in ("nli_fr", "daccord_fr"):
        for pair in rows(data / name / "pairs.jsonl", "fit"):
            if label := labels.get(pair["label"], "compatible" if pair["label"] == "compatible" else None):
                labelled = row(name, Draft(pair["hypothesis"], (), label), [pair["premise"]], is_marked=False)
                yield from [labelled] * TIMES[name]
    for pair in rows(data / "wice_en/tokens.jsonl", "fit"):
        yield from [_wice(pair)] * TIMES["wice_en"]


def _wice(pair: Row) -> Row:
    """Return a claim with the evidence that people chose, or the words nearest to it."""
    chosen = (
        sorted({at for group in pair["supporting_sentences"] for at in group}) if pair["supporting_sentences"] else []
    )
    words = set(pair["claim"].lower().split())
    order = sorted(range(len(pair["evidence"])), key=lambda at: -len(words & set(pair["evidence"][at].lower().split())))
    picked: list[int] = []
    for at in dict.fromkeys([*chosen, *order]):
        if sum(len(pair["evidence"][n].split()) for n in (*picked, at)) <= LONGEST:
            picked.append(at)
    spans, end = [], 0
    for token, is_loose in zip(pair["claim_tokens"], pair["non_supported_spans"], strict=True):
        start = pair["claim"].index(token, end)
        end = start + len(token)
        if is_loose:
            spans.append((start, end))
    draft = Draft(pair["claim"], tuple(spans), UNSUPPORTED if spans else SUPPORTED)
    return row("wice_en", draft, [pair["evidence"][at] for at in sorted(picked)])


def claim_rows(claims: Sequence[Claim], dice: random.Random) -> Iterator[Row]:
    """Yield the claims about invented passages, each with the evidence that the reader would be given."""
    for claim in claims:
        evidence = evidence_of(1, cite(claim.passage.text))
        alignment = align(read_statement(claim.text), evidence)
        text = select_evidence_text(alignment, evidence, models().reader) if alignment.chosen else None
        if text and not is_held(claim.passage):
            title = claim.passage.title if dice.random() < 0.5 else ""
            labelled = row("claims", Draft(claim.text, tuple(claim.loose), claim.label), [text], title)
            yield from [labelled] * TIMES["claims"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    data, dice = arguments.data, random.Random(arguments.seed)
    corpora = {name: Texts(data, name) for name in CORPORA}
    words: dict[str, list[str]] = defaultdict(list)
    for texts in corpora.values():
        words[texts.language] += texts.all_sentences
    vocabularies = read_vocabularies(data, words)
    pairs = list[Row]()
    for name, texts in corpora.items():
        pairs += sentence_rows(name, texts, vocabularies[texts.language], dice)
    for name in ("piaf", "nq_en", "servicepublic"):
        pairs += absent_rows(corpora[name], ABSENT // 3, vocabularies[CORPORA[name]], dice)
    pairs += [*parallel_rows(data, vocabularies, dice), *paraphrase_rows(data, vocabularies, dice)]
    pairs += [*answer_rows(data, dice), *labelled_rows(data), *claim_rows([*read_claims()], dice)]
    dice.shuffle(pairs)
    arguments.out.write_text("".join(json.dumps(pair, ensure_ascii=False) + "\n" for pair in pairs), encoding="utf-8")
    print(f"{len(pairs)} pairs")


if __name__ == "__main__":
    main()
