"""Results: hits, citations, and answers with a ledger of their sentences."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any, Literal, NamedTuple, get_args

from index.documents import Span

Verdict = Literal["supported", "contradicted", "unsupported", "not checked"]
Kind = Literal["quotes", "list", "overview", "library", "denies", "differs", "greeting", "not_found"]

_UNQUOTED = ("library", "greeting", "not_found")
_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>()#+!|~&$]|^\s*-(?=\s)|(?<=\d)[.)](?=\s)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found by a search. ``score`` is its probability of relevance, 0 to 1."""

    source: str
    start: int
    end: int
    text: str
    score: float
    words: float  # its BM25 as a share of the best, 0 to 1
    meaning: float  # cosine of its best sentence with the question
    title: str
    date: dt.date | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote proven against its source: ``document.text[start:end] == quote``.

    Raises:
        ValueError: the quote, or a text of the context, is not as long as its span.
    """

    source: str
    start: int
    end: int
    quote: str
    page: int | None
    sha256: str  # of the bytes of the file
    title: str
    date: dt.date | None
    passage: Span  # what to read around the quote
    focus: Span | None = None  # the words inside the quote that answer; offsets in the document
    speaker: str | None = None  # who says the quote, as the document writes it, where it says so
    context: tuple[Span, ...] = ()  # what the quote stands under, outermost first: headings, lead-in; not the title
    context_texts: tuple[str, ...] = ()  # the text of each of these spans
    ocr: bool = False  # whether OCR read the quote: compare it with the picture of its page

    def __post_init__(self) -> None:
        if len(self.quote) != self.end - self.start:
            raise ValueError(f"a quote of {len(self.quote)} characters for the span {self.start}:{self.end}")
        if [span.end - span.start for span in self.context] != [*map(len, self.context_texts)]:
            raise ValueError("texts of another length than the spans of the context")

    @property
    def path(self) -> str:
        """Return what the quote stands under as one line, «heading › lead-in»; empty without it."""
        return " › ".join(" ".join(text.split()) for text in self.context_texts)

    @property
    def focus_text(self) -> str | None:
        """Return the words inside the quote that answer, or None."""
        return self.focus and self.quote[self.focus.start - self.start : self.focus.end - self.start]


class SourceSpan(NamedTuple):
    """The characters ``start`` to ``end`` (exclusive) of the document ``source``."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LedgerSentence:
    """One sentence of an answer: ``text[start:end]`` with its marks, and what the quotes say of it.

    ``supported`` is True exactly where the verdict is "supported". A ledger written before there were verdicts gets
    "not checked" where it has no support.

    Raises:
        ValueError: the verdict is none, or does not agree with ``supported``.
    """

    start: int
    end: int
    citations: tuple[int, ...]  # numbers as shown, from 1
    supported: bool
    marks: tuple[Span, ...] = ()  # of the numbers in the text, one for each citation
    verdict: Verdict = "not checked"
    why: str = ""  # one sentence in English, with the values
    loose: tuple[Span, ...] = ()  # words of the text that no quote supports
    evidence: tuple[SourceSpan, ...] = ()  # what decides, best first
    unverified: tuple[Span, ...] = ()  # marks that point to no citation
    states: bool = True  # False for words of the program, questions and headings, which claim nothing

    def __post_init__(self) -> None:
        if self.supported and self.verdict == "not checked":
            object.__setattr__(self, "verdict", "supported")
        if self.verdict not in get_args(Verdict) or self.supported != (self.verdict == "supported"):
            raise ValueError(f"a sentence with supported={self.supported} and the verdict {self.verdict!r}")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, of one of these kinds.

    - ``quotes``: sentences that answer, strongest first.
    - ``list``: all quotes of their kind, in the order of the documents: each mention of a word, or the first in each
      document; an article as a whole; or a list from its lead-in to its last item.
    - ``overview``: the leading sentence of each part of a document.
    - ``denies``: quotes that contradict what the question takes for granted.
    - ``differs``: quotes of several documents that contradict each other.
    - ``library``: what the index holds, counted or listed in ``text``; no citation.
    - ``greeting``: a word of welcome, thanks or help; no citation.
    - ``not_found``: a refusal; ``nearest`` has the closest passages, which are not evidence.

    ``found`` is True exactly when there is a citation.

    Where ``writer`` names a language model, ``text`` is what it wrote, unchanged. The citations are the evidence that
    it was given, up to the last number that it marks, and the verdict of each sentence says what they prove of it.

    Raises:
        ValueError: the kind is none of these, or does not agree with ``found``; or a sentence cites a number that no
            citation has.
    """

    question: str
    question_understood: str
    found: bool
    text: str
    confidence: float  # calibrated probability that the documents answer
    citations: tuple[Citation, ...] = ()
    sentences: tuple[LedgerSentence, ...] = ()
    nearest: tuple[Hit, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)  # seconds, by step
    kind: Kind = "quotes"  # by default "not_found" where nothing was found
    remark: str = ""  # what the program says of the quotes, such as their number; no evidence, and not in ``text``
    writer: str = ""  # the language model whose own words ``text`` is, as ``provider:name``; "" where it is quotes

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise ValueError(f"an answer of kind {self.kind!r}")
        if not self.found and self.kind == "quotes":
            object.__setattr__(self, "kind", "not_found")
        if self.found == (self.kind in _UNQUOTED):
            raise ValueError(f"an answer of kind {self.kind!r} where found is {self.found}")
        numbers = {number for sentence in self.sentences for number in sentence.citations}
        if absent := sorted(numbers - {*range(1, len(self.citations) + 1)}):
            raise ValueError(f"sentences that cite {absent} where there are {len(self.citations)} citations")

    @property
    def coverage(self) -> float:
        """The share of the sentences that state something and are supported, 0 to 1; 0 if none states anything."""
        return compute_supported_share(self.sentences)

    def quotes_of(self, sentence: LedgerSentence) -> tuple[int, ...]:
        """Return the numbers of the citations that a sentence rests on: it marks them, or they decided its verdict."""
        return sentence.citations or tuple(sorted(set(_supporting_numbers(sentence, self.citations))))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for JSON, with stable keys; dates are in ISO 8601."""
        plain = asdict(self)
        for citation in (*plain["citations"], *plain["nearest"]):
            citation["date"] = citation["date"] and citation["date"].isoformat()
        return plain

    def to_markdown(self) -> str:
        """Return the question, the answer, and each quote with its source and offsets, as Markdown.

        Text of documents and people is escaped, so that none of it is read as Markdown.
        """
        sections = [
            f"## {_escape_markdown(self.question)}",
            *([_escape_markdown(self.remark)] if self.remark else []),
            _escape_markdown(self.text),
        ]
        sections += [_cited(number, citation) for number, citation in enumerate(self.citations, start=1)]
        return "\n\n".join(sections) + "\n"

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Answer":
        """Return the answer that ``to_dict`` turned into ``plain``.

        Raises:
            KeyError, TypeError, ValueError: ``plain`` has another form.
        """
        return cls(
            **{key: plain[key] for key in ("question", "question_understood", "found", "text", "confidence")},
            citations=tuple(_citation(citation) for citation in plain["citations"]),
            sentences=tuple(_ledger_sentence(sentence) for sentence in plain["sentences"]),
            nearest=tuple(Hit(**{**hit, "date": _date(hit["date"])}) for hit in plain["nearest"]),
            timings=dict(plain["timings"]),
            **{key: plain[key] for key in ("kind", "remark", "writer") if key in plain},  # older answers lack some
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer, earlier in a conversation."""

    question: str
    answer: Answer


def compute_supported_share(sentences: Sequence[LedgerSentence]) -> float:
    """Return the share of the sentences that state something and are supported, 0 to 1; 0 if none states anything."""
    stating = [sentence for sentence in sentences if sentence.states]
    return sum(sentence.supported for sentence in stating) / max(1, len(stating))


def _supporting_numbers(sentence: LedgerSentence, citations: Sequence[Citation]) -> Iterator[int]:
    """Yield the number of the first citation that holds each piece of evidence of a sentence."""
    for source, start, end in sentence.evidence:
        numbers = (n for n, c in enumerate(citations, 1) if c.source == source and c.start <= start and end <= c.end)
        yield from islice(numbers, 1)


def _escape_markdown(text: str) -> str:
    """Escape every character that Markdown could interpret."""
    return _MARKDOWN.sub(r"\\\g<0>", text)


def _cited(number: int, citation: Citation) -> str:
    page = f", p. {citation.page}" if citation.page else ""
    page += ", read by OCR" if citation.ocr else ""
    day = f", {citation.date.isoformat()}" if citation.date else ""
    source = f"{_escape_markdown(citation.source)}{page}{day}"
    location = f"{source}, characters {citation.start} to {citation.end}, sha256 {citation.sha256}"
    quote = "\n".join(f"> {_escape_markdown(line)}" for line in citation.quote.split("\n"))
    context = f"{_escape_markdown(citation.path)}\n\n" if citation.path else ""
    return f"\\[{number}\\] {_escape_markdown(citation.title)} ({location})\n\n{context}{quote}"


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _span(pair: Any) -> Span | None:
    return Span(*pair) if pair is not None else None


def _citation(plain: Mapping[str, Any]) -> Citation:
    passage = Span(*plain["passage"])
    context = tuple(Span(*pair) for pair in plain.get("context", ()))
    spans = {"passage": passage, "focus": _span(plain["focus"]), "context": context}
    return Citation(
        **{**plain, **spans, "date": _date(plain["date"]), "context_texts": tuple(plain.get("context_texts", ()))}
    )


def _ledger_sentence(plain: Mapping[str, Any]) -> LedgerSentence:
    spans = {name: tuple(Span(*pair) for pair in plain.get(name, ())) for name in ("marks", "loose", "unverified")}
    evidence = tuple(SourceSpan(*triple) for triple in plain.get("evidence", ()))
    return LedgerSentence(**{**plain, "citations": tuple(plain["citations"]), **spans, "evidence": evidence})
