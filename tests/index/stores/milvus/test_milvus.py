"""A store in Milvus: bounds, limits of a request, the right to fill, and errors as sentences."""

import gc
import os
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from databases import Milvus
from indexed import index_of_level, levels
from rapidfuzz.distance import OSA
from waiting import until

from index import open_index
from index.addresses import StoreAddress
from index.build.transfer import publish
from index.errors import IndexLocked
from index.storage.candidates import NO_RESTRICTION, ResolvedFilters
from index.storage.lexical import analyze
from index.stores.base import IndexedPassage, NoStore, SnapshotGone, StoreError
from index.stores.postings import make_postings
from index.stores.statistics import Statistics
from rag.query.filters import Filters, resolve_filters

pytest.importorskip("pymilvus")

from pymilvus import MilvusClient, MilvusException

from index.stores.milvus import candidates, connection, lease
from index.stores.milvus.bounds import SLACK, QueryVectors, SegmentVectors
from index.stores.milvus.candidates import _condition
from index.stores.milvus.connection import Connection, translate_errors
from index.stores.milvus.scoring import Scorer
from index.stores.milvus.spelling import list_variants
from index.stores.milvus.write import MilvusWriter
from index.stores.numbering import Numbering

ADDRESS = StoreAddress("milvus://ann@db.example/archive")
WORDS = {
    "fr": "le chat chats chanter chantait maison maisons petite petit grand grande mange manger".split(),
    "en": "the cat cats house houses little eat eats eating petite".split(),
    "de": "katze haus petite chats der".split(),
}


class Documents:
    """The passages of a snapshot, as far as scores need them."""

    def __init__(self, passages: list[IndexedPassage]) -> None:
        self._passages = passages
        self.languages = np.array([passage.language for passage in passages], "S2")

    def indexed_text(self, number: int) -> str:
        return self._passages[number].text


def passages(seed: int, count: int) -> list[IndexedPassage]:
    chance = random.Random(seed)
    languages = chance.choices(["fr", "en", "de"], [6, 3, 1], k=count)
    return [
        IndexedPassage(language, " ".join(chance.choices(WORDS[language], k=chance.choice([3, 9, 40, 200, 900]))))
        for language in languages
    ]


@pytest.mark.parametrize(("alternatives", "looseness"), [(1, 1.6), (4, 2.5)])
@pytest.mark.parametrize("seed", range(3))
def test_a_bound_is_never_below_the_score(seed: int, alternatives: int, looseness: float) -> None:
    """Of a segment of other lengths and languages than the snapshot has on average, too."""
    segments = [passages(seed, 60), passages(seed + 100, 7 if seed % 2 else 200)]
    both = [make_postings(segment) for segment in segments]
    tokens = [sum(column) for column in zip(*(postings.tokens for postings in both), strict=True)]
    statistics = Statistics(sum(map(len, segments)), tokens)
    chance = random.Random(seed)
    words = [
        [
            (field, term, chance.choice([1.0, 0.9, 0.6, 0.3]))
            for word in chance.sample(WORDS["fr"] + WORDS["en"] + WORDS["de"], alternatives)
            for field in ("fr", "en", "plain")
            for term in analyze(word, field)
        ]
        for _ in range(5)
    ]
    weights = {term[:2]: chance.uniform(0.2, 9) for word in words for term in word}

    def weight(field: str, term: str, factor: float) -> float:
        return weights[field, term] * factor

    vectors = [
        SegmentVectors(postings, [passage.language for passage in segment])
        for postings, segment in zip(both, segments, strict=True)
    ]
    query = QueryVectors(statistics, [of_segment.classes for of_segment in vectors]).vector(words, weight)
    ratios = []
    for segment, of_segment in zip(segments, vectors, strict=True):
        documents: Any = Documents(segment)
        scores = Scorer(statistics, documents).scores(range(len(segment)), words, weight)
        for number, score in scores.items():
            bound = sum(value * query.get(place, 0.0) for place, value in of_segment.vector(number).items())
            assert bound * SLACK >= score
            ratios.append(bound / score)
    assert len(ratios) > 40
    assert np.median(ratios) < looseness


def test_words_within_some_errors_share_a_variant() -> None:
    chance = random.Random(1)
    words = {"".join(chance.choices("abc", k=chance.randint(2, 11))) for _ in range(300)}
    near = [(a, b, d) for a in words for b in words if a[0] == b[0] and (d := OSA.distance(a, b)) <= 2]
    assert len(near) > 1_000
    for asked, other, distance in near:
        assert list_variants(asked, max(distance, 1)).keys() & list_variants(other).keys(), (asked, other)
    with pytest.raises(ValueError, match="3 typing errors"):
        list_variants("maison", 3)


def test_a_condition_holds_for_all_that_is_allowed() -> None:
    numbering = Numbering([5, 2], [60_000, 1_000])
    chance = np.random.default_rng(0)
    for count in (3, 2_000, 25_000):
        allowed = np.sort(chance.choice(61_000, count, replace=False))
        condition = _condition(numbering, range(100, 60_500), allowed, 240)
        held: Any = eval(f"lambda address: {condition}".replace("[", "{").replace("]", "}"))
        inside = allowed[(allowed >= 100) & (allowed < 60_500)]
        assert all(map(held, numbering.addresses(inside).tolist()))
        assert len(condition) < 400_000
        assert not held(int(numbering.addresses(np.array([60_999]))[0]))


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (MilvusException(2, "Fail connecting to server"), StoreError, "does not answer: Fail connecting to server. Ch"),
        (MilvusException(65535, "auth check failure, please check"), StoreError, "refuses the user, the password"),
        (MilvusException(1, "PrivilegeInsert: permission deny to ann"), StoreError, "does not allow that: Privilege"),
        (MilvusException(800, "database not found[database=archive]"), NoStore, "There is no database milvus://ann@"),
        (MilvusException(9, "a field is missing"), StoreError, "reports an error: a field is missing."),
    ],
)
def test_an_error_is_one_sentence(error: MilvusException, kind: type[StoreError], message: str) -> None:
    with pytest.raises(kind) as raised, translate_errors(ADDRESS):
        raise error from error
    assert message in str(raised.value)
    assert "milvus://ann@db.example/archive" in str(raised.value)


def test_what_the_client_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    given = StoreAddress.parse("milvus://ann:s3cret@db.example:19531/archive?tls=true&ca_pem_path=/ca.pem&schema=law")
    assert given
    expected = {
        "uri": "https://db.example:19531",
        "db_name": "archive",
        "token": "ann:s3cret",
        "ca_pem_path": "/ca.pem",
    }
    assert connection._settings(given) == expected | {"ca_pem_path": "/ca.pem"}
    monkeypatch.setenv("MILVUS_TOKEN", "key")
    plain = {"uri": "http://db.example:19530", "db_name": "archive", "token": "key"}
    assert connection._settings(ADDRESS) == plain
    bearer = StoreAddress.parse("milvus://:key2@db.example/archive")
    assert bearer
    assert (bearer.url, connection._settings(bearer)["token"]) == ("milvus://db.example/archive", "key2")


@pytest.fixture
def server(milvus: Milvus) -> Milvus:
    return milvus


@pytest.mark.slow
def test_more_than_a_request_may_return(url: str, tmp_path: Path, store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """All passages score alike, so that no bound excludes one: the snapshot is asked in parts."""
    source = index_of_level(tmp_path, 100, 90)
    publish(source, store(url))
    monkeypatch.setattr(candidates, "MOST_ROWS", 16)
    monkeypatch.setattr(candidates, "_RANGES", 4)
    local, remote = open_index(source), open_index(url)
    words = [[("fr", term, 1.0), ("plain", term, 0.6)] for term in ("crue", "rivier")]
    nearly_all = resolve_filters(Filters(documents=tuple(local.document_ids[1::2])), local)
    for within in (NO_RESTRICTION, nearly_all):
        expected = local.candidates.best(words, within, 30)
        assert list(remote.candidates.best(words, within, 30).items()) == list(expected.items())
        every = remote.candidates.with_words([["crue"], ["riviere", "fleuve"]], within).tolist()
        assert every == local.candidates.with_words([["crue"], ["riviere", "fleuve"]], within).tolist()
        assert len(every) >= 45
    vector = local.candidates.vectors(np.array([0]))[0]
    nearest, _ = local.candidates.nearest(vector, local.sentences, NO_RESTRICTION)
    far = ResolvedFilters(sentences=np.sort(nearest[local.sentences // 3 :: 2]))  # those nearer are not allowed
    expected_numbers = local.candidates.nearest(vector, 5, far)[0].tolist()
    assert remote.candidates.nearest(vector, 5, far)[0].tolist() == expected_numbers
    assert len(expected_numbers) == 5
    assert remote.candidates.spellings("rivirre", 2) == local.candidates.spellings("rivirre", 2)
    assert remote.candidates.frequencies([("plain", "crue")] * 3) == [local.passages] * 3


@pytest.mark.slow
def test_a_removed_snapshot_gives_no_answer(
    url: str, tmp_path: Path, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.stores.milvus.collections.RETENTION_SECONDS", 0.0)
    publish(index_of_level(tmp_path, 100, 3), store(url))
    opened = open_index(url)
    assert levels(opened) == {"100"}
    for version in (101, 102):
        publish(index_of_level(tmp_path, version, 3), store(url))
    with pytest.raises(SnapshotGone, match="no longer holds the snapshot 1"):
        levels(opened)
    assert levels(open_index(url)) == {"102"}


@pytest.mark.slow
def test_who_was_still_for_too_long_publishes_nothing(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    address = StoreAddress.parse(url)
    assert address
    monkeypatch.setattr(lease, "LEASE", 0.5)
    with Connection(address) as mine, Connection(address) as other:
        monkeypatch.setattr(lease.Lease, "_beat", lambda *_: None)
        with lease.hold_lease(mine) as first:
            first.check()
            with lease.hold_lease(other) as second:
                second.check()
                with pytest.raises(IndexLocked, match="is being filled by another process"):
                    first.check()
        assert lease._aliases(mine) == []
        assert not [name for name in mine.collections() if name.startswith("filler")]


@pytest.mark.slow
@pytest.mark.parametrize("method", ["_add_passages", "verify"])
def test_who_lost_the_right_leaves_the_snapshot_of_another(
    url: str, tmp_path: Path, store: Any, server: Milvus, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    monkeypatch.setattr(lease, "LEASE", 0.5)
    mine, others = index_of_level(tmp_path, 200, 12), index_of_level(tmp_path, 300, 12)
    own = getattr(MilvusWriter, method)

    def interrupted(self: MilvusWriter, *values: object) -> Any:
        monkeypatch.setattr(MilvusWriter, method, own)
        self._lease._is_over.set()  # its beats arrive no longer
        publish(others, store(url))
        return own(self, *values)

    publish(index_of_level(tmp_path, 100, 3), store(url))
    monkeypatch.setattr(MilvusWriter, method, interrupted)
    with pytest.raises(IndexLocked, match="is being filled by another process"):
        publish(mine, store(url))
    opened = open_index(url)
    assert levels(opened) == {"300"}
    first = open_index(tmp_path / "index-100")
    assert server.rows(url, "segments") == len(opened.manifest.segments) + len(first.manifest.segments)
    assert server.rows(url, "sentences") == opened.sentences + first.sentences


@pytest.mark.slow
def test_the_connection_of_an_index_that_nobody_uses_is_closed(
    url: str, tmp_path: Path, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, close = list[MilvusClient](), MilvusClient.close

    def noted(self: MilvusClient) -> None:
        closed.append(self)
        close(self)

    monkeypatch.setattr(MilvusClient, "close", noted)
    publish(index_of_level(tmp_path, 100, 3), store(url))
    opened: Any = open_index(url)
    assert levels(opened) == {"100"}
    client = opened.candidates._connection._client
    assert client not in closed
    del opened
    publish(index_of_level(tmp_path, 101, 3), store(url))
    assert levels(open_index(url)) == {"101"}
    until(lambda: gc.collect() >= 0 and client in closed)


@pytest.mark.slow
@pytest.mark.parametrize(("setting", "call"), [("READING", "query"), ("_QUICK", "describe_alias")])
def test_a_server_that_stops_answering_is_given_up(
    url: str, tmp_path: Path, store: Any, server: Milvus, monkeypatch: pytest.MonkeyPatch, setting: str, call: str
) -> None:
    publish(index_of_level(tmp_path, 100, 3), store(url))
    opened = open_index(url)
    assert connection.READING == 60
    assert connection._QUICK == 10
    monkeypatch.setattr(connection, setting, 1.0)
    address = StoreAddress.parse(url)
    assert address
    with Connection(address) as asking:
        server.pause()
        try:
            begin = time.monotonic()
            with pytest.raises(StoreError, match=r"does not answer: .+ Check that it is running"):
                asking.pointer() if call == "describe_alias" else asking.records("segment")
            assert time.monotonic() - begin < 10
        finally:
            server.resume()
    assert levels(opened) == {"100"}


@pytest.mark.slow
def test_a_database_that_is_missing(server: Milvus) -> None:
    with pytest.raises(NoStore, match=r"There is no database milvus://127.0.0.1:\d+/nowhere\?schema=x on its server"):
        open_index(server.url("x").replace("/default", "/nowhere"))


@pytest.mark.slow
def test_no_password_is_written_down(
    url: str, tmp_path: Path, store: Any, data_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(index_of_level(tmp_path, 100, 3), store(url))
    monkeypatch.setenv("RAG_INDEX", url.replace("127.0.0.1", "ann:s3cret@127.0.0.1"))
    assert levels(open_index()) == {"100"}
    written = [Path(folder) / name for folder, _, names in os.walk(data_home) for name in names]
    assert len(written) > 5
    assert not [path for path in written if b"s3cret" in path.read_bytes()]


def test_a_certificate_that_is_missing(store: Any) -> None:
    with pytest.raises(StoreError, match=r"The file /nowhere that the address .+ names cannot be read: No such file"):
        store("milvus://127.0.0.1:1/default?tls=true&server_pem_path=/nowhere").create()
