"""The words above a picture: the call, and the facts that it takes to run it again."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from ....engine.experiment import ITERATORS, SINGLE_CALLS, Experiment, PoolSettings
from ....engine.recording import Recording
from ..scene.time_scale import duration_text

translate = QCoreApplication.translate

TITLE_LINES = 3


def facts_of(recording: Recording) -> list[str]:
    """What ran, how, on what, when, and what became of it."""
    experiment, journal, machine = recording.experiment, recording.journal, recording.machine
    pool, counts = experiment.pool, recording.counts
    workers = 0 if recording.trace is None else len(recording.trace.lanes)
    done = translate("Timeline", "{done} of {total} tasks done")
    facts = [
        experiment.function_name,
        translate("Timeline", "1 process")
        if pool.processes == 1
        else translate("Timeline", "{count} processes").format(count=pool.processes),
        _chunksize(pool, journal.chunksize),
        pool.start_method,
        order_text(experiment),
        done.format(done=f"{counts.done:,}", total=f"{counts.total:,}"),
    ]
    if workers > pool.processes:
        text = translate("Timeline", "{count} workers in all")
        facts.insert(2, text.format(count=f"{workers:,}"))
    if journal.makespan_s is not None:
        makespan = duration_text(journal.makespan_s)
        facts.append(translate("Timeline", "makespan {duration}").format(duration=makespan))
    cpus = machine.get("usable") or machine.get("logical")
    if cpus:
        facts.append(
            translate("Timeline", "1 CPU")
            if cpus == 1
            else translate("Timeline", "{count} CPUs").format(count=cpus)
        )
    python = journal.host.get("python") or machine.get("python")
    if python:
        facts.append(f"Python {str(python).split()[0]}")
    facts.append(recording.started[:16].replace("T", " "))
    return [fact for fact in facts if fact]


def order_text(experiment: Experiment) -> str:
    """In which order the inputs were handed out; "" for as given."""
    if experiment.order == "shuffled":
        text = translate("Timeline", "inputs shuffled (seed {seed})")
        return text.format(seed=experiment.seed)
    if experiment.order == "longest":
        return translate("Timeline", "longest inputs first")
    return ""


def _chunksize(pool: PoolSettings, taken: int | None) -> str:
    if pool.method in SINGLE_CALLS:
        return ""
    chosen = 1 if pool.chunksize is None and pool.method in ITERATORS else pool.chunksize
    if chosen is not None:
        return translate("Timeline", "chunksize {size}").format(size=f"{chosen:,}")
    if taken is None:
        return translate("Timeline", "chunksize auto")
    return translate("Timeline", "chunksize auto ({size})").format(size=f"{taken:,}")


def short_call_text(experiment: Experiment) -> str:
    """The call, with no more of the pool's making than its size: for where it has little room.

    >>> short_call_text(Experiment("f", "range(9)", PoolSettings(4, maxtasksperchild=2)))
    'Pool(4, …).map(f, range(9))'
    """
    pool = experiment.pool
    default = PoolSettings()
    plain = experiment.with_pool(
        start_method=default.start_method, initializer="", maxtasksperchild=None
    )
    if plain == experiment:
        return experiment.call_text()
    return plain.call_text().replace(f"Pool({pool.processes})", f"Pool({pool.processes}, …)", 1)


def join_lines(parts: list[str], width: float, measure: Callable[[str], float]) -> list[str]:
    """`parts` joined by dots, in lines that are no wider than `width`; no part is broken."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and measure(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def wrap(text: str, width: float, measure: Callable[[str], float], limit: int) -> list[str]:
    """`text` in at most `limit` lines, broken at spaces where there are any; "…" for the rest.

    >>> wrap("Pool(2).map(f, (1, 2, 3))", 12, len, 2)
    ['Pool(2).map(', 'f, (1, 2, …']
    """
    lines: list[str] = []
    while text and len(lines) < limit:
        fits = _fitting(text, width, measure)
        if len(lines) == limit - 1 and fits < len(text):
            return [*lines, text[: _fitting(text, width - measure("…"), measure)].rstrip() + "…"]
        space = text.rfind(" ", 0, fits + 1)
        end = space if fits < len(text) and space > fits // 2 else fits
        lines.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return lines


def _fitting(text: str, width: float, measure: Callable[[str], float]) -> int:
    """How many characters of `text` fit, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(text[:middle]) <= width else (low, middle - 1)
    return low
