"""Where nothing seems to happen, the window says what is going on."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.journal import Status
from poolscope.gui.main_window import MainWindow


def test_the_host_that_pickles_a_chunk_for_long_is_shown(
    window: MainWindow, data: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    go = tmp_path / "go"
    inputs = f"[1, SlowToPickle({str(go)!r})]"
    settings = PoolSettings(chunksize=1)
    window.lab.load(Experiment(f"{data / 'faults.py'}:same", inputs, settings))
    window.actions_by_name["run"].trigger()
    text = window.timeline.progress_text
    expected = "the host has been pickling the inputs of chunk 1 for "
    qtbot.waitUntil(lambda: expected in text.text(), timeout=30_000)
    assert window.lab.status is Status.RUNNING, "it is no fault"
    go.touch()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=30_000)
    assert window.lab.status is Status.FINISHED and window.lab.problem is None
    assert "pickling" not in text.text()


def test_the_line_at_the_foot_takes_the_bar_s_room_and_is_shortened_at_its_end(
    window: MainWindow, qtbot: QtBot
) -> None:
    foot = window.timeline.foot
    window.timeline.say("Saved /a/short/path")
    qtbot.waitUntil(lambda: foot.text.width() == 240)
    bar_px = foot.bar.width()
    sentence = "A sentence with so many words that there is no room for it. " * 10
    window.timeline.say(sentence)
    qtbot.waitUntil(lambda: foot.bar.width() < bar_px)
    assert window.width() == 1280
    assert foot.text.shown_text.startswith("A sentence") and foot.text.shown_text.endswith("…")
    foot.text.grab()
    assert sentence in foot.text.toolTip()


def test_tasks_that_go_on_after_the_method_has_raised_are_said(
    window: MainWindow, data: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    go = tmp_path / "go"
    inputs, settings = f"[None, {str(go)!r}]", PoolSettings(method="imap")
    window.lab.load(Experiment(f"{data / 'faults.py'}:raise_or_wait", inputs, settings))
    window.actions_by_name["run"].trigger()
    text = window.timeline.progress_text
    expected = "imap has come to its end, 1 task handed out before still running"
    qtbot.waitUntil(lambda: expected in text.text(), timeout=30_000)
    assert window.lab.status is Status.ENDING and window.lab.running
    go.touch()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=30_000)
    assert window.lab.status is Status.FAILED and "still running" not in text.text()
    assert window.lab.recording is not None and window.lab.recording.counts.done == 1
