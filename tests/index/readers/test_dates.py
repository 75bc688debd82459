"""The title and the date of a text: what it says itself, its name, its metadata."""

import datetime as dt
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers.dates import document_date
from index.readers.headings import headings
from index.readers.plain.text import read_text
from index.readers.registry import read

SEEDS = sorted((Path(__file__).parents[3] / "seeds").glob("*.txt"))


TITLES = [
    ("000", "Emmanuel Macron et Vladimir Poutine ont échangé au téléphone ce 20 février"),
    ("001", "Le président russe s'est entretenu avec son homologue français"),
    ("002", "Les présidents français et russe ont eu un entretien téléphonique"),
    ("003", "Echange Macron-Poutine : le Kremlin estime que l'Occident «n'a pas tenu compte des inquiétudes» russes"),
    ("004", "Les présidents russe et français"),
]


@pytest.mark.parametrize(("number", "title"), TITLES)
def test_press_articles_have_their_title(number, title):
    path = next(path for path in SEEDS if path.name.startswith(number))
    assert read(path)[1].document(path.name, "").title.startswith(title)


def test_a_heading_is_a_line_alone_over_a_paragraph():
    text = "Un titre\n\nUn paragraphe assez long pour suivre.\n\nUne ligne, sans suite\n\nFin"
    assert [text[start:end] for start, end in headings(text)] == ["Un titre"]
    assert read_text(text.encode()).title == "Un titre"


def test_a_day_is_no_title_and_a_day_with_its_place_no_heading():
    body = "Le ministre inaugurera le pont du port le mois prochain.\n"
    for line in ("Paris, le 12 février 2022", "12 février 2022"):
        parsed = read_text(f"{line}\n\nCOMMUNIQUÉ DE PRESSE\n\n{body}".encode())
        assert parsed.title == "COMMUNIQUÉ DE PRESSE"
    assert [parsed.text[slice(*span)] for span in parsed.headings] == ["12 février 2022", "COMMUNIQUÉ DE PRESSE"]
    assert len(read_text(f"Paris, le 12 février 2022\n\n{body}".encode()).headings) == 0


def test_the_name_of_the_file_is_the_title_where_it_reads_as_words():
    assert read_text(b"Il pleut.").document("x/Rapport_annuel.txt", "").title == "Rapport annuel"
    assert read_text(b"Il pleut.").document("x/0a1b2c3d4e5f6071.txt", "").title == "Il pleut."


DATES = [  # text, name of the file, date, how it was found
    (" date 2022-02 Le président a parlé. Un appel ce 12 février.", "a", "2022-02-12", "text"),
    (" date 2022-02-11 Le président a parlé.", "a", "2022-02-11", "text"),
    ("Publié le 12/02/2022 à 10h30\nLe président a parlé hier.", "a", "2022-02-12", "text"),
    ("Publié le samedi 12 février 2022 par la rédaction, cet article parle de la mer.", "a", "2022-02-12", "text"),
    ("Paris, le 1er mars 2021\n\nMonsieur,", "a", "2021-03-01", "text"),
    ("February 12, 2022\n\nThe president spoke.", "a", "2022-02-12", "text"),
    ("Un appel ce vendredi 28 janvier 2022 à Paris.", "a", "2022-01-28", "text"),
    ("Un appel ce 20 février.", "article 2022-02-21", "2022-02-20", "text"),
    ("Un appel ce 31 décembre.", "article 2022-01", "2021-12-31", "text"),
    ("Le président a parlé.", "20210304", "2021-03-04", "name"),
    ("Le président a parlé.", "04-03-2021", "2021-03-04", "name"),
    ("Le président a parlé.", "note_20210304_v2", None, None),
    ("Le président a parlé.", "04-03-2021 note", None, None),
    ("Notes\n\n03/25/2024\n\nThe roof leaks.", "a", "2024-03-25", "text"),
    ("Notes\n\n03/04/2024\n\nThe roof has leaked since 02/25/2024.", "a", "2024-03-04", "text"),
    ("Notes\n\n03/04/2024\n\nLe toit fuit depuis le 25/02/2024.", "a", "2024-04-03", "text"),
    ("Un appel ce 20 février sur la situation.", "000_e8e7819b36a530f0", None, None),
    ("Il est né le 12 mars 1950 à Paris, et il est mort à Lyon le 3 mai 2001.", "a", None, None),
    ("Un appel ce 31 février.", "2022-02", None, None),
    ("Le président a parlé.", "rapport 2021", None, None),
    ("Le bac\n\nMise en service : 4 mai 2009\nLongueur : 38 m", "a", None, None),
    ("Le bac\n\nMise en service | 4 mai 2009\nLongueur | 38 m", "a", None, None),
    ("Agenda\n\n- 12 mars 2023 : concert\n- 4 avril 2023 : bal", "a", None, None),
    ("Compte rendu\n\nDate du document : 4 mai 2009", "a", "2009-05-04", "text"),
    ("Location\n\nDue date: 12/03/2025\nTenant: Mr Cole", "a", None, None),
    ("Location\n\nStart date 12/03/2025\nTenant: Mr Cole", "a", None, None),
    ("Date: 03/05/2021; Objet: fuite; Agent: Paul\n\f\nDate: 09/06/2021; Objet: clé; Agent: Rita", "a", None, None),
    ("Date: 03/05/2021; Lieu: mairie; Agent: Paul\n\nLa séance est levée.", "a", "2021-05-03", "text"),
    ("Avis\n\nLieu: mairie; Date: 03/05/2021; Agent: Paul\n\nLa séance est levée.", "a", None, None),
    ("Letter\n\nDate: 12/03/2025", "a", "2025-03-12", "text"),
    ("Bulletin\n\nIssue date: 12/03/2025\nTown: Hull", "a", "2025-03-12", "text"),
    (
        "Un rapport daté du 4 mai 2009 en dit plus que les autres, qui ont été écrits après.",
        "a",
        "2009-05-04",
        "text",
    ),
    ("Séance du : 4 mai 2009\n\nLe conseil vote.", "a", "2009-05-04", "text"),
]


@pytest.mark.parametrize(("text", "name", "expected", "origin"), DATES)
def test_a_document_is_dated_by_what_it_says(text, name, expected, origin):
    date, date_origin = document_date(text, name, None)
    assert (date and date.isoformat(), date_origin) == (expected, origin)


OWN_LINES = [
    "3 mars 2024",
    "Dimanche 3 mars 2024 à 10h30",
    "Aix-en-Provence, le 3 mars 2024",
    "Fait à Lyon le 3 mars 2024",
    "New York, March 3, 2024",
    "Mis en ligne le 03/03/2024",
    "Last updated on 3 March 2024",
    "v2.1 – 2024-03-03",
    "channel.item.pubDate: Sun, 03 Mar 2024 09:00:00 GMT",
    "PROCÈS-VERBAL DE LA SÉANCE DU 3 MARS 2024",
    "Compte rendu de la réunion\ndu conseil municipal du 3 mars 2024",
    "Notes de réunion — 3 mars 2024",
    "[1.2.0] - 2024-03-03",
    "Minutes of the meeting of 3 March 2024",
]
LINES_OF_OTHER_DAYS = [
    "Le 3 mars 2024",
    "Née le 3 mars 1990 à Lyon",
    "Né à Lyon, le 3 mars 1990",
    "Valable jusqu'au 31 décembre 2025",
    "Loi du 6 juillet 1989",
    "Échéance 12/05/2024",
    "Passeport délivré le 12/03/2015",
    "Prochaine réunion le 5 mai 2026",
    "Réunion le 5 mai 2026",
    "Votre lettre du 3 mars 2024",
    "du 3 mars 2024 au 5 mars 2024",
    "3 mars 2024 - 5 mars 2024",
    "Concert, 3 mars 2024",
    "By March 3, 2024",
    "Facture F-12 du 03/03/2024",
]


@pytest.mark.parametrize("line", OWN_LINES)
def test_a_line_with_its_date_alone_or_called_its_own_dates_a_document(line):
    assert document_date(f"Titre\n\n{line}\n\nLe texte suit.", "a", None)[0] == dt.date(2024, 3, 3)


def test_the_date_of_a_letter_or_invoice_is_its_own_where_it_opens_the_text():
    assert document_date("Facture n° F-12 du 03/03/2024\n\nTotal : 3 €", "a", None)[0] == dt.date(2024, 3, 3)
    assert document_date("Loi du 3 mars 2024\n\nArticle 1", "a", None) == (None, None)


ENTRIES_OF_SEVERAL = [
    "Journal\n\n3 mars 2024\n\nIl pleut.\n\n4 mars 2024\n\nIl fait beau.",
    "Journal\n\nLundi 4 mars 2024\n\nIl pleut.\n\n" + "Encore. " * 400 + "\n\nMardi 5 mars 2024\n\nIl fait beau.",
    "Changelog\n\n[1.2.0] - 2024-03-01\n\n- A\n\n[1.1.0] - 2023-12-24\n\n- B",
    "Réunion du 5 mars 2024\n\nOn vote.\n\nRéunion du 12 mars 2024\n\nOn revote.",
    "Date: 2024-01-02; Open: 12.5; Close: 13.0\n\f\nDate: 2024-01-03; Open: 13.0; Close: 12.8",
    "name: Groupe\n\f\ndate: 2024-01-02T10:00:00\n\nfrom: Luc\n\f\nfrom: Zoé",
    "date: 2024-01-02\n\nUn texte.\n\f\ndate: 2024-01-03\n\nUn autre.",
]
DAYS_OF_EVENTS = [
    "Samedi 21 juin 2024\n20 h 30\nSalle Rameau",
    "Saturday 21 June 2024\nfrom 7 pm\nTown Hall",
    "Le bal :\n21 juin 2024",
    "Date limite\n21 juin 2024",
    "Naissance\n21/06/1980",
    "Échéance\n21/06/2024",
]


@pytest.mark.parametrize("text", ENTRIES_OF_SEVERAL)
def test_the_day_of_one_entry_of_several_does_not_date_them_all(text):
    assert document_date(text, "a", None) == (None, None)


@pytest.mark.parametrize("lines", DAYS_OF_EVENTS)
def test_a_day_with_its_hour_or_below_what_it_is_the_day_of_dates_nothing(lines):
    assert document_date(f"Club\n\n{lines}\n\nLe texte suit.", "a", None) == (None, None)


@pytest.mark.parametrize("lines", ["3 mars 2024\n18:30", "Date :\n3 mars 2024", "Publication\n3 mars 2024"])
def test_a_day_alone_below_its_own_label_or_above_an_hour_dates_a_document(lines):
    assert document_date(f"Club\n\n{lines}\n\nLe texte suit.", "a", None)[0] == dt.date(2024, 3, 3)


@pytest.mark.parametrize("line", LINES_OF_OTHER_DAYS)
def test_a_short_line_with_other_words_dates_nothing(line):
    assert document_date(f"Titre\n\n{line}\n\nLe texte suit.", "a", None) == (None, None)


def test_a_letter_may_begin_with_its_day_alone():
    for text in ("Le 3 mars 2024\n\nLe bac est fermé.", "Mairie de Cange\n\nLe 3 mars 2024\n\nMadame, Monsieur,"):
        assert document_date(text, "a", None)[0] == dt.date(2024, 3, 3)


def test_metadata_date_what_says_nothing_else():
    assert document_date("Il pleut.", "a", dt.date(2020, 5, 1)) == (dt.date(2020, 5, 1), "metadata")
    assert document_date("Un appel ce 20 avril.", "a", dt.date(2020, 5, 1)) == (dt.date(2020, 4, 20), "text")


@pytest.mark.slow
@given(st.text(), st.text())
def test_any_text_and_name_have_a_date_or_none(text, name):
    date, origin = document_date(text, name, None)
    assert (date is None) == (origin is None)
    assert date is None or any(character.isdigit() for character in text + name)


def test_many_headings_before_any_paragraph_take_no_longer_than_their_length():
    began = time.process_time()
    assert read_text(("Titre un\n\n" + "x" * 400 + "\n\n").encode() * 5000).title == "Titre un"
    assert time.process_time() - began < 5  # it took 60 when each heading looked at all that stood before it
