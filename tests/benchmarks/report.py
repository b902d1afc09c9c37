"""What the bench found, as tables for people, as Markdown and as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
"""Values by the keys of the columns; `target` and `reached` where there is a target."""

VERDICTS = {"target": "target", "reached": "reached"}


@dataclass(frozen=True)
class Section:
    """A table. columns: headings, with units, by the keys that rows and JSON use.

    text: a sentence or two on what was measured. rows: a value that is not there shows as a dash.
    """

    title: str
    text: str
    columns: dict[str, str]
    rows: list[Row] = field(default_factory=list)

    @property
    def headings(self) -> dict[str, str]:
        judged = any("target" in row for row in self.rows)
        return self.columns | (VERDICTS if judged else {})

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "text": self.text,
            "columns": self.headings,
            "rows": self.rows,
        }


def judged(value: float, most: float, unit: str) -> Row:
    """The part of a row that says what DESIGN.md wants of `value`, and whether it is so."""
    return {"target": f"≤ {shown(most)} {unit}".rstrip(), "reached": value <= most}


def shown(value: Any) -> str:
    """A value of a table: three significant digits, no powers of ten.

    >>> shown(0.12345), shown(12345.6), shown(1_000_000), shown((0.1, 0.25)), shown(None)
    ('0.123', '12300', '1,000,000', '0.1 to 0.25', '–')
    """
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            number = f"{float(f'{value:.3g}'):f}"
            return number.rstrip("0").rstrip(".") if "." in number else number
        case tuple() | list():
            return " to ".join(map(shown, value))
    return str(value)


def as_text(section: Section) -> str:
    """A table for a terminal."""
    lines = _cells(section)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rules = ["-" * width for width in widths]
    table = [
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (lines[0], rules, *lines[1:])
    ]
    return "\n".join((section.title, section.text, "", *table))


def as_markdown(section: Section) -> str:
    """The same for a page."""
    lines = _cells(section)
    rows = [f"| {' | '.join(line)} |" for line in (lines[0], ["---"] * len(lines[0]), *lines[1:])]
    return "\n".join((f"### {section.title}", "", section.text, "", *rows))


def _cells(section: Section) -> list[list[str]]:
    headings = section.headings
    rows = [[shown(row.get(key)) for key in headings] for row in section.rows]
    return [list(headings.values()), *rows]


def page(surroundings: Sequence[str], parts: dict[str, list[Section] | str]) -> str:
    """What was found by parts (or why a part found nothing), in the form of the README."""
    blocks = ["## Measured", "\n".join(f"- {line}" for line in surroundings)]
    for sections in parts.values():
        blocks += [sections] if isinstance(sections, str) else map(as_markdown, sections)
    return "\n\n".join(blocks) + "\n"
