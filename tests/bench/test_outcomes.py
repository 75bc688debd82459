"""Results add up over runs, and no run counts twice."""

import json
from argparse import Namespace
from typing import Any

from bench.outcomes import Outcome, append, append_figures, as_record, next_seed, records, run
from bench.totals import ranges, table, totals


def record(seed: int, outcome: str = "passed", command: str = "fuzz", **counts: int) -> dict[str, Any]:
    return {
        "command": command, "commit": "abc1234", "seed": seed, "outcome": outcome, "counts": counts, "seconds": 30.0
    }  # fmt: skip


def test_what_is_appended_is_read_again_and_nothing_before_it_is_touched(tmp_path):
    file = tmp_path / "results" / "durability.jsonl"
    assert records(file) == []
    append(record(1, files=10), file)
    before = file.read_bytes()
    append({**record(2), "failures": ["half \ud800 character"]}, file)
    assert file.read_bytes().startswith(before)
    assert [record["seed"] for record in records(file)] == [1, 2]


def test_the_next_seed_is_one_that_this_command_has_not_used():
    records = [record(1), record(7), record(3), record(99, command="kills")]
    assert next_seed(records, "fuzz") == 8
    assert next_seed(records, "load") == 1


def test_runs_go_on_by_seed_and_the_status_says_whether_one_failed(tmp_path, capsys):
    file = tmp_path / "results.jsonl"
    chosen = Namespace(results=file, seed=None)
    seeds = []

    def measure(seed: int) -> Outcome:
        seeds.append(seed)
        return Outcome({"files": 5}, ("a file was lost",) if seed == 3 else ())

    assert run("bench.x", 2, chosen, measure) == 0
    assert run("bench.x", 2, chosen, measure) == 1
    assert run("bench.x", 1, Namespace(results=file, seed=3), measure) == 1
    assert seeds == [1, 2, 3, 4, 3]
    assert [record["outcome"] for record in records(file)] == ["passed", "passed", "failed", "passed", "failed"]
    assert records(file)[2]["failures"] == ["a file was lost"]
    assert json.loads(capsys.readouterr().out.partition("\n}\n")[0] + "}")["counts"] == {"files": 5}


def test_a_record_says_what_was_run_where_and_what_came_of_it():
    made = as_record("fuzz", 4, Outcome({"files": 2}, (), {"slowest": 1.5}), 12.345)
    assert made.keys() >= {"commit", "date", "cores"}
    assert (made["command"], made["seed"], made["outcome"], made["seconds"]) == (
        "fuzz",
        4,
        "passed",
        12.3,
    )
    assert (made["counts"], made["measured"]) == ({"files": 2}, {"slowest": 1.5})


def test_counts_add_up_and_a_seed_that_was_run_again_counts_once():
    runs = [
        record(1, files=10, hangs=0),
        record(2, "failed", files=10, hangs=1),
        record(2, files=10, hangs=0),
        record(3, "failed", files=10, hangs=2),
        record(1, command="kills", kills=50),
    ]
    added = totals(runs)
    assert added["fuzz"].counts == {"files": 30, "hangs": 2}
    assert added["fuzz"].failed == [3]
    assert added["fuzz"].mended == [2]
    assert added["kills"].counts == {"kills": 50}
    assert totals(runs, commit="other") == {}


def test_the_table_names_the_seeds_that_fail():
    lines = table("fuzz", totals([record(1, files=1_000), record(2, "failed", files=1_000)])["fuzz"])
    facts = dict(line.strip().split("  ", 1) for line in lines.splitlines()[1:])
    assert facts["files"].strip() == "2,000"
    assert facts["seeds that fail"].strip() == "2"
    assert facts["minutes"].strip() == "1.0"


def test_numbers_are_listed_as_ranges():
    assert ranges([1, 2, 3, 7, 9, 10, 2]) == "1-3, 7, 9-10"
    assert ranges([]) == ""


def test_figures_are_kept_with_what_they_are_of_where_a_file_is_named(tmp_path, monkeypatch):
    append_figures("bench.x DATA", {"hit_at_1": 0.82912}, None)
    monkeypatch.setenv("RAG_READER", "off")
    append_figures("bench.x DATA", {"hit_at_1": 0.82912, "questions": 239}, tmp_path / "quality.jsonl")
    (line,) = records(tmp_path / "quality.jsonl")
    assert (line["command"], line["reader"]) == ("bench.x DATA", "off")
    assert line["measured"] == {"hit_at_1": 0.8291, "questions": 239}
    assert line.keys() >= {"commit", "date", "cores"}
