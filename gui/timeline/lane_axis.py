"""The fixed column at the left: who each lane is, and how much it did."""

import signal
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ...engine.journal import Journal
from ...engine.metrics import busy_ns, busy_share
from ...engine.trace.lane import Lane
from ..theme import BODY_PT, SMALL_PT, Theme, body_font, fixed_font
from .lanes import tick_numbers
from .placed_item import PlacedItem
from .scene import LaneScene
from .time_scale import three_digits

translate = QCoreApplication.translate

WIDTH_PX = 128.0
MARGIN_PX = 12.0
TWO_LINES_PX = 34.0
ONE_LINE_PX = 14.0
"""Less than that, and only every n-th lane is labelled."""


@dataclass(frozen=True)
class LaneLabel:
    """What a lane says of itself. end: how its worker died, if that was not by plan."""

    number: int
    pid: str
    tasks: int
    busy: str
    end: str


def exit_text(exit_code: int | None) -> str:
    """How a worker died, "" for one that lives or left as it should.

    >>> exit_text(-9), exit_text(3), exit_text(0)
    ('SIGKILL', 'exit status 3', '')
    """
    if not exit_code:
        return ""
    if exit_code > 0:
        return translate("Timeline", "exit status {code}").format(code=exit_code)
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return translate("Timeline", "signal {number}").format(number=-exit_code)


def labels_of(scene: LaneScene, journal: Journal) -> tuple[LaneLabel, ...]:
    """The labels of the lanes in view; the share is that of the makespan, so far.

    Only workers that died before the run was over get a mark; the others were ended by us.
    """
    numbers = scene.layout.visible(scene.scroll)
    shown = tick_numbers(numbers, scene.layout.pitch, ONE_LINE_PX)
    until_ns = journal.over_ns or scene.now_ns
    elapsed_ns = max(until_ns - (journal.called_ns or scene.trace.origin_ns), 1)
    labels = []
    for number in shown:
        lane = scene.trace.lanes[number]
        share = busy_share(busy_ns(lane, until_ns), elapsed_ns)
        end = "" if _ended_by_us(lane, journal) else exit_text(lane.exit_code)
        pid = str(lane.pid or "…")
        labels.append(LaneLabel(number, pid, len(lane), f"{share * 100:.0f} %", end))
    return tuple(labels)


def _ended_by_us(lane: Lane, journal: Journal) -> bool:
    return journal.stopped or (journal.over_ns is not None and lane.died_ns > journal.over_ns)


def paint_labels(
    painter: QPainter,
    theme: Theme,
    scene: LaneScene,
    labels: tuple[LaneLabel, ...],
    rect: QRectF,
) -> None:
    """Draw `labels` into `rect`, each at the height of its lane."""
    pitch = scene.layout.pitch
    height = pitch - scene.layout.gap
    two_lines = pitch >= TWO_LINES_PX
    pid_font = fixed_font(BODY_PT if pitch >= 22 else SMALL_PT)
    pid_font.setWeight(QFont.Weight.Bold)
    small_font = body_font(SMALL_PT)
    painter.save()
    beyond = max(ONE_LINE_PX - height, 0.0) / 2
    painter.setClipRect(rect.adjusted(0, -beyond, 0, beyond))
    for label in labels:
        y = rect.top() + scene.layout.top(label.number) - scene.scroll
        room = QRectF(rect.left(), y, rect.width() - MARGIN_PX, height)
        if two_lines:
            middle = room.center().y()
            upper = QRectF(room.left(), middle - 17, room.width(), 17)
            lower = QRectF(room.left(), middle, room.width(), 17)
            _write(painter, upper, pid_font, theme.text, label.pid)
            _write(painter, lower, small_font, theme.muted, _second_line(label))
        else:
            _write_one_line(painter, theme, room, (pid_font, small_font), label)
    painter.restore()


def _second_line(label: LaneLabel) -> str:
    if label.end:
        return translate("Timeline", "{tasks} · ✕ {end}").format(
            tasks=count_text(label.tasks), end=label.end
        )
    if label.tasks == 1:
        return translate("Timeline", "1 task · {busy}").format(busy=label.busy)
    return translate("Timeline", "{tasks} tasks · {busy}").format(
        tasks=count_text(label.tasks), busy=label.busy
    )


def count_text(count: int) -> str:
    """A count that keeps to the column.

    >>> count_text(9_876), count_text(12_345), count_text(2_000_000)
    ('9,876', '12.3 k', '2 M')
    """
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= max(size, 10_000):
            return f"{three_digits(count / size)} {letter}"
    return f"{count:,}"


def _write_one_line(
    painter: QPainter, theme: Theme, room: QRectF, fonts: tuple[QFont, QFont], label: LaneLabel
) -> None:
    """The PID at the left and the number of tasks at the right of one line."""
    painter.setFont(fonts[0])
    width = painter.fontMetrics().horizontalAdvance(label.pid) + MARGIN_PX
    text = f"✕ {label.end}" if label.end else count_text(label.tasks)
    _write(painter, room, fonts[1], theme.muted, text)
    used = max(painter.fontMetrics().horizontalAdvance(text) + 8, 40)
    left_over = max(room.width() - used, width)
    pid_room = QRectF(room.left(), room.top(), left_over, room.height())
    _write(painter, pid_room, fonts[0], theme.text, label.pid)


def _write(painter: QPainter, room: QRectF, font: QFont, colour: str, text: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    elided = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(room, flags | Qt.TextFlag.TextDontClip, elided)


class LaneAxis(PlacedItem):
    """The column as an item; it draws only what `show` was last given."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._scene: LaneScene | None = None
        self._labels: tuple[LaneLabel, ...] = ()

    def show_labels(self, scene: LaneScene | None, labels: tuple[LaneLabel, ...]) -> None:
        """Draw again if anything differs from what is there."""
        old = self._scene
        same = labels == self._labels and (scene is None) == (old is None)
        if scene is not None and old is not None:
            same &= scene.layout == old.layout and scene.scroll == old.scroll
        self._scene, self._labels = scene, labels
        if not same:
            self.update()

    def boundingRect(self) -> QRectF:
        # Qt adds a pixel or two, and lanes that are touched are drawn again.
        return self.rect.adjusted(0, 0, -4, 0)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._scene is not None:
            paint_labels(painter, self.theme, self._scene, self._labels, self.rect)
