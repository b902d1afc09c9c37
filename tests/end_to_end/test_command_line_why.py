"""What `poolscope run` says of why a run took as long as it did."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., Any]
TINY = ["run", "jobs.py:half", "--inputs", "range(4000)", "--chunksize", "1"]
UNEVEN = ["run", "sleep", "--inputs", "[0.01] * 40", "--chunksize", "36"]
KEPT = Path("poolscope") / "costs.json"


@pytest.fixture
def silent(folder: Path) -> None:
    """A task that prints nothing."""
    (folder / "jobs.py").write_text("def half(number):\n    return number / 2\n")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where the costs of this machine are kept."""
    return tmp_path / "data" / KEPT


def test_json_has_the_figures_and_the_findings(poolscope: Command) -> None:
    said = poolscope(*UNEVEN, "--json")
    assert said.returncode == 0, said.stderr
    facts: dict[str, Any] = json.loads(said.stdout)
    metrics = facts["metrics"]
    assert metrics["makespan_s"] == pytest.approx(facts["makespan_s"])
    assert metrics["tasks"] == 40 and metrics["processes"] == 2
    assert [worker["pid"] for worker in metrics["workers"]] == [
        worker["pid"] for worker in facts["workers"]
    ]
    first = facts["findings"][0]
    assert first["cause"] == "uneven_chunks" and 0.05 < first["cost_s"] < metrics["makespan_s"]
    assert first["values"]["chunksize"] == 36
    assert first["remedy"]["pool"]["chunksize"] == first["values"]["better"] < 36
    assert "chunksize of" in first["sentence"]


def test_the_table_ends_with_the_first_finding(poolscope: Command) -> None:
    lines = poolscope(*UNEVEN).stdout.splitlines()
    assert lines[-2].startswith("Finished: 40 of 40")
    assert "waited" in lines[-1] and "would save" in lines[-1]


def test_the_table_of_a_run_that_failed_ends_with_why_it_failed(poolscope: Command) -> None:
    said = poolscope("run", "jobs.py:picky", "--inputs", "range(4)")
    assert said.returncode == 1
    assert said.stdout.splitlines()[-1].startswith("Failed")


def test_json_of_a_run_that_failed_has_figures_and_no_findings(poolscope: Command) -> None:
    facts = json.loads(poolscope("run", "jobs.py:picky", "--inputs", "range(4)", "--json").stdout)
    assert facts["findings"] == [] and facts["metrics"]["tasks"] == 4


def test_the_machine_is_measured_once_where_a_finding_needs_it(
    poolscope: Command, silent: None, kept: Path
) -> None:
    first = json.loads(poolscope(*TINY, "--json").stdout)["findings"][0]
    assert first["cause"] == "tiny_tasks" and first["values"]["break_even_s"] > 0
    written = kept.read_text()
    again = poolscope(*TINY)
    assert "a run like this pays from" in again.stdout.splitlines()[-1]
    assert kept.read_text() == written


def test_it_is_not_measured_where_nobody_needs_it(poolscope: Command, kept: Path) -> None:
    assert poolscope(*UNEVEN).returncode == 0
    assert not kept.exists()


@pytest.mark.parametrize("option", ["--no-self-test", "--quiet"])
def test_it_is_not_measured_where_nobody_wants_it(
    poolscope: Command, silent: None, kept: Path, option: str
) -> None:
    assert poolscope(*TINY, option).returncode == 0
    assert not kept.exists()


def test_a_finding_says_less_without_it(poolscope: Command, silent: None) -> None:
    facts = json.loads(poolscope(*TINY, "--json", "--no-self-test").stdout)
    assert facts["findings"][0]["values"]["break_even_s"] is None


def test_a_remedy_can_be_followed_by_its_option(poolscope: Command) -> None:
    before = json.loads(poolscope(*UNEVEN, "--json").stdout)
    better = str(before["findings"][0]["remedy"]["pool"]["chunksize"])
    after = json.loads(poolscope(*UNEVEN[:-1], better, "--json").stdout)
    assert after["makespan_s"] < before["makespan_s"] / 1.15


def test_the_sentences_are_those_of_the_window(poolscope: Command) -> None:
    from poolscope.engine.explain.reason import Cause, Reason, Remedy
    from poolscope.gui.why.words import reason_text

    facts = json.loads(poolscope(*UNEVEN, "--json").stdout)
    first = facts["findings"][0]
    remedy = Remedy(first["remedy"]["pool"])
    reason = Reason(Cause(first["cause"]), first["cost_s"], first["values"], remedy=remedy)
    assert first["sentence"] == reason_text(reason, facts["makespan_s"])
