"""E-mail (.eml): sender, recipients, date, subject and text."""

import datetime as dt
from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache
from typing import Any

from index.errors import UnreadableFile
from index.readers.markup.html import blocks_in, decoded_as, decoded_html
from index.readers.metadata import DAMAGED, or_none
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode, normalised
from index.readers.text_builder import TextBuilder

_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read_mail(data: bytes) -> ParsedFile:
    """Read a message, with those that are attached to it.

    Raises:
        UnreadableFile: it is not an e-mail.
    """
    # The library parses a header whenever one is asked for, ten times for the type of a part: keep those of one part.
    parse = lru_cache(maxsize=8)(policy.default.header_factory)
    message: Any = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=policy.EmailPolicy(header_factory=parse))
    if not message.keys():
        raise UnreadableFile("it is not an e-mail")
    blocks = TextBuilder()
    _add_message(message, blocks)
    return blocks.build(_header(message, "Subject") or None, _date(message))


def _add_message(message: Any, blocks: TextBuilder) -> None:
    for name in _HEADERS:
        found = _header(message, name)
        blocks.add(f"{name}: {found}" if found else "")
    _add_body(message, blocks)


def _header(message: EmailMessage, name: str) -> str:
    """Return a parsed header, or the raw one if it is malformed, such as a list of addresses that is none."""
    try:
        return str(message[name] or "")
    except DAMAGED:
        return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _add_body(part: Any, blocks: TextBuilder) -> None:
    """Add the text of a MIME part: of all its parts, or of the best of equivalent ones; other files by their names."""
    if part.get_content_maintype() == "message":  # which was passed on
        for inner in part.iter_parts():
            _add_message(inner, blocks)
    elif part.get_content_type() == "multipart/alternative":
        _add_best(list(part.iter_parts()), blocks)
    elif part.is_multipart():
        for inner in part.iter_parts():
            _add_body(inner, blocks)
    elif part.get_content_maintype() in ("text", "multipart"):  # the latter where nothing says what parts it
        _add_text(part, blocks)
    else:
        blocks.add(part.get_filename() or "")


def _add_best(parts: Sequence[Any], blocks: TextBuilder) -> None:
    """Add the plain text if there is any, else the last part, which is the richest."""
    plain = [part for part in parts if part.get_content_type() == "text/plain" and _content(part).strip()]
    for part in (plain or parts[::-1])[:1]:
        _add_body(part, blocks)


def _add_text(part: Any, blocks: TextBuilder) -> None:
    text = _content(part)
    if part.get_content_subtype() == "html":
        for block in blocks_in(text):
            blocks.add(*block)
    else:
        blocks.add(text)


def _content(part: Any) -> str:
    """Return the text of a MIME part, in its declared encoding if that decodes it."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    declared = part.get_content_charset()
    if declared:
        return normalised(decoded_as(declared, raw)[0])
    return (decoded_html(raw) if part.get_content_subtype() == "html" else decode(raw))[0]


def _date(message: EmailMessage) -> dt.date | None:
    moment = or_none(lambda: getattr(message["Date"], "datetime", None))
    return moment.date() if moment else None
