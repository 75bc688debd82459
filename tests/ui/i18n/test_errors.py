"""What is said to a person in English is said in French, too, with the same values."""

from index.errors import CorpusNotFound, InvalidQuestion, UnreadableFile
from ui.i18n.errors import translate_error
from ui.i18n.labels import ENGLISH, FRENCH


def test_a_sentence_is_said_in_the_language_of_the_page():
    error = InvalidQuestion("No searchable word in “{}”. Write at least one word.", "?!")
    assert translate_error(error, FRENCH) == "Aucun mot à chercher dans «\xa0?!\xa0». Écrivez au moins un mot."
    assert translate_error(error, ENGLISH) == str(error) == "No searchable word in “?!”. Write at least one word."


def test_a_sentence_names_another_in_the_same_language():
    reason = UnreadableFile("{} files are not supported", ".jpg")
    error = CorpusNotFound("{} contains no readable files; of {}, the first is {}: {}.", "x", 3, "a.jpg", reason)
    assert translate_error(error, FRENCH).endswith("le premier est a.jpg\xa0: format .jpg non pris en charge.")
    assert str(error).endswith("the first is a.jpg: .jpg files are not supported.")


def test_a_sentence_of_another_version_stays_english():
    assert translate_error(UnreadableFile("it is {} too blue", 3), FRENCH) == "it is 3 too blue"


def test_braces_and_marks_of_a_value_stay_as_they_are():
    error = InvalidQuestion("No searchable word in “{}”. Write at least one word.", "{0} {x} : ?")
    assert str(error) == "No searchable word in “{0} {x} : ?”. Write at least one word."
    assert "{0} {x} : ?" in translate_error(error, FRENCH)


def test_digits_are_grouped_as_in_the_language_of_the_page():
    error = InvalidQuestion("The question has {:,} characters. Ask in at most {:,}.", 123456, 8000)
    assert (
        translate_error(error, FRENCH) == "La question compte 123\u202f456 caractères. Posez-la en 8\u202f000 au plus."
    )
    assert translate_error(error, ENGLISH) == str(error) == "The question has 123,456 characters. Ask in at most 8,000."
