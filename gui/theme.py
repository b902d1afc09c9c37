"""Colours, sizes and fonts of the window, light and dark. See LOOK in ARCHITECTURE.md.

Every text colour keeps a contrast of 4.5 : 1 on the surface that it is used on; a test counts it.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

SMALL_PT, BODY_PT, TITLE_PT, FIGURE_PT = 8.5, 9.5, 11.0, 17.0
STEP = 4
"""Pixels; every space between things is a multiple of it."""


@dataclass(frozen=True)
class Theme:
    """One set of colours, each `#rrggbb`.

    page, card, line: surfaces and borders; track: the empty part of lanes, sliders and bars.
    run: the green of the Run button and run_text on it; finding and failure are for what they say,
    finding_page and failure_page lie under text about them.
    keyword, string, number, builtin, comment: of Python text, also on track and failure_page.
    """

    dark: bool
    page: str
    card: str
    line: str
    track: str
    text: str
    muted: str
    accent: str
    accent_text: str
    run: str
    run_text: str
    finding: str
    finding_page: str
    failure: str
    failure_page: str
    selection: str
    keyword: str
    string: str
    number: str
    builtin: str
    comment: str


LIGHT = Theme(
    dark=False,
    page="#f7f8fa",
    card="#ffffff",
    line="#e3e6eb",
    track="#f0f2f5",
    text="#1f2430",
    muted="#667080",
    accent="#2f6fed",
    accent_text="#ffffff",
    run="#15804a",
    run_text="#ffffff",
    finding="#b45309",
    finding_page="#fff7e8",
    failure="#c62f3b",
    failure_page="#fdeeef",
    selection="#dfe8fc",
    keyword="#2456c4",
    string="#0b6a75",
    number="#8a3ba8",
    builtin="#4b4fae",
    comment="#5d6878",
)
DARK = Theme(
    dark=True,
    page="#16181d",
    card="#1d2026",
    line="#2c313a",
    track="#242830",
    text="#e6e9ef",
    muted="#98a2b3",
    accent="#5b8def",
    accent_text="#10131a",
    run="#2fbf7a",
    run_text="#0c1a13",
    finding="#f0b35a",
    finding_page="#2b2417",
    failure="#f0626c",
    failure_page="#351f25",
    selection="#2b3a58",
    keyword="#7eaaf9",
    string="#5fc4cd",
    number="#cf9cec",
    builtin="#a7aef2",
    comment="#98a2b3",
)


def system_theme() -> Theme:
    """The theme that the desktop asks for; light where it does not say."""
    hints = QGuiApplication.styleHints()
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def body_font(size_pt: float = BODY_PT, *, bold: bool = False) -> QFont:
    """The window's font (Inter where it is there) with figures of one width."""
    font = QFont(QGuiApplication.font())
    if "Inter" in QFontDatabase.families():
        font.setFamily("Inter")
    font.setPointSizeF(size_pt)
    font.setFeature(QFont.Tag("tnum"), 1)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


def fixed_font(size_pt: float = BODY_PT) -> QFont:
    """The system's monospaced font, for PIDs and code."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(size_pt)
    return font
