"""A file that somebody has tampered with is read without harm."""

from collections.abc import Callable

import numpy as np
import pytest

from poolscope.engine.recording import Recording
from poolscope.engine.run import Run
from poolscope.engine.trace.layout import TASKS

EXTREMES = (-(2**63), -1, 6, 2**31, 2**63 - 1)


@pytest.mark.parametrize("value", EXTREMES)
def test_states_that_there_are_not_count_as_none_of_those_there_are(
    finish: Callable[..., Run], value: int
) -> None:
    run = finish(":same", "range(100)", processes=1)
    table = np.load(run.folder / TASKS.file_name, mmap_mode="r+")
    table[:, TASKS.columns.index("state")] = value
    table.flush()
    recording = Recording(run.folder)
    recording.update(ended=True)
    counts = recording.counts
    assert (counts.done, counts.raised, counts.lost) == (0, 0, 0)
    assert counts.total == 100
