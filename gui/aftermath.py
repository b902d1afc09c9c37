"""What went down with a chunk, in a sentence: templates and their choice, as in variants.py."""

from collections.abc import Callable, Mapping
from typing import Any

from .sentences import QT_TRANSLATE_NOOP

NEVER_RUN = (
    QT_TRANSLATE_NOOP("Wording", "task {first} was never run"),
    QT_TRANSLATE_NOOP("Wording", "tasks {span} were never run"),
    QT_TRANSLATE_NOOP("Wording", "{count} tasks were never run"),
)
WENT_DOWN = (
    QT_TRANSLATE_NOOP("Wording", "the result of task {first} went down with it"),
    QT_TRANSLATE_NOOP("Wording", "the results of tasks {span} went down with it"),
    QT_TRANSLATE_NOOP("Wording", "the results of {count} tasks went down with it"),
)
"""Of one task, of several, and of several that are no neighbours."""
TO = QT_TRANSLATE_NOOP("Wording", "{first} to {last}")
AND = QT_TRANSLATE_NOOP("Wording", "{first} and {last}")
AND_MORE = QT_TRANSLATE_NOOP("Wording", "{first} and {count} more")
AND_OTHERS = QT_TRANSLATE_NOOP("Wording", "{processes} and {count} others")
AND_ANOTHER = QT_TRANSLATE_NOOP("Wording", "{processes} and another")
PIDS = 3
"""Of the processes of one name, so many PIDs are named."""
ONE = QT_TRANSLATE_NOOP("Wording", "In its chunk, {what}.")
BOTH = QT_TRANSLATE_NOOP("Wording", "In its chunk, {never_run}, and {went_down}.")
BY_YOU = QT_TRANSLATE_NOOP("Wording", "{cause}, sent by you")
POOL_GOES_ON = QT_TRANSLATE_NOOP(
    "Wording",
    "Pool starts another worker in its place, and never notices which chunk has gone: a plain"
    " {method} would wait for ever.",
)
POOL_REPLACES = QT_TRANSLATE_NOOP(
    "Wording",
    "Pool starts another worker in its place. No chunk has gone, so {method} comes to its end.",
)


def aftermath(values: Mapping[str, Any], translate: Callable[[str], str]) -> str:
    """What else of its chunk was lost; "" when nothing was, or the sentence has said it."""
    never_run = "" if "first" in values else _part(NEVER_RUN, values.get("never_run"), translate)
    went_down, task = values.get("went_down"), values.get("task")
    if went_down == [task, task, 1]:
        went_down = None  # it is what the sentence is about
    went_down = _part(WENT_DOWN, went_down, translate)
    if never_run and went_down:
        return translate(BOTH).format(never_run=never_run, went_down=went_down)
    what = never_run or went_down
    return translate(ONE).format(what=what) if what else ""


def _part(templates: tuple[str, str, str], span: Any, translate: Callable[[str], str]) -> str:
    if not isinstance(span, list):
        return ""
    first, last, count = span
    template = templates[0] if count == 1 else templates[2 if first is None else 1]
    span = neighbours(first or 0, last or 0, translate)
    return translate(template).format(first=f"{first or 0:,}", span=span, count=f"{count:,}")


def neighbours(first: int, last: int, translate: Callable[[str], str]) -> str:
    """Neighbours by their numbers.

    >>> neighbours(7, 8, str), neighbours(7, 1000, str)
    ('7 and 8', '7 to 1,000')
    """
    return translate(AND if last == first + 1 else TO).format(first=f"{first:,}", last=f"{last:,}")


def grouped(names: list[Any], count: Any, translate: Callable[[str], str]) -> str:
    """Processes, each told as "name (PID)", by their names. `count`: of all, also those not told.

    >>> grouped(["sh (1)", "sleep (2)", "sleep (3)"], 3, str)
    'sh (1), sleep (2, 3)'
    """
    groups: dict[str, list[str]] = {}
    for told in map(str, names):
        name, _, pid = told.removesuffix(")").rpartition(" (")
        groups.setdefault(name or told, []).append(pid if name else "?")
    untold = max(count - len(names), 0) if isinstance(count, int) else 0
    alone = len(groups) == 1  # then the others are most likely such, too
    parts = []
    for name, pids in groups.items():
        number = len(pids) + (untold if alone else 0)
        inside = ", ".join(pids)
        if number > PIDS:
            inside = translate(AND_MORE).format(first=pids[0], count=f"{number - 1:,}")
        parts.append(f"{name} ({inside})")
    processes = ", ".join(parts)
    if alone or not untold:
        return processes
    others = AND_ANOTHER if untold == 1 else AND_OTHERS
    return translate(others).format(processes=processes, count=f"{untold:,}")
