"""Clients ask while the folder changes: no citation is wrong, and a wrong one would be seen."""

import pytest

from bench.load import TOWNS, Folder, measure


def test_no_citation_is_wrong_while_the_folder_changes() -> None:
    report = measure(clients=4, seconds=4)
    assert (report["errors"], report["wrong citations"], report["examples"]) == (0, 0, [])
    assert report["rebuilds"] > 1
    assert report["requests"] > 20
    assert report["first citation of the bridge asked for"] > 0.8 * report["answers"]


@pytest.fixture
def folder(tmp_path) -> Folder:
    made = Folder(tmp_path / "corpus")
    made.write(3)
    made.write(4)
    return made


def citation(folder: Folder, town: str, round: int) -> dict[str, object]:
    name = f"{town}.txt"
    sha256, text = next(
        (sha, v.text) for (source, sha), v in folder.versions.items() if (source, v.round) == (name, round)
    )
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


def test_a_passage_of_no_version_is_seen(folder):
    right = citation(folder, TOWNS[1], 4)
    hit = {"source": right["source"], "start": right["start"], "end": right["end"], "text": right["quote"]}
    assert folder.misplaced([hit]) == []
    assert "no passage of its file" in folder.misplaced([{**hit, "start": 8}])[0]
