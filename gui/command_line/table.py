"""The table of workers at the end of a run."""

from typing import Any

from ...engine.metrics.so_far import busy_share
from . import words

SHOWN = 50
"""Lines of the table: with maxtasksperchild there may be thousands of workers."""


def worker_table(workers: list[dict[str, Any]], elapsed_s: float | None) -> list[str]:
    """A line a worker under a header; none without workers. `workers` is as summarise has it.

    The share is that of the elapsed seconds which the worker spent inside tasks. Whom a worker
    replaces is said where any does. Beyond SHOWN, the last line says how many are left out.
    """
    if not workers:
        return []
    replaced = any(worker["replaces"] for worker in workers)
    rows = [words.worker_columns(replaced=replaced)]
    for worker in workers[:SHOWN]:
        row = _row(worker, elapsed_s)
        rows.append((*row, str(worker["replaces"] or "")) if replaced else row)
    lines = _aligned(rows)
    if len(workers) > SHOWN:
        lines.append(words.more_workers(len(workers) - SHOWN))
    return lines


def _row(worker: dict[str, Any], elapsed_s: float | None) -> tuple[str, ...]:
    share = busy_share(worker["busy_s"], elapsed_s)
    return (
        str(worker["pid"]),
        f"{worker['tasks']:,}",
        f"{worker['busy_s']:.3f}",
        f"{share:.0%}".replace("%", " %"),
    )


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
