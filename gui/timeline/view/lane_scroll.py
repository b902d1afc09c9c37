"""The scroll bar beside the lanes."""

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QScrollBar, QWidget

from ..scene.lanes import LaneLayout


class LaneScroll(QScrollBar):
    """Its value is the pixels of the lanes that are above the top; hidden while all lanes fit."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.hide()
        self.setAccessibleName(self.tr("Scroll lanes"))

    def fit(self, layout: LaneLayout, *, newest: bool) -> None:
        """Take over the lanes' layout, without a signal.

        newest: stay at the last lane if that is in view, also when there are more now.
        """
        at_end = self.value() == self.maximum()
        self.setRange(0, round(layout.scroll_limit))
        self.setPageStep(round(layout.height))
        self.setSingleStep(round(layout.pitch))
        self.setVisible(layout.scroll_limit > 0)
        if newest and at_end:
            with QSignalBlocker(self):
                self.setValue(self.maximum())

    def shares(self, layout: LaneLayout) -> tuple[float, float]:
        """Where the top and the bottom of the view are among all lanes, from 0 to 1."""
        if not layout.scroll_limit:
            return 0.0, 1.0
        top = min(float(self.value()), layout.scroll_limit)
        return top / layout.content_height, (top + layout.height) / layout.content_height

    def reveal(self, layout: LaneLayout, place: int) -> None:
        """Bring the lane at a place into view, moving no more than that takes."""
        top = layout.top(place)
        lowest = top + layout.pitch - layout.height
        self.setValue(round(min(max(self.value(), lowest), top)))
