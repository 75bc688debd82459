"""Ask for definitions and acronyms in a folder of documents, found by simpler rules than the program's.

    python -m bench.quality.made.defining FOLDER ... [--half tuning|reported] [--show]

A definition is the first sentence of a title that opens with it, after an article, and has a verb of being or meaning
among its first words. An acronym is a run of capitals in brackets whose letters are, one for one, the initials of the
words before it, without small words. Each is asked for in several forms, in the language of its sentence. The first
quote is right if it holds that sentence, or both the letters and the long form. Half of the terms, by a hash, are for
tuning.
"""

import argparse
import re
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import rag
from bench.quality.asking import LONGEST, first_quote, holds_any
from index import Index, open_index, rebuild
from index.language import detect, fold

DEFINE = {
    "fr": ("Qu'est-ce que {} ?", "C'est quoi, {} ?", "Définition de {}", "Que signifie {} ?"),
    "en": ("What is {}?", "What does {} mean?", "Define {}", "what is meant by {}?"),
}
EXPAND = {
    "fr": ("Que veut dire {} ?", "Que signifie le sigle {} ?", "C'est quoi {} ?"),
    "en": ("What does {} stand for?", "What is {}?", "What does the acronym {} mean?"),
}
_ARTICLE = r"(?:les|le|la|l['’]|une?|the|an?)\s*"
_BEING = re.compile(r"\b(?:est|sont|etait|designe|signifie|is|are|was|were|means|refers|denotes)\b")
_WINDOW = 8  # words
_SMALL = {"de", "du", "des", "d", "la", "le", "les", "l", "et", "of", "the", "and", "for", "in", "a", "à", "en", "au"}
_LETTERS = re.compile(r"\(([A-Z]{3,6})\)")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class QuoteQuestion:
    """A question, and what its first quote must contain."""

    kind: str
    term: str
    text: str
    expected: tuple[str, ...]

    @property
    def is_for_tuning(self) -> bool:
        """Return whether its term is in the half that rules may be tuned on."""
        return zlib.crc32(self.term.encode()) % 2 == 0


def generate(index: Index) -> Iterator[QuoteQuestion]:
    """Yield the questions of an index, each term once."""
    terms: set[str] = set()
    for question in (candidate for id in index.document_ids for candidate in _document_questions(id, index)):
        if fold(question.term) not in terms:
            terms.add(fold(question.term))
            yield question


def _document_questions(id: str, index: Index) -> Iterator[QuoteQuestion]:
    title = index.document(id).title
    for sentence in (sentence for passage in index.passages_of(id) for sentence in index.sentences_in(passage)):
        text = " ".join(sentence.text.split())
        language = "fr" if detect(text) == "fr" else "en"
        if _opens_with(text, title):
            yield _question("definition", title, DEFINE[language], (text,))
        for match in _LETTERS.finditer(text):
            if long := _long_form(match[1], text[: match.start()]):
                yield _question("acronym", match[1], EXPAND[language], (long, match[1]))


def _question(kind: str, term: str, forms: Sequence[str], expected: tuple[str, ...]) -> QuoteQuestion:
    return QuoteQuestion(kind, term, forms[zlib.crc32(term.encode()) // 2 % len(forms)].format(term), expected)


def _opens_with(text: str, title: str) -> bool:
    """Return whether a sentence opens with the title as its subject."""
    opening = rf"(?:{_ARTICLE})?{re.escape(fold(title))}s?\b(?!['’:-])"
    start = re.match(opening, fold(text))
    is_opening = start is not None and _BEING.search(" ".join(fold(text[start.end() :]).split()[:_WINDOW])) is not None
    return is_opening and len(title.split()) <= 4 and len(text.split()) > len(title.split()) + 5 and text[-1] in ".:;"


def _long_form(letters: str, before: str) -> str | None:
    """Return the words whose initials are the letters, at the end of a text."""
    at = len(letters)
    for match in reversed(list(_WORD.finditer(before))):
        initial = fold(match.group())[0]
        if at and initial == letters[at - 1].lower():
            at -= 1
            if at == 0:
                return before[match.start() :].strip()
        elif fold(match.group()) not in _SMALL:
            return None
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--half", choices=("tuning", "reported"), default="reported")
    parser.add_argument("--show", action="store_true", help="print the questions that go wrong")
    parser.add_argument("--most", type=int, default=120, help="questions of each kind and folder")
    arguments = parser.parse_args()
    for folder in arguments.folders:
        with tempfile.TemporaryDirectory() as work:
            rebuild(folder, Path(work))
            index = open_index(Path(work))
            is_tuning = arguments.half == "tuning"
            questions = [question for question in generate(index) if question.is_for_tuning == is_tuning]
            for kind in ("definition", "acronym"):
                _judge(
                    [question for question in questions if question.kind == kind][: arguments.most],
                    kind,
                    folder.name,
                    index,
                    arguments.show,
                )


def _judge(questions: Sequence[QuoteQuestion], kind: str, name: str, index: Index, show: bool) -> None:
    right = 0
    for question in questions:
        quote = first_quote(rag.ask(question.text, index=index)) or ""
        is_right = holds_any(quote, question.expected) and len(quote) <= max(LONGEST, len(question.expected[0]))
        right += is_right
        if show and not is_right:
            print(f"{question.text}\n    {' '.join(quote.split())[:160]}")
            print(f"    expected: {' / '.join(question.expected)[:160]}")
    print(f"{name[-40:]:<40} {kind:<12} {right:>4} of {len(questions)}", flush=True)


if __name__ == "__main__":
    main()
