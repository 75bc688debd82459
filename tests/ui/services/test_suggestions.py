"""Suggestions are of one index, and do not keep it alive."""

import gc
from pathlib import Path
from types import SimpleNamespace
from weakref import ref

import pytest

from index import open_index, rebuild
from index.index import close_index
from ui.i18n.labels import ENGLISH, FRENCH
from ui.services.suggestions import make_suggester

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parents[3] / "seeds"


def test_suggestions_are_tried_once_and_do_not_keep_their_index_open(tmp_path: Path) -> None:
    rebuild(SEEDS, tmp_path)
    tried: list[str] = []

    def ask(question: str) -> SimpleNamespace:
        tried.append(question)
        return SimpleNamespace(found=len(tried) % 2 == 0)

    suggest = make_suggester(ask)  # type: ignore[arg-type]
    opened = open_index(tmp_path)
    suggested = suggest(opened, FRENCH)
    assert suggested == tuple(tried[1::2])
    assert len(suggested) == 4
    assert suggest(opened, FRENCH) == suggested
    assert len(tried) == 8
    assert not set(suggest(opened, ENGLISH)) & set(suggested)
    is_open = ref(opened)
    close_index(tmp_path)
    del opened
    gc.collect()
    assert is_open() is None
