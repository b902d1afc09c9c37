"""The messages of a Connection, in fewer steps: both ways between Connection's own and ours."""

import os
import struct
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection, Pipe
from typing import Any

import pytest

from poolscope.engine.host import pipes
from poolscope.engine.host.pipes import SHORT, receiver, sender

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Connection's own elsewhere")
SIZES = (0, 1, 80, SHORT - 1, SHORT, SHORT + 1, 1_000_000)

Ends = tuple["Connection[Any, Any]", "Connection[Any, Any]"]


@pytest.fixture
def ends() -> Iterator[Ends]:
    reader, writer = Pipe(duplex=False)
    yield reader, writer
    reader.close()
    writer.close()


def crosses(write: Any, read: Any, message: bytes) -> bytes:
    """What comes out; another thread writes, because a pipe holds 64 KiB."""
    thread = threading.Thread(target=write, args=(memoryview(message),))
    thread.start()
    try:
        return bytes(read())
    finally:
        thread.join()


@pytest.mark.parametrize("size", SIZES)
def test_connection_reads_what_is_written_here_and_the_other_way(ends: Ends, size: int) -> None:
    reader, writer = ends
    message = bytes(range(256)) * (size // 256 + 1)
    message = message[:size]
    assert crosses(sender(writer), reader.recv_bytes, message) == message
    assert crosses(writer.send_bytes, receiver(reader), message) == message
    assert crosses(sender(writer), receiver(reader), message) == message


def test_messages_follow_one_another(ends: Ends) -> None:
    send, receive = sender(ends[1]), receiver(ends[0])
    for size in SIZES[:4]:
        send(memoryview(bytes(size)))
    assert [len(receive()) for _ in SIZES[:4]] == list(SIZES[:4])


def test_a_message_that_comes_bit_by_bit_is_read_whole(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipes.os, "read", lambda handle, size, real=os.read: real(handle, 1))
    receive = receiver(ends[0])
    ends[1].send_bytes(b"a message")
    assert receive() == b"a message"


def test_a_message_that_is_taken_bit_by_bit_is_written_whole(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a signal comes in between."""

    def write(handle: int, data: bytes, real: Any = os.write) -> int:
        return int(real(handle, data[:3]))

    monkeypatch.setattr(pipes.os, "write", write)
    sender(ends[1])(memoryview(b"a message"))
    assert ends[0].recv_bytes() == b"a message"


def test_a_length_that_does_not_fit_is_read_from_behind_it(ends: Ends) -> None:
    os.write(ends[1].fileno(), struct.pack("!iQ", -1, 5) + b"bytes")
    assert receiver(ends[0])() == b"bytes"


@pytest.mark.parametrize(
    "torn",
    [b"", b"\0\0", b"\0\0\0\x09", b"\0\0\0\x09half", b"\0\1\0\0half", b"\xff\xff\xff\xff\0"],
)
def test_the_end_of_a_pipe_is_the_error_that_connection_raises(torn: bytes) -> None:
    said = []
    for make in (lambda reader: reader.recv_bytes, receiver):
        reader, writer = Pipe(duplex=False)
        os.write(writer.fileno(), torn)
        writer.close()
        with pytest.raises((EOFError, OSError)) as raised:
            make(reader)()
        reader.close()
        said.append((raised.type, str(raised.value)))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("there", "torn"), [(b"", []), (b"\0", [1]), (b"\0\0\0\x09", [1]), (b"\0\1\0\0half", [1])]
)
def test_a_message_that_an_exception_has_torn_is_told_from_one_that_had_not_begun(
    ends: Ends, monkeypatch: pytest.MonkeyPatch, there: bytes, torn: list[int]
) -> None:
    """As one of a signal's handler, when nothing more comes for a while."""
    os.set_blocking(ends[0].fileno(), False)
    os.write(ends[1].fileno(), there)
    said: list[int] = []
    with pytest.raises(BlockingIOError):
        receiver(ends[0], lambda: said.append(1))()
    assert said == torn


def test_a_length_that_cannot_be_is_read_as_connection_reads_it(ends: Ends) -> None:
    for read in (ends[0].recv_bytes, receiver(ends[0])):
        os.write(ends[1].fileno(), b"\x80\0\0\0")
        assert read() == b""


def test_a_pipe_that_nobody_reads_is_an_error(ends: Ends) -> None:
    send = sender(ends[1])
    ends[0].close()
    for size in (5, SHORT + 1):
        with pytest.raises(BrokenPipeError):
            send(memoryview(bytes(size)))


def test_a_short_message_takes_as_many_system_calls_as_connection_s(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a recorded pool waits where a plain one waits."""
    calls = []

    def counted(name: str) -> Any:
        real = getattr(os, name)
        return lambda *args: (calls.append(name), real(*args))[1]

    for name in ("read", "write"):
        monkeypatch.setattr(pipes.os, name, counted(name))
    sender(ends[1])(memoryview(bytes(80)))
    assert len(receiver(ends[0])()) == 80
    assert calls == ["write", "read", "read"]
