"""The user's own tasks in the form: of files, of modules, written here."""

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment
from poolscope.gui.main_window import MainWindow


def labels(window: MainWindow) -> list[str]:
    task = window.form.task_section.task
    return [task.itemText(row) for row in range(task.count())]


def note(window: MainWindow) -> str:
    return window.form.fields["task"].note.text()


def remarks(window: MainWindow) -> str:
    return window.form.fields["task"].remarks.text


def test_a_file_of_tasks_offers_its_functions_and_runs_none_of_it(
    window: MainWindow, task_file: Path
) -> None:
    window.session.open(task_file)
    expected = ["double(x) — my_tasks.py", "two(a, b) — my_tasks.py", "boom(x) — my_tasks.py"]
    assert labels(window)[-3:] == expected
    assert window.lab.experiment.function_name == "double"
    assert note(window) == "Doubles its input."
    assert not task_file.with_suffix(".mark").exists()


def test_a_function_of_a_file_runs_in_the_pool(window: MainWindow, task_file: Path, run) -> None:
    window.session.open(task_file)
    run(inputs="range(4)")
    assert [window.lab.recording.results[row] for row in range(4)] == ["0", "2", "4", "6"]
    assert task_file.with_suffix(".mark").exists()


def test_functions_without_an_argument_are_offered_as_inputs_only(
    window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "inputs_only.py"
    path.write_text("def numbers():\n    yield 1\ndef now():\n    return 1\n")
    window.session.open(path)
    assert not any("inputs_only" in label for label in labels(window))
    assert window.lab.experiment == Experiment()
    assert "no function that takes an input" in window.timeline.progress_text.text()


def test_a_function_of_several_arguments_brings_starmap_and_tuples(
    window: MainWindow, task_file: Path, choose, run
) -> None:
    window.session.open(task_file)
    choose(f"{task_file}:two")
    assert window.lab.experiment.pool.method == "starmap"
    assert window.form.pool_section.method.currentText() == "starmap"
    assert window.lab.experiment.inputs == "[(1, 2), (3, 4), (5, 6)]"
    run()
    assert [window.lab.recording.results[row] for row in range(3)] == ["3", "7", "11"]
    choose("sleep")
    assert window.lab.experiment.pool.method == "map"


def test_opening_a_file_twice_offers_its_functions_once(
    window: MainWindow, task_file: Path
) -> None:
    window.session.open(task_file)
    window.session.open(task_file)
    assert len([label for label in labels(window) if "my_tasks.py" in label]) == 3


def test_a_syntax_error_is_said_with_its_line_when_the_file_is_opened(
    window: MainWindow, tmp_path: Path, warnings: list[str]
) -> None:
    path = tmp_path / "broken.py"
    path.write_text("def f(x):\n    return (x\n")
    window.session.open(path)
    assert len(warnings) == 1
    assert "broken.py" in warnings[0] and "Line 2" in warnings[0]
    assert window.lab.experiment == Experiment()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_changed_file_is_noticed_said_and_used_by_the_next_run(
    window: MainWindow, task_file: Path, run, qtbot: QtBot, replaced: bool
) -> None:
    window.session.open(task_file)
    changed = task_file.read_text().replace("return 2 * x", "return 3 * x")
    changed = changed.replace("Doubles its input", "Trebles its input")
    if replaced:  # as most editors do it
        new = task_file.with_suffix(".new")
        new.write_text(changed)
        os.replace(new, task_file)
    else:
        task_file.write_text(changed)
    qtbot.waitUntil(lambda: "Trebles" in note(window), timeout=10_000)
    assert note(window) == "Trebles its input.\nmy_tasks.py has changed: the next run uses it."
    assert not task_file.with_suffix(".mark").exists()
    run(inputs="range(3)")
    assert [window.lab.recording.results[row] for row in range(3)] == ["0", "3", "6"]
    assert note(window) == "Trebles its input."


def test_functions_that_come_and_go_in_the_file_come_and_go_in_the_list(
    window: MainWindow, task_file: Path, qtbot: QtBot
) -> None:
    window.session.open(task_file)
    task_file.write_text("def treble(x):\n    return 3 * x\n")
    qtbot.waitUntil(lambda: "treble(x) — my_tasks.py" in labels(window), timeout=10_000)
    assert "boom(x) — my_tasks.py" not in labels(window)
    # The task of the experiment has gone with it: said, and nothing else is taken in its place.
    assert window.lab.experiment.function_name == "double"
    assert "double" in remarks(window)
    assert window.form.foot.is_off
    window.form.task_section.choose(f"{task_file}:treble")
    assert not window.form.foot.is_off


def test_a_file_that_stops_being_python_is_said_and_mended_without_opening_it_again(
    window: MainWindow, task_file: Path, qtbot: QtBot
) -> None:
    window.session.open(task_file)
    good = task_file.read_text()
    task_file.write_text(good + "def broken(:\n")
    qtbot.waitUntil(lambda: window.form.foot.is_off, timeout=10_000)
    assert f"Line {good.count(chr(10)) + 1}" in remarks(window)
    task_file.write_text(good)
    qtbot.waitUntil(lambda: not window.form.foot.is_off, timeout=10_000)
    assert remarks(window) == ""


def test_a_file_that_is_deleted_and_comes_back_is_used_again(
    window: MainWindow, task_file: Path, qtbot: QtBot
) -> None:
    window.session.open(task_file)
    task_file.unlink()
    qtbot.waitUntil(lambda: not window.session.watched._watcher.files(), timeout=10_000)
    task_file.write_text("def back(x):\n    return x\n")
    qtbot.waitUntil(lambda: "back(x) — my_tasks.py" in labels(window), timeout=10_000)


def test_a_function_of_an_installed_module_can_be_named(
    window: MainWindow, monkeypatch, run
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("os.path:basename", True))
    window.form.task_section.own.menu().actions()[2].trigger()
    assert window.lab.experiment.task == "os.path:basename"
    assert labels(window)[-1] == "basename — os.path"
    run(inputs="['a/b', 'c/d']")
    assert [window.lab.recording.results[row] for row in range(2)] == ["'b'", "'d'"]


@pytest.mark.parametrize("name", ["basename", "os.path", "os path:basename", ":f", "m:"])
def test_a_name_that_is_none_of_a_module_is_said_beside_the_task(
    window: MainWindow, name: str
) -> None:
    window.form.task_section.take_module(name)
    assert name in remarks(window)
    assert window.lab.experiment == Experiment()


def test_a_task_written_here_is_offered_and_stays_while_another_is_chosen(
    window: MainWindow, choose, run
) -> None:
    window.actions_by_name["new"].trigger()
    assert window.tabs.currentWidget() is window.editor
    assert window.lab.experiment.source
    assert labels(window)[-1] == "work(x, power=…) — written here"
    source = window.lab.experiment.source
    choose("sleep")
    assert window.lab.experiment.source == ""
    assert window.lab.experiment.task == "sleep"
    window.form.task_section.choose(":work")
    assert (window.lab.experiment.task, window.lab.experiment.source) == ("work", source)
    run(inputs="[2, 3]")
    assert [window.lab.recording.results[row] for row in range(2)] == ["4", "9"]


def test_what_is_being_typed_in_the_editor_counts_when_run_is_pressed(
    window: MainWindow, run
) -> None:
    window.actions_by_name["new"].trigger()
    window.editor.editor.setPlainText("def work(x):\n    return -x\n")
    run(inputs="[2, 3]")
    assert [window.lab.recording.results[row] for row in range(2)] == ["-2", "-3"]


def test_functions_beside_the_task_are_offered_as_initializers(
    window: MainWindow, task_file: Path
) -> None:
    initializer = window.form.more_section.initializer
    assert initializer.count() == 0
    window.session.open(task_file)
    offered = [initializer.itemText(row) for row in range(initializer.count())]
    assert offered == ["double", "two", "boom"]
    assert window.lab.experiment.pool.initializer == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def init_worker(x): ...\ndef setup(x): ...\ndef work(x): ...\n", "work"),
        ("def main(argv): ...\ndef _part(x): ...\ndef two(a, b): ...\ndef one(a): ...\n", "one"),
        ("def two(a, b): ...\n", "two"),
        ("def init(x): ...\ndef now(): ...\n", "init"),
    ],
)
def test_opening_a_file_chooses_what_most_likely_is_its_task(
    window: MainWindow, tmp_path: Path, text: str, expected: str
) -> None:
    path = tmp_path / "several.py"
    path.write_text(text)
    window.session.open(path)
    assert window.lab.experiment.function_name == expected


def test_a_file_that_has_gone_is_said_at_once(
    window: MainWindow, task_file: Path, qtbot: QtBot
) -> None:
    window.session.open(task_file)
    task_file.rename(task_file.with_name("renamed.py"))
    qtbot.waitUntil(lambda: "my_tasks.py" in remarks(window), timeout=10_000)
    assert window.form.foot.is_off
    assert "not there any more" in window.timeline.progress_text.text()
    assert "the next run uses it" not in note(window)
    task_file.with_name("renamed.py").rename(task_file)
    qtbot.waitUntil(lambda: not window.form.foot.is_off, timeout=10_000)


def test_what_a_run_has_told_is_forgotten_when_its_file_changes(
    window: MainWindow, task_file: Path, run, qtbot: QtBot
) -> None:
    good = task_file.read_text()
    task_file.write_text("import nothing_like_it\n" + good)
    window.session.open(task_file)
    run()
    assert window.lab.told
    task_file.write_text(good)
    qtbot.waitUntil(lambda: not window.lab.told, timeout=10_000)
    assert remarks(window) == ""


def test_of_a_file_that_is_no_python_any_more_only_that_is_said(
    window: MainWindow, task_file: Path, qtbot: QtBot
) -> None:
    window.session.open(task_file)
    task_file.write_text("def broken(:\n")
    qtbot.waitUntil(lambda: "not Python" in remarks(window), timeout=10_000)
    assert "has changed" not in note(window)
    assert "has changed" not in window.timeline.progress_text.text()


def test_of_a_file_without_its_task_that_is_said(
    window: MainWindow, task_file: Path, qtbot: QtBot
) -> None:
    window.session.open(task_file)
    task_file.write_text(task_file.read_text().replace("def double", "def doubled"))
    foot = window.timeline.progress_text
    expected = "my_tasks.py has changed, and double is not in it any more: choose another task."
    qtbot.waitUntil(lambda: foot.text() == expected, timeout=10_000)
    assert "the next run uses it" not in note(window)
    task_file.write_text(task_file.read_text().replace("def doubled", "def double") + "# again\n")
    qtbot.waitUntil(lambda: "the next run uses it" in foot.text(), timeout=10_000)


def test_the_method_that_starmap_took_the_place_of_comes_back(
    window: MainWindow, task_file: Path
) -> None:
    window.session.open(task_file)
    window.lab.set_experiment(window.lab.experiment.with_pool(method="imap_unordered"))
    section = window.form.task_section
    section.choose(f"{task_file}:two")
    assert window.lab.experiment.pool.method == "starmap"
    section.choose(f"{task_file}:double")
    assert window.lab.experiment.pool.method == "imap_unordered"
