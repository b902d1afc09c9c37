"""A short way to look at an experiment on a machine that is made up."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from poolscope.engine.checks.check import check
from poolscope.engine.checks.facts import Facts
from poolscope.engine.checks.finding import Advice, Finding
from poolscope.engine.experiment import Experiment, Place, PoolSettings
from poolscope.engine.machine import Machine
from poolscope.engine.tasks.reading import read_file, read_text

Look = Callable[..., dict[Advice, Finding]]


def machine(cpus: int = 8, **changes: Any) -> Machine:
    facts: dict[str, Any] = {"physical": cpus, "logical": cpus, "affinity": cpus, "quota": None}
    return Machine("Linux-6.1-x86_64", "3.11.7", **{**facts, **changes})


@pytest.fixture
def look() -> Look:
    """`look(text, task=…, method=…, cpus=…)` gives what is found, by its advice.

    `text` is that of the module of the task, or the path of its file. Other names are those of the
    experiment, its pool, its place and the facts; `inputs` is the expression.
    """

    def find(text: str | Path = "", **names: Any) -> dict[Advice, Finding]:
        def pick(cls: type) -> dict[str, Any]:
            known = {field.name for field in fields(cls)} - {"inputs"}
            return {name: names.pop(name) for name in list(names) if name in known}

        facts: dict[str, Any] = {"environment": {}, **pick(Facts)}
        if "machine" not in facts:
            facts["machine"] = machine(names.pop("cpus", 8))
        pool, place = PoolSettings(**pick(PoolSettings)), Place(**pick(Place))
        if isinstance(text, Path):
            names["task"] = f"{text}:{names['task']}"
            facts["source"] = read_file(text)
        elif text:
            names["source"] = text
            facts["source"] = read_text(text)
        experiment = Experiment(pool=pool, place=place, **names)
        found = check(experiment, Facts(**facts))
        assert len({(one.advice, str(one.values)) for one in found}) == len(found)
        return {finding.advice: finding for finding in found}

    return find
