"""Generate French questions that a corpus on their topic does not answer, and measure their refusal.

    python -m bench.quality.unanswerable DATA [--work FOLDER] [--show N]

Half of the questions stay as they are, and every sentence of their article that holds the answer is left out of the
corpus. In the other half a name, a number or an attribute is exchanged for another that occurs in the same document.
The answerable questions are those of the same articles whose answers are still there. ``--show`` prints a sample, to be
checked by eye.
"""

import argparse
import re
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import rag
from bench.quality import datasets
from bench.quality.datasets import Query, Text
from bench.quality.measure import build
from bench.quality.reading import refused_at
from index.language import fold
from rag.evaluation import compute_auroc

SPLIT = "dev"
SENTENCE_END = re.compile(r"(?<=[.!?…])(?:\s?[»”\")])*\s+(?=[«“\"(]?\s?[A-ZÀ-Ý0-9])")
WORD = re.compile(r"\w+")
NAME = re.compile(r"\b[A-ZÀ-Ý][\w'’-]*[a-zà-ÿ][\w-]*(?:\s+(?:(?:de|du|des|la)\s+)?[A-ZÀ-Ý][\w'’-]*\w)*")
NUMBER = re.compile(
    r"(?<![\w,.-])(?<!\d[ \u00a0\u202f])(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:[,.]\d+)?(?![\w-]|[ ,.]\d)"
)
YEAR = re.compile(r"[12]\d{3}")
ROMAN = re.compile(r"[IVXLC]+(?:e|er|ème)?")
ANY_OF_SEVERAL = re.compile(r"\b(?:cite[rz]?|exemples?|nomme[rz]?)\b", re.IGNORECASE)
ASKED_FOR = re.compile(r"\b(?:qui|où|quand|combien|quel(?:le)?s?)\b", re.IGNORECASE)  # a name or a number
AMOUNT = re.compile(r"\b(?:quand|combien|année|date|siècle|âge)\b", re.IGNORECASE)
ALTERNATIVES = re.compile(r"\bou\b|\d{4} où \d{4}")
STEM = 5  # letters that tell two words apart
MOST_STATEMENTS = 6  # of one answer; more would take the topic from the article

# Words that are asked for, each with what could be asked instead.
ATTRIBUTES = (
    ("père", "mère"), ("fils", "fille"), ("frère", "sœur"), ("premier", "dernier"), ("première", "dernière"),
    ("début", "fin"), ("nord", "sud"), ("naissance", "mort"), ("né", "mort"), ("née", "morte"),
    ("superficie", "population"), ("hauteur", "longueur"), ("largeur", "longueur"), ("maximale", "minimale"),
    ("maximum", "minimum"), ("victoires", "défaites"), ("exportations", "importations"), ("hommes", "femmes"),
    ("plus grand", "plus petit"), ("plus grande", "plus petite"), ("roi", "reine"), ("acheté", "vendu"),
    ("ouvert", "fermé"), ("création", "disparition"), ("enfants", "adultes"), ("mari", "femme"),
)  # fmt: skip
ROLES = {
    "de": "of", "d'": "of", "à": "at", "en": "at", "au": "at", "le": "le",
    "la": "la", "les": "les", "l'": "l", "du": "le", "des": "les", "aux": "les",
}  # fmt: skip
STOPWORDS = frozenset(
    "a au aux avec ce ces cet cette comment combien dans de des du d elle elles en est et etait etaient eu fait ete"
    " etre il ils l la le les leur leurs lequel laquelle lors m meme n ne nom on ont ou par pas pendant plus pour"
    " pourquoi qu quand que quel quelle quelles quels qui quoi s sa se ses son sont sous sur t tout un une y"
    " appelle donne".split()
)


@dataclass(frozen=True, slots=True)
class UnanswerableQuestion:
    """A question that the corpus does not answer."""

    query: Query
    how: str  # "removed", "name", "number" or "attribute"
    before: str  # the answer that was removed, or the question as it was


class Statements:
    """The sentences of a corpus, indexed by their stems."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self.stems_of: list[frozenset[str]] = []
        self.counts: list[bool] = []  # whether it holds a number
        self.titles: list[str] = []
        self.texts: dict[str, list[frozenset[str]]] = defaultdict(list)  # the stems of each text, by title
        self.of_stem: dict[str, set[int]] = defaultdict(set)
        for text in texts:
            self.texts[text.title].append(stems(text.text))
            for sentence in sentences(text.text):
                for stem in stems(sentence):
                    self.of_stem[stem].add(len(self.stems_of))
                self.stems_of.append(stems(sentence))
                self.counts.append(NUMBER.search(sentence) is not None)
                self.titles.append(text.title)

    def may_be_of_another(self, question_stems: frozenset[str], text: Text) -> bool:
        """Return whether another text of the same title holds most of what is asked, as season reports do."""
        return any(
            3 * len(question_stems & other) >= 2 * len(question_stems)
            for other in self.texts[text.title]
            if other != stems(text.text)
        )

    def about(self, stems: frozenset[str]) -> Iterator[int]:
        """Yield the numbers of the sentences that contain any of the stems."""
        yield from set().union(*(self.of_stem.get(stem, set()) for stem in stems))


def sentences(text: str) -> list[str]:
    """Split a text into sentences at full stops before capitals."""
    return [sentence for sentence in SENTENCE_END.split(text) if sentence]


def stems(text: str) -> frozenset[str]:
    """Return the prefixes of the content words of a text."""
    return frozenset(word[:STEM] for word in WORD.findall(fold(text)) if word not in STOPWORDS)


def states(sentence_stems: frozenset[str], answer: str, context: frozenset[str] = frozenset()) -> bool:
    """Return whether a sentence states an answer, or one of its names and years that are not in ``context`` anyway."""
    answer_stems = stems(answer)
    distinctive = stems(" ".join([*NAME.findall(answer), *YEAR.findall(answer)])) - context
    return bool(answer_stems) and (answer_stems <= sentence_stems or bool(distinctive & sentence_stems))


def is_specific(answers: Collection[str]) -> bool:
    """Return whether an answer is short and holds a name or a number, so that words find its statements."""
    return bool(answers) and all(
        len(stems(answer)) in range(1, 6) and (NAME.search(answer) or NUMBER.search(answer)) for answer in answers
    )


def without(text: str, removed: Iterable[tuple[str, frozenset[str]]]) -> str:
    """Return a text without the sentences that state one of the answers, each given with its context."""
    answers = list(removed)
    remaining = (
        sentence for sentence in sentences(text) if not any(states(stems(sentence), *answer) for answer in answers)
    )
    return " ".join(remaining)


def names_its_topic(query: Query) -> bool:
    """Return whether a question is clear without its paragraph: marked so, or holding a name."""
    return query.standalone or any(match.start() for match in NAME.finditer(query.text))


def to_remove(query: Query, text: Text) -> list[tuple[str, frozenset[str]]]:
    """Return the answers to a question, each with the words that its question and its title hold."""
    return [(answer, stems(query.text) | stems(text.title)) for answer in query.answers]


def removable(query: Query, text: Text, statements: Statements) -> bool:
    """Return whether a question stays on topic when its article no longer states the answer, nor any other."""
    removed, question_stems = to_remove(query, text), stems(query.text)
    if not is_specific(query.answers) or ANY_OF_SEVERAL.search(query.text) or len(question_stems) < 3:
        return False
    if not ASKED_FOR.search(query.text) or statements.may_be_of_another(question_stems, text):
        return False
    if any(states(question_stems | stems(text.title), answer) for answer in query.answers):
        return False
    about = statements.about(stems(" ".join(query.answers)))
    stating = [
        number for number in about if any(states(statements.stems_of[number], *statement) for statement in removed)
    ]
    own_numbers = [number for number in stating if statements.titles[number] == text.title]
    elsewhere = any(
        2 * len(question_stems & statements.stems_of[number]) >= len(question_stems)
        for number in stating
        if number not in own_numbers
    )
    remaining = stems(without(text.text, removed))
    return (
        not elsewhere
        and len(own_numbers) <= MOST_STATEMENTS
        and 2 * len(question_stems & remaining) >= len(question_stems)
    )


def exchanged(query: Query, text: Text, statements: Statements) -> Iterator[tuple[str, str]]:
    """Yield kinds of exchange, and the changed question, which no sentence answers."""
    if ALTERNATIVES.search(query.text):
        return
    for kind, old, new in _exchanges(query, text):
        remaining = stems(query.text) - stems(old) - stems(text.title)
        question = query.text.replace(old, new, 1)
        about = list(statements.about(stems(new)))
        answered = any(3 * len(remaining & statements.stems_of[number]) >= len(remaining) for number in about)
        answered |= bool(AMOUNT.search(query.text)) and any(statements.counts[number] for number in about)
        if len(remaining) >= 2 and not answered and not _clashes(old, new, query, text):
            yield kind, mend_elision(question, new)


def _exchanges(query: Query, text: Text) -> Iterator[tuple[str, str, str]]:
    for match in NUMBER.finditer(query.text):
        similar = [other for other in NUMBER.findall(text.text) if _counts_likewise(other, match[0], text.text)]
        yield from (("number", match[0], other) for other in _shuffled(similar, query.id))
    for match in NAME.finditer(query.text):
        roles = _roles(text.text, match[0])
        if match.start() and roles:
            similar = [name for name in _names(text.text) if _fits(name, match[0], query.text, text.text)]
            yield from (("name", match[0], other) for other in _shuffled(similar, query.id))
    for pair in ATTRIBUTES:
        for old, new in (pair, pair[::-1]):
            if re.search(rf"\b{old}\b", query.text) and re.search(rf"\b{new}\b", text.text):
                yield "attribute", old, new


def _counts_likewise(new: str, old: str, text: str) -> bool:
    """Return whether two numbers have the same form, and no sentence holds both."""
    form = [re.sub(r"\d", "0", number) for number in (new, old)]
    return form[0] == form[1] and not any(new in sentence and old in sentence for sentence in sentences(text))


def _names(text: str) -> list[str]:
    """Return the names of a text that do not only open sentences, and are not common words."""
    lower = set(WORD.findall(text))
    within_sentences = (
        match for match in NAME.finditer(text) if match.start() and text[match.start() - 2] not in ".!?…:«“"
    )
    return [match[0] for match in within_sentences if _is_proper(match[0], lower)]


def _is_proper(name: str, words: Collection[str]) -> bool:
    """Return whether a name is no Roman numeral and does not begin with a word that also occurs in lower case."""
    return not ROMAN.fullmatch(name) and WORD.findall(name)[0].lower() not in words


def _fits(new: str, old: str, question: str, text: str) -> bool:
    """Return whether a name can replace another: after the same words, and both a place or neither."""
    roles, former = _roles(text, new), _roles(text, old)
    old_roles = _roles(question, old)
    same_length = abs(len(new.split()) - len(old.split())) <= 1
    return same_length and old_roles <= roles and ("at" in roles) == ("at" in former)


def _roles(text: str, name: str) -> frozenset[str]:
    """Return the kinds of words before a name in a text: of, at, an article, another."""
    befores = re.findall(rf"([\w]+['’]?)?[\s«“\"]*\b{re.escape(name)}\b", text)
    return frozenset(ROLES.get(before.lower().replace("’", "'"), "other") for before in befores)


def _clashes(old: str, new: str, query: Query, text: Text) -> bool:
    """Return whether the new mention is the old one renamed, the topic, the answer, or already in the question."""
    used_stems = stems(old) | stems(text.title) | stems(" ".join(query.answers)) | (stems(query.text) - stems(old))
    return bool(stems(new) & used_stems) or not stems(new) or bool(stems(old) & stems(text.title))


def _shuffled(values: Sequence[str], seed: str) -> list[str]:
    return sorted(values, key=lambda value: zlib.crc32(f"{seed} {value}".encode()))


def mend_elision(question: str, new: str) -> str:
    """Correct the French elision before ``new``: ``d'Awsân`` but ``de Saba``."""
    vowel = fold(new)[:1] in "aeiouy"
    for full, elided in (("de", "d'"), ("que", "qu'"), ("le", "l'")):
        if vowel:
            question = re.sub(rf"\b{full} {re.escape(new)}", f"{elided}{new}", question)
        else:
            question = re.sub(rf"\b{elided[:-1]}['’]{re.escape(new)}", f"{full} {new}", question)
    return question


def make(folder: Path, split: str = SPLIT) -> tuple[list[Text], list[Query], list[UnanswerableQuestion]]:
    """Return the corpus, the questions that it answers, and as many unanswerable ones."""
    texts, relevant = datasets.corpus(folder), datasets.qrels(folder, split)
    statements = Statements(texts.values())
    questions = [query for query in datasets.queries(folder, split) if query.answerable and names_its_topic(query)]
    unanswerable: list[UnanswerableQuestion] = []
    removed: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)  # by title
    for query in questions:
        text = texts[min(relevant[query.id])]
        change = next(exchanged(query, text, statements), None)
        if removable(query, text, statements) and (change is None or zlib.crc32(query.id.encode()) % 2):
            removed[text.title] += to_remove(query, text)
            unanswerable.append(UnanswerableQuestion(query, "removed", query.answers[0]))
        elif change:
            unanswerable.append(
                UnanswerableQuestion(
                    replace(query, text=change[1], answerable=False, answers=()), change[0], query.text
                )
            )
    corpus = [replace(text, text=without(text.text, removed[text.title])) for text in texts.values()]
    return (
        corpus,
        _still_answered(questions, relevant, corpus, {question.query.id for question in unanswerable}),
        unanswerable,
    )


def _still_answered(
    questions: Iterable[Query], relevant: Mapping[str, set[str]], corpus: Iterable[Text], used: Collection[str]
) -> list[Query]:
    """Return the unused questions whose paragraphs still hold an answer."""
    remaining = {text.id: text.text for text in corpus}
    return [
        query
        for query in questions
        if query.id not in used
        and any(answer in remaining[id] for id in relevant[query.id] for answer in query.answers)
    ]


def measure(folder: Path, work: Path) -> None:
    """Print how well the confidence separates these questions from answerable ones."""
    corpus, answered, unanswerable = make(folder)
    index = build(corpus, work, "unanswerable")
    positives = [rag.ask(query.text, index=index).confidence for query in answered]
    by_kind: dict[str, list[float]] = defaultdict(list)
    refused = 0
    for question in unanswerable:
        answer = rag.ask(question.query.text, index=index)
        by_kind["removed" if question.how == "removed" else "exchanged"].append(answer.confidence)
        refused += not answer.found
    negatives = [confidence for confidences in by_kind.values() for confidence in confidences]
    print(f"{len(positives)} answerable, {len(negatives)} not; AUROC {compute_auroc(positives, negatives)}")
    print(
        "  "
        + ", ".join(
            f"{kind} {compute_auroc(positives, scores)} ({len(scores)})" for kind, scores in sorted(by_kind.items())
        )
    )
    print(f"  refused {refused / len(negatives):.3f}; at 10 % false refusals {refused_at(positives, negatives):.3f}")


def show(folder: Path, count: int) -> None:
    """Print an evenly spaced sample of the questions."""
    _, _, unanswerable = make(folder)
    for question in unanswerable[:: max(1, len(unanswerable) // count)][:count]:
        print(f"{question.how}: {question.query.text} | {question.before}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path("/tmp/sourcier-measure"))
    parser.add_argument("--show", type=int, metavar="N", help="print a sample instead of measuring")
    arguments = parser.parse_args()
    if arguments.show:
        show(arguments.data / "piaf", arguments.show)
    else:
        measure(arguments.data / "piaf", arguments.work)


if __name__ == "__main__":
    main()
