"""`poolscope code`: the Python program that does what `poolscope run` would do."""

import argparse

from ...engine.experiment import Experiment
from ...engine.program import program
from .checking import check_function, placed_experiment_of
from .console import say
from .options import add_experiment


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Those of `poolscope run` that describe the experiment."""
    add_experiment(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print it; runs nothing, also none of the user's code."""
    experiment = placed_experiment_of(arguments)
    check_function(experiment)
    say(program(experiment, _positions(experiment)).rstrip("\n"))
    return 0


def _positions(experiment: Experiment) -> list[int] | None:
    if experiment.order != "longest":
        return None
    from ...engine.former import order_of  # it reads runs, which takes numpy

    return order_of(experiment)
