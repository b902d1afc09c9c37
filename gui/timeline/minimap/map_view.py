"""The whole run under the timeline, with the part in view marked, without its mouse and keys."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ...theme import LIGHT, Theme
from ..drawing.lane_axis import WIDTH_PX
from ..scene.time_scale import duration_text
from ..view.span_view import SpanView
from .content import MinimapContent, Wanted
from .painter import paint_caption, paint_focus_ring, paint_ground, paint_map
from .window import MapWindow

LOWEST_PX, HIGHEST_PX = 24, 40


class MapView(QWidget):
    """Follows `view`; as wide as that, with the map under its lanes.

    map: where the map and its mark are, as they are drawn; None without a run.
    """

    def __init__(self, view: SpanView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.map: MapWindow | None = None
        self.content = MinimapContent(self)
        self._view, self._theme = view, LIGHT
        self._ring = False
        self.setMinimumHeight(LOWEST_PX)
        self.setMaximumHeight(HIGHEST_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.content.changed.connect(self._show_content)
        view.drawn.connect(self._follow_view)
        view.refreshed.connect(self._look)

    def sizeHint(self) -> QSize:
        return QSize(2 * round(WIDTH_PX), LOWEST_PX)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.content.set_theme(theme)
        self.update()

    def _map_width(self) -> float:
        """The lanes end where their scroll bar begins."""
        return max(min(self._view.stage.width(), self.width()) - WIDTH_PX, 1.0)

    def _wanted(self) -> Wanted:
        ratio = self.devicePixelRatioF()
        columns, height = (max(1, round(n * ratio)) for n in (self._map_width(), self.height()))
        return Wanted(self._view.whole_span(), self._view.now_ns, columns, height, ratio)

    def _follow_view(self) -> None:
        """The view has moved, or shows something else."""
        overview, view = self.content.overview, self._view
        shown = None if overview is None else overview.trace
        if shown is not view.trace or (overview and overview.by_slot != view.group_by_slot):
            if shown is not view.trace:
                self._forget_hand()
            self.content.begin(view.trace, by_slot=view.group_by_slot)
            self._look()
        if self.map is not None and self.map.width != self._map_width():
            self._resize()
        self._mark()

    def _look(self) -> None:
        if self.isVisible():
            self.content.look(self._wanted())

    def _resize(self) -> None:
        self.content.resize(self._wanted())
        self._mark()

    def _show_content(self) -> None:
        self._mark()
        self.update()

    def _mark(self) -> None:
        """Where the view is on the map as it is drawn: the map of a run that grows is behind."""
        window: MapWindow | None = None
        if self.content.overview is not None:
            drawn = self.content.images is not None
            whole_ns = self.content.whole_ns if drawn else self._view.whole_span()
            window = MapWindow(
                WIDTH_PX,
                self._map_width(),
                float(self.height()),
                whole_ns,
                self._view.view_span(),
                self._view.lanes_in_view(),
            )
        if window != self.map:
            seen = None if self.map is None else self.map.rect
            self.map = window
            if window is None or window.rect != seen:
                self.update()
            self._mark_moved()

    def _mark_moved(self) -> None:
        """It may be under the mouse now."""

    def _forget_hand(self) -> None:
        """Another run is shown: what is being dragged was of the one before."""

    def _caption(self) -> tuple[str, ...]:
        return self.tr("whole run"), duration_text(self.content.run_ns / 1e9)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            place = QRectF(WIDTH_PX, 0, self._map_width(), self.height())
            paint_ground(painter, self._theme, place)
            if self.map is not None:
                paint_map(painter, self._theme, self.content.images, self.map)
                room = QRectF(0, 0, WIDTH_PX, self.height())
                paint_caption(painter, self._theme, room, self._caption())
            if self._ring:
                paint_focus_ring(painter, self._theme, QRectF(self.rect()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._resize()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow_view()
        self.content.look(self._wanted())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.content.pause()
