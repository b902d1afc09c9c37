"""The table of workers at the end of a run."""

from typing import Any

from ...engine.metrics import busy_share
from . import words


def worker_table(workers: list[dict[str, Any]], elapsed_s: float | None) -> list[str]:
    """A line a worker under a header; none without workers. `workers` is as summarise has it.

    The share is that of the elapsed seconds which the worker spent inside tasks.
    """
    rows = [words.worker_columns()]
    for worker in workers:
        share = busy_share(worker["busy_s"], elapsed_s)
        rows.append(
            (
                str(worker["pid"]),
                f"{worker['tasks']:,}",
                f"{worker['busy_s']:.3f}",
                f"{share:.0%}".replace("%", " %"),
            )
        )
    if len(rows) == 1:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
