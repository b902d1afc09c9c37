"""The output panel with more than anybody reads: bounded at each look, and honest about it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from poolscope.engine import output, run_folder
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.journal import Status
from poolscope.engine.output import OutputReader
from poolscope.gui.main_window import MainWindow
from poolscope.gui.output_text import visible
from poolscope.gui.panels import output_panel

RUN_MS = 30_000


@pytest.fixture
def show(window: MainWindow, data: Path, qtbot: QtBot) -> Callable[..., None]:
    """Run a task of data/faults.py in the window, up to `until`, or to its end and the last line"""

    def run(task: str, inputs: str, processes: int = 2, until: object = None) -> None:
        pool = PoolSettings(processes, chunksize=1)
        window.lab.load(Experiment(f"{data / 'faults.py'}:{task}", inputs, pool))
        window.tabs.setCurrentWidget(window.output)
        window.session.run()
        qtbot.waitUntil(until or (lambda: not window.lab.running), timeout=RUN_MS)
        if until is None:
            reader = window.lab.recording.output
            qtbot.waitUntil(lambda: not reader.behind, timeout=RUN_MS)

    return run


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many lines each look at the output has brought."""
    counts: list[int] = []
    update = OutputReader.update

    def counted(reader: OutputReader, **options: bool) -> list[output.OutputLine]:
        lines = update(reader, **options)
        counts.append(len(lines))
        return lines

    monkeypatch.setattr(OutputReader, "update", counted)
    return counts


def test_a_flood_leaves_the_window_at_work_and_is_bounded_everywhere(
    window: MainWindow, show, looks: list[int], monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setattr(output, "DISK_LIMIT", 8_000_000)
    monkeypatch.setattr(output, "BACKLOG_BYTES", 400_000)
    monkeypatch.setattr(output, "KEPT_BYTES", 100_000)
    monkeypatch.setattr(output_panel, "LINES_SHOWN", 3_000)
    panel = window.output

    def flooded() -> bool:
        return panel.log.blockCount() == 3_000 and window.lab.recording.output.dropped > 10**7

    show("print_for_ever", "range(3)", 3, flooded)
    assert window.lab.running, "it is not over, and the window has answered all the time"
    window.session.stop()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=RUN_MS)
    qtbot.waitUntil(lambda: not window.lab.recording.output.behind, timeout=RUN_MS)
    assert max(looks) <= output.READ_LINES + 2 * 3
    dropped = window.lab.recording.output.dropped
    assert panel.note.text() == (
        "The newest 3,000 lines; the run folder holds more."
        f" Of what this run prints, at least {dropped:,} bytes are dropped."
    )
    lines = panel.log.toPlainText().splitlines()
    assert len(lines) == 3_000
    pids = {str(lane.pid) for lane in window.lab.recording.trace.lanes}
    assert {line.split()[0] for line in lines} - {"…"} <= pids


def test_what_was_dropped_is_said_in_its_place_also_in_a_saved_run(
    window: MainWindow, show, tmp_path: Path, qtbot: QtBot, opened
) -> None:
    show("print_lines", "range(200)")
    assert window.output.note.text() == "The newest 20,000 lines; the run folder holds more."
    recording = window.lab.recording
    recording.output.bound(200_000)
    path = tmp_path / "run.poolscope"
    run_folder.save(recording.folder, path)
    window.session.open(path)
    opened(window)
    qtbot.waitUntil(lambda: not window.lab.recording.output.behind, timeout=RUN_MS)
    lines = window.output.log.toPlainText().splitlines()
    gaps = [line for line in lines if "dropped" in line]
    assert 1 <= len(gaps) <= 2
    for gap in gaps:
        count, pid = gap.split()[3], gap.split()[9]
        assert (
            gap == f"      …  At least {count} bytes of output of worker {pid} were dropped here."
        )
    said = sum(int(gap.split()[3].replace(",", "")) for gap in gaps)
    assert said == recording.output.dropped > 0
    note = window.output.note.text()  # one worker may have kept more lines than are shown
    assert note.endswith(f"Of what this run prints, at least {said:,} bytes are dropped.")


def test_a_line_of_megabytes_is_folded_and_the_oldest_of_it_goes(
    window: MainWindow, show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output_panel, "CHARACTERS_SHOWN", 50_000)
    show("print_long", "range(2)")
    lines = window.output.log.toPlainText().splitlines()
    assert max(map(len, lines)) <= 9 + output_panel.LINE_SHOWN
    assert 40_000 < sum(map(len, lines)) <= 50_000
    assert window.lab.status is Status.FINISHED


def test_lines_without_an_end_stand_under_the_log_while_it_runs(
    window: MainWindow, show, qtbot: QtBot
) -> None:
    labels = window.output.unfinished

    def seen() -> bool:
        return sum(label.isVisible() for label in labels) == len(labels)

    show("bar_for_ever", "range(6)", 6, seen)
    pids = {lane.pid for lane in window.lab.recording.trace.lanes}
    for label in labels[:-1]:
        pid, percent, text = label.text().split()
        assert int(pid) in pids and percent.endswith("%") and text == "done"
    assert labels[-1].text().strip() == "… and 3 more"
    assert window.output.log.toPlainText() == ""
    window.session.stop()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=RUN_MS)
    assert not any(label.isVisible() for label in labels)
    assert len(window.output.log.toPlainText().splitlines()) == 6, "as they stood last"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[1;31mred\x1b[0m \x1b[38;5;12mblue\x1b[K", "red blue"),
        ("\x1b]0;a title\x07text \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "text link"),
        ("nul \0, bell \a, tab \t.", "nul \\x00, bell \\x07, tab \t."),
        ("\u2028 \x85 \x7f", "\\u2028 \\x85 \\x7f"),
        ("\x1b", "\\x1b"),
        ("ä 漢字 █", "ä 漢字 █"),
    ],
)
def test_colours_go_and_what_is_invisible_is_seen(text: str, expected: str) -> None:
    assert visible(text) == expected
