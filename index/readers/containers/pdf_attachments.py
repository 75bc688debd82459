"""The files embedded in a PDF."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any

import pypdfium2  # type: ignore[import-untyped]

from index.errors import UnreadableFile
from index.readers.parsed import EmbeddedFile


def attachments(pdf: Any, reopen: Callable[[], AbstractContextManager[Any]]) -> Iterator[EmbeddedFile]:
    """Yield the files embedded in an opened PDF; each is unpacked when it is loaded, for which the PDF is reopened."""
    for number in range(pdf.count_attachments()):
        with suppress(pypdfium2.PdfiumError):
            yield EmbeddedFile(pdf.get_attachment(number).get_name(), partial(_load, reopen, number))


def _load(reopen: Callable[[], AbstractContextManager[Any]], number: int) -> bytes:
    """Return the bytes of an embedded file.

    Raises:
        UnreadableFile: it is damaged.
    """
    try:
        with reopen() as document:
            return bytes(document.get_attachment(number).get_data())
    except pypdfium2.PdfiumError as error:
        raise UnreadableFile("it is damaged, or not what its name says") from error
