"""`poolscope code` prints the program of an experiment and runs nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from poolscope.engine import former
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.experiment_file import save
from poolscope.engine.program import program
from poolscope.gui.command_line.main import main


def test_it_prints_the_program_of_the_same_options(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--inputs", "range(5)", "--processes", "3", "--method", "imap", "--chunksize", "2"]
    assert main(["code", "sleep", *words]) == 0
    pool = PoolSettings(3, 2, method="imap")
    assert capsys.readouterr().out == program(Experiment("sleep", "range(5)", pool))


def test_it_runs_neither_the_file_nor_the_interpreter(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    marks = tmp_path / "marks"
    marks.mkdir()
    jobs, python = tmp_path / "jobs.py", tmp_path / "python"
    jobs.write_text(f"open({str(marks / 'file')!r}, 'w')\ndef crunch(x): return x\n")
    python.write_text(f"#!/bin/sh\ntouch '{marks / 'python'}'\n")
    python.chmod(0o700)
    words = ["--inputs", f"open({str(marks / 'inputs')!r}, 'w')", "--python", str(python)]
    assert main(["code", f"{jobs}:crunch", *words]) == 0
    assert "from jobs import crunch" in capsys.readouterr().out
    assert not list(marks.iterdir())


def test_a_saved_experiment_has_its_program(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    experiment = Experiment("f", "[1]", source="def f(x):\n    return x\n")
    save(experiment, tmp_path / "kept.json")
    assert main(["code", str(tmp_path / "kept.json"), "--method", "apply"]) == 0
    assert capsys.readouterr().out == program(experiment.with_pool(method="apply"))


def test_the_order_of_the_longest_is_that_of_a_former_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(former, "order_of", lambda experiment: [2, 0, 1])
    assert main(["code", "laborator", "--order", "longest"]) == 0
    expected = program(replace(Experiment(), order="longest"), [2, 0, 1])
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["laboratr"], "There is no task called laboratr. Did you mean laborator?"),
        (["gone.py:f", "--inputs", "[1]"], "gone.py cannot be read: "),
        (["gone.py:f"], "gone.py cannot be read: "),
        (["sleep", "--method", "apply", "--chunksize", "2"], "chunksize has no effect with method"),
        (["sleep", "--python", "gone"], "There is no Python called gone."),
    ],
)
def test_what_describes_no_experiment_is_refused(
    words: list[str], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["code", *words]) == 2
    out, err = capsys.readouterr()
    assert err.startswith(f"poolscope: {expected}")
    assert not out
