"""Which name of a pickle cannot be imported, without running any of it."""

import pickle
import sys
from collections import OrderedDict
from functools import partial
from pathlib import Path
from types import ModuleType

import pytest

from poolscope.engine.host.late import Late
from poolscope.engine.host.missing import missing_name
from poolscope.engine.problem import Kind, ProblemError

ran: list[str] = []


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


def run(text: str) -> None:
    ran.append(text)


class Runs:
    def __reduce__(self) -> object:
        return run, ("it ran",)


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module that is there while things are pickled."""
    module = ModuleType("gone")
    exec("class Thing:\n    class Inner: pass\ndef task(): pass", module.__dict__)
    monkeypatch.setitem(sys.modules, "gone", module)
    return module


def test_what_can_be_imported_is_not_missing_and_nothing_of_it_runs() -> None:
    values = [Runs(), Slotted([1]), OrderedDict(a={1}), partial(print, 1), Path("x"), 1 + 2j]
    for protocol in range(3, pickle.HIGHEST_PROTOCOL + 1):
        assert missing_name(pickle.dumps(values, protocol)) is None
    assert not ran


@pytest.mark.parametrize("protocol", range(3, pickle.HIGHEST_PROTOCOL + 1))
def test_the_first_missing_name_is_found(
    gone: ModuleType, monkeypatch: pytest.MonkeyPatch, protocol: int
) -> None:
    values = [Slotted(1), gone.Thing(), gone.task]
    whole, inner = pickle.dumps(values, protocol), pickle.dumps(gone.Thing.Inner(), 4)
    del gone.task
    assert missing_name(whole) == ("gone", "task")
    del gone.Thing.Inner
    assert missing_name(inner) == ("gone", "Thing.Inner")
    monkeypatch.delitem(sys.modules, "gone")
    assert missing_name(whole) == ("gone", "Thing")


def test_a_pickle_cut_short_tells_what_it_named(
    gone: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = pickle.dumps([gone.Thing(), "x" * 100], 3)
    monkeypatch.delitem(sys.modules, "gone")
    assert missing_name(data[:-50]) == ("gone", "Thing")
    assert missing_name(b"no pickle") is None


def test_late_values_are_unpickled_when_they_are_asked_for() -> None:
    late = Late("a", Runs())
    assert late.values()[0] == "a", "where nothing was pickled they are as they were"
    there = pickle.loads(pickle.dumps(Late("a", Runs())))
    assert not ran
    assert there.values() == ("a", None) and ran.pop() == "it ran"
    assert there.values() == ("a", None) and not ran


def test_late_values_that_cannot_be_pickled_are_a_problem() -> None:
    with pytest.raises(ProblemError) as caught:
        pickle.dumps(Late(lambda: 0))
    assert caught.value.problem.kind is Kind.INITIALIZER_NOT_SENT
