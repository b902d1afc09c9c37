"""Programs that run in a process of their own: what each costs must not be another's.

Whatever one starts, at any depth, carries a variable of this bench and is ended with it.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from surroundings import has_screen

FOLDER = Path(__file__).parent / "children"
MARK = "POOLSCOPE_BENCH"
ANSWER_S = 120.0
LEAVE_S = 5.0
WORDS = 160
"""Characters that are kept of what a program said before it failed."""


class ChildError(Exception):
    """A program failed, or did not answer in time; its text is one line."""


def environment(*, on_screen: bool = False) -> dict[str, str]:
    """What a program gets: that of the bench, and its mark. on_screen: a screen, where one is."""
    os.environ.setdefault(MARK, uuid.uuid4().hex)
    platform = {} if on_screen and has_screen() else {"QT_QPA_PLATFORM": "offscreen"}
    return {**os.environ, **platform}


def command(name: str, *arguments: object) -> list[str]:
    return [sys.executable, str(FOLDER / f"{name}.py"), *map(str, arguments)]


def answer(
    name: str, *arguments: object, timeout_s: float = ANSWER_S, on_screen: bool = False
) -> Any:
    """Run a program of `children`; the JSON in the last line that it printed. Raises ChildError."""
    process = subprocess.Popen(
        command(name, *arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(on_screen=on_screen),
        text=True,
    )
    try:
        output, errors = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        raise ChildError(f"no answer within {timeout_s:.0f} s") from error
    finally:
        if process.poll() is None:
            process.kill()
            end_marked()
            process.communicate()
    return _answer_in(output, errors, process.returncode)


def _answer_in(output: str, errors: str, status: int) -> Any:
    lines = output.strip().splitlines()
    if status == 0 and lines:
        with contextlib.suppress(ValueError):
            return json.loads(lines[-1])
    said = [line.strip() for line in (errors.strip() or output.strip()).splitlines()]
    last = said[-1][:WORDS] if said else "it said nothing"
    end = f"exit status {status}" if status >= 0 else f"ended by signal {-status}"
    raise ChildError(f"{end}: {last}")


class Conversation:
    """A program that stays, and answers a line of JSON with a line of JSON."""

    def __init__(self, name: str, *arguments: object) -> None:
        self._process = subprocess.Popen(
            command(name, *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            text=True,
        )

    def ask(self, **question: Any) -> Any:
        """Raises ChildError when it has gone, or does not answer in time: then it is ended."""
        assert self._process.stdin is not None and self._process.stdout is not None
        deadline = threading.Timer(ANSWER_S, self._process.kill)
        deadline.start()
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            deadline.cancel()
            deadline.join()
        if not line:
            raise ChildError(f"it ended with exit status {self._process.wait(LEAVE_S)}")
        return json.loads(line)

    def end(self) -> None:
        """Let it go, or end it."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            end_marked()
        self._process.stdout.close()


@contextlib.contextmanager
def conversation(name: str, *arguments: object) -> Iterator[Conversation]:
    talk = Conversation(name, *arguments)
    try:
        yield talk
    finally:
        talk.end()


def end_marked() -> int:
    """End whatever the bench's programs have left, daemons too; how many there were."""
    mark = os.environ.get(MARK)
    found = [process for process in psutil.process_iter() if mark and _carries(process, mark)]
    for process in found:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(found, LEAVE_S)
    return len(found)


def _carries(process: psutil.Process, mark: str) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        return process.pid != os.getpid() and process.environ().get(MARK) == mark
    return False
