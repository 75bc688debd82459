"""An index of one document, for tests that change its files."""

from pathlib import Path

import pytest
from handed import written


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return written(tmp_path)[0]


@pytest.fixture
def target(corpus: Path) -> Path:
    return corpus.parent / "index"
