"""What `poolscope run` says about an experiment before it runs."""

from ...engine.checks.check import check
from ...engine.checks.finding import Advice
from ...engine.experiment import Experiment
from ...engine.interpreters import Interpreter
from ..advice import advice
from ..known import Known


def notes_on(experiment: Experiment, interpreter: Interpreter | None) -> list[str]:
    """A sentence about each thing that the checks before a run find. Runs none of its code.

    What the run itself will end with is left out: it says so in the same words.
    """
    known = Known()
    if interpreter is not None:
        known.interpreters[experiment.place.python] = interpreter
    found = check(experiment, known.facts(experiment))
    return [advice(finding) for finding in found if finding.advice is not Advice.PROBLEM]
