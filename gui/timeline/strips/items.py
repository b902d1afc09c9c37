"""Strips as graphics items: their curves, the column beside them, the line under the mouse."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from ...theme import Theme
from ..drawing.kept import Kept
from ..drawing.placed_item import PlacedItem
from ..drawing.trouble_painter import faded
from ..scene.time_scale import TimeScale
from .kinds import StripKind, StripLayout
from .painter import paint_strip_names, paint_strips
from .strip import Strip

Saying = tuple[tuple[StripKind, str], ...]
"""What stands beside each strip."""


class StripsItem(PlacedItem):
    """The curves; drawn once for all that only moves over them. paints: how often it has drawn."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.strips: tuple[Strip, ...] = ()
        self.layout = StripLayout()
        self.paints = 0
        self._scale: TimeScale | None = None
        self._kept = Kept()

    def show_strips(
        self, strips: tuple[Strip, ...], layout: StripLayout, scale: TimeScale | None
    ) -> None:
        if strips or self.strips:
            self.strips, self.layout, self._scale = strips, layout, scale
            self._kept.forget()
            self.update()

    def draw(self, painter: QPainter) -> None:
        scale, theme = self._scale, self.theme
        if scale is None or self.rect.isEmpty():
            return
        self.paints += 1
        top, layout, strips = self.rect.top(), self.layout, self.strips
        self._kept.paint(
            painter,
            self.rect,
            QColor(theme.card),
            theme,
            lambda on: paint_strips(on, theme, scale, layout, strips, top),
        )


class StripNames(PlacedItem):
    """The column at the left."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.said: Saying = ()
        self._layout = StripLayout()

    def show_names(self, said: Saying, layout: StripLayout) -> None:
        """Draw again if anything differs from what is there."""
        if (said, layout) != (self.said, self._layout):
            self.said, self._layout = said, layout
            self.update()

    def draw(self, painter: QPainter) -> None:
        paint_strip_names(painter, self.theme, self._layout, self.said, self.rect)


class HoverLine(PlacedItem):
    """A line at the time of the mouse, through lanes and strips."""

    STRENGTH = 0.6

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.hide()

    def show_at(self, x: float | None, height: float) -> None:
        """None for nowhere."""
        if x is None:
            self.hide()
            return
        self.place(QRectF(x, 0, 1, height))
        self.show()

    def draw(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(self.rect, faded(self.theme.muted, self.STRENGTH))
