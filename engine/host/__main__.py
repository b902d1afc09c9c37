"""`python -P <laid folder> <run folder> <connection> run|preview <folder of sockets>`.

See engine/host_process.py. Where there is fork, it becomes two: the host and its keeper.
A package with `__main__`, because spawn runs a plain `-m` module again in every worker.
"""

import os
import sys


def main() -> None:
    folder, handle, mode, temporary = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
    wait: int | None = None
    if hasattr(os, "fork"):
        from . import keeper

        wait = keeper.keep(folder, handle, temporary)
        os.set_inheritable(handle, False)  # what a task's shell starts has no business with it
    from multiprocessing import connection  # the keeper needs none of these
    from pathlib import Path

    from . import own_names
    from .host import Host

    own_names.give(temporary)
    if wait is not None:  # till here the keeper has made itself ready meanwhile
        os.read(wait, 1)
        os.close(wait)
    kind = "PipeConnection" if sys.platform == "win32" else "Connection"
    sys.argv[1:] = []  # user code sees no arguments of ours
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    Host(Path(folder), getattr(connection, kind)(handle)).run(preview=mode == "preview")


if __name__ == "__main__":
    main()
