"""What the checks say of a run is what the run then does."""

from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.checks.check import check
from poolscope.engine.checks.facts import Facts
from poolscope.engine.experiment import Experiment, start_methods
from poolscope.engine.journal import Status
from poolscope.engine.run import Run
from poolscope.engine.tasks.reading import read_file, read_text

from .conftest import machine

RUN_S = 60.0
STOPPED: list[tuple[str, dict[str, Any]]] = [
    ("def g(x): return x", {}),
    ("def outer():\n  def f(x): return x", {}),
    ("if __name__ == '__main__':\n  def f(x): return x", {}),
    ("f = lambda x: x", {}),
    ("async def f(x): return x", {}),
    ("def f(x): yield x", {}),
    ("def f(x, *, key): return x", {}),
    ("def f(): return 1", {}),
    ("def f(a, b): return a", {}),
    ("def f(a, b): return a", {"method": "apply_async"}),
    ("def f(a, b): return a", {"method": "starmap"}),
    ("def f(a, b): return a", {"method": "starmap", "inputs": "[(1, 2, 3)]"}),
    ("def f(x): return x", {"inputs": "f"}),
    ("def f(x): return x", {"inputs": "lines('gone.txt')"}),
    ("def f(x): return x", {"initializer": "setup"}),
    (
        "def f(x): return x\nsetup = lambda: 1",
        {"initializer": "setup", "start_method": "spawn"},
    ),
    ("from . import beside\ndef f(x): return x", {}),
    ("if __name__ == '__main__' and __name__:\n  def f(x): return x", {}),
    ("if __name__ != '__main__':\n  pass\nelse:\n  def f(x): return x", {}),
]
FINE: list[tuple[str, dict[str, Any]]] = [
    ("def f(x=1, *more): return x", {}),
    ("class Tool:\n  def f(x): return x\nf = Tool.f", {"task": "Tool.f"}),
    ("from math import *", {"task": "sqrt"}),
    ("def f(a, b): return a", {"method": "starmap", "inputs": "zip('ab', 'cd')"}),
    ("def f(x): return x\ndef numbers(): yield 1", {"inputs": "numbers()"}),
    ("def f(x): return x\ndef lines(name): return [1]", {"inputs": "lines('gone.txt')"}),
    ("for i in '1':\n  def f(x): return x", {}),
    ("match 1:\n  case 1:\n    def f(x): return x", {}),
    ("try:\n  1 / 0\nexcept* ZeroDivisionError:\n  def f(x): return x", {}),
    ("if __name__ != '__main__':\n  def f(x): return x", {}),
    ("if __name__ == '__main__':\n  pass\nelse:\n  def f(x): return x", {}),
    ("def make():\n  global f\n  def f(x): return x\nmake()", {}),
    ("exec('def f(x): return x')", {}),
    ("import sys\ndef g(x): return x\nsys.modules[__name__].f = g", {}),
    ("def g(x): return x\nif (f := g): pass", {}),
    ("def f(a, b): return a\ndef g(x): return x\nf = g", {}),
    ("\ufeffdef f(x): return x", {}),
]
if "fork" in start_methods():  # where nothing of an initializer is pickled
    setup = {"initializer": "setup", "start_method": "fork"}
    FINE.append(("def f(x): return x\nsetup = lambda: 1", setup))


def stops_and_status(experiment: Experiment, facts: Facts, folder: Path) -> tuple[bool, Status]:
    stops = any(finding.stops for finding in check(experiment, facts))
    run = Run(experiment, parent=folder)
    if not run.wait(RUN_S):
        run.stop()
        run.wait(RUN_S)
        pytest.fail("the run hangs")
    return stops, run.status


@pytest.mark.parametrize(
    ("text", "names", "fails"),
    [(*case, True) for case in STOPPED] + [(*case, False) for case in FINE],
)
def test_a_run_fails_when_the_checks_say_so_and_only_then(
    text: str, names: dict[str, Any], fails: bool, tmp_path: Path
) -> None:
    settings = ("method", "initializer", "start_method")
    pool = {name: names[name] for name in settings if name in names}
    rest = {name: value for name, value in names.items() if name not in pool}
    experiment = Experiment(**{"task": "f", "inputs": "(1, 2)", "source": text, **rest})
    facts = Facts(machine(), source=read_text(text))
    found = stops_and_status(experiment.with_pool(**pool), facts, tmp_path)
    assert found == (fails, Status.FAILED if fails else Status.FINISHED)


@pytest.mark.parametrize(
    ("name", "fails"),
    [
        ("my-tasks.py", False),
        ("colorsys.py", False),
        ("my.tasks.py", True),
        ("__main__.py", True),
        ("random.py", True),
        ("queue.py", True),
        ("time.py", True),
        ("poolscope.py", True),
    ],
)
def test_a_file_s_name_keeps_it_from_being_imported_only_when_the_checks_say_so(
    name: str, fails: bool, tmp_path: Path, start_method: str
) -> None:
    file = tmp_path / "jobs" / name
    file.parent.mkdir()
    file.write_text("def f(x): return x\n")
    experiment = Experiment(f"{file}:f", "(1, 2)").with_pool(start_method=start_method)
    facts = Facts(machine(), source=read_file(file))
    found = stops_and_status(experiment, facts, tmp_path)
    assert found == (fails, Status.FAILED if fails else Status.FINISHED)
