"""A column that is as high as what is in it while there is room, and scrolls where there is not."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget


class FittingArea(QScrollArea):
    """Put widgets into `column`. It needs no more than `least_px`, and never more than they do."""

    def __init__(self, least_px: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least_px = least_px
        self.page = QWidget()
        self.page.setObjectName("scrolled")
        self.column = QVBoxLayout(self.page)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.page.installEventFilter(self)
        self.setWidget(self.page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._fit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def contents_px(self) -> int:
        """As high as all of it is in this width."""
        width = max(self.width(), 1)
        return (
            self.column.totalHeightForWidth(width)
            if self.column.hasHeightForWidth()
            else (self.column.totalSizeHint().height())
        )

    def sizeHint(self) -> QSize:
        return QSize(self.column.totalMinimumSize().width(), self.contents_px)

    def minimumSizeHint(self) -> QSize:
        width = self.column.totalMinimumSize().width()
        return QSize(width, min(self.contents_px, self._least_px))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._soon.start()  # not amidst the layout that this is a part of

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.page and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        self.setMaximumHeight(self.contents_px)
        self.updateGeometry()
