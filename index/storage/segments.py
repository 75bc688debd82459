"""Divide documents into segments, which are written, checked and kept as units.

A snapshot is a sequence of segments. Where a segment ends is decided by the ids of files alone, and never inside a
file with others inside it (content-defined chunking, Muthitacharoen et al. 2001, "A low-bandwidth network file
system"). A changed file changes the segment that it is in, and no other: a rebuild links the others, and the index is
still the one that a fresh build would make.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import blake2b, sha256
from importlib.metadata import version
from typing import NamedTuple

from index.documents import Container
from index.storage.manifest import FORMAT, segment_code

# What writes the files of a segment: our format, and tantivy's, which is private to each of its minor versions.
WRITER = (FORMAT, version("tantivy").rpartition(".")[0])
LEAST = 32  # files of a segment, on average
_SEGMENTS = 8  # of a corpus that has enough files; at most twice as many


class Source(NamedTuple):
    """A document whose content is cached."""

    id: str
    sha256: str
    key: str
    passages: int = 0
    sentences: int = 0
    container: Container | None = None  # the file that it is inside

    @property
    def file(self) -> str:
        """The id of the file on the disk."""
        return self.container.id if self.container else self.id


def partition(sources: Iterable[Source], files: int) -> Iterator[list[Source]]:
    """Yield the sources of each segment, in order; ``files`` is the number of files in the corpus."""
    length = 1 << max(LEAST, files // _SEGMENTS).bit_length() - 1
    run: list[Source] = []
    for source in sources:
        if run and run[-1].file != source.file and is_sampled(run[-1].file, length):
            yield run
            run = []
        run.append(source)
    if run:
        yield run


def is_sampled(id: str, total: int) -> bool:
    """Return True for one id in ``total`` (a power of two), always the same ones."""
    return int.from_bytes(blake2b(id.encode(), digest_size=4).digest()) % total == 0


def segment_name(run: Sequence[Source], used_codes: Collection[int] = ()) -> str:
    """Return the name of a segment: a digest of its content, in 32 hexadecimal digits.

    It is hashed again as long as its code is in ``used_codes``, the codes of the segments before it.
    """
    made_of = [*WRITER, *((source.id, source.sha256, source.key, source.container) for source in run)]
    name = sha256(json.dumps(made_of).encode()).hexdigest()[:32]
    while segment_code(name) in used_codes:
        name = sha256(name.encode()).hexdigest()[:32]
    return name


def count_all(run: Sequence[Source]) -> tuple[int, int, int]:
    """Return the numbers of documents, passages and sentences of sources."""
    return len(run), sum(source.passages for source in run), sum(source.sentences for source in run)
