"""The runs that are kept, in a menu; and a line about one that was broken off."""

from datetime import datetime
from functools import partial

from PySide6.QtCore import QDateTime, QLocale, QObject
from PySide6.QtWidgets import QMenu

from ..engine import history
from ..engine.history import Past, State
from . import wording
from .lab import Lab
from .session import Session
from .widgets.labels import plain_tip
from .widgets.notice import Notice

LISTED = 20
LABEL_LIMIT = 32
"""Characters of a task's name."""


class EarlierRuns(QObject):
    """Fills `menu` when it is opened; a choice is shown in the window where it is kept."""

    def __init__(self, lab: Lab, session: Session, notice: Notice, parent: QObject) -> None:
        super().__init__(parent)
        self._lab, self._session, self._notice = lab, session, notice
        self._broken: Past | None = None
        notice.accepted.connect(self._show_broken)

    def fill(self, menu: QMenu) -> None:
        """The newest kept runs, the newest first."""
        menu.clear()
        shown = None if self._lab.recording is None else self._lab.recording.folder
        for past in history.past_runs(limit=LISTED):
            action = menu.addAction(self.text(past).replace("&", "&&"))
            action.setToolTip(plain_tip(past.experiment.call_text()))
            action.setCheckable(past.folder == shown)
            action.setChecked(past.folder == shown)
            action.setEnabled(past.state is not State.RUNNING and not self._lab.running)
            action.triggered.connect(partial(self._session.open_kept, past.folder))
        if menu.isEmpty():
            menu.addAction(self.tr("No runs yet")).setEnabled(False)

    def text(self, past: Past) -> str:
        """A run in a line: when, what, how it was set, and what became of it."""
        pool = past.experiment.pool
        workers = wording.count(pool.processes, "worker")
        parts = [when(past), _short(past.experiment.function_name), f"{workers}, {pool.method}"]
        state = self.state_name(past.state)
        if past.done is not None and past.done < past.tasks and past.state is not State.RUNNING:
            state = self.tr("{0}, {1} of {2} done").format(
                state, f"{past.done:,}", f"{past.tasks:,}"
            )
        else:
            state = f"{state}, {wording.count(past.tasks, 'task')}"
        if past.results_lost:
            state = f"{state}, {wording.results_lost(past.results_lost, past.done)}"
        return " · ".join([*parts, state])

    def state_name(self, state: State) -> str:
        """What became of it, in a word or two."""
        return {
            State.FINISHED: self.tr("finished"),
            State.FAILED: self.tr("failed"),
            State.STOPPED: self.tr("stopped"),
            State.RUNNING: self.tr("running"),
            State.BROKEN_OFF: self.tr("broken off"),
        }[state]

    def look_back(self) -> None:
        """Settle what was broken off, and say so once: the next time it is an end like others."""
        broken = [past for past in history.settle_broken() if past.tasks]
        if not broken:
            return
        self._broken = past = broken[0]
        name, time = _short(past.experiment.function_name), when(past)
        if past.done is None:
            text = self.tr("Poolscope was ended in the middle of a run ({0}, {1}).")
        else:
            text = self.tr(
                "Poolscope was ended in the middle of a run ({0}, {1}): {2} of {3} had finished."
            )
        text = text.format(name, time, f"{past.done or 0:,}", wording.count(past.tasks, "task"))
        more = len(broken) - 1
        if more:
            one = self.tr("1 more is under Run, Earlier runs.")
            many = self.tr("{0} more are under Run, Earlier runs.").format(f"{more:,}")
            text = f"{text} {one if more == 1 else many}"
        self._notice.say(text, self.tr("Show it"))

    def _show_broken(self) -> None:
        if self._broken is not None:
            self._session.open_kept(self._broken.folder)


def when(past: Past) -> str:
    """The time of day, with the date where that is another one."""
    started = past.started.astimezone()
    today = datetime.now().astimezone().date()
    form = "HH:mm" if started.date() == today else "d MMM HH:mm"
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(round(started.timestamp())), form)


def _short(name: str) -> str:
    return name if len(name) <= LABEL_LIMIT else name[: LABEL_LIMIT - 1] + "…"
