"""A plain Pool for comparison: prints the seconds of one map, measured as Poolscope does."""

import multiprocessing
import sys
import time

from empty_task import nothing


def main() -> None:
    tasks, processes, chunksize = (int(argument) for argument in sys.argv[1:4])
    inputs = list(range(tasks))
    with multiprocessing.get_context(sys.argv[4]).Pool(processes) as pool:
        begun = time.perf_counter()
        pool.map(nothing, inputs, chunksize or None)
        print(time.perf_counter() - begun)


if __name__ == "__main__":
    main()
