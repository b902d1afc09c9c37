"""Are there as many processes as tasks and CPUs have use for?"""

from collections.abc import Iterator
from typing import Any

from ..experiment import Experiment
from ..machine import Machine
from ..problem import ProblemError
from .facts import Facts
from .finding import Advice, Finding, stopping
from .task import catalogue_task


def check_processes(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """Against what the platform bears, the number of tasks, and the CPUs."""
    try:
        experiment.pool.check_here()
    except ProblemError as error:
        yield stopping(error.problem)
    processes, tasks = experiment.pool.processes, facts.tasks(experiment)
    if experiment.pool.method == "apply":
        if processes > 1:
            yield Finding(Advice.ONE_AT_A_TIME, "method", values={"processes": processes})
        return
    busy = processes if tasks is None else min(processes, tasks)
    if 0 < busy < processes:
        values = {"processes": processes, "tasks": tasks}
        yield Finding(Advice.IDLE_WORKERS, "processes", values=values)
    if busy > facts.machine.usable and _computes(experiment):
        granted: dict[str, Any] = {
            "processes": processes,
            "cpus": facts.machine.usable,
            "logical": facts.machine.logical,
            "cause": _cause(facts.machine),
        }
        yield Finding(Advice.MORE_THAN_CPUS, "processes", values=granted)


def _computes(experiment: Experiment) -> bool:
    """As far as anybody knows: of the catalogue's tasks only some do."""
    task = catalogue_task(experiment)
    return task is None or task.kind == "CPU"


def _cause(machine: Machine) -> str:
    """What keeps the pool from all the CPUs that there are."""
    if machine.usable >= machine.logical:
        return ""
    return "affinity" if machine.usable == machine.affinity else "quota"
