"""Going to tasks that somebody looks for, to the longest, and to those that failed."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from poolscope.engine.journal import Status
from poolscope.engine.names import INPUTS_FILE
from poolscope.engine.search import TextSearch
from poolscope.engine.trace import ranking
from poolscope.engine.trace.layout import TaskState
from poolscope.engine.trace.ranking import Longest
from poolscope.gui.app import make_application
from poolscope.gui.finding import finding as finding_module
from poolscope.gui.finding.finding import Finding, Possible
from poolscope.gui.finding.order_walk import Goal
from poolscope.gui.finding.words import Said
from poolscope.gui.lab import Lab

from .timeline.conftest import Story, Task

DONE, RAISED, LOST, OPEN = TaskState.DONE, TaskState.RAISED, TaskState.LOST, TaskState.OPEN
NOT_RUN = TaskState.NOT_RUN
TASKS: list[Task] = [
    (1, 0.1, 0.4, DONE, 0),  # 300 ms
    (2, 0.1, 0.3, RAISED, 1),  # 200 ms
    (1, 0.5, 1.0, DONE, 2),  # 500 ms
    (2, 0.5, 0.9, LOST, 3),
    (1, 1.1, 1.15, RAISED, 4),  # 50 ms
    (1, None, None, NOT_RUN, 5),
]
"""Their inputs are 20000 to 20005."""


class Walk:
    """A Finding, what it said, and where it went."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.lab = Lab()
        self.finding = Finding(self.lab)
        self.said: list[Said] = []
        self.went: list[int] = []
        self.finding.said.connect(self.said.append)
        self.finding.gone_to.connect(self.went.append)

    def show(
        self,
        tasks: Sequence[Task] = TASKS,
        *,
        inputs: Sequence[str] | None = None,
        live: bool = False,
    ) -> Story:
        story = Story(self._folder / f"run{len(list(self._folder.iterdir()))}", tasks, 2)
        if inputs is not None:
            lines = "".join(json.dumps(text) + "\n" for text in inputs)
            (story.folder / INPUTS_FILE).write_text(lines)
        story.update()
        if not live:
            story.recording.update(ended=True)
        self.lab.show(story.recording, Status.RUNNING if live else Status.FINISHED)
        return story

    def news(self, story: Story) -> None:
        story.update()
        self.lab.trace_changed.emit()

    @property
    def text(self) -> str:
        """What was said last."""
        return self.said[-1].text


@pytest.fixture
def walk(tmp_path: Path, qtbot: QtBot) -> Iterator[Walk]:
    make_application()
    walk = Walk(tmp_path)
    yield walk
    qtbot.waitUntil(lambda: not walk.finding.busy)


# A text.


def test_the_first_hit_is_gone_to_at_once_and_the_others_in_turn(walk: Walk) -> None:
    walk.show(inputs=["Ab", "b", "x", "aB", "ab", ""])
    walk.finding.search_for("AB")
    assert (walk.went, walk.lab.selection, walk.text) == ([0], 0, "1 of 3")
    walk.finding.go_to_hit(1)
    assert (walk.went[-1], walk.text) == (3, "2 of 3")
    walk.finding.go_to_hit(1)
    walk.finding.go_to_hit(1)
    assert (walk.went[-1], walk.text) == (0, "1 of 3, from the first again")
    walk.finding.go_to_hit(-1)
    assert (walk.went[-1], walk.text) == (4, "3 of 3, from the last again")
    walk.finding.go_to_hit(-1)
    assert (walk.went[-1], walk.text) == (3, "2 of 3")


def test_hits_go_on_from_the_task_that_was_selected_meanwhile(walk: Walk) -> None:
    walk.show(inputs=["a", "x", "a", "x", "a", "x"])
    walk.finding.search_for("a")
    walk.lab.select(3)
    walk.finding.go_to_hit(1)
    assert (walk.lab.selection, walk.text) == (4, "3 of 3")
    walk.lab.select(3)
    walk.finding.go_to_hit(-1)
    assert (walk.lab.selection, walk.text) == (2, "2 of 3")


def test_a_search_that_was_ended_goes_on_from_the_selected_task(walk: Walk) -> None:
    walk.show(inputs=["a", "x", "a", "x", "a", "x"])
    walk.finding.search_for("a")
    walk.finding.go_to_hit(1)
    for step, row in ((1, 4), (1, 0), (-1, 4), (-1, 2)):
        walk.finding.end_search()
        walk.finding.go_to_hit(step)
        assert walk.lab.selection == row
    walk.finding.search_for("x")  # another text begins with its first hit
    assert walk.lab.selection == 1


def test_the_task_of_that_number_comes_before_inputs_that_hold_it(walk: Walk) -> None:
    walk.show(inputs=["3", "x", "13", "3", "x", "x"])
    walk.finding.search_for("3")
    assert (walk.lab.selection, walk.text) == (3, "1 of 3")
    walk.finding.go_to_hit(1)
    walk.finding.go_to_hit(1)
    assert walk.went == [3, 0, 2]


def test_what_is_not_there_is_said_and_nothing_moves(walk: Walk) -> None:
    walk.show()
    walk.lab.select(2)
    walk.finding.search_for("nowhere")
    assert walk.said == [Said("Not found", "Not found", nothing=True)]
    walk.finding.go_to_hit(1)
    assert (walk.went, walk.lab.selection) == ([], 2)


def test_a_task_that_never_ran_is_selected_and_it_is_said(walk: Walk) -> None:
    walk.show()
    walk.finding.search_for("20005")
    assert (walk.went, walk.text) == ([5], "1 of 1: it never ran")
    walk.finding.search_for("20004")
    assert walk.text == "1 of 1"


def test_a_task_that_has_not_begun_yet_is_another(walk: Walk) -> None:
    walk.show([(1, 0.1, None, OPEN, 0), (1, None, None, OPEN, 1)], live=True)
    walk.finding.search_for("20001")
    assert walk.text == "1 of 1: it has not begun yet"


def test_inputs_that_nobody_knows_are_not_passed_over_in_silence(walk: Walk) -> None:
    walk.show(inputs=["a", "b"])
    walk.finding.search_for("c")
    assert walk.said[-1] == Said("Not found (inputs that were kept: 2)", "Not found", True)
    walk.finding.search_for("b")
    assert walk.text == "1 of 1 (inputs that were kept: 2)"


def test_inputs_that_come_later_are_searched_when_they_come(walk: Walk, qtbot: QtBot) -> None:
    waiting: list[Task] = [(1, None, None, OPEN, n) for n in range(1, 4)]
    story = walk.show([(1, 0.1, None, OPEN, 0), *waiting], inputs=["x"], live=True)
    walk.finding.search_for("wanted")
    assert walk.text == "Not found (inputs known by now: 1)"
    with open(story.folder / INPUTS_FILE, "a") as file:
        file.write('"wanted"\n"x"\n"wanted"\n')
    story.end(0, 0.2)
    walk.news(story)
    qtbot.waitUntil(lambda: not walk.finding.busy)
    assert (walk.went, walk.text) == ([1], "1 of 2: it has not begun yet")
    walk.finding.end_search()
    story.end(1, 0.3)
    walk.news(story)
    assert not walk.finding.busy


def test_a_hit_that_comes_later_takes_nobody_away_from_another_task(
    walk: Walk, qtbot: QtBot
) -> None:
    tasks: list[Task] = [(1, n / 10 + 0.1, n / 10 + 0.15, DONE, n) for n in range(4)]
    story = walk.show([*tasks, (1, 0.9, None, OPEN, 4)], inputs=["a", "b"], live=True)
    walk.finding.search_for("z")
    assert walk.went == []
    walk.lab.select(1)
    with open(story.folder / INPUTS_FILE, "a") as file:
        file.write('"z"\n"z"\n')
    story.end(4, 1.0)
    walk.news(story)
    qtbot.waitUntil(lambda: not walk.finding.busy)
    assert (walk.went, walk.lab.selection) == ([], 1)
    assert walk.text == "2 found (inputs known by now: 4)"
    walk.finding.go_to_hit(1)
    assert walk.lab.selection == 2


def test_a_run_without_tasks_yet_is_searched_as_soon_as_it_has_some(walk: Walk) -> None:
    story = Story(walk._folder / "young", [(1, 0.1, 0.2, DONE, 0)], 1)
    walk.lab.show(story.recording, Status.PREPARING)
    assert story.recording.trace is None
    walk.finding.search_for("0")
    walk.finding.go(Goal.LONGEST)
    assert walk.went == []
    walk.news(story)
    assert walk.went == [0]


def test_another_text_begins_anew_and_no_text_ends_it(walk: Walk) -> None:
    walk.show(inputs=["ab", "b", "bc", "", "", ""])
    walk.finding.search_for("ab")
    walk.finding.search_for("b")
    assert walk.text == "1 of 3"
    walk.finding.search_for("bc")
    assert (walk.lab.selection, walk.text) == (2, "1 of 1")
    walk.finding.search_for("")
    assert walk.text == ""
    walk.finding.go_to_hit(1)
    assert walk.lab.selection == 2


def test_another_run_is_not_searched_by_itself(walk: Walk) -> None:
    walk.show()
    walk.finding.search_for("20002")
    walk.show()
    assert walk.lab.selection is None
    walk.finding.go_to_hit(1)
    assert walk.lab.selection == 2


def test_a_search_is_done_a_block_a_turn_and_finds_as_it_goes(
    walk: Walk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding_module, "SLICE_NS", 0)
    turns: list[int] = []
    step, go_on = TextSearch.step, Finding._go_on

    def counted_step(search: TextSearch) -> int:
        turns[-1] += 1
        return step(search)

    def counted_turn(finding: Finding) -> None:
        turns.append(0)
        go_on(finding)

    monkeypatch.setattr(TextSearch, "step", counted_step)
    monkeypatch.setattr("poolscope.engine.search.BLOCK_LINES", 2)
    walk.finding._timer.timeout.disconnect()
    walk.finding._timer.timeout.connect(lambda: counted_turn(walk.finding))
    monkeypatch.setattr(walk.finding, "_go_on", lambda: counted_turn(walk.finding))
    walk.show(inputs=["x", "x", "a", "a", "x", "a"])
    walk.finding.search_for("a")
    assert walk.text == "none yet: 2 of 6 looked at"
    qtbot.waitUntil(lambda: not walk.finding.busy)
    assert turns == [1, 1, 1]
    texts = [said.text for said in walk.said]
    assert texts == ["none yet: 2 of 6 looked at", "1 of 2 so far", "1 of 3"]
    assert walk.went == [2]


def test_round_the_end_is_gone_only_when_the_end_is_known(
    walk: Walk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding_module, "SLICE_NS", 0)
    monkeypatch.setattr("poolscope.engine.search.BLOCK_LINES", 2)
    walk.show(inputs=["a", "x", "x", "x", "a", "x"])
    walk.finding.search_for("a")
    assert walk.went == [0]
    walk.finding.go_to_hit(1)
    assert walk.went == [0]
    qtbot.waitUntil(lambda: not walk.finding.busy)
    assert (walk.went, walk.text) == ([0, 4], "2 of 2")


# The order of durations.


def test_the_ranking_is_walked_up_and_down_and_its_ends_are_said(walk: Walk) -> None:
    walk.show()
    walk.finding.go(Goal.LONGEST)
    assert walk.said[-1] == Said("Task 2: 500 ms, longest of 4", "longest of 4")
    walk.finding.go(Goal.FASTER)
    assert walk.text == "Task 0: 300 ms, 2nd longest of 4"
    walk.finding.go(Goal.FASTER)
    walk.finding.go(Goal.FASTER)
    assert walk.text == "Task 4: 50 ms, shortest of 4"
    walk.finding.go(Goal.FASTER)
    assert walk.text == "Task 4: 50 ms, shortest of 4: none is faster"
    walk.finding.go(Goal.SLOWER)
    assert walk.text == "Task 1: 200 ms, 3rd longest of 4"
    walk.lab.select(2)
    walk.finding.go(Goal.SLOWER)
    assert walk.text == "Task 2: 500 ms, longest of 4: none is slower"
    assert walk.went == [2, 0, 1, 4, 4, 1, 2]


@pytest.mark.parametrize("row", [None, 3, 5])
@pytest.mark.parametrize("goal", [Goal.SLOWER, Goal.FASTER])
def test_beside_a_task_without_a_duration_of_its_own_is_the_longest(
    walk: Walk, goal: Goal, row: int | None
) -> None:
    walk.show()
    walk.lab.select(row)
    walk.finding.go(goal)
    assert walk.lab.selection == 2


def test_a_run_that_goes_on_is_ranked_so_far(walk: Walk) -> None:
    tasks: list[Task] = [(1, 0.1, 0.2, DONE, 0), (2, 0.1, None, OPEN, 1)]
    story = walk.show(tasks, live=True)
    walk.finding.go(Goal.LONGEST)
    assert walk.text == "Task 0: 100 ms, longest of 1 so far"
    story.end(1, 0.4)
    walk.news(story)
    walk.finding.go(Goal.LONGEST)
    assert walk.text == "Task 1: 300 ms, longest of 2 so far"


def test_a_ranking_is_made_a_block_a_turn_and_only_once(
    walk: Walk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding_module, "SLICE_NS", 0)
    monkeypatch.setattr(ranking, "BLOCK", 2)
    steps: list[int] = []
    step = Longest.step
    monkeypatch.setattr(Longest, "step", lambda order: (steps.append(1), step(order))[1])
    walk.show()
    walk.finding.go(Goal.LONGEST)
    assert (walk.went, len(steps)) == ([], 1)
    qtbot.waitUntil(lambda: not walk.finding.busy)
    assert (walk.went, len(steps)) == ([2], 3)
    walk.finding.go(Goal.FASTER)
    assert (walk.went, len(steps)) == ([2, 0], 3)


# Failures.


def test_failures_come_in_the_order_in_which_they_ended(walk: Walk) -> None:
    story = walk.show()
    story.fail(1, "ZeroDivisionError", "by 0")
    story.recording.failures.update(len(TASKS))
    walk.finding.go(Goal.FIRST_FAILURE)
    assert walk.said[-1] == Said("1st of 3 failures: ZeroDivisionError: by 0", "1st of 3 failures")
    walk.finding.go(Goal.NEXT_FAILURE)
    walk.finding.go(Goal.NEXT_FAILURE)
    assert walk.text == "3rd of 3 failures: raised"
    walk.finding.go(Goal.NEXT_FAILURE)
    assert walk.text.startswith("1st of 3 failures, from the first again: ")
    walk.finding.go(Goal.PREVIOUS_FAILURE)
    assert walk.text == "3rd of 3 failures, from the last again: raised"
    walk.finding.go(Goal.PREVIOUS_FAILURE)
    assert walk.text == "2nd of 3 failures: lost with worker 48113"
    assert walk.went == [1, 3, 4, 1, 4, 3]


def test_from_a_task_that_did_not_fail_it_is_the_failure_beside_its_end(walk: Walk) -> None:
    walk.show()
    walk.lab.select(0)
    walk.finding.go(Goal.NEXT_FAILURE)
    assert walk.lab.selection == 3
    walk.lab.select(0)
    walk.finding.go(Goal.PREVIOUS_FAILURE)
    assert walk.lab.selection == 1


def test_without_a_selected_task_it_is_the_first_or_the_last_failure(walk: Walk) -> None:
    walk.show()
    walk.finding.go(Goal.NEXT_FAILURE)
    assert (walk.lab.selection, walk.said[-1].text) == (1, "1st of 3 failures: raised")
    walk.lab.select(None)
    walk.finding.go(Goal.PREVIOUS_FAILURE)
    assert (walk.lab.selection, walk.said[-1].text) == (4, "3rd of 3 failures: raised")


def test_one_failure_is_the_only_one(walk: Walk) -> None:
    walk.show([(1, 0.1, 0.2, RAISED, 0), (1, 0.2, 0.3, DONE, 1)])
    walk.finding.go(Goal.FIRST_FAILURE)
    assert walk.text == "The only failure: raised"


# What is possible.


def test_what_there_is_to_go_to_is_known(walk: Walk) -> None:
    finding = walk.finding
    changes: list[Possible] = []
    finding.possible_changed.connect(lambda: changes.append(finding.possible))
    assert finding.possible == Possible()
    story = walk.show([(1, 0.1, None, OPEN, 0), (1, None, None, OPEN, 1)], live=True)
    assert finding.possible == Possible(tasks=True)
    story.end(0, 0.2)
    walk.news(story)
    assert finding.possible == Possible(tasks=True, ended=True)
    story.begin(1, 1, 0.3)
    story.end(1, 0.4, RAISED)
    walk.news(story)
    finding.search_for("x")
    assert finding.possible == Possible(tasks=True, hits=True, ended=True, failures=True)
    walk.news(story)
    assert len(changes) == 4


def test_where_there_is_nothing_nothing_happens(walk: Walk) -> None:
    for goal in Goal:
        walk.finding.go(goal)
    walk.finding.go_to_hit(1)
    walk.show([(1, None, None, NOT_RUN, 0)])
    for goal in Goal:
        walk.finding.go(goal)
    assert walk.went == []
    assert not walk.finding.busy
