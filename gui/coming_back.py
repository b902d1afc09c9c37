"""Which parts of the window come back at the next start, and when they are kept."""

from typing import TYPE_CHECKING

from .theme import DARK, LIGHT

if TYPE_CHECKING:
    from .main_window import MainWindow

THEMES = {"system": None, "light": LIGHT, "dark": DARK}


def restore(window: "MainWindow") -> None:
    """Put the window as it was left; the experiment is shown, and nothing of it runs."""
    remembered = window.remembered
    window.set_appearance(THEMES[remembered.appearance])
    window.menus.actions[f"look-{remembered.appearance}"].setChecked(True)
    if remembered.colour_by is not None:
        window.timeline.set_colour_by(remembered.colour_by)
    if remembered.geometry is not None:
        window.restoreGeometry(remembered.geometry)
    for name, splitter in window.page.splitters.items():
        state = remembered.splitter(name)
        if state is not None:
            splitter.restoreState(state)
    experiment = remembered.experiment
    if experiment is not None:
        window.lab.load(experiment)


def keep(window: "MainWindow") -> None:
    """Keep how the window is now."""
    remembered = window.remembered
    remembered.appearance = window.appearance_name
    remembered.colour_by = window.timeline.colour_choice
    remembered.geometry = window.saveGeometry()
    for name, splitter in window.page.splitters.items():
        remembered.set_splitter(name, splitter.saveState())
    keep_experiment(window)


def keep_experiment(window: "MainWindow") -> None:
    """Keep what is in the form, also for a window that does not come to its end."""
    window.remembered.experiment = window.lab.experiment
