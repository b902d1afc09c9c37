"""What the settings mean, as templates: how each method orders, what a variable does, and why a
setting has no effect.

wording.translate turns them into the user's language. See sentences.py for how they are written.
"""

from ..engine.experiment import Experiment
from . import wording
from .sentences import QT_TRANSLATE_NOOP

_METHODS = {
    "map": QT_TRANSLATE_NOOP(
        "Wording", "Returns when all is done: a list of the results in the order of the inputs."
    ),
    "starmap": QT_TRANSLATE_NOOP(
        "Wording",
        "Like map, but each input is a tuple, which is unpacked into the function's arguments.",
    ),
    "imap": QT_TRANSLATE_NOOP(
        "Wording",
        "Returns an iterator at once: results one by one in the order of the inputs, each as soon"
        " as it and those before it are done.",
    ),
    "imap_unordered": QT_TRANSLATE_NOOP(
        "Wording",
        "Returns an iterator at once: each result as soon as it is done, in whatever order.",
    ),
    "apply": QT_TRANSLATE_NOOP(
        "Wording",
        "One call after the other, each waiting for its result: only one worker works at a time.",
    ),
    "apply_async": QT_TRANSLATE_NOOP(
        "Wording",
        "All calls are handed out at once, one task each; results are collected in the order of"
        " the inputs.",
    ),
    "map_async": QT_TRANSLATE_NOOP(
        "Wording",
        "Like map, but returns at once; the list of results is there when all is done.",
    ),
    "starmap_async": QT_TRANSLATE_NOOP(
        "Wording",
        "Like starmap, but returns at once; the list of results is there when all is done.",
    ),
}
_WITHOUT_EFFECT = {
    ("chunksize", "method"): QT_TRANSLATE_NOOP(
        "Wording", "No effect: {method} hands out one task at a time."
    ),
    ("preload", "start_method"): QT_TRANSLATE_NOOP(
        "Wording", "No effect: {start_method} has no fork server."
    ),
    ("initargs", "initializer"): QT_TRANSLATE_NOOP("Wording", "No effect without an initializer."),
    ("seed", "order"): QT_TRANSLATE_NOOP("Wording", "No effect: the inputs are not shuffled."),
}
_NO_EFFECT = QT_TRANSLATE_NOOP("Wording", "No effect: {ruler} rules it out.")
_ORDERS = {
    "given": QT_TRANSLATE_NOOP("Wording", "as given"),
    "shuffled": QT_TRANSLATE_NOOP("Wording", "shuffled"),
    "longest": QT_TRANSLATE_NOOP("Wording", "longest first"),
}
_ORDER_HELPS = {
    "given": QT_TRANSLATE_NOOP("Wording", "The inputs are handed out as they come."),
    "shuffled": QT_TRANSLATE_NOOP(
        "Wording", "The same seed gives the same order; results stay with their inputs."
    ),
    "longest": QT_TRANSLATE_NOOP(
        "Wording", "As the latest whole run with these inputs measured them."
    ),
}
_VARIABLES = {
    "OMP_NUM_THREADS": QT_TRANSLATE_NOOP(
        "Wording",
        "Threads of OpenMP, which numpy, scipy, scikit-learn and PyTorch look at.",
    ),
    "OPENBLAS_NUM_THREADS": QT_TRANSLATE_NOOP(
        "Wording", "Threads of OpenBLAS, which computes for numpy and scipy from PyPI."
    ),
    "MKL_NUM_THREADS": QT_TRANSLATE_NOOP(
        "Wording", "Threads of Intel's MKL, which computes for numpy and scipy from Anaconda."
    ),
    "VECLIB_MAXIMUM_THREADS": QT_TRANSLATE_NOOP(
        "Wording", "Threads of Apple's Accelerate, which computes for numpy on macOS."
    ),
    "NUMEXPR_NUM_THREADS": QT_TRANSLATE_NOOP(
        "Wording", "Threads of numexpr, which pandas uses for large tables."
    ),
    "NUMBA_NUM_THREADS": QT_TRANSLATE_NOOP(
        "Wording", "Threads of numba's parallel loops: those under parallel=True."
    ),
    "POLARS_MAX_THREADS": QT_TRANSLATE_NOOP("Wording", "Threads of polars."),
    "TF_NUM_INTRAOP_THREADS": QT_TRANSLATE_NOOP(
        "Wording", "Threads that TensorFlow uses inside one operation."
    ),
    "OPENCV_FOR_THREADS_NUM": QT_TRANSLATE_NOOP("Wording", "Threads of OpenCV (cv2)."),
}


def method_help(method: str) -> str:
    """How a method orders its results, and when it returns."""
    return wording.translate(_METHODS[method])


def order_name(order: str) -> str:
    """In which order the inputs are handed out, as a choice."""
    return wording.translate(_ORDERS[order])


def order_help(order: str) -> str:
    """A line about what that order goes by."""
    return wording.translate(_ORDER_HELPS[order])


def without_effect(field: str, ruler: str, experiment: Experiment) -> str:
    """Why `field` does nothing while `ruler` is as it is.

    >>> without_effect("chunksize", "method", Experiment().with_pool(method="apply"))
    'No effect: apply hands out one task at a time.'
    """
    template = _WITHOUT_EFFECT.get((field, ruler), _NO_EFFECT)
    pool = experiment.pool
    return wording.translate(template).format(
        method=pool.method, start_method=pool.start_method, ruler=wording.field_name(ruler)
    )


def variable_help(name: str) -> str:
    """What the environment variable `name` does, in a sentence; "" for one that is not known."""
    return wording.translate(_VARIABLES[name]) if name in _VARIABLES else ""
