"""Results files: a row a task, the k-th row that of the k-th input."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.export.registry import write_results
from poolscope.engine.recording import Recording
from poolscope.engine.run import Run


@pytest.fixture
def shuffled(tmp_path: Path, data: Path) -> Recording:
    """Squares of 0 to 8 but for the 3, which raised; handed out in another order."""
    task = f"{data / 'faults.py'}:raise_at_3"
    pool = PoolSettings(2, chunksize=1)
    run = Run(Experiment(task, "range(9)", pool, order="shuffled", seed=4), parent=tmp_path)
    assert run.wait(60)
    assert run.recording.reordered
    return run.recording


def test_csv_has_the_tasks_in_the_order_of_their_inputs(
    shuffled: Recording, tmp_path: Path
) -> None:
    path = tmp_path / "results.csv"
    write_results(shuffled, path)
    with path.open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert [row["index"] for row in found] == [row["input"] for row in found]
    assert [int(row["index"]) for row in found] == list(range(9))
    assert [row["outcome"] for row in found].count("raised") == 1
    assert found[3]["outcome"] == "raised" and "ValueError" in found[3]["value"]
    assert {row["value"] for row in found if row["outcome"] == "done"} == {
        row["input"] for row in found if row["index"] != "3"
    }


def test_json_lines_have_them_in_the_same_order(shuffled: Recording, tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    write_results(shuffled, path)
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [(row["index"], row["input"]) for row in found] == [(n, str(n)) for n in range(9)]


def test_inputs_as_given_are_their_own_rows(finish: Callable[..., Run], tmp_path: Path) -> None:
    run = finish("laborator", "(0, 0, 0)", method="imap_unordered")
    path = tmp_path / "results.csv"
    write_results(run.recording, path)
    lines = path.read_text("utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["index", "0", "1", "2"]
