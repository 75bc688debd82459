"""Measures of reading: token F1, folds, and refusals at a fixed share of false ones."""

import json
from pathlib import Path

import pytest

from bench.quality.reading import FOLDS, best_f1, corpus, fold_of, is_reported, questions, refused_at, token_f1, tokens


@pytest.mark.parametrize(
    ("predicted", "expected", "score"),
    [
        ("Marie Curie", "Marie Curie", 1.0),
        ("la physicienne Marie Curie", "Marie Curie", 0.8),  # two of three, two of two; the article does not count
        ("l'école de Paris", "École de Paris.", 1.0),
        ("l’école", "the École", 1.0),
        ("in 1903", "1911", 0.0),
        ("", "1911", 0.0),
        ("the", "The", 1.0),  # nothing is left of either
        ("Paris Paris", "Paris", 2 / 3),
    ],
)
def test_token_f1_is_that_of_squad_in_both_languages(predicted, expected, score):
    assert token_f1(predicted, expected) == pytest.approx(score)
    assert token_f1(expected, predicted) == pytest.approx(score)


def test_articles_are_removed_as_words_only():
    assert tokens("Les lesser an answer, des desks du Duc") == ["lesser", "answer", "desks", "duc"]


def test_the_nearest_of_several_answers_counts():
    assert best_f1("abstraites", ["Nouvelle École de Paris", "abstraites"]) == 1.0
    assert best_f1("abstraites", []) == 0.0


def test_folds_are_even_and_depend_on_the_titles_alone():
    titles = [f"Article {number}" for number in range(23)]
    folds = fold_of(titles)
    sizes = [sum(fold == number for fold in folds.values()) for number in range(FOLDS)]
    assert max(sizes) - min(sizes) <= 1
    assert fold_of(reversed(titles)) == folds


def test_a_tenth_of_the_answerable_is_refused():
    good = [number / 10 for number in range(10)]
    assert refused_at(good, [0.05, 0.15, 0.95]) == pytest.approx(1 / 3)
    assert refused_at(good, [0.1]) == 0.0


def test_only_kept_articles_of_nq_are_asked(tmp_path):
    folder = tmp_path / "nq_en" / "train"
    folder.mkdir(parents=True)
    titles = [f"Article {number}" for number in range(40)]
    single = next(number for number, title in enumerate(titles) if is_reported(title))  # nothing to choose from
    rows: dict[Path, list[dict[str, object]]] = {
        folder.parent / "corpus.jsonl": [
            {"id": f"d{n}", "title": title, "text": "…", "sentence_starts": [0, 9][: 1 + (n != single)]}
            for n, title in enumerate(titles)
        ],
        folder / "queries.jsonl": [
            {"id": f"q{n}", "text": title, "answers": ["a"], "answerable": True} for n, title in enumerate(titles)
        ],
        folder / "qrels.jsonl": [{"query_id": f"q{n}", "doc_id": f"d{n}"} for n in range(40)],
    }
    for path, values in rows.items():
        path.write_text("".join(json.dumps(value) + "\n" for value in values))
    queries = questions(tmp_path, "nq_en")
    assert 0 < len(queries) < 40
    assert [query.text for query, _, _ in queries] == [title for title in titles if is_reported(title)][1:]
    assert {text.title for text in corpus(tmp_path, "nq_en").values()} == {
        title for title in titles if is_reported(title)
    }
    assert queries[0][1] == {f"d{titles.index(queries[0][0].text)}.txt"}
