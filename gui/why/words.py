"""Why a run took that long, in words. Qt-free: window and command line use it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ...engine.experiment import Experiment
from ...engine.explain.reason import Cause, Explanation, Reason, Remedy, Silence
from .. import wording
from . import sentences
from .filling import (
    Facts,
    capital,
    digits,
    duration,
    facts_of,
    is_number,
    joined,
    number,
    share_of,
    text_of,
)

WAITING = 0.5
"""Tasks that compute less of their time than that are said to wait."""
HALF = 0.5
"""Of a slow start: an initializer that takes more of it is what is said."""
COMPUTING = 0.9
"""Tasks that compute less of their time: it is said how much, also when all is well."""
WAITED = 0.2
"""Of their time that tasks wait for a CPU: then all is not well."""
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


def reason_text(reason: Reason, makespan_s: float | None = None) -> str:
    """What happened, what it cost, and what would help.

    makespan_s: of the run, to say the cost beside it; None to leave that out.
    """
    template = wording.translate(_happened(reason))
    said = [template.format_map(facts_of(reason))]
    if reason.cause is Cause.START_UP and is_number(reason.values.get("making_s")):
        said.append(wording.translate(sentences.MAKING).format_map(facts_of(reason)))
    if reason.cause in (Cause.TINY_TASKS, Cause.SLOWER_THAN_LOOP):
        said += _break_even(reason)
    remedy = _subject(reason.remedy)
    if not remedy:
        said += _beside_loop(reason, sentences.BESIDE_LOOP)
    if remedy and reason.cause in sentences.FREE and _is_little(reason.cost_s, makespan_s):
        template = wording.translate(sentences.FREE[reason.cause])
        said.append(template.format(remedy=capital(remedy)))
    elif remedy:
        said.append(_cost(sentences.SAVES, sentences.SAVES_OF, reason, makespan_s, remedy))
    elif reason.cause is Cause.SLOWER_THAN_LOOP and _told_s(reason) >= LITTLE * reason.cost_s:
        facts = {"lost": duration(_told_s(reason) + reason.cost_s), "cost": cost_text(reason)}
        said.append(wording.translate(sentences.REST).format_map(facts))
    elif reason.cost_s > 0:
        said.append(_cost(sentences.COST, sentences.COST_OF, reason, makespan_s))
    if remedy:
        still = reason.values.get("still") is not False
        said += _beside_loop(reason, sentences.STILL_LOOP if still else sentences.LOOP_TOO)
    if not remedy or reason.cause in sentences.AS_WELL:
        said.append(wording.translate(_help(reason)))
    return " ".join(said)


def _beside_loop(reason: Reason, template: str) -> list[str]:
    """What a plain loop takes, where that is not what the reason is about."""
    if reason.cause is Cause.SLOWER_THAN_LOOP or not is_number(reason.values.get("loop_s")):
        return []
    return [wording.translate(template).format_map(facts_of(reason))]


def _told_s(reason: Reason) -> float:
    """What the pool took longer than a loop for other reasons."""
    lost_s = number(reason.values.get("makespan_s"), 0.0) - number(reason.values.get("loop_s"), 0.0)
    return min(max(lost_s - reason.cost_s, 0.0), FULL)


def title_text(reason: Reason) -> str:
    """What happened in a few words.

    >>> title_text(Reason(Cause.LONG_TASK, 0.35, {}))
    'One long task'
    """
    if _are_several(reason):
        return wording.translate(sentences.FEW_LONG_TITLE)
    return wording.translate(sentences.TITLES[reason.cause])


def cost_text(reason: Reason) -> str:
    """About how much time it cost; "" for none."""
    return duration(reason.cost_s) if reason.cost_s > 0 else ""


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
        facts = {"field": wording.field_name(field), "value": text_of(value)}
        return wording.translate(template).format_map(facts)
    if remedy.order == "longest" and not settings and not remedy.variables:
        return wording.translate(sentences.ORDER_NOW)
    what = joined(_parts(remedy, sentences.IN_SENTENCE, len(remedy.variables)))
    return wording.translate(sentences.ARE_SET).format(what=what)


def all_well_text(explanation: Explanation) -> str:
    """That nothing cost much time, with the efficiency where it is known."""
    numbers = explanation.numbers
    efficiency, speed_up = numbers.efficiency, numbers.speed_up
    if numbers.processes == 1 and efficiency is not None:
        efficiency = number(numbers.utilisation, efficiency)  # by itself it is 1
    if efficiency is None or not 0 <= efficiency <= FULL:
        return wording.translate(sentences.NOTHING_FOUND)
    facts = {
        "workers": wording.count(numbers.processes, "worker"),
        "share": share_of(efficiency),
    }
    computed, waited = explanation.cpu_share, explanation.waited
    if is_number(waited) and waited >= WAITED and is_number(computed):
        facts = {"share": share_of(computed), "waited": share_of(waited)}
        return wording.translate(sentences.WAITED_FOR_CPU).format_map(facts)
    template = sentences.ALL_WELL
    if efficiency < GOOD:
        template = sentences.NOTHING_TO_CHANGE
    elif numbers.processes == 1:
        template = sentences.ALL_WELL_OF_ONE
    elif speed_up is not None and 0 < speed_up <= FULL:
        template, facts["times"] = sentences.ALL_WELL_MEASURED, digits(speed_up)
    said = [wording.translate(template).format_map(facts)]
    if is_number(computed) and computed < COMPUTING:
        said.append(wording.translate(sentences.COMPUTED).format(share=share_of(computed)))
    return " ".join(said)


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
    said = wording.translate(template).format(times=digits(max(times, 1 / times)))
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
    facts |= {"value": text_of(values[field]), "other": text_of(others[field])}
    return wording.translate(sentences.CHANGE).format(**facts)


def _help(reason: Reason) -> str:
    """The untranslated sentence of what would help, where no setting does."""
    if reason.cause is Cause.UNEVEN_CHUNKS and reason.values.get("better") is None:
        return sentences.SMALLER_TASKS
    if reason.cause is Cause.LONG_TASK and reason.values.get("first") is False:
        return sentences.SHORTER_TASKS if _are_several(reason) else sentences.SHORTER_TASK
    if _are_several(reason):
        return sentences.FIRST_TASKS
    if reason.cause is Cause.SLOWER_THAN_LOOP and reason.values.get("short") is False:
        return sentences.MORE_TO_DO
    return sentences.HELPS[reason.cause]


def _are_several(reason: Reason) -> bool:
    """Not one long task is meant, but a few."""
    return reason.cause is Cause.LONG_TASK and number(reason.values.get("count"), 1.0) > 1


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
        case Cause.LONG_TASK if _are_several(reason):
            return sentences.FEW_LONG
        case Cause.SLOWER_THAN_LOOP if values.get("measured"):
            return sentences.LOOP_MEASURED
        case Cause.TOO_MANY_WORKERS if values.get("cpu_share") is None:
            return sentences.WITHOUT_SHARE
        case Cause.TOO_FEW_WORKERS if number(values.get("cpu_share"), 1.0) < WAITING:
            return sentences.ALL_WAITED
        case Cause.START_UP if number(values.get("initializer_s"), 0.0) > HALF * number(
            values.get("start_up_s"), 0.0
        ):
            return sentences.WITH_INITIALIZER
        case Cause.START_UP if values.get("start_method") == "spawn":
            return sentences.WITH_SPAWN
        case Cause.THREADS if not values.get("libraries"):
            return sentences.SOME_LIBRARY
    return sentences.HAPPENED[reason.cause]


def _is_little(cost_s: float, makespan_s: float | None) -> bool:
    return cost_s <= 0 or (makespan_s is not None and cost_s < LITTLE * makespan_s)


def _break_even(reason: Reason) -> list[str]:
    break_even_s = reason.values.get("break_even_s")
    if not is_number(break_even_s):
        return []
    return [wording.translate(sentences.BREAK_EVEN).format_map(facts_of(reason))]


def _cost(
    alone: str, beside: str, reason: Reason, makespan_s: float | None, remedy: str = ""
) -> str:
    facts = {"cost": duration(reason.cost_s), "remedy": capital(remedy)}
    if makespan_s is None or not 0 < makespan_s <= FULL * 1e3:
        return wording.translate(alone).format_map(facts)
    return wording.translate(beside).format_map(facts | {"makespan": duration(makespan_s)})


def _subject(remedy: Remedy | None) -> str:
    """The remedy as the subject of a sentence; "" for none."""
    if remedy is None:
        return ""
    return joined(_parts(remedy, sentences.IN_SENTENCE, len(remedy.variables)))


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
    facts = Facts({"value": text_of(value)})
    if field == "processes" and isinstance(value, int):
        facts["workers"] = wording.count(value, "worker")
    template = templates.get(field)
    if template is None:
        return f"{wording.field_name(field)}={text_of(value)}"
    return wording.translate(template).format_map(facts)
