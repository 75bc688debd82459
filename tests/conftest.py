"""The seeds, indexed once for all tests that ask them."""

from pathlib import Path

import pytest

from index import Index, open_index, rebuild

SEEDS = Path(__file__).parents[1] / "seeds"


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("seeds") / "index"
    rebuild(SEEDS, target)
    return target


@pytest.fixture(scope="session")
def seeds(seeds_index: Path) -> Index:
    return open_index(seeds_index)
