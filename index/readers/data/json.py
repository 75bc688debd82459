"""Records (.json, .jsonl): their values, in order.

A record of few short values becomes one line, like a row of a table. In others each value becomes a block, and a title
or name heads what belongs to it.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby
from typing import Any, NamedTuple

from index.errors import UnreadableFile
from index.progress import ReadWarning
from index.readers.parsed import ParsedFile
from index.readers.plain.text import decode
from index.readers.tables import has_names
from index.readers.text_builder import TextBuilder

_TITLES = frozenset(("title", "titre", "name", "nom", "headline", "subject", "sujet"))
_TEXTS = frozenset(  # names that tell nothing of the text of a value
    """text texte content contenu body corps abstract summary description message answer reponse réponse question
    comment commentaire note selftext paragraph paragraphe sentence phrase context contexte extract extrait caption
    légende legende resume résumé chapo article html markdown transcript quote citation value valeur""".split()
)
_LONG = 80  # characters; a longer value is a text, whatever its name
_FEW_VALUES = 20  # values
_MOST_NUMBERS = 366  # in a list of one value: those of a year; more are weights or signals
_HEADING = 200  # characters
_NAMES = frozenset(("columns", "colonnes", "header", "headers", "fields", "champs", "names", "entetes", "en-têtes"))
_LIST = re.compile(r"\s*\[(?:[ \t]*\n(?P<indent>[ \t]*)|[ \t]*)(?=\{)")  # of records
_LIST_END = re.compile(r"\s*\]")
_COMMA = re.compile(r"\s*,?\s*")
_WORDED = re.compile(r"[^\W\d_]{2}")
_NUMBER = re.compile(r"[-+]?[\d.,  ]*\d(?:[eE][-+]?\d+)?")
_FIGURES = re.compile(r"[-+\d.,eE\s]+")
_NUMBERED = re.compile(r"(.*[\W_])?(id|uuid|guid|hash|sha\w*|md5)|.*[a-z]I[dD]")  # names of what only programs read


class Value(NamedTuple):
    """A value of a record, and where it stands in it."""

    path: str  # the names that lead to it, by points: «livraison.ville»
    text: str

    @property
    def name(self) -> str:
        """The last of the names."""
        return self.path.rpartition(".")[2]


def read_records(data: bytes) -> ParsedFile:
    """Read JSON, or JSON Lines.

    Raises:
        UnreadableFile: it is no JSON, or is nested too deeply.
    """
    text, encoding = decode(data)
    blocks = TextBuilder()
    records, warnings = _records(text)
    for record in records:
        blocks.start_record()
        add_values(list(_values(record)), blocks)
    parsed = replace(blocks.build(encoding=encoding), warnings=warnings)
    return replace(parsed, title=None) if len(records) > 1 else parsed  # that of the first is not that of all


def add_values(values: Sequence[Value], blocks: TextBuilder) -> None:
    """Add the values of a record: few short ones as one line, else each as a paragraph or a heading."""
    if len(values) <= _FEW_VALUES and not any(map(_is_text, values)):
        blocks.add("; ".join(f"{value.path}: {value.text}" for value in values))
        return
    for value in values:
        is_title = value.name.lower() in _TITLES
        plain = is_title or not value.name or value.name.lower() in _TEXTS
        is_heading = is_title and len(value.text) < _HEADING
        blocks.add(value.text if plain else f"{value.path}: {value.text}", "heading" if is_heading else "paragraph")


def _is_text(value: Value) -> bool:
    is_long = len(value.text) > _LONG and not _FIGURES.fullmatch(value.text)
    return not value.name or value.name.lower() in _TEXTS or is_long


def _records(text: str) -> tuple[list[Any], tuple[ReadWarning, ...]]:
    """Return the records of a JSON file, or that of each line, and which lines are none."""
    try:
        return list(_split_records(_load(text))), ()
    except ValueError:
        return _records_of_list(text) if _LIST.match(text) else _records_of_lines(text)
    except RecursionError as error:
        raise UnreadableFile("it is nested too deeply") from error


def _records_of_list(text: str) -> tuple[list[Any], tuple[ReadWarning, ...]]:
    """Return the records of a list that is cut or damaged, and a warning for each that is none.

    After a bad record the list goes on at the next line that begins as the first record does.
    """
    decoder, start = json.JSONDecoder(parse_float=str, parse_int=str), _LIST.match(text)
    assert start is not None
    following = re.compile(rf"\n{start['indent'] or ''}(?=\{{)")
    records: list[Any] = []
    bad_lines: list[int] = []
    at, counted, line = start.end(), 0, 1
    while at < len(text) and not _LIST_END.match(text, at):
        try:
            record, at = decoder.raw_decode(text, at)
            records.append(record)
            at = _COMMA.match(text, at).end()  # type: ignore[union-attr]
        except (ValueError, RecursionError):
            line, counted = line + text.count("\n", counted, at), at
            bad_lines.append(line)
            resumed = following.search(text, at)
            at = resumed.end() if resumed else len(text)
    if len(bad_lines) > len(records):
        raise UnreadableFile("invalid JSON (line {})", bad_lines[0])
    return records, tuple(ReadWarning.from_error(UnreadableFile("invalid JSON"), line=number) for number in bad_lines)


def _records_of_lines(text: str) -> tuple[list[Any], tuple[ReadWarning, ...]]:
    """Return the record of each line, and a warning for each that is none; at least half of them must be records."""
    records: list[Any] = []
    bad_lines: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if line.strip():
                records.append(_load(line))
        except (ValueError, RecursionError):
            bad_lines.append(number)
    if len(bad_lines) > len(records) or not any(isinstance(record, Mapping | list) for record in records):
        raise UnreadableFile("invalid JSON (line {})", bad_lines[0] if bad_lines else 1)
    return records, tuple(ReadWarning.from_error(UnreadableFile("invalid JSON"), line=number) for number in bad_lines)


def _load(text: str) -> Any:
    """Parse JSON; numbers stay as they are written."""
    return json.loads(text, parse_float=str, parse_int=str)


def _split_records(value: Any) -> Iterator[Any]:
    """Yield the objects of a list, at the top or under a name of the top; what stands beside it is a record, too."""
    value = _with_records(value)
    if _is_list_of_records(value):
        yield from value
    elif isinstance(value, list) and _is_table(value):
        yield from ([row] for row in value)
    elif isinstance(value, Mapping):
        for parted, group in groupby(value.items(), lambda pair: _is_list_of_records(pair[1])):
            pairs = dict(group)
            yield from chain.from_iterable(pairs.values()) if parted else [pairs]
    else:
        yield value


def _with_records(value: Any) -> Any:
    """Return a table, or the tables of an object, as lists of records where the names of the columns are known."""
    if isinstance(value, list) and _is_table(value):
        return _records_of_table(value) or value
    if not isinstance(value, Mapping):
        return value
    names = next((names for key, names in value.items() if key.lower() in _NAMES and _are_names(names)), None)
    tables = {key: rows for key, rows in value.items() if isinstance(rows, list) and _is_table(rows)}
    records = {key: _records_of_table(rows, names) for key, rows in tables.items()}
    is_used = any(rows and names and len(names) == len(tables[key][0]) for key, rows in records.items())
    return {key: records.get(key) or inner for key, inner in value.items() if not (is_used and inner is names)}


def _is_table(rows: list[Any]) -> bool:
    """Return whether a list holds lists of words, numbers and blanks, of the same length."""
    if not rows or not all(isinstance(row, list) and len(row) == len(rows[0]) > 1 for row in rows):
        return False
    return not any(isinstance(cell, list | Mapping) for row in rows for cell in row)


def _are_names(names: Any) -> bool:
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return False
    return all(map(_WORDED.search, names)) and len(set(names)) == len(names) > 1


def _records_of_table(rows: Sequence[Sequence[Any]], names: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Return the rows of a table under the names of their columns, given or in the first row; none without names."""
    if names is None or len(names) != len(rows[0]):
        if not _are_names(rows[0]) or not has_names([list(map(_write, row)) for row in rows]):
            return []
        names, rows = rows[0], rows[1:]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _is_written(rows: Sequence[Sequence[Any]]) -> bool:
    """Return whether a table holds words, or few numbers: many are points of shapes or weights."""
    return len(rows) <= _FEW_VALUES or any(_has_words(row) for row in rows)


def _write_row(row: Sequence[Any]) -> str:
    cells = list(filter(None, map(_write, row)))
    return (" | " if _has_words(row) else ", ").join(cells)


def _has_words(row: Sequence[Any]) -> bool:
    return any(isinstance(cell, str) and _WORDED.search(cell) for cell in row)


def _write(value: Any) -> str:
    """Return a word or number as text, and nothing for a blank."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _is_list_of_records(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, Mapping) for item in value)


def _values(record: Any) -> Iterator[Value]:
    """Yield, in order, strings with words, and numbers and days whose names say what they mean."""
    waiting: list[tuple[str, Any, bool]] = [("", record, False)]
    while waiting:
        path, item, is_fact = waiting.pop()
        if isinstance(item, Mapping):
            item = _with_records(item)
            pairs = [(f"{path}.{key}" if path else str(key), value, str(key)) for key, value in item.items()]
            waiting.extend((inner, value, _tells(key)) for inner, value, key in reversed(pairs))
        elif is_fact and _is_row_of_numbers(item):
            yield Value(path, ", ".join(item))
        elif isinstance(item, list) and (is_fact or not path) and _is_table(item) and _is_written(item):
            yield from (Value(path, row) for row in map(_write_row, item) if row)
        elif isinstance(item, list):
            is_short = len(item) <= _FEW_VALUES and not any(isinstance(value, list) for value in item)
            waiting.extend((path, value, is_fact and is_short) for value in reversed(item))
        elif (is_fact and _is_known(item)) or (isinstance(item, str) and _WORDED.search(item)):
            yield Value(path, _write(item))


def _is_row_of_numbers(numbers: Any) -> bool:
    """Return whether a value is a list of numbers (which are parsed as strings), to be written as one value."""
    if not isinstance(numbers, list) or not 0 < len(numbers) <= _MOST_NUMBERS:
        return False
    return all(isinstance(value, str) and _NUMBER.fullmatch(value) for value in numbers)


def _tells(name: str) -> bool:
    """Return whether a name is readable enough to describe its value."""
    return bool(_WORDED.search(name)) and not _NUMBERED.fullmatch(name)


def _is_known(value: Any) -> bool:
    return isinstance(value, str | bool) and bool(str(value).strip())
