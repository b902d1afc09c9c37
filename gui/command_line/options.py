"""The options that describe an experiment: those of `poolscope run` and of `poolscope code`."""

import argparse

from ...engine.experiment import METHODS, ORDERS, PROCESSES_HERE, PoolSettings, start_methods
from .arguments import Once
from .helps import help_for


def add_experiment(parser: argparse.ArgumentParser) -> None:
    """All values are texts here: the engine checks them, and names the field in its sentence."""
    parser.add_argument("task", metavar="TASK", help=help_for("task"))
    _add_inputs(parser)
    _add_pool(parser)
    add = parser.add_argument_group(help_for("group place")).add_argument
    add("--python", metavar="PATH", action=Once, help=help_for("python"))
    add("--cwd", metavar="DIR", action=Once, help=help_for("cwd"))
    add("--env", metavar="NAME=VALUE", action="append", default=[], help=help_for("env"))


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(help_for("group inputs"))
    add = group.add_mutually_exclusive_group().add_argument
    add("--inputs", metavar="EXPR", help=help_for("inputs"))
    add("--lines", metavar="FILE", action=Once, help=help_for("lines"))
    add("--csv", metavar=("FILE", "COLUMN"), nargs=2, action=Once, help=help_for("csv"))
    orders = ", ".join(ORDERS)
    group.add_argument("--order", metavar="NAME", help=help_for("order", orders=orders))
    group.add_argument("--seed", metavar="N", help=help_for("seed"))
    group.add_argument("--inputs-limit", metavar="SECONDS", help=help_for("inputs_limit"))


def _add_pool(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument_group(help_for("group pool")).add_argument
    default = PoolSettings()
    methods, starts = ", ".join(METHODS), ", ".join(start_methods())
    workers = help_for("processes", limit=PROCESSES_HERE, default=default.processes)
    start = help_for("start_method", methods=starts, default=default.start_method)
    add("--processes", metavar="N", help=workers)
    add("--method", metavar="NAME", help=help_for("method", methods=methods))
    add("--chunksize", metavar="N|auto", help=help_for("chunksize"))
    add("--maxtasksperchild", metavar="N", help=help_for("maxtasksperchild"))
    add("--start-method", metavar="NAME", help=start)
    add("--preload", metavar="MODULE", action="append", default=[], help=help_for("preload"))
    add("--initializer", metavar="NAME", help=help_for("initializer"))
    add("--initargs", metavar="EXPR", help=help_for("initargs"))
