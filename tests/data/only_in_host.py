"""A module that is another one when a worker imports it: it looks who is asking.

`gone` and `Thing` are missing there; `late` is there, and raises when it is unpickled.
"""

import multiprocessing

IN_HOST = multiprocessing.parent_process() is None


def same(value):
    return value


class Late:
    def __reduce__(self):
        return read, ()


def read():
    if not IN_HOST:
        raise ValueError("this cannot be read in a worker")
    return Late()


if IN_HOST:

    class Thing:
        def method(self, value):
            return value

    def gone(value):
        return value

    def start(*_):
        pass


def begin(*_):
    pass
