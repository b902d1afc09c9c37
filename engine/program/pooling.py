"""The function of the program that makes the pool, calls its method and prints what came back."""

import textwrap
from collections.abc import Sequence

from ..experiment import ITERATORS, SINGLE_CALLS, Experiment
from .expressions import INDENT, listed, tupled
from .names import Names, quoted
from .origins import Origin

WIDTH = 100
POSITIONS_LIMIT = 10_000
"""Of an order that is written out; nobody would read a longer one."""
UNKNOWN_ORDER = "# Which inputs take longest, only a former run tells: here they go as given."
LONG_ORDER = "# An order of {count:,} inputs is too long to be written out: here they go as given."
ENDING = "# The workers leave by themselves; the end of a `with` block would terminate them."


def body(
    experiment: Experiment, positions: Sequence[int] | None, origin: Origin, names: Names
) -> str:
    """The lines inside that function. `names` learns which modules they need."""
    inputs, pool, results = map(names.local, ("inputs", "pool", "results"))
    lines = [
        *_input_lines(experiment, positions, inputs, names),
        *_pool_lines(experiment, origin, pool, names),
        "    try:",
        *_call_lines(experiment, origin.task, names),
        "    finally:",
        f"        {ENDING}",
        f"        {pool}.close()",
        f"        {pool}.join()",
        f"    {names.builtin('print')}({results})",
    ]
    return "\n".join(lines)


def _input_lines(
    experiment: Experiment, positions: Sequence[int] | None, inputs: str, names: Names
) -> list[str]:
    shuffled = experiment.order == "shuffled"
    lines = [f"    {inputs} = {listed(experiment.inputs, INDENT, names, changes=shuffled)}"]
    if shuffled:
        random = names.module("random")
        lines.append(f"    {random}.Random({experiment.seed}).shuffle({inputs})")
    elif experiment.order == "longest" and positions is None:
        lines.append(f"    {UNKNOWN_ORDER}")
    elif experiment.order == "longest" and len(positions or ()) > POSITIONS_LIMIT:
        lines.append(f"    {LONG_ORDER.format(count=len(positions or ()))}")
    elif experiment.order == "longest" and positions:
        order, position = names.local("order"), names.local("position")
        numbers = ", ".join(map(str, positions)) + ","
        pad = " " * 2 * INDENT
        wrapped = textwrap.wrap(numbers, WIDTH, initial_indent=pad, subsequent_indent=pad)
        lines += [f"    {order} = (", *wrapped, "    )"]
        lines.append(f"    {inputs} = [{inputs}[{position}] for {position} in {order}]")
    return lines


def _pool_lines(experiment: Experiment, origin: Origin, pool: str, names: Names) -> list[str]:
    """The pool with exactly what is set. The start method is named: Python 3.14 has another."""
    settings = experiment.pool
    arguments = [f"processes={settings.processes}"]
    if settings.initializer:
        arguments.append(f"initializer={origin.initializer}")
        initargs = tupled(settings.initargs, 2 * INDENT, names)
        if initargs != "()":
            arguments.append(f"initargs={initargs}")
    if settings.maxtasksperchild is not None:
        arguments.append(f"maxtasksperchild={settings.maxtasksperchild}")
    maker = f'{names.module("multiprocessing")}.get_context("{settings.start_method}")'
    lines = []
    if settings.start_method == "forkserver" and settings.preload:
        context = names.local("context")
        preload = ", ".join(map(quoted, settings.preload))
        lines.append(f"    {context} = {maker}")
        lines.append(f"    {context}.set_forkserver_preload([{preload}])")
        maker = context
    return [*lines, _call(f"{pool} = {maker}.Pool", arguments, INDENT)]


def _call_lines(experiment: Experiment, task: str, names: Names) -> list[str]:
    method = experiment.pool.method
    inputs, results = names.local("inputs"), names.local("results")
    called = f"{names.local('pool')}.{method}"
    if method in SINGLE_CALLS:
        item = names.local("item")
        calls = f"[{called}({task}, ({item},)) for {item} in {inputs}]"
        if method == "apply":
            return [f"        {results} = {calls}"]
        pending, one = names.local("pending"), names.local("one")
        gathered = f"{results} = [{one}.get() for {one} in {pending}]"
        return [f"        {pending} = {calls}", f"        {gathered}"]
    arguments = [task, inputs]
    if experiment.pool.chunksize is not None:
        arguments.append(f"chunksize={experiment.pool.chunksize}")
    if method in ITERATORS:
        result = names.local("result")
        loop = f"        for {result} in {called}({', '.join(arguments)}):"
        return [f"        {results} = []", loop, f"            {results}.append({result})"]
    got = ".get()" if method.endswith("_async") else ""
    return [_call(f"{results} = {called}", arguments, 2 * INDENT) + got]


def _call(function: str, arguments: list[str], indent: int) -> str:
    """A call, on a line of its own, or an argument a line if it is too long for that."""
    pad = " " * indent
    line = f"{pad}{function}({', '.join(arguments)})"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    within = "".join(f"{pad}    {argument},\n" for argument in arguments)
    return f"{pad}{function}(\n{within}{pad})"
