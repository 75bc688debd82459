"""The seeds, indexed once for all tests that ask them."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings

from index import Index, open_index, rebuild

_KEPT = TemporaryDirectory()
os.environ["RAG_FOLDER"] = str(Path(_KEPT.name) / "own")  # not the documents of whoever runs the tests
os.environ["HF_ASSETS_CACHE"] = _KEPT.name  # read when the client of the hub is imported, which is later

settings.register_profile("untimed", deadline=None)  # how long a test takes says nothing on a machine that is busy
settings.load_profile("untimed")

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("seeds") / "index"
    rebuild(SEEDS, target)
    return target


@pytest.fixture(scope="session")
def seeds(seeds_index: Path) -> Index:
    return open_index(seeds_index)
