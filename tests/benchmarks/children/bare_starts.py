"""A plain Pool that tells how long each of its workers took to start, in ns, in order of birth.

bare_starts.py PROCESSES START_METHOD. From just before the process object is made, where a recorded
run notes `born`, to the first line of code of the worker's own before its loop, where Pool calls an
initializer; a recorded run notes `ready` right after that place. It imports and declares no more
than that takes: spawned workers import it, too.
"""

import multiprocessing
import os
import sys
import time
from multiprocessing.pool import Pool

born = []


class TimedPool(Pool):
    """Notes each worker that is born, as the recording pool does."""

    @staticmethod
    def Process(context, *arguments, **settings):
        at_ns = time.perf_counter_ns()
        process = context.Process(*arguments, **settings)
        born.append((process, at_ns))
        return process


def tell(queue):
    ready_ns = time.perf_counter_ns()
    queue.put((os.getpid(), ready_ns))


def main() -> None:
    processes, context = int(sys.argv[1]), multiprocessing.get_context(sys.argv[2])
    queue = context.SimpleQueue()
    with TimedPool(processes, tell, (queue,), context=context) as pool:
        ready = dict(queue.get() for _ in range(processes))
        pool.close()
        pool.join()
    print([ready[process.pid] - at_ns for process, at_ns in born])


if __name__ == "__main__":
    main()
