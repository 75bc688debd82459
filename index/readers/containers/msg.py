"""E-mail of Outlook (.msg): the same parts as other mail."""

from dataclasses import replace
from functools import partial
from typing import Any

from oxmsg import Message

from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers.markup.html import fragment_blocks
from index.readers.metadata import DAMAGED, or_none
from index.readers.parsed import EmbeddedFile, ParsedFile
from index.readers.plain.text import normalise
from index.readers.text_builder import TextBuilder

_SHORT_FILE_NAME = 0x3704  # properties by their numbers in [MS-OXPROPS]
_CONTENT_ID = 0x3712


def read_msg(data: bytes) -> ParsedFile:
    """Read a message.

    Raises:
        UnreadableFile: it is no message, or damaged.
    """
    try:
        message = Message.load(data)
        is_message = message.message_class.upper().startswith(("IPM", "REPORT"))
    except (*DAMAGED, OSError, RecursionError) as error:  # what the library raises at damaged files
        raise UnreadableFile("it is damaged, or not what its name says") from error
    if not is_message:
        raise UnreadableFile("it is not an e-mail")
    blocks, sent = TextBuilder(), or_none(lambda: message.sent_date)
    subject = or_none(lambda: message.subject) or ""
    for name, value in _headers(message, subject, sent.isoformat(" ", "minutes") if sent else ""):
        blocks.add(f"{name}: {value}" if value else "")
    _add_body(message, blocks)
    embedded, warnings = _attachments(message, blocks)
    parsed = blocks.build(subject or None, sent.date() if sent else None)
    return replace(parsed, embedded=embedded, warnings=warnings)


def _headers(message: Any, subject: str, sent: str) -> list[tuple[str, str]]:
    """Return the headers as they were sent, else from the properties of the message."""
    recipients = (
        or_none(lambda: [_address(recipient.name, recipient.email_address) for recipient in message.recipients]) or []
    )
    sender = or_none(lambda: message.sender) or ""
    original = or_none(lambda: message.message_headers) or {}
    to = " ".join(original.get("To", "").split()) or ", ".join(recipients)
    copied = " ".join(original.get("Cc", "").split())
    return [("From", sender), ("To", to), ("Cc", copied), ("Date", original.get("Date", sent)), ("Subject", subject)]


def _address(name: str, address: str) -> str:
    return f"{name} <{address}>" if name and address and name != address else name or address


def _add_body(message: Any, blocks: TextBuilder) -> None:
    """Add the plain text if there is any, else the text of the HTML."""
    body = or_none(lambda: message.body)
    if body and body.strip():
        blocks.add(normalise(body))
        return
    for block in fragment_blocks(normalise(or_none(lambda: message.html_body) or "")):
        blocks.add(*block)


def _attachments(message: Any, blocks: TextBuilder) -> tuple[tuple[EmbeddedFile, ...], tuple[ReadWarning, ...]]:
    """Return the attached files, without pictures that are a part of the text; a message attached is not read."""
    files: list[EmbeddedFile] = []
    warnings: list[ReadWarning] = []
    for file in or_none(lambda: message.attachments) or ():
        name = or_none(partial(_name, file)) or "file"
        if or_none(partial(_is_picture_of_text, file)):
            continue
        blocks.add(name)
        data = or_none(partial(getattr, file, "file_bytes"))
        if data is None:
            unread = UnreadableFile("an attachment that is a message or a link is not read")
            warnings.append(ReadWarning.from_error(unread, source=name.replace("/", " ")))
        else:
            files.append(EmbeddedFile(name, partial(bytes, data)))
    return tuple(files), tuple(warnings)


def _name(file: Any) -> str | None:
    name: str | None = file.file_name or file.properties.str_prop_value(_SHORT_FILE_NAME)
    return name


def _is_picture_of_text(file: Any) -> bool:
    return file.mime_type.startswith("image/") and bool(file.properties.str_prop_value(_CONTENT_ID))
