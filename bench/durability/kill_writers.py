"""Kills of processes that save conversations, and of processes that remove files, with the server's own classes."""

import itertools
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import index
import rag
from bench.durability.forked import Pace, call, kill_at
from bench.durability.kill_site import Site, opened, sentences, write
from bench.durability.survival import broken_conversations, digest, index_faults, still_there, vanished
from rag.answer import Answer, Turn
from ui.services.conversations import Conversation, Conversations
from ui.services.library import Library

_TURNS = 8  # that a process writes before it ends
_FILES = 12  # that a process removes before it ends


class KeptConversations:
    """Kills of a process that adds turns to two conversations, and reports each saved turn."""

    name = "conversation"

    def __init__(self, site: Site) -> None:
        self.site, self.number = site, 0
        self.folder = site.folder / "conversations"
        self.acknowledged: dict[str, list[str]] = defaultdict(list)
        site.corpus.mkdir()
        (site.corpus / "a.txt").write_text(sentences(site.noise, 200), "utf-8")
        call(lambda: index.rebuild(site.corpus, site.target).documents, site.log)
        answer = call(lambda: rag.ask("un accord du ministre ?", index=site.target).to_dict(), site.log)
        self.answer = Answer.from_dict(answer)
        self.pace = Pace.of(self.converse, lambda: None, site.log)

    def converse(self) -> None:
        conversations = Conversations(self.folder)
        saved = [conversations.start(), conversations.start()]
        for number in range(_TURNS):
            turn = Turn(f"Question {self.number}.{number} ?", self.answer)
            changed = saved[number % 2] = conversations.change(saved[number % 2], _adding(turn))
            print(json.dumps([changed.id, turn.question]))

    def kill(self) -> None:
        self.number += 1
        moment = self.pace.draw(self.site.noise)
        ended = kill_at(self.converse, moment, self.site.log)
        if not ended.killed:
            self.pace.ended_before(moment)
        for id, question in map(json.loads, ended.lines):
            self.acknowledged[id].append(question)
        faults = broken_conversations(self.folder, self.acknowledged)
        self.site.report(self.name, ended.killed, faults, ["turn acknowledged"] * len(ended.lines))


def _adding(turn: Turn) -> Callable[[Conversation], Conversation]:
    return lambda now: now.with_turn(turn)


def removed_folders(site: Site) -> list[Path]:
    """Return where a server may keep removed files: in the corpus, or beside the index."""
    return [site.corpus / ".removed", site.target / "removed"]


class Removals:
    """Kills of a process that removes files of a corpus, and reports each."""

    name = "removal"

    def __init__(self, site: Site) -> None:
        self.site, self.number = site, itertools.count()
        site.corpus.mkdir()
        self.base = {"stays.txt": write(site.corpus / "stays.txt", sentences(site.noise, 20))}
        call(lambda: index.rebuild(site.corpus, site.target).documents, site.log)
        self.files: dict[str, str] = {}  # to remove next, by id, with their hashes
        self.gone: dict[str, str] = {}  # out of the folder since an earlier kill
        self.pace = Pace.of(self.take_out, self.put_in, site.log)

    def put_in(self) -> None:
        """Write files to remove; each has new content, and names recur."""
        run = next(self.number)
        for number in range(_FILES):
            id = f"dossier/f-{number}.txt"
            (self.site.corpus / id).parent.mkdir(exist_ok=True)
            self.files[id] = write(self.site.corpus / id, f"{run}.{number} {sentences(self.site.noise, 40 * number)}")

    def take_out(self) -> None:
        library = Library(self.site.target)
        for id in self.files:
            library.remove(id)
            print(json.dumps(id))

    def kill(self) -> None:
        self.put_in()
        moment = self.pace.draw(self.site.noise)
        ended = kill_at(self.take_out, moment, self.site.log)
        if not ended.killed:
            self.pace.ended_before(moment)
        acknowledged = {id: self.files[id] for id in map(json.loads, ended.lines)}
        self.gone |= {f"{id} {hash}": hash for id, hash in self.files.items() if digest(self.site.corpus / id) != hash}
        faults = [
            *vanished({**self.files, **self.gone}, self.site.corpus, removed_folders(self.site)),
            *still_there(acknowledged, self.site.corpus),
            *index_faults(opened(self.site.target, self.site.log), self.base, self.base.values()),
        ]
        self.site.report(self.name, ended.killed, faults, ["file removed"] * len(acknowledged))
