"""How processes end. Standard library only: the host imports it, too."""

import errno
import os
import signal

UNHEARD = 64
"""A host's exit status is this plus an errno when it could not write its last words."""


def unheard(error: OSError) -> int:
    """The exit status that says why nothing could be told."""
    return UNHEARD + (error.errno or errno.EIO)


def unheard_error(code: int) -> OSError | None:
    """What kept a host from telling its end; None when `code` says something else."""
    number = code - UNHEARD
    return OSError(number, os.strerror(number)) if number in errno.errorcode else None


def cause(code: int) -> str:
    """An exit code of multiprocessing or subprocess as people know it.

    >>> cause(-9), cause(3)
    ('SIGKILL', 'exit status 3')
    """
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:  # a real-time signal
        return f"signal {-code}"
