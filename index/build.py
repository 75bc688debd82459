"""Makes an index the index of a folder, whatever it was before."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
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
from index.prepare import SPLIT, Source, prepare
from index.report import Listener, Phase, Progress, Report, Skipped
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
        raise CorpusMissing(f"No folder {corpus}.")
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
    """The generation in use, which is now of the folder as it is, and its sources."""
    found, left_out = files(corpus, index)
    while True:
        try:
            sources, unreadable = prepare(found, cache, encoder, _counting(progress, "reading", len(found)))
            skipped = tuple(sorted(left_out + unreadable))
            if not sources:
                raise CorpusMissing(_nothing_readable(corpus, skipped))
            return sources, _generation(corpus, index, sources, skipped, encoder, cache, progress)
        except CacheDamaged:  # the row was dropped: the file is read again
            continue


def _generation(
    corpus: Path,
    index: Path,
    sources: Sequence[Source],
    skipped: tuple[Skipped, ...],
    encoder: Encoder,
    cache: Cache,
    progress: Listener,
) -> Manifest:
    """The generation in use where it is the one to write, else a new one, put in its place."""
    digest = _digest(corpus, sources, skipped, encoder)
    old = _whole(index, digest)
    if old is not None:
        return old
    with generation.written_beside(index) as partial:
        counts, meaning = write(partial, sources, cache, encoder, _counting(progress, "writing", len(sources)))
        made = Manifest(
            corpus=str(corpus.resolve()),
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            encoder=encoder.name,
            fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            split=SPLIT,
            meaning=meaning.kind,
            recall=meaning.recall,
            digest=digest,
            skipped=skipped,
            **counts._asdict(),
        )
        generation.seal(partial, made)
        generation.put_in_place(index, partial)
    return made


def _whole(index: Path, digest: str) -> Manifest | None:
    """The manifest of the generation in use, if it is of this content and all its files are there."""
    try:
        in_use = generation.current(index)
        found = generation.manifest(in_use)
    except UserError:
        return None
    return found if found.digest == digest and not generation.damage(in_use, found, thorough=False) else None


def _digest(corpus: Path, sources: Sequence[Source], skipped: Sequence[Skipped], encoder: Encoder) -> str:
    made_of = [str(corpus.resolve()), generation.FORMAT, encoder.name, encoder.fingerprint, sources, skipped]
    return sha256(json.dumps(made_of).encode()).hexdigest()


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


def _counting(progress: Listener, phase: Phase, total: int) -> Callable[..., None]:
    numbers = count(1)
    return lambda name, passages=0: progress(Progress(phase, next(numbers), total, name, passages))


def _nothing_readable(corpus: Path, skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return f"{corpus} holds no file to index."
    first = skipped[0]
    return f"{corpus} holds no file that can be read; of {len(skipped)}, the first is {first.source}: {first.reason}."
