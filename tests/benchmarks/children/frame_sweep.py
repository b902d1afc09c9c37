"""Times frames of the timeline: frame_sweep.py FOLDER WIDTH HEIGHT FRAMES, a recording's folder."""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtGui import QImage
from sweeping import spans

from poolscope.engine.recording import Recording
from poolscope.gui.app import make_application
from poolscope.gui.timeline.view.timeline_view import TimelineView


def main() -> None:
    folder, (width, height, frames) = Path(sys.argv[1]), map(int, sys.argv[2:5])
    app = make_application()
    recording = Recording(folder)
    recording.update(ended=True)
    view = TimelineView()
    view.resize(width, height)
    view.show()
    app.processEvents()
    if hasattr(view, "set_all_lanes"):
        view.set_all_lanes(True)
    item, image = view.stage.lane_item, QImage(width, height, QImage.Format.Format_RGB32)

    def frame(change: Callable[[], None]) -> float:
        """The milliseconds of a change with its painting; Qt's own, which comes later, not."""
        begun = time.perf_counter()
        change()
        view.render(image)
        took_ms = (time.perf_counter() - begun) * 1e3
        app.processEvents()
        return took_ms

    first_ms = frame(lambda: view.set_recording(recording))
    begin_ns, end_ns = view.view_span()
    times = []
    for span in spans(begin_ns, end_ns, frames):
        painted = item.paints
        times.append(frame(partial(view.show_span, *span)))
        if item.paints != painted + 2:
            raise SystemExit(f"{item.paints - painted} paintings of a frame, not ours and Qt's")
    scene = item.scene_shown
    assert scene is not None
    seen = len(scene.layout.visible(scene.scroll))
    print(json.dumps({"frames_ms": times, "first_ms": first_ms, "lanes_seen": seen}))
    view.close()


if __name__ == "__main__":
    main()
