"""A module that lets the first two workers start and no other, as a full machine would."""

import os
from multiprocessing.popen_fork import Popen

_launch, _count = Popen._launch, 0


def launch(self, process_obj):
    global _count
    _count += 1
    if _count > 2:
        raise BlockingIOError("Resource temporarily unavailable")
    return _launch(self, process_obj)


Popen._launch = launch


def end_process(_):
    os._exit(3)
