"""MPIRE with insights: prints the seconds of one map. Arguments as of bare_pool.py."""

import sys
import time

import tasks
from mpire import WorkerPool


def main() -> None:
    task = getattr(tasks, sys.argv[1])
    value, count, processes, chunksize = (int(argument) for argument in sys.argv[2:6])
    inputs = [value] * count
    with WorkerPool(
        processes, start_method=sys.argv[6], keep_alive=True, enable_insights=True
    ) as pool:
        pool.map(task, inputs[: int(sys.argv[7])], chunk_size=1)
        begun = time.perf_counter()
        pool.map(task, inputs, chunk_size=chunksize or None)
        took_s = time.perf_counter() - begun
        told = pool.get_insights()
    if sum(told["n_completed_tasks"]) < count:
        raise SystemExit("not all tasks are in the insights")
    print(took_s)


if __name__ == "__main__":
    main()
