"""Words for words: synonyms, and words of the same class that mean something else.

The class of a word is its part of speech in the bilingual lexicon, if it is there, and its last two letters: so that a
plural is exchanged for a plural, and a participle for a participle.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bench.quality import datasets
from bench.train.entailment.drafts import UNSUPPORTED, WORD, Draft, Source
from index.language import STOPWORDS, fold
from rag.retrieval.synonyms import find_neighbors
from rag.verification.synonyms import may_mean_same

_CLOSE = 0.7  # cosine from which a neighbour that shares a translation is a synonym
_RELATED = 4  # letters that words of one family share
_LEAST = 3  # occurrences of a word that may replace another


class Vocabulary:
    """The words of the corpora in one language, by class."""

    def __init__(self, language: str, texts: Iterable[str], speech_parts: Mapping[str, str]) -> None:
        counts = Counter(word for text in texts for word in WORD.findall(text) if word.islower())
        self.language = language
        self._speech_parts = speech_parts
        self._words = {word for word, count in counts.items() if count >= _LEAST and fold(word) not in STOPWORDS}
        self._by_fold = {fold(word): word for word in self._words}
        self._by_class: dict[tuple[str, str], list[str]] = defaultdict(list)
        for word in sorted(self._words):
            self._by_class[self.class_of(word)] += [word] * (1 if counts[word] < 30 else 2)

    def class_of(self, word: str) -> tuple[str, str]:
        """Return the part of speech of a word, or nothing, and its last letters."""
        return self._speech_parts.get(word, self._speech_parts.get(word.rstrip("sx"), "")), word[-2:]

    def other(self, word: str, nearby: Sequence[str], dice: random.Random) -> str | None:
        """Return a word of the same class that means something else, of the same text if there is one."""
        choices = [w for w in nearby if w in self._words and self.class_of(w) == self.class_of(word)]
        if not choices or dice.random() < 0.5:
            choices = self._by_class.get(self.class_of(word), [])
        for _ in range(8):
            if choices and not self._related(word, new := dice.choice(choices)):
                return new
        return None

    def synonym(self, word: str, dice: random.Random) -> str | None:
        """Return a word that may stand in its place."""
        synonyms = [
            self._by_fold[other]
            for other, cosine in find_neighbors(fold(word))
            if cosine >= _CLOSE and other in self._by_fold
        ]
        synonyms = [
            other for other in synonyms if other != word and may_mean_same(fold(word), fold(other), self.language)
        ]
        return dice.choice(synonyms) if synonyms else None

    def words(self, text: str) -> list[re.Match[str]]:
        """Return the words of a text that can be exchanged."""
        return [match for match in WORD.finditer(text) if match[0] in self._words]

    def _related(self, word: str, other: str) -> bool:
        first, second = fold(word), fold(other)
        if first[:_RELATED] == second[:_RELATED] or may_mean_same(first, second, self.language):
            return True
        return any(word in (first, second) for w in (first, second) for word, _ in find_neighbors(w) if word != w)


def read_vocabularies(data: Path, texts: Mapping[str, Sequence[str]]) -> dict[str, Vocabulary]:
    """Return the vocabulary of the texts of each language, with the parts of speech of the lexicon."""
    rows = [row for row in datasets.pairs(data / "lexicon_en_fr/wiktionary2015.tsv.gz") if len(row) > 2]
    kinds = {"m": "n", "f": "n", "mf": "n", "vt": "v", "vi": "v", "vr": "v"}
    vocabularies = {}
    for column, language in enumerate(("en", "fr")):
        speech_parts = {row[column]: kinds.get(row[2], row[2]) for row in reversed(rows)}
        vocabularies[language] = Vocabulary(language, texts[language], speech_parts)
    return vocabularies


def synonym_of(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Exchange a word for a synonym."""
    vocabulary = source.vocabulary
    words = vocabulary.words(draft.text)
    dice.shuffle(words)
    for match in words[:8]:
        if not _is_loose(draft, match) and (new := vocabulary.synonym(match[0], dice)):
            return draft.replace(*match.span(), new)
    return None


def other_word(draft: Draft, source: Source, dice: random.Random) -> Draft | None:
    """Exchange a word for one of the same class that means something else."""
    vocabulary = source.vocabulary
    words = [match for match in vocabulary.words(draft.text) if not _is_loose(draft, match)]
    if not words:
        return None
    match = dice.choice(words)
    nearby = [w for sentence in (*source.evidence, *source.elsewhere) for w in WORD.findall(sentence)]
    new = vocabulary.other(match[0], [w for w in nearby if w not in draft.text], dice)
    return draft.replace(*match.span(), new, UNSUPPORTED) if new else None


def _is_loose(draft: Draft, match: re.Match[str]) -> bool:
    return any(start < match.end() and match.start() < end for start, end in draft.loose)
