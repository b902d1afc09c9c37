"""Which parts of the window come back at the next start, and when they are kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import wording
from .theme import DARK, LIGHT
from .widgets.fold import Fold

if TYPE_CHECKING:
    from .main_window import MainWindow

Switch = tuple[Callable[[], bool], Callable[[bool], None]]
"""Whether it is on, and what turns it on or off."""
THEMES = {"system": None, "light": LIGHT, "dark": DARK}


def restore(window: "MainWindow") -> None:
    """Put the window as it was left; the experiment is shown, and nothing of it runs."""
    remembered = window.remembered
    window.set_appearance(THEMES[remembered.appearance])
    window.menus.actions[f"look-{remembered.appearance}"].setChecked(True)
    if remembered.colour_by is not None:
        window.timeline.set_colour_by(remembered.colour_by)
    window.timeline.view.set_strips_said(remembered.strips)
    if remembered.geometry is not None:
        window.restoreGeometry(remembered.geometry)
    for name, splitter in window.page.splitters.items():
        state = remembered.splitter(name)
        if state is not None:
            splitter.restoreState(state)
    for name, (_, set_on) in _switches(window).items():
        on = remembered.switch(name)
        if on is not None:
            set_on(on)
    for path in remembered.files:
        window.lab.offer(path)
    experiment = remembered.experiment
    if experiment is not None:
        window.lab.load(experiment)
    window.lab.written_before = remembered.written_before
    window.editor.restore(remembered.written)
    window.brought_back = _experiment_state(window)
    _say_trouble(window)


def _say_trouble(window: "MainWindow") -> None:
    trouble = window.remembered.trouble()
    if trouble is not None:
        window.timeline.say(wording.sentence(trouble))


def keep(window: "MainWindow") -> None:
    """Keep how the window is now."""
    remembered = window.remembered
    remembered.appearance = window.appearance_name
    remembered.colour_by = window.timeline.colour_choice
    remembered.strips = window.timeline.view.strips_said
    remembered.geometry = window.saveGeometry()
    for name, splitter in window.page.splitters.items():
        remembered.set_splitter(name, splitter.saveState())
    switches = _switches(window)
    remembered.set_switches({name: is_on() for name, (is_on, _) in switches.items()})
    keep_experiment(window)


def keep_experiment(window: "MainWindow") -> None:
    """Keep what is in form and editor, also for a window that does not come to its end."""
    state = _experiment_state(window)
    for name, value in state.items():
        if value != window.brought_back.get(name):  # another window may have kept another since
            setattr(window.remembered, name, value)
    window.brought_back = state
    _say_trouble(window)


def _experiment_state(window: "MainWindow") -> dict[str, Any]:
    """What is in form and editor, by the names under which it is remembered."""
    return {
        "experiment": window.lab.experiment,
        "files": window.lab.files,
        "written": window.editor.written,
        "written_before": window.lab.written_before,
    }


def _switches(window: "MainWindow") -> dict[str, Switch]:
    """What is open or on, by the names under which that is remembered."""
    timeline = window.timeline
    switches: dict[str, Switch] = {
        "taken": (lambda: timeline.show_taken, timeline.set_show_taken),
        "by_slot": (lambda: timeline.group_by_slot, timeline.set_group_by_slot),
        "all_lanes": (lambda: timeline.all_lanes, timeline.set_all_lanes),
        "minimap": (lambda: timeline.show_minimap, timeline.set_show_minimap),
    }
    for name, fold in window.form.folds.items():
        switches[name] = _of_fold(fold)
    return switches


def _of_fold(fold: Fold) -> Switch:
    return lambda: fold.is_open, fold.set_open
