"""What only the command line says, as wording.py says the rest: translated, then filled in."""

from pathlib import Path

from .. import wording
from ..sentences import QT_TRANSLATE_NOOP

_COLUMNS = (
    QT_TRANSLATE_NOOP("Wording", "PID"),
    QT_TRANSLATE_NOOP("Wording", "tasks"),
    QT_TRANSLATE_NOOP("Wording", "busy (s)"),
    QT_TRANSLATE_NOOP("Wording", "share of time"),
)
_REPLACES = QT_TRANSLATE_NOOP("Wording", "replaces")


def worker_columns(*, replaced: bool) -> tuple[str, ...]:
    """The header of a table of workers: PID, tasks, busy seconds, busy share of the time.

    replaced: and whom a worker replaces.
    """
    columns = tuple(wording.translate(text) for text in _COLUMNS)
    return (*columns, wording.translate(_REPLACES)) if replaced else columns


def more_workers(number: int) -> str:
    """Of workers that a table leaves out."""
    text = QT_TRANSLATE_NOOP("Wording", "… and {count} more workers; --json names them all")
    return wording.translate(text).format(count=f"{number:,}")


def more_faults(number: int, *, alike: bool = False) -> str:
    """Of things that went wrong while a run went on, and were not said one by one.

    alike: they are of the kind of those that were.
    """
    if alike:
        text = QT_TRANSLATE_NOOP("Wording", "{count} more of the kind; --json has their number.")
        return wording.translate(text).format(count=f"{number:,}")
    one = QT_TRANSLATE_NOOP("Wording", "1 more thing went wrong; --json has its number.")
    many = QT_TRANSLATE_NOOP("Wording", "{count} more things went wrong; --json has their number.")
    return wording.translate(one if number == 1 else many).format(count=f"{number:,}")


def output_failed(error: Exception) -> str:
    """What the command line prints cannot be written."""
    text = QT_TRANSLATE_NOOP("Wording", "The output cannot be written: {error}. Free some space.")
    return wording.translate(text).format(error=wording.one_line(error))


def qt_missing(error: ImportError) -> str:
    """Qt or a library that it needs is not there."""
    text = QT_TRANSLATE_NOOP(
        "Wording",
        "Qt cannot be loaded: {error}. Install what is missing; in a source tree,"
        " `python3 dev.py run` does it.",
    )
    return wording.translate(text).format(error=wording.one_line(error))


def no_screen() -> str:
    """There is nothing that a window could open on."""
    return wording.translate(
        QT_TRANSLATE_NOOP(
            "Wording",
            "There is no screen to open a window on. `poolscope run TASK --export FILE.png` does"
            " the same without one.",
        )
    )


def note(sentence: str) -> str:
    """One thing to know before a run."""
    return wording.translate(QT_TRANSLATE_NOOP("Wording", "note: {sentence}")).format(
        sentence=sentence
    )


def no_functions(path: Path) -> str:
    """A file of which no task can be made."""
    text = QT_TRANSLATE_NOOP(
        "Wording",
        "{path} defines no function at its top level. Write one with def, and its name without _ in"
        " front.",
    )
    return wording.translate(text).format(path=path)


def file_written(path: Path) -> str:
    """Said of each file after it was written."""
    return wording.translate(QT_TRANSLATE_NOOP("Wording", "Written: {path}")).format(path=path)


def file_removed(path: Path) -> str:
    """Said of each file after it was deleted."""
    return wording.translate(QT_TRANSLATE_NOOP("Wording", "Removed: {path}")).format(path=path)


def nothing_to_remove() -> str:
    """There is no desktop entry of ours."""
    return wording.translate(
        QT_TRANSLATE_NOOP("Wording", "Nothing to remove: it is not in the menu.")
    )


def no_desktop_entry() -> str:
    """On a system whose menu is made otherwise."""
    return wording.translate(
        QT_TRANSLATE_NOOP(
            "Wording",
            "Desktop entries are for Linux desktops. Here, make a shortcut to the poolscope program"
            " by hand.",
        )
    )


def nothing_to_draw(path: Path) -> str:
    """Why there is no picture of a run that ended before its pool was made."""
    text = QT_TRANSLATE_NOOP(
        "Wording", "{path} was not written: the run ended before there was anything to draw."
    )
    return wording.translate(text).format(path=path)


def not_opened(name: str) -> str:
    """A file that is none of ours."""
    text = QT_TRANSLATE_NOOP(
        "Wording", "{name} cannot be opened: Poolscope opens .poolscope, .json and .py files."
    )
    return wording.translate(text).format(name=name)


def no_such_file(name: str) -> str:
    """A file that would be ours, if it were there."""
    text = QT_TRANSLATE_NOOP("Wording", "{name} cannot be opened: there is no such file.")
    return wording.translate(text).format(name=name)


def no_such_command(name: str, close: str | None) -> str:
    """A word that is neither; `close` is a command that may have been meant."""
    text = QT_TRANSLATE_NOOP(
        "Wording", "There is no command or file called {name}. See poolscope --help."
    )
    if close is not None:
        text = QT_TRANSLATE_NOOP(
            "Wording", "There is no command or file called {name}. Did you mean {close}?"
        )
    return wording.translate(text).format(name=name, close=close)
