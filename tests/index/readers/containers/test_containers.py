"""Files inside others are documents of their own; an archive made to harm is left out in part, and says so."""

import io
import time
import tracemalloc
import zipfile
from datetime import date
from email.message import EmailMessage
from hashlib import sha256

import pytest
from made_files import archive
from pypdf import PdfWriter
from reportlab.pdfgen.canvas import Canvas

from bench.attacks import outlook
from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers import unpack
from index.readers.containers import pdf_attachments
from index.readers.office.contents import office_suffix
from index.readers.registry import find_format, parse
from index.readers.unpack import FileContents, find_embedded

TABLE = b"plante;floraison\nlavande;juin\nsauge;mai\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9


def read(name: str, data: bytes) -> FileContents:
    return unpack.unpack(data, find_format(name, data))


def texts(contents: FileContents) -> dict[str, str]:
    return {document.name: document.parsed.text for document in contents.documents}


def mail(*attached: tuple[str, bytes], subject: str = "Les semis", text: str = "Voici la liste.") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"], message["Date"] = "jardin@serre.fr", subject, "Tue, 5 Mar 2024 08:00:00 +0100"
    message.set_content(text)
    for name, data in attached:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


def pdf(text: str, **files: bytes) -> bytes:
    drawn, written = io.BytesIO(), io.BytesIO()
    canvas = Canvas(drawn)
    canvas.rect(72, 600, 90, 90)
    canvas.drawString(72, 700, text)
    canvas.save()
    writer = PdfWriter(drawn)
    for name, data in files.items():
        writer.add_attachment(f"{name}.csv", data)
    writer.write(written)
    return written.getvalue()


def test_attached_files_are_read_by_the_reader_of_their_kind():
    report = pdf("Le rapport de la serre.", mesures=TABLE)
    contents = read("a.eml", mail(("liste.csv", TABLE), ("rapport.pdf", report), ("photo.png", PICTURE)).as_bytes())
    assert [(document.name, document.format) for document in contents.documents] == [
        ("", "eml"),
        ("liste.csv", "csv"),
        ("rapport.pdf", "pdf"),
        ("rapport.pdf/mesures.csv", "csv"),
    ]
    assert texts(contents)["liste.csv"].startswith("plante: lavande; floraison: juin")
    assert texts(contents)["rapport.pdf"] == "Le rapport de la serre."
    assert texts(contents)[""].endswith("Voici la liste.\n\nliste.csv\n\nrapport.pdf\n\nphoto.png")
    assert (contents.documents[0].parsed.title, contents.documents[0].parsed.date) == ("Les semis", date(2024, 3, 5))
    assert contents.documents[1].sha256 == sha256(TABLE).hexdigest()
    assert contents.warnings == (ReadWarning("photo.png", "it is damaged, or not an image"),)


def test_messages_passed_on_are_read_and_pictures_of_the_text_are_no_files():
    inner = mail(("liste.csv", TABLE), subject="Les bulbes", text="À planter en octobre.")
    outer = EmailMessage()
    outer.set_content("<p>Pour information.</p>", subtype="html")
    outer.add_related(PICTURE, "image", "png", cid="<logo>", filename="logo.png")
    outer.add_attachment(inner)
    assert read("a.eml", outer.as_bytes()).warnings == ()
    by_name = texts(read("a.eml", outer.as_bytes()))
    assert list(by_name) == ["", "liste.csv"]
    assert "Subject: Les bulbes" in by_name[""]
    named = mail(text="Pour information.")
    named.add_attachment(inner, filename="Les bulbes.eml")
    by_name = texts(read("a.eml", named.as_bytes()))
    assert list(by_name) == ["", "Les bulbes.eml", "Les bulbes.eml/liste.csv"]
    assert "Subject: Les bulbes" not in by_name[""]


def test_each_message_of_a_mailbox_is_a_document():
    first, other = (
        mail(("liste.csv", TABLE)),
        mail(subject="Re: Les / semis", text="From elle, dit-on.\nFrom lui, non.\n\nFrom the office, 2024 plan"),
    )
    line = b"From jardin@serre.fr Tue Mar  5 08:00:00 2024\n"
    quoted = other.as_bytes().replace(b"\nFrom elle", b"\n>From elle")
    contents = read("a.mbox", b"\n\n".join([line + first.as_bytes(), line + quoted]))
    assert [document.name for document in contents.documents[1:]] == [
        "1 Les semis.eml",
        "1 Les semis.eml/liste.csv",
        "2 Re Les semis.eml",
    ]
    assert contents.documents[0].parsed.text == "1 Les semis.eml\n2 Re Les semis.eml"
    assert texts(contents)["2 Re Les semis.eml"].endswith("From lui, non.\n\nFrom the office, 2024 plan")
    with pytest.raises(UnreadableFile, match="it is not a mailbox"):
        read("a.mbox", b"Rien de tel.")


def test_a_message_of_outlook_is_read_as_other_mail():
    data = outlook.message("Les semis", "Voici la liste.", "jardin@serre.fr", 1_709_622_000, [("liste.csv", TABLE)])
    contents = read("a.msg", data)
    assert texts(contents)[""].endswith("Subject: Les semis\n\nVoici la liste.\n\nliste.csv")
    assert texts(contents)["liste.csv"].startswith("plante: lavande; floraison: juin")
    assert (contents.documents[0].parsed.title, contents.documents[0].parsed.date) == ("Les semis", date(2024, 3, 5))
    with pytest.raises(UnreadableFile, match="it is damaged, or not what its name says"):
        read("a.msg", data[:600])


def test_a_saved_web_page_is_read_as_a_page():
    page = EmailMessage()
    page["Snapshot-Content-Location"] = "http://serre.fr/"
    page.set_content(
        "<p>La réserve d’eau est pleine.</p>", subtype="html", charset="windows-1252", cte="quoted-printable"
    )
    page["Content-Location"] = "http://serre.fr/"
    page.add_related(PICTURE, "image", "png")
    assert texts(read("a.mht", page.as_bytes())) == {"": "La réserve d’eau est pleine."}


def test_names_in_an_archive_stay_inside_it_and_apart():
    names = [
        "../../etc/jardin.txt",
        "a\\b:c.txt",
        "/serre.txt",
        "serre.txt",
        ".cache/x.txt",
        "__MACOSX/serre.txt",
        "x/",
    ]
    contents = read("a.zip", archive({name: f"Le texte {n}.".encode() for n, name in enumerate(names)}))
    assert texts(contents) == {
        "": "etc/jardin.txt\na b c.txt\nserre.txt\nserre (2).txt",
        "a b c.txt": "Le texte 1.",
        "etc/jardin.txt": "Le texte 0.",
        "serre (2).txt": "Le texte 3.",
        "serre.txt": "Le texte 2.",
    }


@pytest.mark.parametrize("mark", ["\u202e", "\u2067", "\u200f", "\ufeff", "\x1b", "\x85"])
def test_no_name_of_a_file_inside_holds_what_turns_or_hides_the_rest_of_it(mark):
    contents = read("a.zip", archive({f"serre{mark}txt.csv": TABLE}))
    assert [document.name for document in contents.documents] == ["", "serre txt.csv"]


def test_a_mailbox_whose_last_line_does_not_end_is_parted_in_time():
    data = b"From a Mon Jan 1 2024\nSubject: Semis\n\nLe semis est fait.\n\nFrom " + b"1" * 400_000
    began = time.process_time()
    assert list(texts(read("a.mbox", data))) == ["", "1 Semis.eml"]
    assert time.process_time() - began < 5  # minutes if each digit were tried as the first of a year


def test_bombs_and_recursion_end():
    inner = archive({"a.txt": b"Le fond de la cale."})
    for _ in range(unpack.DEEPEST + 1):
        inner = archive({"b.zip": inner, "a.txt": b"Une cale."})
    contents = read("a.zip", inner)
    assert [document.name for document in contents.documents if document.format == "text"][-1].count(
        "/"
    ) == unpack.DEEPEST - 1
    assert [warning.reason for warning in contents.warnings] == ["it is nested too deeply"] * 2
    contents = read("a.zip", archive({"zero.txt": b"0" * 30_000_000, "a.txt": b"Une cale."}))
    assert (list(texts(contents)), [warning.reason for warning in contents.warnings]) == (
        ["", "a.txt"],
        ["it unpacks to 30 MB"],
    )
    with pytest.raises(UnreadableFile, match="it holds no file that can be read"):
        read("a.zip", archive({"a.png": PICTURE}))


def corrupt_member(data: bytes, name: str) -> bytes:
    """Return an archive in which a member has other bytes than were packed."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        start = opened.getinfo(name).header_offset + 30 + len(name)
    return data[: start + 9] + b"\xff" * 8 + data[start + 17 :]


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_file_in_an_archive_costs_no_other(method):
    data = archive({"bad.txt": b"Trempez les pois une nuit. " * 99, "good.txt": b"Semez le thym en mars."}, method)
    contents = read("potager.zip", corrupt_member(data, "bad.txt"))
    assert "good.txt" in texts(contents)
    assert [(warning.source, warning.clause) for warning in contents.warnings] == [
        ("bad.txt", "it is damaged, or not what its name says")
    ]


def test_an_archive_is_known_by_its_start_alone_even_if_that_is_damaged_or_vast():
    kind = b"application/vnd.oasis.opendocument.text"
    assert office_suffix(corrupt_member(archive({"mimetype": kind * 99, "word/a.xml": b""}), "mimetype")) is None
    vast = archive({"mimetype": b"\0" * 50_000_000, "word/a.xml": b""})
    tracemalloc.start()
    assert office_suffix(vast) == ".docx"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_many_files_of_one_name_are_numbered_in_time():
    walk = unpack._Walk()
    began = time.process_time()
    names = [walk._free("photo.txt") for _ in range(5000)]
    assert time.process_time() - began < 5  # a minute if each were counted from the start
    assert names[:3] == ["photo.txt", "photo (2).txt", "photo (3).txt"]
    assert len({*names}) == 5000


@pytest.mark.parametrize(
    "level", ["Content-Type: multipart/mixed; boundary={0}\n\n--{0}\n", "Content-Type: message/rfc822\n\n"]
)
def test_a_message_that_is_nested_without_end_is_refused(level):
    data = "Subject: Semis\n" + "".join(level.format(number) for number in range(1500)) + "\nUn texte."
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        read("a.eml", data.encode())


def test_more_files_than_allowed_are_left_out_and_reported():
    walk, file_format = unpack._Walk(files=2), find_format("a.zip", b"")
    digest, parsed = parse(archive({f"{n}.txt": b"Un texte." for n in range(4)}), file_format)
    walk.add("", digest, file_format, parsed)
    assert [document.name for document in walk.documents] == ["0.txt", "1.txt", ""]
    assert [warning.clause for warning in walk.warnings] == [
        "it holds more than {} files, or {} MB; the others are left out"
    ]


def test_a_pdf_without_text_is_still_opened_for_its_files():
    contents = read("a.pdf", pdf("", mesures=TABLE))
    assert texts(contents)[""] == "mesures.csv"
    assert [document.name for document in contents.documents] == ["", "mesures.csv"]
    assert [warning.reason for warning in contents.warnings] == ["it holds no text"]


def test_what_is_embedded_in_a_pdf_is_unpacked_only_when_it_is_read(monkeypatch):
    unpacked: list[int] = []

    def load(_: object, number: int) -> bytes:
        unpacked.append(number)
        return TABLE

    monkeypatch.setattr(pdf_attachments, "_load", load)
    walk, file_format = unpack._Walk(files=2), find_format("a.pdf", b"")
    digest, parsed = parse(pdf("Le rapport.", un=TABLE, deux=TABLE, trois=TABLE), file_format)
    assert unpacked == []
    walk.add("", digest, file_format, parsed)
    assert unpacked == [0, 1]


def test_a_file_inside_is_found_again_by_its_hash():
    report = pdf("Le rapport de la serre.", mesures=TABLE)
    data = archive({"m/a.eml": mail(("rapport.pdf", report)).as_bytes()})
    assert find_embedded(data, "a.zip", sha256(report).hexdigest()) == report
    assert find_embedded(data, "a.zip", sha256(TABLE).hexdigest()) == TABLE
    assert find_embedded(data, "a.zip", "0" * 64) is None
