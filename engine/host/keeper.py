"""Stands between the app and the host, so that nothing of a run outlives it (POSIX).

The program that the app has started forks before it loads anything of the host: the child becomes
the host and leads a process group of its own, the parent is its keeper. When the host has gone, or
the app, the keeper ends whatever is left and removes what the run's names say is the run's.

On Linux it adopts every process below it whose own parent dies (`PR_SET_CHILD_SUBREAPER`), so no
double fork, session or group of its own gets away. Elsewhere it sees the host's group and what is
below it; the app looks for what has left both, see engine/belonging.py.

Standard library only, and little of it: all that is loaded here is loaded by the host, too.
"""

import contextlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Iterator

from ..messages import Event
from ..names import EVENTS_FILE, RUN_VARIABLE
from .process_list import Process, command_of, list_processes

LINUX = sys.platform.startswith("linux")
REST_S = 0.5
"""What a resource tracker and a fork server get to clean up when the host has gone."""
SHORT_REST_S = 0.15
"""The same while somebody waits."""
GRACE_S = 0.7
"""What the host gets when the app has gone. On Linux the kernel has ended it long before."""
GOING_S = 0.1
"""What others get after a host that ended by itself: many end when a pipe of theirs closes."""
LOOK_S = 0.02
GIVE_UP_S = 5.0
"""Whoever is left after so long cannot be ended from here: deep in the kernel, or in a debugger."""
NAMED = 10
"""Of the processes that were left, so many are told by name."""
TRACKER = "multiprocessing.resource_tracker"
"""In the command of one. What a fork server has forked has its command, so that tells nothing."""
PR_SET_CHILD_SUBREAPER = 36
ORDERS = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}


def keep(folder: str, connection: int, temporary: str) -> int:
    """Fork. Returns in the child, which is to become the host; the parent never returns.

    folder: of the run. connection: the host's end of the one to the app, as a descriptor.
    temporary: folder of the run's sockets, deleted in the end.
    Returns a descriptor to read from before anything is started: its end comes as soon as the
    keeper would adopt it.
    """
    usual = signal.pthread_sigmask(signal.SIG_BLOCK, ORDERS)  # until the keeper can take them
    wait, ready = os.pipe()
    host = os.fork()
    if host == 0:
        os.close(ready)
        os.setpgid(0, 0)
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)
        return wait
    os.close(wait)
    with contextlib.suppress(OSError):  # the child was quicker
        os.setpgid(host, host)
    try:
        _Keeper(host, folder, connection, temporary).run(ready)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


class _Keeper:
    def __init__(self, host: int, folder: str, connection: int, temporary: str) -> None:
        self._host = host
        self._folder = folder
        self._connection = connection
        self._temporary = temporary
        self._code: int | None = None  # of the host
        self._sure = False  # orphans are adopted, and nobody is left
        self._childless = False
        self._urged = False  # somebody waits for the end
        self._beyond: set[int] = set()  # not ours to kill: they belong to another user now
        self._left: dict[int, str] = {}
        self._helpers: set[int] = set()

    def run(self, ready: int) -> None:
        """From the first word to the last; `ready` is closed when the host may go on."""
        self._wake = self._take_signals()
        self._tell(pid=self._host)
        self._sure = LINUX and _adopt_orphans()
        os.close(ready)
        self._poll = select.poll()
        self._poll.register(self._connection, 0)  # its other end closing is told in any case
        self._poll.register(self._wake, select.POLLIN)
        while self._code is None and not self._urged:
            if not self._look(None):
                self._wait_for_host(GRACE_S)
                break
        self._end()
        self._remove_things()
        left = [[pid, name] for pid, name in self._left.items()]
        self._tell(code=self._code, left=left[:NAMED], count=len(left), sure=self._sure)

    def _take_signals(self) -> int:
        """SIGTERM is the order to end everything now; the others are for the host's group only."""
        reader, writer = os.pipe()
        for end in (reader, writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for order in ORDERS - {signal.SIGTERM}:
            signal.signal(order, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, self._urge)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ORDERS)
        return reader

    def _urge(self, *_: object) -> None:
        self._urged = True

    def _tell(self, **facts: object) -> None:
        """A message as multiprocessing's connections have it: a length, then the bytes."""
        data = json.dumps(facts).encode()
        with contextlib.suppress(OSError):  # the app has gone
            os.write(self._connection, len(data).to_bytes(4, "big") + data)

    def _look(self, seconds: float | None) -> bool:
        """Wait for a child's end or an order, so long at most; False when the app has gone."""
        self._reap()
        if self._code is not None and seconds is None:
            return True
        ready = dict(self._poll.poll(None if seconds is None else seconds * 1000))
        if self._wake in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(self._wake, 4096)
        self._reap()
        return self._connection not in ready

    def _wait_for_host(self, seconds: float) -> None:
        self._poll.unregister(self._connection)
        until = time.monotonic() + seconds
        while self._code is None and not self._urged and time.monotonic() < until:
            self._look(until - time.monotonic())

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._childless = True
                return
            if pid == 0:
                self._childless = False
                return
            if pid == self._host:
                self._code = os.waitstatus_to_exitcode(status)

    def _end(self) -> None:
        """Kill what is left; helpers last. Where orphans are adopted, no child means nobody."""
        with contextlib.suppress(KeyError):
            self._poll.unregister(self._connection)
        if self._code is None:
            os.kill(self._host, signal.SIGKILL)
        own_end = self._code == 0
        self._helpers = _fork_servers(self._folder)
        began = time.monotonic()
        while True:
            self._reap()
            if self._childless and self._sure:
                return
            left = self._everybody()
            if not left:
                return
            passed_s = time.monotonic() - began
            if passed_s > GIVE_UP_S:
                self._sure = False
                return
            if passed_s > GOING_S or self._urged or not own_end:
                late = passed_s > (SHORT_REST_S if self._urged else REST_S)
                with self._frozen(left):
                    doomed = [one for one in self._everybody() if late or not self._is_helper(one)]
                    self._note(doomed, own_end)
                    self._kill(doomed)
            self._look(LOOK_S)

    @contextlib.contextmanager
    def _frozen(self, left: list[Process]) -> Iterator[None]:
        """The host's group cannot fork while it is stopped: nobody slips through a look.

        It is not while only helpers are left: each stop would wake us again.
        """
        if all(one.group != self._host or self._is_helper(one) for one in left):
            yield
            return
        _signal_group(self._host, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal_group(self._host, signal.SIGCONT)

    def _everybody(self) -> list[Process]:
        """All below the keeper, and those of its session that are in the host's group."""
        everybody = list_processes()
        group = {one.pid for one in everybody if one.group == self._host and _is_of_session(one)}
        below = {os.getpid()}
        found: list[Process] = []
        grew = True
        while grew:
            new = [
                one
                for one in everybody
                if one.pid not in below and (one.parent in below or one.pid in group)
            ]
            below.update(one.pid for one in new)
            found += new
            grew = bool(new)
        return [one for one in found if one.pid not in self._beyond]

    def _is_helper(self, one: Process) -> bool:
        return one.pid in self._helpers or TRACKER in command_of(one.pid)

    def _note(self, doomed: list[Process], own_end: bool) -> None:
        """A host that ended by itself has seen its workers off; else the group may be workers."""
        for one in doomed:
            if one.dead or self._is_helper(one):
                continue
            if own_end or one.group != self._host:
                self._left.setdefault(one.pid, one.name)

    def _kill(self, doomed: list[Process]) -> None:
        """A whole group at once, where it is one that somebody below has made."""
        for group in {one.group for one in doomed} - {self._host, os.getpgrp()}:
            _signal_group(group, signal.SIGKILL)
        for one in doomed:
            try:
                os.kill(one.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            except PermissionError:
                self._beyond.add(one.pid)

    def _remove_things(self) -> None:
        """Semaphores that nobody is left to unlink, and the folder of sockets."""
        token = os.environ.get(RUN_VARIABLE)
        if LINUX and token:
            names: list[str] = []
            with contextlib.suppress(FileNotFoundError):  # no shared memory here
                names = os.listdir("/dev/shm")
            for name in names:
                if name.startswith(f"sem.mp-{token}-"):
                    with contextlib.suppress(OSError):  # gone, or another user's
                        os.unlink(f"/dev/shm/{name}")
        try:
            os.rmdir(self._temporary)
        except FileNotFoundError:
            return
        except OSError:  # a fork server's socket is in it
            from shutil import rmtree

            rmtree(self._temporary, ignore_errors=True)


def _is_of_session(one: Process) -> bool:
    """A number of a group can come again when the group has gone, but not of our own session."""
    try:
        return os.getsid(one.pid) == os.getsid(0)
    except OSError:
        return False


def _adopt_orphans() -> bool:
    """Become the parent of every process below that loses its own; True when that worked."""
    try:
        import ctypes

        prctl = ctypes.CDLL(None).prctl
        return bool(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
    except (ImportError, OSError, AttributeError):  # a Python without ctypes, another C library
        return False


def _signal_group(group: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, sign)


def _fork_servers(folder: str) -> set[int]:
    """The fork server, if the host has told of one; nobody, when the folder has gone."""
    told = (Event.HELPER.value, "fork server")
    path = os.path.join(folder, EVENTS_FILE)
    with contextlib.suppress(OSError, ValueError), open(path, "rb") as file:
        lines = [json.loads(line) for line in file if b"fork server" in line and line[-1:] == b"\n"]
        return {line["pid"] for line in lines if (line["event"], line.get("role")) == told}
    return set()
