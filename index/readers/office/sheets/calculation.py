"""Workbooks that no program calculated, as scripts write them: LibreOffice calculates them where it is installed."""

import re

from index.converters.libreoffice import convert
from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers.office.archive import open_zip
from index.readers.office.ooxml import pack, repack

_ON_LOAD = re.compile(rb"<(?:\w+:)?calcPr\s[^>]*fullCalcOnLoad\s*=\s*[\"'](?:1|true)[\"']")
_FORMULA = rb"<f\b[^>]*(?:/>|>[^<]*</f>)\s*"
_ANY_FORMULA = re.compile(rb"<f[\s>]")
_WITHOUT_VALUE = re.compile(rb"<c\b(?![^>]*\bt=[\"']str[\"'])[^>]*>\s*" + _FORMULA + rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_ZERO = re.compile(rb"(" + _FORMULA + rb")<v>0</v>")  # which scripts write in place of a value
_SHEETS, _WORKBOOK = "xl/worksheets/", "xl/workbook.xml"


def recalculate(data: bytes) -> tuple[bytes, tuple[ReadWarning, ...]]:
    """Return a package with the values of its formulas; without them, and with a warning, if it cannot be calculated.

    Raises:
        UnreadableFile: it is damaged, locked, or unpacks to too much.
    """
    package = repack(data)
    archive = open_zip(package)
    names = archive.namelist()
    on_load = _WORKBOOK in names and _ON_LOAD.search(archive.read(_WORKBOOK)) is not None
    sheets = (archive.read(name) for name in names if name.startswith(_SHEETS))
    if not any(_ANY_FORMULA.search(sheet) and (on_load or _WITHOUT_VALUE.search(sheet)) for sheet in sheets):
        return package, ()
    try:
        return repack(convert(data, ".xlsx")), ()
    except UnreadableFile:
        error = UnreadableFile("its formulas have no values; open and save it in a spreadsheet program")
    contents = ((name, archive.read(name)) for name in names)
    if on_load:
        contents = ((name, _ZERO.sub(rb"\1", xml) if name.startswith(_SHEETS) else xml) for name, xml in contents)
    return pack(contents), (ReadWarning.from_error(error),)
