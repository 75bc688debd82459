"""The proof that an export carries: its complete answers, in a form that does not disturb readers of the file."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from index.documents import Span
from index.errors import UserError
from rag.answer import Answer

LARGEST = 64 << 20  # bytes of a proof, unpacked


class UnreadableExport(UserError):
    """An export cannot be read: its proof is damaged, or says otherwise than the file."""


class NotExported(UserError):
    """The file is not an exported answer."""


def pack(answers: Sequence[Answer]) -> str:
    """Compress the answers into one line of letters and digits."""
    return base64.b64encode(zlib.compress(to_json(answers).encode(), 9)).decode()


def unpack(packed: str) -> tuple[Answer, ...]:
    """Return the answers of a line that ``pack`` made.

    Raises:
        UnreadableExport: the line is damaged.
    """
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(base64.b64decode(packed, validate=True), LARGEST)
    except (binascii.Error, zlib.error, ValueError):
        raise _damaged() from None
    if not unpacker.eof:
        raise _damaged()
    return from_proof(text)


def from_proof(text: str | bytes) -> tuple[Answer, ...]:
    """Parse the answers of a proof.

    Raises:
        UnreadableExport: it is damaged.
    """
    try:
        return from_json(text)
    except NotExported:
        raise _damaged() from None


def to_json(answers: Sequence[Answer]) -> str:
    """Serialize the answers as ASCII JSON, which every container can hold."""
    return json.dumps([answer.to_dict() for answer in answers])


def from_json(text: str | bytes) -> tuple[Answer, ...]:
    """Parse one answer, or a list of answers, from JSON.

    A quote that was changed is kept as it is written, so that it can be checked.

    Raises:
        NotExported: it is no JSON, or not that of answers.
    """
    try:
        plain = json.loads(text)
        return _ANSWERS.validate_python(
            [_measure(answer) for answer in (plain if isinstance(plain, list) else [plain])]
        )
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NotExported("This file was not exported by Sourcier.") from None


def _damaged() -> UnreadableExport:
    return UnreadableExport("The proof in this file is damaged: export the answer again.")


_ANSWERS = TypeAdapter(tuple[Answer, ...])


def _measure(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Set the end of each citation to match its quote: only then is it a citation, true or not."""
    return {**plain, "citations": [_with_quote(citation, citation["quote"]) for citation in plain["citations"]]}


def _with_quote(citation: Mapping[str, Any], quote: str) -> dict[str, Any]:
    end = citation["start"] + len(quote)
    if end == citation["end"]:
        return dict(citation)
    passage = Span(min(citation["start"], citation["passage"][0]), max(end, citation["passage"][1]))
    return {**citation, "quote": quote, "end": end, "passage": passage, "focus": None}
