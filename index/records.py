"""Records (.json, .jsonl): their words, in order; a title or name heads what stands with it."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain, groupby
from typing import Any, NamedTuple

from index.blocks import Blocks
from index.errors import Unreadable
from index.reading import Reading
from index.text import decode

_TITLES = frozenset(("title", "titre", "name", "nom", "headline", "subject", "sujet"))
_TEXTS = frozenset(("text", "texte", "content", "contenu", "body", "corps", "abstract", "summary", "description"))
_LONG = 80  # characters; a longer value is a text, whatever its name
_WORDED = re.compile(r"[^\W\d_]{2}")


class Value(NamedTuple):
    name: str
    text: str


def read_records(data: bytes) -> Reading:
    text, encoding = decode(data)
    blocks = Blocks()
    for record in _records(text):
        blocks.turn_record()
        for value in _values(record):
            title = value.name.lower() in _TITLES
            blocks.add(_written(value), heading=title and len(value.text) < 200)
    return blocks.reading(encoding=encoding)


def _records(text: str) -> Iterator[Any]:
    """The records of a JSON file, or that of each line."""
    try:
        yield from _parts(json.loads(text))
        return
    except ValueError:
        lines = [line for line in text.split("\n") if line.strip()]
    except RecursionError as error:
        raise Unreadable("it is nested too deeply") from error
    for number, line in enumerate(lines, 1):
        try:
            yield json.loads(line)
        except (ValueError, RecursionError) as error:
            raise Unreadable("it is no JSON (line {})", number) from error


def _parts(found: Any) -> Iterator[Any]:
    """The objects of a list, at the top or under a name of the top; what stands beside such a list is a record too."""
    if _is_list_of_records(found):
        yield from found
    elif isinstance(found, Mapping):
        for parted, group in groupby(found.items(), lambda pair: _is_list_of_records(pair[1])):
            pairs = dict(group)
            yield from chain.from_iterable(pairs.values()) if parted else [pairs]
    else:
        yield found


def _is_list_of_records(found: Any) -> bool:
    return isinstance(found, list) and any(isinstance(one, Mapping) for one in found)


def _values(record: Any) -> Iterator[Value]:
    """The strings that hold words, with the names they stand under, in order."""
    waiting = [("", record)]
    while waiting:
        name, found = waiting.pop()
        if isinstance(found, str) and _WORDED.search(found):
            yield Value(name, found)
        elif isinstance(found, Mapping):
            waiting.extend((str(key), value) for key, value in reversed(list(found.items())))
        elif isinstance(found, list):
            waiting.extend((name, value) for value in reversed(found))


def _written(value: Value) -> str:
    plain = not value.name or value.name.lower() in _TITLES | _TEXTS or len(value.text) > _LONG
    return value.text if plain else f"{value.name}: {value.text}"
