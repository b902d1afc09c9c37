"""How much quicker a run was than its tasks one after another, and how well it used its pool."""

from .numbers import Serial


def speed_up_of_sum(work_s: float, makespan_s: float | None) -> float | None:
    """work_s / makespan_s: the sum of task times by the makespan; None without a makespan.

    It is the number of workers that were in a task, on average. Where each of them had a CPU, or
    its tasks only waited, it is the speed-up against running the tasks one after another; with
    more workers than CPUs the tasks themselves take longer, and it is too high. A measured run by
    one process is better (`speed_up`).
    """
    return work_s / makespan_s if makespan_s else None


def speed_up(serial: Serial | None, makespan_s: float | None) -> float | None:
    """T(1) / T(p): the makespan of a measured run by one process, by that of this one.

    Source: G. M. Amdahl, "Validity of the single processor approach to achieving large scale
    computing capabilities", AFIPS 1967; as in any textbook of parallel computing.
    """
    if serial is None or not makespan_s:
        return None
    return serial.makespan_s / makespan_s


def efficiency(measured: float | None, of_sum: float | None, processes: int) -> float | None:
    """S(p) / p: the speed-up by the number of processes; the measured one where there is one.

    Source: as of `speed_up`. Above 1 is possible: a measured serial run may have been a slow one.
    """
    found = measured if measured is not None else of_sum
    return None if found is None else found / processes
