"""An office file is known by what is inside, whatever its name says."""

import io
import zipfile

import docx
import pytest
from made_files import archive

from index.readers.office.contents import office_suffix
from index.readers.office.decryption import is_encrypted
from index.readers.registry import read


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def compound(*streams: str) -> bytes:
    """The beginning of an old office file whose directory names these streams."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + names.ljust(512, b"\0")


def test_an_office_file_is_known_by_what_is_inside():
    assert office_suffix(archive({"_rels/.rels": "", "xl/workbook.xml": ""})) == ".xlsx"
    assert office_suffix(archive({"mimetype": "application/vnd.oasis.opendocument.presentation"})) == ".odp"
    assert office_suffix(b"{\\rtf1 a}") == ".rtf"
    assert office_suffix(compound("WordDocument")) == ".doc"
    assert office_suffix(compound("Workbook")) == ".xls"
    assert is_encrypted(compound("EncryptedPackage"))


@pytest.mark.parametrize(
    ("suffix", "old", "new"),
    [
        (".docm", b"officedocument.wordprocessingml.document.main", b"x.wordprocessingml.template.main"),
        (".dotm", b"openxmlformats-officedocument.wordprocessingml.document", b"ms-word.template.macroEnabledTemplate"),
        (".xls", b"http://schemas.openxmlformats.org/wordprocessingml/2006", b"http://purl.oclc.org/ooxml/wordprocessingml"),
    ],
)  # fmt: skip
def test_word_files_are_read_as_templates_with_macros_strict_and_under_another_name(tmp_path, suffix, old, new):
    written = io.BytesIO()
    document = docx.Document()
    document.add_heading("Le marais", 2)
    document.add_paragraph("Le marais gèle en janvier.")
    document.save(written)
    parts = {name: part.replace(old, new) for name, part in _parts(written.getvalue()).items()}
    if suffix == ".xls":
        relations = parts["_rels/.rels"]
        parts["_rels/.rels"] = relations.replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006", b"http://purl.oclc.org/ooxml/officeDocument"
        )
    (tmp_path / f"a{suffix}").write_bytes(archive(parts))
    parsed = read(tmp_path / f"a{suffix}")[1]
    assert parsed.text == "Le marais\n\nLe marais gèle en janvier."
    assert len(parsed.headings) == 1
