"""The window says why a run took that long, points at it, and sets what would help."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QBoxLayout
from pytestqt.qtbot import QtBot

from poolscope.engine.experiment import Experiment, PoolSettings
from poolscope.engine.explain.reason import (
    Cause,
    Evidence,
    Explanation,
    Reason,
    Remedy,
    Silence,
    Span,
)
from poolscope.engine.metrics.numbers import Numbers
from poolscope.gui.main_window import MainWindow
from poolscope.gui.why.card import ReasonCard
from poolscope.gui.why.part import WhyPart

LIMIT_MS = 30_000
LONG = {"index": 3, "took_s": 1.2, "median_s": 0.3, "times": 4.0, "tail_s": 0.41}
CHUNKS = {"workers": 3, "tail_s": 0.4, "chunksize": 31, "better": 4}
THREADS = {"threads": 8, "processes": 4, "cpus": 4, "libraries": ["numpy"], "variables": []}
VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
NO_EVIDENCE = Evidence()
Explain = Callable[..., WhyPart]


@pytest.fixture
def explain(window: MainWindow, run: Callable[..., None], qtbot: QtBot) -> Explain:
    """Run four tasks, and say these reasons instead of what was found."""

    def explained(*reasons: Reason, silence: Silence | None = None) -> WhyPart:
        if window.lab.recording is None:
            window.lab.load(Experiment("count_primes", "range(4)", PoolSettings(2, chunksize=2)))
            run()
            qtbot.waitUntil(lambda: window.lab.explanation is not None, timeout=LIMIT_MS)
        numbers = Numbers(makespan_s=3.41, processes=2, efficiency=0.93)
        window.lab.set_explanation(Explanation(numbers, reasons, silence))
        return window.summary.why

    return explained


def evidence_of(window: MainWindow) -> Evidence:
    """All of the second lane, and the first task."""
    trace = window.lab.recording.trace
    return Evidence((Span(trace.origin_ns, trace.end_ns, (2,)),), (0,))


def five(evidence: Evidence = NO_EVIDENCE) -> tuple[Reason, ...]:
    return (
        Reason(Cause.LONG_TASK, 0.35, LONG, evidence, Remedy({"chunksize": 1}, order="longest")),
        Reason(Cause.UNEVEN_CHUNKS, 0.3, CHUNKS, remedy=Remedy({"chunksize": 4})),
        Reason(Cause.THREADS, 0.2, THREADS, remedy=Remedy(variables=dict.fromkeys(VARIABLES, "1"))),
        Reason(Cause.PICKLED_RESULTS, 0.1, {"bytes": 10**9, "a_chunk": 10**6, "pickling_s": 1.0}),
        Reason(Cause.MEMORY, 0.0, {"bytes": 10**9, "limit": 10**9, "share": 0.99}),
    )


def hover(card: ReasonCard, *, over: bool) -> None:
    place = QPointF(2, 2)
    event = QEnterEvent(place, place, place) if over else QEvent(QEvent.Type.Leave)
    QApplication.sendEvent(card, event)


def test_each_state_says_something(window: MainWindow, explain, qtbot: QtBot) -> None:
    why = window.summary.why
    assert why.state.text() == "After a run, it says here why it took that long."
    window.lab.load(Experiment("sleep", "[0.5]", PoolSettings(1)))
    window.session.run()
    qtbot.waitUntil(lambda: window.lab.running, timeout=LIMIT_MS)
    assert why.state.text().startswith("When the run is over")
    qtbot.waitUntil(lambda: not window.lab.running, timeout=LIMIT_MS)
    window.lab.set_explanation(None)
    assert why.state.text() == "Finding out…"
    explain()
    assert why.state.text() == "All is well: 2 workers were busy 93 % of the time."
    explain(silence=Silence.NOT_WHOLE)
    assert why.state.text().startswith("This run is not whole")
    explain(*five())
    assert why.state.isHidden() and len(why.cards) == 5


def test_the_costliest_is_open_and_another_takes_its_place(
    window: MainWindow, explain, qtbot: QtBot
) -> None:
    why = explain(*five())
    assert [card.is_open for card in why.cards] == [True, False, False, False, False]
    first, second = why.cards[:2]
    assert "task 3, which took 1.2\u00a0s: 4\u00a0× the median" in first.text.text()
    assert second.head.text() == "Chunks are too large"
    assert second.head.accessibleName() == "Chunks are too large, 300 ms"
    assert "chunks of 31" in second.head.accessibleDescription()
    second.head.click()
    assert [card.is_open for card in why.cards] == [False, True, False, False, False]
    second.head.setFocus()
    QTest.keyClick(second.head, Qt.Key.Key_Space)
    assert not any(card.is_open for card in why.cards)


def test_the_same_reasons_said_again_leave_the_cards_as_they_are(explain) -> None:
    why = explain(*five())
    why.cards[1].head.click()
    cards = list(why.cards)
    explain(*five())
    assert why.cards == cards and cards[1].is_open
    explain(five()[1], five()[0])
    assert why.cards != cards and why.cards[0].is_open


def test_hovering_and_the_keyboard_point_at_the_evidence(
    window: MainWindow, explain, qtbot: QtBot
) -> None:
    explain()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    evidence = evidence_of(window)
    why = explain(*five(evidence))
    hover(why.cards[0], over=True)
    assert window.lab.evidence == evidence
    hover(why.cards[1], over=True)  # it has none, but the first is still under the mouse
    hover(why.cards[0], over=False)
    assert window.lab.evidence is None
    why.cards[0].remedy.setFocus(Qt.FocusReason.TabFocusReason)
    assert window.lab.evidence == evidence
    why.cards[1].head.setFocus(Qt.FocusReason.TabFocusReason)
    assert window.lab.evidence is None
    why.cards[0].head.setFocus(Qt.FocusReason.MouseFocusReason)
    assert window.lab.evidence is None
    hover(why.cards[0], over=True)
    explain()
    assert window.lab.evidence is None and not why.cards


def test_show_zooms_the_timeline_to_the_evidence(window: MainWindow, explain) -> None:
    explain()
    trace = window.lab.recording.trace
    begun, ended = (int(trace.tasks[name][3]) for name in ("begun", "ended"))
    why = explain(Reason(Cause.LONG_TASK, 0.3, LONG, Evidence(rows=(3,))), *five()[1:])
    assert why.cards[1].show_button.isHidden(), "it has nothing to show"
    before = window.timeline.view.view_span()
    why.cards[0].show_button.click()
    begin_ns, end_ns = window.timeline.view.view_span()
    assert begin_ns <= begun < ended <= end_ns
    assert end_ns - begin_ns < before[1] - before[0]


def test_a_remedy_is_set_in_the_form_which_keeps_what_else_was_changed(
    window: MainWindow, explain, qtbot: QtBot
) -> None:
    why = explain(*five())
    window.lab.load(window.lab.experiment.with_pool(processes=3))
    assert why.cards[1].remedy.whole == "Set chunksize to 4"
    why.cards[1].head.click()
    why.cards[1].remedy.click()
    assert window.lab.experiment.pool == PoolSettings(3, chunksize=4)
    assert window.timeline.progress_text.text() == "chunksize is 4 now; Run to see what it does."
    assert window.form.fields["chunksize"].isAncestorOf(window.focusWidget())
    assert why.cards[1].remedy.whole == "In the form now"
    assert not why.cards[1].remedy.isEnabled()
    assert not window.lab.running, "only the person runs"
    window.lab.load(window.lab.experiment.with_pool(chunksize=9))
    assert why.cards[1].remedy.whole == "Set chunksize to 4" and why.cards[1].remedy.isEnabled()
    why.cards[0].remedy.click()
    assert window.lab.experiment.order == "longest"
    why.cards[2].remedy.click()
    assert dict(window.lab.experiment.place.env) == dict.fromkeys(VARIABLES, "1")
    assert window.form.folds["place"].is_open


def test_a_form_with_other_tasks_gets_the_settings_of_the_run_back_first(
    window: MainWindow, explain
) -> None:
    why = explain(*five())
    ran = window.lab.recording.experiment
    window.lab.load(Experiment("laborator", "(1, 2)", PoolSettings(7)))
    button = why.cards[1].remedy
    assert button.whole == "Back to this run’s settings" and button.isEnabled()
    why.cards[1].head.click()
    button.click()
    assert window.lab.experiment == ran
    assert window.timeline.progress_text.text() == "The form holds the settings of this run again."
    assert button.whole == "Set chunksize to 4"
    button.click()
    assert window.lab.experiment == ran.with_pool(chunksize=4)


def test_a_remedy_that_does_not_fit_is_said_and_changes_nothing(
    window: MainWindow, explain
) -> None:
    why = explain(Reason(Cause.TOO_FEW_WORKERS, 1.0, {}, remedy=Remedy({"processes": 9_999})))
    before = window.lab.experiment
    why.cards[0].remedy.click()
    assert window.lab.experiment == before
    assert "processes must be from 1 to 512" in window.timeline.progress_text.text()


def test_the_effect_of_a_run_is_said_against_the_run_before(
    window: MainWindow, run, tmp_path: Path, opened
) -> None:
    why = window.summary.why
    window.lab.load(Experiment("sleep", "[0.3] * 2", PoolSettings(1, chunksize=1)))
    run()
    assert why.effect.isHidden()
    window.lab.load(window.lab.experiment.with_pool(processes=2))
    run()
    said = why.effect.text()
    assert "× faster than the run before, with processes 2 instead of 1." in said
    path = tmp_path / "two.poolscope"
    window.session.save(path)
    window.session.open(path)
    opened(window)
    assert why.effect.isHidden(), "nobody has run it just now"
    run("sleep", "[0]")
    assert why.effect.isHidden(), "it has other tasks"
    window.session.open(path)
    opened(window)
    run()
    assert not why.effect.isHidden()
    window.session.open(path)
    opened(window)
    window.lab.recording.machine["cpu"] = "another one"
    window.lab.status_changed.emit()
    run()
    assert why.effect.isHidden(), "that machine may be faster"


def test_what_the_first_card_sets_makes_the_next_run_faster(
    window: MainWindow, run, qtbot: QtBot
) -> None:
    window.lab.load(Experiment("sleep", "[0.15] * 8", PoolSettings(2, chunksize=6)))
    run()
    why = window.summary.why
    qtbot.waitUntil(lambda: bool(why.cards), timeout=LIMIT_MS)
    before = window.lab.experiment
    why.cards[0].remedy.click()
    assert window.lab.experiment != before
    run()
    assert "× faster than the run before" in why.effect.text()


@pytest.mark.parametrize("size", [(1280, 800), (1024, 640), (880, 560), (1280, 560)])
def test_nothing_is_clipped(window: MainWindow, explain, qtbot: QtBot, size) -> None:
    why = explain(*five())
    window.resize(*size)
    if window.tabs.indexOf(window.summary) >= 0:
        window.tabs.setCurrentWidget(window.summary)
    for card in why.cards:
        if not card.is_open:
            card.head.click()
        qtbot.waitUntil(lambda card=card: card.text.isVisible() and card.text.height() > 10)
        QApplication.processEvents()
        assert why.area.horizontalScrollBar().maximum() == 0
        assert card.width() <= why.area.viewport().width()
        assert card.text.height() >= card.text.heightForWidth(card.text.width())
        for button in (card.head, card.remedy, card.show_button):
            if button.isVisible():
                assert button.height() >= 24
                assert card.rect().contains(button.geometry().translated(_origin(card, button)))
    room = why.area.viewport().height()
    assert why.area.verticalScrollBar().maximum() >= why.area.contents_px - room
    assert window.size().toTuple() == size


def _origin(card: ReasonCard, button: QAbstractButton):
    parent = button.parentWidget()
    return parent.mapTo(card, parent.rect().topLeft())


def test_the_part_is_beside_the_figures_where_the_column_is_folded(
    window: MainWindow, explain
) -> None:
    why = explain(*five())
    window.resize(1024, 640)
    window.tabs.setCurrentWidget(window.summary)
    assert window.summary._parts.direction() == QBoxLayout.Direction.LeftToRight
    assert why.isVisible() and why.x() > window.summary._figures["makespan"].x()
    window.resize(1280, 800)
    assert window.summary._parts.direction() == QBoxLayout.Direction.TopToBottom


def test_a_sentence_is_whole_also_after_the_column_was_folded(
    window: MainWindow, explain, qtbot: QtBot
) -> None:
    why = explain(silence=Silence.NOT_WHOLE)
    for size in ((1024, 640), (1280, 800)):
        window.resize(*size)
        if window.tabs.indexOf(window.summary) >= 0:
            window.tabs.setCurrentWidget(window.summary)
        qtbot.waitUntil(lambda: why.area.height() == why.area.contents_px)
        QApplication.processEvents()
        room = why.area.viewport().rect()
        assert room.contains(why.state.geometry())
        assert why.state.height() >= why.state.heightForWidth(room.width())


def test_a_button_is_shortened_only_where_it_has_no_room(window: MainWindow, explain) -> None:
    remedy = explain(*five()).cards[0].remedy
    QApplication.processEvents()
    assert remedy.text() == remedy.whole == "Longest first, chunksize 1"
    remedy.set_whole("Longest first and a great many other things that would help")
    QApplication.processEvents()
    assert remedy.text().endswith("…") and remedy.accessibleName() == remedy.whole


def test_what_went_wrong_takes_no_more_room_than_it_needs(
    window: MainWindow, task_file: Path, run, qtbot: QtBot
) -> None:
    window.lab.load(Experiment(f"{task_file}:boom", "[2]", PoolSettings(1, chunksize=1)))
    run()
    faults = window.summary.faults
    one = faults.entries.sizeHint().height()
    qtbot.waitUntil(lambda: faults.entries.height() <= one)
    assert one < 120 and window.selected.height() > 150
    window.lab.load(Experiment(f"{task_file}:boom", "[2] * 30", PoolSettings(1, chunksize=1)))
    run()
    qtbot.waitUntil(lambda: faults.entries.count() > 0)
    assert faults.entries.sizeHint().height() <= 200
    assert window.selected.height() > 150


def test_a_run_that_never_began_has_nothing_to_say(window: MainWindow, run) -> None:
    window.lab.load(replace(Experiment("sleep", "1 / 0"), listing_s=5))
    run()
    assert window.summary.why.state.text() == "No task has run, so nothing took time."
