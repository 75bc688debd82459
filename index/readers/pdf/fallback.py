"""The second reader of PDF files, for those that pdfium cannot open: pypdf, slower and more tolerant."""

import io
import logging

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError, PyPdfError

from index.errors import UnreadableFile
from index.readers.metadata import DAMAGED
from index.readers.parsed import ParsedFile
from index.readers.plain.text import normalise


def read_with_pypdf(data: bytes) -> ParsedFile:
    """Read the text of each page, without headings or places on the page.

    Raises:
        UnreadableFile: pypdf cannot read it, either.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends is of no interest here
    try:
        texts = [normalise(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]
    except FileNotDecryptedError as error:
        raise UnreadableFile("it is protected by a password; save it without one") from error
    except (PyPdfError, *DAMAGED, RuntimeError) as error:
        raise UnreadableFile("it is damaged, or not a PDF") from error
    pages = tuple(sum(map(len, texts[:number])) + 2 * number for number in range(len(texts)))
    return ParsedFile("\n\n".join(texts), pages=pages)
