"""Where things stand in a real browser: the question box in reach, nothing behind it, no mark alone on a line."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from browsing import ask, begin, enter
from PIL import Image
from plain_controller import PlainIndex, plain_ask, plain_controller, serve_page
from playwright.sync_api import Page, expect

from index.progress import Progress
from ui.html import export, library
from ui.i18n.labels import ENGLISH, FRENCH

SEEDS = Path(__file__).parents[2] / "seeds"
KREMLIN = "Qui est le porte-parole du Kremlin ?"
AUSTRALIA = "Quelle est la capitale de l'Australie ?"
MOSCOW = "Quelle est la ligne rouge de Moscou ?"
PHONE, TABLET, ZOOMED = (360, 740), (768, 1024), (640, 400)  # the last is 1280 x 800 at 200 %


@pytest.fixture(scope="module")
def seeds(tmp_path_factory) -> Iterator[str]:
    with serve_page(plain_controller(SEEDS, tmp_path_factory.mktemp("kept"))) as address:
        yield address


@pytest.fixture(params=[PHONE, TABLET, ZOOMED], ids=str)
def narrow(request, tab: Page) -> Page:
    width, height = request.param
    tab.set_viewport_size({"width": width, "height": height})
    return tab


def edges(page: Page, selector: str) -> tuple[float, float]:
    """Top and bottom of an element in the window, in pixels."""
    box = page.locator(selector).last.bounding_box()
    assert box is not None
    return box["y"], box["y"] + box["height"]


def test_the_question_box_is_in_the_window_after_each_answer(narrow, seeds):
    begin(narrow, seeds)
    for question in (KREMLIN, AUSTRALIA, MOSCOW):
        ask(narrow, question)
        narrow.wait_for_timeout(300)
        top, bottom = edges(narrow, "#composer")
        assert top >= 0
        assert bottom <= narrow.viewport_size["height"] + 1
        assert edges(narrow, ".turn .question")[0] < top


def test_the_question_box_hides_no_end_of_an_answer(narrow, seeds):
    begin(narrow, seeds)
    ask(narrow, AUSTRALIA)
    ask(narrow, KREMLIN)
    expect_tools_above_the_box(narrow)
    narrow.fill("#question textarea", "Une longue question.\n" * 6)
    narrow.evaluate("scrollTo(0, 0)")
    expect_tools_above_the_box(narrow)


def expect_tools_above_the_box(page: Page) -> None:
    """Soon, since the box is measured when it has grown."""
    for _ in range(40):
        page.locator(".turn .tools").last.evaluate("it => it.scrollIntoView({ block: 'nearest' })")
        if edges(page, ".turn .tools")[1] <= edges(page, "#composer")[0] + 1:
            return
        page.wait_for_timeout(100)
    pytest.fail("The box hides the end of the answer.")


@pytest.mark.exhaustive
@pytest.mark.parametrize("size", [PHONE, TABLET], ids=str)
def test_the_menu_stays_at_the_top_where_there_is_room(tab, seeds, size):
    tab.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    begin(tab, seeds)
    ask(tab, KREMLIN)
    ask(tab, AUSTRALIA)
    assert tab.evaluate("scrollY") > 100
    assert edges(tab, ".bar")[0] == 0
    assert edges(tab, ".turn .question")[0] >= edges(tab, ".bar")[1]
    tab.get_by_role("button", name="Documents", exact=True).click()
    expect(tab.locator(".listing header")).to_be_in_viewport()


HIDDEN = """() => {
  const it = document.activeElement;
  if (it === document.body || it.closest('#composer, .bar')) return null;
  const { left, right, top, bottom } = it.getBoundingClientRect();
  const over = document.elementFromPoint((left + right) / 2, Math.min((top + bottom) / 2, innerHeight - 1));
  return it.contains(over) || over?.contains(it) ? null : it.outerHTML.slice(0, 120);
}"""


def test_nothing_that_has_the_focus_is_behind_a_bar(narrow, seeds):
    begin(narrow, seeds)
    ask(narrow, KREMLIN)
    ask(narrow, AUSTRALIA)
    for key in ("Shift+Tab", "Tab"):
        narrow.evaluate("scrollTo(0, 0)")
        for _ in range(40):
            narrow.keyboard.press(key)
            assert narrow.evaluate(HIDDEN) is None


# The text before each mark, and how far the mark stands to its right; negative where it stands on a later line.
MARKS = """() => [...document.querySelectorAll('.answer')].flatMap(answer => {
  const found = [], walk = document.createTreeWalker(answer, NodeFilter.SHOW_TEXT);
  let last = null;
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!/^\\[\\d+\\]$/.test(node.textContent)) { if (node.textContent.trim()) last = node; continue; }
    const range = document.createRange(), end = last.textContent.trimEnd().length;
    range.setStart(last, end - 1);
    range.setEnd(last, end);
    const [before, mark] = [range, node.parentElement].map(it => it.getBoundingClientRect());
    found.push(mark.left - before.right);
  }
  return found;
})"""
WIDTHS = range(320, 420, 9)


def test_no_line_of_an_answer_begins_with_a_mark_or_a_closing_guillemet(tab, seeds):
    begin(tab, seeds)
    ask(tab, KREMLIN)
    for width in WIDTHS:
        tab.set_viewport_size({"width": width, "height": 740})
        distances = tab.evaluate(MARKS)
        assert len(distances) >= 2
        assert all(0 < distance < 40 for distance in distances), width  # a guillemet and two spaces between


QUOTES = "selector => getComputedStyle(document.querySelector(selector)).quotes"


@pytest.mark.exhaustive
@pytest.mark.parametrize(("locale", "quotes"), [("fr-FR", ("«\xa0", "\xa0»")), ("en-GB", ("“", "”"))])
def test_guillemets_are_those_of_the_language_and_never_part_from_their_words(chromium, tmp_path, locale, quotes):
    understood = replace(plain_ask(PlainIndex(SEEDS), KREMLIN), question_understood=f"{KREMLIN} (Moscou)")
    controller = replace(plain_controller(SEEDS, tmp_path), ask=lambda question, history=(): iter([understood]))
    with serve_page(controller) as address:
        page = chromium.new_page(locale=locale)
        enter(page, address)
        ask(page, KREMLIN)
        for selector in (".understood q", "q.quoted"):
            assert page.evaluate(QUOTES, selector).startswith(" ".join(f'"{mark}"' for mark in quotes))
        page.close()


@pytest.mark.parametrize(("labels", "quotes"), [(FRENCH, '"«\xa0" "\xa0»"'), (ENGLISH, '"“" "”"')])
def test_an_export_keeps_guillemets_and_marks_with_their_words(page, labels, quotes):
    page.set_content(export.as_html([plain_ask(PlainIndex(SEEDS), KREMLIN)], "", labels))
    assert page.evaluate(QUOTES, "q.quoted") == quotes
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 740})
        lines = page.evaluate("getSelection().selectAllChildren(document.querySelector('.marks')), getSelection() + ''")
        assert lines.strip() == "[1]"
        assert page.locator(".marks").first.evaluate("it => it.getClientRects().length") == 1


VARIABLE = "name => getComputedStyle(document.documentElement).getPropertyValue(name)"


@pytest.mark.exhaustive
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_empty_bar_looks_empty(page, seeds, scheme):
    page.emulate_media(color_scheme=scheme)
    enter(page, seeds)
    for done, name in ((1, "--rule"), (100, "--accent")):
        now = Progress("reading", done, 100, "a.txt", 10, done * 1000, 100_000)
        markup = library.render_progress(now, 9.0, 9.0, FRENCH)
        page.evaluate("markup => { document.querySelector('#notice').innerHTML = markup }", markup)
        image = Image.open(BytesIO(page.locator("#notice progress").screenshot())).convert("RGB")
        middle = image.getpixel((image.width // 2, image.height // 2))
        assert isinstance(middle, tuple)
        assert "#{:02x}{:02x}{:02x}".format(*middle) == page.evaluate(VARIABLE, name)


def test_no_line_of_facts_begins_with_a_dot(tab, seeds):
    begin(tab, seeds)
    checks = tab.evaluate("""() => {
      const facts = '<p class="place" style="width: 9rem"><span>28 janvier 2022</span><span>page 12</span></p>';
      document.querySelector("#conversation").insertAdjacentHTML("beforeend", facts);
      const [first, second] = document.querySelector("#conversation > .place:last-child").children;
      const dot = (fact, side) => getComputedStyle(fact, side).content.includes("·");
      const dots = [dot(first, "::after"), dot(second, "::before"), dot(second, "::after")];
      return [second.offsetTop > first.offsetTop, ...dots];
    }""")
    assert checks == [True, True, False, False]
