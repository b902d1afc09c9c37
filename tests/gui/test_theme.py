import pytest

from poolscope.gui.theme import DARK, LIGHT, Theme

CODE = ("keyword", "string", "number", "builtin", "comment")


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("text", "page"),
        ("text", "card"),
        ("text", "track"),
        ("text", "selection"),
        ("muted", "page"),
        ("muted", "card"),
        ("failure", "card"),
        ("text", "finding_page"),
        ("finding", "finding_page"),
        ("muted", "finding_page"),
        ("run_text", "run"),
        ("accent_text", "accent"),
        ("failure", "page"),  # the number of a line that is wrong
        *((ink, page) for ink in CODE for page in ("card", "track", "failure_page")),
        ("text", "failure_page"),
    ],
)
def test_text_is_readable_on_its_surface(theme: Theme, text: str, surface: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, surface)) >= 4.5
