"""The fixed column at the left: who each lane is, and how much it did."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from ....engine.journal import Journal
from ....engine.metrics.so_far import busy_ns, busy_share
from ...theme import BODY_PT, SMALL_PT, Theme, body_font, fixed_font
from ..scene.lanes import tick_numbers
from ..scene.life import Parting, parting
from ..scene.scene import LaneScene
from ..scene.time_scale import three_digits
from ..words.worker_text import chunks_text, exit_text
from .kept import Kept
from .placed_item import PlacedItem

translate = QCoreApplication.translate

WIDTH_PX = 128.0
MARGIN_PX = 12.0
THREE_LINES_PX, TWO_LINES_PX = 48.0, 34.0
ONE_LINE_PX = 14.0
"""Less than that, and only every n-th lane is labelled."""
MARK_PX, MARK_GAP_PX = 3.0, 4.0
"""How wide the mark of the selected worker is, and what is free between it and its lane."""


@dataclass(frozen=True)
class LaneLabel:
    """What a lane says of itself.

    place: of the lane, from the top. end: how its worker died, if that was not by plan. replaces:
    the PID of the worker whose place it took. left: chunks after which it left as planned.
    """

    place: int
    pid: str
    tasks: int
    busy: str
    end: str = ""
    replaces: str = ""
    left: int | None = None


def labels_of(scene: LaneScene, journal: Journal) -> tuple[LaneLabel, ...]:
    """The labels of the lanes in view; the share is that of the makespan, so far.

    Only workers that died before the run was over get a mark; the others were ended by us.
    """
    shown = _labelled(scene)
    until_ns = journal.over_ns or scene.now_ns
    elapsed_ns = max(until_ns - (journal.called_ns or scene.trace.origin_ns), 1)
    labels = []
    for place in shown:
        lane = scene.lane(place)
        share = busy_share(busy_ns(lane, until_ns), elapsed_ns)
        went = parting(lane, journal)
        chunks = len(scene.digests[lane.ordinal - 1].chunk_starts)
        labels.append(
            LaneLabel(
                place,
                str(lane.pid or "…"),
                len(lane),
                f"{share * 100:.0f} %",
                end=exit_text(lane.exit_code) if went is Parting.DIED else "",
                replaces="" if lane.replaces is None else str(lane.replaces.pid or "…"),
                left=chunks if went is Parting.LEFT else None,
            )
        )
    return tuple(labels)


def _labelled(scene: LaneScene) -> list[int]:
    """The places of the lanes that are: the selected worker's stands for its neighbours'."""
    seen, chosen = scene.layout.visible(scene.scroll), scene.worker_place
    shown = tick_numbers(seen, scene.layout.pitch, ONE_LINE_PX)
    if chosen is None or chosen not in seen or chosen in shown:
        return list(shown)
    return sorted([chosen, *(place for place in shown if abs(place - chosen) >= shown.step)])


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
    pid_font = fixed_font(BODY_PT if pitch >= 22 else SMALL_PT)
    pid_font.setWeight(QFont.Weight.Bold)
    small_font = body_font(SMALL_PT)
    painter.save()
    beyond = max(ONE_LINE_PX - height, 0.0) / 2
    painter.setClipRect(rect.adjusted(0, -beyond, 0, beyond))
    _mark_worker(painter, theme, scene, rect)
    for label in labels:
        y = rect.top() + scene.layout.top(label.place) - scene.scroll
        room = QRectF(rect.left(), y, rect.width() - MARGIN_PX, height)
        lines = _lines(label, pitch)
        ink = theme.accent if label.place == scene.worker_place else theme.text
        if not lines:
            _write_one_line(painter, theme, room, (pid_font, small_font), label, ink)
            continue
        step = TWO_LINES_PX / 2 if len(lines) == 1 else THREE_LINES_PX / 3 - 2
        y = room.center().y() - (1 + len(lines)) * step / 2
        line = QRectF(room.left(), y, room.width(), step)
        _write(painter, line, pid_font, ink, label.pid)
        for text in lines:
            line.translate(0, step)
            _write(painter, line, small_font, theme.muted, text)
    painter.restore()


def _mark_worker(painter: QPainter, theme: Theme, scene: LaneScene, rect: QRectF) -> None:
    """A line at the beginning of the selected worker's lane, however thin that is."""
    if scene.worker_place is None:
        return
    y = rect.top() + scene.layout.top(scene.worker_place) - scene.scroll
    height = max(scene.layout.pitch - scene.layout.gap, MARK_PX)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent))
    x = rect.right() - MARK_GAP_PX - MARK_PX
    painter.drawRoundedRect(QRectF(x, y, MARK_PX, height), MARK_PX / 2, MARK_PX / 2)
    painter.restore()


def _lines(label: LaneLabel, pitch: float) -> list[str]:
    """What stands under the PID, as far as there is room; what sets the worker apart goes first."""
    if pitch < TWO_LINES_PX:
        return []
    origin = _origin(label)
    if pitch >= THREE_LINES_PX and origin:
        return [_deeds(label), origin]
    return [_deeds(label) if label.end or not label.replaces else origin]


def _deeds(label: LaneLabel) -> str:
    if label.end:
        return translate("Timeline", "{tasks} · ✕ {end}").format(
            tasks=count_text(label.tasks), end=label.end
        )
    if label.tasks == 1:
        return translate("Timeline", "1 task · {busy}").format(busy=label.busy)
    return translate("Timeline", "{tasks} tasks · {busy}").format(
        tasks=count_text(label.tasks), busy=label.busy
    )


def _origin(label: LaneLabel) -> str:
    """Whom the worker replaces; of one of the first, how long it stayed."""
    if label.replaces:
        return translate("Timeline", "replaces {pid}").format(pid=label.replaces)
    if label.left is None:
        return ""
    return translate("Timeline", "left after {chunks}").format(chunks=chunks_text(label.left))


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
    painter: QPainter,
    theme: Theme,
    room: QRectF,
    fonts: tuple[QFont, QFont],
    label: LaneLabel,
    ink: str,
) -> None:
    """The PID, and at the right of it how the worker died, whom it replaces, or its tasks."""
    painter.setFont(fonts[0])
    width = painter.fontMetrics().horizontalAdvance(label.pid) + MARGIN_PX
    text = f"✕ {label.end}" if label.end else count_text(label.tasks)
    if label.replaces and not label.end:
        text = f"← {label.replaces}"
    _write(painter, room, fonts[1], theme.muted, text)
    used = max(painter.fontMetrics().horizontalAdvance(text) + 8, 40)
    left_over = max(room.width() - used, width)
    pid_room = QRectF(room.left(), room.top(), left_over, room.height())
    _write(painter, pid_room, fonts[0], ink, label.pid)


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
        self._kept = Kept()

    def show_labels(self, scene: LaneScene | None, labels: tuple[LaneLabel, ...]) -> None:
        """Draw again if anything differs from what is there."""
        old = self._scene
        same = labels == self._labels and (scene is None) == (old is None)
        if scene is not None and old is not None:
            same &= scene.layout == old.layout and scene.scroll == old.scroll
            same &= scene.worker_place == old.worker_place
        if scene is not None and (old is None or scene.layout != old.layout):
            self.prepareGeometryChange()
        self._scene, self._labels = scene, labels
        if not same:
            self._kept.forget()
            self.update()

    def boundingRect(self) -> QRectF:
        # Qt adds a pixel or two, and draws again what touches the lanes or the time axis.
        rect = self.rect.adjusted(0, 0, -4, -4)
        if self._scene is not None:
            rect.setHeight(min(rect.height(), self._scene.layout.content_height - 4))
        return rect

    def draw(self, painter: QPainter) -> None:
        scene, theme, labels = self._scene, self.theme, self._labels
        if scene is not None:
            room = self.rect.adjusted(0, 0, 0, ONE_LINE_PX)
            self._kept.paint(
                painter,
                room,
                QColor(theme.card),
                theme,
                lambda on: paint_labels(on, theme, scene, labels, self.rect),
            )
