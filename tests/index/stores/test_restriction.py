"""What an engine is told of filters follows from the share that they allow, not from the number of documents."""

import numpy as np
import pytest

from index.stores.numbering import Numbering
from index.stores.restriction import join_ranges, restrict

SENTENCES = 5  # of a document


def allowed_sentences(documents: int, share: float) -> np.typing.NDArray[np.int64]:
    chosen = np.flatnonzero(np.random.default_rng(7).random(documents) < share)
    return (chosen[:, None] * SENTENCES + np.arange(SENTENCES)).ravel()


@pytest.mark.parametrize("share", [0.5, 0.1, 0.9])
def test_what_is_told_and_asked_for_has_a_bound_that_the_share_alone_decides(share: float) -> None:
    for documents in (20_000, 200_000, 2_000_000):
        numbering = Numbering([3, 9], [documents * 2, documents * (SENTENCES - 2)])
        restriction = restrict(numbering, allowed_sentences(documents, share), 240)
        assert restriction.ranges is not None
        assert len(restriction.ranges) <= 1.05 * max(128, 240 / share)
        assert restriction.rows_for(240) <= 1.05 * 240 / share


def test_few_documents_are_told_exactly() -> None:
    numbering, chosen = Numbering([3, 9], [400_000, 600_000]), allowed_sentences(200_000, 0.005)
    restriction = restrict(numbering, chosen, 240)
    assert restriction.ranges is not None
    assert restriction.allowed is None
    assert sum(last - first + 1 for first, last in restriction.ranges) == len(chosen)
    assert restrict(numbering, None, 240).ranges is None


def test_joined_ranges_hold_those_that_were_joined() -> None:
    ranges = [(1, 3), (5, 5), (100, 120), (122, 130), (500, 501)]
    assert join_ranges(ranges, 3) == [(1, 5), (100, 130), (500, 501)]
    assert join_ranges(ranges, 5) == ranges
