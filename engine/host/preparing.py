"""From an experiment to what a back end needs: imports, evaluates, and looks whether it travels."""

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

from ..experiment import Experiment
from ..messages import Event
from ..names import SOURCE_FILE, SOURCE_FOLDER
from ..problem import Kind, Problem, ProblemError
from ..tasks.loading import load, load_initializer
from ..trace.layout import clock_ns
from . import listing


@dataclass(frozen=True)
class Prepared:
    """What the experiment's texts have become.

    inputs: in the order of handing out. positions: where each stood as given; None: as they are.
    first_bytes: size of the first input, pickled; None when there is none. function_bytes: of the
    function, of a partial with its arguments: each chunk carries it.
    """

    function: Callable[..., Any]
    inputs: list[Any]
    positions: "array[int] | None"
    initializer: Callable[..., Any] | None
    initargs: tuple[Any, ...]
    first_bytes: int | None
    function_bytes: int


def prepare(
    experiment: Experiment,
    folder: Path,
    keep_on: Callable[[], None],
    tell: Callable[..., None],
    *,
    preview: bool = False,
) -> Prepared:
    """Import the task, list the inputs, and pickle and unpickle what a worker is sent first.

    `tell` is told when the task is imported and how many inputs there are; `keep_on` is called now
    and then, and may raise.
    A preview keeps the order as given. Raises ProblemError, naming the field.
    """
    task = experiment.task
    if experiment.source:
        task = f"{folder / SOURCE_FOLDER / SOURCE_FILE}:{task}"
    function, module = load(task)
    names = listing.names_beside(module)
    pool = experiment.pool
    initializer = load_initializer(pool.initializer, module) if pool.initializer else None
    tell(Event.LOADED, at_ns=clock_ns())
    initargs = listing.initargs(pool.initargs, names) if pool.initializer else ()
    inputs = listing.list_inputs(experiment.inputs, names, keep_on, experiment.listing_s)
    tell(Event.INPUTS, count=len(inputs))
    positions = None if preview else listing.positions(experiment, len(inputs), folder)
    if positions is not None:
        inputs = [inputs[position] for position in positions]
    function_bytes = _check_travels(function, experiment.function_name)
    if initializer is not None and pool.start_method != "fork":  # a fork pickles nothing
        _check_initializer(initializer, initargs)
    first_bytes = _check_input(inputs[0], positions) if inputs else None
    return Prepared(function, inputs, positions, initializer, initargs, first_bytes, function_bytes)


def _check_travels(function: Any, name: str) -> int:
    """The size of the function, pickled. Raises ProblemError when it cannot travel."""
    try:
        data = ForkingPickler.dumps(function)
        ForkingPickler.loads(data)
    except BaseException as error:
        values = {"task": name, "error": _text(error)}
        raise ProblemError(Problem(Kind.TASK_NOT_SENT, "task", values)) from error
    return int(data.nbytes)


def _check_initializer(initializer: Any, initargs: tuple[Any, ...]) -> None:
    for field, value in (("initializer", initializer), ("initargs", initargs)):
        try:
            data = ForkingPickler.dumps(value)
        except RuntimeError:
            continue  # locks and queues travel only while a process is started: seen then
        except BaseException as error:
            problem = Problem(Kind.INITIALIZER_NOT_SENT, field, {"error": _text(error)})
            raise ProblemError(problem) from error
        try:
            ForkingPickler.loads(data)
        except BaseException as error:
            problem = Problem(Kind.INITIALIZER_NOT_SENT, field, {"error": _text(error)})
            raise ProblemError(problem) from error


def _check_input(value: Any, positions: "array[int] | None") -> int:
    """The size of the first input, pickled. Raises ProblemError when it cannot travel."""
    task = 0 if positions is None else positions[0]
    try:
        data = ForkingPickler.dumps(value)
    except BaseException as error:
        values = {"chunk": 0, "task": task, "error": _text(error)}
        raise ProblemError(Problem(Kind.INPUT_NOT_SENT, "inputs", values)) from error
    try:
        ForkingPickler.loads(data)
    except BaseException as error:
        values = {"task": task, "error": _text(error)}
        raise ProblemError(Problem(Kind.INPUT_NOT_READ, "inputs", values)) from error
    return int(data.nbytes)


def _text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
