"""Will libraries start more threads than there are CPUs, or be forked while they have some?"""

from collections.abc import Iterator, Mapping

from ..experiment import Experiment
from ..tasks.reading import Source, address
from .facts import Facts
from .finding import Advice, Finding

BLAS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "OMP_NUM_THREADS")
"""Of OpenBLAS, MKL and Accelerate; the first two also look at OpenMP's, each at its own first."""
OPENMP = ("OMP_NUM_THREADS",)
LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "numpy": BLAS,
    "scipy": BLAS,
    "pandas": BLAS,
    "statsmodels": BLAS,
    "sklearn": OPENMP,
    "torch": ("MKL_NUM_THREADS", "OMP_NUM_THREADS"),
    "xgboost": OPENMP,
    "lightgbm": OPENMP,
    "faiss": OPENMP,
    "pyarrow": OPENMP,
    "numexpr": ("NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS"),
    "numba": ("NUMBA_NUM_THREADS",),
    "polars": ("POLARS_MAX_THREADS",),
    "tensorflow": ("TF_NUM_INTRAOP_THREADS",),
    "keras": ("TF_NUM_INTRAOP_THREADS",),
    "cv2": ("OPENCV_FOR_THREADS_NUM",),
}
"""Packages with threads of their own, one a CPU: what each looks at, in its order.

The last variable is the one to advise: it holds for most.
"""
ON_MACOS: Mapping[tuple[str, ...], str] = {BLAS: "VECLIB_MAXIMUM_THREADS"}
"""numpy's own packages use Accelerate there, which does not look at OpenMP's."""
THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)
"""All of them, the most useful first; gui/advice.py says what each does."""
NOT_FORKED = ("polars", "jax")
"""They start threads that a forked worker lacks, and advise against fork themselves."""


def check_threads(experiment: Experiment, facts: Facts) -> Iterator[Finding]:
    """What the task's file imports, or the module is that the task is of."""
    packages = _packages(experiment, facts)
    if experiment.pool.start_method == "fork":
        yield from _check_fork(packages, facts)
    wanted = _wanted(experiment, facts, packages)
    if wanted is not None:
        yield wanted


def is_macos(facts: Facts) -> bool:
    return facts.machine.system.lower().startswith(("macos", "darwin"))


def _packages(experiment: Experiment, facts: Facts) -> frozenset[str]:
    if isinstance(facts.source, Source):
        return facts.source.imports
    module = "" if experiment.source else address(experiment.task).module
    return frozenset({module.partition(".")[0]})


def _check_fork(packages: frozenset[str], facts: Facts) -> Iterator[Finding]:
    for library in NOT_FORKED:
        if library in packages:
            values = {"library": library}
            yield Finding(Advice.FORK_WITH_THREADS, "start_method", values=values)
    if is_macos(facts):
        yield Finding(Advice.FORK_ON_MACOS, "start_method")


def _wanted(experiment: Experiment, facts: Facts, packages: frozenset[str]) -> Finding | None:
    """The variables that would keep the threads of all workers within the CPUs."""
    tasks, pool, cpus = facts.tasks(experiment), experiment.pool, facts.machine.usable
    workers = pool.processes if tasks is None else min(pool.processes, tasks)
    workers = min(workers, 1) if pool.method == "apply" else workers
    environment = facts.variables(experiment)
    found: dict[str, int] = {}
    for package in sorted(packages & set(LIBRARIES)):
        threads = _threads(LIBRARIES[package], environment, facts.machine.affinity)
        if threads > 1 and threads * workers > cpus:
            found[package] = threads
    if not found:
        return None
    values = {
        "libraries": list(found),
        "threads": max(found.values()),
        "processes": workers,
        "cpus": cpus,
        "variables": list(dict.fromkeys(_advised(package, facts) for package in found)),
        "number": max(1, cpus // max(1, workers)),
    }
    return Finding(Advice.MANY_THREADS, "env", values=values)


def _threads(names: tuple[str, ...], environment: Mapping[str, str], cpus: int) -> int:
    """How many a library takes: as the first variable says that is set to a number."""
    for name in names:
        text = environment.get(name, "").partition(",")[0].strip()  # OpenMP has one a level
        if text.isdecimal() and int(text) > 0:
            return int(text)
    return cpus


def _advised(package: str, facts: Facts) -> str:
    names = LIBRARIES[package]
    return ON_MACOS.get(names, names[-1]) if is_macos(facts) else names[-1]
