"""What is known about an experiment before it runs: read off texts, or told by former runs."""

from dataclasses import replace
from typing import NamedTuple

import psutil

from ..engine.checks.facts import Facts
from ..engine.experiment import Experiment, Place
from ..engine.former import order_of, question
from ..engine.inputs import static_count
from ..engine.interpreters import Interpreter, own
from ..engine.machine import describe
from ..engine.problem import Problem
from .sources import Sources, Stamp, stamp


class Listing(NamedTuple):
    """All that the evaluated inputs depend on: while it stays the same, their number does."""

    inputs: str
    task: str
    source: str
    place: Place
    file: Stamp | None


class Known:
    """Asking never runs any of the user's code.

    machine: the one that we are on. sources: files and texts of tasks.
    interpreters: by the path that was asked for; "" is our own.
    """

    def __init__(self) -> None:
        self.machine = describe()
        self.sources = Sources()
        self.interpreters: dict[str, Interpreter | Problem] = {"": own()}
        self._told: tuple[Listing, int, int | None] | None = None
        self._durations: dict[tuple[str, ...], bool] = {}

    def listing(self, experiment: Experiment) -> Listing:
        """What the inputs of `experiment` would be evaluated from now."""
        one = experiment.absolute()
        file = None if one.file is None else stamp(one.file)
        return Listing(one.inputs, one.task, one.source, one.place, file)

    def learn(self, listing: Listing, count: int, first_bytes: int | None = None) -> bool:
        """A run or a preview has evaluated the inputs. True when that was news."""
        if first_bytes is None and self._told is not None and self._told[0] == listing:
            first_bytes = self._told[2]  # a run does not tell it
        told = listing, count, first_bytes
        news, self._told = told != self._told, told
        return news

    def input_count(self, experiment: Experiment) -> int | None:
        """How many inputs there will be; None when only evaluating them would tell."""
        count = static_count(experiment.inputs)
        if count is None and self._told is not None:
            return self._told[1] if self._told[0] == self.listing(experiment) else None
        return count

    def facts(self, experiment: Experiment) -> Facts:
        """All of it, for the checks."""
        fits = self._told is not None and self._told[0] == self.listing(experiment)
        return Facts(
            machine=self.machine,
            inputs=self.input_count(experiment),
            first_bytes=self._told[2] if fits and self._told is not None else None,
            source=self.sources.of(experiment),
            interpreter=self.interpreters.get(experiment.place.python),
            knows_durations=self._knows_durations(experiment),
            available_bytes=psutil.virtual_memory().available,
        )

    def _knows_durations(self, experiment: Experiment) -> bool | None:
        """Looked up only where it matters, and once: it reads what former runs have left."""
        if experiment.order != "longest":
            return None
        asked = question(experiment)
        if asked not in self._durations:
            self._durations[asked] = order_of(experiment) is not None
        return self._durations[asked]

    def with_order_known(self, experiment: Experiment, before: Experiment) -> Experiment:
        """`experiment`, in the order given where that of `before` was for its task only."""
        same = experiment.task == before.task and bool(experiment.source) == bool(before.source)
        if same or before.order != "longest" or self._knows_durations(experiment) is not False:
            return experiment
        return replace(experiment, order="given")

    def forget_durations(self) -> None:
        """A run has ended: it may know what no other did."""
        self._durations.clear()
