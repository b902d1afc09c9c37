"""Ray's Pool with its timeline: prints the seconds of one map. Arguments as of bare_pool.py."""

import logging
import os
import sys
import time
from pathlib import Path
from tempfile import gettempdir

os.environ |= {
    "RAY_PROFILING": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "PYTHONPATH": str(Path(__file__).parent),  # its workers are no children of this process
}

import ray
import tasks
from ray.util.multiprocessing import Pool

TOLD_S = 20.0
"""The timeline is told once a second."""


def main() -> None:
    task = getattr(tasks, sys.argv[1])
    value, count, processes, chunksize = (int(argument) for argument in sys.argv[2:6])
    inputs = [value] * count
    ray.init(
        num_cpus=processes,
        include_dashboard=False,
        logging_level=logging.ERROR,
        log_to_driver=False,
        _temp_dir=str(Path(gettempdir(), "ray")),
    )
    try:
        pool = Pool(processes)
        pool.map(task, inputs[: int(sys.argv[7])], chunksize=1)
        begun = time.perf_counter()
        pool.map(task, inputs, chunksize=chunksize or None)
        took_s = time.perf_counter() - begun
        wait_until_told()
        pool.terminate()
    finally:
        ray.shutdown()
    print(took_s)


def wait_until_told() -> None:
    deadline = time.monotonic() + TOLD_S
    while not any("run_batch" in event["name"] for event in ray.timeline()):
        if time.monotonic() > deadline:
            raise SystemExit("the tasks are not in the timeline")
        time.sleep(0.2)


if __name__ == "__main__":
    main()
