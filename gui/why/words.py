"""Why a run took that long, in words. Qt-free: window and command line use it."""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeGuard

from ...engine.experiment import Experiment
from ...engine.explain.reason import Cause, Explanation, Reason, Remedy, Silence
from .. import wording
from ..advice import CPUS, size_text
from . import sentences

WAITING = 0.5
"""Tasks that compute less of their time than that are said to wait."""
HALF = 0.5
"""Of a slow start: an initializer that takes more of it is what is said."""
GOOD = 0.75
"""An efficiency that is called well."""
LITTLE = 0.05
"""Of the makespan; a reason that costs less is said for something else."""
ALIKE = 1.1
"""Runs whose makespans differ by less are said to be about as fast: so noisy are machines."""
NAMED = 1
"""Of the variables of a remedy, so many are named on its button."""
FULL = 60_000.0
"""Figures are shown up to here; what is beyond has gone wrong."""


class _Facts(dict[str, str]):
    """What is filled into a template; a fact that nobody brought is a question mark."""

    def __missing__(self, name: str) -> str:
        return "?"


def reason_text(reason: Reason, makespan_s: float | None = None) -> str:
    """What happened, what it cost, and what would help.

    makespan_s: of the run, to say the cost beside it; None to leave that out.
    """
    template = wording.translate(_happened(reason))
    said = [template.format_map(_facts(reason))]
    if reason.cause in (Cause.TINY_TASKS, Cause.SLOWER_THAN_LOOP):
        said += _break_even(reason)
    if reason.cause is not Cause.SLOWER_THAN_LOOP and _is_number(reason.values.get("loop_s")):
        template = wording.translate(sentences.BESIDE_LOOP)
        said.append(template.format_map(_facts(reason)))
    remedy = _subject(reason.remedy)
    if remedy and reason.cause in sentences.FREE and _is_little(reason.cost_s, makespan_s):
        template = wording.translate(sentences.FREE[reason.cause])
        said.append(template.format(remedy=_capital(remedy)))
    elif remedy:
        said.append(_cost(sentences.SAVES, sentences.SAVES_OF, reason, makespan_s, remedy))
    elif reason.cost_s > 0:
        said.append(_cost(sentences.COST, sentences.COST_OF, reason, makespan_s))
    if not remedy or reason.cause in sentences.AS_WELL:
        said.append(wording.translate(_help(reason)))
    return " ".join(said)


def title_text(reason: Reason) -> str:
    """What happened in a few words.

    >>> title_text(Reason(Cause.LONG_TASK, 0.35, {}))
    'One long task'
    """
    return wording.translate(sentences.TITLES[reason.cause])


def cost_text(reason: Reason) -> str:
    """About how much time it cost; "" for none."""
    return _duration(reason.cost_s) if reason.cost_s > 0 else ""


def remedy_text(reason: Reason) -> str:
    """The button that applies the remedy; "" without one.

    >>> remedy_text(Reason(Cause.TINY_TASKS, 1, {}, remedy=Remedy({"chunksize": 500})))
    'Set chunksize to 500'
    """
    remedy = reason.remedy
    if remedy is None:
        return ""
    parts = _parts(remedy, sentences.ON_BUTTON, NAMED)
    if len(parts) > 1:
        parts = _parts(remedy, sentences.AMONG, NAMED)
    return ", ".join(parts)


def applied_text(remedy: Remedy) -> str:
    """What has just been set, and what to do now."""
    settings = list(remedy.pool.items())
    if remedy.order is None and not remedy.variables and len(settings) == 1:
        field, value = settings[0]
        template = sentences.IS_NOW
        if value is None:
            template = sentences.IS_AUTO if field == "chunksize" else sentences.IS_UNSET
        facts = {"field": wording.field_name(field), "value": _text(value)}
        return wording.translate(template).format_map(facts)
    if remedy.order == "longest" and not settings and not remedy.variables:
        return wording.translate(sentences.ORDER_NOW)
    what = _joined(_parts(remedy, sentences.IN_SENTENCE, len(remedy.variables)))
    return wording.translate(sentences.ARE_SET).format(what=what)


def all_well_text(explanation: Explanation) -> str:
    """That nothing cost much time, with the efficiency where it is known."""
    numbers = explanation.numbers
    efficiency, speed_up = numbers.efficiency, numbers.speed_up
    if efficiency is None or not 0 <= efficiency <= FULL:
        return wording.translate(sentences.NOTHING_FOUND)
    facts = {
        "workers": wording.count(numbers.processes, "worker"),
        "share": _share(efficiency),
    }
    template = sentences.ALL_WELL
    if efficiency < GOOD:
        template = sentences.NOTHING_TO_CHANGE
    elif numbers.processes == 1:
        template = sentences.ALL_WELL_OF_ONE
    elif speed_up is not None and 0 < speed_up <= FULL:
        template, facts["times"] = sentences.ALL_WELL_MEASURED, _digits(speed_up)
    return wording.translate(template).format_map(facts)


def silence_text(silence: Silence) -> str:
    """Why nothing is said about a run."""
    return wording.translate(sentences.SILENCES[silence])


def effect_text(makespan_s: float, before_s: float, change: str = "") -> str:
    """How this run compares with the one before of the same tasks; makespans above 0.

    change: see `change_text`.

    >>> effect_text(1.0, 1.6), effect_text(1.0, 1.01)
    ('1.6 × faster than the run before.', 'About as fast as the run before.')
    >>> effect_text(3.0, 1.0, "with chunksize 1 instead of 4")
    '3 × slower than the run before, with chunksize 1 instead of 4.'
    """
    times = before_s / makespan_s
    template = sentences.FASTER if times > 1 else sentences.SLOWER
    if 1 / ALIKE < times < ALIKE:
        template = sentences.AS_FAST
    said = wording.translate(template).format(times=_digits(max(times, 1 / times)))
    facts = {"said": said, "change": change}
    return wording.translate(sentences.WITH_CHANGE if change else sentences.NO_CHANGE).format(
        **facts
    )


def change_text(now: Experiment, before: Experiment) -> str:
    """The one setting that is another; "" where there are several, or none to name.

    >>> change_text(Experiment().with_pool(chunksize=1), Experiment().with_pool(chunksize=4))
    'with chunksize 1 instead of 4'
    """
    values, others = asdict(now.pool), asdict(before.pool)
    changed = [name for name in values if values[name] != others[name]]
    same = now.order == before.order and now.place == before.place
    if len(changed) != 1 or not same:
        return ""
    (field,) = changed
    if None in (values[field], others[field]):
        return ""
    facts = {"field": wording.field_name(field)}
    facts |= {"value": _text(values[field]), "other": _text(others[field])}
    return wording.translate(sentences.CHANGE).format(**facts)


def _help(reason: Reason) -> str:
    """The untranslated sentence of what would help, where no setting does."""
    if reason.cause is Cause.UNEVEN_CHUNKS and reason.values.get("better") is None:
        return sentences.SMALLER_TASKS
    return sentences.HELPS[reason.cause]


def _happened(reason: Reason) -> str:
    """The untranslated template that fits the values which `reason` brings."""
    values = reason.values
    match reason.cause:
        case Cause.UNEVEN_CHUNKS if values.get("better") is None:
            return sentences.NOTHING_LEFT
        case Cause.UNEVEN_CHUNKS if values.get("workers") == 1:
            return sentences.ONE_WAITED
        case Cause.LONG_TASK if not values.get("times"):
            return sentences.WITHOUT_TIMES
        case Cause.SLOWER_THAN_LOOP if values.get("measured"):
            return sentences.LOOP_MEASURED
        case Cause.TOO_MANY_WORKERS if values.get("cpu_share") is None:
            return sentences.WITHOUT_SHARE
        case Cause.TOO_FEW_WORKERS if _number(values.get("cpu_share"), 1.0) < WAITING:
            return sentences.ALL_WAITED
        case Cause.START_UP if _number(values.get("initializer_s"), 0.0) > HALF * _number(
            values.get("start_up_s"), 0.0
        ):
            return sentences.WITH_INITIALIZER
        case Cause.START_UP if values.get("start_method") == "spawn":
            return sentences.WITH_SPAWN
        case Cause.THREADS if not values.get("libraries"):
            return sentences.SOME_LIBRARY
    return sentences.HAPPENED[reason.cause]


def _facts(reason: Reason) -> _Facts:
    values = reason.values
    facts = _Facts({name: _text(value) for name, value in values.items() if value is not None})
    for name, value in values.items():
        if name.endswith("_s") and _is_number(value):
            facts[name.removesuffix("_s")] = _duration(value)
    for name in ("share", "cpu_share"):
        if _is_number(values.get(name)):
            facts["share"] = _share(values[name])
    for name in ("bytes", "a_chunk", "limit"):
        if _is_number(values.get(name)):
            facts[name] = size_text(round(values[name]))
    if _is_number(values.get("times")):
        facts["times"] = _digits(values["times"])
    for name, thing in (("workers", "worker"), ("processes", "worker"), ("chunks", "chunk")):
        if isinstance(values.get(name), int):
            facts["workers" if thing == "worker" else name] = wording.count(values[name], thing)
    if isinstance(values.get("cpus"), int):
        one, many = CPUS
        template = wording.translate(one if values["cpus"] == 1 else many)
        facts["cpus"] = template.format(count=f"{values['cpus']:,}")
    if isinstance(values.get("libraries"), list | tuple):
        facts["libraries"] = _joined([wording.one_line(name) for name in values["libraries"]])
    return facts


def _is_little(cost_s: float, makespan_s: float | None) -> bool:
    return cost_s <= 0 or (makespan_s is not None and cost_s < LITTLE * makespan_s)


def _break_even(reason: Reason) -> list[str]:
    break_even_s = reason.values.get("break_even_s")
    if not _is_number(break_even_s):
        return []
    template = wording.translate(sentences.BREAK_EVEN)
    return [template.format(break_even=_duration(break_even_s))]


def _cost(
    alone: str, beside: str, reason: Reason, makespan_s: float | None, remedy: str = ""
) -> str:
    facts = {"cost": _duration(reason.cost_s), "remedy": _capital(remedy)}
    if makespan_s is None or not 0 < makespan_s <= FULL * 1e3:
        return wording.translate(alone).format_map(facts)
    return wording.translate(beside).format_map(facts | {"makespan": _duration(makespan_s)})


def _subject(remedy: Remedy | None) -> str:
    """The remedy as the subject of a sentence; "" for none."""
    if remedy is None:
        return ""
    return _joined(_parts(remedy, sentences.IN_SENTENCE, len(remedy.variables)))


def _parts(remedy: Remedy, templates: Mapping[str, str], named: int) -> list[str]:
    parts = []
    if remedy.order is not None:
        parts.append(wording.translate(templates.get(remedy.order, remedy.order)))
    parts += [_setting(field, value, templates) for field, value in remedy.pool.items()]
    settings = [f"{name}={wording.one_line(value)}" for name, value in remedy.variables.items()]
    if settings:
        shown = ", ".join(settings[:named])
        if more := len(settings) - named:
            if more > 0:
                template = wording.translate(sentences.AND_MORE)
                shown = template.format(variables=shown, count=f"{more:,}")
        parts.append(shown)
    return parts


def _setting(field: str, value: Any, templates: Mapping[str, str]) -> str:
    on_button = templates is not sentences.IN_SENTENCE
    if value is None and field == "maxtasksperchild":
        return wording.translate(sentences.NEVER_REPLACE if on_button else sentences.NEVER_REPLACED)
    if value is None and field == "chunksize":
        return wording.translate(sentences.AUTO_CHUNKSIZE if on_button else sentences.AUTO_CHUNKS)
    facts = _Facts({"value": _text(value)})
    if field == "processes" and isinstance(value, int):
        facts["workers"] = wording.count(value, "worker")
    template = templates.get(field)
    if template is None:
        return f"{wording.field_name(field)}={_text(value)}"
    return wording.translate(template).format_map(facts)


def _joined(parts: list[str]) -> str:
    """
    >>> _joined(["a", "b", "c"])
    'a, b and c'
    """
    if len(parts) < 2:
        return "".join(parts)
    template = wording.translate(sentences.BOTH)
    return template.format(one=", ".join(parts[:-1]), other=parts[-1])


def _capital(text: str) -> str:
    """The first letter large, unless it begins a name that is spelt with a small one."""
    name = text.partition("=")[0]
    return text if "=" in text and " " not in name else text[:1].upper() + text[1:]


def _is_number(value: object) -> TypeGuard[float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def _number(value: Any, otherwise: float) -> float:
    return float(value) if _is_number(value) else otherwise


def _text(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else wording.one_line(value)


def _duration(seconds: float) -> str:
    return wording.duration(seconds)


def _share(share: float) -> str:
    from ..timeline.scene.time_scale import share_text  # it imports numpy

    return share_text(share)


def _digits(value: float) -> str:
    from ..timeline.scene.time_scale import three_digits  # it imports numpy

    return three_digits(value)
