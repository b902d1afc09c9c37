"""Kept runs open from the menu; one that was broken off is said once."""

import shutil
from pathlib import Path

import pytest

from poolscope.engine import run_folder
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.journal import Status
from poolscope.engine.names import EVENTS_FILE
from poolscope.gui import wording
from poolscope.gui.main_window import MainWindow


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the runs, without those of other tests."""
    monkeypatch.setattr(run_folder.platformdirs, "user_data_path", lambda *_, **__: tmp_path)
    return tmp_path / "runs"


def listed(window: MainWindow) -> list[str]:
    window.menus.earlier.aboutToShow.emit()
    return [action.text() for action in window.menus.earlier.actions()]


def break_off(folder: Path) -> None:
    """As it is left when its app is killed before the host has said the end."""
    events = (folder / EVENTS_FILE).read_text().splitlines()
    kept = [line for line in events if '"ended"' not in line and '"returned"' not in line]
    (folder / EVENTS_FILE).write_text("\n".join(kept) + "\n")
    (folder / "owner").write_text("of nobody")


def test_an_earlier_run_opens_where_it_is_and_stays_there(window: MainWindow, run, opened) -> None:
    assert listed(window) == ["No runs yet"]
    run("sleep", "[0.01, 0.02]")
    first = window.lab.recording
    run("laborator", "(0, 0, 0)")
    texts = listed(window)
    assert len(texts) == 2
    assert texts[0].endswith("· laborator · 2 workers, map · finished, 3 tasks")
    assert texts[1].endswith("· sleep · 2 workers, map · finished, 2 tasks")
    assert [action.isChecked() for action in window.menus.earlier.actions()] == [True, False]
    window.menus.earlier.actions()[1].trigger()
    opened(window)
    shown = window.lab.recording
    assert shown.folder == first.folder and shown is not first
    assert window.lab.status is Status.FINISHED
    assert window.lab.experiment.inputs == "[0.01, 0.02]"
    assert [shown.results[row] for row in range(2)] == ["0.01", "0.02"]
    run()
    assert first.folder.exists()
    window.close()
    assert first.folder.exists()


def test_a_run_that_broke_off_is_said_once_and_shown(
    make_window, window: MainWindow, run, own_data: Path, opened
) -> None:
    run("sleep", "[0.01] * 4")
    folder = window.lab.recording.folder
    copy = own_data / f"{folder.name}-copy"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("lifeline"))
    break_off(copy)
    window.close()
    later = make_window()
    later.show()
    later.earlier_runs.look_back()
    notice = later.timeline.notice
    assert notice.isVisible()
    said = notice.label.text()
    assert said.startswith("Poolscope was ended in the middle of a run (sleep, ")
    assert said.endswith("): 4 of 4 tasks had finished.") and "more" not in said
    notice.button.click()
    opened(later)
    assert notice.isHidden()
    assert later.lab.recording.folder == copy
    assert later.lab.status is Status.FAILED
    assert "Poolscope ended before the run did" in later.timeline.banner.text()
    assert "failed" in listed(later)[0]
    later.close()
    again = make_window()
    again.show()
    again.earlier_runs.look_back()
    assert again.timeline.notice.isHidden()
    assert copy.exists()


def test_what_has_gone_meanwhile_is_said(
    window: MainWindow, run, warnings: list[str], opened
) -> None:
    run()
    listed(window)
    folder = window.lab.recording.folder
    run("sleep", "[0]")
    action = window.menus.earlier.actions()[-1]
    shutil.rmtree(folder)
    action.trigger()
    opened(window)
    assert len(warnings) == 1 and str(folder) in warnings[0]


def test_results_that_never_came_back_are_counted(window: MainWindow, run, data: Path) -> None:
    window.lab.load(
        Experiment(f"{data / 'faults.py'}:kill_at_3", "range(8)", PoolSettings(1, chunksize=4))
    )
    run()
    counts = window.lab.recording.counts
    assert counts.result_lost > 0
    foot, said = (
        window.timeline.progress_text.text(),
        wording.results_lost(counts.result_lost, counts.done),
    )
    assert foot.startswith(f"{counts.done} of 8 done ({said}) · 1 lost · "), "it adds up"
    assert foot.count(said) == 1
    assert listed(window)[0].endswith(f" · failed, {counts.done} of 8 done, {said}")
