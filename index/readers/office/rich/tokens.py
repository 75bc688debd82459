"""The tokens of rich text: groups, control words, symbols, bytes of text."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\"
)


class Token(NamedTuple):
    """A token. ``number`` is that of a control word, if it has one."""

    kind: Literal["open", "close", "word", "symbol", "text"]
    value: str = ""
    number: int | None = None
    data: bytes = b""  # of text


def tokens(data: bytes) -> Iterator[Token]:
    """Yield the tokens of rich text; binary data (``\\bin``) is left out."""
    at = 0
    while match := _TOKEN.match(data, at):
        at = match.end()
        kind = match.lastgroup if match.lastgroup != "number" else "word"
        if kind == "word":
            number = None if match["number"] is None else int(match["number"])
            if match["word"] == b"bin":
                at += max(0, number or 0)
            else:
                yield Token("word", match["word"].decode(), number)
        elif kind == "brace":
            yield Token("open" if match["brace"] == b"{" else "close")
        elif kind == "byte":
            yield Token("text", data=bytes.fromhex(match["byte"].decode()))
        elif kind == "symbol":
            yield Token("symbol", match["symbol"].decode("latin-1"))
        elif kind == "text":
            yield Token("text", data=match["text"])
