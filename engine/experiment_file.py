"""Experiments as files. Opening one runs nothing of it."""

import json
from pathlib import Path
from stat import S_ISREG

from .experiment import Experiment
from .export.target import written
from .problem import Kind, Problem, ProblemError

SUFFIX = ".json"
MOST_BYTES = 20_000_000
FORMAT = "experiment"


def save(experiment: Experiment, path: Path) -> None:
    """Write `experiment` to `path`, whole or not at all; its paths become absolute.

    Raises ProblemError when it cannot be written.
    """
    content = {"poolscope": FORMAT, "experiment": experiment.absolute().to_json()}
    with written(path) as part:
        part.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def open_experiment(path: Path) -> Experiment:
    """The experiment in the file at `path`.

    Raises ProblemError (NOT_AN_EXPERIMENT) when there is none, or one with values that cannot be.
    """
    try:
        facts = path.stat()
        if not S_ISREG(facts.st_mode):  # reading a pipe would wait for its other end
            raise ValueError("it is no file")
        if facts.st_size > MOST_BYTES:
            raise ValueError(f"it has more than {MOST_BYTES:,} bytes")
        return _experiment(json.loads(path.read_text("utf-8-sig")))
    except OSError as error:
        raise _no_experiment(path, error.strerror or str(error)) from error
    except RecursionError as error:
        raise _no_experiment(path, "it is nested too deeply") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise _no_experiment(path, str(error)) from error


def _experiment(data: object) -> Experiment:
    match data:
        case {"poolscope": "experiment", "experiment": dict(experiment)}:
            return Experiment.from_json(experiment)
    raise ValueError("it holds something else")


def _no_experiment(path: Path, error: str) -> ProblemError:
    values = {"path": str(path), "error": error}
    return ProblemError(Problem(Kind.NOT_AN_EXPERIMENT, None, values))
