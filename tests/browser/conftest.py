"""The page over the plain index, served for one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from plain_controller import plain_controller, serve_page

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture
def conversation_folder(tmp_path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def address(conversation_folder) -> Iterator[str]:
    with serve_page(plain_controller(SEEDS, conversation_folder)) as address:
        yield address
