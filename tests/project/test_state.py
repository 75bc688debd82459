"""State has an owner: between two questions nothing changes at module level but the caches that are listed here."""

import pkgutil
import sys
from collections.abc import Callable, Mapping, Set
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import rag
from ui.web.app import create_controller

pytestmark = pytest.mark.slow

# At most eight, each with its reason where it stands.
CACHES = {
    "index.index._POOL",
    "index.encoders.registry._named",
    "index.language._votes",
    "index.storage.lexical.analyzer",
    "rag.models.models",
    "rag.retrieval.tables.tables",
    "rag.text.analysis._run_analyzer",
    "rag.text.spans._token_analyzer",
}
PACKAGES = ("index", "rag", "ui")
UNIMPORTED = {"ui.cli.__main__"}  # it runs the command line


@cache
def modules() -> list[Any]:
    """All modules of the project, imported: an import changes the package around it."""
    paths = ((package, import_module(package).__path__) for package in PACKAGES)
    names = [module.name for package, path in paths for module in pkgutil.walk_packages(path, f"{package}.")]
    return [import_module(name) for name in names if name not in UNIMPORTED]


def is_cache(value: object) -> bool:
    return hasattr(value, "cache_info")


def state_of(value: Any) -> object:
    """What of a value at module level can change: the size of a cache, the content of a container, attributes."""
    if is_cache(value):
        return value.cache_info().currsize
    if isinstance(value, Mapping | Set | list | bytearray):
        return repr(value) if len(value) < 1000 else len(value)
    if type(value).__module__.partition(".")[0] in PACKAGES and hasattr(value, "__dict__"):
        return {name: state_of(own) for name, own in vars(value).items()}
    return id(value)


def snapshot() -> dict[str, object]:
    return {
        f"{module.__name__}.{name}": state_of(value)
        for module in modules()
        for name, value in vars(module).items()
        if not name.startswith("__") and getattr(value, "__module__", module.__name__) == module.__name__
    }


def changed_by(act: Callable[[], object]) -> set[str]:
    before = snapshot()
    act()
    after = snapshot()
    return {name for name in after if before.get(name) != after[name]}


def test_nothing_else_changes_between_two_questions(seeds_index: Path) -> None:
    room = create_controller(seeds_index)

    def ask(question: str) -> None:
        answer = rag.ask(question, index=seeds_index)
        rag.ask("Depuis quand ?", index=seeds_index, history=[rag.Turn(question, answer)])
        rag.search(question, index=seeds_index, since=None)
        list(room.ask(question))

    ask("Qui est le porte-parole du Kremlin ?")
    assert changed_by(lambda: ask("How many American soldiers were placed on alert in January ?")) <= CACHES
    assert changed_by(lambda: ask("Selon l'Élysée, que s'est-il passé le 12 février à Genève ?")) <= CACHES


def test_a_change_at_module_level_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, int] = {}
    monkeypatch.setattr(sys.modules["rag.pipeline"], "_kept", state, raising=False)
    assert changed_by(lambda: state.update(a=1)) == {"rag.pipeline._kept"}


def test_the_list_names_all_caches_at_module_level() -> None:
    caches = {
        f"{module.__name__}.{name}"
        for module in modules()
        for name, value in vars(module).items()
        if is_cache(value) and value.__module__ == module.__name__
    }
    assert caches | {"index.index._POOL"} == CACHES
    assert len(CACHES) <= 8
