"""A folder that changes while it is asked about, and checks of the citations."""

import hashlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

TOWNS = (
    "Brévanne Sancourt Montriol Vauclair Péronnas Lestrac Orgival Carnoux Thiézac Bellerive Grandlieu Sauveterre"
    " Aubrac Mirecourt Valensole Rocheserre Hautefage Noirétable Fontaubert Castelmaur"
).split()
FILLER = "La commune tient son marché le samedi sur la place de l'église. Les habitants y viennent de toute la vallée. "
_REMEMBERED_ROUNDS = 100  # rounds of which the versions are remembered


class Version(NamedTuple):
    text: str
    round: int | None  # None: a file that was sent, which rounds leave alone


class Folder:
    """A corpus that changes, and its recent versions."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.indexed = 0  # the last round that a rebuild has ended with
        self._versions: dict[str, dict[str, Version]] = {}  # by name and hash
        self._lock = threading.Lock()
        path.mkdir()

    def write(self, round: int) -> None:
        """Rewrite all files, and add or remove one."""
        for number, town in enumerate(TOWNS):
            path = self.path / f"{town}.txt"
            if number == 0 and round % 2:
                path.unlink(missing_ok=True)
                continue
            text = sentence(town, 1000 + round, round % 3)
            self.know(path.name, text, round)
            path.write_text(text, encoding="utf-8")

    def know(self, name: str, text: str, round: int | None = None) -> None:
        """Record a version of a file, before it is written or sent; forget very old ones."""
        with self._lock:
            versions = self._versions.get(name, {})
            recent = {hash: old for hash, old in versions.items() if _is_recent(old.round, round)}
            self._versions[name] = {**recent, hashlib.sha256(text.encode()).hexdigest(): Version(text, round)}

    def versions(self, name: str) -> Mapping[str, Version]:
        """Return the versions of a file, by hash."""
        return self._versions.get(name, {})

    def wrong(self, citations: Sequence[Mapping[str, Any]], indexed: int) -> list[str]:
        """Return what is wrong with an answer's citations, if round ``indexed`` was in place when it was asked."""
        cited = [(citation, self.versions(citation["source"]).get(citation["sha256"])) for citation in citations]
        wrong = [f"a hash of no version: {citation['source']}" for citation, version in cited if version is None]
        wrong += [
            f"no quote of its file: {citation['quote']!r}"
            for citation, version in cited
            if version and version.text[citation["start"] : citation["end"]] != citation["quote"]
        ]
        rounds = {version.round for _, version in cited if version and version.round is not None}
        wrong += [f"of several rounds: {sorted(rounds)}"] if len(rounds) > 1 else []
        return wrong + [f"of round {round}, after round {indexed}" for round in rounds if round < indexed]

    def misplaced(self, hits: Sequence[Mapping[str, Any]], indexed: int = 0) -> list[str]:
        """Return the passages that are in no version of their file since round ``indexed``."""
        return [f"no passage of its file: {hit['text'][:60]!r}" for hit in hits if not self._holds(hit, indexed)]

    def _holds(self, hit: Mapping[str, Any], indexed: int) -> bool:
        current: Iterable[Version] = self.versions(hit["source"]).values()
        return any(
            version.text[hit["start"] : hit["end"]] == hit["text"]
            for version in current
            if version.round is None or version.round >= indexed
        )


def sentence(town: str, metres: int, filler: int) -> str:
    """Return the text of a file about a bridge."""
    return f"{FILLER * filler}Le pont de {town} mesure {metres} mètres depuis les travaux.\n\n{FILLER}"


def _is_recent(old: int | None, now: int | None) -> bool:
    return old is None or now is None or old > now - _REMEMBERED_ROUNDS
