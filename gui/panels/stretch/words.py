"""The figures of a stretch of time in words."""

from PySide6.QtCore import QCoreApplication

from ....engine.stretch.durations import EXACT
from ....engine.stretch.figures import Ends, Figures
from ...timeline.scene.time_scale import duration_text, share_text, three_digits, workers_text

translate = QCoreApplication.translate

NOT_YET = "…"
LEAST_SHARE = 0.005
"""A smaller part of the workers' time is not told apart."""


def rate_text(rate: float) -> str:
    """Tasks a second, with at most three significant digits.

    >>> rate_text(97_938.2), rate_text(0.51234)
    ('97,900', '0.512')
    """
    if rate < 1000:
        return three_digits(rate)
    return f"{int(float(f'{rate:.3g}')):,}"


def sentence(figures: Figures) -> str:
    """What happened, in a sentence or two."""
    length = duration_text(figures.length_ns / 1e9)
    workers, at_work = f"{figures.workers:,}", f"{figures.at_work:,}"
    facts = {"length": length, "workers": workers, "at_work": at_work}
    facts |= {"share": share_text(figures.utilisation), "ended": _ended(figures.ended)}
    if not figures.workers:
        text = translate("Stretch", "In these {length}, there was no worker.")
    elif not figures.at_work and figures.workers == 1:
        text = translate("Stretch", "In these {length}, the worker was in no task.")
    elif not figures.at_work:
        text = translate("Stretch", "In these {length}, none of {workers} workers was in a task.")
    elif figures.workers == 1:
        text = translate(
            "Stretch", "In these {length}, the worker was busy {share} of the time, and {ended}."
        )
    elif figures.at_work == figures.workers:
        text = translate(
            "Stretch",
            "In these {length}, {at_work} of {workers} workers were busy {share} of the time, and"
            " {ended}.",
        )
    elif figures.at_work == 1:
        text = translate(
            "Stretch",
            "In these {length}, 1 of {workers} workers was in a task, and {ended}. All of them"
            " together were busy {share} of the time.",
        )
    else:
        text = translate(
            "Stretch",
            "In these {length}, {at_work} of {workers} workers were in tasks, and {ended}. All of"
            " them together were busy {share} of the time.",
        )
    return text.format(**facts)


def _ended(count: int) -> str:
    if not count:
        return translate("Stretch", "no task ended")
    if count == 1:
        return translate("Stretch", "1 task ended")
    return translate("Stretch", "{count} tasks ended").format(count=f"{count:,}")


def facts_of(figures: Figures, begin_s: float) -> dict[str, str]:
    """The values beside the titles of the panel; "" for what is not worth a line."""
    texts = {
        "begins": duration_text(begin_s),
        "ran": _ran(figures),
        "began": f"{figures.began:,}",
        "ended": f"{figures.ended:,}",
        "running": f"{figures.running:,}" if figures.running else "",
        "rate": rate_text(figures.rate),
        "busy_workers": _busy_workers(figures),
        "idle": share_text(1 - figures.utilisation) if figures.lived_ns else "",
        "results_lost": "",
        "median": "",
        "chunks": NOT_YET,
    }
    ends = figures.ends
    if ends is None:
        return texts | {"median": NOT_YET}
    texts["ended"] = _how_they_ended(figures, ends)
    texts["results_lost"] = f"{ends.results_lost:,}" if ends.results_lost else ""
    texts["idle"] = _idle(figures, ends)
    texts["chunks"] = translate(
        "Stretch", "{handed} handed out, {taken} taken, {received} received"
    ).format(handed=f"{ends.handed:,}", taken=f"{ends.taken:,}", received=f"{ends.received:,}")
    if ends.median_ns is not None:
        median = duration_text(ends.median_ns / 1e9)
        texts["median"] = median if ends.exact else f"≈ {median}"
    return texts


def median_help(ends: Ends | None) -> str:
    """How sure the median is."""
    text = translate("Stretch", "Half of the tasks that ended in it took longer.")
    if ends is None or ends.exact:
        return text
    also = translate("Stretch", "Of more than {count} tasks it is to within 0.05 %.")
    return f"{text} {also.format(count=f'{EXACT:,}')}"


def _ran(figures: Figures) -> str:
    part = figures.ran - figures.whole
    if not part:
        return f"{figures.ran:,}"
    if part == figures.ran == 1:
        return translate("Stretch", "1, in part")
    if part == figures.ran:
        return translate("Stretch", "{count}, all in part").format(count=f"{part:,}")
    text = translate("Stretch", "{count}, {part} in part")
    return text.format(count=f"{figures.ran:,}", part=f"{part:,}")


def _busy_workers(figures: Figures) -> str:
    text = translate("Stretch", "{count} on average")
    return text.format(count=workers_text(figures.busy_workers))


def _how_they_ended(figures: Figures, ends: Ends) -> str:
    """How many, and which of them not as they should."""
    marks = []
    if ends.raised:
        marks.append(translate("Stretch", "{count} raised").format(count=f"{ends.raised:,}"))
    if ends.lost:
        marks.append(translate("Stretch", "{count} lost").format(count=f"{ends.lost:,}"))
    if not marks:
        return f"{figures.ended:,}"
    done = translate("Stretch", "{count} done").format(count=f"{ends.done:,}")
    return f"{figures.ended:,}: " + ", ".join([done, *marks])


def _idle(figures: Figures, ends: Ends) -> str:
    """The share of the workers' time that was in no task, and where it went."""
    if not figures.lived_ns:
        return ""
    parts = {
        translate("Stretch", "waiting for a chunk"): ends.waiting_ns,
        translate("Stretch", "starting"): figures.starting_ns,
        translate("Stretch", "in the initializer"): figures.initializing_ns,
        translate("Stretch", "unpickling"): ends.unpickling_ns,
        translate("Stretch", "pickling results"): ends.pickling_ns,
        translate("Stretch", "sending results"): ends.sending_ns,
        translate("Stretch", "between tasks"): ends.other_ns,
    }
    told = [
        f"{share_text(time_ns / figures.lived_ns)} {name}"
        for name, time_ns in parts.items()
        if time_ns >= LEAST_SHARE * figures.lived_ns
    ]
    idle = share_text(1 - figures.utilisation)
    if len(told) == 1 and told[0].startswith(idle):
        return told[0]
    return f"{idle}: " + ", ".join(told) if told else idle


def longest_text(took_ns: int, index: int) -> str:
    """The longest task that ended in it, as a link to it says."""
    text = translate("Stretch", "{took} (task {index})")
    return text.format(took=duration_text(took_ns / 1e9), index=f"{index:,}")
