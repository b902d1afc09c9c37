"""The Go menu: to a task that is looked for, the longest, those that failed, those of a lane."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt

from .actions import Actions
from .finding.order_walk import FAILURES, Goal
from .panels.timeline_panel import TimelinePanel
from .timeline.scene.walking import Step


class GoMenu(QObject):
    """Fills the menu that was begun last in `actions`, and says when there is nowhere to go."""

    def __init__(self, actions: Actions, timeline: TimelinePanel, parent: QObject) -> None:
        super().__init__(parent)
        self._actions, self._timeline = actions, timeline
        self._make_hits()
        actions.separate()
        self._make_ranks()
        actions.separate()
        self._make_failures()
        actions.separate()
        self._make_steps()
        timeline.find_part.finding.possible_changed.connect(self._show_possible)
        timeline.find_part.walkable_changed.connect(self._show_possible)
        self._show_possible()

    def _make_hits(self) -> None:
        add, timeline = self._actions.add, self._timeline
        help_text = self.tr("By its number, or by a part of its input")
        add("find", self.tr("&Find task…"), timeline.find_bar.open, "Ctrl+F", help_text)
        help_text = self.tr("The next task that was found; in the field Enter does it, too")
        act = partial(timeline.find_bar.go_to_hit, 1)
        add("next-hit", self.tr("&Next hit"), act, "F3", help_text)
        help_text = self.tr("The one found before; in the field Shift+Enter does it, too")
        act = partial(timeline.find_bar.go_to_hit, -1)
        add("previous-hit", self.tr("&Previous hit"), act, "Shift+F3", help_text)

    def _make_ranks(self) -> None:
        help_text = self.tr("Of all tasks that have ended")
        self._add_goal(Goal.LONGEST, self.tr("&Longest task"), "Ctrl+F7", help_text)
        help_text = self.tr("The one that took next longer than the selected one")
        self._add_goal(Goal.SLOWER, self.tr("Next &slower task"), "Shift+F7", help_text)
        help_text = self.tr("The one that took next shorter than the selected one")
        self._add_goal(Goal.FASTER, self.tr("Next f&aster task"), "F7", help_text)

    def _make_failures(self) -> None:
        help_text = self.tr("Of the raised and lost tasks, the one that ended first")
        self._add_goal(Goal.FIRST_FAILURE, self.tr("F&irst failure"), "Ctrl+F8", help_text)
        help_text = self.tr("The first task that failed after the selected one ended")
        self._add_goal(Goal.NEXT_FAILURE, self.tr("N&ext failure"), "F8", help_text)
        help_text = self.tr("The last task that failed before the selected one ended")
        text = self.tr("Pre&vious failure")
        self._add_goal(Goal.PREVIOUS_FAILURE, text, "Shift+F8", help_text)

    def _add_goal(self, goal: Goal, text: str, keys: str, help_text: str) -> None:
        self._actions.add(
            goal.value, text, partial(self._timeline.find_part.finding.go, goal), keys, help_text
        )

    def _make_steps(self) -> None:
        before = self.tr("What the selected task's worker ran before it; in the timeline")
        after = self.tr("What the selected task's worker ran after it; in the timeline")
        above = self.tr("What the worker above ran at the same time; in the timeline")
        below = self.tr("What the worker below ran at the same time; in the timeline")
        self._add_step(Step.BEFORE, self.tr("P&revious task in the lane"), "Left", before)
        self._add_step(Step.AFTER, self.tr("Nex&t task in the lane"), "Right", after)
        first = self.tr("The first one that the selected task's worker ran; in the timeline")
        last = self.tr("The last one that the selected task's worker ran; in the timeline")
        self._add_step(Step.FIRST, self.tr("First task &of the lane"), "Ctrl+Left", first)
        self._add_step(Step.LAST, self.tr("Last tas&k of the lane"), "Ctrl+Right", last)
        self._add_step(Step.ABOVE, self.tr("Task in the lane a&bove"), "Up", above)
        self._add_step(Step.BELOW, self.tr("Task in the lane belo&w"), "Down", below)

    def _add_step(self, step: Step, text: str, keys: str, help_text: str) -> None:
        act: Callable[[], None] = partial(self._timeline.view.walk, step)
        action = self._actions.add(f"walk-{step}", text, act, keys, help_text)
        # Arrows belong to whoever has the focus: the view takes them itself, the menu names them.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)

    def _show_possible(self) -> None:
        actions, possible = self._actions, self._timeline.find_part.finding.possible
        actions["find"].setEnabled(possible.tasks)
        for name in ("next-hit", "previous-hit"):
            actions[name].setEnabled(possible.hits)
        for goal in Goal:
            is_failure = goal in FAILURES
            actions[goal.value].setEnabled(possible.failures if is_failure else possible.ended)
        for step in Step:
            actions[f"walk-{step}"].setEnabled(self._timeline.find_part.walkable)
