"""What each section does with its fields: grey those without effect, and say what was found."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QLineEdit

from ....engine.experiment import without_effect
from ... import advice, explanations, wording
from ...lab import Lab
from ...widgets.field import Field
from ...widgets.remarks import Remark


def remarks_on(lab: Lab, name: str) -> list[Remark]:
    """What is wrong with the field called `name`, or worth knowing about it.

    A problem says all that a finding could say about the same field.
    """
    problem = lab.field_problems.get(name)
    if problem is not None:
        return [Remark(wording.sentence(problem), wrong=True)]
    found = [finding for finding in lab.findings if finding.field == name]
    return [Remark(advice.advice(finding), finding.stops) for finding in found]


def show_fields(lab: Lab, fields: Mapping[str, Field]) -> None:
    """Show at each field, by its name, whether it has an effect, and what is remarkable."""
    ruled = without_effect(lab.experiment)
    for name, field in fields.items():
        ruler = ruled.get(name)
        reason = ""
        if ruler is not None:
            reason = explanations.without_effect(name, ruler, lab.experiment)
        field.rule_out(reason)
        field.remark(remarks_on(lab, name))


def has_remarks(lab: Lab, names: Iterable[str]) -> tuple[bool, bool]:
    """Whether there is any remark on these fields, and whether any says that something is wrong."""
    remarks = [remark for name in names for remark in remarks_on(lab, name)]
    return bool(remarks), any(remark.wrong for remark in remarks)


def show_text(edit: QLineEdit, text: str) -> None:
    """Put `text` into a field without saying that it changed; its beginning is seen."""
    with QSignalBlocker(edit):
        edit.setText(text)
        edit.setCursorPosition(0)
