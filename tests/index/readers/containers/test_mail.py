"""Of a mail each part is read that somebody wrote, and its headers as far as they say something."""

from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from index.readers.containers.eml import read_eml
from index.readers.parsed import ParsedFile
from index.readers.registry import read


def read_as(path: Path, content: bytes | str) -> ParsedFile:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path)[1]


@pytest.mark.parametrize("subtype", ["plain", "html"])
def test_mail(tmp_path, subtype):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Zoé <zoe@a.fr>", "paul@b.fr", "L'été à Paris"
    message["Date"] = "Sat, 12 Feb 2022 10:00:00 +0100"
    body = "La mer est bleue." if subtype == "plain" else "<p>La mer est <b>bleue</b>.</p>"
    message.set_content(body, subtype=subtype)
    message.add_attachment(b"\0\1", maintype="application", subtype="octet-stream", filename="a.bin")
    parsed = read_as(tmp_path / "a.eml", message.as_bytes())
    assert (parsed.title, parsed.date) == ("L'été à Paris", date(2022, 2, 12))
    assert parsed.text.startswith("From: Zoé <zoe@a.fr>\n\nTo: paul@b.fr\n\nDate: Sat, 12 Feb 2022")
    assert parsed.text.endswith("Subject: L'été à Paris\n\nLa mer est bleue.\n\na.bin")


def alternative(plain: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Un sujet"
    message.set_content(plain)
    message.add_alternative(f"<p>{plain.strip()} <i>Le vrai contenu.</i></p>", subtype="html")
    return message


def stub() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Un sujet"
    message.set_content("Votre logiciel n'affiche pas le HTML.")
    message.add_alternative("<p>La réunion est le <b>12 avril</b> à 14 h, salle des fêtes.</p>", subtype="html")
    return message


def mixed() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Un sujet"
    message.set_content("<p>Le vrai contenu.</p>", subtype="html")
    message.add_attachment("Le pied de la liste.")
    message.add_attachment(alternative("Le message transmis."))
    return message


def undeclared(encoding: str) -> bytes:
    return "Subject: Un sujet\nContent-Type: text/plain\n\nL’été à la plage.\n".encode(encoding)


@pytest.mark.parametrize(
    ("mail", "expected"),
    [
        (alternative("").as_bytes(), ["Le vrai contenu."]),
        (alternative("Le texte de Zoé.").as_bytes(), ["Le texte de Zoé."]),
        (stub().as_bytes(), ["La réunion est le 12 avril à 14 h, salle des fêtes."]),
        (mixed().as_bytes(), ["Le vrai contenu.", "Le pied de la liste.", "Subject: Un sujet", "Le message transmis."]),
        (undeclared("utf-8"), ["L’été à la plage."]),
        (undeclared("cp1252"), ["L’été à la plage."]),
        (b"\xef\xbb\xbf\nSubject: Un sujet\nContent-Type: text/html\n\n<!-- rien -->", []),
    ],
)
def test_of_the_parts_of_a_mail_none_is_lost(tmp_path, mail, expected):
    assert read_as(tmp_path / "a.eml", mail).text.split("\n\n") == ["Subject: Un sujet", *expected]


@pytest.mark.parametrize("header", ["To: ,,,;;;", "From: <", "Date: never", "Subject: =?x?q?=C3?="])
def test_a_header_that_says_nothing_costs_no_mail(tmp_path, header):
    parsed = read_as(tmp_path / "a.eml", f"{header}\nX-Other: a\n\nLa mer est bleue.\n")
    assert parsed.text.endswith("La mer est bleue.")


@pytest.mark.parametrize(
    ("subject", "encoding", "declared"),
    [
        ("Réunion déplacée", "latin-1", "iso-8859-1"),
        ("Señor Muñoz", "latin-1", "us-ascii"),
        ("Été à Köln", "utf-8", "iso-8859-1"),
        ("Привет", "koi8-r", "koi8-r"),
    ],
)
def test_a_header_that_is_not_encoded_is_read(subject, encoding, declared):
    mail = f"From: a@b.fr\nSubject: {subject}\nContent-Type: text/plain; charset={declared}\n\nBonjour\n"
    assert read_eml(mail.encode(encoding)).title == subject


def test_an_invitation_is_a_file_beside_the_text():
    mail = EmailMessage()
    mail.set_content("Please come.")
    mail.add_alternative("BEGIN:VCALENDAR\nEND:VCALENDAR\n", subtype="calendar")
    parsed = read_eml(mail.as_bytes())
    assert "Please come." in parsed.text
    assert "VCALENDAR" not in parsed.text
    assert [(file.name, file.load()[:15]) for file in parsed.embedded] == [("invite.ics", b"BEGIN:VCALENDAR")]


def test_lines_that_a_program_wrapped_are_joined_and_others_are_not():
    head = "Subject:\n =?utf-8?q?=C3=89t=C3=A9?=\nContent-Type: text/plain; format=flowed"
    body = "Une ligne \nqui continue.\n\nRue du Port 4\n75001 Paris\n> cité \n> encore\n-- \nLuc\n"
    text = read_eml(f"{head}\n\n{body}".encode()).text
    assert text == ("Subject: Été\n\nUne ligne qui continue.\n\nRue du Port 4\n75001 Paris\n> cité encore\n-- \nLuc")
    assert "ligne qui" in read_eml(f"{head}; delsp=yes\n\n{body.replace('ligne ', 'ligne  ')}".encode()).text
    assert "ligne \nqui" in read_eml(f"{head.replace('flowed', 'fixed')}\n\n{body}".encode()).text


def test_a_part_in_utf_8_is_read_as_such_whatever_it_declares():
    head = "Subject: a\nContent-Type: text/plain; charset=us-ascii\nContent-Transfer-Encoding: quoted-printable"
    assert read_eml(f"{head}\n\nL=27=C3=A9t=C3=A9.\n".encode()).text.endswith("L'été.")
