"""Where a run is to take place is looked at before."""

import sys
from pathlib import Path

import pytest

from poolscope.engine.checks.finding import Advice
from poolscope.engine.interpreters import Interpreter
from poolscope.engine.problem import Kind, Problem

from .conftest import Look


def test_a_working_directory_that_is_not_there_stops_the_run(look: Look, tmp_path: Path) -> None:
    path = str(tmp_path / "gone")
    finding = look(cwd=path)[Advice.PROBLEM]
    assert finding.field == "cwd" and finding.stops
    assert finding.values["problem"] == Problem(Kind.NO_CWD, "cwd", {"path": path})
    assert not look(cwd=str(tmp_path))


def test_an_interpreter_that_is_not_there_stops_the_run_before_any_probe(
    look: Look, tmp_path: Path
) -> None:
    path = str(tmp_path / "python")
    finding = look(python=path)[Advice.PROBLEM]
    assert finding.values["problem"] == Problem(Kind.PYTHON_NOT_FOUND, "python", {"path": path})
    assert not look(python=sys.executable)


def test_what_a_probe_found_wrong_with_the_interpreter_is_told(look: Look) -> None:
    problem = Problem(Kind.PYTHON_NOT_ONE, "python", {"path": "/bin/cat", "error": "meow"})
    finding = look(python="/bin/cat", interpreter=problem)[Advice.PROBLEM]
    assert finding.field == "python" and finding.values == {"problem": problem}


@pytest.mark.parametrize(
    ("version", "too_old"), [((3, 10, 13), True), ((3, 11, 0), False), ((3, 14, 2), False)]
)
def test_a_python_before_3_11_stops_the_run(
    look: Look, version: tuple[int, int, int], too_old: bool
) -> None:
    found = look(interpreter=Interpreter("/opt/python", version, ()))
    kinds = [finding.values["problem"].kind for finding in found.values()]
    assert kinds == ([Kind.PYTHON_TOO_OLD] if too_old else [])


def test_longest_first_needs_a_run_that_knows_the_durations(look: Look) -> None:
    finding = look(order="longest", knows_durations=False)[Advice.PROBLEM]
    assert finding.field == "order"
    assert finding.values["problem"].kind is Kind.NO_FORMER_RUN
    assert not look(order="longest", knows_durations=True)
    assert not look(order="longest")
    assert not look(order="shuffled", knows_durations=False)
