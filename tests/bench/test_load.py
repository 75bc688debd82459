"""Clients use a server while its folder changes: no citation is wrong, and whatever is wrong would be seen."""

import hashlib
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from bench.durability import visitors
from bench.durability.changing import TOWNS, Folder
from bench.durability.load import Run, check, measure
from bench.durability.resources import Usage
from bench.durability.tally import Load, Tally


@pytest.mark.slow
@pytest.mark.exhaustive
def test_no_citation_is_wrong_while_the_folder_changes() -> None:
    run = measure(clients=4, seconds=6)
    assert run.failures(grown=False) == []
    counts = run.outcome().counts
    assert counts["rebuilt"] >= 1
    assert counts["asked"] > 20
    assert counts["first citation of the bridge asked for"] > 0.8 * counts["answers"]
    assert counts.keys() >= {"page drawn", "event of the page", "question in the page", "file sent and deleted"}
    assert all(sample.megabytes > 50 and sample.descriptors > 5 for sample in run.samples)


@pytest.fixture
def folder(tmp_path) -> Folder:
    made = Folder(tmp_path / "corpus")
    made.write(3)
    made.write(4)
    return made


def citation(folder: Folder, town: str, round: int) -> dict[str, Any]:
    name = f"{town}.txt"
    sha256, text = next((sha, v.text) for sha, v in folder.versions(name).items() if v.round == round)
    return {"source": name, "sha256": sha256, "start": 9, "end": 40, "quote": text[9:40]}


def test_what_is_right_is_not_called_wrong(folder):
    assert folder.wrong([citation(folder, town, 4) for town in TOWNS], 4) == []
    assert folder.wrong([citation(folder, town, 4) for town in TOWNS], 3) == []


def test_each_kind_of_wrong_citation_is_seen(folder):
    right = citation(folder, TOWNS[1], 4)
    assert "a hash of no version" in folder.wrong([{**right, "sha256": "0" * 64}], 4)[0]
    assert "no quote of its file" in folder.wrong([{**right, "start": 10, "end": 41}], 4)[0]
    assert "no quote of its file" in folder.wrong([{**right, "quote": right["quote"].upper()}], 4)[0]
    assert "of several rounds: [3, 4]" in folder.wrong([right, citation(folder, TOWNS[2], 3)], 3)[0]
    assert "of round 3, after round 4" in folder.wrong([citation(folder, TOWNS[2], 3)], 4)[0]


def test_a_passage_of_no_version_or_of_one_replaced_is_seen(folder):
    right = citation(folder, TOWNS[1], 4)
    hit = {"source": right["source"], "start": right["start"], "end": right["end"], "text": right["quote"]}
    assert folder.misplaced([hit], 4) == []
    assert "no passage of its file" in folder.misplaced([{**hit, "start": 8}], 4)[0]
    text = next(v.text for v in folder.versions(f"{TOWNS[1]}.txt").values() if v.round == 3)
    old = {"source": right["source"], "start": 0, "end": len(text), "text": text}
    assert folder.misplaced([old], 3) == []
    assert "no passage of its file" in folder.misplaced([old], 4)[0]


def test_a_file_that_was_sent_may_be_cited_beside_any_round(folder):
    folder.know("envoi.txt", "Le pont de Là mesure 5 mètres.")
    sent = {"source": "envoi.txt", "start": 0, "end": 7, "quote": "Le pont"}
    sent["sha256"] = hashlib.sha256("Le pont de Là mesure 5 mètres.".encode()).hexdigest()
    assert folder.wrong([sent, citation(folder, TOWNS[1], 4)], 4) == []


def test_a_wrong_citation_of_any_line_of_a_stream_is_noted(folder):
    tally, right = Tally(), citation(folder, TOWNS[1], 4)
    wrong = {**right, "quote": "x" * 31}
    check("stream", [{"citations": [wrong]}, {"citations": [right]}], TOWNS[1], 4, folder, tally)
    assert len(tally.wrong) == 1
    assert tally.counts["first citation of the bridge asked for"] == 1


def test_what_raises_is_an_error_and_the_others_go_on(folder, tmp_path):
    load = Load(0, folder, tmp_path)

    def act() -> None:
        if not load.tally.errors:
            raise ValueError("503 busy")
        load.stop.set()

    load.repeat("asked", act)
    assert load.tally.errors == ["asked: ValueError: 503 busy"]
    assert load.tally.counts["asked"] == 1


class First(Random):
    """Dice that fall on the first of all."""

    def choice(self, seq: Any) -> Any:
        return seq[0]

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return 0


def test_an_upload_that_is_acknowledged_and_lost_or_refused_is_an_error(folder, tmp_path, monkeypatch):
    load = Load(0, folder, tmp_path)
    replies = iter([(200, b'{"id": "envois/none.txt"}'), (200, b'{"id": "half.txt"}'), (500, b"oh")])
    (folder.path / "half.txt").write_text("Le pont", "utf-8")
    monkeypatch.setattr(visitors, "web", SimpleNamespace(upload=lambda *sent: next(replies)))
    send = visitors.sending(load, First())
    with pytest.raises(FileNotFoundError):
        send()
    with pytest.raises(ValueError, match=r"upload lost: half\.txt"):
        send()
    with pytest.raises(ValueError, match="500 b'oh'"):
        send()


def test_a_page_that_is_no_picture_is_an_error_and_one_to_come_is_counted(folder, tmp_path, monkeypatch):
    load = Load(0, folder, tmp_path)
    replies = iter([(200, b"<html>"), (404, b""), (503, b""), (200, b"\x89PNG\r\n\x1a\n...")])
    monkeypatch.setattr(visitors, "web", SimpleNamespace(get=lambda *arguments: next(replies)))
    draw = visitors.drawing(load, {"a.pdf": "0" * 64}, First())
    for status in ("200", "404"):
        with pytest.raises(ValueError, match=f"a.pdf: {status}"):
            draw()
    draw()
    draw()
    assert load.tally.counts["page to be drawn later"] == 1


def test_a_run_fails_for_errors_tracebacks_wrong_citations_and_growth():
    tally = Tally()
    tally.errors.append("asked: 500")
    tally.wrong.append("no quote of its file")
    used = [Usage(second, 100 + second, 20, 9, 300, 0, 0) for second in range(60)]
    log = "Traceback (most recent call last):\n  File\nKeyError: 1\n"
    assert Run(tally, used, log, 60).failures() == [
        "asked: 500",
        "wrong citation: no quote of its file",
        "traceback: KeyError: 1",
        "megabytes grew from 109.5 to 149.5",
    ]
    assert Run(Tally(), used[:1] * 60, "", 60).failures() == ["too few samples of the resources of the server"]
