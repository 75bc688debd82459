"""Names of documents in a question: found, and in a bounded time whatever the question."""

from typing import Any

import pytest

from index import Index, open_index, rebuild
from rag.intents.naming import find_mention, resolve

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("names")
    (folder / "corpus/notes").mkdir(parents=True)
    for name in ("a b.txt", "notes/verger.md", "Rapport d'été.txt"):
        (folder / "corpus" / name).write_text("Les pommes passent l'hiver à la cave.", encoding="utf-8")
    rebuild(folder / "corpus", folder / "index")
    return open_index(folder / "index")


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("Que dit le document verger.md ?", ("notes/verger.md",)),
        ("What is in VERGER.MD?", ("notes/verger.md",)),
        ("Que dit le document « rapport d'ete » ?", ("Rapport d'été.txt",)),
        ("Que dit le document perdu ?", None),
        ("Quel document faut-il fournir en hiver ?", None),
    ],
)
def test_a_document_is_found_by_its_name(named: Index, question: str, ids: tuple[str, ...] | None) -> None:
    mention = find_mention(question, named)
    assert (mention and mention.ids) == ids


@pytest.mark.parametrize("question", ["b.a " * 499, "document b " * 180, "a.txt b.txt " * 160])
def test_few_parts_of_a_question_are_searched_for(named: Index, question: str, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    search = Index.find_by_name

    def noted(self: Index, words: str, *more: Any) -> Any:
        searched.append(words)
        return search(self, words, *more)

    monkeypatch.setattr(Index, "find_by_name", noted)
    find_mention(question[:2000], named)
    assert 0 < len(searched) <= 20


def test_a_file_is_told_by_its_folder(named: Index) -> None:
    assert resolve("verger notes", named) == ("notes/verger.md",)
    assert resolve("verger rapport", named) == ()


def test_a_word_of_no_name_takes_no_search(named: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Index, "find_by_name")
    assert resolve("girafes", named) == ()
