"""Which part of the window tells which other one what."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from . import coming_back

if TYPE_CHECKING:
    from .main_window import MainWindow


def connect(window: "MainWindow") -> None:
    """Connect the parts of `window`, once; they do not know each other."""
    _connect_form(window)
    _connect_session(window)
    _connect_status(window)
    _connect_timeline(window)
    _connect_tabs(window)
    _connect_selected(window)
    _connect_why(window)
    QApplication.styleHints().colorSchemeChanged.connect(window.follow_system)


def _connect_form(window: "MainWindow") -> None:
    form, session = window.form, window.session
    form.run_pressed.connect(session.run)
    form.stop_pressed.connect(session.stop)
    form.task_section.open_pressed.connect(session.ask_open)
    form.task_section.new_pressed.connect(window.write_task)
    form.inputs_section.preview_pressed.connect(session.preview)
    form.inputs_section.preview_stopped.connect(session.live_preview.stop)
    form.place_section.python_chosen.connect(session.probe.start)


def _connect_session(window: "MainWindow") -> None:
    form, session, editor, timeline = window.form, window.session, window.editor, window.timeline
    session.settling.connect(form.settle)
    session.settling.connect(editor.settle)
    session.tasks_found.connect(form.choose_first)
    session.refused.connect(form.lead_to)
    session.live.started.connect(lambda: coming_back.keep_experiment(window))
    session.watched.changed.connect(editor.refresh_file)
    editor.saved_as.connect(session.open)
    window.lab.order_given_up.connect(lambda: timeline.say(order_text()))
    for part in (session, window.pictures):
        part.said.connect(timeline.say)
    foot, opening = timeline.foot, session.opening
    text = QCoreApplication.translate("MainWindow", "Opening {0}…")
    opening.took_long.connect(lambda name: foot.say_what_goes_on(text.format(name)))
    opening.over.connect(lambda: foot.say_what_goes_on(""))
    measuring = QCoreApplication.translate("MainWindow", "Measuring this machine, once…")
    session.explaining.self_test.went_on.connect(
        lambda on: foot.say_what_goes_on(measuring if on else "")
    )


def order_text() -> str:
    """That "longest first" was for another task."""
    return QCoreApplication.translate(
        "MainWindow",
        "Order of inputs: as given again. No run tells which inputs of this task take longest.",
    )


def _connect_status(window: "MainWindow") -> None:
    lab, opening = window.lab, window.session.opening
    for signal in (
        lab.status_changed,
        lab.recording_changed,
        lab.field_problems_changed,
        lab.findings_changed,
        lab.preview_changed,
        opening.started,
        opening.over,
        window.timeline.colour_by.currentIndexChanged,
    ):
        signal.connect(window.show_status)


def _connect_timeline(window: "MainWindow") -> None:
    timeline = window.timeline
    window.lab.ticked.connect(timeline.refresh)
    timeline.view.task_selected.connect(window.show_task)
    timeline.view.worker_selected.connect(window.show_worker)
    timeline.view.stretch_settled.connect(window.show_stretch)
    timeline.kill_wanted.connect(window.session.kill_worker)
    timeline.task_wanted.connect(window.go_to_task)
    timeline.find_part.task_found.connect(window.show_found)
    timeline.banner.all_wanted.connect(window.show_faults)
    timeline.banner.place_wanted.connect(window.go_to)
    timeline.lane_menu.worker_wanted.connect(window.go_to_worker)


def _connect_tabs(window: "MainWindow") -> None:
    view, processes = window.timeline.view, window.processes
    window.numbers.task_wanted.connect(view.reveal)
    processes.worker_wanted.connect(view.reveal_worker)
    processes.kill_wanted.connect(window.session.kill_worker)
    processes.task_wanted.connect(window.go_to_task)
    processes.menu.worker_wanted.connect(window.go_to_worker)


def _connect_selected(window: "MainWindow") -> None:
    view, selected, page = window.timeline.view, window.selected, window.page
    selected.title_changed.connect(lambda title: page.set_title(selected, title))
    for part in (window.task, window.worker):
        part.worker_wanted.connect(window.go_to_worker)
    window.worker.task_wanted.connect(window.go_to_task)
    window.stretch.zoom_wanted.connect(view.zoom_to_stretch)
    window.stretch.worker_wanted.connect(view.reveal_worker)
    window.stretch.task_wanted.connect(window.go_to_task)


def _connect_why(window: "MainWindow") -> None:
    why, remedies, view = window.summary.why, window.remedies, window.timeline.view
    window.summary.faults.chosen.connect(window.go_to)
    why.span_wanted.connect(view.show_span)
    why.worker_wanted.connect(view.reveal_worker)
    why.remedy_wanted.connect(remedies.apply)
    remedies.settling.connect(window.form.settle)
    remedies.applied.connect(window.form.lead_to)
    remedies.said.connect(window.timeline.say)
