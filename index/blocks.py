"""Blocks as whole numbers, which is how the index and the cache store them."""

from collections.abc import Sequence

from index.documents import BLOCK_KINDS, Block


def numbers_of(blocks: Sequence[Block]) -> list[int]:
    """Return blocks as whole numbers, four of each: the position of its kind, start, end, parent."""
    return [number for kind, *offsets in blocks for number in (BLOCK_KINDS.index(kind), *offsets)]


def blocks_of(numbers: Sequence[int]) -> tuple[Block, ...]:
    """Restore the blocks of which ``numbers_of`` returned ``numbers``.

    Raises:
        ValueError: it returned no such numbers, whatever the text.
        TypeError: they are no numbers.
    """
    if any(type(number) is not int for number in numbers):
        raise TypeError("blocks of other values than whole numbers")
    if not all(0 <= kind < len(BLOCK_KINDS) for kind in numbers[::4]):
        raise ValueError("blocks of no kind")
    blocks = [Block(BLOCK_KINDS[kind], *offsets) for kind, *offsets in zip(*[iter(numbers)] * 4, strict=True)]
    ends = [0, *(block.end for block in blocks)]
    for number, block in enumerate(blocks):
        if not (ends[number] <= block.start <= block.end and -1 <= block.parent < number):
            raise ValueError("blocks that are not in order")
    return tuple(blocks)
