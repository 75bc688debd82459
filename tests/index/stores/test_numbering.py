"""Addresses of a store have room for a segment, or it is refused."""

import pytest

from index.storage.manifest import Segment
from index.stores.base import StoreError
from index.stores.numbering import NUMBER_BITS, check_size


def test_a_segment_that_has_more_sentences_than_addresses_is_refused() -> None:
    most = 1 << NUMBER_BITS
    check_size([Segment("0001-a", 3, 7, most)])
    with pytest.raises(StoreError, match=r"has 268,435,457 sentences, and a store takes 268,435,456"):
        check_size([Segment("0001-a", 3, 7, 9), Segment("0002-a", 3, 7, most + 1)])
