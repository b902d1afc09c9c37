"""Ctrl-C and SIGTERM end a run in good order."""

import signal
from collections.abc import Iterator

import pytest

from poolscope.gui.command_line.interruption import Interrupted, Interruption


@pytest.fixture(autouse=True)
def as_in_a_terminal() -> Iterator[None]:
    """A shell's background job ignores SIGINT, and so would these tests if they ran in one."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_is_noted_and_gives_the_exit_status_of_shells(number: int) -> None:
    with Interruption() as interruption:
        assert interruption.exit_status is None
        signal.raise_signal(number)
    assert interruption.exit_status == 128 + number


def test_the_first_signal_counts() -> None:
    with Interruption() as interruption:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    assert interruption.signal == signal.SIGTERM


def test_a_signal_raises_where_it_may_cut_things_short() -> None:
    with Interruption() as interruption:
        interruption.raising = True
        with pytest.raises(Interrupted):
            signal.raise_signal(signal.SIGINT)


def test_the_earlier_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with Interruption():
        assert signal.getsignal(signal.SIGTERM) != before[1]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interruption() as interruption:
            signal.raise_signal(signal.SIGINT)
        assert interruption.signal is None
    finally:
        signal.signal(signal.SIGINT, before)
