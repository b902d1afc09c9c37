"""What tests of sampling share."""

from collections.abc import Callable

import numpy as np
import pytest

from poolscope.engine.sampling.samples import Samples

Compare = Callable[[Samples, Samples], None]
CURVES = ("workers_cpu", "own_cpu", "workers_rss", "workers_runnable", "machine_cpu", "available")


@pytest.fixture(scope="session")
def same() -> Compare:
    """`same(live, opened)` holds what two say of one run against each other."""

    def compare(live: Samples, opened: Samples) -> None:
        assert len(live.processes) == len(opened.processes)
        for one, other in zip(live.processes, opened.processes, strict=True):
            for name in ("number", "pid", "ppid", "parent", "role", "name", "ordinal", "born_ns"):
                assert getattr(one, name) == getattr(other, name)
            assert (one.first_ns, one.gone_ns) == (other.first_ns, other.gone_ns)
            assert live.last(one.number) == opened.last(other.number)
        for name in CURVES:
            curve, again = getattr(live, name)(), getattr(opened, name)()
            np.testing.assert_array_equal(curve.at_ns, again.at_ns)
            np.testing.assert_allclose(curve.values, again.values, atol=1e-9)
        assert live.started_cpu_s == pytest.approx(opened.started_cpu_s)
        assert live.limit_bytes == opened.limit_bytes

    return compare
