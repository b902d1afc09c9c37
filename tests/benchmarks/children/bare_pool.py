"""A plain Pool: prints the seconds of one map, from the call to its return, as a run measures it.

bare_pool.py TASK VALUE COUNT PROCESSES CHUNKSIZE START_METHOD [WARM]: COUNT inputs VALUE; CHUNKSIZE
0 leaves it to Pool; WARM tasks are mapped before.
"""

import multiprocessing
import sys
import time

import tasks


def main() -> None:
    task = getattr(tasks, sys.argv[1])
    value, count, processes, chunksize = (int(argument) for argument in sys.argv[2:6])
    warm = int(sys.argv[7]) if len(sys.argv) > 7 else 0
    inputs = [value] * count
    with multiprocessing.get_context(sys.argv[6]).Pool(processes) as pool:
        pool.map(task, inputs[:warm])
        begun = time.perf_counter()
        pool.map(task, inputs, chunksize or None)
        print(time.perf_counter() - begun)
        pool.close()
        pool.join()


if __name__ == "__main__":
    main()
