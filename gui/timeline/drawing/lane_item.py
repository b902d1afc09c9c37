"""All lanes as one graphics item."""

from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from ...theme import Theme
from ..scene.scene import LaneScene
from .lane_painter import LanePainter, pixel_ratio
from .placed_item import PlacedItem


class _Kept(NamedTuple):
    """A picture of the lanes, and what drew it, for a device with `ratio` pixels a pixel."""

    picture: QPixmap
    painter: LanePainter
    ratio: float


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
        self._kept: _Kept | None = None

    def show_scene(self, scene: LaneScene | None, rect: QRectF) -> None:
        self.place(rect)
        self.scene_shown, self._kept = scene, None
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
            self._paint_lanes(painter, scene)
            self.painter.paint_outlines(painter, scene, self.rect.top())
        if self.focus_ring:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect.adjusted(1, 1, -1, -1), 4, 4)

    def _paint_lanes(self, painter: QPainter, scene: LaneScene) -> None:
        ratio = pixel_ratio(painter)
        if not _whole(self.rect.left() * ratio) or not _whole(self.rect.top() * ratio):
            self.painter.paint_lanes(painter, scene, self.rect.top())
            return
        kept = self._kept
        if kept is None or kept.painter is not self.painter or kept.ratio != ratio:
            kept = self._kept = self._draw(scene, ratio)
        painter.drawPixmap(self.rect.topLeft(), kept.picture)

    def _draw(self, scene: LaneScene, ratio: float) -> _Kept:
        """The lanes on the ground that is under them."""
        size = self.rect.size() * ratio
        picture = QPixmap(max(round(size.width()), 1), max(round(size.height()), 1))
        picture.setDevicePixelRatio(ratio)
        picture.fill(QColor(self.painter.theme.card))
        with QPainter(picture) as painter:  # what it raises keeps both, and not in this order
            painter.translate(-self.rect.topLeft())
            self.painter.paint_lanes(painter, scene, self.rect.top())
        return _Kept(picture, self.painter, ratio)


def _whole(number: float) -> bool:
    """Whether it is one, as far as a screen can tell: pixels of a picture then are the screen's."""
    return abs(number - round(number)) < 1e-3
