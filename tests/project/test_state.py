"""State has an owner: between two questions nothing changes at module level but the caches that are listed here."""

import pkgutil
import sys
from collections import Counter, UserDict, deque
from collections.abc import Callable, Iterator, Mapping, MutableSequence, Set
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import pytest

import rag
from rag.pipeline import Stopwatch
from rag.reading.memo import Memo
from ui.services.indexing import Request
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


def state_of(value: Any, depth: int = 4) -> object:
    """What of a value at module level can change: the size of a cache, the content of a container, attributes."""
    if is_cache(value):
        return value.cache_info().currsize
    if isinstance(value, Mapping | Set | MutableSequence):
        items = value.items() if isinstance(value, Mapping) else value
        return repr(list(items)) if len(value) < 1000 else len(value)
    if type(value).__module__.partition(".")[0] in PACKAGES and depth:
        return {name: state_of(attribute, depth - 1) for name, attribute in attributes(value)}
    return id(value)


def attributes(value: Any) -> Iterator[tuple[str, Any]]:
    """The attributes of an object, also those that stand in slots."""
    yield from getattr(value, "__dict__", {}).items()
    for kind in type(value).__mro__:
        slots = getattr(kind, "__slots__", ())
        names = [slots] if isinstance(slots, str) else slots
        yield from ((name, getattr(value, name)) for name in names if hasattr(value, name))


def is_imported(value: object, module: ModuleType) -> bool:
    """Whether a value is a module, or a class or function of another one; of an instance it does not matter."""
    if isinstance(value, ModuleType):
        return True
    is_defined = isinstance(value, type | FunctionType) or is_cache(value)
    return is_defined and getattr(value, "__module__", None) != module.__name__


def snapshot() -> dict[str, object]:
    return {
        f"{module.__name__}.{name}": state_of(value)
        for module in modules()
        for name, value in vars(module).items()
        if not name.startswith("__") and not is_imported(value, module)
    }


def changed_by(act: Callable[[], object]) -> set[str]:
    before = snapshot()
    act()
    after = snapshot()
    return {name for name in after if before.get(name) != after[name]}


@pytest.mark.parametrize("reader", ["on", "off"])
def test_nothing_else_changes_between_two_questions(
    seeds_index: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    monkeypatch.setenv("RAG_READER", reader)
    room = create_controller(seeds_index)

    def ask(question: str) -> None:
        answer = rag.ask(question, index=seeds_index)
        rag.ask("Depuis quand ?", index=seeds_index, history=[rag.Turn(question, answer)])
        rag.search(question, index=seeds_index, since=None)
        list(room.ask(question))

    ask("Qui est le porte-parole du Kremlin ?")
    assert changed_by(lambda: ask("How many American soldiers were placed on alert in January ?")) <= CACHES
    assert changed_by(lambda: ask("Selon l'Élysée, que s'est-il passé le 12 février à Genève ?")) <= CACHES


def change_memo() -> tuple[Any, Callable[[], object]]:
    memo = Memo[int](3)
    return memo, lambda: memo.get(("a",), lambda: 1)


def change_weak() -> tuple[Any, Callable[[], object]]:
    weak: WeakKeyDictionary[Any, int] = WeakKeyDictionary()
    return weak, lambda: weak.update({Stopwatch: 1})


def change_counter() -> tuple[Any, Callable[[], object]]:
    counter: Counter[str] = Counter()
    return counter, lambda: counter.update("a")


def change_queue() -> tuple[Any, Callable[[], object]]:
    queue: deque[int] = deque()
    return queue, lambda: queue.append(1)


def change_mapping() -> tuple[Any, Callable[[], object]]:
    texts = UserDict[str, int]()
    return texts, lambda: texts.update(a=1)


def change_slots() -> tuple[Any, Callable[[], object]]:
    request = Request()  # a slotted class of the program
    return request, lambda: object.__setattr__(request, "keep_cache", True)


@pytest.mark.parametrize(
    "change", [change_memo, change_weak, change_counter, change_queue, change_mapping, change_slots]
)
def test_a_change_at_module_level_is_noticed(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[], tuple[Any, Callable[[], object]]]
) -> None:
    state, act = change()
    monkeypatch.setattr(sys.modules["rag.pipeline"], "_kept", state, raising=False)
    assert changed_by(act) == {"rag.pipeline._kept"}


def test_the_list_names_all_caches_at_module_level() -> None:
    caches = {
        f"{module.__name__}.{name}"
        for module in modules()
        for name, value in vars(module).items()
        if is_cache(value) and value.__module__ == module.__name__
    }
    assert caches | {"index.index._POOL"} == CACHES
    assert len(CACHES) <= 8
