"""All lanes as one graphics item."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ...theme import Theme
from ..scene.scene import LaneScene
from .kept import Kept
from .lane_painter import LanePainter
from .placed_item import PlacedItem


class LaneItem(PlacedItem):
    """Draws a scene, or an empty track when there is none.

    The lanes are drawn once for each scene: what moves over them, a frame around the task under the
    mouse or a band of time, costs no more than that. paints: how often it has drawn.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.painter = LanePainter(theme)
        self.scene_shown: LaneScene | None = None
        self.focus_ring = False
        self.paints = 0
        self._kept = Kept()

    def show_scene(self, scene: LaneScene | None, rect: QRectF) -> None:
        self.place(rect)
        self.scene_shown = scene
        self._kept.forget()
        self.update()

    def show_outlines(self, scene: LaneScene) -> None:
        """Show a scene that differs from the last only in what is selected or under the mouse."""
        self.scene_shown = scene
        self.update()

    def draw(self, painter: QPainter) -> None:
        self.paints += 1
        theme, scene = self.painter.theme, self.scene_shown
        if scene is None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.track))
            painter.drawRoundedRect(self.rect, 6, 6)
        else:
            top, drawer = self.rect.top(), self.painter
            self._kept.paint(
                painter,
                self.rect,
                QColor(theme.card),
                drawer,
                lambda on: drawer.paint_lanes(on, scene, top),
            )
            drawer.paint_outlines(painter, scene, top)
        if self.focus_ring:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect.adjusted(1, 1, -1, -1), 4, 4)
