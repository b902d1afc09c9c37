"""Dask with its task stream: prints the seconds of one map. Arguments as of bare_pool.py.

A local cluster of one-threaded workers; Dask knows no chunks.
"""

import sys
import time

import tasks
from dask.distributed import Client, LocalCluster, get_task_stream


def main() -> None:
    task = getattr(tasks, sys.argv[1])
    value, count, processes = (int(argument) for argument in sys.argv[2:5])
    inputs = [value] * count
    with (
        LocalCluster(processes, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.gather(client.map(task, inputs[: int(sys.argv[7])], pure=False))
        with get_task_stream(client) as stream:
            begun = time.perf_counter()
            client.gather(client.map(task, inputs, pure=False))
            took_s = time.perf_counter() - begun
        if len(stream.data) < count:
            raise SystemExit("not all tasks are in the task stream")
    print(took_s)


if __name__ == "__main__":
    main()
