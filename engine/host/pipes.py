"""The messages of a multiprocessing Connection, in fewer steps.

Each chunk crosses two pipes, and most messages are short: what Connection does around its system
calls takes more than they do. Here the same calls are made in the same order, so a pool that is
recorded waits where a plain one waits. What is long or torn is left to Connection itself, and so
is everything on Windows. Standard library only: every worker imports it.
"""

import os
import struct
from collections.abc import Callable

TYPE_CHECKING = False  # typing itself would be 2 ms of a worker's start
if TYPE_CHECKING:
    from typing import Any
else:
    Any = object

SHORT = 16_384
"""Bytes up to which Connection writes a message and its length at once."""
LENGTH, LONG_LENGTH = struct.Struct("!i"), struct.Struct("!Q")
"""What stands in front of a message; -1 when it is longer than that can say, then the other."""


def receiver(connection: Any, torn: Callable[[], None] = lambda: None) -> Callable[[], bytes]:
    """`connection.recv_bytes`; it must stay open. Raises EOFError and OSError as that does.

    torn: called when an exception, as one of a signal's handler, leaves half a message in the pipe:
    whoever reads on takes it for the beginning of another. Never on Windows.
    """
    if os.name != "posix":
        return connection.recv_bytes  # type: ignore[no-any-return]
    descriptor, rest = connection.fileno(), connection._recv
    read, unpack, header = os.read, LENGTH.unpack, LENGTH.size

    def whole(part: bytes, size: int) -> bytes:
        """`part`, as far as it was there, and what is missing of `size` bytes."""
        try:
            return part + rest(size - len(part)).getvalue()  # type: ignore[no-any-return]
        except EOFError:
            if part:  # the end of the pipe, and not between two messages
                raise OSError("got end of file during message") from None
            raise

    def receive() -> bytes:
        head = read(descriptor, header)
        try:
            if len(head) < header:
                head = whole(head, header)
            (size,) = unpack(head)
            if size == -1:
                (size,) = LONG_LENGTH.unpack(rest(LONG_LENGTH.size).getvalue())
            data = read(descriptor, size) if 0 < size <= SHORT else b""
            return data if len(data) >= size else whole(data, size)
        except BaseException:
            if head:
                torn()
            raise

    return receive


def sender(connection: Any) -> Callable[[memoryview], None]:
    """`connection.send_bytes`; it must stay open. Raises OSError as that does."""
    if os.name != "posix":
        return connection.send_bytes  # type: ignore[no-any-return]
    descriptor, long, rest = connection.fileno(), connection.send_bytes, connection._send
    write, pack = os.write, LENGTH.pack

    def send(data: memoryview) -> None:
        size = len(data)
        if size > SHORT:
            long(data)
            return
        message = pack(size) + data
        written = write(descriptor, message)
        if written < len(message):  # a signal came in between
            rest(message[written:])

    return send
