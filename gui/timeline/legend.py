"""What the looks of bars mean, for a picture that has to speak for itself."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from ...engine.experiment import ITERATORS, SINGLE_CALLS
from ...engine.recording import Recording
from ..theme import SMALL_PT, Theme, body_font
from .drawing.device import pixel_ratio
from .drawing.lane_painter import LanePainter
from .drawing.trouble_painter import draw_bars
from .scene.life import deaths
from .scene.palette import BRIGHT, DONE, RUNNING, ColourBy, colour_table, nice_limit
from .scene.time_scale import duration_text
from .scene.trouble_marks import IN_VAIN, MARKED, Cross, Snag

translate = QCoreApplication.translate

LINE_PX = 22.0
SWATCH_PX, SWATCH_HEIGHT_PX = 14.0, 12.0
GAP_PX = 20.0
CATEGORIES, SCALE, PENDING, RAISED, LOST, NOT_RUN = range(-15, -9)
VAIN, SNAG, WAY = range(-9, -6)
DIED, BY_HAND, STARTING, INITIALIZING, MOMENT, TAKEN = range(-6, 0)
"""Kinds of swatches beside plain colours, which are numbers of the colour table."""


@dataclass(frozen=True)
class Entry:
    """A swatch and its words. kind: a number of the colour table, or one of the kinds above."""

    kind: int
    text: str


def entries_of(
    recording: Recording,
    colour_by: ColourBy,
    longest_ns: int,
    *,
    show_taken: bool = True,
    show_ways: bool = False,
) -> list[Entry]:
    """What occurs in the run, colours first. show_taken: when results were taken is shown, too;
    show_ways: and how long pickling and sending took.
    """
    counts = recording.counts
    entries = []
    if colour_by is not ColourBy.DURATION or longest_ns:  # of no task there is no duration
        entries.append(_colours(recording, colour_by, longest_ns))
    if counts.running and colour_by in (ColourBy.STATE, ColourBy.DURATION):
        kind = RUNNING if colour_by is ColourBy.STATE else PENDING
        text = translate("Timeline", "running ({count})").format(count=counts.running)
        entries.append(Entry(kind, text))
    for kind, text, count in (
        (RAISED, translate("Timeline", "raised ({count})"), counts.raised),
        (LOST, translate("Timeline", "lost ({count})"), counts.lost),
        (VAIN, translate("Timeline", "result lost ({count})"), counts.result_lost),
        (NOT_RUN, translate("Timeline", "not run ({count})"), counts.not_run),
    ):
        if count:
            entries.append(Entry(kind, text.format(count=f"{count:,}")))
    entries += _deaths(recording)
    kinds = [fault.problem.kind for fault in recording.journal.faults[:MARKED]]
    if snags := sum(kind in IN_VAIN for kind in kinds):
        text = translate("Timeline", "result could not be sent or read ({count})")
        entries.append(Entry(SNAG, text.format(count=f"{snags:,}")))
    if show_ways:
        entries.append(Entry(WAY, translate("Timeline", "pickling and sending")))
    trace = recording.trace
    if trace is not None and trace.fetched is not None and show_taken:
        entries.append(Entry(TAKEN, translate("Timeline", "result waits, and is taken")))
    if trace is not None and trace.workers["initializing"][: len(trace.lanes)].any():
        entries.append(Entry(INITIALIZING, translate("Timeline", "initializer")))
    entries.append(Entry(STARTING, translate("Timeline", "worker starting")))
    if recording.journal.called_ns is not None:
        entries.append(Entry(MOMENT, _moments(recording.experiment.pool.method)))
    return entries


def _deaths(recording: Recording) -> list[Entry]:
    """Workers that died, and those that the person has ended."""
    died = set() if recording.trace is None else deaths(recording.trace, recording.journal)
    by_hand = died & {kill.ordinal for kill in recording.journal.kills}
    found = []
    if count := len(died) - len(by_hand):
        text = translate("Timeline", "worker died ({count})")
        found.append(Entry(DIED, text.format(count=f"{count:,}")))
    if by_hand:
        text = translate("Timeline", "killed by you ({count})")
        found.append(Entry(BY_HAND, text.format(count=f"{len(by_hand):,}")))
    return found


def _colours(recording: Recording, colour_by: ColourBy, longest_ns: int) -> Entry:
    match colour_by:
        case ColourBy.TASK:
            return Entry(CATEGORIES, translate("Timeline", "six colours for the tasks in turn"))
        case ColourBy.CHUNK if recording.experiment.pool.method in SINGLE_CALLS:
            return Entry(CATEGORIES, translate("Timeline", "six colours for the calls in turn"))
        case ColourBy.CHUNK:
            text = translate("Timeline", "six colours for the chunks in turn, a line under each")
            return Entry(CATEGORIES, text)
        case ColourBy.WORKER:
            return Entry(CATEGORIES, translate("Timeline", "six colours for the workers in turn"))
        case ColourBy.DURATION:
            limit = duration_text(nice_limit(longest_ns) / 1e9)
            text = translate("Timeline", "duration, 0 s to {limit}")
            return Entry(SCALE, text.format(limit=limit))
        case ColourBy.STATE:
            done = translate("Timeline", "done ({count})")
            return Entry(DONE, done.format(count=f"{recording.counts.done:,}"))


def _moments(method: str) -> str:
    """What the two dotted lines mean: not every method returns with the last result."""
    if method == "apply":
        text = translate("Timeline", "first {method} called, last returned")
    elif method == "apply_async":
        text = translate("Timeline", "first {method} called, last result there")
    elif method in ITERATORS:
        text = translate("Timeline", "{method} called, loop over it ended")
    elif method.endswith("_async"):
        text = translate("Timeline", "{method} called, results there")
    else:
        text = translate("Timeline", "{method} called, and returned")
    return text.format(method=method)


def arrange(metrics: QFontMetricsF, entries: list[Entry], width: float) -> list[list[Entry]]:
    """The entries in lines that are no wider than `width`; `metrics` are those of their font."""
    lines: list[list[Entry]] = [[]]
    used = 0.0
    for entry in entries:
        needs = _width(metrics, entry)
        if lines[-1] and used + needs > width:
            lines.append([])
            used = 0.0
        lines[-1].append(entry)
        used += needs + GAP_PX
    return lines


def _width(metrics: QFontMetricsF, entry: Entry) -> float:
    return _swatch_width(entry) + 6 + metrics.horizontalAdvance(entry.text)


def _swatch_width(entry: Entry) -> float:
    if entry.kind == TAKEN:
        return SWATCH_PX * 2
    return SWATCH_PX * 4 if entry.kind in (CATEGORIES, SCALE) else SWATCH_PX


def paint_legend(
    painter: QPainter,
    theme: Theme,
    colour_by: ColourBy,
    lines: list[list[Entry]],
    left: float,
    top: float,
) -> None:
    """Draw `lines`, LINE_PX each."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(body_font(SMALL_PT))
    metrics = QFontMetricsF(painter.font(), painter.device())
    for number, line in enumerate(lines):
        x, y = left, top + number * LINE_PX
        for entry in line:
            width = _swatch_width(entry)
            swatch = QRectF(x, y + (LINE_PX - SWATCH_HEIGHT_PX) / 2, width, SWATCH_HEIGHT_PX)
            _paint_swatch(painter, theme, colour_by, entry.kind, swatch)
            painter.setPen(QColor(theme.muted))
            room = QRectF(x + width + 6, y, 1000, LINE_PX)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, entry.text
            )
            x += _width(metrics, entry) + GAP_PX
    painter.restore()


def _paint_swatch(
    painter: QPainter, theme: Theme, colour_by: ColourBy, kind: int, swatch: QRectF
) -> None:
    lanes, ratio = LanePainter(theme), pixel_ratio(painter)
    rect = (swatch.x(), swatch.y(), swatch.width(), swatch.height())
    painter.setPen(Qt.PenStyle.NoPen)
    match kind:
        case c if c in (CATEGORIES, SCALE):
            table = colour_table(colour_by, theme.dark)
            count = len(BRIGHT) if c == CATEGORIES else len(table)
            _paint_row(painter, table[:count], swatch)
        case c if c == PENDING:
            painter.setBrush(QColor(theme.muted))
            draw_bars(painter, np.array([rect]), rounded=True)
        case c if c == RAISED:
            lanes.draw_raised(painter, np.array([rect]), ratio)
        case c if c == LOST:
            lanes.draw_lost(painter, np.array([rect]))
        case c if c == NOT_RUN:
            painter.setPen(QPen(QColor(theme.muted), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(swatch.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        case c if c in (VAIN, SNAG, WAY, DIED, BY_HAND):
            _paint_trouble(painter, lanes, c, swatch)
        case c if c == MOMENT:
            lanes.draw_moments(painter, [swatch.center().x()], swatch.top(), swatch.bottom())
        case c if c == STARTING:
            lanes.draw_starting(painter, [rect], ratio)
        case c if c == INITIALIZING:
            lanes.draw_initializing(painter, [rect], ratio)
        case c if c == TAKEN:
            _paint_wait(painter, lanes, swatch)
        case _:
            painter.setBrush(QColor(*colour_table(colour_by, theme.dark)[kind].tolist()))
            draw_bars(painter, np.array([rect]), rounded=True)


def _paint_trouble(painter: QPainter, lanes: LanePainter, kind: int, swatch: QRectF) -> None:
    x, y = swatch.center().x(), swatch.center().y()
    rect = (swatch.x(), swatch.y(), swatch.width(), swatch.height())
    if kind == VAIN:
        lanes.draw_vain(painter, np.array([rect]), QColor(BRIGHT[0]))
        lanes.draw_struck(painter, [(rect[0], float(round(y)), rect[2], 1.0)])
    elif kind == SNAG:
        lanes.draw_snags(painter, [Snag(x, y, 6.0, 0)])
    elif kind == WAY:
        band = (rect[0], rect[1] + 3, rect[2], rect[3] - 6)
        lanes.draw_ways(painter, [band], pixel_ratio(painter))
    else:
        lanes.draw_crosses(painter, [Cross(x, y, 4.5, kind == BY_HAND)])


def _paint_wait(painter: QPainter, lanes: LanePainter, swatch: QRectF) -> None:
    """The end of a bar, and the line to the mark."""
    y, half = round(swatch.center().y()), 4.0
    left, right = swatch.left(), swatch.right() - half
    lanes.draw_waits(painter, [(left, y - 5, 1, 5), (left, y, right - left, 1)])
    lanes.draw_taken(painter, [(right, y + 0.5, half)])


def _paint_row(painter: QPainter, colours: np.ndarray, swatch: QRectF) -> None:
    """All colours side by side."""
    step = swatch.width() / len(colours)
    gap = 1.0 if len(colours) <= len(BRIGHT) else -0.5  # a scale has no seams
    for number, colour in enumerate(colours.tolist()):
        painter.setBrush(QColor(*colour))
        place = QRectF(swatch.x() + number * step, swatch.y(), step - gap, swatch.height())
        painter.drawRect(place)
