"""What a Word document shows that is no text of its own: files inside that stand in its place, charts, diagrams."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from index.documents import Block
from index.errors import UnreadableFile
from index.readers.metadata import or_none
from index.readers.office.package import Package
from index.readers.office.slides.charts import CHART, chart_blocks
from index.readers.parsed import ParsedFile
from index.readers.text_builder import BlockRole

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_CHART = f"{CHART}chart"
ReadInside = Callable[[str, bytes], ParsedFile]  # reads a file inside, given its name and bytes
DRAWN = (_CHART, _DIAGRAM)
_ROLES: dict[str, BlockRole] = {"heading": "heading", "item": "item", "row": "row", "field": "field", "code": "code"}


class InsertedBlock(NamedTuple):
    """A block, as ``TextBuilder.add`` takes it."""

    text: str
    role: BlockRole = "paragraph"
    level: int = 1


def drawn_blocks(package: Package, main: str, drawing: Any) -> list[InsertedBlock]:
    """Return the texts of a chart or a diagram that the document draws; none where its part cannot be read."""
    name = f"{_RELATION}id" if drawing.tag == _CHART else f"{_RELATION}dm"
    name_inside = _find_file(package, main, drawing.get(name, ""))
    try:
        tree = package.tree(name_inside) if name_inside else None
    except UnreadableFile:  # it costs no text
        return []
    if tree is None:
        return []
    if drawing.tag == _CHART:
        return or_none(lambda: [InsertedBlock(*block) for block in chart_blocks(tree)]) or []
    texts = ("".join(run.text or "" for run in paragraph.iter(f"{_TEXT}t")) for paragraph in tree.iter(f"{_TEXT}p"))
    return [InsertedBlock(f"- {text}", "item") for text in texts if text.strip()]


def chunk_blocks(package: Package, main: str, chunk: Any, read_inside: ReadInside) -> list[InsertedBlock]:
    """Return the blocks of a file inside that Word shows in the place of ``w:altChunk``: a page, a text, a document.

    Raises:
        UnreadableFile: it is not there, or cannot be read.
    """
    name_inside = _find_file(package, main, chunk.get(f"{_RELATION}id", ""))
    if not name_inside:
        raise UnreadableFile("a file inside, which Word would show in its place, is not read")
    return list(_blocks_of(read_inside(name_inside, package.read(name_inside))))


def _find_file(package: Package, main: str, id: str) -> str:
    names = {relation.id: relation.part for relation in package.relations(main)}
    return names.get(id, "") if package.holds(names.get(id, "")) else ""


def _blocks_of(parsed: ParsedFile) -> Iterator[InsertedBlock]:
    """Yield the blocks of a file, and the paragraphs between them."""
    end = 0
    for block, following in pairwise([*parsed.blocks, None]):
        assert block is not None
        yield from _paragraphs(parsed.text[end : block.start])
        end = max(end, block.end)
        text = parsed.text[block.start : block.end]
        is_caption = block.kind == "lead-in" and following is not None and following.kind == "row"
        yield InsertedBlock(
            text, "caption" if is_caption else _ROLES.get(block.kind, "paragraph"), _level(parsed, block)
        )
    yield from _paragraphs(parsed.text[end:])


def _paragraphs(text: str) -> Iterator[InsertedBlock]:
    return (InsertedBlock(paragraph) for paragraph in text.split("\n\n") if paragraph.strip())


def _level(parsed: ParsedFile, block: Block) -> int:
    """Return how many blocks of its kind a block stands under, itself included."""
    level, parent = 1, block.parent
    while parent >= 0:
        level += parsed.blocks[parent].kind == block.kind
        parent = parsed.blocks[parent].parent
    return level
