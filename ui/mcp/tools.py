"""The tools: models of their arguments and results, and the function of ``rag`` that each calls.

They take text, ids and filters. No argument names a file, and no tool writes.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Self
from urllib.parse import quote

from pydantic import BaseModel, Field, TypeAdapter, model_validator

import rag
from index import Index, UserError
from index.documents import Document
from rag.answer import Answer, Hit
from ui.services.requests import MOST, Filtered, Request

LONGEST = 100_000  # characters of a text that is sent or returned
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")  # pasted text may hold tabs, line ends and form feeds
_PART_ID = re.compile(r"(.+)#char=(\d{1,12}),(\d{1,12})", re.DOTALL)

Id = Annotated[str, Field(min_length=1, max_length=2000)]


class NoSuchDocument(UserError):
    """The index holds no document of the requested id."""


class Arguments(Request):
    """Arguments of a tool, without control characters."""

    @model_validator(mode="after")
    def check_controls(self) -> Self:
        """Refuse control characters.

        Raises:
            ValueError: a text holds one.
        """
        if any(_CONTROL.search(text) for text in self._texts()):
            raise ValueError("it holds control characters")
        return self

    def _texts(self) -> list[str]:
        values = [getattr(self, name) for name in type(self).model_fields]
        return [
            text
            for value in values
            for text in (value if isinstance(value, list) else [value])
            if isinstance(text, str)
        ]


class Narrowed(Arguments, Filtered):
    """Filters that ``search`` and ``ask`` share."""

    since: dt.date | None = Field(None, description="Only documents dated on or after this day, YYYY-MM-DD")
    until: dt.date | None = Field(None, description="Only documents dated on or before this day, YYYY-MM-DD")
    documents: list[Id] = Field([], max_length=MOST, description="Only these documents: ids, or patterns (notes/*)")


class Search(Narrowed):
    """The arguments of ``search``."""

    query: str = Field(description="A question or words, in French or English")
    k: int = Field(10, ge=1, le=MOST, description="How many passages at most")


class Ask(Narrowed):
    """The arguments of ``ask``."""

    question: str = Field(description="One complete question, in French or English")
    k: int = Field(3, ge=1, le=MOST, description="How many quotes at most")


class Fetch(Arguments):
    """The arguments of ``fetch``."""

    id: Id = Field(description="The id of a document, or of a passage as search returns it")
    start: int = Field(0, ge=0, description="The first character of a document to return")
    length: int = Field(20_000, ge=1, le=LONGEST, description="How many characters to return at most")


class Verify(Arguments):
    """The arguments of ``verify``."""

    text: str = Field(description="A draft with claims and quotes, in French or English")


class Passage(BaseModel):
    """A passage that a search found; ``text`` is the characters ``start`` to ``end`` of the document ``source``."""

    id: str
    title: str
    url: str
    text: str
    source: str
    start: int
    end: int
    score: float
    date: dt.date | None
    page: int | None


class Passages(BaseModel):
    """What ``search`` returns, best first."""

    results: list[Passage]


class Part(BaseModel):
    """What ``fetch`` returns: the characters ``start`` to ``end`` of a document of ``total`` characters."""

    id: str
    title: str
    url: str
    text: str
    source: str
    start: int
    end: int
    total: int
    next: int | None = Field(description="Where the next part starts; null at the end")
    page: int | None
    date: dt.date | None
    sha256: str = Field(description="Of the bytes of the file")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its name and purpose, the model of its arguments, the schema of its result, and its function."""

    name: str
    description: str
    arguments: type[Arguments]
    result: Mapping[str, Any]
    call: Callable[[Index, Any], dict[str, Any]]


def search(index: Index, request: Search) -> dict[str, Any]:
    """Return the passages nearest to a query."""
    hits = rag.search(
        request.query, request.k, index=index, since=request.since, until=request.until, documents=request.documents
    )
    return Passages(results=[_passage(hit) for hit in hits]).model_dump(mode="json")


def fetch(index: Index, request: Fetch) -> dict[str, Any]:
    """Return a part of a document, such as a passage."""
    document, start, end = _locate(index, request.id)
    start = min(max(start, request.start), end)
    stop = min(end, start + request.length)
    part = Part(
        id=f"{document.id}#char={start},{stop}", title=document.title, url=url_of(document.id, start, stop),
        text=document.slice(start, stop), source=document.id, start=start, end=stop, total=document.length,
        next=stop if stop < end else None, page=document.page_at(start), date=document.date, sha256=document.sha256,
    )  # fmt: skip
    return part.model_dump(mode="json")


def ask(index: Index, request: Ask) -> dict[str, Any]:
    """Return the documents' answer, without timings, so that it is the same each time."""
    answer = rag.ask(
        request.question,
        k=request.k,
        index=index,
        since=request.since,
        until=request.until,
        documents=request.documents,
    )
    return answer.to_dict() | {"timings": {}}


def verify(index: Index, request: Verify) -> dict[str, Any]:
    """Verify each sentence and quote of a text against the documents."""
    return rag.verify(request.text, index=index).to_dict()


def url_of(source: str, start: int, end: int) -> str:
    """Return a URL for a part of a document, with a fragment of RFC 5147; nothing serves it."""
    return f"doc:///{quote(source)}#char={start},{end}"


def _passage(hit: Hit) -> Passage:
    fields = {key: value for key, value in asdict(hit).items() if key in Passage.model_fields}
    return Passage(**fields, id=f"{hit.source}#char={hit.start},{hit.end}", url=url_of(hit.source, hit.start, hit.end))


def _locate(index: Index, id: str) -> tuple[Document, int, int]:
    """Return the document of an id, and the part that the id names.

    Raises:
        NoSuchDocument: the index holds no such document.
    """
    match = _PART_ID.fullmatch(id)
    for source, span in ((id, None), (match[1], (int(match[2]), int(match[3])))) if match else ((id, None),):
        try:
            document = index.document(source)
        except KeyError:
            continue
        start, end = span or (0, document.length)
        return document, min(start, document.length), min(max(start, end), document.length)
    raise NoSuchDocument("The index holds no document {}. Use an id from a search.", ascii(id[:200]))


TOOLS = (
    Tool(
        "search",
        "Search the user's own documents. Returns the passages nearest to a query, best first; fetch reads on.",
        Search,
        Passages.model_json_schema(mode="serialization"),
        search,
    ),
    Tool(
        "fetch",
        "Read a document, or a passage that a search found, by its id. A long document comes in parts.",
        Fetch,
        Part.model_json_schema(mode="serialization"),
        fetch,
    ),
    Tool(
        "ask",
        "Answer a question with exact quotes from the user's own documents, or say that they do not answer. Each"
        " citation gives its document and the characters it was taken from: quote word for word, and name the source.",
        Ask,
        TypeAdapter(Answer).json_schema(mode="serialization"),
        ask,
    ),
    Tool(
        "verify",
        "Check a draft against the user's own documents before it is shown: each sentence is supported, contradicted,"
        " unsupported or not checked, with the best quotes, and each quoted passage is found or not.",
        Verify,
        TypeAdapter(rag.Verification).json_schema(mode="serialization"),
        verify,
    ),
)
