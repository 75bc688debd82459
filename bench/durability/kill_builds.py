"""Kills of first builds and of rebuilds of an index, in which one document changes each time."""

import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import index
from bench.durability.forked import ForkFailed, Pace, call, kill_at
from bench.durability.kill_site import Site, sentences
from bench.durability.survival import BROKEN, index_state
from index.errors import IndexNotFound, UserError


class FirstBuilds:
    """Kills of builds without an earlier index."""

    name = "first build"

    def __init__(self, site: Site) -> None:
        self.site, self.number = site, 0
        site.corpus.mkdir()
        for number in range(120):
            (site.corpus / f"{number:03}.txt").write_text(sentences(site.noise, 80), "utf-8")
        self.other_digests = digest_of_others({path.name: path.read_text("utf-8") for path in site.corpus.iterdir()})
        self.next_version()
        self.pace = Pace.of(self.build, self.prepare, site.log)

    def build(self) -> None:
        index.rebuild(self.site.corpus, self.site.target)

    def prepare(self) -> None:
        """Remove the index."""
        shutil.rmtree(self.site.target, ignore_errors=True)

    def next_version(self) -> str:
        self.number += 1
        version = f"La version {self.number} de ce texte."
        (self.site.corpus / "changing.txt").write_text(version, "utf-8")
        return version

    def kill(self) -> None:
        self.prepare()
        self.kill_build(None)

    def kill_build(self, old: str | None) -> None:
        """Kill a build over an index that says ``old``."""
        new, moment = self.next_version(), self.pace.draw(self.site.noise)
        ended = kill_at(self.build, moment, self.site.log)
        if not ended.killed:
            self.pace.ended_before(moment)
        content = read_state(self.site.target, self.site.log)
        state = index_state(content, new, old, self.other_digests)
        faults = [f"{state}: {content}"[:500]] if state in BROKEN else []
        self.site.report(self.name, ended.killed, faults, [state])


class Rebuilds(FirstBuilds):
    """Kills of rebuilds, each over what the last one left."""

    name = "rebuild"

    def prepare(self) -> None:
        """Build an index, then change a document."""
        call(lambda: index.rebuild(self.site.corpus, self.site.target).documents, self.site.log)
        self.next_version()

    def kill(self) -> None:
        content = read_state(self.site.target, self.site.log)
        self.kill_build(content["version"] if content else None)


def read_state(target: Path, log: Path) -> "dict[str, Any] | None":
    """Return what a fresh process finds; None if there is no index."""
    try:
        content: dict[str, Any] | None = call(lambda: _content(target), log)
    except ForkFailed as error:
        return {"damage": [str(error)], "version": None}
    return content


def _content(target: Path) -> "dict[str, Any] | None":
    try:
        opened = index.open_index(target)
        texts = {id: opened.document(id).text for id in opened.document_ids}
        passages = [opened.passage(number).text for number in range(opened.passages)]
        words = opened.lexical.search(opened.lexical.term_query("plain", "version"), 10)[0].tolist()
        return {
            "version": texts.pop("changing.txt", None),
            "others": digest_of_others(texts),
            "damage": index.check_index(target),
            "searchable": bool(words) and len(passages) == opened.passages and len(opened.vectors) == opened.sentences,
        }
    except IndexNotFound:
        return None
    except UserError as error:
        return {"damage": [str(error)], "version": None}


def digest_of_others(texts: "dict[str, str]") -> str:
    """Return a digest of the names and texts of the documents that do not change."""
    return sha256("".join(f"{id}{text}" for id, text in sorted(texts.items())).encode()).hexdigest()
