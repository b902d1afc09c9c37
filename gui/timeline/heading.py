"""The words above a picture: the call, and the facts that it takes to run it again."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from ...engine.recording import Recording
from .time_scale import duration_text

translate = QCoreApplication.translate

TITLE_LINES = 3


def facts_of(recording: Recording) -> list[str]:
    """What ran, how, on what, when, and what became of it."""
    experiment, journal, machine = recording.experiment, recording.journal, recording.machine
    pool, counts = experiment.pool, recording.counts
    done = translate("Timeline", "{done} of {total} tasks done")
    facts = [
        experiment.function_name,
        translate("Timeline", "1 process")
        if pool.processes == 1
        else translate("Timeline", "{count} processes").format(count=pool.processes),
        _chunksize(pool.chunksize, journal.chunksize),
        pool.start_method,
        done.format(done=f"{counts.done:,}", total=f"{counts.total:,}"),
    ]
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
    return facts


def _chunksize(chosen: int | None, taken: int | None) -> str:
    if chosen is not None:
        return translate("Timeline", "chunksize {size}").format(size=f"{chosen:,}")
    if taken is None:
        return translate("Timeline", "chunksize auto")
    return translate("Timeline", "chunksize auto ({size})").format(size=f"{taken:,}")


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
