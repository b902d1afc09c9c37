"""The timeline as a picture that speaks for itself: title, parameters, lanes, axis, legend."""

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QImageWriter, QPainter

from ...engine.export.target import written
from ...engine.recording import Recording
from ...engine.trace.trace import Trace
from ..theme import BODY_PT, LIGHT, SMALL_PT, TITLE_PT, Theme, body_font, fixed_font
from .drawing.lane_axis import WIDTH_PX, labels_of, paint_labels
from .drawing.lane_painter import LanePainter
from .drawing.time_axis import HEIGHT_PX, paint_time_axis
from .legend import LINE_PX, Entry, arrange, entries_of, paint_legend
from .scene.changes import moments_ns, run_end_ns
from .scene.digests import Digests
from .scene.following import ROOM
from .scene.lanes import LOWEST, LaneLayout
from .scene.life import slot_order
from .scene.palette import ColourBy
from .scene.scene import LaneScene
from .scene.time_scale import TimeScale
from .scene.trouble_marks import troubles_of
from .scene.ways import LEAST_PX, longest_way_ns
from .strips.kinds import StripKind, StripLayout
from .strips.painter import paint_strip_names, paint_strips
from .strips.strip import StripSource
from .strips.words import said_of
from .words.heading import TITLE_LINES, facts_of, join_lines, wrap

translate = QCoreApplication.translate

MARGIN_PX = 24.0
TITLE_LINE_PX, FACT_LINE_PX = 22.0, 18.0
HIGHEST = 48.0
"""Pixels that a lane of a picture takes at most."""
THINNEST = 3.0
"""Below that, lanes would run into each other."""
AUTO_LANES_PX = 720.0
"""Many lanes get thinner until they need more than that."""
NO_LANES_PX = 120.0
SIDE_LIMIT = 32_000
"""Qt paints no further; device pixels."""
AREA_LIMIT = 1 << 27
"""Device pixels: half a gigabyte."""
DOTS_PER_METRE = 3780
"""96 to the inch, on which the sizes of fonts are based, so that no screen changes a picture."""


@dataclass(frozen=True)
class PictureOptions:
    """What a picture shows, and how.

    whole: the whole run; otherwise `span_ns`, times of the run's clock.
    width, height: logical pixels; without a height it follows from the number of lanes. scale:
    device pixels per logical pixel, 1, 2 or 4. show_taken, group_by_slot: as in TimelineView.
    strips: under the lanes.
    """

    whole: bool = True
    span_ns: tuple[int, int] | None = None
    width: int = 1200
    height: int | None = None
    scale: int = 1
    theme: Theme = LIGHT
    colour_by: ColourBy = ColourBy.CHUNK
    show_taken: bool = True
    group_by_slot: bool = False
    strips: tuple[StripKind, ...] = ()


def draw_picture(recording: Recording, options: PictureOptions) -> QImage:
    """Draw `recording`. The image is width x scale pixels wide, and height x scale high if asked.

    A height that has no room for all lanes is exceeded. Needs a QGuiApplication.
    """
    return _Picture(recording, options).draw()


def save_png(image: QImage, path: Path) -> None:
    """Write `image` to `path` as PNG: beside it, then renamed.

    Raises ProblemError when it cannot be written; an earlier file stays whole.
    """
    with written(path) as part:
        part.write_bytes(encode_png(image))


def encode_png(image: QImage) -> bytes:
    """The image as the bytes of a PNG file."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"PNG")
    if not writer.write(image):
        raise OSError(writer.errorString())
    return bytes(data.data())


class _Picture:
    """One picture while it is being drawn."""

    def __init__(self, recording: Recording, options: PictureOptions) -> None:
        self.recording, self.options = recording, options
        self.theme = options.theme
        self.title_font = fixed_font(TITLE_PT)
        self.title_font.setWeight(QFont.Weight.Bold)
        self.lane_count = len(recording.trace.lanes) if recording.trace is not None else 0
        self.digests = Digests(recording.indices_of)
        if recording.trace is not None:
            self.digests.update(recording.trace)
        self.strips = StripLayout(options.strips if self.lane_count else ())
        self._arrange()

    def _arrange(self) -> None:
        """Break the texts into lines, and find out how high everything gets."""
        options = self.options
        inner = options.width - 2 * MARGIN_PX
        paper = _image(1, 1)
        with QPainter(paper) as painter:
            painter.setFont(self.title_font)
            title = self.recording.experiment.call_text()
            self.title = wrap(title, inner, painter.fontMetrics().horizontalAdvance, TITLE_LINES)
            painter.setFont(body_font(BODY_PT))
            facts = facts_of(self.recording)
            self.facts = join_lines(facts, inner, painter.fontMetrics().horizontalAdvance)
            longest_ns, taken = self.digests.longest_ns, options.show_taken
            entries = entries_of(
                self.recording,
                options.colour_by,
                longest_ns,
                show_taken=taken,
                show_ways=self._shows_ways(),
            )
            small = QFontMetricsF(body_font(SMALL_PT), paper)
            self.legend: list[list[Entry]] = arrange(small, entries, inner)
        self.lanes_top = (
            MARGIN_PX + len(self.title) * TITLE_LINE_PX + len(self.facts) * FACT_LINE_PX + 14
        )
        below = self.strips.height + HEIGHT_PX + 12 + len(self.legend) * LINE_PX + MARGIN_PX - 4
        self.layout, self.shown = self._lanes(self.lanes_top + below)
        self.height = round(self.lanes_top + self.layout.height + below)

    def _shows_ways(self) -> bool:
        trace = self.recording.trace
        if trace is None:
            return False
        end_ns = run_end_ns(self.recording, trace, trace.end_ns)
        least_ns = LEAST_PX * self._scale(trace, end_ns).seconds_per_px * 1e9
        return longest_way_ns(trace, self.digests, end_ns) >= least_ns

    def _lanes(self, rest: float) -> tuple[LaneLayout, int]:
        """The lanes' layout, and how many of them there is room for; `rest` is all but lanes."""
        options, count = self.options, self.lane_count
        side = min(SIDE_LIMIT, AREA_LIMIT // (options.width * options.scale)) // options.scale
        most = side - rest - LINE_PX
        if not count:
            return LaneLayout(0, max((options.height or 0) - rest, NO_LANES_PX)), 0
        if options.height is not None:
            asked = options.height - rest
            layout = LaneLayout(count, asked, THINNEST, HIGHEST * 2)
            height = max(asked, layout.content_height)
        else:
            layout = LaneLayout(count, AUTO_LANES_PX, LOWEST, HIGHEST)
            height = layout.content_height
        if height > most:
            layout = LaneLayout(count, most, THINNEST, HIGHEST)
            height = min(most, layout.content_height)
        shown = min(count, int(height // layout.pitch))
        return replace(layout, count=shown, height=height, lowest=layout.pitch), shown

    def draw(self) -> QImage:
        options = self.options
        image = _image(options.width * options.scale, self.height * options.scale)
        image.fill(QColor(self.theme.card))
        with QPainter(image) as painter:  # an image that goes before its painter ends the process
            painter.scale(options.scale, options.scale)
            self._draw_all(painter)
        image.setDotsPerMeterX(DOTS_PER_METRE * options.scale)
        image.setDotsPerMeterY(DOTS_PER_METRE * options.scale)
        image.setText("Title", self.recording.experiment.call_text())
        image.setText("Software", "Poolscope")
        return image

    def _draw_all(self, painter: QPainter) -> None:
        self._draw_heading(painter)
        trace = self.recording.trace
        if trace is None or not self.shown:
            self._write(
                painter,
                self.lanes_top,
                translate("Timeline", "No worker had started."),
                self.theme.muted,
            )
        else:
            self._draw_lanes(painter, trace)
        lanes_px = self.layout.content_height or self.layout.height
        bottom = self.lanes_top + lanes_px + self.strips.height + HEIGHT_PX + 12
        colour_by = self.options.colour_by
        paint_legend(painter, self.theme, colour_by, self.legend, MARGIN_PX, bottom)

    def _draw_heading(self, painter: QPainter) -> None:
        y = MARGIN_PX - 4
        painter.setFont(self.title_font)
        for line in self.title:
            self._write(painter, y, line, self.theme.text)
            y += TITLE_LINE_PX
        painter.setFont(body_font(BODY_PT))
        for line in self.facts:
            self._write(painter, y, line, self.theme.muted)
            y += FACT_LINE_PX

    def _write(self, painter: QPainter, y: float, text: str, colour: str) -> None:
        painter.setPen(QColor(colour))
        room = QRectF(MARGIN_PX, y, self.options.width - 2 * MARGIN_PX, TITLE_LINE_PX)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_lanes(self, painter: QPainter, trace: Trace) -> None:
        end_ns = run_end_ns(self.recording, trace, trace.end_ns)
        scale = self._scale(trace, end_ns)
        scene = LaneScene(
            trace,
            self.digests,
            scale,
            self.layout,
            end_ns,
            self.options.colour_by,
            moments_ns=moments_ns(self.recording.journal),
            show_taken=self.options.show_taken,
            order=slot_order(trace) if self.options.group_by_slot else None,
            journal=self.recording.journal,
            troubles=troubles_of(self.recording),
        )
        LanePainter(self.theme).paint(painter, scene, self.lanes_top)
        column = QRectF(MARGIN_PX - 12, self.lanes_top, WIDTH_PX, self.layout.height)
        labels = labels_of(scene, self.recording.journal)
        paint_labels(painter, self.theme, scene, labels, column)
        bottom = self.lanes_top + self.layout.content_height
        self._draw_strips(painter, trace, scale, bottom)
        bottom += self.strips.height
        paint_time_axis(painter, self.theme, scale, bottom)
        if self.shown < self.lane_count:
            painter.setFont(body_font(SMALL_PT))
            text = translate(
                "Timeline", "The first {shown} of {all} workers; the others have no room here."
            )
            text = text.format(shown=f"{self.shown:,}", all=f"{self.lane_count:,}")
            self._write(painter, bottom + HEIGHT_PX - 4, text, self.theme.finding)

    def _draw_strips(self, painter: QPainter, trace: Trace, scale: TimeScale, top: float) -> None:
        kinds = self.strips.kinds
        source = StripSource(self.recording, trace)
        for _ in source.take_in(kinds):
            pass
        strips = source.strips(kinds, scale, run_end_ns(self.recording, trace, trace.end_ns))
        paint_strips(painter, self.theme, scale, self.strips, strips, top)
        said = tuple((strip.kind, said_of(strip, None)) for strip in strips)
        column = QRectF(MARGIN_PX - 12, top, WIDTH_PX, self.strips.height)
        paint_strip_names(painter, self.theme, self.strips, said, column)

    def _scale(self, trace: Trace, end_ns: int) -> TimeScale:
        options = self.options
        left, right = MARGIN_PX - 12 + WIDTH_PX, options.width - MARGIN_PX
        if options.whole or options.span_ns is None:
            whole_s = max(end_ns - trace.origin_ns, 1000) / 1e9 * (1 + ROOM)
            return TimeScale(0.0, whole_s, left, right)
        begin_s, end_s = ((time_ns - trace.origin_ns) / 1e9 for time_ns in options.span_ns)
        return TimeScale(begin_s, max(end_s, begin_s + 1e-6), left, right)


def _image(width: int, height: int) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(DOTS_PER_METRE)
    image.setDotsPerMeterY(DOTS_PER_METRE)
    return image
