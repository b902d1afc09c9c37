"""A task that was written in the window is never lost."""

from collections.abc import Callable
from pathlib import Path

from poolscope.engine import experiment_file
from poolscope.engine.experiment import Experiment
from poolscope.gui.main_window import MainWindow
from poolscope.gui.written_texts import KEPT, Written, with_replaced

MakeWindow = Callable[[], MainWindow]
MINE = "def mine(x):\n    return x\n"
OTHER = "def other(x):\n    return -x\n"


def write(window: MainWindow, text: str) -> None:
    window.actions_by_name["new"].trigger()
    window.editor.editor.setPlainText(text)
    window.editor.settle()


def choose(window: MainWindow, key: str) -> None:
    window.form.task_section.choose(key)


def labels(window: MainWindow) -> list[str]:
    task = window.form.task_section.task
    return [task.itemText(row) for row in range(task.count())]


def before(window: MainWindow) -> list:
    section = window.form.task_section
    section.offer_before()
    return [action for action in section._before.actions() if action.isVisible()]


def test_it_comes_back_after_another_task_was_chosen(make_window: MakeWindow) -> None:
    window = make_window()
    write(window, MINE)
    window.form.inputs_section.inputs.setText("range(77)")
    choose(window, "sleep")
    window.close()
    again = make_window()
    assert again.lab.experiment.task == "sleep"
    assert "mine(x) — written here" in labels(again)
    assert "Go on" in again.editor.write_button.text()
    choose(again, ":mine")
    assert again.lab.experiment.source == MINE
    assert again.lab.experiment.inputs == "range(77)"
    assert again.editor.editor.text() == MINE


def test_it_comes_back_after_a_reset(make_window: MakeWindow) -> None:
    window = make_window()
    write(window, MINE)
    window.actions_by_name["reset"].trigger()
    assert "mine(x) — written here" in labels(window)
    window.close()
    again = make_window()
    again.editor.write_button.click()
    assert again.lab.experiment.source == MINE


def test_a_text_without_a_task_in_it_comes_back_too(make_window: MakeWindow) -> None:
    window = make_window()
    write(window, MINE)
    window.editor.editor.setPlainText(MINE + "def half(")
    window.editor.settle()
    for key in (None, "sleep"):
        if key:
            choose(window, key)
        window.close()
        window = make_window()
        assert window.editor.editor.text() == MINE + "def half("
    window.editor.write_button.click()
    assert "task" in window.lab.obstacles


def test_an_experiment_with_another_text_replaces_it_and_it_can_be_taken_up_again(
    make_window: MakeWindow, tmp_path: Path
) -> None:
    path = tmp_path / "other.json"
    experiment_file.save(Experiment("other", "[1]", source=OTHER), path)
    window = make_window()
    write(window, MINE)
    window.session.open(path)
    assert window.editor.editor.text() == OTHER
    window.close()
    again = make_window()
    (action,) = before(again)
    assert action.text().startswith("mine — def mine")
    action.trigger()
    assert again.lab.experiment.source == again.editor.editor.text() == MINE
    assert again.lab.experiment.task == "mine"
    assert [action.text()[:5] for action in before(again)] == ["other"]


def test_nothing_was_written_before_at_first(window: MainWindow) -> None:
    assert before(window) == []
    assert not window.form.task_section._before.menuAction().isVisible()


def test_of_many_texts_the_newest_are_kept() -> None:
    kept: tuple[Written, ...] = ()
    for number in range(KEPT + 3):
        kept = with_replaced(kept, Written(f"text {number}"))
    assert [one.source for one in kept] == [f"text {n}" for n in range(KEPT + 2, 2, -1)]
    assert with_replaced(kept, Written("  \n")) == kept
    assert with_replaced(kept, kept[-1])[0] == kept[-1]
    assert len(with_replaced(kept, kept[-1])) == KEPT


def test_the_initializer_belongs_to_the_module_of_the_task(
    window: MainWindow, task_file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other_tasks.py"
    other.write_text("def work(x):\n    return x\n")
    window.session.open(task_file)
    window.form.more_section.initializer.setEditText("boom")
    window.form.more_section.initargs.setText("(1,)")
    window.session.open(other)
    pool = window.lab.experiment.pool
    assert (pool.initializer, pool.initargs) == ("", "()")
    assert not window.form.foot.is_off
    choose(window, f"{task_file}:boom")
    pool = window.lab.experiment.pool
    assert (pool.initializer, pool.initargs) == ("boom", "(1,)")
    write(window, MINE)
    assert window.lab.experiment.pool.initializer == ""


def test_an_initializer_that_names_its_module_stays(window: MainWindow, task_file: Path) -> None:
    window.form.more_section.initializer.setEditText("math:sqrt")
    window.session.open(task_file)
    assert window.lab.experiment.pool.initializer == "math:sqrt"


def test_opened_files_come_back_as_far_as_they_are_there(
    make_window: MakeWindow, task_file: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "gone.py"
    gone.write_text("def lost(x):\n    return x\n")
    window = make_window()
    window.session.open(gone)
    window.session.open(task_file)
    choose(window, "sleep")
    window.close()
    gone.unlink()
    again = make_window()
    assert "double(x) — my_tasks.py" in labels(again)
    assert not any("lost" in label for label in labels(again))
    assert again.lab.experiment.task == "sleep"


def test_folds_and_view_options_come_back(make_window: MakeWindow) -> None:
    window = make_window()
    window.form.folds["place"].set_open(True)
    window.timeline.set_show_taken(False)
    window.timeline.set_group_by_slot(True)
    window.timeline.set_all_lanes(True)
    window.close()
    again = make_window()
    assert again.form.folds["place"].is_open
    assert not again.form.folds["more"].is_open
    assert not again.timeline.show_taken
    assert again.actions_by_name["by-slot"].isChecked()
    assert again.timeline.view.all_lanes and again.actions_by_name["all-lanes"].isChecked()
