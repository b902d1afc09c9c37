"""A number as a slider with a spin box: drag for a feeling, type for a value."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QSpinBox, QWidget

from ..theme import STEP
from .marked_slider import Mark, MarkedSlider

SPIN_WIDTH = 76


class SettingSlider(QWidget):
    """The slider walks along `stops` (ascending); the spin box takes each integer up to `limit`.

    A spin box at `special`'s first item shows its second: (0, "auto").
    """

    value_changed = Signal(int)

    def __init__(
        self,
        title: str,
        stops: Sequence[int],
        limit: int,
        special: tuple[int, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._stops = list(stops)
        self._slider = MarkedSlider()
        self._slider.setRange(0, len(self._stops) - 1)
        self._slider.setPageStep(max(1, len(self._stops) // 8))
        self._slider.setAccessibleName(title)
        self._spin = QSpinBox()
        self._spin.setRange(self._stops[0], limit)
        self._spin.setAccessibleName(title)
        self._spin.setFixedWidth(SPIN_WIDTH)
        self._spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._spin.setKeyboardTracking(False)
        if special is not None:
            self._spin.setSpecialValueText(special[1])
        self._title, self._hint = QLabel(title), QLabel()
        self._title.setBuddy(self._spin)
        self._hint.setObjectName("hint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setFocusProxy(self._spin)
        self._arrange()
        self._slider.valueChanged.connect(lambda place: self._set(self._stops[place]))
        self._spin.valueChanged.connect(self._set)

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(0)
        grid.setHorizontalSpacing(2 * STEP)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._hint, 0, 1, 1, 2)
        grid.addWidget(self._slider, 1, 0, 1, 2)
        grid.addWidget(self._spin, 1, 2)
        grid.setColumnStretch(1, 1)

    @property
    def value(self) -> int:
        return self._spin.value()

    def set_value(self, value: int) -> None:
        """Show `value` without saying that it changed."""
        self._show(value)

    def set_hint(self, text: str) -> None:
        """What the value means here, at the right of the title."""
        self._hint.setText(text)

    def set_marks(self, marks: Mapping[int, str]) -> None:
        """Values that mean something, with what they mean; those beyond the slider are left out."""
        places = {value: place for place, value in enumerate(self._stops)}
        self._slider.set_marks(
            [Mark(places[value], text) for value, text in marks.items() if value in places]
        )

    def setToolTip(self, text: str) -> None:
        super().setToolTip(text)
        self._slider.setToolTip(text)
        self._spin.setToolTip(text)

    def setAccessibleDescription(self, text: str) -> None:
        super().setAccessibleDescription(text)
        self._slider.setAccessibleDescription(text)
        self._spin.setAccessibleDescription(text)

    def _set(self, value: int) -> None:
        self._show(value)
        self.value_changed.emit(value)

    def _show(self, value: int) -> None:
        with QSignalBlocker(self._slider), QSignalBlocker(self._spin):
            self._spin.setValue(value)
            place = min(bisect_left(self._stops, value), len(self._stops) - 1)
            self._slider.setValue(place)


def logarithmic_stops(limit: int) -> list[int]:
    """1, 2, 3 … 10, 12, 15, 20 …: eight steps a decade beyond ten, up to `limit`.

    >>> logarithmic_stops(40)
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40]
    """
    stops = list(range(1, min(limit, 10) + 1))
    decade = 10
    while decade < limit:
        steps = (12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
        stops += [stop for step in steps if (stop := decade * step // 10) <= limit]
        decade *= 10
    return stops
