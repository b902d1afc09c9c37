"""What the processes of a run printed, each into a file of its own."""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from .names import OUTPUT_FOLDER
from .output_file import OutputFile
from .output_limit import TRIM_EVERY_S, TRIM_S, trim, water_level

READ_BYTES = 1 << 17
"""Taken in at one update from all processes together; a flood is spread over several updates."""
READ_LINES = 2_000
"""The same in lines, which cost more than bytes where they are short."""
LEAST_BYTES = 4096
"""Of that, what one process gets at least when its turn comes."""
BACKLOG_BYTES = 2 << 20
"""With more than this unread, whoever wants only the newest is taken on to near the end."""
KEPT_BYTES = 1 << 19
"""What is left unread then, of all processes together."""
DISK_LIMIT = 256 << 20
"""Bytes on the disk of what a run prints. Beyond that each process keeps its beginning and end."""
DISK_SHARE = 4
"""Where less is free: this part of it, so that a flood does not fill the disk."""
DISK_LEAST = 1 << 20
MANY_FILES = 500
"""As many are looked at in one go, of their sizes; of more, the others at the next times, and that
takes at most a twentieth of the time."""


class OutputLine(NamedTuple):
    """A line that a process printed: 0 for the host, or the ordinal of a worker.

    Or, without text, what is missing at this place. dropped: bytes that the run folder holds no
    more, at least so many. skipped: bytes that were passed over; the run folder holds them.
    """

    ordinal: int
    text: str
    dropped: int = 0
    skipped: int = 0


class OutputReader:
    """Merges the output files of a run folder in the order in which they grow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / OUTPUT_FOLDER
        self._files: dict[str, OutputFile] = {}
        self._turn = 0
        self._looked_s = self._look_took_s = 0.0
        self._round: Iterator[int] | None = None  # a look at all files that is not at its end
        self._ended = self._known = False  # nobody prints any more; and all files were seen since
        self._limit: int | None = None
        self._bounded_s = 0.0
        self.behind = False
        """There is more than the last update gave."""

    @property
    def dropped(self) -> int:
        """Bytes that the run folder holds no more, at least, as far as this reader knows."""
        return sum(file.dropped for file in self._files.values())

    @property
    def unfinished(self) -> list[OutputLine]:
        """The lines that processes are in the middle of, such as a progress bar or a question."""
        return [
            OutputLine(file.ordinal, file.unfinished)
            for file in self._files.values()
            if file.unfinished.strip()
        ]

    def update(self, *, ended: bool = False, newest: bool = False) -> list[OutputLine]:
        """The lines that have come since the last call; with `ended` also unfinished ones.

        At most READ_BYTES and READ_LINES, fairly from all processes: after the end, call it until
        nothing comes. newest: a backlog is passed over, and said; and one that has read something
        but no line yet returns nothing and is `behind`.
        """
        lines: list[OutputLine] = []
        while True:
            self._look(ended)
            grown = self._in_turn([file for file in self._files.values() if file.has_news(ended)])
            if newest and sum(file.unread for file in grown) > BACKLOG_BYTES:
                lines += self._skip(grown)
            lines += self._read(grown, ended)
            self.behind = any(file.has_news(ended) for file in grown) or (ended and not self._known)
            if lines or newest or not self.behind:
                return lines

    def _read(self, grown: list[OutputFile], ended: bool) -> Iterator[OutputLine]:
        """A share of each, the rest of the round for those that come later."""
        bytes_left, lines_left = READ_BYTES, READ_LINES
        for place, file in enumerate(grown):
            if bytes_left < LEAST_BYTES or lines_left <= 0:
                self._turn = file.ordinal
                return
            share = max(bytes_left // (len(grown) - place), LEAST_BYTES)
            taken, found = file.read(share, lines_left, ended)
            bytes_left -= taken
            lines_left -= len(found)
            for text, dropped, skipped in found:
                yield OutputLine(file.ordinal, text, dropped, skipped)

    def _skip(self, grown: list[OutputFile]) -> list[OutputLine]:
        share = max(KEPT_BYTES // len(grown), LEAST_BYTES)
        skipped = [(file.ordinal, file.skip_to_last(share)) for file in grown]
        return [OutputLine(ordinal, "", skipped=count) for ordinal, count in skipped if count]

    def _in_turn(self, files: list[OutputFile]) -> list[OutputFile]:
        """By ordinal, from the one on that the last round did not come to."""
        return sorted(files, key=lambda file: (file.ordinal < self._turn, file.ordinal))

    def _look(self, ended: bool) -> None:
        """How long the files are now; of many, of some of them at each call."""
        if ended and not self._ended:
            self._ended, self._round = True, None  # once more, from the first on
        begun_s = time.perf_counter()
        if self._known or (not ended and begun_s < self._looked_s + 20 * self._look_took_s):
            return
        if self._round is None:
            self._round = self._look_at_sizes()
        looked_at = next(self._round, 0)
        if not looked_at:
            self._round, self._known = None, self._ended
        self._looked_s = time.perf_counter()
        many = looked_at == MANY_FILES
        self._look_took_s = self._looked_s - begun_s if many else 0.0

    def _look_at_sizes(self) -> Iterator[int]:
        """Gives after how many files it pauses."""
        # There is no folder yet, or it is being deleted.
        with contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            while some := list(islice(entries, MANY_FILES)):
                for entry in some:
                    self._look_at_size(entry)
                if len(some) < MANY_FILES:
                    return
                yield len(some)

    def _look_at_size(self, entry: os.DirEntry[str]) -> None:
        size = entry.stat().st_size
        file = self._files.get(entry.name)
        if file is not None and size < file.offset:  # emptied by a task, or told late
            size = os.stat(entry.path).st_size
        if size and (file is None or size < file.offset):
            file = self._files[entry.name] = OutputFile(entry.path, _ordinal(entry.name))
        if file is not None:
            file.size = size

    def bound(self, limit: int | None = None) -> None:
        """Keep what is on the disk below `limit` bytes, or DISK_LIMIT: for who made the run folder.

        To be called again and again: what is printed between two calls comes on top. The files
        that are long lose their middle. Cutting off a gigabyte takes the system a third of a
        second, so without a `limit` of its own a call ends after some files and the next goes on.
        May raise OSError.
        """
        now = time.monotonic()
        whole_s = TRIM_S if limit is None else None
        if limit is None:
            if now < self._bounded_s + TRIM_EVERY_S:
                return
            if self._limit is None:
                free = shutil.disk_usage(self._folder).free
                self._limit = min(DISK_LIMIT, max(free // DISK_SHARE, DISK_LEAST))
            limit = self._limit
        self._bounded_s = now
        self._look(False)
        if sum(file.size for file in self._files.values()) <= limit:
            return
        files = sorted(self._files.values(), key=lambda file: -file.size)
        level = water_level([file.size for file in files], limit // 2)
        for file in files:
            if file.size <= level:
                return
            trim(file, level)
            if whole_s is not None and time.monotonic() > now + whole_s:
                self._bounded_s = 0.0
                return


def _ordinal(name: str) -> int:
    found = re.search(r"\d+", name)
    return int(found.group()) if found else 0
