"""Experiments that are saved come back, and whatever else is opened is refused."""

import json
import os
import sys
from pathlib import Path

import pytest

from poolscope.engine.experiment import Experiment, Place, PoolSettings
from poolscope.engine.experiment_file import open_experiment, save
from poolscope.engine.problem import Kind, ProblemError


def test_an_experiment_comes_back_as_it_was(tmp_path: Path) -> None:
    experiment = Experiment(
        "crunch",
        "column('data.csv', 'größe')",
        PoolSettings(3, 7, "spawn", "imap", 2, "set_up", "(1,)", ("json", "xml.dom")),
        source="def crunch(x):\n    return x\n",
        order="shuffled",
        seed=9,
        listing_s=5,
        place=Place("/opt/python", str(tmp_path), (("A", "1"), ("B", "ü\n"))),
    )
    save(experiment, tmp_path / "kept.json")
    assert open_experiment(tmp_path / "kept.json") == experiment
    assert [path.name for path in tmp_path.iterdir()] == ["kept.json"]


def test_its_paths_mean_the_same_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    place, pool = Place(cwd="there"), PoolSettings(initializer="more.py:set_up")
    save(Experiment("jobs.py:f", "[1]", pool, place=place), Path("kept.json"))
    opened = open_experiment(tmp_path / "kept.json")
    assert opened.task == f"{tmp_path / 'jobs.py'}:f"
    assert opened.place.cwd == str(tmp_path / "there")
    assert opened.pool.initializer == f"{tmp_path / 'more.py'}:set_up"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "Expecting value"),
        ("[]", "it holds something else"),
        ('{"experiment": {}}', "it holds something else"),
        ('{"poolscope": "experiment", "experiment": 5}', "it holds something else"),
        ('{"poolscope": "experiment", "experiment": {"taks": "sleep"}}', "taks"),
        ('{"poolscope": "experiment", "experiment": {"task": 5}}', "task: not a text"),
        ('{"poolscope": "experiment", "experiment": {"pool": 5}}', ""),
        ('{"poolscope": "experiment", "experiment": {"pool": {"preload": 5}}}', ""),
        ('{"poolscope": "experiment", "experiment": {"pool": {"processes": 0}}}', "processes"),
        ('{"poolscope": "experiment", "experiment": {"place": {"env": ["A"]}}}', ""),
        ("[" * 100_000, "nested"),
        ("\udcff", "codec can't decode"),
    ],
)
def test_what_is_no_experiment_is_refused(content: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text(content, "utf-8", "surrogateescape")
    with pytest.raises(ProblemError) as caught:
        open_experiment(path)
    problem = caught.value.problem
    assert (problem.kind, problem.values["path"]) == (Kind.NOT_AN_EXPERIMENT, str(path))
    assert expected in problem.values["error"]


@pytest.mark.parametrize("name", ["gone.json", "."])
def test_what_cannot_be_read_is_said_like_that(name: str, tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        open_experiment(tmp_path / name)
    assert caught.value.problem.kind is Kind.NOT_AN_EXPERIMENT


@pytest.mark.parametrize("value", [None, True, -1, 0.5, "", "x y", [], [[]], [None], {}, {"a": 1}])
def test_any_value_of_any_field_is_an_experiment_or_a_problem(
    value: object, tmp_path: Path
) -> None:
    whole = Experiment().to_json()
    for inside in ((), ("pool",), ("place",)):
        for field in whole[inside[0]] if inside else whole:
            part = {field: value}
            data = {inside[0]: part} if inside else part
            path = tmp_path / "any.json"
            path.write_text(json.dumps({"poolscope": "experiment", "experiment": data}))
            try:
                opened = open_experiment(path)
            except ProblemError as error:
                refused = error.problem.kind
            else:
                refused = None
                assert json.loads(json.dumps(opened.to_json())) == opened.to_json()
            assert refused in (None, Kind.NOT_AN_EXPERIMENT)


def test_a_file_that_cannot_be_written_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        save(Experiment(), tmp_path / "gone" / "kept.json")
    assert caught.value.problem.kind is Kind.NO_FOLDER


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    path = tmp_path / "pipe.json"
    os.mkfifo(path)
    with pytest.raises(ProblemError) as caught:
        open_experiment(path)
    assert caught.value.problem.kind is Kind.NOT_AN_EXPERIMENT
    assert caught.value.problem.values["error"] == "it is no file"
