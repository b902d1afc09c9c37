"""Reasons in what is pickled and sent. Pure."""

from collections.abc import Iterator

from .case import HEAVY_BYTES, NS, Case, spans
from .reason import Cause, Evidence, Reason, Remedy
from .what_if import Plan, best, chunksizes, round_first

SLACK = 0.02


def reasons(case: Case) -> Iterator[Reason]:
    """PICKLED_INPUTS, PICKLED_FUNCTION, PICKLED_RESULTS.

    What workers spent between chunks beyond what a chunk of any weight costs, added up and shared
    by them; a part of that goes to the function as to its share of the bytes. Results also cost
    what the host still unpickles when the last of them has been sent.
    """
    pickling, chunks = case.numbers.pickling, case.chunks
    known = max(pickling.chunks, 1)
    heavy_in = pickling.bytes_in > HEAVY_BYTES * known
    heavy_out = pickling.bytes_out > HEAVY_BYTES * known
    if case.one_at_a_time or not (heavy_in or heavy_out):
        return
    beyond_s = max(case.in_s + case.out_s - chunks * case.gap_s, 0.0)
    share_out = _share_out(case) if heavy_in and heavy_out else float(heavy_out)
    lost_s = beyond_s / case.workers
    if heavy_in:
        yield from _inputs(case, lost_s * (1 - share_out))
    if heavy_out:
        yield from _results(case, lost_s * share_out)


def _share_out(case: Case) -> float:
    """Of the time between chunks, what results took of it."""
    return case.out_s / max(case.in_s + case.out_s, 1e-9)


def _inputs(case: Case, cost_s: float) -> Iterator[Reason]:
    pickling, chunks = case.numbers.pickling, case.chunks
    of_function = (pickling.function_bytes or 0) * chunks
    share = min(of_function / max(pickling.bytes_in, 1), 1.0)
    if share >= 0.5:
        yield _function(case, cost_s * share)
        cost_s *= 1 - share
    ways = case.ways
    evidence = Evidence(spans(ways.before, ways.began, ways.worker))
    values = {
        "bytes": pickling.bytes_in,
        "a_chunk": pickling.bytes_in // chunks,
        "pickling_s": pickling.pickled_s + pickling.unpickled_s,
        "share": cost_s / case.makespan_s,
    }
    yield Reason(Cause.PICKLED_INPUTS, cost_s, values, evidence)


def _function(case: Case, cost_s: float) -> Reason:
    """Fewer chunks send it less often; `better` is None where that would not save enough."""
    pickling, chunks = case.numbers.pickling, case.chunks
    a_chunk_s = case.gap_s + cost_s * case.workers / chunks
    crew = min(case.numbers.processes, case.tasks)
    plan = Plan(case.durations_s, a_chunk_s)
    sizes = round_first(chunksizes(case.tasks, crew))
    times = [(size, plan.makespan_s(size, crew)) for size in sizes]
    better, time_s = best([one for one in times if one[0] >= case.chunksize] or times, SLACK)
    saved_s = min(plan.makespan_s(case.chunksize, crew) - time_s, cost_s)
    helps = case.has_chunks and better > case.chunksize and saved_s >= case.matters_s
    values = {
        "bytes": pickling.function_bytes,
        "a_chunk": pickling.bytes_in // chunks,
        "chunks": chunks,
        "pickling_s": pickling.pickled_s + pickling.unpickled_s,
        "better": better if helps else None,
    }
    ways = case.ways
    evidence = Evidence(spans(ways.before, ways.began, ways.worker))
    remedy = Remedy({"chunksize": better}) if helps else None
    return Reason(Cause.PICKLED_FUNCTION, saved_s if helps else cost_s, values, evidence, remedy)


def _results(case: Case, cost_s: float) -> Iterator[Reason]:
    pickling, ways = case.numbers.pickling, case.ways
    sent_ns = int(ways.sent.max(initial=case.last_ns))
    cost_s += max(case.returned_ns - max(sent_ns, case.last_ns), 0) / NS
    values = {
        "bytes": pickling.bytes_out,
        "a_chunk": pickling.bytes_out // case.chunks,
        "pickling_s": pickling.results_pickled_s + pickling.results_sent_s,
        "share": cost_s / case.makespan_s,
    }
    evidence = Evidence(spans(ways.ran, ways.sent, ways.worker))
    yield Reason(Cause.PICKLED_RESULTS, cost_s, values, evidence)
