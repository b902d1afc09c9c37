"""One task that does as it is told: the mixtures that tests/engine/test_mixtures.py makes."""

import os
import signal
import sys
import time


class Bare(BaseException):
    pass


class Unreadable(Exception):
    """Pickles, and cannot be unpickled (gh-79492)."""

    def __init__(self, first, second):
        super().__init__(first)


def act(order):
    """`order`: what to do, and a number for it. Returns the number."""
    deed, number = order
    if deed == "sleep":
        time.sleep(number / 1000)
    elif deed == "raise":
        raise ValueError(number)
    elif deed == "raise bare":
        raise Bare(number)
    elif deed == "raise unreadable":
        raise Unreadable(number, 0)
    elif deed == "return unpicklable":
        return lambda: number
    elif deed == "return large":
        return bytes(number * 1000)
    elif deed == "exit":
        sys.exit(number)
    elif deed == "end":
        os._exit(number)
    elif deed == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    return number
