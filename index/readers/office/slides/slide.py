"""A slide as its frames of text, and how its text is written: the title, the frames in reading order, the notes."""

from collections.abc import Sequence
from typing import NamedTuple

from index.readers.text_builder import BlockRole, TextBuilder


class Box(NamedTuple):
    """Where a frame is on its slide, in any unit."""

    left: float
    top: float
    right: float
    bottom: float


class SlideBlock(NamedTuple):
    """A block of a frame; ``level`` is how deep a list is nested, from 1."""

    text: str
    role: BlockRole = "paragraph"
    level: int = 1


class Frame(NamedTuple):
    """A shape of a slide that holds text."""

    blocks: Sequence[SlideBlock]
    box: Box | None = None  # None where the file does not say
    is_title: bool = False


class Slide(NamedTuple):
    """What a slide shows, and its notes."""

    frames: Sequence[Frame]
    notes: Sequence[SlideBlock] = ()
    is_hidden: bool = False


def add_slide(blocks: TextBuilder, slide: Slide) -> None:
    """Add a slide as a page; a hidden one is an empty page, so that the others keep their numbers."""
    blocks.start_page()
    if slide.is_hidden:
        return
    titles = [frame for frame in slide.frames if frame.is_title]
    if title := " ".join(" ".join(block.text for frame in titles for block in frame.blocks).split()):
        blocks.add(title, "heading")
    for frame in in_reading_order([frame for frame in slide.frames if not frame.is_title]):
        blocks.add("", "caption")  # a list or table ends with its frame
        _add(blocks, frame.blocks)
    _add(blocks, slide.notes)


def _add(blocks: TextBuilder, slide_blocks: Sequence[SlideBlock]) -> None:
    for block in slide_blocks:
        blocks.add(block.text, block.role, block.level)


def in_reading_order(frames: Sequence[Frame]) -> list[Frame]:
    """Return frames column by column, and from top to bottom; in their order where their places are not known.

    A frame over others, such as a title, is no column.
    """
    if len(frames) < 2 or any(frame.box is None for frame in frames):
        return list(frames)
    columns, rows = _separate(frames, 0, 2), _separate(frames, 1, 3)
    if len(columns) > 1 and not _stands_over_columns(columns, rows):
        return [frame for column in columns for frame in in_reading_order(column)]
    if len(rows) > 1:
        return [frame for group in _side_by_side(rows) for frame in in_reading_order(group)]
    return sorted(frames, key=lambda frame: (frame.box or Box(0, 0, 0, 0))[1::-1])


def _stands_over_columns(columns: Sequence[Sequence[Frame]], rows: Sequence[Sequence[Frame]]) -> bool:
    """Return whether the first of several rows is one frame that would be a column, and others are columns below it."""
    first = rows[0]
    return len(columns) > 2 and len(rows) > 1 and len(first) == 1 and any(column == first for column in columns)


def _side_by_side(rows: Sequence[list[Frame]]) -> list[list[Frame]]:
    """Join rows that follow each other and share their columns: they are read column by column."""
    groups: list[list[Frame]] = []
    for row in rows:
        joined = [*groups[-1], *row] if groups else row
        if groups and len(row) > 1 and len(_separate(joined, 0, 2)) == len(row) == len(_separate(groups[-1], 0, 2)):
            groups[-1] = joined
        else:
            groups.append(row)
    return groups


def _separate(frames: Sequence[Frame], first: int, last: int) -> list[list[Frame]]:
    """Group frames so that no two groups overlap in one direction; frames may overlap by a tenth."""
    placed = sorted(((frame.box or Box(0, 0, 0, 0), frame) for frame in frames), key=lambda pair: pair[0][first])
    groups: list[list[Frame]] = []
    end = 0.0
    for box, frame in placed:
        if groups and box[first] + (box[last] - box[first]) / 10 < end:
            groups[-1].append(frame)
        else:
            groups.append([frame])
        end = max(end, box[last]) if len(groups[-1]) > 1 else box[last]
    return groups
