"""Files of Office 97 to 2003: LibreOffice converts them where it is installed, and their kin of today reads them."""

from index.converters.libreoffice import convert
from index.errors import UnreadableFile
from index.readers.office.docx import read_docx
from index.readers.office.sheets.workbook import read_xls, read_xlsx
from index.readers.office.slides.pptx import read_pptx
from index.readers.parsed import ParsedFile


def read_doc(data: bytes) -> ParsedFile:
    """Read a Word document of 97 to 2003.

    Raises:
        UnreadableFile: it cannot be converted.
    """
    return read_docx(convert(data, ".doc"))


def read_ppt(data: bytes) -> ParsedFile:
    """Read a presentation of PowerPoint 97 to 2003.

    Raises:
        UnreadableFile: it cannot be converted.
    """
    return read_pptx(convert(data, ".ppt"))


def read_old_xls(data: bytes) -> ParsedFile:
    """Read a workbook of Excel 97 to 2003, or older; LibreOffice converts what the reader of these does not know.

    Raises:
        UnreadableFile: it cannot be converted.
    """
    try:
        return read_xls(data)
    except UnreadableFile:
        return read_xlsx(convert(data, ".xls"))
