"""Mailboxes (.mbox): each message is a document of its own, named by its number and subject."""

import re
from collections.abc import Iterator
from functools import partial

from index.errors import UnreadableFile
from index.readers.containers.eml import parse_message
from index.readers.metadata import or_none
from index.readers.parsed import EmbeddedFile, ParsedFile

# The line before a message. One in the text of a message has no blank line before it, or no date, or is quoted with >.
_FROM = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From ([^\n]*)\n")
_YEAR = re.compile(rb"\d{4}")
_MOMENT = re.compile(rb"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b[^\n]{0,40}\d:\d\d\b")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEAD = 1 << 16  # bytes of a message in which its subject is looked for


def read_mbox(data: bytes) -> ParsedFile:
    """Read a mailbox; it has no text besides its messages.

    Raises:
        UnreadableFile: it is not a mailbox.
    """
    messages = list(_messages(data))
    if not messages:
        raise UnreadableFile("it is not a mailbox")
    digits = len(str(len(messages)))
    return ParsedFile(
        "",
        embedded=tuple(
            EmbeddedFile(_name(f"{number:0{digits}}", message), partial(_unquote, message))
            for number, message in enumerate(messages, 1)
        ),
    )


def _messages(data: bytes) -> Iterator[memoryview]:
    """Yield the bytes of each message, without copying the mailbox.

    The lines before them give a day of the week and a time, unless the first one does not.
    """
    starts = [match for match in _FROM.finditer(data) if _YEAR.search(match[1])]
    if starts and _MOMENT.search(starts[0][1]):
        starts = [match for match in starts if _MOMENT.search(match[1])]
    ends = [*(match.start() for match in starts[1:]), len(data)]
    view = memoryview(data)
    for match, end in zip(starts, ends, strict=False):
        yield view[match.end() : end]


def _unquote(message: memoryview) -> bytes:
    return _QUOTED_FROM.sub(rb"\1", bytes(message))


def _name(number: str, message: memoryview) -> str:
    head = bytes(message[:_HEAD]).replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    subject = or_none(lambda: str(parse_message(head + b"\n\n")["Subject"] or ""))
    return " ".join([number, *(subject or "").replace("/", " ").split()]) + ".eml"
