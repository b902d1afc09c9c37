"""Work that takes long, and whoever asked for it may not want it any more."""

from collections.abc import Callable

Watch = Callable[[], None]
"""Is called again and again by work that takes long; raises BrokenOff to end it."""


class BrokenOff(BaseException):
    """Nobody wants it any more. What handles the errors of files is not to take it for one."""


def go_on() -> None:
    """The Watch of who waits to the end."""
