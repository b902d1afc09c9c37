"""Labels of a form, and the state of a widget as the style sheet sees it."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


def labelled(text: str, field: QWidget) -> QLabel:
    """The label of a field; its underlined letter leads there."""
    label = QLabel(text)
    label.setBuddy(field)
    return label


def note(lines: int) -> QLabel:
    """The text under a field: what it means, or why it cannot be used; room for `lines`."""
    label = QLabel()
    label.setMinimumHeight(lines * label.fontMetrics().lineSpacing())
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    label.setObjectName("muted")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def plain_tip(text: str) -> str:
    """A tool tip that shows `text` as it is: Qt would take a value like '<b>' for markup."""
    return f"<div style='white-space: pre-wrap'>{escape(text)}</div>"


def plain(text: str) -> str:
    """`text` for a box that guesses by itself whether it is markup."""
    return plain_tip(text) if "<" in text else text


def set_wrong(widget: QWidget, wrong: bool) -> None:
    """Show a field or its note in the colour of failure, or as usual."""
    set_state(widget, "wrong", wrong)


def set_state(widget: QWidget, name: str, value: bool) -> None:
    """Set a property that the style sheet looks at, and dress the widget again if it changed."""
    if bool(widget.property(name)) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
