"""What the processes of a run printed, each into a file of its own."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

OUTPUT_FOLDER = "output"
HOST_FILE = "host.txt"
READ_BYTES = 1 << 20
"""Taken in at one update from one process; a flood is spread over several updates."""
LINE_LIMIT = 10_000
"""Characters of a line; a longer one is cut into several."""


class OutputLine(NamedTuple):
    """A line that a process printed: 0 for the host, or the ordinal of a worker."""

    ordinal: int
    text: str


@dataclass
class _Source:
    file: BinaryIO
    ordinal: int
    decoder: codecs.IncrementalDecoder
    rest: str = ""


class OutputReader:
    """Merges the output files of a run folder in the order in which they grow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / OUTPUT_FOLDER
        self._sources: dict[str, _Source] = {}

    def update(self, *, ended: bool = False) -> list[OutputLine]:
        """The lines that have come since the last call; with `ended` also unfinished ones."""
        self._find_sources()
        lines: list[OutputLine] = []
        for source in self._sources.values():
            lines += self._read(source, ended)
        return lines

    def _find_sources(self) -> None:
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir(), key=lambda path: _ordinal(path.name)):
            if path.name not in self._sources and path.stat().st_size:
                decoder = codecs.getincrementaldecoder("utf-8")("replace")
                source = _Source(open(path, "rb"), _ordinal(path.name), decoder)
                self._sources[path.name] = source

    def _read(self, source: _Source, ended: bool) -> list[OutputLine]:
        data = source.file.read(READ_BYTES)
        if not data and not ended:
            return []
        last = ended and len(data) < READ_BYTES
        *whole, rest = (source.rest + source.decoder.decode(data, final=last)).split("\n")
        if len(rest) > LINE_LIMIT or (last and rest):
            whole, rest = [*whole, rest], ""
        source.rest = rest
        return [
            OutputLine(source.ordinal, part)
            for line in whole
            for part in _parts(line.rstrip("\r"))
        ]

    def close(self) -> None:
        for source in self._sources.values():
            source.file.close()
        self._sources.clear()


def _parts(text: str) -> list[str]:
    if len(text) <= LINE_LIMIT:
        return [text]
    return [text[at : at + LINE_LIMIT] for at in range(0, len(text), LINE_LIMIT)]


def _ordinal(name: str) -> int:
    found = re.search(r"\d+", name)
    return int(found.group()) if found else 0
