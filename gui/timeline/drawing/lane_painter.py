"""Draws lanes. The window and the picture both use it, so they cannot differ."""

from functools import lru_cache
from math import ceil

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from ...theme import Theme
from ..scene.palette import Colours, colour_table, rgb
from ..scene.scene import LaneScene
from .device import pixel_ratio
from .drawn import Diamond, Marks, Rect
from .hatch import hatch_brush, hatched_tile, pixels_of
from .marks import marks_of
from .outlines import Outlines, outlines_of
from .pixels import Inks, Pixels
from .raster import hatch, laid_out, round_corners, stamp
from .time_axis import paint_grid
from .trouble_painter import RADIUS_PX, TroublePainter, faded

SOFT_PX = 14.0
"""How far the edge of a running task fades."""
ROOMY_PX = 20.0
"""A bar of this height or more has room around it for a frame that does not touch it."""
ROUND_TRACK_PX = 4.0
MANY = 2000
"""More bands than that in one view have no room for outlines that anybody could see."""


class LanePainter(TroublePainter):
    """Draws scenes in one theme; `looked_at` says how many tasks the last drawing cost."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.looked_at = 0
        self._room: Pixels | None = None  # the pixels of the last drawing, for those of the next

    def paint(self, painter: QPainter, scene: LaneScene, top: float) -> None:
        """Draw the lanes of `scene` below `top`, in logical pixels."""
        self.paint_lanes(painter, scene, top)
        self.paint_outlines(painter, scene, top)

    def paint_lanes(self, painter: QPainter, scene: LaneScene, top: float) -> None:
        """All but what depends on which task is selected or under the mouse."""
        if not scene.places:
            return
        ratio = pixel_ratio(painter)
        table = colour_table(scene.colour_by, self.theme.dark)
        marks = marks_of(scene, top, ratio, self.inks(table))
        self.looked_at = marks.seen.looked_at
        painter.save()
        self._clip(painter, scene, top)
        self._draw_ground(painter, scene, marks, ratio)
        pixels = self._pixels(marks, ratio)  # an image does not keep them
        painter.drawImage(QPointF(scene.scale.left_px, top), _image_of(pixels, ratio))
        for rect, kept in marks.running:
            muted = QColor(self.theme.muted)
            colour = muted if kept is None else QColor(*table[kept].tolist())
            _draw_running(painter, QRectF(*rect), colour)
        places = scene.x_of(np.array(scene.moments_ns, np.int64)).tolist()
        self.draw_moments(painter, places, marks.top, marks.bottom)
        self.draw_unrun(painter, marks.unrun)
        self.draw_troubles(painter, marks.troubles, marks.top, marks.bottom)
        self.draw_snags(painter, marks.snags)
        self.draw_crosses(painter, marks.crosses)
        painter.restore()

    def paint_outlines(self, painter: QPainter, scene: LaneScene, top: float) -> None:
        """The task that is selected, and that under the mouse."""
        outlines = outlines_of(scene, top, pixel_ratio(painter))
        painter.save()
        self._clip(painter, scene, top)
        self._draw_outlines(painter, outlines)
        painter.restore()

    def _clip(self, painter: QPainter, scene: LaneScene, top: float) -> None:
        left, right = scene.scale.left_px, scene.scale.right_px
        painter.setClipRect(QRectF(left, top, right - left, scene.layout.height))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)

    def inks(self, table: Colours) -> Inks:
        """What the lanes of this theme are drawn with; `table` has the colours of tasks."""
        theme = self.theme
        ground, line = np.array(rgb(theme.card)), np.array(rgb(theme.muted))
        chunk = tuple(np.rint(ground + (line - ground) * 0.85).astype(int).tolist())
        colours = tuple(tuple(colour) for colour in table.tolist())
        return Inks(colours, rgb(theme.failure), rgb(theme.card), rgb(theme.text), chunk)

    def _draw_ground(self, painter: QPainter, scene: LaneScene, marks: Marks, ratio: float) -> None:
        painter.setBrush(QColor(self.theme.track))
        painter.drawRects([QRectF(*rule) for rule in marks.rules])
        if scene.layout.pitch < 2 * ROUND_TRACK_PX:
            painter.drawRects([QRectF(*body) for body in marks.tracks])
        else:
            for body in marks.tracks:
                painter.drawRoundedRect(QRectF(*body), ROUND_TRACK_PX, ROUND_TRACK_PX)
        paint_grid(painter, self.theme, scene.scale, marks.top, marks.bottom)
        if marks.starting:
            self.draw_starting(painter, marks.starting, ratio)
        if marks.initializing:
            self.draw_initializing(painter, marks.initializing, ratio)
        if marks.ways:
            self.draw_ways(painter, marks.ways, ratio)

    def _pixels(self, marks: Marks, ratio: float) -> Pixels:
        """All that is drawn by pixels."""
        pixels = self._room = laid_out(marks.strips, marks.heights, self._room)
        if marks.strips.hatched is not None:
            tile = hatched_tile(QColor(self.theme.failure), self.hatch_ink, ratio)
            hatch(pixels, marks.strips.hatched, marks.heights, tile)
        round_corners(pixels, marks.bars, marks.heights, ratio)
        if marks.taken is not None:
            stamp(pixels, _stamp(self.theme, marks.taken_half, ratio), *marks.taken)
        return pixels

    def draw_starting(self, painter: QPainter, rects: list[Rect], ratio: float) -> None:
        """A worker that starts: a faint hatch."""
        painter.setBrush(hatch_brush(faded(self.theme.muted, 0.45), ratio, cross=False))
        painter.drawRects([QRectF(*rect) for rect in rects])

    def draw_initializing(self, painter: QPainter, rects: list[Rect], ratio: float) -> None:
        """A worker in the pool's initializer: a grey band, and the hatch of the start."""
        bands = [QRectF(*rect) for rect in rects]
        painter.setBrush(faded(self.theme.muted, 0.35))
        painter.drawRects(bands)
        painter.setBrush(hatch_brush(faded(self.theme.muted, 0.6), ratio, cross=False))
        painter.drawRects(bands)

    def draw_ways(self, painter: QPainter, rects: list[Rect], ratio: float) -> None:
        """A chunk that is unpickled, or whose result is pickled and sent: a slim hatched band."""
        bands = [QRectF(*rect).adjusted(0.5, 0.5, -0.5, -0.5) for rect in rects]
        painter.setBrush(QColor(self.theme.card))
        painter.drawRects(bands)
        if len(bands) <= MANY:
            painter.setPen(QPen(faded(self.theme.muted, 0.9), 1))
        painter.setBrush(hatch_brush(faded(self.theme.muted, 0.7), ratio, cross=False))
        painter.drawRects(bands)
        painter.setPen(Qt.PenStyle.NoPen)

    def draw_waits(self, painter: QPainter, lines: list[Rect]) -> None:
        """From a task's end to when its result was taken: thin lines under the lane."""
        if lines:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setBrush(faded(self.theme.text, 0.75))
            painter.drawRects([QRectF(*line) for line in lines])
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def draw_taken(self, painter: QPainter, diamonds: list[Diamond]) -> None:
        """When a result was taken from imap's iterator."""
        if not diamonds:
            return
        path = QPainterPath()
        for x, y, half in diamonds:
            corners = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
            path.addPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
            path.closeSubpath()
        painter.setPen(QPen(QColor(self.theme.card), 1.5))
        painter.setBrush(QColor(self.theme.text))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)

    def draw_moments(
        self, painter: QPainter, places: list[float], top: float, bottom: float
    ) -> None:
        """When the Pool method was called and when it returned: dotted lines."""
        painter.save()
        pen = QPen(QColor(self.theme.text), 1)
        pen.setDashPattern([2, 3])
        painter.setPen(pen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawLines([QLineF(x, top, x, bottom) for x in places])
        painter.restore()

    def _draw_outlines(self, painter: QPainter, outlines: Outlines) -> None:
        painter.setBrush(QColor(self.theme.accent))
        painter.drawRects([QRectF(*line) for line in outlines.waits])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        radius = RADIUS_PX + 1
        for rect, strong in outlines.frames:
            bar = QRectF(*rect)
            room = 2 if strong and bar.height() >= ROOMY_PX else 1
            around = bar.adjusted(-room, -room, room, room)
            painter.save()
            painter.setClipPath(_all_but(bar), Qt.ClipOperation.IntersectClip)
            if strong:  # a halo keeps it apart from the bars around it
                painter.setPen(QPen(QColor(self.theme.card), 4))
                painter.drawRoundedRect(around, radius, radius)
            pen = QPen(faded(self.theme.text, 1.0 if strong else 0.7), 2.0 if strong else 1.0)
            painter.setPen(pen)
            painter.drawRoundedRect(around, radius, radius)
            painter.restore()
        painter.setPen(Qt.PenStyle.NoPen)


def _all_but(bar: QRectF) -> QPainterPath:
    """Around a bar, so that a frame covers nothing of how it looks."""
    path = QPainterPath()
    path.addRect(bar.adjusted(-8, -8, 8, 8))
    inner = QPainterPath()
    inner.addRoundedRect(bar, min(RADIUS_PX, bar.width() / 4), RADIUS_PX)
    return path.subtracted(inner)


def _image_of(pixels: Pixels, ratio: float) -> QImage:
    height, width = pixels.shape
    form = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(pixels.data, width, height, width * 4, form)
    image.setDevicePixelRatio(ratio)
    return image


@lru_cache(maxsize=16)
def _stamp(theme: Theme, half: float, ratio: float) -> Pixels:
    """The mark of when a result was taken, as pixels."""
    reach = ceil((half + 1.5) * ratio)
    side = 2 * reach + 1
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(ratio, ratio)
        LanePainter(theme).draw_taken(painter, [(side / ratio / 2, side / ratio / 2, half)])
    return pixels_of(image)


def _draw_running(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """A bar whose right edge is soft: it is not there yet."""
    soft = min(SOFT_PX, rect.width() * 0.6)
    fade = QLinearGradient(QPointF(rect.right() - soft, 0), QPointF(rect.right(), 0))
    thin = QColor(colour)
    thin.setAlphaF(0.25)
    fade.setColorAt(0, colour)
    fade.setColorAt(1, thin)
    painter.setBrush(QBrush(fade))
    radius = min(RADIUS_PX, rect.width() / 4)
    painter.drawRoundedRect(rect, radius, radius)
    painter.setPen(QPen(colour, 1.0))
    painter.drawLine(QLineF(rect.topRight(), rect.bottomRight()))
    painter.setPen(Qt.PenStyle.NoPen)
