"""How processes end. Standard library only: the host imports it, too."""

import signal


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
