"""What the looks of bars mean, under the timeline of the window."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ...engine.recording import Recording
from ..theme import LIGHT, SMALL_PT, Theme, body_font
from .legend import LINE_PX, Entry, arrange, entries_of, paint_legend
from .scene.palette import ColourBy


class LegendBar(QWidget):
    """One line of swatches and words; what has no room in it is in the tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []
        self._colour_by = ColourBy.CHUNK
        self._theme = LIGHT
        self.setFixedHeight(round(LINE_PX))
        self.setAccessibleName(self.tr("Legend"))

    def sizeHint(self) -> QSize:
        return QSize(100, round(LINE_PX))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def show_legend(
        self,
        recording: Recording | None,
        colour_by: ColourBy,
        longest_ns: int,
        *,
        show_taken: bool = True,
        show_ways: bool = False,
    ) -> None:
        """Draw again if it says something else than before."""
        entries: list[Entry] = []
        if recording is not None:
            entries = entries_of(
                recording, colour_by, longest_ns, show_taken=show_taken, show_ways=show_ways
            )
        if (entries, colour_by) != (self._entries, self._colour_by):
            self._entries, self._colour_by = entries, colour_by
            words = " · ".join(entry.text for entry in entries)
            self.setToolTip(words)
            self.setAccessibleDescription(words)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = QFontMetricsF(body_font(SMALL_PT))
        lines = arrange(metrics, self._entries, self.width())
        with QPainter(self) as painter:
            paint_legend(painter, self._theme, self._colour_by, lines[:1], 0.0, 0.0)
