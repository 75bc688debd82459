"""A person's own files in a real browser: an empty start, the sample left untouched, removal, undo, deletion."""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from browsing import ask, enter, read_highlight
from plain_controller import serve_page
from playwright.sync_api import Locator, Page, expect

import index
from ui.services.folders import find_sample
from ui.web.app import create_controller

SEEDS = Path(__file__).parents[2] / "seeds"
DAHU = "Le dahu vit en Savoie, dans les alpages."
SEA = "La mer d'Iroise borde le Finistère."


@contextmanager
def serve_folder(folder: Path) -> Iterator[str]:
    """Serve the page over the index in ``folder/index``, with ``folder/own`` as its own folder."""
    with serve_page(create_controller(folder / "index", folder / "own")) as address:
        yield address


def drop_file(page: Page, name: str, text: str) -> None:
    """Drop a file on the page, and wait until it is indexed and the library lists it."""
    page.evaluate(
        """([name, text]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([text], name));
          document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
        }""",
        [name, text],
    )
    expect(page.locator("#notice .notice[role=status]")).to_contain_text("1 ajouté")
    expect(entry(page, name).locator(".open")).to_be_visible()


def answer(page: Page, question: str) -> None:
    """Ask, and wait until the answer has stopped growing."""
    ask(page, question)
    expect(page.locator(".pending")).to_have_count(0)


def entry(page: Page, name: str) -> Locator:
    return page.locator(".entry").filter(has_text=name)


def remove(page: Page, name: str) -> None:
    """Remove a document, and wait until the index is rebuilt."""
    removal = expect(page.locator("#removal"))
    button = entry(page, name).locator("[data-do=remove]")
    retry(
        lambda: confirm(button, f"Retirer {name} du dossier ?"),
        lambda: removal.to_contain_text(f"« {name} » est retiré", timeout=2000),
    )
    expect(page.locator("#notice .notice[role=status]")).to_contain_text("1 retiré")


def read_button(button: Locator) -> str:
    """What an armed button shows; its white space is made plain."""
    return " ".join((button.get_attribute("data-sure") or "").split())


def confirm(button: Locator, question: str) -> None:
    retry(button.click, lambda: expect(button).to_have_class(re.compile(r"\bsure\b"), timeout=1000))
    assert read_button(button) == question
    button.click()


def retry(act: Callable[[], None], check: Callable[[], None], times: int = 4) -> None:
    """Act until the check passes: a list that is shown anew at that moment forgets a first click."""
    for _ in range(times):
        act()
        with suppress(AssertionError):
            check()
            return
    check()


def library(page: Page) -> None:
    page.get_by_role("button", name="Documents", exact=True).click()
    page.wait_for_selector(".listing[data-listing=library]")


def test_an_empty_start_asks_for_documents_and_answers_once_one_is_dropped(page, tmp_path):
    with serve_folder(tmp_path) as address:
        enter(page, address)
        expect(page.locator(".welcome h2")).to_have_text("Déposez vos documents ici")
        expect(page.locator(".drop h3")).to_have_text("Déposez vos documents ici")
        page.fill("#question textarea", "Où vit le dahu ?")
        page.press("#question textarea", "Enter")
        expect(page.locator(".turn.failed")).to_contain_text("Il n’y a pas encore de documents. Déposez-en")
        expect(page.locator(".drop h3")).to_be_visible()
        page.reload()
        page.wait_for_selector(".welcome")
        drop_file(page, "dahu.txt", DAHU)
        expect(page.locator(".welcome .counts")).to_contain_text("1 document, 1 passage ")
        answer(page, "Où vit le dahu ?")
        assert read_highlight(page) == DAHU
    assert (tmp_path / "own/dahu.txt").read_text() == DAHU


def test_a_file_chosen_in_the_welcome_is_indexed(page, tmp_path):
    with serve_folder(tmp_path) as address:
        enter(page, address)
        page.set_input_files(".welcome input", {"name": "dahu.txt", "mimeType": "", "buffer": DAHU.encode()})
        expect(page.locator("#notice .notice[role=status]")).to_contain_text("1 ajouté")


@pytest.mark.exhaustive
def test_adding_a_file_while_the_sample_is_open_leaves_the_sample_and_opens_the_own_folder(page, tmp_path):
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in SEEDS.iterdir()}
    index.rebuild(SEEDS, tmp_path / "index")
    with serve_folder(tmp_path) as address:
        enter(page, address)
        expect(page.locator(".welcome .counts")).to_contain_text("Exemple : 5 documents")
        library(page)
        expect(page.locator(".folder")).to_contain_text("Vous voyez l’exemple fourni avec Sourcier")
        expect(page.locator("[data-do=remove], [data-do=sample], [data-do=personal], [data-do=watch]")).to_have_count(0)
        drop_file(page, "dahu.txt", DAHU)
        notice = page.locator("#notice .notice[role=status]")
        expect(notice).to_contain_text(f"Les réponses viennent maintenant de vos documents, dans {tmp_path}/own.")
        expect(page.locator(".entry")).to_have_count(1)
        expect(page.locator(".folder")).to_contain_text(f"Dossier : {tmp_path}/own")
        answer(page, "Où vit le dahu ?")
        assert read_highlight(page) == DAHU
        library(page)
        page.get_by_role("button", name="Revoir l’exemple").click()
        expect(page.locator(".entry")).to_have_count(5)
        page.get_by_role("button", name="Ouvrir mes documents").click()
        expect(page.locator(".entry")).to_have_count(1)
    after = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in SEEDS.iterdir()}
    assert after == before
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["dahu.txt"]


def test_the_server_refuses_to_remove_a_document_of_the_sample(page, tmp_path):
    sample = find_sample()
    assert sample is not None
    index.rebuild(sample, tmp_path / "index")
    name = min(path.name for path in sample.iterdir())
    with serve_folder(tmp_path) as address:
        enter(page, address)
        page.evaluate("id => window.sourcier.trigger('remove', { id })", name)
        expect(page.locator("#notice [role=alert]")).to_contain_text("L’exemple ne peut pas être modifié.")
    assert (sample / name).is_file()


@pytest.fixture
def own(page, tmp_path) -> Iterator[Path]:
    """The folder of a library with two documents, which the page shows."""
    folder = tmp_path / "own"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes/dahu.txt").write_text(DAHU)
    (folder / "mer.txt").write_text(SEA)
    index.rebuild(folder, tmp_path / "index")
    with serve_folder(tmp_path) as address:
        enter(page, address)
        library(page)
        yield folder


def test_a_removed_document_can_be_put_back_after_the_rebuild_and_is_answered_again(page, own):
    remove(page, "dahu.txt")
    expect(entry(page, "dahu.txt")).to_have_count(0)
    notice = page.locator("#removal .notice")
    expect(notice).to_contain_text(f"« dahu.txt » est retiré. Le fichier est gardé ici : {own}/.removed/notes/dahu.txt")
    assert (own / ".removed/notes/dahu.txt").read_text() == DAHU
    answer(page, "Où vit le dahu ?")
    expect(page.locator(".not-found")).to_be_visible()
    answer(page, "Que borde la mer d'Iroise ?")  # a document is read, which closes other notices
    expect(notice).to_be_visible()
    library(page)
    notice.get_by_role("button", name="Annuler").click()
    expect(notice).to_contain_text("« dahu.txt » est de nouveau dans le dossier.")
    expect(page.locator("#notice .notice[role=status]")).to_contain_text("1 ajouté")
    expect(entry(page, "dahu.txt").locator(".open")).to_be_visible()
    assert (own / "notes/dahu.txt").read_text() == DAHU
    answer(page, "Où vit le dahu ?")
    assert read_highlight(page) == DAHU


@pytest.mark.exhaustive
def test_the_offer_to_undo_stays_until_it_is_dismissed_or_another_document_is_removed(page, own):
    remove(page, "dahu.txt")
    page.get_by_role("button", name="Mettre à jour l’index").click()
    expect(page.locator("#notice .notice[role=status]")).to_contain_text("rien n’a changé")
    expect(page.get_by_role("button", name="Annuler")).to_be_visible()
    remove(page, "mer.txt")
    expect(page.locator("#removal .notice")).to_have_count(1)
    expect(page.locator("#removal .notice")).to_contain_text("« mer.txt » est retiré")
    page.locator("#removal [data-dismiss]").click()
    expect(page.locator("#removal .notice")).to_have_count(0)
    (own / ".removed/mer.txt").rename(own / "mer.txt")
    page.get_by_role("button", name="Documents", exact=True).click()
    page.evaluate("window.sourcier.trigger('rebuild', {})")
    expect(entry(page, "mer.txt").locator(".open")).to_be_visible()
    remove(page, "mer.txt")
    expect(page.locator("#removal .notice")).to_contain_text("« mer.txt » est retiré")


@pytest.mark.exhaustive
def test_a_removed_document_is_deleted_for_good_only_when_asked_twice(page, own):
    remove(page, "mer.txt")
    button = page.locator("#removal [data-do=discard]")
    button.click()
    expect(button).to_have_class(re.compile(r"\bsure\b"))
    assert read_button(button) == "Supprimer définitivement mer.txt ?"
    assert (own / ".removed/mer.txt").is_file()
    button.click()
    expect(page.locator("#removal .notice")).to_contain_text("« mer.txt » est supprimé définitivement.")
    assert not (own / ".removed").exists()
    expect(page.get_by_role("button", name="Annuler")).to_have_count(0)


@pytest.mark.exhaustive
def test_the_last_document_can_be_removed_and_put_back(page, own):
    remove(page, "dahu.txt")
    expect(entry(page, "dahu.txt")).to_have_count(0)
    remove(page, "mer.txt")
    expect(page.locator(".drop h3")).to_have_text("Déposez vos documents ici")
    expect(page.locator(".welcome h2")).to_have_text("Déposez vos documents ici")
    expect(page.locator("#notice [role=alert]")).to_have_count(0)
    page.get_by_role("button", name="Annuler").click()
    expect(entry(page, "mer.txt").locator(".open")).to_be_visible()
    answer(page, "Que borde la mer d'Iroise ?")
    assert read_highlight(page) == SEA


WIDTHS = (1280, 700, 360)


@pytest.mark.exhaustive
def test_what_is_told_of_a_removal_stays_inside_the_window(page, own):
    name = "un nom de fichier plutôt long, comme en font les gens qui classent tout.txt"
    shutil.move(own / "mer.txt", own / name)
    page.get_by_role("button", name="Mettre à jour l’index").click()
    expect(entry(page, "plutôt long").locator(".open")).to_be_visible()
    question = "Retirer un nom de fichier pl…ui classent tout.txt du dossier ?"
    button = entry(page, "plutôt long").locator("[data-do=remove]")
    page.evaluate("window.hasty = true")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        retry(button.click, lambda: expect(button).to_have_class(re.compile(r"\bsure\b"), timeout=1000))
        assert read_button(button) == question
        assert inside(button, width)
        box = entry(page, "plutôt long").locator(".title").bounding_box()
        assert box is not None
        assert box["width"] > 150
        expect(button).not_to_have_class(re.compile(r"\bsure\b"))  # a while later
    confirm(button, question)
    expect(page.locator("#removal .notice")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert inside(page.locator("#removal code"), width)
        assert inside(page.locator("#removal [data-do=discard]"), width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def inside(element: Locator, width: int) -> bool:
    box = element.bounding_box()
    assert box is not None
    return box["x"] >= 0 and box["x"] + box["width"] <= width


@pytest.mark.exhaustive
def test_a_rebuild_by_another_program_shows_nothing_odd(page: Page, tmp_path: Path) -> None:
    """The page asks how a rebuild goes that it did not begin, and of which the server knows nothing."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "dahu.txt").write_text(DAHU, "utf-8")
    index.rebuild(tmp_path / "own", tmp_path / "index")
    with serve_folder(tmp_path) as address:
        enter(page, address)
        page.wait_for_timeout(2500)  # it has asked how the index is
        (tmp_path / "own" / "mer.txt").write_text(SEA, "utf-8")
        index.rebuild(tmp_path / "own", tmp_path / "index")
        page.wait_for_timeout(4500)
        assert "object" not in page.locator("#side").inner_text()
        answer(page, "Quel département la mer d'Iroise borde-t-elle ?")
        expect(page.locator(".turn").last).to_contain_text("Finistère")
