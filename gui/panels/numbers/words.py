"""The figures of a run in words: each value with its unit, and what is said beside them."""

from PySide6.QtCore import QCoreApplication

from ....engine.metrics.numbers import Chunking, Durations, Gaps, Numbers, Pickling
from ....engine.metrics.so_far import Metrics
from ...timeline.scene.time_scale import duration_text, three_digits, workers_text
from ...timeline.words.way_text import bytes_text

translate = QCoreApplication.translate

UNKNOWN = "–"


# --- values


def values_of(numbers: Numbers) -> dict[str, str]:
    """Of a run that is over; what is not known is missing, but for the longest task (`longest`)."""
    start, makespan_s = numbers.start_up, numbers.makespan_s
    found = {
        "makespan": _duration(makespan_s),
        "work": _duration(numbers.work_s if numbers.tasks else None),
        "cpu_time": _duration(numbers.cpu_s),
        "cpu": percent(numbers.cpu_share),
        "start_up": _duration(start.whole_s),
        "starting": _duration(start.starting_s),
        "initializer": _duration(start.initializer_s),
        "tail": _duration(numbers.tail_s),
        "tail_workers": _idle(numbers.tail_workers),
        "speed_up": _times(numbers.speed_up),
        "serial": "" if numbers.serial is None else duration_text(numbers.serial.makespan_s),
        "of_sum": _count(numbers.speed_up_of_sum),
        "efficiency": percent(numbers.efficiency),
        "utilisation": percent(numbers.utilisation),
        "imbalance": percent(numbers.imbalance),
        "starts": _duration(start.all_s or None),
        "respawn": _duration(numbers.respawn_s or None),
    }
    found |= _chunk_values(numbers.chunking) | _gap_values(numbers.between, numbers.within)
    found |= _pickling_values(numbers.pickling)
    if numbers.durations is not None:
        found |= _duration_values(numbers.durations)
    return {name: text for name, text in found.items() if text}


def values_so_far(metrics: Metrics, cut: Chunking | None) -> dict[str, str]:
    """Of a run that is on, as far as they are known; cut: how its tasks are cut."""
    text = translate("Numbers", "{time} so far")
    found = _chunk_values(cut)
    if metrics.elapsed_s is None:
        return found
    found |= {
        "makespan": text.format(time=duration_text(metrics.elapsed_s)),
        "work": text.format(time=duration_text(metrics.work_s)),
        "of_sum": _count(metrics.busy_workers),
        "utilisation": percent(metrics.utilisation),
    }
    return {name: value for name, value in found.items() if value}


def percent(share: float | None) -> str:
    """Three significant digits; "" where it is not known.

    >>> percent(0.8333), percent(0.0585), percent(0.0), percent(0.000585)
    ('83.3 %', '5.85 %', '0 %', '< 0.1 %')
    """
    if share is None:
        return ""
    return "< 0.1 %" if 0 < share < 0.001 else f"{three_digits(share * 100)} %"


def longest_text(found: Durations, index: int) -> str:
    """The longest task, as a link to it says."""
    text = translate("Numbers", "{took} (task {index})")
    return text.format(took=duration_text(found.longest_s), index=f"{index:,}")


def _duration(seconds: float | None) -> str:
    return "" if seconds is None else duration_text(seconds)


def _times(factor: float | None) -> str:
    return "" if factor is None else f"{workers_text(factor)} ×"


def _count(number: float | None) -> str:
    return "" if number is None else workers_text(number)


def _idle(workers: float | None) -> str:
    if not workers:
        return ""
    if workers == 1:
        return translate("Numbers", "1 worker")
    return translate("Numbers", "{count} workers").format(count=workers_text(workers))


def _chunk_values(found: Chunking | None) -> dict[str, str]:
    if found is None:
        return {}
    size = found.last if found.chunks == 1 else found.chunksize
    text = translate("Numbers", "{chunks} of {size}")
    shorter = found.chunks > 1 and found.last < found.chunksize
    return {
        "chunks": text.format(chunks=f"{found.chunks:,}", size=f"{size:,}"),
        "last": f"{found.last:,}" if shorter else "",
        "ade": percent(found.ade),
        "rde": percent(found.rde),
    }


def _gap_values(between: Gaps, within: Gaps) -> dict[str, str]:
    found = {}
    if between.median_s is not None:
        found["between"] = duration_text(between.total_s)
        found["between_median"] = duration_text(between.median_s)
        found["between_count"] = f"{between.count:,}"
    if within.count:
        found["within"] = duration_text(within.total_s)
    return found


def _pickling_values(found: Pickling) -> dict[str, str]:
    if not found.chunks:
        return {}
    times = {
        "pickled": found.pickled_s,
        "unpickled": found.unpickled_s,
        "results_pickled": found.results_pickled_s,
        "results_sent": found.results_sent_s,
    }
    one = translate("Numbers", "{all} / {one}")
    texts = {
        name: one.format(all=duration_text(time), one=duration_text(time / found.chunks))
        for name, time in times.items()
    }
    for name, size in (("bytes_in", found.bytes_in), ("bytes_out", found.bytes_out)):
        each = bytes_text(round(size / found.chunks))
        texts[name] = one.format(all=bytes_text(size), one=each)
    if found.function_bytes is not None:
        texts["function"] = bytes_text(found.function_bytes)
    return texts


def _duration_values(found: Durations) -> dict[str, str]:
    return {
        "median": duration_text(found.median_s),
        "p95": duration_text(found.p95_s),
        "mean": duration_text(found.mean_s),
    }


# --- what is to be said beside them


def note_text(state: str) -> str:
    """What a panel says where not all figures are there; `state` is a name of State."""
    return {
        "none": translate("Numbers", "The figures of a run show here."),
        "running": translate("Numbers", "The figures come when the run is over."),
        "working": translate("Numbers", "The figures are being worked out…"),
        "nothing": translate("Numbers", "The run ended before any task began: no figures."),
        "broken": translate(
            "Numbers",
            "Not all tasks were done: what compares the run with others is left out.",
        ),
        "whole": "",
    }[state]


# --- the histogram


def bin_text(begin_s: float, end_s: float, count: int) -> str:
    """What a bar of the histogram stands for."""
    if count == 1:
        text = translate("Numbers", "{begin} to {end}: 1 task")
    else:
        text = translate("Numbers", "{begin} to {end}: {count} tasks")
    return text.format(begin=duration_text(begin_s), end=duration_text(end_s), count=f"{count:,}")


def mark_names() -> tuple[str, str, str]:
    """Of median, 95th percentile and longest, as the histogram has room for them."""
    return (
        translate("Numbers", "median"),
        translate("Numbers", "95 %"),
        translate("Numbers", "longest"),
    )


def histogram_text(found: Durations) -> str:
    """The histogram for who cannot see it."""
    text = translate(
        "Numbers",
        "{count} tasks in {bins} bins: median {median}, 95th percentile {p95}, longest {longest}."
        " The arrow keys go from bin to bin; Enter selects the longest task.",
    )
    return text.format(
        count=f"{found.count:,}",
        bins=len(found.counts),
        median=duration_text(found.median_s),
        p95=duration_text(found.p95_s),
        longest=duration_text(found.longest_s),
    )


def growing_text() -> str:
    """That bins are wider to the right."""
    return translate("Numbers", "logarithmic")
