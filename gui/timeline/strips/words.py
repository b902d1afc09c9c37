"""What strips say: their names, their values, what the lines across them are."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QCoreApplication

from ..scene.time_scale import duration_text
from ..words.way_text import bytes_text
from .kinds import StripKind
from .strip import Strip

translate = QCoreApplication.translate


def name_of(kind: StripKind) -> str:
    """As it stands beside the strip."""
    return {
        StripKind.BUSY: translate("Strips", "busy workers"),
        StripKind.CPU: translate("Strips", "CPU"),
        StripKind.MEMORY: translate("Strips", "memory"),
        StripKind.WAITING: translate("Strips", "chunks waiting"),
    }[kind]


def help_of(kind: StripKind) -> str:
    """What the strip shows."""
    return {
        StripKind.BUSY: translate("Strips", "How many workers were in a task, over time"),
        StripKind.CPU: translate(
            "Strips", "CPUs that all workers used, and all programs of the machine, over time"
        ),
        StripKind.MEMORY: translate(
            "Strips", "Memory of all workers; what they share is counted for each of them"
        ),
        StripKind.WAITING: translate("Strips", "Chunks that no worker had taken yet, over time"),
    }[kind]


def entry_of(kind: StripKind, *, room: bool) -> str:
    """As it stands in menus; room: it is shown, or can be."""
    text = name_of(kind)
    return text if room else translate("Strips", "{name} (no room)").format(name=text)


def no_room_help() -> str:
    """What to do so that another strip can be shown."""
    return translate("Strips", "Make the timeline higher, or hide another strip")


def figure(value: float) -> str:
    """With one decimal at most.

    >>> figure(2.96), figure(3.02), figure(0.04), figure(118.4), figure(12_345)
    ('3', '3', '< 0.1', '118', '12,345')
    """
    if 0 < value < 0.05:
        return "< 0.1"
    rounded = round(value, 1)
    return f"{rounded:,.0f}" if rounded == int(rounded) or value >= 100 else f"{rounded:.1f}"


def value_text(strip: Strip, value: float) -> str:
    """A value of the strip, short; of how many, where that is known.

    >>> value_text(Strip(StripKind.BUSY, pool=4), 2.93), value_text(Strip(StripKind.CPU), 2.93)
    ('2.9 of 4', '2.9')
    """
    if strip.kind is StripKind.MEMORY:
        return bytes_text(round(value))
    of = strip.pool if strip.kind is StripKind.BUSY else strip.cpus
    if strip.kind is StripKind.WAITING or of is None:
        return figure(value)
    return translate("Strips", "{value} of {all}").format(value=figure(value), all=f"{of:,}")


def said_of(strip: Strip, time_ns: float | None) -> str:
    """What stands under the strip's name: the value at a time of the mouse; else the present one of
    a run that goes on; else what sums up the stretch that is seen.
    """
    if not strip.recorded:
        return ""
    if time_ns is not None:
        value = strip.curve.at(time_ns)
        return "–" if value is None else value_text(strip, value)
    if strip.now is not None:
        return value_text(strip, strip.now)
    if not strip.curve:
        return ""
    if strip.kind in (StripKind.MEMORY, StripKind.WAITING):
        highest = value_text(strip, strip.curve.highest)
        return translate("Strips", "up to {value}").format(value=highest)
    mean = strip.curve.mean(*strip.span_ns)
    text = translate("Strips", "{value} on average")
    return "" if mean is None else text.format(value=figure(mean))


def workers_text(count: int) -> str:
    """The line of the pool's size."""
    if count == 1:
        return translate("Strips", "1 worker")
    return translate("Strips", "{count} workers").format(count=f"{count:,}")


def cpus_text(count: int) -> str:
    """The line of the CPUs."""
    if count == 1:
        return translate("Strips", "1 CPU")
    return translate("Strips", "{count} CPUs").format(count=f"{count:,}")


def limit_text(count: float) -> str:
    """The line of the memory that there is."""
    return translate("Strips", "{amount} in all").format(amount=bytes_text(round(count)))


def not_recorded() -> str:
    return translate("Strips", "not recorded")


def machine_name() -> str:
    """The second line of CPU."""
    return translate("Strips", "all programs")


def tip_of(strips: Sequence[Strip], time_ns: float) -> str:
    """What they all show at a time (ns since the origin), as HTML; "" where there is nothing."""
    parts = [part for strip in strips for part in _part(strip, time_ns)]
    if not parts:
        return ""
    text = f"{duration_text(time_ns / 1e9)}: {', '.join(parts)}"
    return f"<div style='white-space: pre'>{escape(text)}</div>"


def _part(strip: Strip, time_ns: float) -> list[str]:
    value = strip.curve.at(time_ns)
    if value is None:
        return []
    text = value_text(strip, value)
    if strip.kind is StripKind.BUSY:
        busy = translate("Strips", "{value} worker busy")
        busy = busy if strip.pool == 1 else translate("Strips", "{value} workers busy")
        return [busy.format(value=text)]
    if strip.kind is StripKind.CPU:
        everything = strip.beside.at(time_ns)
        cpu = translate("Strips", "CPU {value}").format(value=text)
        if everything is not None:
            programs = translate("Strips", " (all programs {value})")
            cpu += programs.format(value=figure(everything))
        return [cpu]
    if strip.kind is StripKind.WAITING:
        one = translate("Strips", "{value} chunk waiting")
        waits = one if round(value) == 1 else translate("Strips", "{value} chunks waiting")
        return [waits.format(value=f"{round(value):,}")]
    return [text]
