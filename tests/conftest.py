"""What all tests share: the indexed seeds, a browser, and an environment that leaves no trace."""

import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from browsing import Watch, launch_browser, watched
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from index import Index, open_index, rebuild

_KEPT = TemporaryDirectory()
os.environ["RAG_FOLDER"] = str(Path(_KEPT.name) / "own")  # not the documents of whoever runs the tests
os.environ["HF_ASSETS_CACHE"] = _KEPT.name  # read when the client of the hub is imported, which is later

settings.register_profile("untimed", deadline=None)  # how long a test takes says nothing on a machine that is busy
settings.load_profile("untimed")

SEEDS = Path(__file__).parents[1] / "seeds"
TESTS = Path(__file__).parent
BROWSER = TESTS / "browser"
FILE_MARKS = re.compile(r"^pytestmark = (.+?)^$", re.MULTILINE | re.DOTALL)
# What shows the answers that people get, who have the reader; all other tests take a tenth of the time without it.
WITH_READER = ("extraction", "ranking", "reading", "test_everyday_questions.py", "test_pipeline.py")


def pytest_configure(config: pytest.Config) -> None:
    """On Windows the sockets of an event loop look like any other, and so does what is left of them."""
    if sys.platform == "win32":
        config.addinivalue_line("filterwarnings", "ignore::pytest.PytestUnraisableExceptionWarning")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import a file of which every test is left out: some import torch or a browser, for seconds."""
    chosen = config.getoption("markexpr")
    if "not browser" in chosen and collection_path == BROWSER:
        return True
    if collection_path.suffix != ".py" or "not" not in chosen:
        return None
    marks = " ".join(FILE_MARKS.findall(collection_path.read_text("utf-8")))
    left_out = re.findall(r"not (\w+)", chosen)
    return True if any(f"pytest.mark.{mark}" in marks for mark in left_out) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    unable = {"linux": sys.platform != "linux", "posix": os.name != "posix"}
    for item in items:
        for mark in item.iter_markers():
            if unable.get(mark.name):
                item.add_marker(pytest.mark.skip(reason=f"only for {mark.name}"))
        if item.path.is_relative_to(BROWSER) or "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if not any(item.path.is_relative_to(TESTS / "rag" / name) for name in WITH_READER):
            item.fixturenames.insert(0, "without_reader")  # type: ignore[attr-defined]
    longest_first(items)


def longest_first(items: list[pytest.Item]) -> None:
    """Begin with the files that take long: of two processes, neither is then left alone with one of them."""
    load: Counter[Path] = Counter()
    for item in items:
        load[item.path] += 50 if item.get_closest_marker("browser") else 10 if item.get_closest_marker("slow") else 1
    items.sort(key=lambda item: -load[item.path])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where all that tests need can be installed, one that is skipped is one that fails."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and sys.platform == "linux" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture
def without_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer by the linear models alone, which take a tenth of the time."""
    monkeypatch.setenv("RAG_READER", "off")


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("seeds") / "index"
    rebuild(SEEDS, target)
    return target


@pytest.fixture(scope="session")
def seeds(seeds_index: Path) -> Index:
    return open_index(seeds_index)


@pytest.fixture(scope="module")  # not longer: its event loop would be in the way of others
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch_browser(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def watch(chromium) -> Iterator[Watch]:
    with watched(chromium) as watch:
        yield watch


@pytest.fixture
def page(watch: Watch) -> Iterator[Page]:
    """A page on which nothing was done before, and of which nothing is kept."""
    watch.forget()  # what a test of ``tab`` left
    yield watch.page
    watch.forget()
    watch.check()


@pytest.fixture
def context(page: Page) -> BrowserContext:
    return page.context


@pytest.fixture
def tab(watch: Watch) -> Iterator[Page]:
    """A page for tests that leave it whole: loading it takes two seconds. ``begin`` shows its welcome."""
    yield watch.page
    watch.look_as_before()
    watch.check()
