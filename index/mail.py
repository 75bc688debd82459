"""E-mail (.eml): who wrote to whom, when, about what, and the text."""

import datetime as dt
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart

from index.blocks import Blocks
from index.errors import Unreadable
from index.html import parsed
from index.html_blocks import html_blocks
from index.reading import Reading
from index.text import decode

_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read_mail(data: bytes) -> Reading:
    message = message_from_bytes(data, policy=policy.default)
    if not message.keys():
        raise Unreadable("it is no e-mail")
    blocks = Blocks()
    for name in _HEADERS:
        found = _header(message, name)
        blocks.add(f"{name}: {found}" if found else "")
    _add_body(message, blocks)
    return blocks.reading(_header(message, "Subject") or None, _date(message))


def _header(message: EmailMessage, name: str) -> str:
    """As it is read, else as it is written: a list of addresses may be none."""
    try:
        return str(message[name] or "")
    except (IndexError, ValueError, AttributeError, TypeError):  # what the parser of headers falls over
        return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _add_body(message: EmailMessage, blocks: Blocks) -> None:
    part = message.get_body(("plain", "html"))
    if part is None:
        return
    text = _content(part)
    if part.get_content_subtype() == "html":
        for block in html_blocks(parsed(text)):
            blocks.add(block.text, heading=block.heading)
    else:
        blocks.add(text)


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):  # a charset that does not exist
        raw = part.get_payload(decode=True)
        return decode(raw)[0] if isinstance(raw, bytes) else ""


def _date(message: EmailMessage) -> dt.date | None:
    try:
        moment = getattr(message["Date"], "datetime", None)
    except (IndexError, ValueError, TypeError):
        return None
    return moment.date() if moment else None
