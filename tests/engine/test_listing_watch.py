"""A host that evaluates inputs is ended before it takes too long, or all of the memory."""

import os
from types import SimpleNamespace

import psutil
import pytest

from poolscope.engine.journal import Journal
from poolscope.engine.listing_watch import GRACE_S, ListingWatch
from poolscope.engine.problem import Kind, Problem
from poolscope.engine.trace.layout import clock_ns

SECONDS = 60


def verdict(**told: object) -> Kind | None:
    journal = Journal(loaded_ns=clock_ns())
    for name, value in told.items():
        setattr(journal, name, value)
    problem = ListingWatch(os.getpid, SECONDS).verdict(journal)
    return None if problem is None else problem.kind


def long_ago() -> int:
    return clock_ns() - round((SECONDS + GRACE_S + 1) * 1e9)


def test_only_the_time_of_listing_counts() -> None:
    assert verdict() is None
    assert verdict(loaded_ns=long_ago()) is Kind.INPUTS_TOO_SLOW
    assert verdict(loaded_ns=None) is None
    assert verdict(loaded_ns=long_ago(), inputs=3) is None
    assert verdict(loaded_ns=long_ago(), problem=Problem(Kind.INPUTS_TOO_MANY)) is None


@pytest.mark.parametrize(
    ("available", "held", "kind"),
    [(0.04, 0.5, Kind.INPUTS_TOO_LARGE), (0.04, 0.1, None), (0.2, 0.5, None)],
)
def test_the_memory_is_not_filled_up(
    monkeypatch: pytest.MonkeyPatch, available: float, held: float, kind: Kind | None
) -> None:
    total = 1_000_000
    memory = SimpleNamespace(total=total, available=round(available * total))
    mine = SimpleNamespace(rss=round(held * total))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    monkeypatch.setattr(psutil.Process, "memory_info", lambda _: mine)
    assert verdict() is kind


def test_a_host_that_has_gone_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        psutil, "virtual_memory", lambda: SimpleNamespace(total=1_000_000, available=0)
    )
    journal = Journal(loaded_ns=clock_ns())
    for pid in (2**22 + 1, None):
        assert ListingWatch(lambda pid=pid: pid, SECONDS).verdict(journal) is None
