"""Lays lanes out: what is drawn of a scene, by how it is drawn, and where. No painting.

All lanes in view are laid out together; one by one are only those that have something of their own.
"""

import numpy as np

from ....engine.trace.columns import Ints
from ..scene.bars import Bools, Floats, all_bars, bars_of, gap_px, snapped
from ..scene.in_view import InView, blocks, look, whole
from ..scene.palette import running_number
from ..scene.scene import LaneScene
from ..scene.vain import vain_in
from ..scene.waits import thinned, waits_in
from .chunk_lines import chunks_in
from .colouring import Colouring
from .dense import Columns, columns_in
from .drawn import Marks, Rect
from .narrow_bad import bad_in
from .pixels import Inks
from .raster import Heights
from .strips import LEAST_PX, Strip, Strips
from .surroundings import add_lives, add_troubles, add_ways

LEAST_WAIT_PX = 3.0
"""A result that waited for less has no line, only the mark of its taking."""
HOOKS_APART_PX = 4.0
LEAST_PITCH_PX = 14.0
"""Lanes that are thinner have no room under them for when results were taken."""


def marks_of(scene: LaneScene, top: float, ratio: float, inks: Inks) -> Marks:
    """Lay the lanes of `scene` out below `top` for a device with `ratio` pixels a pixel."""
    lanes, edges = scene.lanes(), scene.edges(ratio)
    colouring = Colouring(scene.colour_by, scene.digests)
    strips = Strips(len(lanes), len(edges) - 1, inks, ratio)
    looks, bars = [], []
    for first, some in blocks(lanes, strips.columns):
        part = look(some, edges, scene.wide_ns, colouring)
        looks.append(part)
        for columns in columns_in(part, colouring):
            strips.add_columns(first, part, columns, _vain(scene, part, columns, strips))
        bars.append(bars_of(part, scene.trace, ratio))
        strips.add_bars(first, bars[-1])
    seen = whole(looks, lanes, edges, scene.wide_ns)
    marks = Marks(seen, all_bars(bars, seen), strips, _heights(scene, ratio))
    bad = bad_in(scene.trace, scene.digests, seen, strips.device(LEAST_PX))
    if bad is not None:
        strips.add_bad(bad)
    tops = scene.tops(top)
    if scene.layout.bar[0]:
        _add_chunks(scene, seen, strips)
    if scene_shows_waits(scene):
        _add_waits(scene, marks, inks)
    _add_running(scene, marks, tops, ratio)
    add_lives(scene, marks, tops, ratio)
    add_ways(scene, marks, tops, ratio)
    add_troubles(scene, marks, tops)
    return marks


def _heights(scene: LaneScene, ratio: float) -> Heights:
    """Rows of pixels, counted from the top of what is in view."""
    layout, tops = scene.layout, scene.tops(0.0)
    pad, height = layout.bar
    foot = layout.pitch - layout.gap

    def rows(px: Floats) -> Ints:
        return np.rint(px * ratio).astype(np.int64)

    top = rows(tops + pad)
    return Heights(
        rows=max(round(layout.height * ratio), 1),
        top=top,
        bottom=np.maximum(rows(tops + pad + height), top + 1),
        strike=rows(tops + pad + height / 4),
        chunk=rows(tops + foot - 1),
        wait=rows(tops + foot + layout.gap / 2 - 0.5),
    )


def _vain(scene: LaneScene, seen: InView, columns: Columns, strips: Strips) -> Bools | None:
    """By lane of `columns` and column: what was done in vain; None for nothing."""
    if not scene.digests.results_lost:
        return None
    vain = np.zeros(columns.some.shape, np.bool_)
    for row, number in enumerate(columns.lanes.tolist()):
        digest = scene.digests[seen.lanes[number].ordinal - 1]
        if len(digest.vain_begun):
            vain[row] = vain_in(digest, seen.edges, strips.device(LEAST_PX))
    return vain


def _add_chunks(scene: LaneScene, seen: InView, strips: Strips) -> None:
    """The lines under chunks; that of the chunk in hand reaches up to now."""
    chunks = chunks_in(scene, seen)
    if len(chunks.lane):
        width_px = (chunks.ended - chunks.begun) / (scene.scale.seconds_per_px * 1e9)
        begin, end = snapped(seen, chunks.begun), snapped(seen, chunks.ended)
        strips.add_chunks(chunks.lane, begin, end, width_px)


def _add_running(scene: LaneScene, marks: Marks, tops: Floats, ratio: float) -> None:
    for lane, top in zip(marks.seen.lanes, tops.tolist(), strict=True):
        if lane.running is None:
            continue
        row, begun_ns = lane.running
        rect = bar_at(scene, top, (begun_ns, max(scene.now_ns, begun_ns)), ratio)
        if rect[0] <= scene.scale.right_px:
            digest = scene.digests[lane.ordinal - 1]
            chunk = int(scene.trace.tasks["chunk"][row])
            marks.running.append((rect, running_number(scene.colour_by, lane, digest, chunk)))


def bar_at(scene: LaneScene, top: float, span_ns: tuple[int, int], ratio: float) -> Rect:
    """Where the bar of a task stands in a lane whose top is at `top`."""
    pad, height = scene.layout.bar
    left, right = scene.snapped(np.array(span_ns), ratio).tolist()
    gap = float(gap_px(np.array([right - left]))[0])
    return left, top + pad, max(right - left - gap, 1.0), height


def scene_shows_waits(scene: LaneScene) -> bool:
    """Whether there is anything to show, and room for it under the lanes."""
    there = scene.show_taken and scene.trace.fetched is not None
    return there and scene.layout.pitch >= LEAST_PITCH_PX


def _add_waits(scene: LaneScene, marks: Marks, inks: Inks) -> None:
    """Lines in the gap under the lane, so that they cover no bar."""
    waits = waits_in(scene.trace, marks.seen, scene.waiting_ns)
    if waits is None:
        return
    seen, strips = marks.seen, marks.strips
    line = strips.device(1.0)
    since, until = snapped(seen, waits.since) - line, snapped(seen, waits.until)
    long = until - since >= strips.device(LEAST_WAIT_PX)
    pixel = _dark(inks)
    strips.add_lines(Strip.WAIT, waits.lane[long], since[long], until[long], pixel)
    hooked = waits.lane[long], since[long]
    stay = thinned(*hooked, strips.device(HOOKS_APART_PX))
    lane, hooks = hooked[0][stay], hooked[1][stay]
    strips.add_lines(Strip.HOOK, lane, hooks, hooks + line, pixel)
    half = min(max(scene.layout.gap / 2 + 1.5, 2.5), 4.0)
    places = np.where(long, until, since + line)[waits.taken]
    of = waits.lane[waits.taken]
    stay = thinned(of, places, strips.device(2 * half))
    inside = stay & (places >= 0) & (places <= seen.columns)
    marks.taken = places[inside], marks.heights.wait[of[inside]] + line // 2
    marks.taken_half = half


def _dark(inks: Inks) -> np.uint32:
    """Most of the colour of texts."""
    return np.uint32(inks.table()[inks.number_of("text") * 256 + round(0.75 * 255)])
