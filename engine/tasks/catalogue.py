"""The built-in tasks: ordinary functions of one argument, and what to say about each.

Every worker imports this file, so its own imports are those that `multiprocessing.pool`
has loaded anyway. That rules out dataclasses and typing (10 ms and 4 ms of a spawned
worker's start); hashlib and random are imported by the tasks that use them.

The texts for people are the functions' docstrings and nothing else: the first paragraph
is the help, the one that begins with "Teaches:" says what to learn from the task.
"""

from __future__ import annotations

import os
import time
from collections import namedtuple
from math import isqrt

TYPE_CHECKING = False  # type checkers know this name without typing, too
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def laborator(tenths: int) -> int:
    """Says which process does the lab job, then waits as many tenths of a second as the input says.

    Teaches: a worker that has finished takes the next task, so with two workers and three
    jobs one worker does two of them.
    """
    process = os.getpid()
    print(f"laborator {tenths}: I am process {process}, working", flush=True)
    time.sleep(tenths / 10)
    print(f"laborator {tenths}: process {process} has finished", flush=True)
    return tenths


def sleep(seconds: float) -> float:
    """Waits without using the CPU; the input is the number of seconds.

    Teaches: waiting needs no core, so more workers than cores still help. The longest tasks
    come first here, so that the workers finish together; turn the order round to compare.
    """
    time.sleep(seconds)
    return seconds


def count_primes(limit: int) -> int:
    """Counts the primes below the input by trial division.

    Teaches: work that only computes gains from every worker up to about the number of cores,
    and no further. With short tasks, such as those of range(2000), handing them out one at a
    time costs more than a longer chunk.
    """
    return sum(1 for number in range(2, limit) if _is_prime(number))


def _is_prime(number: int) -> bool:
    for divisor in range(2, isqrt(number) + 1):
        if number % divisor == 0:
            return False
    return True


MANDELBROT_WIDTH, MANDELBROT_HEIGHT = 200, 100
MANDELBROT_MOST_STEPS = 4095  # 12 bits: the last of the shades
_SHADES = " .,:;-=+*#%@█"  # by the bits of the number of steps


def mandelbrot_row(row: int) -> str:
    """Draws one row of the Mandelbrot set in characters; the input is the row, 0 to 99.

    Teaches: rows through the middle of the set cost far more than those at its edge, and
    neighbours cost about the same. A large chunk can get all the expensive rows; smaller
    chunks share them out.
    """
    imaginary = 2.4 * (row + 0.5) / MANDELBROT_HEIGHT - 1.2
    return "".join(
        _SHADES[_steps_to_escape(complex(2.8 * x / MANDELBROT_WIDTH - 2.1, imaginary)).bit_length()]
        for x in range(MANDELBROT_WIDTH)
    )


def _steps_to_escape(point: complex) -> int:
    z = 0j
    for step in range(MANDELBROT_MOST_STEPS):
        if abs(z) > 2:
            return step
        z = z * z + point
    return MANDELBROT_MOST_STEPS


PI_SAMPLES = 200_000


def monte_carlo_pi(seed: int) -> float:
    """Estimates pi from 200,000 random points; the input is the seed of the random numbers.

    Teaches: tasks that share nothing and cost the same are what a pool does best. A seed for
    each task makes every result repeatable, whichever worker computes it.
    """
    from random import Random

    uniform = Random(seed).random
    inside = sum(1 for _ in range(PI_SAMPLES) if uniform() ** 2 + uniform() ** 2 < 1)
    return 4 * inside / PI_SAMPLES


def sha256_rounds(thousands: int) -> str:
    """Hashes a hash with SHA-256 over and over; the input is how many thousand times.

    Teaches: inputs that grow put the longest tasks at the end, where some workers have
    nothing left to do. The same inputs from the largest to the smallest finish sooner.
    """
    from hashlib import sha256

    digest = bytes(32)
    for _ in range(1000 * thousands):
        digest = sha256(digest).digest()
    return digest.hex()


def fibonacci(position: int) -> int:
    """Computes a Fibonacci number by plain recursion; the input is its position: 10 gives 55.

    Teaches: each task costs about 1.6 times the one before it, so the last few are most of
    the work. No number of workers makes the run shorter than its longest task, and chunks
    larger than 1 tie the longest tasks together.
    """
    if position < 2:
        return position
    return fibonacci(position - 1) + fibonacci(position - 2)


UNEVEN_SHORTEST_S, UNEVEN_LONGEST_S = 0.01, 0.5


def uneven(seed: int) -> float:
    """Computes for 0.01 to 0.5 seconds of CPU time, rarely long; the input is the random seed.

    Teaches: a few long tasks among many short ones leave the workers unevenly loaded. Small
    chunks even that out; large chunks make short tasks wait behind a long one.
    """
    from random import Random

    # A Pareto distribution of shape 1: half are below 0.02 s, one in ten is above 0.1 s.
    seconds = min(UNEVEN_SHORTEST_S * Random(seed).paretovariate(1), UNEVEN_LONGEST_S)
    _compute(seconds)
    return seconds


def _compute(cpu_seconds: float) -> None:
    """Keep a core busy until this thread has used so much CPU time, not wall time."""
    end = time.thread_time() + cpu_seconds
    while time.thread_time() < end:
        sum(range(500))


def allocate(megabytes: int) -> int:
    """Fills memory and holds it for 0.2 seconds; the input is the number of megabytes.

    Teaches: every worker holds its own memory, so the most memory in use grows with the
    number of workers. When a task needs much, memory and not the cores sets how many
    processes are right.
    """
    block = b"\1" * (1_000_000 * megabytes)  # not zeros: pages of those may never be given
    time.sleep(0.2)
    return len(block)


def big_argument(data: bytes) -> int:
    """Takes a large argument and returns its length; the input is a bytes object.

    Teaches: an argument is pickled, sent through a pipe and unpickled before its task can
    begin. Here that is nearly all of the time: the workers wait, and more of them do not help.
    """
    return len(data)


def big_result(megabytes: int) -> bytes:
    """Returns a large result of zero bytes; the input is its size in megabytes.

    Teaches: results go back through one pipe that all workers share, and one thread unpickles
    them. When results are large, the workers queue to send them; return less, or write to a
    file and return its name.
    """
    return bytes(1_000_000 * megabytes)


def mixed(milliseconds: float) -> float:
    """Computes for half of the time and waits for the other half; the input is milliseconds.

    Teaches: a worker that waits leaves its core to others, so the best number of processes is
    larger than the number of cores: here about twice as many.
    """
    _compute(milliseconds / 2000)
    time.sleep(milliseconds / 2000)
    return milliseconds


class CatalogueTask(namedtuple("CatalogueTask", "name function help teaches inputs kind")):
    """One built-in task: its function, the texts about it and the inputs to begin with.

    `inputs` is a Python expression; `kind` is "CPU", "waiting", "memory", "pickling" or
    "mixed". `help` and `teaches` are English, to be translated where they are shown
    (context "catalogue").
    """

    __slots__ = ()
    name: str
    function: Callable[[Any], Any]
    help: str
    teaches: str
    inputs: str
    kind: str


def _task(function: Callable[[Any], Any], kind: str, inputs: str) -> CatalogueTask:
    help_text, _, teaches = (function.__doc__ or "").partition("Teaches:")  # none under -OO
    teaches = " ".join(teaches.split())
    return CatalogueTask(
        name=function.__name__,
        function=function,
        help=" ".join(help_text.split()),
        teaches=teaches[:1].upper() + teaches[1:],
        inputs=inputs,
        kind=kind,
    )


CATALOGUE: tuple[CatalogueTask, ...] = (
    _task(laborator, "waiting", "(1, 2, 3)"),
    _task(sleep, "waiting", "(0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)"),
    _task(count_primes, "CPU", "range(20_000, 20_300)"),
    _task(mandelbrot_row, "CPU", f"range({MANDELBROT_HEIGHT})"),
    _task(monte_carlo_pi, "CPU", "range(100)"),
    _task(sha256_rounds, "CPU", "range(1, 121)"),
    _task(fibonacci, "CPU", "range(35)"),
    _task(uneven, "CPU", "range(100)"),
    _task(allocate, "memory", "range(10, 60, 2)"),
    # Objects of their own: pickle would send `[block] * 100` once a chunk, not once a task.
    _task(big_argument, "pickling", "[bytes(2_000_000) for task in range(100)]"),
    _task(big_result, "pickling", "range(1, 21)"),
    _task(mixed, "mixed", "range(10, 110)"),
)


def find(name: str) -> CatalogueTask:
    """The task of that name; LookupError, with the names there are, when there is none."""
    for task in CATALOGUE:
        if task.name == name:
            return task
    names = ", ".join(task.name for task in CATALOGUE)
    raise LookupError(f"there is no task {name!r} in the catalogue; it has {names}")
