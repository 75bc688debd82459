"""Locked files are opened by passwords from a file that the person names; those that stay closed are named."""

import base64
import hashlib
import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import docx
import pptx
import pytest
import pyzipper
from fakes import HashingEncoder
from made_files import archive
from msoffcrypto.format.ooxml import OOXMLFile
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from index import UserError, open_index, rebuild
from index.errors import UnreadableFile
from index.progress import Report
from index.readers.containers.zip import read_zip
from index.readers.registry import FORMATS, parse

pytestmark = pytest.mark.slow

ENCODER = HashingEncoder()
LOCKED = Path(__file__).parents[2] / "support" / "locked"
LEASE = "Le loyer est payable le cinq du mois."
LIGHT = "Le phare de Nividic fut automatique des 1936."
SAID = "it is protected by a password; save it without one, or give a password file (RAG_FILE_PASSWORDS)"
# By `zip -P ouessant` of a text file with LIGHT.
LOCKED_ZIP = base64.b64decode(
    "UEsDBAoACQAAAAkFfF1YFrzOOgAAAC4AAAAJABwAcGhhcmUudHh0VVQJAAPxIgpr8SIKa3V4CwABBAAAAAAEAAAAAHiBrqTVWB2e2b42jjUlM0KIzd"
    "BDqZby/ExeTGRh2XlEk2QptC0Ol1II2vsc7L0Kt9I/iw0d2ZtuJJhQSwcIWBa8zjoAAAAuAAAAUEsBAh4DCgAJAAAACQV8XVgWvM46AAAALgAAAAkA"
    "GAAAAAAAAQAAAKSBAAAAAHBoYXJlLnR4dFVUBQAD8SIKa3V4CwABBAAAAAAEAAAAAFBLBQYAAAAAAQABAE8AAACNAAAAAAA="
)


def locked_pdf() -> bytes:
    drawn, written = io.BytesIO(), io.BytesIO()
    canvas = Canvas(drawn)
    canvas.drawString(72, 700, LEASE)
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(drawn))
    writer.encrypt("granit", algorithm="RC4-128")
    writer.write(written)
    return written.getvalue()


@pytest.fixture
def corpus(tmp_path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "bail.pdf").write_bytes(locked_pdf())
    (folder / "phare.zip").write_bytes(LOCKED_ZIP)
    message = EmailMessage()
    message["Subject"] = "Le bail"
    message.set_content("Voici le bail.")
    message.add_attachment(locked_pdf(), maintype="application", subtype="pdf", filename="bail.pdf")
    (folder / "courrier.eml").write_bytes(message.as_bytes())
    return folder


def build_index(corpus: Path, target: Path, *passwords: str) -> tuple[Report, str]:
    """Rebuild with passwords; return the report, and the digest of all that the index holds."""
    (corpus.parent / "passwords").write_text("\n".join(passwords), "utf-8")
    report = rebuild(corpus, target, encoder=ENCODER, passwords=corpus.parent / "passwords")
    with open_index(target, encoder=ENCODER) as index:
        return report, index.manifest.digest


def test_passwords_open_what_is_locked_and_an_index_equals_a_fresh_one_with_the_same(corpus, tmp_path):
    target = tmp_path / "index"
    closed, without = build_index(corpus, target)
    assert [(skipped.source, skipped.reason) for skipped in closed.skipped] == [("bail.pdf", SAID), ("phare.zip", SAID)]
    assert [(warning.source, warning.reason) for warning in closed.warnings] == [("courrier.eml/bail.pdf", SAID)]
    opened, digest = build_index(corpus, target, "wrong", "granit", "ouessant")
    assert (opened.skipped, opened.warnings) == ((), ())
    with open_index(target, encoder=ENCODER) as index:
        texts = {id: index.document(id).text for id in index.document_ids}
    assert texts["bail.pdf"] == texts["courrier.eml/bail.pdf"] == LEASE
    assert texts["phare.zip/phare.txt"].strip() == LIGHT
    assert build_index(corpus, tmp_path / "fresh", "granit", "ouessant")[1] == digest
    assert build_index(corpus, target)[1] == without


@pytest.mark.exhaustive
def test_a_mail_is_read_again_until_all_in_it_is_open(corpus, tmp_path):
    for passwords in ((), ("wrong",), ("ouessant",)):
        report, _ = build_index(corpus, tmp_path / "index", *passwords)
        assert "courrier.eml/bail.pdf" in {warning.source for warning in report.warnings}
    assert not build_index(corpus, tmp_path / "index", "granit")[0].warnings


def test_no_password_is_stored(corpus, tmp_path):
    build_index(corpus, tmp_path / "index", "granit", "ouessant")
    contents = [path.read_bytes() for path in (tmp_path / "index").rglob("*") if path.is_file()]
    assert contents
    assert not any(password in data for data in contents for password in (b"granit", b"ouessant"))


def test_a_file_of_passwords_that_is_missing_is_named(corpus, tmp_path):
    with pytest.raises(UserError, match="nowhere"):
        rebuild(corpus, tmp_path / "index", encoder=ENCODER, passwords=tmp_path / "nowhere")


def locked_package(name: str, *, password: str = "granit") -> bytes:
    """A text or a presentation with LEASE, encrypted as Office does."""
    plain, encrypted = io.BytesIO(), io.BytesIO()
    if name.endswith(".docx"):
        text = docx.Document()
        text.add_paragraph(LEASE)
        text.save(plain)
    else:
        slides = pptx.Presentation()
        slides.slides.add_slide(slides.slide_layouts[0]).shapes.title.text = LEASE
        slides.save(plain)
    OOXMLFile(plain).encrypt(password, encrypted)
    return encrypted.getvalue()


@pytest.mark.parametrize(
    "name", ["bail.docx", pytest.param("bail.pptx", marks=pytest.mark.exhaustive), "sous un autre nom.doc"]
)
def test_locked_office_files_are_opened_and_locked_again(tmp_path, name):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    data = locked_package("a.docx" if name.endswith(".doc") else name)
    (corpus / name).write_bytes(data)
    (corpus / "autre.txt").write_text("Le phare est blanc.", "utf-8")
    report, closed = build_index(corpus, tmp_path / "index", "ardoise")
    assert [(skipped.source, skipped.reason) for skipped in report.skipped] == [(name, SAID)]
    assert not build_index(corpus, tmp_path / "index", "ardoise", "granit")[0].skipped
    with open_index(tmp_path / "index", encoder=ENCODER) as index:
        assert LEASE in index.document(name).text
        assert index.document(name).sha256 == hashlib.sha256(data).hexdigest()
    assert build_index(corpus, tmp_path / "index")[1] == closed


@pytest.mark.parametrize("cut", [600, 1500, 4000])
def test_a_damaged_locked_file_is_one_sentence(cut):
    data = locked_package("bail.docx")
    with pytest.raises(UnreadableFile, match=r"protected by a password|it is damaged"):
        parse(data[:cut] + bytes(200) + data[cut + 200 :], FORMATS[".docx"], passwords=["granit"])


@pytest.mark.parametrize("name", ["bail.odt", "loyers.xls"])  # LibreOffice locked them with «granit»
def test_files_of_opendocument_and_of_old_office_are_opened(name):
    data = (LOCKED / name).read_bytes()
    for passwords in ((), ("ardoise",)):
        with pytest.raises(UnreadableFile, match="protected by a password"):
            parse(data, FORMATS[Path(name).suffix], passwords=passwords)
    parsed = parse(data, FORMATS[Path(name).suffix], passwords=("ardoise", "granit"))[1]
    assert parsed.text in (LEASE, "Sheet1\n\nPoste: Loyer; Montant: 540")
    assert parsed.used_passwords


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"aes256-cbc", b"aes256-gcm"),
        (b'"100000"', b'"9000000"'),
        (b"initialisation-vector", b"vector"),
        (b"=", b""),
        (b'size="4276"', b'size="900000000"'),
    ],
)
def test_an_opendocument_file_locked_in_another_way_is_one_sentence(old, new):
    with zipfile.ZipFile(LOCKED / "bail.odt") as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    manifest = parts["META-INF/manifest.xml"].replace(old, new)
    assert manifest != parts["META-INF/manifest.xml"]
    with pytest.raises(UnreadableFile, match=r"protected by a password|it is damaged|it unpacks to 900 MB"):
        parse(archive(parts | {"META-INF/manifest.xml": manifest}), FORMATS[".odt"], passwords=("granit",))


def test_an_archive_locked_by_aes_is_opened():
    written = io.BytesIO()
    with pyzipper.AESZipFile(written, "w", pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as packed:
        packed.setpassword(b"granit")
        packed.writestr("phare.txt", LIGHT)
    (inside,) = read_zip(written.getvalue(), ("ardoise", "granit")).embedded
    assert inside.load() == LIGHT.encode()
    (closed,) = read_zip(written.getvalue(), ("ardoise",)).embedded
    with pytest.raises(UnreadableFile, match="protected by a password"):
        closed.load()


def test_what_is_only_protected_from_changes_is_read_without_a_password():
    parsed = parse(locked_package("bail.docx", password="VelvetSweatshop"), FORMATS[".docx"])[1]
    assert (parsed.text, parsed.used_passwords) == (LEASE, False)
