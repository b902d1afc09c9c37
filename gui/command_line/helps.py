"""What --help says. Marked for translation; `help_for` translates and fills in."""

from .. import wording
from ..sentences import QT_TRANSLATE_NOOP

_TEXTS = {
    "poolscope": QT_TRANSLATE_NOOP("Wording", "A desktop lab for multiprocessing.Pool."),
    "commands": QT_TRANSLATE_NOOP("Wording", "commands:"),
    "see": QT_TRANSLATE_NOOP("Wording", "See poolscope COMMAND --help."),
    "file": QT_TRANSLATE_NOOP(
        "Wording", "a saved run, a saved experiment or a task file to open in the window"
    ),
    "version": QT_TRANSLATE_NOOP("Wording", "say the version and leave"),
    "command run": QT_TRANSLATE_NOOP("Wording", "run a task in a pool, without a window"),
    "command code": QT_TRANSLATE_NOOP("Wording", "print the Python program that does the same"),
    "command tasks": QT_TRANSLATE_NOOP("Wording", "list the tasks of the catalogue, or of a file"),
    "command desktop": QT_TRANSLATE_NOOP(
        "Wording", "put Poolscope into the applications menu, or take it out"
    ),
    "run": QT_TRANSLATE_NOOP(
        "Wording",
        "Run a task in a pool of workers, then say which worker did how much. TASK is a name of"
        " `poolscope tasks`, path/to/file.py:function, package.module:function, or an experiment"
        " that the window has saved (.json), whose settings the options override.",
    ),
    "code": QT_TRANSLATE_NOOP(
        "Wording",
        "Print the plain Python program that does what `poolscope run` does with the same TASK and"
        " options. Nothing is run, and none of your files is imported.",
    ),
    "tasks": QT_TRANSLATE_NOOP(
        "Wording",
        "List the tasks of the catalogue: name, what it is heavy on, what it does. Or, with a FILE,"
        " its functions; it is read and not run.",
    ),
    "desktop": QT_TRANSLATE_NOOP(
        "Wording",
        "Put Poolscope into the applications menu of a Linux desktop, for this user, and have it"
        " open .poolscope and .py files; or take it out again.",
    ),
    "task": QT_TRANSLATE_NOOP("Wording", "what the workers call, with one input each time"),
    "tasks file": QT_TRANSLATE_NOOP("Wording", "a Python file with functions of your own"),
    "group inputs": QT_TRANSLATE_NOOP("Wording", "inputs"),
    "group pool": QT_TRANSLATE_NOOP("Wording", "pool"),
    "group place": QT_TRANSLATE_NOOP("Wording", "where it runs"),
    "group results": QT_TRANSLATE_NOOP("Wording", "what it says and writes"),
    "inputs": QT_TRANSLATE_NOOP("Wording", "Python expression: an input for each task"),
    "lines": QT_TRANSLATE_NOOP("Wording", "text file: each line is an input"),
    "csv": QT_TRANSLATE_NOOP("Wording", "CSV file with a header: a column of it"),
    "order": QT_TRANSLATE_NOOP(
        "Wording", "{orders}; longest first is known after a run of the same inputs"
    ),
    "seed": QT_TRANSLATE_NOOP("Wording", "of the shuffling; 0 if not given"),
    "inputs_limit": QT_TRANSLATE_NOOP("Wording", "what the inputs may take until all are there"),
    "processes": QT_TRANSLATE_NOOP("Wording", "workers, 1 to {limit}; {default} if not given"),
    "method": QT_TRANSLATE_NOOP("Wording", "method of Pool: {methods}"),
    "chunksize": QT_TRANSLATE_NOOP("Wording", "tasks handed out at once; auto leaves it to Pool"),
    "start_method": QT_TRANSLATE_NOOP("Wording", "{methods}; {default} if not given"),
    "maxtasksperchild": QT_TRANSLATE_NOOP(
        "Wording", "chunks (Pool calls them tasks) after which a worker is replaced"
    ),
    "preload": QT_TRANSLATE_NOOP(
        "Wording", "module that the fork server imports; may be repeated, or have commas"
    ),
    "initializer": QT_TRANSLATE_NOOP(
        "Wording", "function of the task's file, or file.py:function, that each worker calls first"
    ),
    "initargs": QT_TRANSLATE_NOOP("Wording", "Python expression: a tuple of its arguments"),
    "python": QT_TRANSLATE_NOOP(
        "Wording", "interpreter, 3.11 or newer, or its environment; Poolscope's own if not given"
    ),
    "cwd": QT_TRANSLATE_NOOP("Wording", "working directory; the file's folder if not given"),
    "env": QT_TRANSLATE_NOOP("Wording", "environment variable; may be repeated"),
    "export": QT_TRANSLATE_NOOP("Wording", "picture of the timeline (.png); may be repeated"),
    "results": QT_TRANSLATE_NOOP("Wording", "a row for each task (.csv or .jsonl)"),
    "save": QT_TRANSLATE_NOOP("Wording", "the whole run, for the window to open"),
    "json": QT_TRANSLATE_NOOP("Wording", "print one JSON object, and nothing else"),
    "quiet": QT_TRANSLATE_NOOP("Wording", "print nothing but what went wrong"),
    "no_self_test": QT_TRANSLATE_NOOP(
        "Wording",
        "do not measure what a pool costs here; otherwise that is done once, in a second or two,"
        " after the first run whose tasks are so short that it matters",
    ),
}


def help_for(name: str, **facts: object) -> str:
    """The text about a command, an option or an argument."""
    return wording.translate(_TEXTS[name]).format(**facts)
