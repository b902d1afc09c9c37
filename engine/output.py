"""What the processes of a run printed, each into a file of its own."""

import codecs
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from .names import OUTPUT_FOLDER

READ_BYTES = 1 << 20
"""Taken in at one update from one process; a flood is spread over several updates."""
LINE_LIMIT = 10_000
"""Characters of a line; a longer one is cut into several."""


class OutputLine(NamedTuple):
    """A line that a process printed: 0 for the host, or the ordinal of a worker."""

    ordinal: int
    text: str


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")("replace")


@dataclass
class _Source:
    """How far a file has been read, and the line that it is in the middle of."""

    ordinal: int
    offset: int = 0
    decoder: codecs.IncrementalDecoder = field(default_factory=_decoder)
    rest: str = ""


class OutputReader:
    """Merges the output files of a run folder in the order in which they grow."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / OUTPUT_FOLDER
        self._sources: dict[str, _Source] = {}

    def update(self, *, ended: bool = False) -> list[OutputLine]:
        """The lines that have come since the last call; with `ended` also unfinished ones.

        At most READ_BYTES a process: after the end, call it until nothing comes.
        """
        lines: list[OutputLine] = []
        for path, source in self._grown(ended):
            lines += self._read(path, source, ended)
        return lines

    def _grown(self, ended: bool) -> list[tuple[str, _Source]]:
        """The files that hold more than was read; with `ended` also those with a rest."""
        found = []
        if not self._folder.is_dir():
            return []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                size = entry.stat().st_size
                source = self._sources.get(entry.name)
                if source is None and size:
                    source = self._sources[entry.name] = _Source(_ordinal(entry.name))
                if source is not None and (size > source.offset or (ended and source.rest)):
                    found.append((entry.path, source))
        return sorted(found, key=lambda item: item[1].ordinal)

    def _read(self, path: str, source: _Source, ended: bool) -> list[OutputLine]:
        with open(path, "rb") as file:
            file.seek(source.offset)
            data = file.read(READ_BYTES)
        source.offset += len(data)
        over = ended and len(data) < READ_BYTES
        *whole, rest = (source.rest + source.decoder.decode(data, over)).split("\n")
        if len(rest) > LINE_LIMIT or (over and rest):
            whole, rest = [*whole, rest], ""
        source.rest = rest
        return [
            OutputLine(source.ordinal, part) for line in whole for part in _parts(line.rstrip("\r"))
        ]


def _parts(text: str) -> list[str]:
    if len(text) <= LINE_LIMIT:
        return [text]
    return [text[at : at + LINE_LIMIT] for at in range(0, len(text), LINE_LIMIT)]


def _ordinal(name: str) -> int:
    found = re.search(r"\d+", name)
    return int(found.group()) if found else 0
