"""`python -P <laid folder> <run folder> <connection> run|preview`: see engine/host_process.py.

A package with `__main__`, because spawn runs a plain `-m` module again in every worker.
"""

import sys
from multiprocessing import connection
from pathlib import Path

from .host import Host


def main() -> None:
    folder, handle, preview = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "preview"
    kind = "PipeConnection" if sys.platform == "win32" else "Connection"
    sys.argv[1:] = []  # user code sees no arguments of ours
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)  # type: ignore[union-attr]
    Host(folder, getattr(connection, kind)(handle)).run(preview=preview)


if __name__ == "__main__":
    main()
