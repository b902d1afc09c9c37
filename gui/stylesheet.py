"""The window's looks as a Qt style sheet and a palette, made from a Theme."""

from string import Template

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from .theme import Theme, body_font

_SHEET = Template("""
QWidget { color: $text; }
QMainWindow, QDialog, QMenuBar { background: $page; }
QMenuBar { padding: 2px 8px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $line; }
QMenu { background: $card; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 20px; border-radius: 4px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QToolTip { color: $text; background: $card; border: 1px solid $line; padding: 4px; }

QFrame#card { background: $card; border: 1px solid $line; border-radius: 8px; }
QLabel { background: transparent; }
QLabel#heading { color: $muted; font-weight: 600; letter-spacing: 0.5px; }
QLabel#muted, QLabel#hint { color: $muted; }
QLabel#muted[wrong="true"] { color: $failure; }
QLabel#muted[unusual="true"] { color: $text; }
QLabel:disabled { color: $muted; }
QLabel#remark { background: $finding_page; border-left: 3px solid $finding;
    border-radius: 3px; padding: 4px 6px; }
QLabel#remark[wrong="true"] { background: $failure_page; border-left: 3px solid $failure; }
QLabel#dot { color: $finding; }
QLabel#dot[wrong="true"] { color: $failure; }
QFrame#box { background: $page; border: 1px solid $line; border-radius: 5px; }
QFrame#banner { background: $finding_page; border-left: 3px solid $finding; border-radius: 3px; }
QFrame#banner[wrong="true"] { background: $failure_page; border-left: 3px solid $failure; }
QFrame#reason { background: $finding_page; border-left: 3px solid $finding; border-radius: 3px; }
QFrame#notice { background: $track; border-left: 3px solid $accent; border-radius: 3px; }

QLineEdit, QSpinBox, QComboBox, QPlainTextEdit {
    background: $card; border: 1px solid $line; border-radius: 5px; padding: 3px 6px;
    min-height: 20px; selection-background-color: $accent; selection-color: $accent_text; }
QLineEdit:hover, QSpinBox:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:focus, QSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus {
    border: 1px solid $accent; }
QLineEdit[wrong="true"], QComboBox[wrong="true"] { border: 1px solid $failure; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { color: $muted; background: $page; }
QComboBox::drop-down { border: 0; width: 20px; }
QComboBox QLineEdit { border: 0; padding: 0; min-height: 0; background: transparent; }
QComboBox::down-arrow { image: url($icons/down.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $line; padding: 2px;
    selection-background-color: $selection; selection-color: $text; outline: 0; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: 0; }

QPushButton, QToolButton { background: transparent; border: 1px solid $line;
    border-radius: 5px; padding: 3px 10px; min-height: 20px; }
QPushButton:hover, QToolButton:hover { background: $track; }
QPushButton:focus, QToolButton:focus { border: 1px solid $accent; }
QPushButton:disabled, QToolButton:disabled { color: $muted; }
QToolButton:checked { background: $selection; border-color: $accent; }
QToolButton#flat { border-color: transparent; color: $muted; padding: 3px 8px; }
QToolButton#flat:focus { border-color: $accent; }
QToolButton#flat:checked { color: $text; background: $selection; }
QToolButton#fold, QToolButton#fold:checked { background: transparent;
    border-color: transparent; padding: 3px 4px 3px 0; font-weight: 600; margin-left: -8px; }
QToolButton#fold:hover { background: $track; }
QToolButton#fold:focus { border-color: $accent; }
QToolButton#step { border-color: transparent; padding: 3px 4px; }
QToolButton#step:focus { border-color: $accent; }
QToolButton#narrow { padding: 3px 4px; min-width: 18px; }
QToolButton#choose { padding: 3px 22px 3px 8px; }
QToolButton#choose::menu-indicator { image: url($icons/down.svg); width: 10px; height: 10px;
    subcontrol-origin: padding; subcontrol-position: center right; right: 6px; }
QToolButton::menu-indicator { image: none; }
QListWidget { background: transparent; border: 1px solid transparent; outline: 0;
    selection-background-color: $selection; selection-color: $text; }
QListWidget::item { padding: 3px 2px; border-bottom: 1px solid $line; }
QListWidget:focus { border: 1px solid $accent; border-radius: 3px; }
QPushButton#run { background: $run; color: $run_text; border: 2px solid $run;
    border-radius: 6px; font-weight: 600; min-height: 28px; }
QPushButton#run:focus { border: 2px solid $text; }
QPushButton#run[stops="true"] { background: $card; color: $failure; border: 2px solid $failure; }
QPushButton#run[stops="true"]:focus { border: 2px solid $text; }
QPushButton#run[off="true"] { background: $track; color: $muted; border-color: $track; }
QPushButton#run[off="true"]:focus { border-color: $text; }
QPushButton#reason { border-color: transparent; color: $failure; text-align: left;
    padding: 3px 4px; }
QPushButton#reason:hover { text-decoration: underline; }
QPushButton#reason:focus { border-color: $accent; }
QPushButton#link { border-color: transparent; color: $accent; padding: 3px 6px; }
QPushButton#link[flush="true"] { padding: 3px 0; }
QPushButton#link:hover { text-decoration: underline; }
QPushButton#link:focus { border-color: $accent; }
QPushButton#remedy { background: $card; border-color: $finding; padding: 3px 8px; }
QPushButton#remedy:hover { background: $page; }
QPushButton#remedy:disabled { background: transparent; color: $muted; border-color: transparent; }
QPushButton#evidence { border-color: transparent; color: $finding; padding: 3px 6px; }
QPushButton#evidence[flush="true"] { padding: 3px 0; }
QPushButton#evidence:hover { text-decoration: underline; }
QPushButton#remedy:focus, QPushButton#evidence:focus { border-color: $accent; }
QPushButton:default { border-color: $accent; }
QToolButton#segment { border-radius: 0; min-height: 22px; padding: 2px 4px; }
QToolButton#segment:checked { background: $accent; color: $accent_text; border-color: $accent; }
QToolButton#segment:focus { border: 2px solid $text; }

QSlider { min-height: 24px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { background: $card; border: 2px solid $accent; width: 12px;
    height: 12px; margin: -6px 0; border-radius: 8px; }
QSlider::handle:horizontal:hover { background: $selection; }
QSlider:focus { border: 1px solid $accent; border-radius: 4px; }
QSlider::sub-page:horizontal:disabled { background: $muted; }
QSlider::handle:horizontal:disabled { border-color: $muted; }

QProgressBar { background: $track; border: 0; border-radius: 3px; max-height: 6px;
    min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QProgressBar[failed="true"]::chunk { background: $failure; }

QTabWidget::pane { border: 0; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; padding: 4px 8px; margin-right: 2px;
    border: 1px solid transparent; border-radius: 5px; }
QTabBar::tab:selected { background: $track; color: $text; font-weight: 600; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { border-color: $accent; }
QTabBar::scroller { width: 48px; }
QTabBar QToolButton { background: $card; border: 1px solid $card; border-radius: 5px; padding: 0; }
QTabBar QToolButton:hover { background: $track; }
QTabBar QToolButton::left-arrow { image: url($icons/left.svg); width: 10px; height: 10px; }
QTabBar QToolButton::right-arrow { image: url($icons/right.svg); width: 10px; height: 10px; }
QTabBar QToolButton::left-arrow:disabled, QTabBar QToolButton::right-arrow:disabled { image: none; }

QTableView { background: $card; border: 1px solid $card; gridline-color: transparent; outline: 0;
    selection-background-color: $selection; selection-color: $text;
    alternate-background-color: $page; }
QTreeView { background: $card; border: 1px solid $card; outline: 0;
    selection-background-color: $selection; selection-color: $text;
    alternate-background-color: $page; }
QTreeView::item { padding: 0 3px; min-height: 24px; }
QTreeView:focus { border: 1px solid $accent; }
QTableView::item { padding: 0 3px; }
QTableView:focus { border: 1px solid $accent; }
QHeaderView { background: $card; border: 0; }
QHeaderView::section { background: $card; color: $muted; border: 0;
    border-bottom: 1px solid $line; padding: 3px 6px; }
QTableCornerButton::section { background: $card; border: 0; }
QPlainTextEdit#log { border: 0; padding: 0; }
QPlainTextEdit#code { border-radius: 0; padding: 0; }
QPlainTextEdit#value { background: transparent; border: 1px solid transparent; padding: 0; }
QPlainTextEdit#value:focus { border: 1px solid $accent; border-radius: 3px; }
QScrollArea, QScrollArea > QWidget > QWidget#scrolled { background: transparent; border: 0; }
QScrollArea#facts { border: 1px solid transparent; border-radius: 3px; }
QScrollArea#facts:focus { border: 1px solid $accent; }
QAbstractScrollArea::corner { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; min-height: 24px; min-width: 24px;
    margin: 1px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    background: transparent; width: 0; height: 0; }
QSplitter::handle { background: transparent; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QCheckBox, QRadioButton { spacing: 6px; min-height: 24px; }
""")


def apply_theme(app: QApplication, theme: Theme, icons: str) -> None:
    """Dress the whole application; `icons` is the folder of its small arrows."""
    app.setStyle("Fusion")
    app.setFont(body_font())
    app.setPalette(_palette(theme))
    colours = {name: value for name, value in vars(theme).items() if isinstance(value, str)}
    app.setStyleSheet(_SHEET.substitute(colours, icons=icons))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: theme.page,
        QPalette.ColorRole.WindowText: theme.text,
        QPalette.ColorRole.Base: theme.card,
        QPalette.ColorRole.AlternateBase: theme.page,
        QPalette.ColorRole.Text: theme.text,
        QPalette.ColorRole.Button: theme.card,
        QPalette.ColorRole.ButtonText: theme.text,
        QPalette.ColorRole.Highlight: theme.accent,
        QPalette.ColorRole.HighlightedText: theme.accent_text,
        QPalette.ColorRole.ToolTipBase: theme.card,
        QPalette.ColorRole.ToolTipText: theme.text,
        QPalette.ColorRole.PlaceholderText: theme.muted,
        QPalette.ColorRole.Link: theme.accent,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.muted))
    return palette
