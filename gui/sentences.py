"""The sentences about what can go wrong, as templates; wording.py chooses and fills them in.

Each says what happened, where, and what to do next. Names in {braces} are filled in after the
translation. A literal stands directly inside QT_TRANSLATE_NOOP, where pyside6-lupdate finds it.
"""

from ..engine.problem import Kind


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Mark `text` for pyside6-lupdate, which knows this name, and return it as it is."""
    return text


SENTENCES = {
    Kind.OUT_OF_RANGE: QT_TRANSLATE_NOOP(
        "Wording", "{field} must be from {low} to {high}, but is {value}."
    ),
    Kind.NOT_A_NUMBER: QT_TRANSLATE_NOOP(
        "Wording", "{field} must be a whole number, but is {value}."
    ),
    Kind.NOT_A_TEXT: QT_TRANSLATE_NOOP(
        "Wording", "{field} must be a text without null characters, but is {value}."
    ),
    Kind.NOT_A_MODULE: QT_TRANSLATE_NOOP(
        "Wording", "{field} must name modules, such as json or xml.dom, but has {value}."
    ),
    Kind.NOT_A_VARIABLE: QT_TRANSLATE_NOOP(
        "Wording",
        "{value} sets no environment variable. Write NAME=VALUE, such as OMP_NUM_THREADS=1.",
    ),
    Kind.VARIABLE_TWICE: QT_TRANSLATE_NOOP(
        "Wording", "The environment variable {value} is set twice. Keep one of them."
    ),
    Kind.UNKNOWN_CHOICE: QT_TRANSLATE_NOOP("Wording", "{field} must be {choices}, but is {value}."),
    Kind.WITHOUT_EFFECT: QT_TRANSLATE_NOOP(
        "Wording",
        "{field} has no effect with {ruler} {value}. Leave it out, or choose another {ruler}.",
    ),
    Kind.EMPTY: QT_TRANSLATE_NOOP("Wording", "{field} is missing. Fill it in."),
    Kind.UNKNOWN_TASK: QT_TRANSLATE_NOOP(
        "Wording",
        "There is no task called {value}. Choose one of the catalogue, or name a function of your"
        " own as file.py:function.",
    ),
    Kind.TASK_NOT_LOADED: QT_TRANSLATE_NOOP(
        "Wording",
        "The task {task} cannot be loaded: {error}. Correct the file or the function's name.",
    ),
    Kind.TASK_NOT_READ: QT_TRANSLATE_NOOP(
        "Wording", "{path} cannot be read: {error}. Correct the path, or choose another file."
    ),
    Kind.TASK_SYNTAX: QT_TRANSLATE_NOOP(
        "Wording", "Line {line} of {path} is not Python: {error}. Correct it there."
    ),
    Kind.INITIALIZER_NOT_LOADED: QT_TRANSLATE_NOOP(
        "Wording",
        "The initializer {task} cannot be loaded: {error}. Name a function of the task's own file,"
        " or another one as file.py:function.",
    ),
    Kind.INITARGS_RAISED: QT_TRANSLATE_NOOP(
        "Wording",
        "The arguments of the initializer cannot be evaluated: {error}. Write a tuple, such as"
        " (1, 'a').",
    ),
    Kind.INPUTS_SYNTAX: QT_TRANSLATE_NOOP(
        "Wording",
        "The inputs are not a Python expression: {error}. Write something like (1, 2, 3) or"
        " range(200).",
    ),
    Kind.INPUTS_RAISED: QT_TRANSLATE_NOOP(
        "Wording", "The inputs cannot be evaluated: {error}. Correct the expression."
    ),
    Kind.INPUTS_NOT_ITERABLE: QT_TRANSLATE_NOOP(
        "Wording",
        "The inputs must be a collection with an input for each task, but are a single {type}."
        " Put it in square brackets.",
    ),
    Kind.INPUTS_TOO_MANY: QT_TRANSLATE_NOOP(
        "Wording",
        "The inputs are more than {limit}, or never end. Give fewer, and let each task do more.",
    ),
    Kind.INPUTS_TOO_SLOW: QT_TRANSLATE_NOOP(
        "Wording",
        "The inputs were not all there after {seconds} s. Give fewer, or simpler ones, or allow"
        " more time.",
    ),
    Kind.INPUTS_TOO_LARGE: QT_TRANSLATE_NOOP(
        "Wording",
        "The inputs were stopped at {bytes} bytes, because the memory was running out. Give fewer,"
        " or smaller ones, and let each task make its own data.",
    ),
    Kind.NO_FORMER_RUN: QT_TRANSLATE_NOOP(
        "Wording",
        "No former run tells which of these inputs take longest. Run them once in the order given,"
        " then again.",
    ),
    Kind.ORDER_MISFIT: QT_TRANSLATE_NOOP(
        "Wording",
        "The former run that tells the order had {known} inputs, and now there are {count}. Run"
        " these once in the order given, then again.",
    ),
    Kind.PYTHON_NOT_FOUND: QT_TRANSLATE_NOOP(
        "Wording", "There is no Python called {path}. Choose the program of a Python 3.11 or newer."
    ),
    Kind.PYTHON_NOT_ONE: QT_TRANSLATE_NOOP(
        "Wording",
        "{path} does not answer as a Python does: {error}. Choose the program of a Python 3.11 or"
        " newer.",
    ),
    Kind.PYTHON_TOO_OLD: QT_TRANSLATE_NOOP(
        "Wording", "{path} is Python {version}. Choose one that is 3.11 or newer."
    ),
    Kind.NO_CWD: QT_TRANSLATE_NOOP(
        "Wording", "There is no folder {path} to run in. Choose another working directory."
    ),
    Kind.NOT_AN_EXPERIMENT: QT_TRANSLATE_NOOP(
        "Wording",
        "{path} cannot be opened as an experiment: {error}. Choose a file that was saved as one.",
    ),
    Kind.NO_SPACE: QT_TRANSLATE_NOOP(
        "Wording",
        "There is too little space for {path}, which needs {bytes} bytes. Free some space, or give"
        " fewer inputs.",
    ),
    Kind.NOT_WRITABLE: QT_TRANSLATE_NOOP(
        "Wording", "{path} cannot be written: {error}. Choose another place."
    ),
    Kind.NO_FOLDER: QT_TRANSLATE_NOOP(
        "Wording", "{path} cannot be written: there is no folder {folder}. Choose another place."
    ),
    Kind.IS_FOLDER: QT_TRANSLATE_NOOP(
        "Wording", "{path} cannot be written: it is a folder. Choose another name."
    ),
    Kind.WRITE_PROTECTED: QT_TRANSLATE_NOOP(
        "Wording", "{path} cannot be written: it is write-protected. Choose another name."
    ),
    Kind.UNKNOWN_ENDING: QT_TRANSLATE_NOOP(
        "Wording", "The ending of {path} is none that can be written here. Use {known}."
    ),
    Kind.OWN_FOLDER_NOT_WRITABLE: QT_TRANSLATE_NOOP(
        "Wording",
        "Nothing can be run, because Poolscope cannot write to its own folder {path}: {error}. Make"
        " room there, or make it writable, then run it again.",
    ),
    Kind.NOT_REMEMBERED: QT_TRANSLATE_NOOP(
        "Wording",
        "Make {path} writable ({error}): until then nothing is remembered.",
    ),
    Kind.DISK_FULL: QT_TRANSLATE_NOOP(
        "Wording",
        "The disk became full, so that not all of this run is recorded in {path}. What was written"
        " before is kept; free some space, then run it again.",
    ),
    Kind.RUN_NOT_RECORDED: QT_TRANSLATE_NOOP(
        "Wording",
        "What happens in this run can no longer be written to {path}, or read there: {error}. Look"
        " after that folder, then run it again.",
    ),
    Kind.NOT_A_RUN: QT_TRANSLATE_NOOP(
        "Wording",
        "{path} cannot be opened as a run: {error}. Choose a file that Poolscope has saved.",
    ),
    Kind.RUN_ELSEWHERE: QT_TRANSLATE_NOOP(
        "Wording",
        "The run in {path} still goes on, perhaps in another window. Open it when it is over.",
    ),
    Kind.HOST_NOT_STARTED: QT_TRANSLATE_NOOP(
        "Wording",
        "The process that was to own the pool could not be started: {error}. Close other programs,"
        " then run it again.",
    ),
    Kind.HOST_DIED: QT_TRANSLATE_NOOP(
        "Wording",
        "The process that owned the pool died ({cause}). What it had recorded is kept; its output"
        " may say why.",
    ),
    Kind.HOST_BROKE: QT_TRANSLATE_NOOP(
        "Wording",
        "The process that owned the pool failed: {error}. This is a defect of Poolscope; please"
        " report it with the output of the run.",
    ),
    Kind.POOL_NOT_STARTED: QT_TRANSLATE_NOOP(
        "Wording", "The pool could not be made: {error}. Try fewer processes."
    ),
    Kind.POOL_STALLED: QT_TRANSLATE_NOOP(
        "Wording",
        "The pool stands still: a worker died with the lock of the task queue, so that no other can"
        " take a task. Run it again.",
    ),
    Kind.PIPE_BROKEN: QT_TRANSLATE_NOOP(
        "Wording",
        "No results can come back any more: {error}. A task must leave files alone that it has not"
        " opened itself.",
    ),
    Kind.RESULT_VANISHED: QT_TRANSLATE_NOOP(
        "Wording",
        "The results of tasks {span} were sent and never arrived. A task must leave files"
        " alone that it has not opened itself.",
    ),
    Kind.TASK_RAISED: QT_TRANSLATE_NOOP("Wording", "Task {task} raised {error}."),
    Kind.TASK_NOT_IMPORTED: QT_TRANSLATE_NOOP(
        "Wording",
        "The function {task} could not be imported in a worker: {error}. A worker that is not"
        " forked imports {module} anew: define the function at its top level, whatever __name__,"
        " the arguments or the working directory are.",
    ),
    Kind.INPUT_NOT_SENT: QT_TRANSLATE_NOOP(
        "Wording",
        "The inputs of chunk {chunk} could not be sent to a worker: {error}. Use inputs that can be"
        " pickled.",
    ),
    Kind.INPUT_NOT_READ: QT_TRANSLATE_NOOP(
        "Wording",
        "The input of task {task} cannot be unpickled: {error}. Use inputs that come back from"
        " pickle as they were.",
    ),
    Kind.INITIALIZER_NOT_SENT: QT_TRANSLATE_NOOP(
        "Wording",
        "The initializer or its arguments could not be sent to a worker: {error}. Use a function"
        " that def defines at the top level of its file, and arguments that can be pickled.",
    ),
    Kind.INITIALIZER_NOT_READ: QT_TRANSLATE_NOOP(
        "Wording",
        "The initializer or its arguments could not be read in a worker: {error}. A worker that is"
        " not forked imports the module anew: define them at its top level, and use arguments that"
        " come back from pickle as they were.",
    ),
    Kind.INITIALIZER_RAISED: QT_TRANSLATE_NOOP(
        "Wording",
        "The initializer raised {error}. Correct it: Pool itself would start one worker after the"
        " other for ever.",
    ),
    Kind.TASK_NOT_SENT: QT_TRANSLATE_NOOP(
        "Wording",
        "The function {task} could not be sent to a worker: {error}. Use a function that is defined"
        " with def at the top level of its file, and no lambda.",
    ),
    Kind.RESULT_NOT_SENT: QT_TRANSLATE_NOOP(
        "Wording",
        "The result of task {task} could not be sent back: {error}. Return a value that can be"
        " pickled.",
    ),
    Kind.RESULT_NOT_READ: QT_TRANSLATE_NOOP(
        "Wording",
        "What the chunk of task {task} sent back cannot be unpickled: {error}. Let its exceptions"
        " hand all their arguments to super().__init__.",
    ),
    Kind.WORKER_DIED: QT_TRANSLATE_NOOP("Wording", "Worker {pid} died ({cause}) while {doing}."),
    Kind.WORKERS_KEEP_DYING: QT_TRANSLATE_NOOP(
        "Wording",
        "{count} workers died ({cause}) before they could take a task. The output may say why.",
    ),
    Kind.WORKER_GONE: QT_TRANSLATE_NOOP(
        "Wording", "Worker {pid} has gone already, so nothing was killed. Choose another."
    ),
    Kind.LEFT_BEHIND: QT_TRANSLATE_NOOP(
        "Wording",
        "{count} processes that tasks had started were still running at the end, and were ended:"
        " {processes}. Let each task wait for what it starts.",
    ),
    Kind.APP_ENDED: QT_TRANSLATE_NOOP(
        "Wording",
        "Poolscope ended before the run did. What was recorded until then is shown; run it again"
        " for the rest.",
    ),
}
