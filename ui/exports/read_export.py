"""Read exported answers back: what a file shows, with the proof that it carries.

Every file that this program exported can be read, older ones too. Any other file is recognised as no export, so that
it can be verified as a text that somebody wrote.
"""

from pathlib import Path

from rag.answer import Answer
from ui.exports.proof import NotExported, UnreadableExport, from_json

LARGEST = 64 << 20  # bytes of a file
_ZIP = b"PK\x03\x04"


def read_export(path: Path) -> tuple[Answer, ...]:
    """Return the answers in an exported file: JSON, Markdown, HTML or Word, as its content says.

    Raises:
        NotExported: the file is no export.
        UnreadableExport: it is damaged, or larger than 64 MB.
        OSError: the file cannot be read.
    """
    if path.stat().st_size > LARGEST:
        raise UnreadableExport("{} is larger than {} MB, so it is not an export.", path.name, LARGEST >> 20)
    return parse_export(path.read_bytes())


def parse_export(data: bytes) -> tuple[Answer, ...]:
    """Return the answers in the bytes of an exported file.

    Raises:
        NotExported: the bytes are no export, or none that shows an answer.
        UnreadableExport: they are damaged.
    """
    answers = _parse(data)
    if not answers or not all(answer.text.strip() for answer in answers):  # there would be nothing to check
        raise NotExported("This file was not exported by Sourcier.")
    return answers


def _parse(data: bytes) -> tuple[Answer, ...]:
    if data.startswith(_ZIP):
        from ui.exports.read_word import read_word

        return read_word(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotExported("This file was not exported by Sourcier.") from None
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return from_json(text)
    if start == "<":
        from ui.exports.read_html import read_html

        return read_html(text)
    from ui.exports.read_markdown import read_markdown

    return read_markdown(text)
