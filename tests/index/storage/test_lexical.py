"""The word index finds what the analysis says it should, and counts as its rules say."""

import errno
import json
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet

from index.errors import DiskFull, IndexCorrupted
from index.storage import segments
from index.storage.lexical import (
    FIELDS,
    LexicalIndex,
    LexicalSegment,
    LexicalWriter,
    analyze,
    analyzer,
    filtered_query,
    or_query,
)

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))
TEXTS = [
    "Le président a parlé aux soldats.",
    "The presidents spoke to soldiers.",
    "Die Soldaten sprechen mit dem Präsidenten.",
    "L'été à Noël",
]
LANGUAGES = ["fr", "en", "de", "fr"]


@pytest.fixture
def words(tmp_path: Path) -> LexicalIndex:
    """The texts in two parts, whose codes are in another order than they."""
    parts = []
    for code, numbers in ((9, [0]), (2, [1, 2, 3])):
        writer = LexicalWriter(tmp_path / str(code), code)
        for number in numbers:
            writer.add(LANGUAGES[number], "", TEXTS[number])
        writer.close()
        parts.append(LexicalSegment(tmp_path / str(code), code, len(numbers)))
    return LexicalIndex(parts)


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("Qu'est-ce que l'Œuvre de Noël ?", "fr", ["oeuvr", "noel"]),
        ("les présidentes, les presidentes", "fr", ["president", "president"]),
        ("the soldiers' wives", "en", ["soldier", "wive"]),
        ("100.000 €", "plain", ["100", "000"]),
        ("le moulin de Serre¹², en 1950³", "plain", ["le", "moulin", "de", "serre", "en", "1950"]),
        ("40 m² et 3 KM³ de CO₂", "plain", ["40", "m2", "et", "3", "km3", "de", "co2"]),
    ],
)
def test_terms_are_folded_and_stemmed(text: str, field: str, expected: list[str]) -> None:
    assert analyze(text, field) == expected


@pytest.mark.parametrize(
    ("field", "term", "number"), [("fr", "soldat", 0), ("en", "soldier", 1), ("plain", "soldaten", 2)]
)
def test_each_language_is_found_in_its_field(words: LexicalIndex, field: str, term: str, number: int) -> None:
    assert words.search(words.term_query(field, term), 5)[0].tolist() == [number]


def test_filters_add_no_score(words: LexicalIndex) -> None:
    query = words.term_query("fr", "soldat")
    filtered = filtered_query(query, [words.range_query([range(2)])])
    assert words.search(filtered, 5)[1].tolist() == words.search(query, 5)[1].tolist()
    assert words.search(filtered_query(query, [words.range_query([range(1, 4)])]), 5)[0].tolist() == []


@pytest.mark.slow
@pytest.mark.parametrize("ranges", [[], [range(1)], [range(3)], [range(1, 4)], [range(1), range(2, 4)], [range(2, 3)]])
def test_a_range_of_numbers_goes_through_parts(words: LexicalIndex, ranges: list[range]) -> None:
    every = or_query([words.term_query("plain", word) for word in ("president", "presidents", "prasidenten", "ete")])
    hits = words.search(filtered_query(every, [words.range_query(ranges)]), 9)[0].tolist()
    assert sorted(hits) == [number for numbers in ranges for number in numbers]


def test_parts_count_as_one_index(words: LexicalIndex, tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path / "whole", 0)
    for language, text in zip(LANGUAGES, TEXTS, strict=True):
        writer.add(language, "", text)
    writer.close()
    whole = LexicalIndex([LexicalSegment(tmp_path / "whole", 0, len(TEXTS))])
    for field, term in (("fr", "soldat"), ("plain", "soldiers"), ("plain", "noel"), ("fr", "absent")):
        assert words.document_frequency(field, term) == whole.document_frequency(field, term)
        actual, expected = (index.search(index.term_query(field, term), 5) for index in (words, whole))
        assert actual[0].tolist() == expected[0].tolist()
        assert actual[1].tolist() == expected[1].tolist()


def test_what_is_excluded_is_not_found(words: LexicalIndex) -> None:
    query = or_query([words.term_query("plain", "soldats"), words.term_query("plain", "soldiers")])
    assert words.search(filtered_query(query, [], [words.term_query("plain", "presidents")]), 5)[0].tolist() == [0]


def test_the_vocabulary_holds_plain_words(words: LexicalIndex) -> None:
    assert dict(words.vocabulary("soldat")) == {"soldaten": 1, "soldats": 1}


def test_all_that_match_are_found_however_many_they_are(tmp_path: Path) -> None:
    writer = LexicalWriter(tmp_path / "3", 3)
    for number in range(3000):
        writer.add("fr", "", "le pont" if number % 3 else "la mer")
    writer.close()
    words = LexicalIndex([LexicalSegment(tmp_path / "3", 3, 3000)])
    assert words.matches(words.term_query("plain", "pont")).tolist() == [n for n in range(3000) if n % 3]
    assert words.matches(words.phrase_query(["la", "mer"])).tolist() == list(range(0, 3000, 3))
    assert words.matches(words.term_query("plain", "absent")).tolist() == []


@pytest.mark.parametrize("bug", [lambda words: words.search("no query", 5), lambda words: words.search(None, 5)])
def test_a_bug_in_a_search_is_not_taken_for_damage(words: LexicalIndex, bug: Callable[[LexicalIndex], object]) -> None:
    with pytest.raises(TypeError):
        bug(words)
    with pytest.raises(ValueError, match="the 0 best passages"):
        words.search(words.term_query("plain", "ete"), 0)


def test_two_parts_of_one_code_are_not_opened(tmp_path: Path) -> None:
    parts = []
    for number in range(2):
        writer = LexicalWriter(tmp_path / str(number), 7)
        writer.add("fr", "", TEXTS[number])
        writer.close()
        parts.append(LexicalSegment(tmp_path / str(number), 7, 1))
    with pytest.raises(IndexCorrupted, match="cannot be read"):
        LexicalIndex(parts)


@pytest.mark.parametrize("passages", [1, 3])
def test_a_part_of_another_number_of_passages_is_not_opened(tmp_path: Path, passages: int) -> None:
    writer = LexicalWriter(tmp_path / "1", 1)
    writer.add("fr", "", TEXTS[0])
    writer.add("fr", "", TEXTS[1])
    writer.close()
    with pytest.raises(IndexCorrupted, match="cannot be read"):
        LexicalIndex([LexicalSegment(tmp_path / "1", 1, passages)])


def test_a_temporary_folder_that_cannot_be_written_is_no_damage(
    tmp_path: Path, words: LexicalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("os.symlink", full)
    with pytest.raises(DiskFull, match=r"The disk that holds .*sourcier-.* is full or failing"):
        LexicalIndex([LexicalSegment(tmp_path / "9", 9, 1)])
    assert not list(tmp_path.glob("sourcier-*"))


def test_where_links_may_not_be_made_the_files_are_copied(
    tmp_path: Path, words: LexicalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.symlink", forbidden)
    copied = LexicalIndex([LexicalSegment(tmp_path / "9", 9, 1), LexicalSegment(tmp_path / "2", 2, 3)])
    for field, term in (("fr", "soldat"), ("en", "soldier")):
        query = words.term_query(field, term)
        assert copied.search(query, 5)[0].tolist() == words.search(query, 5)[0].tolist() != []


def test_the_join_reads_what_tantivy_writes(words: LexicalIndex, tmp_path: Path) -> None:
    """What ``tantivy_join`` relies on: a list of segments in ``meta.json``, each with files named by its id."""
    for name in ("9", "2"):
        meta = json.loads((tmp_path / name / "meta.json").read_text("utf-8"))
        ids = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
        assert {path.name[:32] for path in (tmp_path / name).glob("*.store")} == ids != set()
    requirement = next(line for line in PROJECT["project"]["dependencies"] if line.startswith("tantivy"))
    assert SpecifierSet(requirement.removeprefix("tantivy")).contains(version("tantivy"))
    assert "<" in requirement


def test_another_tantivy_writes_all_segments_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    run = [segments.Source("a.txt", "0" * 64, "key", 1, 1)]
    before = segments.segment_name(run)
    assert segments.WRITER[1] == ".".join(version("tantivy").split(".")[:2])
    monkeypatch.setattr(segments, "WRITER", (segments.WRITER[0], "0.99"))
    assert segments.segment_name(run) != before


@given(st.text(), st.sampled_from(FIELDS))
def test_terms_are_those_of_the_whole_text(text: str, field: str) -> None:
    assert analyze(text, field) == analyzer(field).analyze(text)
