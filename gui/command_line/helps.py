"""What --help says. Marked for translation; `help_for` translates and fills in."""

from .. import wording
from ..sentences import QT_TRANSLATE_NOOP

_TEXTS = {
    "poolscope": QT_TRANSLATE_NOOP("Wording", "A desktop lab for multiprocessing.Pool."),
    "commands": QT_TRANSLATE_NOOP("Wording", "commands:"),
    "see": QT_TRANSLATE_NOOP("Wording", "See poolscope COMMAND --help."),
    "file": QT_TRANSLATE_NOOP("Wording", "a saved run or a task file to open in the window"),
    "version": QT_TRANSLATE_NOOP("Wording", "say the version and leave"),
    "command run": QT_TRANSLATE_NOOP("Wording", "run a task in a pool, without a window"),
    "command tasks": QT_TRANSLATE_NOOP("Wording", "list the tasks of the catalogue"),
    "command desktop": QT_TRANSLATE_NOOP(
        "Wording", "put Poolscope into the applications menu, or take it out"
    ),
    "run": QT_TRANSLATE_NOOP(
        "Wording",
        "Run a task in a pool of workers, then say which worker did how much. TASK is a name of"
        " `poolscope tasks`, or path/to/file.py:function.",
    ),
    "tasks": QT_TRANSLATE_NOOP(
        "Wording", "List the tasks of the catalogue: name, what it is heavy on, what it does."
    ),
    "desktop": QT_TRANSLATE_NOOP(
        "Wording",
        "Put Poolscope into the applications menu of a Linux desktop, for this user, and have it"
        " open .poolscope and .py files; or take it out again.",
    ),
    "task": QT_TRANSLATE_NOOP("Wording", "what the workers call, with one input each time"),
    "inputs": QT_TRANSLATE_NOOP("Wording", "Python expression: an input for each task"),
    "processes": QT_TRANSLATE_NOOP("Wording", "workers, 1 to {limit}; {default} if not given"),
    "method": QT_TRANSLATE_NOOP("Wording", "method of Pool: {methods}"),
    "chunksize": QT_TRANSLATE_NOOP("Wording", "tasks handed out at once; auto leaves it to Pool"),
    "start_method": QT_TRANSLATE_NOOP("Wording", "{methods}; {default} if not given"),
    "export": QT_TRANSLATE_NOOP("Wording", "picture of the timeline (.png); may be repeated"),
    "results": QT_TRANSLATE_NOOP("Wording", "a row for each task (.csv or .jsonl)"),
    "save": QT_TRANSLATE_NOOP("Wording", "the whole run, for the window to open"),
    "json": QT_TRANSLATE_NOOP("Wording", "print one JSON object, and nothing else"),
    "quiet": QT_TRANSLATE_NOOP("Wording", "print nothing but what went wrong"),
}


def help_for(name: str, **facts: object) -> str:
    """The text about a command, an option or an argument."""
    return wording.translate(_TEXTS[name]).format(**facts)
