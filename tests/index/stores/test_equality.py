"""A store proposes what the local index proposes, to the last bit, and so gives the same answers."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from databases import Folder, Server, on_servers, store_at

import rag
from index import Index, open_index, rebuild
from index.build.local.store import LocalStore
from index.build.transfer import publish
from index.storage.candidates import NO_RESTRICTION, ResolvedFilters, WeightedTerm
from index.storage.lexical import analyze
from index.storage.manifest import DOCUMENTS
from rag.query.filters import Filters, resolve_filters

pytestmark = pytest.mark.slow

# Fables of La Fontaine, and of Aesop in the translation of Townsend (1867); both are in the public domain.
FABLES = {
    "fr/cigale.txt": """La Cigale et la Fourmi

La Cigale, ayant chanté tout l'été, se trouva fort dépourvue quand la bise fut venue. Pas un seul petit morceau de
mouche ou de vermisseau. Elle alla crier famine chez la Fourmi sa voisine, la priant de lui prêter quelque grain pour
subsister jusqu'à la saison nouvelle. « Je vous paierai, lui dit-elle, avant l'Août, foi d'animal, intérêt et
principal. » La Fourmi n'est pas prêteuse : c'est là son moindre défaut.""",
    "fr/corbeau.txt": """Le Corbeau et le Renard

Maître Corbeau, sur un arbre perché, tenait en son bec un fromage. Maître Renard, par l'odeur alléché, lui tint à peu
près ce langage : « Hé ! bonjour, Monsieur du Corbeau. Que vous êtes joli ! que vous me semblez beau ! » À ces mots le
Corbeau ne se sent pas de joie ; et pour montrer sa belle voix, il ouvre un large bec, laisse tomber sa proie. Le Renard
s'en saisit, et dit : « Mon bon Monsieur, apprenez que tout flatteur vit aux dépens de celui qui l'écoute. »""",
    "fr/lievre.txt": """Le Lièvre et la Tortue

Paris, le 12 mars 1668

Rien ne sert de courir ; il faut partir à point. Le Lièvre et la Tortue en sont un témoignage. « Gageons, dit celle-ci,
que vous n'atteindrez point sitôt que moi ce but. » La Tortue arriva la première.""",
    "en/ant.md": """# The Ant and the Dove

An ant went to the bank of a river to quench its thirst, and being carried away by the rush of the stream, was on the
point of drowning. A Dove sitting on a tree overhanging the water plucked a leaf and let it fall into the stream close
to her.

## Moral

One good turn deserves another.""",
    "en/hare.md": """# The Hare and the Tortoise

A Hare one day ridiculed the short feet and slow pace of the Tortoise, who replied, laughing: "Though you be swift as
the wind, I will beat you in a race." On the day appointed for the race the two started together. The Tortoise never for
a moment stopped, but went on with a slow but steady pace straight to the end of the course.""",
    "en/crow.txt": "".join(
        f"The Crow dropped pebble number {n} into the pitcher. The water rose a little.\n\n" for n in range(40)
    ),
}
QUESTIONS = {
    "seeds": [
        "Quand Vladimir Poutine a-t-il parlé à Emmanuel Macron ?", "Combien de soldats russes sont à la frontière ?",
        "who met the german chancellor?", '"cessez le feu" Kremlin', "que dit l'Élysée ? -otan", "macorn poutine",
        "avant:2022-02-10 Ukraine", "toutes les mentions de Macron", "quel est le prix du pain ?", "Bonjour",
    ],
    "fables": [
        "Que demande la Cigale à la Fourmi ?", "Who won the race between the hare and the tortoise?",
        "fichier:fr/* qui tient un fromage dans son bec ?", "What did the dove pluck from the tree?",
        '"tout flatteur vit" renard', "quel animal arriva le premier ? -cigale", "tortiose race", "corbaeu fromage",
        "pebble number 17", "Combien coûte un billet de train ?", "toutes les mentions de Tortue", "chnater été",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory, seeds_index: Path) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("fables")
    for name, text in FABLES.items():
        path = base / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    rebuild(base / "corpus", base / "index")
    return {"seeds": seeds_index, "fables": base / "index"}


@pytest.fixture(scope="module", params=["seeds", "fables"])
def pair(
    request: pytest.FixtureRequest, corpora: dict[str, Path], server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Index, Index]]:
    """The name of a corpus, its index on this machine, and that in a store."""
    name, store = request.param, store_at(server.url(f"equal_{request.param}"))
    store.create()
    publish(corpora[name], store)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        yield name, open_index(corpora[name]), open_index(server.url(f"equal_{name}"))


def plain(answer: rag.Answer) -> str:
    return json.dumps({name: value for name, value in answer.to_dict().items() if name != "timings"})


def test_answers_are_the_same(pair: tuple[str, Index, Index]) -> None:
    name, local, remote = pair
    for question in QUESTIONS[name]:
        assert plain(rag.ask(question, index=remote)) == plain(rag.ask(question, index=local)), question
        assert rag.search(question, 5, index=remote) == rag.search(question, 5, index=local), question
    every = [rag.ask(QUESTIONS[name][0], index=index, k=None) for index in (local, remote)]
    assert plain(every[0]) == plain(every[1])


def soft(words: str, field: str) -> Sequence[Sequence[WeightedTerm]]:
    return [[(field, term, 0.9), ("plain", term, 0.6)] for term in analyze(words, field)]


@pytest.mark.parametrize(
    "words",
    [
        soft("president russe frontiere soldats guerre", "fr"),
        soft("le renard et le corbeau sur un arbre", "fr"),
        soft("slow tortoise race water tree pitcher", "en"),
    ],
)
def test_words_and_vectors_are_proposed_alike(pair: tuple[str, Index, Index], words: Any) -> None:
    _name, index, of_store = pair
    local, remote = index.candidates, of_store.candidates
    terms = [alternative for word in words for alternative in word]
    keys = [term[:2] for term in terms]
    assert remote.frequencies(keys) == local.frequencies(keys)
    words = [word for word in words if any(local.frequencies([term[:2] for term in word]))]
    narrow = resolve_filters(Filters(documents=(index.document_ids[0], index.document_ids[-1])), index)
    assert narrow.sentences is not None
    for within in (NO_RESTRICTION, narrow) if words else ():
        assert list(remote.best(words, within, 7).items()) == list(local.best(words, within, 7).items())
        sums = remote.best_by_sum(terms, within, 7), local.best_by_sum(terms, within, 7)
        assert list(sums[0]) == list(sums[1])
        every = [[term] for _, term, _ in terms[:2]]
        assert remote.with_words(every, within).tolist() == local.with_words(every, within).tolist()
    if words:
        numbers = [0, index.passages // 2, index.passages - 1]
        assert remote.scores(numbers, words) == local.scores(numbers, words)
    sentences = np.arange(0, index.sentences, 3)
    vectors = local.vectors(sentences)
    assert remote.vectors(sentences).tobytes() == vectors.tobytes()
    for vector in vectors[:6]:
        for within in (NO_RESTRICTION, narrow):
            actual, expected = remote.nearest(vector, 9, within), local.nearest(vector, 9, within)
            assert actual[0].tolist() == expected[0].tolist()
            assert np.abs(actual[1] - expected[1]).max() < 1e-5


@pytest.mark.parametrize(
    "words", ["tout flatteur", "pebble number", "the water rose", "cessez le feu", "fromage bec", "17"]
)
def test_phrases_are_those_of_the_local_index(pair: tuple[str, Index, Index], words: str) -> None:
    _, local, remote = pair
    terms = analyze(words, "plain")
    expected = local.candidates.with_phrase(terms).tolist()
    assert remote.candidates.with_phrase(terms).tolist() == expected
    best = [index.candidates.best_with_phrase(terms, NO_RESTRICTION, 5).tolist() for index in (remote, local)]
    assert best[0] == best[1]


@pytest.mark.parametrize(
    ("word", "slips"), [("torteu", 2), ("fromgae", 2), ("macorn", 1), ("renrad", 1), ("zzzz", 1), ("f%_x", 1)]
)
def test_slips_of_the_pen_are_spelled_alike(pair: tuple[str, Index, Index], word: str, slips: int) -> None:
    _, local, remote = pair
    assert remote.candidates.spellings(word, slips) == local.candidates.spellings(word, slips)


def test_a_replica_holds_documents_and_no_words_or_vectors(pair: tuple[str, Index, Index], server: Server) -> None:
    _, local, remote = pair
    if isinstance(server, Folder):
        assert {path.name for path in remote.snapshot.rglob("*.*")} == {
            path.name for path in local.snapshot.rglob("*.*") if path.parent.name != "lexical"
        } | {path.name for path in remote.snapshot.rglob("lexical/*")}
        return
    files = {path.name for path in remote.snapshot.rglob("*") if path.is_file()}
    assert files == {*DOCUMENTS, "manifest.json"}
    assert [remote.document(id).text for id in remote.document_ids] == [
        local.document(id).text for id in local.document_ids
    ]
    with pytest.raises(ValueError, match="in a store"):
        _ = remote.lexical


@pytest.mark.parametrize("server", ["postgres", "milvus"], indirect=True)
def test_a_question_moves_a_bounded_number_of_rows(
    pair: tuple[str, Index, Index], server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, remote = pair
    moved: list[int] = []
    rows = type(remote.candidates)._rows  # type: ignore[attr-defined]

    def counted(self: Any, *asked: object, **values: object) -> Any:
        fetched = rows(self, *asked, **values)
        moved.append(len(fetched))
        return fetched

    monkeypatch.setattr(type(remote.candidates), "_rows", counted)
    rag.ask(QUESTIONS[name][0], index=remote)
    assert 0 < sum(moved) < 2_000


def test_a_store_is_copied_back(pair: tuple[str, Index, Index], tmp_path: Path) -> None:
    name, local, remote = pair
    publish(remote.folder, LocalStore(tmp_path / "copy"))
    copied = open_index(tmp_path / "copy")
    assert (
        copied.vectors.reconstruct(np.arange(copied.sentences)).tobytes()
        == local.vectors.reconstruct(np.arange(local.sentences)).tobytes()
    )
    for question in QUESTIONS[name][:3]:
        assert plain(rag.ask(question, index=copied)) == plain(rag.ask(question, index=local))


FILTERED = {
    "seeds": ['cessez le feu Kremlin "le président"', "que dit l'Élysée ? -otan", 'fichier:*1* "de la" -ukraine paix'],
    "fables": ['"the water" pebble number 17', "quel animal arriva le premier ? -cigale", "fichier:en/* race -hare"],
}


@on_servers
def test_proposals_are_checked_where_too_many_passages_hold_a_word(
    pair: tuple[str, Index, Index], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, local, remote = pair
    monkeypatch.setattr("index.stores.candidates._LISTED", -1)

    def refuse(*_: object) -> None:
        raise AssertionError("passages were listed")

    with monkeypatch.context() as patch:
        patch.setattr(type(remote.candidates), "with_words", refuse)
        checked = [plain(rag.ask(question, index=remote)) for question in FILTERED[name]]
    monkeypatch.setattr("index.stores.candidates._CHECKED", 1)
    listed = [plain(rag.ask(question, index=remote)) for question in FILTERED[name]]
    assert checked == listed == [plain(rag.ask(question, index=local)) for question in FILTERED[name]]
    filters = Filters(phrases=("the water",), without=("cigale", "otan"))
    allowed = [resolve_filters(filters, index) for index in (remote, local)]
    assert len(allowed[0].unlisted) == 3
    np.testing.assert_array_equal(remote.candidates.listed(allowed[0]).sentences, allowed[1].sentences)


def test_filters_without_a_passage_find_nothing(pair: tuple[str, Index, Index]) -> None:
    _, _, remote = pair
    nowhere = ResolvedFilters(runs=((),), sentences=np.empty(0, np.int64))
    assert remote.candidates.best([[("plain", "le", 1.0)]], nowhere, 3) == {}
    assert remote.candidates.with_words([["le"]], nowhere).tolist() == []
    assert remote.candidates.nearest(remote.candidates.vectors(np.array([0]))[0], 3, nowhere)[0].tolist() == []
