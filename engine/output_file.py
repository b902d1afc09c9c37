"""One process's output: a file that it appends to, read as lines while it grows."""

import codecs
import re

LINE_LIMIT = 10_000
"""Characters of a line; a longer one is cut into several."""
TURNS_KEPT = 64
"""Of the times that a line was written over after a carriage return."""
MARK = "\x1e at least {count:20d} bytes of output were dropped here \x1e\n"
"""Stands in a file in the place of what was dropped. Its length does not depend on the number."""
MARKED = re.compile(
    r"(.*)\x1e at least +([0-9]{1,20}) bytes of output were dropped here \x1e", re.DOTALL
)
ALIGNED_BYTES = 1 << 16
"""After a place in the middle of a file: where the begin of a line is looked for."""

Found = tuple[str, int, int]
"""A text; or none, and how many bytes were dropped or skipped here."""


def mark(count: int) -> bytes:
    """The line in a file that says that `count` bytes were dropped there."""
    return MARK.format(count=count).encode()


MARK_BYTES = len(mark(0))


class OutputFile:
    """How far a file has been read, and the line that it is in the middle of.

    size: its length when it was looked at last. offset: how much of it was read.
    head: where its beginning ends and the mark stands, None when nothing was dropped.
    dropped: bytes that it holds no more.
    """

    def __init__(self, path: str, ordinal: int) -> None:
        self.path = path
        self.ordinal = ordinal
        self.size = self.offset = 0
        self.head: int | None = None
        self.dropped = 0
        self._missed = 0  # dropped before it was read; said at the next reading
        self._rest = ""
        self._begin_afresh()

    @property
    def unread(self) -> int:
        return max(0, self.size - self.offset)

    @property
    def unfinished(self) -> str:
        """The line without an end, as it stands."""
        return _overwritten(self._rest)

    def has_news(self, ended: bool) -> bool:
        """There is something to read or to say; with `ended` also a line without an end."""
        return bool(self.unread or self._missed or (ended and self._rest))

    def read(self, limit: int, line_limit: int, ended: bool) -> tuple[int, list[Found]]:
        """Bytes taken, at most `limit`, and the lines in them, about `line_limit` at most."""
        data = self._bytes_at(self.offset, limit)
        if not data:  # there was more when it was looked at last
            self.size = min(self.size, self.offset)
        if data.count(b"\n") > line_limit:
            data = data[: len(data) - len(data.split(b"\n", line_limit)[-1])]
        self.offset += len(data)
        over = ended and not self.unread
        found: list[Found] = [("", self._missed, 0)] if self._missed else []
        self._missed = 0
        *whole, rest = (self._rest + self._decoder.decode(data, over)).split("\n")
        for line in whole:
            found += self._lines_of(_overwritten(line))
        if over and rest:
            found += self._lines_of(_overwritten(rest))
            rest = ""
        if "\r" in rest[:-1]:
            rest = _overwritten(rest) + "\r" * rest.endswith("\r")
        whole_parts = (len(rest) - 1) // LINE_LIMIT * LINE_LIMIT if rest else 0
        found += [(part, 0, 0) for part in _parts(rest[:whole_parts]) if part]
        self._rest = rest[whole_parts:]
        return len(data), found

    def _lines_of(self, line: str) -> list[Found]:
        marked = MARKED.fullmatch(line)
        if marked is None:
            return [(part, 0, 0) for part in _parts(line)]
        count = int(marked.group(2))
        if self.head is None:  # of a saved run; who trims the file knows better
            self.dropped = count
        cut_short = [(part, 0, 0) for part in _parts(marked.group(1)) if part]
        return [*cut_short, ("", count, 0)]

    def _bytes_at(self, place: int, count: int) -> bytes:
        """What stands there; nothing where the file was deleted under us, or made shorter."""
        try:
            with open(self.path, "rb") as file:
                file.seek(place)
                return file.read(count)
        except FileNotFoundError:
            return b""

    def skip_to_last(self, count: int) -> int:
        """Go on to a begin of a line in the last `count` bytes; how many bytes were passed over."""
        if self.unread <= count:
            return 0
        skipped = self.unread - count
        near = self._bytes_at(self.offset + skipped, min(count, ALIGNED_BYTES))
        skipped += near.find(b"\n") + 1
        self.offset += skipped
        skipped += len(self._rest.encode("utf-8", "replace"))
        self._begin_afresh()
        return skipped

    def follow(self, head: int, cut: int, dropped: int) -> None:
        """The file was trimmed: what stood from `cut` on stands behind the mark at `head` now.

        dropped: of the whole file, with what had been dropped before.
        """
        if self.offset >= cut:
            self.offset += head + MARK_BYTES - cut
        elif self.offset > head:
            self._missed += cut - self.offset
            inside = 0 if self.head is None else self.offset - self.head
            if self.head is not None and inside < MARK_BYTES:  # not past the earlier mark either
                self._missed += self.dropped - MARK_BYTES + max(0, inside)
            if not 0 < inside < MARK_BYTES:
                self._missed += len(self._rest.encode("utf-8", "replace"))
            self.offset = head + MARK_BYTES
            self._begin_afresh()
        self.head, self.dropped = head, dropped

    def _begin_afresh(self) -> None:
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")


def _overwritten(line: str) -> str:
    """What a terminal would show of a line: a carriage return goes back to its begin."""
    line = line.rstrip("\r")
    if "\r" not in line:
        return line
    shown = ""
    for part in line.split("\r")[-TURNS_KEPT:]:
        # A part with escape sequences is not as long as it looks; it mostly clears the line itself.
        shown = part if part and "\x1b" in part else part + shown[len(part) :]
    return shown


def _parts(text: str) -> list[str]:
    if len(text) <= LINE_LIMIT:
        return [text]
    return [text[at : at + LINE_LIMIT] for at in range(0, len(text), LINE_LIMIT)]
