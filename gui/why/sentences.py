"""The sentences about why a run took that long, as templates; words.py chooses and fills them in.

As in gui/sentences.py: names in {braces} are filled in after the translation.
"""

from collections.abc import Mapping

from ...engine.explain.reason import Cause, Silence
from ..sentences import QT_TRANSLATE_NOOP

TITLES: Mapping[Cause, str] = {
    Cause.UNEVEN_CHUNKS: QT_TRANSLATE_NOOP("Wording", "Chunks are too large"),
    Cause.LONG_TASK: QT_TRANSLATE_NOOP("Wording", "One long task"),
    Cause.TINY_TASKS: QT_TRANSLATE_NOOP("Wording", "Tasks are too short"),
    Cause.SLOWER_THAN_LOOP: QT_TRANSLATE_NOOP("Wording", "Slower than a loop"),
    Cause.ONE_AT_A_TIME: QT_TRANSLATE_NOOP("Wording", "One task at a time"),
    Cause.TOO_MANY_WORKERS: QT_TRANSLATE_NOOP("Wording", "Too many workers"),
    Cause.TOO_FEW_WORKERS: QT_TRANSLATE_NOOP("Wording", "Too few workers"),
    Cause.BUSY_MACHINE: QT_TRANSLATE_NOOP("Wording", "Busy machine"),
    Cause.START_UP: QT_TRANSLATE_NOOP("Wording", "Slow start"),
    Cause.PICKLED_INPUTS: QT_TRANSLATE_NOOP("Wording", "Large inputs"),
    Cause.PICKLED_FUNCTION: QT_TRANSLATE_NOOP("Wording", "Large function"),
    Cause.PICKLED_RESULTS: QT_TRANSLATE_NOOP("Wording", "Large results"),
    Cause.RESPAWN: QT_TRANSLATE_NOOP("Wording", "Workers replaced"),
    Cause.THREADS: QT_TRANSLATE_NOOP("Wording", "Too many threads"),
    Cause.MEMORY: QT_TRANSLATE_NOOP("Wording", "Memory is short"),
}
"""In a few words, for a line."""
HAPPENED: Mapping[Cause, str] = {
    Cause.UNEVEN_CHUNKS: QT_TRANSLATE_NOOP(
        "Wording",
        "{workers} waited {tail} at the end, while others still worked on chunks of {chunksize}.",
    ),
    Cause.LONG_TASK: QT_TRANSLATE_NOOP(
        "Wording",
        "The others waited {tail} at the end for task {index}, which took {took}: {times} × the"
        " median.",
    ),
    Cause.TINY_TASKS: QT_TRANSLATE_NOOP(
        "Wording",
        "A task takes {task}, but the round trip of a chunk of {chunksize} costs {trip} here.",
    ),
    Cause.SLOWER_THAN_LOOP: QT_TRANSLATE_NOOP(
        "Wording",
        "The pool took {makespan}; a plain loop would take about {loop}.",
    ),
    Cause.ONE_AT_A_TIME: QT_TRANSLATE_NOOP(
        "Wording",
        "{method} waits for each task before it hands out the next, so of {workers} only one worked"
        " at a time.",
    ),
    Cause.TOO_MANY_WORKERS: QT_TRANSLATE_NOOP(
        "Wording",
        "{workers} shared {cpus}: a task computed {share} of its time, and waited for a CPU in the"
        " rest.",
    ),
    Cause.TOO_FEW_WORKERS: QT_TRANSLATE_NOOP(
        "Wording", "{workers} computed as long as there was work to take, but there are {cpus}."
    ),
    Cause.BUSY_MACHINE: QT_TRANSLATE_NOOP(
        "Wording",
        "Other programs used about {others_cpus} of the {cpus} meanwhile: a task computed {share}"
        " of its time, and waited for a CPU in much of the rest.",
    ),
    Cause.START_UP: QT_TRANSLATE_NOOP(
        "Wording",
        "The workers could begin {start_up} after the call, on average, {share} of it all:"
        " {start_method} started them.",
    ),
    Cause.PICKLED_INPUTS: QT_TRANSLATE_NOOP(
        "Wording",
        "The inputs made {bytes}, {a_chunk} a chunk. Pickling and unpickling them took {pickling}"
        " over all processes together.",
    ),
    Cause.PICKLED_FUNCTION: QT_TRANSLATE_NOOP(
        "Wording",
        "The function, with what it carries, makes {bytes}, and was pickled again for each of"
        " {chunks}. That took {pickling} over all processes together.",
    ),
    Cause.PICKLED_RESULTS: QT_TRANSLATE_NOOP(
        "Wording",
        "The results made {bytes}, {a_chunk} a chunk. Pickling and sending them took {pickling}"
        " over all processes together.",
    ),
    Cause.RESPAWN: QT_TRANSLATE_NOOP(
        "Wording",
        "maxtasksperchild={maxtasksperchild} started {workers} in place of others. Their starts"
        " took {respawn} of worker time.",
    ),
    Cause.THREADS: QT_TRANSLATE_NOOP(
        "Wording",
        "{libraries} ran up to {threads} threads in each of {workers}, and all of them shared"
        " {cpus}.",
    ),
    Cause.MEMORY: QT_TRANSLATE_NOOP(
        "Wording", "The run used {bytes} of memory, {share} of the {limit} that there are."
    ),
}
FEW_LONG = QT_TRANSLATE_NOOP(
    "Wording",
    "The others waited {tail} at the end for {tasks}, among them task {index}, which took {took}:"
    " {times} × the median.",
)
FEW_LONG_TITLE = QT_TRANSLATE_NOOP("Wording", "A few long tasks")
WITHOUT_TIMES = QT_TRANSLATE_NOOP(
    "Wording", "The others waited {tail} at the end for task {index}, which took {took}."
)
ONE_WAITED = QT_TRANSLATE_NOOP(
    "Wording",
    "1 worker waited {tail} at the end, while others still worked on chunks of {chunksize}.",
)
NOTHING_LEFT = QT_TRANSLATE_NOOP(
    "Wording", "{workers} waited {tail} at the end: nothing was left to be shared out."
)
LOOP_MEASURED = QT_TRANSLATE_NOOP(
    "Wording",
    "The pool took {makespan}; one process took {loop} for the same tasks, in a run before.",
)
WITHOUT_SHARE = QT_TRANSLATE_NOOP("Wording", "{workers} shared {cpus}.")
ALL_WAITED = QT_TRANSLATE_NOOP(
    "Wording",
    "Tasks computed {share} of their time and waited in the rest, and {workers} were never free"
    " while there was work to take.",
)
WITH_SPAWN = QT_TRANSLATE_NOOP(
    "Wording",
    "The workers could begin {start_up} after the call, on average, {share} of it all: with"
    " {start_method}, each is a new Python that imports the task.",
)
WITH_INITIALIZER = QT_TRANSLATE_NOOP(
    "Wording",
    "The workers could begin {start_up} after the call, on average, {share} of it all: the"
    " initializer took {initializer}.",
)
MAKING = QT_TRANSLATE_NOOP("Wording", "Making the pool took {making} before that.")
SOME_LIBRARY = QT_TRANSLATE_NOOP(
    "Wording", "Each of {workers} ran up to {threads} threads, and all of them shared {cpus}."
)
BREAK_EVEN = QT_TRANSLATE_NOOP(
    "Wording",
    "At chunksize {chunksize}, a run like this pays from about {break_even} a task on.",
)
COST = QT_TRANSLATE_NOOP("Wording", "That cost about {cost}.")
COST_OF = QT_TRANSLATE_NOOP("Wording", "That cost about {cost} of {makespan}.")
SAVES = QT_TRANSLATE_NOOP("Wording", "{remedy} would save about {cost}.")
SAVES_OF = QT_TRANSLATE_NOOP("Wording", "{remedy} would save about {cost} of {makespan}.")
FREE: Mapping[Cause, str] = {
    Cause.MEMORY: QT_TRANSLATE_NOOP("Wording", "{remedy} would leave room."),
    Cause.TOO_MANY_WORKERS: QT_TRANSLATE_NOOP("Wording", "{remedy} would do as well."),
}
"""What a remedy does that saves next to no time."""
BESIDE_LOOP = QT_TRANSLATE_NOOP("Wording", "A plain loop would be quicker: about {loop}.")
STILL_LOOP = QT_TRANSLATE_NOOP(
    "Wording", "A plain loop would be quicker than even that: about {loop}."
)
LOOP_TOO = QT_TRANSLATE_NOOP(
    "Wording", "As this run was, a plain loop would have been quicker: about {loop}."
)
"""Beside a remedy that makes the pool the quicker one."""
REST = QT_TRANSLATE_NOOP("Wording", "Of the {lost} between them, {cost} have no other reason.")
HELPS: Mapping[Cause, str] = {
    Cause.UNEVEN_CHUNKS: QT_TRANSLATE_NOOP("Wording", "Smaller chunks can be shared more evenly."),
    Cause.LONG_TASK: QT_TRANSLATE_NOOP(
        "Wording", "Cut it into several tasks, or let it be the first."
    ),
    Cause.TINY_TASKS: QT_TRANSLATE_NOOP(
        "Wording", "Larger chunks would help, or more work in each task."
    ),
    Cause.SLOWER_THAN_LOOP: QT_TRANSLATE_NOOP(
        "Wording", "Give each task more to do, or do without a pool."
    ),
    Cause.ONE_AT_A_TIME: QT_TRANSLATE_NOOP(
        "Wording", "Choose a method that hands out all tasks at once."
    ),
    Cause.TOO_MANY_WORKERS: QT_TRANSLATE_NOOP("Wording", "Take no more workers than CPUs."),
    Cause.TOO_FEW_WORKERS: QT_TRANSLATE_NOOP("Wording", "Take more workers."),
    Cause.BUSY_MACHINE: QT_TRANSLATE_NOOP("Wording", "Run again when the machine is free."),
    Cause.START_UP: QT_TRANSLATE_NOOP(
        "Wording", "Import less in the task's file, or give the pool more to do."
    ),
    Cause.PICKLED_INPUTS: QT_TRANSLATE_NOOP(
        "Wording", "Give names or numbers instead, and read or make the data in the task."
    ),
    Cause.PICKLED_FUNCTION: QT_TRANSLATE_NOOP(
        "Wording", "Give the workers what it carries once, by an initializer."
    ),
    Cause.PICKLED_RESULTS: QT_TRANSLATE_NOOP(
        "Wording", "Return less, or write it to files and return their names."
    ),
    Cause.RESPAWN: QT_TRANSLATE_NOOP("Wording", "Take a larger maxtasksperchild, or none."),
    Cause.THREADS: QT_TRANSLATE_NOOP("Wording", "Give each worker a single thread."),
    Cause.MEMORY: QT_TRANSLATE_NOOP(
        "Wording", "Take fewer workers, or let tasks keep less in memory."
    ),
}
"""What would, where no setting of the form does."""
SHORTER_TASK = QT_TRANSLATE_NOOP("Wording", "Cut it into several tasks.")
SHORTER_TASKS = QT_TRANSLATE_NOOP("Wording", "Cut them into several tasks each.")
FIRST_TASKS = QT_TRANSLATE_NOOP(
    "Wording", "Cut them into several tasks each, or let them be the first."
)
MORE_TO_DO = QT_TRANSLATE_NOOP("Wording", "Give the pool more to do, or do without it.")
SMALLER_TASKS = QT_TRANSLATE_NOOP("Wording", "More and shorter tasks could be shared more evenly.")
AS_WELL = (Cause.PICKLED_FUNCTION,)
"""Their help is said beside a remedy, too: it is better."""

# A remedy as the subject of a sentence, and on its button.

IN_SENTENCE: Mapping[str, str] = {
    "chunksize": QT_TRANSLATE_NOOP("Wording", "a chunksize of {value}"),
    "processes": QT_TRANSLATE_NOOP("Wording", "{workers}"),
    "maxtasksperchild": QT_TRANSLATE_NOOP("Wording", "maxtasksperchild={value}"),
    "start_method": QT_TRANSLATE_NOOP("Wording", "starting workers by {value}"),
    "method": QT_TRANSLATE_NOOP("Wording", "the method {value}"),
    "longest": QT_TRANSLATE_NOOP("Wording", "longest first"),
    "shuffled": QT_TRANSLATE_NOOP("Wording", "a shuffled order"),
    "given": QT_TRANSLATE_NOOP("Wording", "the given order"),
}
ON_BUTTON: Mapping[str, str] = {
    "chunksize": QT_TRANSLATE_NOOP("Wording", "Set chunksize to {value}"),
    "processes": QT_TRANSLATE_NOOP("Wording", "{workers}"),
    "maxtasksperchild": QT_TRANSLATE_NOOP("Wording", "Set maxtasksperchild to {value}"),
    "start_method": QT_TRANSLATE_NOOP("Wording", "Start workers by {value}"),
    "method": QT_TRANSLATE_NOOP("Wording", "Use {value}"),
    "longest": QT_TRANSLATE_NOOP("Wording", "Longest first"),
    "shuffled": QT_TRANSLATE_NOOP("Wording", "Shuffle the inputs"),
    "given": QT_TRANSLATE_NOOP("Wording", "Keep the given order"),
}
AMONG: Mapping[str, str] = {
    **ON_BUTTON,
    "chunksize": QT_TRANSLATE_NOOP("Wording", "chunksize {value}"),
    "method": QT_TRANSLATE_NOOP("Wording", "{value}"),
    "maxtasksperchild": QT_TRANSLATE_NOOP("Wording", "maxtasksperchild {value}"),
}
"""On a button, beside others."""
NEVER_REPLACED = QT_TRANSLATE_NOOP("Wording", "workers that stay")
NEVER_REPLACE = QT_TRANSLATE_NOOP("Wording", "Never replace workers")
AUTO_CHUNKS = QT_TRANSLATE_NOOP("Wording", "the chunksize that Pool chooses")
AUTO_CHUNKSIZE = QT_TRANSLATE_NOOP("Wording", "Leave chunksize to Pool")
BOTH = QT_TRANSLATE_NOOP("Wording", "{one} and {other}")
AND_MORE = QT_TRANSLATE_NOOP("Wording", "{variables} and {count} more")
IS_NOW = QT_TRANSLATE_NOOP("Wording", "{field} is {value} now; Run to see what it does.")
ARE_SET = QT_TRANSLATE_NOOP("Wording", "Set: {what}. Run to see what it does.")
IS_UNSET = QT_TRANSLATE_NOOP("Wording", "{field} is off now; Run to see what it does.")
IS_AUTO = QT_TRANSLATE_NOOP("Wording", "{field} is left to Pool now; Run to see what it does.")
ORDER_NOW = QT_TRANSLATE_NOOP("Wording", "The longest go first now; Run to see what it does.")

# When nothing is the matter, or nobody can tell.

ALL_WELL = QT_TRANSLATE_NOOP("Wording", "All is well: {workers} were busy {share} of the time.")
ALL_WELL_OF_ONE = QT_TRANSLATE_NOOP("Wording", "All is well: the worker was busy {share} of it.")
ALL_WELL_MEASURED = QT_TRANSLATE_NOOP(
    "Wording",
    "All is well: {workers} were {times} × as fast as one process, an efficiency of {share}.",
)
NOTHING_TO_CHANGE = QT_TRANSLATE_NOOP(
    "Wording",
    "No setting was found that would change much: {workers} had an efficiency of {share}.",
)
WAITED_FOR_CPU = QT_TRANSLATE_NOOP(
    "Wording",
    "No setting was found that would change much: tasks computed {share} of their time, and waited"
    " for a CPU in {waited} of it.",
)
COMPUTED = QT_TRANSLATE_NOOP("Wording", "Tasks computed {share} of their time.")
NOTHING_FOUND = QT_TRANSLATE_NOOP("Wording", "Nothing was found that cost much time.")
SILENCES: Mapping[Silence, str] = {
    Silence.NOT_WHOLE: QT_TRANSLATE_NOOP(
        "Wording", "This run is not whole: what is missing is the matter, not its time."
    ),
    Silence.NO_TASKS: QT_TRANSLATE_NOOP("Wording", "There were no tasks, so nothing took time."),
    Silence.UNREADABLE: QT_TRANSLATE_NOOP(
        "Wording", "The files of this run cannot be read any more, so nothing can be found out."
    ),
}
FASTER = QT_TRANSLATE_NOOP("Wording", "{times} × faster than the run before")
SLOWER = QT_TRANSLATE_NOOP("Wording", "{times} × slower than the run before")
AS_FAST = QT_TRANSLATE_NOOP("Wording", "About as fast as the run before")
WITH_CHANGE = QT_TRANSLATE_NOOP("Wording", "{said}, {change}.")
NO_CHANGE = QT_TRANSLATE_NOOP("Wording", "{said}.")
CHANGE = QT_TRANSLATE_NOOP("Wording", "with {field} {value} instead of {other}")
