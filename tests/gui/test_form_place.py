"""Where the run takes place, in the form."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment, Place
from poolscope.gui.main_window import MainWindow
from poolscope.gui.widgets.pairs import Pairs


@pytest.fixture
def venv_python(task_file: Path) -> Path:
    """The interpreter of a bare virtual environment beside the file of tasks."""
    folder = task_file.parent / ".venv"
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@pytest.fixture
def section(window: MainWindow):
    window.form.place_section.fold.set_open(True)
    return window.form.place_section


def test_the_folded_title_says_which_python_and_where(window: MainWindow, task_file: Path) -> None:
    fold = window.form.place_section.fold
    version = "{}.{}".format(*sys.version_info)
    assert fold.summary == f"Python {version}"
    window.session.open(task_file)
    assert fold.summary == f"Python {version} · in {task_file.parent.name}"
    window.lab.set_experiment(window.lab.experiment.with_place(env=(("A", "1"), ("B", "2"))))
    assert fold.summary.endswith(" · 2 variables")


def test_the_venv_beside_the_file_is_offered_and_asked_when_it_is_chosen(
    window: MainWindow, section, task_file: Path, venv_python: Path, qtbot: QtBot, run
) -> None:
    window.session.open(task_file)
    choice = section.python.choice
    offered = [choice.itemText(row) for row in range(choice.count())]
    assert offered == ["Poolscope's own", str(venv_python)]
    choice.setCurrentIndex(1)
    choice.activated.emit(1)
    assert window.lab.experiment.place.python == str(venv_python)
    qtbot.waitUntil(lambda: window.lab.interpreter is not None, timeout=10_000)
    version = ".".join(map(str, sys.version_info[:3]))
    assert window.form.fields["python"].note.text() == f"Python {version}"
    run(inputs="[1, 2]")
    assert window.lab.recording.counts.done == 2
    choice.setCurrentIndex(0)
    assert window.lab.experiment.place.python == ""


def test_a_program_that_is_no_python_is_said_beside_the_field(
    window: MainWindow, section, tmp_path: Path, monkeypatch, qtbot: QtBot
) -> None:
    program = tmp_path / "not_python"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(program), ""))
    qtbot.mouseClick(section.python._browse, Qt.MouseButton.LeftButton)
    field = window.form.fields["python"]
    qtbot.waitUntil(lambda: "not_python" in field.remarks.text, timeout=10_000)
    assert section.python.choice.property("wrong")
    section.fold.set_open(False)
    assert section.fold._dot.isVisible()


def test_a_program_that_is_not_there_is_said_at_once(
    window: MainWindow, section, tmp_path: Path
) -> None:
    section.python.choice.setEditText(str(tmp_path / "nowhere"))
    section.python.choice.lineEdit().editingFinished.emit()
    assert "nowhere" in window.form.fields["python"].remarks.text


def test_the_working_directory_is_the_folder_of_the_file_unless_another_is_named(
    window: MainWindow, section, task_file: Path, tmp_path: Path, monkeypatch, qtbot: QtBot
) -> None:
    assert section.cwd.placeholderText() == str(Path.cwd())
    window.session.open(task_file)
    assert section.cwd.placeholderText() == str(task_file.parent)
    assert window.lab.experiment.place.cwd == ""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    qtbot.mouseClick(section._browse, Qt.MouseButton.LeftButton)
    assert window.lab.experiment.place.cwd == str(tmp_path)
    assert section.cwd.text() == str(tmp_path)


def test_variables_are_filled_in_and_reach_the_run(
    window: MainWindow, section, tmp_path: Path, run, qtbot: QtBot
) -> None:
    path = tmp_path / "reads_variables.py"
    path.write_text("import os\ndef read(name):\n    return os.environ.get(name)\n")
    window.session.open(path)
    section._add.menu().actions()[0].trigger()
    name, value = section.env.edit(0)
    assert name.hasFocus()
    qtbot.keyClicks(name, "COLOUR")
    qtbot.keyClicks(value, "deep blue")
    assert window.lab.experiment.place.env == (("COLOUR", "deep blue"),)
    run(inputs="['COLOUR']")
    assert window.lab.recording.results[0] == "'deep blue'"


def test_the_menu_offers_the_variables_that_limit_threads_with_what_they_do(
    window: MainWindow, section
) -> None:
    texts = [action.text().partition("\t") for action in section._add.menu().actions()]
    helps = {name: help_text for name, _, help_text in texts}
    assert helps["OMP_NUM_THREADS"].startswith("Threads of OpenMP")
    place = [name for name, _, _ in texts].index("OMP_NUM_THREADS")
    section._add.menu().actions()[place].trigger()
    assert window.lab.experiment.place.env == (("OMP_NUM_THREADS", "1"),)
    section._add.menu().actions()[place].trigger()
    assert len(section.env.pairs) == 1


def test_a_variable_can_be_removed(window: MainWindow, section) -> None:
    section.env.add("A", "1")
    section.env.add("B", "2")
    section.env._rows[0][2].click()
    assert window.lab.experiment.place.env == (("B", "2"),)


@pytest.mark.parametrize(
    ("pairs", "said"), [([("A=B", "1")], "A=B"), ([("A", "1"), ("A", "2")], "A")]
)
def test_variables_that_cannot_be_are_said_beside_them(
    window: MainWindow, section, pairs, said: str
) -> None:
    for name, value in pairs:
        section.env._add((name, value))
    section.env.changed.emit()
    assert said in window.form.fields["env"].remarks.text
    assert window.form.foot.is_off
    section.env._rows[-1][2].click()
    assert window.form.fields["env"].remarks.text == ""
    assert not window.form.foot.is_off


def test_rows_that_hold_nothing_do_not_count(qtbot: QtBot) -> None:
    pairs = Pairs()
    qtbot.addWidget(pairs)
    pairs.add()
    pairs.add("A", "1")
    assert pairs.pairs == (("A", "1"),)


def test_a_program_that_an_experiment_names_is_not_run_by_moving_the_focus(
    window: MainWindow, tmp_path: Path
) -> None:
    program, mark = tmp_path / "python", tmp_path / "mark"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    window.lab.load(Experiment(place=Place(python=str(program))))
    section = window.form.place_section
    section.fold.button.setChecked(True)
    asked: list[str] = []
    section.python.chosen.connect(asked.append)
    section.python.choice.setFocus()
    window.form.inputs_section.inputs.setFocus()
    assert not asked and not mark.exists()
