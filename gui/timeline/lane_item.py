"""All lanes as one graphics item."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from ..theme import Theme
from .lane_painter import LanePainter
from .placed_item import PlacedItem
from .scene import LaneScene


class LaneItem(PlacedItem):
    """Draws a scene, or an empty track when there is none. paints: how often it has drawn."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.painter = LanePainter(theme)
        self.scene_shown: LaneScene | None = None
        self.focus_ring = False
        self.paints = 0

    def show_scene(self, scene: LaneScene | None, rect: QRectF) -> None:
        self.place(rect)
        self.scene_shown = scene
        self.update()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        self.paints += 1
        theme, scene = self.painter.theme, self.scene_shown
        if scene is None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.track))
            painter.drawRoundedRect(self.rect, 6, 6)
        else:
            self.painter.paint(painter, scene, self.rect.top())
        if self.focus_ring:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect.adjusted(1, 1, -1, -1), 4, 4)
