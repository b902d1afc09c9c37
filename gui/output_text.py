"""Output as a person reads it: who printed it, what is missing, and nothing invisible."""

import re

from ..engine.output import OutputLine
from ..engine.recording import Recording
from . import wording
from .sentences import QT_TRANSLATE_NOOP

ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # a colour, or another control sequence
    r"|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # a title, a link, and other strings
    r"|[ -/]*[0-~])"
)
INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
"""Control characters; a tab is none of them. What parts lines in Qt alone would upset the count."""
_HOST = QT_TRANSLATE_NOOP("Wording", "host")
_DROPPED = QT_TRANSLATE_NOOP(
    "Wording", "At least {count} bytes of output of {who} were dropped here."
)
_SKIPPED = QT_TRANSLATE_NOOP(
    "Wording", "{count} bytes of output of {who} are left out here; the run folder holds them."
)
_THE_HOST = QT_TRANSLATE_NOOP("Wording", "the host")
_WORKER = QT_TRANSLATE_NOOP("Wording", "worker {pid}")


def printed_by(recording: Recording, line: OutputLine) -> str:
    """The PID of a worker; the host says that it is the host."""
    if not line.ordinal:
        return wording.translate(_HOST)
    return str(recording.pid_of(line.ordinal) or "?")


def missing(recording: Recording, line: OutputLine) -> str | None:
    """What `line` says is missing in its place, as a sentence; None when it is a text."""
    if not line.dropped and not line.skipped:
        return None
    worker = wording.translate(_WORKER).format(pid=printed_by(recording, line))
    who = worker if line.ordinal else wording.translate(_THE_HOST)
    text = wording.translate(_DROPPED if line.dropped else _SKIPPED)
    return text.format(count=f"{line.dropped or line.skipped:,}", who=who)


def visible(text: str) -> str:
    """`text` without colours, and with the escape that Python would write for a control character.

    Unicode has pictures of them, too, but most fonts have not.

    >>> visible("\\x1b[31mred\\x1b[0m\\x00")
    'red\\\\x00'
    """
    if "\x1b" in text:
        text = ESCAPE.sub("", text)
    return INVISIBLE.sub(lambda found: found.group().encode("unicode_escape").decode(), text)
