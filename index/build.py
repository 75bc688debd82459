"""Makes an index the index of a folder, whatever it was before."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from pathlib import Path

from index import generation
from index.cache import Cache, CacheDamaged
from index.disk import writing_to
from index.encoders import Embeddings, Encoder, load_encoder
from index.errors import CorpusMissing, UserError
from index.folder import files
from index.generation import Manifest
from index.lock import writer_lock
from index.prepare import SPLIT, Source, known, prepare
from index.report import Listener, Progress, Report, Skipped
from index.settings import Settings
from index.store import Store
from index.write import write

PATIENCE = 3.0  # seconds to wait for another rebuild


def rebuild(
    folder: str | Path,
    target: str | Path | None = None,
    *,
    encoder: str | Encoder | Embeddings | None = None,
    progress: Listener | None = None,
    patience: float = PATIENCE,
) -> Report:
    """Makes ``target`` the index of the files in ``folder``; the old index stays in use until the new one is whole.

    ``encoder`` is an encoder, LangChain's ``Embeddings``, or the name or folder of a model. A file that cannot be read
    is reported, and no reason to stop; a folder without any that can leaves the index as it was.
    """
    began = time.monotonic()
    corpus, settings = Path(folder).expanduser(), Settings.read(index=target)
    if not corpus.is_dir():
        raise no_folder(corpus)
    chosen = load_encoder(encoder or settings.encoder)
    with writing_to(settings.index):
        settings.index.mkdir(parents=True, exist_ok=True)
        with writer_lock(settings.index, patience):
            generation.clean(settings.index)
            return _rebuilt(corpus, settings.index, chosen, progress or (lambda event: None), began)


def _rebuilt(corpus: Path, index: Path, encoder: Encoder, progress: Listener, began: float) -> Report:
    before = _contents(index)
    cache = Cache(index / "cache.sqlite")
    try:
        sources, made = _made(corpus, index, encoder, cache, progress)
        cache.forget_all_but([source.key for source in sources], encoder.fingerprint)
    finally:
        cache.close()
    return _report(before, {source.id: source.sha256 for source in sources}, made, time.monotonic() - began)


def _made(
    corpus: Path, index: Path, encoder: Encoder, cache: Cache, progress: Listener
) -> tuple[list[Source], Manifest]:
    """The sources of the folder as it is, and the generation in use, which is now of them."""
    found, left_out = files(corpus, index)
    while True:
        try:
            parts = known(found, cache, encoder)
            old = _in_use(corpus, index, encoder, _Parts(parts, left_out)) if parts is not None else None
            if old is not None:
                return old
            coming = iter(parts) if parts is not None else prepare(found, cache, encoder)
            return _new(corpus, index, encoder, _Parts(coming, left_out), cache, progress, len(found))
        except CacheDamaged:  # the row was dropped: the file is read again
            continue


class _Parts:
    """What becomes of the files of a folder: the sources as they come, and what is skipped."""

    def __init__(self, parts: Iterable[Source | Skipped], left_out: Iterable[Skipped]) -> None:
        self._parts, self._left_out = parts, list(left_out)
        self.sources: list[Source] = []

    def __iter__(self) -> Iterator[Source]:
        for part in self._parts:
            if isinstance(part, Skipped):
                self._left_out.append(part)
            else:
                self.sources.append(part)
                yield part

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return tuple(sorted(self._left_out))

    def digest(self, corpus: Path, encoder: Encoder) -> str:
        made_of = [str(corpus.resolve()), generation.FORMAT, encoder.name, encoder.fingerprint]
        return sha256(json.dumps([*made_of, self.sources, self.skipped]).encode()).hexdigest()


def _in_use(corpus: Path, index: Path, encoder: Encoder, parts: _Parts) -> tuple[list[Source], Manifest] | None:
    """The generation in use, if it is the one that would be written."""
    sources = list(parts)
    old = _whole(index, parts.digest(corpus, encoder))
    return (sources, old) if old is not None else None


def _new(
    corpus: Path, index: Path, encoder: Encoder, parts: _Parts, cache: Cache, progress: Listener, files: int
) -> tuple[list[Source], Manifest]:
    """A new generation, put in its place."""
    with generation.written_beside(index) as partial:
        counts, meaning = write(partial, _some(parts, corpus, progress), cache, encoder, _counting(progress, files))
        made = Manifest(
            corpus=str(corpus.resolve()),
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            encoder=encoder.name,
            fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            split=SPLIT,
            meaning=meaning.kind,
            recall=meaning.recall,
            digest=parts.digest(corpus, encoder),
            skipped=parts.skipped,
            **counts._asdict(),
        )
        generation.seal(partial, made)
        generation.put_in_place(index, partial)
    return parts.sources, made


def _some(parts: _Parts, corpus: Path, progress: Listener) -> Iterator[Source]:
    """The sources, of which there must be one; then the writing is told."""
    yield from parts
    if not parts.sources:
        raise _nothing_readable(corpus, parts.skipped)
    progress(Progress("writing", len(parts.sources), len(parts.sources)))


def _whole(index: Path, digest: str) -> Manifest | None:
    """The manifest of the generation in use, if it is of this content and every byte is as it was written."""
    try:
        in_use = generation.current(index)
        found = generation.manifest(in_use)
    except UserError:
        return None
    return found if found.digest == digest and not generation.damage(in_use, found) else None


def _contents(index: Path) -> dict[str, str]:
    """The ids and hashes of the documents in the index, if there is one that can be read."""
    try:
        in_use = generation.current(index)
        generation.manifest(in_use)
        return Store(in_use).hashes()
    except UserError:
        return {}


def _report(before: Mapping[str, str], after: Mapping[str, str], made: Manifest, seconds: float) -> Report:
    both = before.keys() & after.keys()
    changed = sum(before[id] != after[id] for id in both)
    return Report(
        documents=made.documents,
        passages=made.passages,
        sentences=made.sentences,
        added=len(after.keys() - before.keys()),
        changed=changed,
        removed=len(before.keys() - after.keys()),
        unchanged=len(both) - changed,
        skipped=made.skipped,
        seconds=seconds,
    )


def _counting(progress: Listener, files: int) -> Callable[[str, int], None]:
    numbers = count(1)
    return lambda name, passages: progress(Progress("reading", next(numbers), files, name, passages))


def no_folder(corpus: Path) -> CorpusMissing:
    if corpus.exists():
        return CorpusMissing("{} is a file. Name the folder that holds it.", corpus)
    return CorpusMissing("No folder {}. Check its name.", corpus)


def _nothing_readable(corpus: Path, skipped: Sequence[Skipped]) -> CorpusMissing:
    if not skipped:
        return CorpusMissing("{} holds no file to index. Put documents in it, or name another folder.", corpus)
    nothing = "{} holds no file that can be read; of {}, the first is {}: {}."
    return CorpusMissing(nothing, corpus, len(skipped), skipped[0].source, skipped[0].error)
