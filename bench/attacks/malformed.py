"""Malformed JSON and text, from a source of random numbers: what a hostile or broken client may send."""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
"""Where a value stands in a JSON value: keys and positions, from outside."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Text that is sent in the place of a JSON value as it is, whether it is JSON or not."""

    text: str


@dataclass(frozen=True, slots=True)
class Traps:
    """What must not be touched: a file outside what is served, and the address of a listener."""

    file: str
    url: str

    @property
    def sibling_path(self) -> str:
        """A file beside it, which does not exist."""
        return f"{self.file.rpartition('/')[0]}/outside.txt"


STRINGS = (
    *(
        "",
        " ",
        "a",
        "\x00",
        "\x1b[31mred\x07",
        "\x7f\x9b31m",
        "\r\nX-Odd: 1",
        "\u202eabc",
        "\ufeff",
        "\u2028",
        "é" * 999,
    ),
    *(
        "../../proc/version",
        "/proc/version",
        "C:\\x",
        "%00",
        "%s%n",
        "{0}",
        "{labels}",
        "__class__",
        "$ref",
        "<b>x</b>",
    ),
    *(
        "0123456789abcdef",
        "ffffffffffffffff",
        "2022-02-30",
        "99999-01-01",
        "true",
        "-1",
        "1e5",
        "NaN",
        "0x10",
        "٣",
        "²",
    ),
    *("a" * 3_000, "mot " * 2_000, "après:2022 avant:2021", "dans:x", "'; --", "\U0001f600" * 50, "Qui est Macron ?"),
)
NUMBERS = (0, -1, 1, 7, 2**31, -(2**31) - 1, 2**53 + 1, 2**63, -(2**64), 10**400, 0.5, -0.0, 1e308, 5e-324)
RAW = (
    *("NaN", "Infinity", "-Infinity", "1e999", "9" * 5_000, "-", "01", "1.", ".5", "0x1", "True", "None", "undefined"),
    *('"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\x41"', '"\t"', '"', "'a'", "", "{", "]", "[,]", "{,}", '{"a"}'),
    *("[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000, '[{"a":' * 5_000, '{"a":1,"a":2}', "/**/1"),
)


def value(noise: random.Random, traps: Traps, depth: int = 0) -> Any:
    """Return any JSON value, or something that is none."""
    kind = noise.randrange(12)
    if kind < 3:
        return noise.choice(STRINGS)
    if kind < 5:
        return noise.choice(NUMBERS)
    if kind == 5:
        return Raw(noise.choice(RAW))
    if kind < 8:
        return noise.choice([None, True, False, [], {}, [[]], [None], {"": None}])
    if kind < 10:
        return file_data(noise, traps)
    if depth > 2:
        return None
    inner = [value(noise, traps, depth + 1) for _ in range(noise.randrange(4))]
    return inner if kind == 10 else {noise.choice(STRINGS): member for member in inner}


def file_data(noise: random.Random, traps: Traps) -> Any:
    """Return what Gradio takes for a file, for a page component or for an update of one."""
    path = noise.choice(
        [traps.file, traps.file, "/proc/version", f"file://{traps.file}", traps.url, "../" * 9 + "proc/version"]
    )
    meta = {"_type": noise.choice(["gradio.FileData", "gradio.FileData", "gradio.Other", None])}
    value = noise.choice(
        [
            {"path": path, "meta": meta},
            {"path": path, "url": traps.url, "meta": meta, "orig_name": "a", "is_stream": noise.random() < 0.5},
            {"url": traps.url, "meta": meta},
            {"path": path, "url": path, "size": -1, "mime_type": None},
            {"video": {"path": path, "meta": meta}},
            {"text": "a", "files": [{"path": path, "meta": meta}]},
            {"__type__": "update", "value": {"path": path, "meta": meta}},
            {"__type__": "update", "visible": "odd", "props": {"__type__": "update"}},
            path,
        ]
    )
    return [value] * noise.choice([1, 3]) if noise.random() < 0.3 else value


def mutated(tree: Any, noise: random.Random, traps: Traps) -> Any:
    """Return the tree with one to three changes: a value replaced, dropped, wrapped or repeated, or a field added."""
    for _ in range(noise.choice([1, 1, 2, 3])):
        path = noise.choice(list(paths(tree)))
        old = at(tree, path)
        change = noise.randrange(8)
        if change == 0 and path:
            tree = without(tree, path)
        elif change == 1 and isinstance(old, dict):
            tree = put(tree, path, {**old, noise.choice([*STRINGS, "k", "path", "meta"]): value(noise, traps)})
        elif change == 2 and isinstance(old, list):
            tree = put(tree, path, old * noise.choice([2, 100]))
        elif change == 3:
            tree = put(tree, path, [old])
        else:
            tree = put(tree, path, value(noise, traps))
    return tree


def paths(tree: Any, path: Path = ()) -> Iterator[Path]:
    """Return all paths in a tree, the outermost first."""
    yield path
    inner: Sequence[tuple[Any, Any]] = ()
    if isinstance(tree, dict):
        inner = list(tree.items())
    elif isinstance(tree, list):
        inner = list(enumerate(tree))
    for key, branch in inner:
        yield from paths(branch, (*path, key))


def at(tree: Any, path: Path) -> Any:
    """Return the value at a path."""
    for key in path:
        tree = tree[key]
    return tree


def put(tree: Any, path: Path, new: Any) -> Any:
    """Return a copy of the tree with another value at a path."""
    if not path:
        return new
    copy: Any = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = put(copy[path[0]], path[1:], new)
    return copy


def without(tree: Any, path: Path) -> Any:
    """Return a copy of the tree without the value at a path, which must not be the root."""
    copy: Any = dict(tree) if isinstance(tree, dict) else list(tree)
    if len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = without(copy[path[0]], path[1:])
    return copy


def encoded(tree: Any) -> str:
    """Return the tree as JSON, with each ``Raw`` as it is."""
    if isinstance(tree, Raw):
        return tree.text
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {encoded(branch)}" for key, branch in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(encoded, tree)) + "]"
    return json.dumps(tree)


def spoiled(data: bytes, noise: random.Random) -> bytes:
    """Return the bytes of a body with a fault below JSON: cut, in another encoding, or with stray bytes."""
    middle = noise.randrange(len(data) + 1)
    faults: list[Callable[[], bytes]] = [
        lambda: data[:middle],
        lambda: data[middle:],
        lambda: data[:middle] + noise.randbytes(3) + data[middle:],
        lambda: data[:middle] + b"\xff\xfe\xc0\x80" + data[middle:],
        lambda: b"\xef\xbb\xbf" + data,
        lambda: data.decode("utf-8", "replace").encode("utf-16"),
        lambda: data + data,
        lambda: data + b"\x00" * 100,
        lambda: b"",
        lambda: data.replace(b'"', b"'"),
        lambda: b" " * 100_000 + data,
    ]
    return noise.choice(faults)()


def smaller(tree: Any) -> Iterator[Any]:
    """Yield smaller trees: a value dropped, or replaced by a simpler one; the largest steps first."""
    paths_in_tree = sorted(paths(tree), key=len)
    yield from (without(tree, path) for path in paths_in_tree if path)
    for path in paths_in_tree:
        old = at(tree, path)
        if isinstance(old, Raw):
            half = Raw(old.text[: len(old.text) // 2])
            yield from [put(tree, path, half)] if len(old.text) > 40 else []
        elif old not in (None, "", 0, [], {}):
            yield from (put(tree, path, simple) for simple in ("", None, 0))
            yield from [put(tree, path, old[: len(old) // 2])] if isinstance(old, str) and len(old) > 1 else []
