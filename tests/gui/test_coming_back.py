"""What the window has been left with comes back at the next start."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment
from poolscope.gui.main_window import MainWindow
from poolscope.gui.remembered import Remembered
from poolscope.gui.timeline.scene.palette import ColourBy

MakeWindow = Callable[[], MainWindow]


def recent(window: MainWindow) -> list[str]:
    window.menus.recent.aboutToShow.emit()
    return [action.text() for action in window.menus.recent.actions() if action.isEnabled()]


def test_the_appearance_is_kept_when_it_is_chosen(make_window: MakeWindow) -> None:
    window = make_window()
    window.actions_by_name["look-dark"].trigger()
    again = make_window()  # the first was never closed
    assert again.theme.dark and again.appearance_name == "dark"
    again.actions_by_name["look-system"].trigger()
    assert make_window().appearance_name == "system"


def test_the_last_experiment_comes_back_and_nothing_of_it_runs(
    make_window: MakeWindow, task_file: Path
) -> None:
    window = make_window()
    window.session.open(task_file)
    window.form.pool_section.processes.value_changed.emit(5)
    window.form.more_section.preload.setText("json")
    left = window.lab.experiment
    window.close()
    again = make_window()
    assert again.lab.experiment == left
    assert again.form.pool_section.processes.value == 5
    assert again.form.more_section.preload.text() == "json"
    assert again.form.task_section.task.currentText() == "double(x) — my_tasks.py"
    assert again.lab.recording is None
    assert not task_file.with_suffix(".mark").exists()


def test_the_file_of_an_experiment_that_came_back_is_watched(
    make_window: MakeWindow, task_file: Path, qtbot
) -> None:
    window = make_window()
    window.session.open(task_file)
    window.close()
    again = make_window()
    task_file.write_text(task_file.read_text().replace("Doubles", "Trebles"))
    field = again.form.fields["task"]
    qtbot.waitUntil(lambda: "Trebles" in field.note.text(), timeout=10_000)


def test_a_task_that_was_written_here_comes_back(make_window: MakeWindow) -> None:
    window = make_window()
    window.actions_by_name["new"].trigger()
    window.editor.editor.setPlainText("def mine(x):\n    return x\n")
    window.close()
    again = make_window()
    assert again.lab.experiment.task == "mine"
    assert again.editor.editor.toPlainText() == "def mine(x):\n    return x\n"
    assert again.form.task_section.task.currentText() == "mine(x) — written here"


def test_an_experiment_is_kept_when_its_run_begins(make_window: MakeWindow, qtbot) -> None:
    window = make_window()
    window.lab.set_experiment(Experiment("sleep", "[0.01]").with_pool(processes=1))
    window.actions_by_name["run"].trigger()
    assert window.remembered.experiment == window.lab.experiment
    qtbot.waitUntil(lambda: not window.lab.running, timeout=30_000)


def test_an_experiment_of_a_file_that_has_gone_is_said_and_stops_nobody(
    make_window: MakeWindow, task_file: Path
) -> None:
    window = make_window()
    window.session.open(task_file)
    window.close()
    task_file.unlink()
    again = make_window()
    assert "my_tasks.py" in again.form.fields["task"].remarks.text
    again.actions_by_name["reset"].trigger()
    assert again.lab.experiment == Experiment()
    assert not again.form.foot.is_off


def test_looks_sizes_and_colours_come_back(make_window: MakeWindow) -> None:
    window = make_window()
    window.actions_by_name["look-dark"].trigger()
    window.timeline.set_colour_by(ColourBy.STATE)
    window.resize(880, 600)  # the offscreen screen has no room for more
    window.show()
    window.page.splitters["middle"].setSizes([200, 300])
    sizes = window.page.splitters["middle"].sizes()
    window.close()
    again = make_window()
    again.show()
    assert again.theme.dark
    assert again.actions_by_name["look-dark"].isChecked()
    assert again.timeline.colour_choice is ColourBy.STATE
    assert (again.width(), again.height()) == (880, 600)
    assert again.page.splitters["middle"].sizes() == sizes


def test_recent_files_come_back_and_open(
    make_window: MakeWindow, task_file: Path, tmp_path: Path
) -> None:
    window = make_window()
    assert recent(window) == []
    window.session.open(task_file)
    window.session.save_experiment(tmp_path / "kept.json")
    window.close()
    again = make_window()
    again.actions_by_name["reset"].trigger()
    assert recent(again)[:2] == [str(tmp_path / "kept.json"), str(task_file)]
    again.menus.recent.actions()[0].trigger()
    assert again.lab.experiment.function_name == "double"
    again.menus.recent.actions()[-1].trigger()
    assert recent(again) == []


def test_a_file_that_cannot_be_opened_is_not_among_the_recent(
    make_window: MakeWindow, tmp_path: Path, warnings: list[str]
) -> None:
    window = make_window()
    path = tmp_path / "nothing.json"
    path.write_text("[]")
    window.session.open(path)
    assert len(warnings) == 1 and "nothing.json" in warnings[0]
    assert recent(window) == []


def test_an_experiment_that_is_saved_opens_as_it_was(
    make_window: MakeWindow, tmp_path: Path, task_file: Path
) -> None:
    window = make_window()
    window.session.open(task_file)
    experiment = replace(window.lab.experiment, order="shuffled", seed=3)
    experiment = experiment.with_pool(chunksize=2).with_place(env=(("A", "b"),))
    window.lab.set_experiment(experiment)
    window.session.save_experiment(tmp_path / "kept.json")
    window.actions_by_name["reset"].trigger()
    window.session.open(tmp_path / "kept.json")
    assert window.lab.experiment == experiment
    assert window.form.place_section.env.pairs == (("A", "b"),)


def test_a_window_that_changed_nothing_leaves_what_another_has_kept(
    qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "window.json"
    windows = [MainWindow(Remembered(file)), MainWindow(Remembered(file))]
    windows[0].lab.set_experiment(Experiment("sleep", "[0.5]"))
    for window in windows:
        qtbot.addWidget(window)
        window.close()
    remembered = Remembered(file).experiment
    assert remembered is not None and remembered.inputs == "[0.5]"


def test_a_number_that_is_typed_and_not_left_comes_back(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "window.json"
    window = MainWindow(Remembered(file))
    qtbot.addWidget(window)
    window.show()
    spin = window.form.pool_section.processes._spin
    spin.setFocus()
    spin.lineEdit().setText("7")
    window.close()
    remembered = Remembered(file).experiment
    assert remembered is not None and remembered.pool.processes == 7


@pytest.mark.parametrize("name", ["a\0b.py", "a\ud800b.py", "a" * 5000 + ".py"])
def test_a_task_of_a_name_that_no_file_can_have_keeps_no_window_from_starting(
    qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "window.json"
    first = MainWindow(Remembered(file))
    qtbot.addWidget(first)
    first.lab.set_experiment(replace(Experiment(), task="/tmp/placeholder.py:f"))
    first.close()
    text = file.read_text()
    assert "/tmp/placeholder.py" in text
    escaped = json.dumps(json.dumps(f"/tmp/{name}")[1:-1])[1:-1]
    file.write_text(text.replace("/tmp/placeholder.py", escaped))
    second = MainWindow(Remembered(file))
    qtbot.addWidget(second)
    second.close()
