"""What is selected is told in full: a task, or a worker and its life."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from poolscope.engine.details import worker_details
from poolscope.engine.details.task_details import TaskDetails, Way
from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.explain.reason import Evidence, Explanation, Span
from poolscope.engine.metrics.numbers import Durations, Numbers
from poolscope.engine.trace.layout import TaskState
from poolscope.gui.details.task_words import cpu_text, took_text
from poolscope.gui.main_window import MainWindow
from poolscope.gui.panels import worker_panel
from poolscope.gui.widgets.fact_groups import FactGroups
from poolscope.gui.widgets.value_text import ValueText

RUN_MS = 30_000
SETTINGS = {"chunksize": 3}
RunThis = Callable[..., None]


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    path = tmp_path / "jobs.py"
    path.write_text(
        "import os, time\n"
        "def nap(x):\n"
        "    time.sleep(x)\n"
        "    return x\n"
        "def spin(x):\n"
        "    end = time.thread_time() + x\n"
        "    while time.thread_time() < end: pass\n"
        "def die(x):\n"
        "    if x == 4: os.kill(os.getpid(), 9)\n"
        "    if x == 2: raise ValueError(x)\n"
        "    return x\n"
        "def same(x):\n"
        "    return x\n"
        "def remember():\n"
        "    time.sleep(0.01)\n"
        "def long(x):\n"
        "    return 'x' * 150\n"
    )
    return path


@pytest.fixture
def run_this(window: MainWindow, qtbot: QtBot, jobs: Path) -> RunThis:
    """`run_this(task, inputs, processes, settings)` runs a task of `jobs` to its end."""

    def run(task: str, inputs: str, processes: int = 2, **settings: object) -> None:
        pool = PoolSettings(processes, **settings)
        window.lab.load(Experiment(f"{jobs}:{task}", inputs, pool))
        window.session.run()
        qtbot.waitUntil(lambda: not window.lab.running, timeout=RUN_MS)
        assert window.lab.recording is not None and window.lab.recording.trace is not None

    return run


def facts(panel: object) -> dict[str, str]:
    """What is shown, by name; nothing of what is not."""
    values = panel.facts.values
    return {name: value.text() for name, value in values.items() if value.isVisibleTo(panel)}


def test_a_task_tells_its_way_from_the_queue_to_its_end(
    window: MainWindow, run_this: RunThis
) -> None:
    run_this("nap", "[0.05] * 6", **SETTINGS)
    window.lab.select(4)
    shown = facts(window.task)
    assert (shown["task"], shown["input"], shown["state"]) == ("4", "0.05", "done")
    assert shown["chunk"] == "1, task 2 of 3"
    assert shown["before"].endswith("behind 1 task")
    assert shown["queued"] and shown["started"] and shown["took"]
    assert "waiting" in shown["cpu"]
    assert shown["bytes_in"].endswith(" B") and shown["bytes_out"].endswith(" B")
    assert "handed" not in shown and "taken" not in shown


def test_computing_is_told_from_waiting(window: MainWindow, run_this: RunThis) -> None:
    run_this("spin", "[0.1]", 1)
    window.lab.select(0)
    assert "computing" in facts(window.task)["cpu"]


@pytest.mark.parametrize(
    ("cpu_ns", "work_ns", "said"),
    [
        (98_000_000, 100_000_000, "98 ms: computing 98 %"),
        (2_000_000, 100_000_000, "2 ms: waiting 98 %"),
        (0, 100_000_000, "0 s: waiting 100 %"),
        (52_000_000, 100_000_000, "52 ms: computing 52 %, waiting 48 %"),
        (90_000, 100_000, "≈ 90 µs: computing 90 %"),
        (500_000_000, 100_000_000, "100 ms: computing 100 %"),
        (None, None, ""),
        (5, 0, ""),
    ],
)
def test_cpu_time_is_put_against_the_time_of_the_chunk(
    cpu_ns: int | None, work_ns: int | None, said: str
) -> None:
    assert cpu_text(Way(0, 1, 1, cpu_ns=cpu_ns, work_ns=work_ns)).replace("\u00a0", " ") == said


def test_a_duration_is_put_against_the_median_once_that_is_known(
    window: MainWindow, run_this: RunThis
) -> None:
    run_this("nap", "[0.01, 0.01, 0.2]", 1)
    durations = Durations(3, 0.07, 0.01, 0.2, 0.2, 2, (0.0, 1.0), (3,))
    window.lab.set_explanation(None)
    window.lab.select(2)
    assert "median" not in facts(window.task)["took"]
    window.lab.set_explanation(Explanation(Numbers(durations=durations)))
    said = facts(window.task)["took"]
    assert "×\u00a0the\u00a0median" in said and said.endswith("the longest")


def test_a_median_of_nothing_compares_with_nothing() -> None:
    details = TaskDetails(0, TaskState.DONE, 1, 5, 10_000_000)
    for durations in (
        None,
        Durations(1, 0.01, 0.01, 0.01, 0.01, 0, (), ()),
        Durations(5, 0.0, 0.0, 0.0, 0.0, 3, (), ()),
    ):
        assert took_text(details, durations) == "10 ms"


def test_a_running_task_grows_and_its_panel_with_it(
    window: MainWindow, qtbot: QtBot, start_sleeping
) -> None:
    start_sleeping(2)
    window.lab.select(0)
    seen: set[str] = set()

    def grows() -> bool:
        seen.add(facts(window.task)["took"])
        return len(seen) >= 3

    qtbot.waitUntil(grows, timeout=RUN_MS)
    assert all(text.endswith("so far") for text in seen)
    assert facts(window.task)["state"] == "running"
    window.actions_by_name["stop"].trigger()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=RUN_MS)
    assert facts(window.task)["state"] == "lost"


def test_a_long_value_widens_nothing_and_is_copied_as_it_is(
    window: MainWindow, run_this: RunThis, qtbot: QtBot
) -> None:
    run_this("long", "[1]", 1)
    window.lab.select(0)
    value = window.task.facts.values["result"]
    assert value.text() == repr("x" * 150)
    area = window.task.facts
    assert area.page.width() <= area.viewport().width()
    qtbot.waitUntil(lambda: value.height() > 3 * value.fontMetrics().lineSpacing())
    value.selectAll()
    assert value.textCursor().selectedText() == repr("x" * 150)


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640)])
@pytest.mark.parametrize("what", ["task", "worker"])
def test_nothing_is_clipped(
    window: MainWindow, run_this: RunThis, qtbot: QtBot, size, what: str
) -> None:
    run_this("die", "range(6)", **SETTINGS)
    window.resize(*size)
    qtbot.waitUntil(lambda: window.page.wide == (size[0] > 1160))
    if what == "task":
        window.go_to_task(2)
    else:
        window.go_to_worker(2)
    panel = getattr(window, what)
    qtbot.waitUntil(panel.facts.isVisible)
    area = panel.facts
    qtbot.waitUntil(lambda: clipped(area) == [])


def clipped(area: FactGroups) -> list[str]:
    """The facts that have less room than they need."""
    found = []
    for name, value in area.values.items():
        right = value.mapTo(area.page, QPoint(value.width(), 0)).x()
        needs = 24
        if isinstance(value, QLabel | ValueText):
            needs = value.heightForWidth(value.width())
        narrow = isinstance(value, QPushButton) and value.width() < value.sizeHint().width()
        if right > area.viewport().width() or value.height() < needs or narrow:
            found += [name] if value.isVisible() else []
    return found


# --- workers


def seconds(text: str) -> float:
    """Of a duration as it is shown."""
    number, unit = text.split()
    return float(number) * {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}[unit]


def test_a_click_on_a_lane_s_label_tells_the_worker_s_life(
    window: MainWindow, run_this: RunThis, jobs: Path, qtbot: QtBot
) -> None:
    run_this("nap", "[0.01] * 9", initializer=f"{jobs}:remember", **SETTINGS)
    view = window.timeline.view
    y = view._layout().top(1) + 10
    qtbot.mouseClick(view.stage.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(40, round(y)))
    assert window.lab.worker == 2
    assert window.selected.currentWidget() is window.worker
    assert window.selected.title == "Selected worker"
    lane = window.lab.recording.trace.lanes[1]
    shown = facts(window.worker)
    assert (shown["pid"], shown["number"]) == (str(lane.pid), "2, at place 2 of 2")
    assert shown["tasks"] == f"{len(lane)} done"
    assert shown["chunks"] == str(len(lane) // 3)
    for name in ("born", "starting", "initializer", "first", "gone", "busy", "waited", "rest"):
        assert shown[name][0].isdigit(), name
    journal = window.lab.recording.journal
    parts = sum(seconds(shown[name].partition(" (")[0]) for name in ("busy", "waited", "rest"))
    whole = (min(journal.over_ns, lane.died_ns or journal.over_ns) - lane.ready_ns) / 1e9
    assert parts == pytest.approx(whole, rel=0.02), "nothing of its time is left unexplained"
    assert shown["exit"] == "0"
    assert "now" not in shown and "replaces" not in shown and "successor" not in shown
    assert window.worker.sentence.text().startswith(f"Worker {lane.pid} ran")


def test_workers_that_replace_each_other_lead_to_each_other(
    window: MainWindow, run_this: RunThis
) -> None:
    run_this("same", "range(6)", 1, chunksize=2, maxtasksperchild=1)
    window.go_to_worker(2)
    first, second, third = window.lab.recording.trace.lanes[:3]
    shown = facts(window.worker)
    assert (shown["replaces"], shown["successor"]) == (str(first.pid), str(third.pid))
    said = window.worker.sentence.text()
    assert said == (
        f"Worker {second.pid} replaced {first.pid}, and ran 2 tasks in 1 chunk. Then it left, as"
        " maxtasksperchild says."
    )
    window.worker.facts.values["successor"].click()
    assert window.lab.worker == 3
    assert window.timeline.view.worker == 3
    window.worker.facts.values["replaces"].click()
    window.worker.facts.values["replaces"].click()
    assert window.lab.worker == 1
    assert "replaces" not in facts(window.worker)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_death_is_told_with_what_it_was(window: MainWindow, run_this: RunThis) -> None:
    run_this("die", "[0, 4, 1, 5]", 1, chunksize=2)
    window.lab.select_worker(1)
    shown = facts(window.worker)
    assert shown["tasks"] == "1 done, 1 lost"
    assert shown["exit"] == f"−{int(signal.SIGKILL)} (SIGKILL)"
    assert "It died in the middle of a task: SIGKILL." in window.worker.sentence.text()
    assert shown["successor"] == str(window.lab.recording.trace.lanes[1].pid)


def test_the_longest_task_and_the_worker_of_a_task_are_a_click_away(
    window: MainWindow, run_this: RunThis
) -> None:
    run_this("nap", "[0.01, 0.01, 0.15, 0.01]", 1, chunksize=1)
    window.lab.select(0)
    window.task.facts.values["worker"].click()
    assert window.lab.worker == 1 and window.selected.currentWidget() is window.worker
    assert window.worker.facts.values["longest"].text().endswith("(task 2)")
    window.worker.facts.values["longest"].click()
    assert window.lab.selection == 2 and window.selected.currentWidget() is window.task
    # The same worker once more, although it is selected already.
    window.task.facts.values["worker"].click()
    assert window.selected.currentWidget() is window.worker


def test_the_menu_of_a_lane_leads_to_its_worker(window: MainWindow, run_this: RunThis) -> None:
    run_this("same", "range(4)")
    menu = window.timeline.lane_menu
    menu.fill(window.lab.recording, 2)
    menu.actions()[-1].trigger()
    assert window.lab.worker == 2 and window.selected.currentWidget() is window.worker


def test_what_was_selected_last_is_shown_and_what_is_left_comes_back(
    window: MainWindow, run_this: RunThis
) -> None:
    run_this("same", "range(4)")
    lab, part = window.lab, window.selected
    begin_ns = lab.recording.trace.origin_ns
    seen = []
    for act in (
        lambda: lab.select(1),
        lambda: lab.select_worker(1),
        lambda: lab.set_stretch((begin_ns, begin_ns + 1000)),
        lambda: lab.select_worker(2),
        lambda: lab.select_worker(None),
        lambda: lab.select(None),
        lambda: lab.select_worker(1),
        lambda: lab.select_worker(None),
        lambda: lab.set_stretch(None),
        lambda: lab.select(2),
        lambda: lab.set_stretch((begin_ns, begin_ns + 1000)),
        lambda: lab.select_worker(1),
        lambda: lab.select(1),
        lambda: lab.select(None),
    ):
        act()
        seen.append(part.title.removeprefix("Selected "))
    assert seen == [
        "task",
        "worker",
        "stretch",
        "worker",
        "task",
        "stretch",
        "worker",
        "stretch",
        "stretch",  # it says how to select another one
        "task",
        "stretch",
        "worker",
        "task",
        "worker",
    ]


def test_a_worker_at_work_says_what_it_does_and_is_followed(
    window: MainWindow, qtbot: QtBot, start_sleeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshed: list[int] = []
    words = worker_panel.worker_facts
    monkeypatch.setattr(
        worker_panel, "worker_facts", lambda *args: (refreshed.append(1), words(*args))[1]
    )
    start_sleeping(2)
    window.go_to_worker(1)
    seen: set[str] = set()

    def follows() -> bool:
        seen.add(facts(window.worker)["now"])
        return len(seen) >= 3

    qtbot.waitUntil(follows, timeout=RUN_MS)
    assert all(text.startswith("running task") for text in seen)
    assert window.worker._timer.interval() == worker_panel.LIVE_MS == 250
    before = len(refreshed)
    for _ in range(50):
        window.lab.ticked.emit()
        window.lab.trace_changed.emit()
    assert len(refreshed) == before, "a frame by itself refreshes nothing"
    window.actions_by_name["stop"].trigger()
    qtbot.waitUntil(lambda: not window.lab.running, timeout=RUN_MS)
    qtbot.waitUntil(lambda: "now" not in facts(window.worker))
    assert facts(window.worker)["tasks"] == "1 lost"


def test_a_lane_of_many_tasks_is_looked_through_between_events(
    window: MainWindow, run_this: RunThis, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_this("same", "range(500)", 1, chunksize=50)
    monkeypatch.setattr(worker_details, "BLOCK", 10)
    monkeypatch.setattr(worker_panel, "SLICE_S", 0.0)
    window.lab.select_worker(1)
    assert facts(window.worker)["tasks"] == "…"
    qtbot.waitUntil(lambda: facts(window.worker)["tasks"] == "500 done", timeout=RUN_MS)
    assert facts(window.worker)["chunks"] == "10"


def test_the_lab_s_worker_and_evidence_reach_the_timeline(
    window: MainWindow, run_this: RunThis
) -> None:
    run_this("same", "range(4)")
    view, trace = window.timeline.view, window.lab.recording.trace
    window.lab.select_worker(2)
    assert view.worker == 2
    window.lab.show_evidence(Evidence((Span(trace.origin_ns, trace.end_ns, (1,)),), (2,)))
    assert view.stage.evidence.shape is not None
    window.lab.show_evidence(None)
    assert view.stage.evidence.shape is None


def test_another_run_forgets_the_worker(window: MainWindow, run_this: RunThis) -> None:
    run_this("same", "range(4)")
    window.lab.select_worker(2)
    run_this("same", "range(4)", 1)
    assert window.lab.worker is None
    assert window.selected.title == "Selected task"
    assert facts(window.worker) == {}
    window.lab.select_worker(2)  # there is none such
    assert facts(window.worker) == {}


def test_an_opened_run_tells_the_same(
    window: MainWindow, run_this: RunThis, tmp_path: Path, opened: Callable[[MainWindow], None]
) -> None:
    run_this("nap", "[0.01] * 6", **SETTINGS)
    path = tmp_path / "kept.poolscope"
    window.session.save(path)

    def told() -> list[list[str]]:
        window.lab.set_explanation(None)
        window.lab.select(4)
        window.lab.select_worker(1)
        return [window.task.facts.as_lines(), window.worker.facts.as_lines()]

    before = told()
    window.session.open(path)
    opened(window)
    assert told() == before and all(before)


def test_a_worker_that_nobody_sees_costs_nothing(
    window: MainWindow, run_this: RunThis, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_this("same", "range(6)")
    window.go_to_worker(1)
    window.go_to_task(0)
    assert window.worker.isHidden()
    looks: list[worker_details.WorkerTally] = []

    def step(tally: worker_details.WorkerTally) -> bool:
        looks.append(tally)
        return False

    monkeypatch.setattr(worker_details.WorkerTally, "step", step)
    lab = window.lab
    window.worker._begin()  # as for another run, or worker
    for change in (lab.status_changed, lab.trace_changed, lab.ticked):
        change.emit()
    QApplication.processEvents()
    assert not looks
    window.selected.show_worker()
    assert looks
