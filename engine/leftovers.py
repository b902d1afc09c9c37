"""What a program that was killed has left: ended and removed when the next one starts."""

import contextlib
import tempfile
from pathlib import Path

import psutil

from . import belonging

KEEPERS_S = 0.5
"""A keeper that is just at it ends and removes everything when it is asked to hurry."""


def clear_out() -> None:
    """End processes of runs whose program has gone, and remove their semaphores and folders.

    Nothing of a program that is still there is touched, nor what does not say whose it is.
    """
    left = list(belonging.carriers(lambda token: not belonging.owner_lives(token)))
    for process in left:
        with contextlib.suppress(psutil.Error):  # it went by itself, or belongs to another user
            process.terminate()
    _, deaf = psutil.wait_procs(left, KEEPERS_S)
    for process in deaf:
        with contextlib.suppress(psutil.Error):
            process.kill()
    for token in _tokens():
        if not belonging.owner_lives(token):
            belonging.remove_things(token)


def _tokens() -> set[str]:
    """Of all things that carry one in their name."""
    names = [path.name.removeprefix("sem.mp-") for path in belonging.SHARED.glob("sem.mp-*")]
    prefix = belonging.FOLDER_PREFIX
    folders = Path(tempfile.gettempdir()).glob(f"{prefix}*")
    names += [path.name.removeprefix(prefix) for path in folders]
    return {match[0] for name in names if (match := belonging.TOKEN.match(name))}
