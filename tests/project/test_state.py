"""State has an owner: between two questions nothing changes at module level but the caches that are listed here."""

import gc
import pkgutil
import re
import sys
from collections import Counter, UserDict, defaultdict, deque
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
from rag.ranking.word_vectors import WordVectors
from rag.reading.memo import Memo
from ui.services.indexing import Request
from ui.web.app import create_controller

pytestmark = pytest.mark.slow

# At most eight, each with its reason where it stands.
CACHES = {
    "index.index._POOL",
    "index.encoders.registry._load_encoder",
    "index.language._votes",
    "index.storage.lexical.analyzer",
    "rag.models.models",
    "rag.retrieval.tables.tables",
    "rag.text.analysis._run_analyzer",
    "rag.text.spans._token_analyzer",
}
# What changes in the values of these, and how many entries each keeps; its reason stands there, too. Those of the pool
# belong to an opened index, and go with it.
STORES = {
    "index.index._POOL._by_folder[]._files.candidates.lexical.document_frequency": 50_000,
    "index.index._POOL._by_folder[]._files.candidates.lexical.vocabulary": 32,
    "index.index._POOL._by_folder[]._files.document": 64,
    "index.index._POOL._by_folder[]._states[]._retriever._expander._alternatives": 8192,
    "index.index._POOL._by_folder[]._states[]._word_vectors": 30_000,
    "index.index._POOL._by_folder[]._states[].passage": 1500,
    "index.language._votes": 50_000,
    "index.storage.lexical.analyzer()._terms": 100_000,
    "rag.models.models().reader._judgements": 1000,
    "rag.models.models().reader._passages": 20_000,
    "rag.models.models().reader._questions": 1000,
    "rag.models.models().reader._readings": 1000,
    "rag.text.analysis._run_analyzer()": 100_000,
    "rag.text.spans._token_analyzer()": 50_000,
}
DEEPEST = 10  # parts of parts that are looked into
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


def limit_of(value: Any) -> int | None:
    """How many results a value keeps at most; None if it keeps none, or all."""
    if isinstance(value, Memo):
        return value._size
    if isinstance(value, WordVectors):
        return value._capacity
    return value.cache_info().maxsize if is_cache(value) else None


def results_of(cached: object) -> Iterator[object]:
    """What a cached function without a limit has returned. Nothing tells this but the collector."""
    for held in gc.get_referents(cached):
        if type(held) is dict and held is not vars(cached):
            yield from held.values()


def state_of(value: Any) -> object:
    """What of a value itself can change: the results that it keeps, the content of a container, or which it is."""
    if is_cache(value):
        return value.cache_info()._replace(hits=0)
    if isinstance(value, Memo | WordVectors):
        return list(value._results if isinstance(value, Memo) else value._row_of)
    if isinstance(value, Mapping | Set | MutableSequence):
        items = value.items() if isinstance(value, Mapping) else value
        return repr(list(items)) if len(value) < 1000 else len(value)
    return id(value)


def parts_of(value: Any) -> Iterator[tuple[str, Any]]:
    """What a value holds, each with the end of its name. Results that are kept up to a limit are not looked into."""
    if limit_of(value) is not None:
        return
    if is_cache(value):
        yield from (("()", result) for result in results_of(value))
    elif isinstance(value, type):
        names = [name for name, part in vars(value).items() if not name.startswith("__") and is_mutable(part)]
        yield from ((f".{name}", vars(value)[name]) for name in names)
    elif hasattr(value, "_asdict"):
        yield from ((f".{name}", part) for name, part in value._asdict().items())
    elif isinstance(value, Mapping | Set | MutableSequence | tuple):
        parts = value.values() if isinstance(value, Mapping) else value
        yield from (("[]", part) for part in list(parts) if is_ours(part) or is_cache(part))
    elif is_ours(value):
        yield from ((f".{name}", part) for name, part in attributes(value))


def is_mutable(value: object) -> bool:
    return is_cache(value) or isinstance(value, Mapping | Set | MutableSequence)


def is_ours(value: object) -> bool:
    return not isinstance(value, type) and type(value).__module__.partition(".")[0] in PACKAGES


def states_of(name: str, value: object, above: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int | None, object]]]:
    """The limit and the state of a value at module level, and those of what it holds."""
    yield name, (limit_of(value), state_of(value))
    if id(value) not in above and len(above) < DEEPEST:
        for end, part in parts_of(value):
            yield from states_of(name + end, part, (*above, id(value)))


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


def snapshot() -> dict[str, list[tuple[int | None, object]]]:
    """All limits and states, by name; what a container holds has one name."""
    states: dict[str, list[tuple[int | None, object]]] = defaultdict(list)
    for module in modules():
        for name, value in vars(module).items():
            if not name.startswith("__") and not is_imported(value, module):
                for part, state in states_of(f"{module.__name__}.{name}", value):
                    states[part].append(state)
    return states


def changed_by(act: Callable[[], object]) -> dict[str, int | None]:
    """The names of what changes, and its limits."""
    before = snapshot()
    act()
    after = snapshot()
    return {name: states[0][0] for name, states in after.items() if before.get(name) != states}


@pytest.mark.parametrize("reader", ["on", "off"])
def test_nothing_else_changes_between_two_questions(
    seeds_index: Path, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    monkeypatch.setenv("RAG_READER", reader)
    controller = create_controller(seeds_index)

    def ask(question: str) -> None:
        answer = rag.ask(question, index=seeds_index)
        rag.ask("Depuis quand ?", index=seeds_index, history=[rag.Turn(question, answer)])
        rag.search(question, index=seeds_index, since=None)
        list(controller.ask(question))

    ask("Qui est le porte-parole du Kremlin ?")
    assert (
        changed_by(lambda: ask("How many American soldiers were placed on alert in January ?")).items()
        <= STORES.items()
    )
    assert (
        changed_by(lambda: ask("Selon l'Élysée, que s'est-il passé le 12 février à Genève ?")).items() <= STORES.items()
    )
    assert reader == "off" or STORES.keys() <= snapshot().keys()


def test_each_store_is_held_by_a_cache() -> None:
    assert [name for name in STORES if not any(name.startswith(cache) for cache in CACHES)] == []


def change_memo() -> tuple[Any, Callable[[], object]]:
    memo = Memo[int](3)
    return memo, lambda: memo.get(("a",), lambda: 1)


def change_what_is_cached() -> tuple[Any, Callable[[], object]]:
    memos = cache(lambda: Memo[int](3))
    memos.__module__, _ = "rag.pipeline", memos()
    return memos, lambda: memos().get(("a",), lambda: 1)


def change_class() -> tuple[Any, Callable[[], object]]:
    kept: dict[str, int] = {}
    return type("Kept", (), {"texts": kept, "__module__": "rag.pipeline"}), lambda: kept.update(a=1)


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
    "change",
    [
        change_memo,
        change_what_is_cached,
        change_class,
        change_weak,
        change_counter,
        change_queue,
        change_mapping,
        change_slots,
    ],
)
def test_a_change_at_module_level_is_noticed(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[], tuple[Any, Callable[[], object]]]
) -> None:
    state, act = change()
    monkeypatch.setattr(sys.modules["rag.pipeline"], "_kept", state, raising=False)
    changed = changed_by(act).keys() - STORES.keys()  # what an earlier test started may still fill these
    assert {re.match(r"rag\.pipeline\._kept\b", name) is None for name in changed} == {False}


def test_the_list_names_all_caches_at_module_level() -> None:
    caches = {
        f"{module.__name__}.{name}"
        for module in modules()
        for name, value in vars(module).items()
        if is_cache(value) and value.__module__ == module.__name__
    }
    assert caches | {"index.index._POOL"} == CACHES
    assert len(CACHES) <= 8
