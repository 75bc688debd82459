"""Markup is in the templates alone, and what they are given is text there."""

import ast
import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from jinja2 import UndefinedError, meta
from markupsafe import Markup
from rendered import Page

from index.errors import UnreadableFile
from index.progress import Progress, Report, SkippedFile
from scripts.project import parse_source
from ui.html import export, library, welcome
from ui.html.markup import ENVIRONMENT, render, shorten_name
from ui.i18n.labels import FRENCH
from ui.services.conversations import Conversation
from ui.services.folders import FolderView
from ui.services.library import Entry, Listed, State
from ui.services.removal import Removed

UI = Path(export.__file__).parents[1]
TEMPLATES = sorted((UI / "html" / "templates").iterdir())
TAG = re.compile(r"</?[A-Za-z!]")
NOT_OF_THE_PAGE = {
    "cli/evaluation_report.py",  # draws a diagram as SVG, from numbers
    "security/headers.py",  # adds a nonce to the scripts of Gradio's page
}
HOSTILE = '<script>alert(1)</script> <b>"\'&amp; {{ x }} {x} __i18n__{"key":"x"} «œ»\u00a0?'
FOLDERS = FolderView(HOSTILE, HOSTILE, is_sample=False, has_sample=True, has_personal_documents=True)
REPORT = Report(1, 1, 1, 1, 0, 0, 0, (SkippedFile(HOSTILE, "{} is a file.", (HOSTILE,)),), 1.0)


def strings(source: str) -> Iterator[str]:
    """The strings of a module, without those that stand alone, as docstrings do."""
    tree = parse_source(source)
    alone = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in alone:
            yield node.value


def test_no_python_string_holds_markup():
    modules = {path.relative_to(UI).as_posix(): path.read_text(encoding="utf-8") for path in UI.rglob("*.py")}
    with_markup = {name for name, source in modules.items() if any(TAG.search(text) for text in strings(source))}
    assert with_markup == NOT_OF_THE_PAGE


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_macro_is_given_all_that_it_uses(path):
    parsed = ENVIRONMENT.parse(path.read_text(encoding="utf-8"))
    assert meta.find_undeclared_variables(parsed) == set()


def test_a_value_that_is_not_given_is_an_error():
    with pytest.raises(UndefinedError, match="'why' was not provided"):
        render("document.html", "missing", source="a.txt", quote="")


def entry(state: State, reason: UnreadableFile | None = None) -> Entry:
    return Entry(HOSTILE, "A title", state, date(2022, 2, 1), 2, reason)


def panels() -> dict[str, Markup]:
    listed = Listed(tuple(entry(state) for state in ("indexed", "changed", "gone", "new")), HOSTILE, 1, 100)
    unread = UnreadableFile("{} is a file. Name the folder that holds it.", HOSTILE)
    conversation = Conversation(HOSTILE, HOSTILE, ())
    return {
        "library": library.render_library(listed, FOLDERS, True, FRENCH),
        "skipped": library.render_library(Listed((entry("skipped", unread),), "", 1, 1), FOLDERS, True, FRENCH),
        "broken": library.render_broken_library(unread, FRENCH),
        "welcome": welcome.render_no_documents(FOLDERS, FRENCH),
        "progress": library.render_progress(Progress("reading", 1, 2, HOSTILE), 1.0, None, FRENCH),
        "report": library.render_report(REPORT, FRENCH, HOSTILE),
        "moved": library.render_move(FOLDERS, FRENCH),
        "removed": library.render_removed(Removed("a.txt", HOSTILE), HOSTILE, 1, FRENCH),
        "deleted": library.render_deleted_conversation(conversation, True, FRENCH),
        "conversations": library.render_conversations([conversation], "", FRENCH),
        "refusals": library.render_refusals([HOSTILE], FRENCH),
    }


@pytest.mark.parametrize("name", panels())
def test_hostile_names_are_text_in_every_panel(name):
    markup = panels()[name]
    page = Page(markup)
    assert not {"script", "b"} & set(page.tags)
    assert "__i18n__" not in markup
    attributes = html.unescape(re.sub(r">[^<]*<", "><", str(markup)))
    assert HOSTILE in page.text or HOSTILE in attributes


def test_long_names_are_cut_in_the_middle():
    name = "a/" + "n" * 30 + "-" + "m" * 30 + ".pdf"
    assert shorten_name(name) == "n" * 20 + "…" + "m" * 16 + ".pdf"
    markup = library.render_deleted(f"{'<' * 50}.txt", 1, FRENCH)
    assert f"{'<' * 20}…{'<' * 16}.txt" in Page(markup).text


@pytest.mark.parametrize(
    ("done", "seconds", "pace"), [(0, 9.0, ""), (1, 0.5, ""), (1, 2.0, "1\u202f500 passages, 750 par seconde")]
)
def test_the_pace_of_a_rebuild_is_told_once_it_is_known(done, seconds, pace):
    now = replace(Progress("reading", done, 2, "a.txt"), passages=1500)
    markup = library.render_progress(now, seconds, None, FRENCH)
    assert re.findall('<p class="note">(.*?)</p>', markup) == [pace]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [(None, "fichier du 3 mars 2021"), (date(2020, 5, 1), "1er mai 2020")],
    ids=["none", "stated"],
)
def test_the_day_of_a_file_is_called_so_and_shown_only_where_the_text_states_none(stated, expected):
    document = Entry("a.odt", "A title", "indexed", stated, 2, file_date=date(2021, 3, 3))
    text = Page(library.render_library(Listed((document,), "", 1, 1), FOLDERS, True, FRENCH)).text
    assert expected in text
    assert text.count("2021") + text.count("2020") == 1
