"""Whatever the program says to people, its catalogue has in French, too."""

import pytest
from babel.messages import Catalog

from scripts import messages
from ui.i18n.catalogue import FOLDER, load_translations, read_catalog

pytestmark = pytest.mark.slow

SOURCES = messages.read_sources()
FRENCH = FOLDER / "fr.po"


def french_after(**changes: str) -> Catalog:
    """The French catalogue after modules have changed, or have been added."""
    catalog = read_catalog(FRENCH)
    messages.update(catalog, messages.extract(SOURCES | {f"ui/{name}.py": text for name, text in changes.items()}))
    return catalog


def test_the_catalogues_are_complete(capsys):
    assert messages.main(["--check"]) == 0, capsys.readouterr().err


def test_it_holds_labels_and_errors():
    ids = {message.id for message in messages.extract(SOURCES)}
    assert {
        "Ask a question…",
        "send the question",
        "it holds no text",
        "No index in {}. Build one: rag rebuild FOLDER",
    } <= ids
    assert len(ids) > 200


def test_a_text_without_its_french_is_noticed():
    added = {
        "a": 'raise UserError("Water {} plants.", 3)',
        "b": 'x = UnreadableFile("Prune {} " "plants.", 3)',
        "c": '_("Pick {} plants.")',
    }
    problems = set(messages.find_problems(french_after(**added)))
    assert problems == {f"not translated: '{verb} {{}} plants.'" for verb in ("Water", "Prune", "Pick")}


def test_a_text_that_changed_is_doubtful_until_somebody_has_looked():
    changed = SOURCES["ui/i18n/labels.py"].replace(
        "Answers from your documents, with", "Answers of your documents, with"
    )
    labels = {"ui/i18n/labels.py": changed}
    catalog = read_catalog(FRENCH)
    assert messages.update(catalog, messages.extract(SOURCES | labels)) != FRENCH.read_bytes()
    doubtful = "Answers of your documents, with the exact quote"
    assert list(messages.find_problems(catalog)) == [f"marked as fuzzy: {doubtful!r}"]


def test_a_text_that_is_gone_leaves_the_catalogue():
    catalog = read_catalog(FRENCH)
    catalog.add("Nobody says this.", "Personne ne dit cela.")
    assert messages.update(catalog, messages.extract(SOURCES)) == FRENCH.read_bytes()


@pytest.mark.parametrize("french", ["Arrosez {} plantes.", "Arrosez {n} plantes de {m}.", "Arrosez les plantes."])
def test_other_placeholders_are_noticed(french):
    catalog = Catalog("fr")
    catalog.add("Water {n} plants.", french)
    assert list(messages.find_problems(catalog)) == [f"other placeholders in {french!r}"]


def test_each_plural_form_is_checked():
    catalog = Catalog("fr")
    catalog.add(("{n} plant", "{n} plants"), ("{n} plante", "{m} plantes"))
    assert len(list(messages.find_problems(catalog))) == 1


def test_a_sentence_that_babel_cannot_see_is_noticed():
    named = 'sentence = "Water plants."\nraise UserError(sentence)'
    filled = 'raise UserError(f"Water {3} plants.")'
    hidden = messages.find_hidden({**SOURCES, "ui/named.py": named, "ui/filled.py": filled})
    assert sorted(location.partition(":")[0] for location in hidden) == ["ui/filled.py", "ui/named.py"]


def test_what_is_loaded_is_what_the_catalogue_says():
    french = load_translations("fr")
    catalog = read_catalog(FRENCH)
    texts = [(message.id, message.string) for message in catalog if isinstance(message.id, str) and message.id]
    assert len(texts) > 200
    for sentence, translation in texts:
        assert french.gettext(sentence).replace("\xa0", " ") == str(translation).replace("\xa0", " ")
