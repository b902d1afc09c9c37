"""The canvas with its parts in their places: PID column, lanes, strips, time axis."""

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from ...theme import Theme
from ..drawing.evidence import EvidenceItem
from ..drawing.lane_axis import WIDTH_PX, LaneAxis, LaneLabel
from ..drawing.lane_item import LaneItem
from ..drawing.lane_painter import LanePainter
from ..drawing.stretch_band import Band, StretchBand, band_of
from ..drawing.time_axis import HEIGHT_PX, TimeAxis
from ..scene.lanes import HIGHEST
from ..scene.pointed import Pointed
from ..scene.scene import LaneScene
from ..strips.items import HoverLine, StripNames, StripsItem
from ..strips.kinds import HIDDEN, Said, StripLayout, layout_in
from .canvas import Canvas
from .stretch_edges import Stretch

AMPLE_PX = 400.0
"""While nothing is shown nobody is told that there is no room."""


class Stage(Canvas):
    """Shows scenes. The x of `view_box` is seconds since the origin, its y pixels down.

    pointed: what of the lanes is pointed at; None for nothing.
    stretch: the marked stretch of time. hand_y: how high the hand is that drags it over the lanes.
    strips_said: which strips somebody wants under the lanes, or does not. lane_count: how many
    lanes there are, or will soon be; None where nobody knows.
    """

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.view_box = pg.ViewBox(enableMenu=False, enableMouse=False, invertY=True)
        self.lane_item, self.lane_axis = LaneItem(theme), LaneAxis(theme)
        self.time_axis = TimeAxis(theme)
        self.evidence = EvidenceItem(theme)
        self.pointed: Pointed | None = None
        self.strips, self.strip_names = StripsItem(theme), StripNames(theme)
        self.band, self.hover_line = StretchBand(theme), HoverLine(theme)
        self.strips_said: Said = HIDDEN
        self.lane_count: int | None = None
        self.stretch: Stretch | None = None
        self.hand_y: float | None = None
        for item in (self.view_box, self.lane_item, self.lane_axis, self.time_axis):
            self.addItem(item)
        for item in (self.strips, self.strip_names):
            self.addItem(item)
        for item in (self.evidence, self.hover_line, self.band):  # over the lanes
            self.addItem(item)
        self.setBackground(theme.card)

    @property
    def strip_layout(self) -> StripLayout:
        """The strips that there is room for."""
        if self.lane_count is None:
            return layout_in(AMPLE_PX, self.strips_said)
        return layout_in(self.height() - HEIGHT_PX, self.strips_said, self.lane_count * HIGHEST)

    @property
    def plot(self) -> QRectF:
        """Where the lanes are."""
        height = self.height() - HEIGHT_PX - self.strip_layout.height
        width = self.width() - WIDTH_PX
        return QRectF(WIDTH_PX, 0, max(width, 1.0), max(height, 1.0))

    def set_theme(self, theme: Theme) -> None:
        self.lane_item.painter = LanePainter(theme)
        for item in (self.lane_axis, self.time_axis, self.evidence, self.band):
            item.theme = theme
            item.update()
        for part in (self.strips, self.strip_names, self.hover_line):
            part.theme = theme
            part.update()
        self.lane_item.update()
        self.setBackground(theme.card)

    def draw(self, scene: LaneScene | None, span_s: tuple[float, float]) -> None:
        """Put everything in its place and draw it again."""
        plot = self.plot
        self.view_box.setGeometry(plot)
        self.view_box.setRange(
            xRange=span_s, yRange=(0, plot.height()), padding=0, disableAutoRange=True
        )
        self.lane_item.show_scene(scene, plot)
        self.draw_evidence(scene)
        self.lane_axis.place(QRectF(0, 0, WIDTH_PX, plot.height()))
        bottom = plot.height()
        if scene is not None:
            bottom = min(scene.layout.content_height, bottom)
        strips = self.strip_layout.height
        self.strips.place(QRectF(WIDTH_PX, bottom, plot.width(), strips))
        self.strip_names.place(QRectF(0, bottom, WIDTH_PX, strips))
        bottom += strips
        axis = QRectF(0, bottom, self.width(), HEIGHT_PX)
        self._draw_axis(scene, axis)

    def draw_evidence(self, scene: LaneScene | None) -> None:
        """Only what is pointed at, if anything is."""
        self.evidence.show_pointed(scene, self.pointed, self.plot, self.devicePixelRatioF())

    def draw_stretch(self, scene: LaneScene | None) -> None:
        """Only the band and its duration, and only if they differ."""
        self._draw_axis(scene, self.time_axis.rect)

    def _draw_axis(self, scene: LaneScene | None, axis: QRectF) -> None:
        band = None if scene is None else self._band(scene, axis.top())
        self.band.show_band(band, QRectF(0, 0, self.width(), axis.bottom()))
        taken = None if band is None else band.label
        self.time_axis.show_scale(None if scene is None else scene.scale, axis, taken)

    def _band(self, scene: LaneScene, axis: float) -> Band | None:
        if self.stretch is None:
            return None
        begin_s, end_s = ((at - scene.trace.origin_ns) / 1e9 for at in self.stretch)
        ratio = self.devicePixelRatioF()
        return band_of((begin_s, end_s), scene.scale, axis, ratio, self.hand_y)

    def draw_labels(self, scene: LaneScene | None, labels: tuple[LaneLabel, ...]) -> None:
        """Only the PID column, and only if it differs."""
        self.lane_axis.show_labels(scene, labels)

    def set_focus_ring(self, on: bool) -> None:
        self.lane_item.focus_ring = on
        self.lane_item.update()
