"""The table of actions, the markup and the scripts name the same actions."""

import re
from pathlib import Path

import pytest

from ui.html import export
from ui.web.actions import ACTIONS, EVENTS
from ui.web.page import BUS, Components

pytestmark = pytest.mark.slow

UI = Path(export.__file__).parents[1]
BUTTON = re.compile(r'\("(\w+)", labels\.|data-do="(\w+)"')
SENT = re.compile(r'\b(?:send|want)\(\s*"(\w+)"')
SELECTED = re.compile(r'\[data-do="?(\w+)"?\]')


def names(pattern: re.Pattern[str], folder: str, ends: str) -> set[str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (UI / folder).glob(f"*.{ends}"))
    return {name for match in pattern.finditer(text) for name in match.groups() if name}


def test_each_button_and_each_script_calls_an_action_and_each_action_is_called() -> None:
    called = names(BUTTON, "html/templates", "html") | names(SENT, "web/assets", "js")
    assert called == {action.name for action in ACTIONS}


@pytest.mark.parametrize("ends", ["css", "js"])
def test_styles_and_scripts_select_actions_that_exist(ends: str) -> None:
    assert names(SELECTED, "web/assets", ends) <= EVENTS.keys()


def test_each_name_is_one_row() -> None:
    assert len(EVENTS) == len(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_action_shows_panels_of_the_page(action) -> None:
    assert set(action.shows) <= Components.__annotations__.keys()
    assert f'"{action.name}"' in BUS
    assert action.function.__name__ == action.name
