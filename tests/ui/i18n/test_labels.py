"""Labels in the language of the page."""

import subprocess
import sys
from datetime import date

import pytest

from index.readers.registry import FORMATS
from ui.i18n.labels import ENGLISH, FRENCH, PRESENTATIONS, as_i18n, format_long_date, negotiate_labels


@pytest.mark.parametrize(
    ("header", "labels"),
    [("fr-FR,fr;q=0.9,en;q=0.8", FRENCH), ("en-GB", ENGLISH), ("de, fr;q=0.5", FRENCH), ("de", ENGLISH), ("", ENGLISH)],
)
def test_the_browser_chooses_the_language(header, labels):
    assert negotiate_labels(header) is labels


def test_a_label_is_english_where_it_is_declared():
    assert ENGLISH.send == "Ask"
    assert FRENCH.send == "Envoyer"


def test_french_marks_stay_with_their_words():
    assert FRENCH.delete_sure == "Supprimer cette conversation\xa0?"
    assert FRENCH.removed.startswith("«\xa0{name}\xa0» ")


def test_days_are_written_out():
    assert format_long_date(date(2022, 2, 1), FRENCH) == "1er février 2022"
    assert format_long_date(date(2022, 8, 20), FRENCH) == "20 août 2022"
    assert format_long_date(date(2022, 2, 20), ENGLISH) == "20 February 2022"


def test_the_browser_is_sent_every_plain_label():
    french, english = as_i18n(FRENCH), as_i18n(ENGLISH)
    assert french.keys() == english.keys()
    assert french["sourcier_placeholder"] == "Posez une question…"


def test_a_presentation_has_slides_and_all_else_pages():
    assert FRENCH.page_of("mail.eml/Plan.PPTX", 3) == "diapositive 3"
    assert (ENGLISH.page_of("plan.odp", 3), ENGLISH.page_of("plan.pdf", 3)) == ("slide 3", "page 3")
    of_slides = {suffix for suffix, read in FORMATS.items() if "slides" in read.module or read.id == "ppt"}
    assert set(PRESENTATIONS) == of_slides


def test_english_needs_no_catalogue():
    code = (
        "import sys; from ui.i18n.labels import ENGLISH; assert ENGLISH.stop == 'Stop'; print('babel' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert result.stdout == "False\n"


@pytest.mark.parametrize(("n", "french", "english"), [(0, "0 passage", "0 passages"), (1, "1 passage", "1 passage")])
def test_few_are_counted_as_each_language_does(n, french, english):
    assert (FRENCH.passages(n), ENGLISH.passages(n)) == (french, english)


def test_many_are_counted_in_thousands():
    assert FRENCH.report_skipped(1500) == "1\u202f500 fichiers illisibles"
    assert ENGLISH.report_skipped(1500) == "1,500 files could not be read"
