"""What multiprocessing makes for a run carries the run's name, so that it can be found again.

The private names of CPython that this leans on are held by tests/engine/host/test_pool_contract.py.
"""

import os
import sys
from multiprocessing import process

from ..names import RUN_VARIABLE


def give(temporary: str) -> None:
    """In the host, before there is a pool: its workers inherit both.

    temporary: the folder for sockets, which whoever made it deletes. Names of semaphores are left
    as they are where they must be short.
    """
    config = process.current_process()._config  # type: ignore[attr-defined]
    config["tempdir"] = temporary
    if sys.platform.startswith("linux"):
        config["semprefix"] = f"/mp-{os.environ[RUN_VARIABLE]}"
