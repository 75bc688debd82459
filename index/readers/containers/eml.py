"""E-mail (.eml): sender, recipients, date, subject and text; the files attached to it are documents of their own."""

import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import lru_cache, partial
from mimetypes import guess_extension
from typing import Any

from index.errors import UnreadableFile
from index.readers.markup.html import decode_declared, decode_html, fragment_blocks
from index.readers.metadata import DAMAGED, or_none
from index.readers.parsed import EmbeddedFile, ParsedFile
from index.readers.plain.text import decode, normalise
from index.readers.text_builder import TextBuilder

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_BYTES = re.compile(r"[\udc80-\udcff]")  # as the library keeps those of a header
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.-]+)", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_SIGNATURE = "-- "  # the line above one
_LONGEST_STUB = 100  # words
_HEAD = 1 << 16  # bytes in which a mail declares its encoding
_SIGNATURES = ("pgp-signature", "pkcs7-signature", "x-pkcs7-signature")  # what only programs read


def read_eml(data: bytes) -> ParsedFile:
    """Read a message, with those that were passed on in it.

    Raises:
        UnreadableFile: it is not an e-mail.
    """
    message = parse_message(data)
    if not message.keys():
        raise UnreadableFile("it is not an e-mail")
    reader = _MailReader()
    try:
        reader.add_message(message)
    except RecursionError as error:
        raise UnreadableFile("it is nested too deeply") from error
    parsed = reader.blocks.build(_header(message, "Subject") or None, _date(message))
    return replace(parsed, embedded=tuple(reader.embedded))


def parse_message(data: bytes) -> Any:
    """Return a MIME message.

    Raises:
        UnreadableFile: its parts are nested too deeply.
    """
    charset = _charset(data)
    # The library parses a header on each access, and reads the type of a part ten times: cache the headers of one part.
    parse = lru_cache(maxsize=8)(lambda name, value: policy.default.header_factory(name, _readable(value, charset)))
    try:
        return message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=policy.EmailPolicy(header_factory=parse))
    except RecursionError as error:
        raise UnreadableFile("it is nested too deeply") from error


class _MailReader:
    """Collects the text of a message, and the files attached to it."""

    def __init__(self) -> None:
        self.blocks = TextBuilder()
        self.embedded: list[EmbeddedFile] = []

    def add_message(self, message: Any) -> None:
        for name in _HEADERS:
            value = _header(message, name)
            self.blocks.add(f"{name}: {value.strip()}" if value.strip() else "")
        self._add_part(message, is_body=True)

    def _add_part(self, part: Any, *, is_body: bool = False, is_related: bool = False) -> None:
        """Add a MIME part: the text of all its parts, or of the best of equivalent ones; or a file.

        Pictures that are related to a text are a part of it.
        """
        if is_related and part.get_content_maintype() == "image":
            return
        name = or_none(part.get_filename)
        if name and not is_body and not part.is_multipart():
            self._add_file(part, name)
        elif part.get_content_maintype() == "message":
            self._add_passed_on(part, name)
        elif part.get_content_type() == "multipart/alternative":
            self._add_best(list(part.iter_parts()))
        elif part.get_content_type() == "text/calendar":
            self._add_file(part, name or "invite.ics")
        elif part.is_multipart():
            for inner in part.iter_parts():
                self._add_part(inner, is_related=part.get_content_subtype() == "related")
        elif part.get_content_maintype() in ("text", "multipart"):  # the latter where nothing says what parts it
            self._add_text(part)
        else:
            self._add_file(part, name or f"file{guess_extension(part.get_content_type()) or ''}")

    def _add_passed_on(self, part: Any, name: str | None) -> None:
        """Add a message that was passed on: as a file if it has a name, else in its place."""
        messages = list(part.iter_parts())
        if name:
            self.blocks.add(name)
            self.embedded += [EmbeddedFile(_with_suffix(name), message.as_bytes) for message in messages]
        else:
            for message in messages:
                self.add_message(message)

    def _add_file(self, part: Any, name: str) -> None:
        """Add a file, and its name to the text; signatures are left out."""
        if part.get_content_subtype() not in _SIGNATURES:
            self.blocks.add(name)
            self.embedded.append(EmbeddedFile(name, partial(_bytes, part)))

    def _add_best(self, parts: Sequence[Any]) -> None:
        """Add the plain text if there is any, else the last part, which is the richest; and an invitation.

        A short plain text that lacks most words of the richest part stands in its place, and is left out.
        """
        invitations = [part for part in parts if part.get_content_type() == "text/calendar"]
        alternatives = [part for part in parts if part not in invitations]
        plain = [part for part in alternatives if part.get_content_type() == "text/plain" and _content(part).strip()]
        if plain and _is_stub(_content(plain[0]), alternatives[-1]):
            plain = []
        for part in (*(plain or alternatives[::-1])[:1], *invitations[:1]):
            self._add_part(part)

    def _add_text(self, part: Any) -> None:
        text = _content(part)
        if part.get_content_subtype() == "html":
            for block in fragment_blocks(text):
                self.blocks.add(*block)
        else:
            self.blocks.add(text)


def _is_stub(plain: str, richest: Any) -> bool:
    """Return whether a plain text says little of what a page of HTML says: «Your program does not show HTML.»."""
    words = _WORD.findall(plain.lower())
    page = next((part for part in richest.walk() if part.get_content_type() == "text/html"), None)
    if page is None or len(words) > _LONGEST_STUB:
        return False
    page_words = [word for block in fragment_blocks(_content(page)) for word in _WORD.findall(block.text.lower())]
    return len(page_words) >= len(words) and 2 * len(set(page_words) & set(words)) < len(set(page_words))


def _with_suffix(name: str) -> str:
    return name if name.lower().endswith(".eml") else f"{name}.eml"


def _bytes(part: Any) -> bytes:
    """Return the bytes of an attached file.

    Raises:
        UnreadableFile: there are none.
    """
    raw = or_none(lambda: part.get_payload(decode=True))
    if not isinstance(raw, bytes):
        raise UnreadableFile("it is damaged, or not what its name says")
    return raw


def _header(message: EmailMessage, name: str) -> str:
    """Return a parsed header, or the raw one if it is malformed, such as a list of addresses that is none."""
    try:
        return str(message[name] or "")
    except DAMAGED:
        return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _charset(data: bytes) -> str:
    """Return the first encoding that a part declares, if it is an old one."""
    names = (match[1].decode().lower() for match in _CHARSET.finditer(data[:_HEAD]))
    return next((name for name in names if name not in ("utf-8", "us-ascii", "ascii")), "cp1252")


def _readable(value: str, charset: str) -> str:
    """Return a header with those of its bytes decoded that are not ASCII; old programs write them as they are."""
    if not _BYTES.search(value):
        return value
    raw = value.encode("utf-8", "surrogateescape")
    with suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    return decode_declared(charset, raw)[0]


def _content(part: Any) -> str:
    """Return the text of a MIME part, in its declared encoding if that decodes it."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    declared, is_page = part.get_content_charset(), part.get_content_subtype() == "html"
    if declared:
        text = normalise(decode_declared(declared, raw)[0])
    else:
        text = (decode_html(raw) if is_page else decode(raw))[0]
    if is_page or str(part.get_param("format", "")).lower() != "flowed":
        return text
    return _unwrap(text, drops_space=str(part.get_param("delsp", "")).lower() == "yes")


def _unwrap(text: str, *, drops_space: bool) -> str:
    """Return a text in which a space at the end of a line says that the next continues it (RFC 3676)."""
    lines, depth, goes_on = list[str](), 0, False
    for line in text.split("\n"):
        content = line.lstrip(">")
        outer, depth = depth, len(line) - len(content)
        content = content.removeprefix(" ")
        if goes_on and depth == outer:
            lines[-1] += content
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        goes_on = content.endswith(" ") and content != _SIGNATURE
        lines[-1] = lines[-1][:-1] if goes_on and drops_space else lines[-1]
    return "\n".join(lines)


def _date(message: EmailMessage) -> dt.date | None:
    moment = or_none(lambda: getattr(message["Date"], "datetime", None))
    return moment.date() if moment else None
