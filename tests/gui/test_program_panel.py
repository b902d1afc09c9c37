from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment
from poolscope.engine.journal import Status
from poolscope.engine.problem import Kind, Problem
from poolscope.engine.program import program
from poolscope.gui.lab import Lab
from poolscope.gui.panels import program_panel
from poolscope.gui.panels.program_panel import ProgramPanel
from poolscope.gui.theme import DARK, LIGHT


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def panel(lab: Lab, qtbot: QtBot) -> ProgramPanel:
    panel = ProgramPanel(lab, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(560, 160)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_the_program_of_the_experiment_is_shown(panel: ProgramPanel) -> None:
    assert panel.editor.text() == program(Experiment())
    assert panel.editor.isReadOnly()


def test_the_program_follows_the_settings(panel: ProgramPanel, lab: Lab, qtbot: QtBot) -> None:
    lab.change("processes", lambda: lab.experiment.with_pool(processes=7))
    qtbot.waitUntil(lambda: panel.editor.text() == program(lab.experiment))
    assert "7" in panel.editor.text()


def test_nothing_is_made_while_nobody_looks(
    panel: ProgramPanel, lab: Lab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Experiment] = []

    def noted(experiment: Experiment, positions: object) -> str:
        made.append(experiment)
        return f"{experiment.pool.processes} {positions}"

    monkeypatch.setattr(program_panel, "program", noted)
    panel.hide()
    for processes in (3, 4):
        lab.change("processes", lambda n=processes: lab.experiment.with_pool(processes=n))
    assert not panel._timer.isActive()
    assert made == []
    panel.show()
    assert panel.editor.text() == "4 None"
    assert made == [lab.experiment]


def test_a_slider_that_is_dragged_makes_one_program(
    panel: ProgramPanel, lab: Lab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    monkeypatch.setattr(
        program_panel, "program", lambda one, _: made.append(one.pool.processes) or "x"
    )
    for processes in range(3, 9):
        lab.change("processes", lambda n=processes: lab.experiment.with_pool(processes=n))
    qtbot.waitUntil(lambda: bool(made))
    assert made == [8]


def test_the_place_that_is_read_stays_when_the_program_changes(
    panel: ProgramPanel, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        program_panel, "program", lambda one, _: f"{one.pool.processes}\n" + "x = 1\n" * 200
    )
    panel.refresh()
    panel.editor.show_line(100)
    place = panel.editor.verticalScrollBar().value()
    lab.change("processes", lambda: lab.experiment.with_pool(processes=7))
    panel.refresh()
    assert panel.editor.text().startswith("7")
    assert panel.editor.verticalScrollBar().value() == place > 0
    assert panel.editor.textCursor().blockNumber() == 99


def test_a_wrong_field_is_said_beside_the_last_valid_program(
    panel: ProgramPanel, lab: Lab, qtbot: QtBot
) -> None:
    lab.change("processes", lambda: lab.experiment.with_pool(processes=0))
    qtbot.waitUntil(lambda: bool(panel.note.property("wrong")))
    assert panel.editor.text() == program(Experiment())
    lab.change("processes", lambda: lab.experiment.with_pool(processes=3))
    qtbot.waitUntil(lambda: not panel.note.property("wrong"))


def test_what_a_run_found_wrong_is_what_the_program_shows(panel: ProgramPanel, lab: Lab) -> None:
    lab.set_status(Status.FAILED, Problem(Kind.INPUTS_RAISED, "inputs", {"error": "x"}))
    panel.refresh()
    assert not panel.note.property("wrong")


def test_the_order_of_a_former_run_is_looked_up_once_until_there_is_another_run(
    panel: ProgramPanel, lab: Lab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        program_panel, "order_of", lambda one: asked.append(one.inputs) or [len(asked)]
    )
    monkeypatch.setattr(program_panel, "program", lambda _, positions: str(positions))
    lab.set_experiment(replace(lab.experiment, order="longest"))
    for processes in (3, 4):
        lab.change("processes", lambda n=processes: lab.experiment.with_pool(processes=n))
        panel.refresh()
    assert panel.editor.text() == "[1]"
    lab.change("inputs", lambda: replace(lab.experiment, inputs="[5]"))
    panel.refresh()
    assert panel.editor.text() == "[2]"
    lab.set_status(Status.FINISHED)
    qtbot.waitUntil(lambda: panel.editor.text() == "[3]")
    assert asked == ["(1, 2, 3)", "[5]", "[5]"]


def test_the_program_is_copied_as_it_is_now(panel: ProgramPanel, lab: Lab, qtbot: QtBot) -> None:
    lab.change("processes", lambda: lab.experiment.with_pool(processes=7))
    qtbot.mouseClick(panel.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == program(lab.experiment)
    assert "clipboard" in panel.note.text()


def test_the_program_is_saved_as_a_file(
    panel: ProgramPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    path = tmp_path / "program.py"

    def ask(_parent: object, _title: str, name: str, *_: str) -> Path:
        asked.append(name)
        return path

    monkeypatch.setattr(program_panel, "ask_target", ask)
    panel.save_button.click()
    assert asked == ["run_laborator.py"]
    assert path.read_text(encoding="utf-8") == program(Experiment())
    assert "program.py" in panel.note.text()


def test_a_place_that_cannot_be_written_to_is_said(panel: ProgramPanel, tmp_path: Path) -> None:
    panel.save(tmp_path / "none" / "program.py")
    assert "there is no folder" in panel.note.text()
    assert panel.note.property("wrong")


def test_the_editor_follows_the_theme(panel: ProgramPanel) -> None:
    panel.set_theme(DARK)
    assert panel.editor.theme is DARK
