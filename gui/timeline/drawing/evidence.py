"""What a reason points at, over the lanes: bands in the colour of findings, all else paler."""

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from ...theme import Theme
from ..scene.pointed import Pointed, Seen, joined, seen_of, wide_enough
from ..scene.scene import LaneScene
from .drawn import Rect
from .placed_item import PlacedItem
from .trouble_painter import faded

STRENGTH, PALENESS = 0.16, 0.45
"""Of the bands' colour, and of the card's over all that is not meant."""
BADGE_PX = 18.0
EDGE_PX = 4.0
"""Between an arrow and the edge that it stands at."""
LEAST_PITCH_PX = 12.0
"""Lanes that are thinner share one arrow."""

LEFT, RIGHT, UP, DOWN = (-1, 0), (1, 0), (0, -1), (0, 1)


@dataclass
class Shape:
    """In pixels. bands: of lanes, or of all. frames: around tasks. pale: what is not meant.

    arrows: the middle of each, and where it points.
    """

    bands: list[Rect] = field(default_factory=list)
    frames: list[Rect] = field(default_factory=list)
    pale: list[Rect] = field(default_factory=list)
    arrows: list[tuple[QPointF, tuple[int, int]]] = field(default_factory=list)


def shape_of(scene: LaneScene, pointed: Pointed, rect: QRectF, ratio: float) -> Shape:
    """What is drawn of `pointed` where the lanes of `scene` are in `rect`."""
    shape = Shape()
    if not scene.places:
        return shape
    spans, tasks = (seen_of(scene, part, ratio) for part in (pointed.spans, pointed.tasks))
    whole, left_out, right_out = _whole_spans(scene, pointed, ratio)
    top, layout = rect.top() - scene.scroll, scene.layout
    height = layout.pitch - layout.gap
    bottom = min(rect.top() + layout.content_height, rect.bottom())
    for place, left, right in zip(*(part.tolist() for part in spans[:3]), strict=True):
        shape.bands.append((left, top + layout.top(place), right - left, height))
    shape.bands += [(left, rect.top(), right - left, bottom - rect.top()) for left, right in whole]
    pad, bar_height = layout.bar
    for place, left, right in zip(*(part.tolist() for part in tasks[:3]), strict=True):
        shape.frames.append((left, top + layout.top(place) + pad, right - left, bar_height))
    if shape.bands or shape.frames:
        shape.pale = _pale(scene, (spans, tasks), whole, top)
    _add_arrows(scene, shape, (spans, tasks), QRectF(rect.topLeft(), QPointF(rect.right(), bottom)))
    middle = (rect.top() + bottom) / 2
    for there, way in ((left_out, LEFT), (right_out, RIGHT)):
        if there:
            shape.arrows.append((QPointF(_arrow_x(rect, way), middle), way))
    return shape


def _whole_spans(
    scene: LaneScene, pointed: Pointed, ratio: float
) -> tuple[list[tuple[float, float]], bool, bool]:
    """Left and right of what is meant of all lanes, and whether some is beyond an edge."""
    times = np.array(pointed.whole, np.int64).reshape(-1, 2)
    begin_ns, end_ns = scene.span_ns
    before, after = times[:, 1] < begin_ns, times[:, 0] > end_ns
    seen = times[~before & ~after]
    edges = wide_enough(scene.snapped(seen[:, 0], ratio), scene.snapped(seen[:, 1], ratio))
    _, left, right = joined(np.zeros(len(seen), np.int64), *edges)
    spans = list(zip(left.tolist(), right.tolist(), strict=True))
    return spans, bool(before.any()), bool(after.any())


def _pale(
    scene: LaneScene, parts: tuple[Seen, Seen], whole: list[tuple[float, float]], top: float
) -> list[Rect]:
    """All of the lanes but what is meant, lane by lane."""
    places = np.arange(scene.places.start, scene.places.stop)
    rows = [(part.place, part.left, part.right) for part in parts]
    for edges in whole:
        begins, ends = np.full((2, len(places)), np.array(edges)[:, None])
        rows.append((places, begins, ends))
    place, left, right = joined(*(np.concatenate(part) for part in zip(*rows, strict=True)))
    low, high = scene.scale.left_px, scene.scale.right_px
    firsts = np.searchsorted(place, places)
    lasts = np.searchsorted(place, places, side="right")
    pitch, found = scene.layout.pitch, []
    for number, first, last in zip(places.tolist(), firsts.tolist(), lasts.tolist(), strict=True):
        y = top + scene.layout.top(number)
        since = [low, *right[first:last].tolist()]
        until = [*left[first:last].tolist(), high]
        free = [span for span in zip(since, until, strict=True) if span[1] > span[0]]
        found += [(begin, y, end - begin, pitch) for begin, end in free]
    return found


def _add_arrows(scene: LaneScene, shape: Shape, parts: tuple[Seen, Seen], rect: QRectF) -> None:
    """To what is beyond an edge of the view."""
    layout = scene.layout
    for way, places in (
        (LEFT, {place for part in parts for place in part.before}),
        (RIGHT, {place for part in parts for place in part.after}),
    ):
        x = _arrow_x(rect, way)
        heights = {
            rect.top() - scene.scroll + layout.top(place) + (layout.pitch - layout.gap) / 2
            for place in places
        }
        if heights and layout.pitch < LEAST_PITCH_PX:
            heights = {rect.center().y()}
        shape.arrows += [(QPointF(x, y), way) for y in sorted(heights)]
    reach = EDGE_PX + BADGE_PX / 2
    for there, way, y in (
        (any(part.above for part in parts), UP, rect.top() + reach),
        (any(part.below for part in parts), DOWN, rect.bottom() - reach),
    ):
        if there:
            shape.arrows.append((QPointF(rect.center().x(), y), way))


def _arrow_x(rect: QRectF, way: tuple[int, int]) -> float:
    reach = EDGE_PX + BADGE_PX / 2
    return rect.left() + reach if way == LEFT else rect.right() - reach


class EvidenceItem(PlacedItem):
    """The evidence as an item. shape: what it draws; None for nothing."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self.shape: Shape | None = None

    def show_pointed(
        self, scene: LaneScene | None, pointed: Pointed | None, rect: QRectF, ratio: float
    ) -> None:
        """Draw what is pointed at now; it costs nothing while that is nothing."""
        if pointed is None and self.shape is None:
            return
        self.place(rect)
        self.shape = None
        if scene is not None and pointed is not None:
            self.shape = shape_of(scene, pointed, rect, ratio)
        self.update()

    def draw(self, painter: QPainter) -> None:
        shape = self.shape
        if shape is None:
            return
        painter.setClipRect(self.rect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(self.theme.card, PALENESS))
        for colour, rects in (
            (faded(self.theme.card, PALENESS), [QRectF(*rect) for rect in shape.pale]),
            (faded(self.theme.finding, STRENGTH), [QRectF(*rect) for rect in shape.bands]),
            (QColor(self.theme.finding), [edge for rect in shape.bands for edge in _edges(rect)]),
        ):
            if rects:
                painter.setBrush(colour)
                painter.drawRects(rects)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_frames(painter, shape.frames)
        for middle, way in shape.arrows:
            self._draw_arrow(painter, middle, way)

    def _draw_frames(self, painter: QPainter, frames: list[Rect]) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for rect in frames:
            around = QRectF(*rect).adjusted(-1, -1, 1, 1)
            for colour, width in ((self.theme.card, 4.0), (self.theme.finding, 2.0)):
                painter.setPen(QPen(QColor(colour), width))
                painter.drawRoundedRect(around, 3, 3)

    def _draw_arrow(self, painter: QPainter, middle: QPointF, way: tuple[int, int]) -> None:
        """A small round sign that says where there is more."""
        painter.setPen(QPen(QColor(self.theme.finding), 1))
        painter.setBrush(QColor(self.theme.finding_page))
        radius = BADGE_PX / 2 - 0.5
        painter.drawEllipse(middle, radius, radius)
        painter.setBrush(QColor(self.theme.finding))
        x, y = way
        tip, back = QPointF(4.0 * x, 4.0 * y), QPointF(-2.5 * x, -2.5 * y)
        side = QPointF(4.0 * y, 4.0 * x)
        painter.drawPolygon(QPolygonF([middle + tip, middle + back + side, middle + back - side]))


def _edges(rect: Rect) -> list[QRectF]:
    """The lines at both ends of a band; a narrow one is all line."""
    x, y, width, height = rect
    if width <= 3:
        return [QRectF(x, y, width, height)]
    return [QRectF(x, y, 1, height), QRectF(x + width - 1, y, 1, height)]
