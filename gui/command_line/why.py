"""Why a run took as long as it did, on the command line."""

from typing import Any

from ...engine.explain.explain import explain, wants_costs
from ...engine.explain.reason import Explanation
from ...engine.metrics.baseline import serial_run
from ...engine.metrics.measuring import measure_run
from ...engine.recording import Recording
from ...engine.self_test import SelfTest, costs_here


def explanation_of(recording: Recording, *, may_test: bool) -> Explanation:
    """Of a run that is over. may_test: the machine may be measured for it, where nobody has, and a
    reason would say more then; it is kept for the next time.
    """
    numbers = measure_run(recording, serial=serial_run(recording))
    explanation = explain(recording, numbers, costs_here())
    if may_test and wants_costs(explanation):
        test = SelfTest()
        try:
            test.wait()
        finally:
            test.stop()  # after a signal; one that is over does not mind
            test.wait()
        test.keep()
        explanation = explain(recording, numbers, test.costs)
    return explanation


def last_line(explanation: Explanation) -> str | None:
    """What the table ends with: the costliest reason, or that all is well; None for a run that was
    not explained: it says itself what is the matter.
    """
    from ..why.words import all_well_text, reason_text

    if explanation.silence is not None:
        return None
    if not explanation.reasons:
        return all_well_text(explanation)
    return reason_text(explanation.reasons[0], explanation.numbers.makespan_s)


def add_sentences(findings: list[dict[str, Any]], explanation: Explanation) -> None:
    """To each finding, as `summarise` has them, what the table would say of it."""
    from ..why.words import reason_text

    for finding, reason in zip(findings, explanation.reasons, strict=True):
        finding["sentence"] = reason_text(reason, explanation.numbers.makespan_s)
