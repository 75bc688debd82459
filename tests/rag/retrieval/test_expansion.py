"""Words that may stand for those of a question."""

import pytest
from indexed import index_of

from index import Index
from rag.query.question import parse_question
from rag.retrieval.expansion import QueryExpander


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Index:
    texts = {"note.txt": "La population a rejeté le projet, qui englobe trois communes. Les ventes montent.\n"}
    return index_of(tmp_path_factory.mktemp("corpus"), texts)


@pytest.mark.parametrize(
    ("word", "alternatives"),
    [
        ("polpulation", {"population"}),  # a slip
        ("englobée", {"englobe"}),  # another form
        ("recette", set()),  # a word of its own, two letters from «rejeté»
        ("pente", set()),
    ],
)
def test_only_slips_and_other_forms_are_corrected(corpus: Index, word: str, alternatives: set[str]) -> None:
    (term,) = QueryExpander(corpus).expand(parse_question(f"Quelle {word} ?"))
    assert set(term.terms["plain"]) == alternatives
