"""Saving, opening, and pictures from the window."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment
from poolscope.gui import pictures, session
from poolscope.gui.dialogs.picture_dialog import PictureDialog
from poolscope.gui.main_window import MainWindow
from poolscope.gui.timeline.picture import PictureOptions, draw_picture


@pytest.fixture
def chosen_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """What the person types into the file dialog."""
    path = tmp_path / "chosen.png"
    monkeypatch.setattr(pictures, "ask_target", lambda *_: path)
    return path


@pytest.fixture
def answer_dialog(monkeypatch: pytest.MonkeyPatch):
    """Have the picture dialog answered by a function, as if by a person."""

    def answer(act) -> None:
        def execute(dialog: PictureDialog):
            dialog.show()
            act(dialog)
            dialog.accept()
            return dialog.result()

        monkeypatch.setattr(PictureDialog, "exec", execute)

    return answer


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_export_writes_a_png_of_the_size_that_was_asked_for(
    window: MainWindow, run, chosen_path: Path, answer_dialog, scale: int
) -> None:
    run()

    def ask(dialog: PictureDialog) -> None:
        dialog.scale.setCurrentIndex(dialog.scale.findData(scale))
        dialog.width_choice.setCurrentIndex(dialog.width_choice.findData(800))

    answer_dialog(ask)
    window.actions_by_name["picture"].trigger()
    image = QImage(str(chosen_path))
    options = PictureOptions(width=800, strips=window.timeline.view.strips)
    small = draw_picture(window.lab.recording, options)
    assert (image.width(), image.height()) == (800 * scale, small.height() * scale)
    assert chosen_path.read_bytes().startswith(b"\x89PNG")


def test_the_picture_as_seen_differs_from_that_of_the_whole_run(
    window: MainWindow, run, qtbot: QtBot
) -> None:
    run()
    view = window.timeline.view
    begin, end = view.view_span()
    view.show_span(begin, begin + (end - begin) // 4)
    dialog = PictureDialog(window.lab.recording, window.timeline.picture_options(window.theme))
    qtbot.addWidget(dialog)
    whole = dialog.image()
    dialog.seen.setChecked(True)
    assert dialog.image() != whole


def test_copy_picture_puts_it_on_the_clipboard(window: MainWindow, run) -> None:
    QGuiApplication.clipboard().clear()
    run()
    window.actions_by_name["copy"].trigger()
    assert QGuiApplication.clipboard().image().width() > 400


def test_there_is_no_picture_before_the_first_run(window: MainWindow) -> None:
    assert not window.actions_by_name["picture"].isEnabled()
    assert not window.actions_by_name["copy"].isEnabled()
    assert not window.actions_by_name["save"].isEnabled()


def test_a_run_that_never_came_to_run_anything_is_not_saved(
    window: MainWindow, run, monkeypatch, warnings: list[str], tmp_path: Path
) -> None:
    run(inputs="1/0")
    assert not window.lab.recording.folder.exists()
    assert not window.actions_by_name["save"].isEnabled()
    path = tmp_path / "nothing.poolscope"
    window.session.save(path)
    assert not path.exists() and len(warnings) == 1


def test_a_file_s_name_that_looks_like_markup_is_said_as_it_is(
    window: MainWindow, warnings: list[str], opened
) -> None:
    window.session.open(Path("<b>nowhere</b>.poolscope"))
    opened(window)
    assert "&lt;b&gt;nowhere" in warnings[0]


def test_an_unwritable_picture_path_is_said_and_asked_for_again(
    window: MainWindow, run, monkeypatch, warnings: list[str], tmp_path: Path
) -> None:
    run()
    path = tmp_path / "nowhere" / "t.png"
    monkeypatch.setattr(pictures, "ask_target", lambda *_: path)
    seen: list[int] = []

    def execute(dialog: PictureDialog) -> QDialog.DialogCode:
        seen.append(dialog.scale.currentData())
        dialog.scale.setCurrentIndex(dialog.scale.findData(4))
        codes = QDialog.DialogCode
        return codes.Accepted if len(seen) == 1 else codes.Rejected

    monkeypatch.setattr(PictureDialog, "exec", execute)
    window.actions_by_name["picture"].trigger()
    assert seen == [2, 4], "as it was left"
    assert len(warnings) == 1
    assert str(path.parent) in warnings[0]
    assert list(tmp_path.iterdir()) == []


def test_a_saved_run_opens_as_it_was(window: MainWindow, run, tmp_path: Path, opened) -> None:
    run("count_primes", "range(50)")
    before = window.lab.recording
    path = tmp_path / "run.poolscope"
    window.session.save(path)
    window.session.open(path)
    opened(window)
    after = window.lab.recording
    assert after is not before
    assert after.experiment == before.experiment
    assert after.counts == before.counts
    assert [after.results[row] for row in range(50)] == [before.results[row] for row in range(50)]
    assert [list(lane.rows) for lane in after.trace.lanes] == [
        list(lane.rows) for lane in before.trace.lanes
    ]
    assert window.timeline.progress_text.text().startswith("50 / 50 · finished in ")


def test_opened_runs_leave_nothing_in_the_temporary_folder(
    window: MainWindow, run, tmp_path: Path, opened
) -> None:
    run()
    path = tmp_path / "run.poolscope"
    window.session.save(path)
    window.session.open(path)
    opened(window)
    folder = window.lab.recording.folder
    assert folder.exists()
    window.close()
    assert not folder.exists()


def test_a_file_that_is_no_run_is_refused_with_a_sentence(
    window: MainWindow, tmp_path: Path, warnings: list[str], opened
) -> None:
    path = tmp_path / "foreign.poolscope"
    path.write_bytes(os.urandom(100))
    window.session.open(path)
    opened(window)
    assert len(warnings) == 1
    assert str(path) in warnings[0]
    assert window.lab.recording is None


@pytest.fixture
def drop(window: MainWindow):
    """Drop a file onto the window."""

    def drop_file(path: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        place, copies = QPointF(400, 400), Qt.DropAction.CopyAction
        button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(place.toPoint(), copies, data, button, keys)
        QApplication.sendEvent(window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(window, QDropEvent(place, copies, data, button, keys))

    return drop_file


def test_a_python_file_that_is_dropped_offers_its_functions(
    window: MainWindow, task_file: Path, drop
) -> None:
    drop(task_file)
    assert window.lab.experiment.task == f"{task_file}:double"
    assert not task_file.with_suffix(".mark").exists()


def test_an_experiment_is_saved_from_the_menu_and_comes_back_when_it_is_dropped(
    window: MainWindow, tmp_path: Path, monkeypatch, drop
) -> None:
    path = tmp_path / "kept.json"
    monkeypatch.setattr(session, "ask_target", lambda *_: path)
    window.lab.set_experiment(Experiment("sleep", "[0.1]").with_pool(processes=7))
    window.actions_by_name["save-experiment"].trigger()
    window.actions_by_name["reset"].trigger()
    drop(path)
    assert window.lab.experiment == Experiment("sleep", "[0.1]").with_pool(processes=7)
    assert window.lab.recording is None


def test_a_file_that_is_no_experiment_is_refused_with_a_sentence(
    window: MainWindow, tmp_path: Path, warnings: list[str]
) -> None:
    path = tmp_path / "data.json"
    path.write_text('{"a": 1}')
    window.session.open(path)
    assert len(warnings) == 1 and str(path) in warnings[0]
    assert window.lab.experiment == Experiment()
