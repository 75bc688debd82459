"""An index of one document, for tests that change its files."""

from pathlib import Path

import pytest
from handed import write_corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path)[0]


@pytest.fixture
def target(corpus: Path) -> Path:
    return corpus.parent / "index"
