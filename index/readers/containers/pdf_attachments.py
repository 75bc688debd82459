"""The files embedded in a PDF."""

from functools import partial
from typing import Any

import pypdfium2  # type: ignore[import-untyped]

from index.readers.parsed import EmbeddedFile


def attachments(pdf: Any) -> tuple[EmbeddedFile, ...]:
    """Return the files embedded in an opened PDF; what is damaged is left out."""
    found: list[EmbeddedFile] = []
    for number in range(pdf.count_attachments()):
        try:
            attachment = pdf.get_attachment(number)
            name, data = attachment.get_name(), bytes(attachment.get_data())
        except pypdfium2.PdfiumError:
            continue
        found.append(EmbeddedFile(name, partial(bytes, data)))
    return tuple(found)
