"""Tasks that start processes and do not wait for them. Each tells the PIDs in its result."""

import contextlib
import itertools
import os
import pickle
import signal
import stat
import subprocess
import sys
import time

SLEEP = ["sleep", "600"]


def plain(_):
    return subprocess.Popen(SLEEP).pid


def own_session(_):
    return subprocess.Popen(SLEEP, start_new_session=True).pid


def own_group(_):
    return subprocess.Popen(SLEEP, process_group=0).pid


def without_variables(_):
    """In a session of its own, and nothing of the run is in its environment."""
    return subprocess.Popen(SLEEP, start_new_session=True, env={"PATH": os.environ["PATH"]}).pid


def double_fork(_):
    """As a daemon does; it is forked twice, so that its parent is nobody's child here."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(writer, b"%d" % os.getpid())
            os.execvpe("sleep", SLEEP, {"PATH": os.environ["PATH"]})
        os._exit(0)
    os.wait()
    os.close(writer)
    with open(reader, "rb") as pipe:
        return int(pipe.read(20))


def moved_group(_):
    """A forked one that gives itself a group, and ignores what can be ignored."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sign, signal.SIG_IGN)
        os.write(writer, b"!")
        while True:
            time.sleep(600)
    os.read(reader, 1)
    return pid


WAYS = (plain, own_session, own_group, without_variables, double_fork, moved_group)


def leave(number):
    """One way after the other."""
    return WAYS[number % len(WAYS)](number)


def leave_and_stay(number):
    """The same, and does not come back: the PID stands in the file that the environment names."""
    pid = leave(number)
    with open(os.environ["LEFT"], "a") as file:
        file.write(f"{pid}\n")
    time.sleep(600)


def soon_gone(_):
    """Starts one that ends by itself, and waits for it."""
    return subprocess.run(["true"], check=True).returncode


def fork_for_ever(_):
    """Each child lives shortly; there is always one."""
    while True:
        if os.fork() == 0:
            time.sleep(0.05)
            os._exit(0)
        while True:
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break
        time.sleep(0.005)


class Slow:
    """Takes long to be pickled, deep in C."""

    def __reduce__(self):
        return pickle.loads, (pickle.dumps(sum(itertools.repeat(1))),)


def same(value):
    return value


def kill_keeper(_):
    """Of a pool whose workers are forked: the keeper is the parent of the parent."""
    with open(f"/proc/{os.getppid()}/stat", "rb") as file:
        os.kill(int(file.read().rpartition(b")")[2].split()[1]), signal.SIGKILL)
    time.sleep(600)


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def starts_when_it_is_imported():
    return sys.modules[__name__].__name__


def half_a_message(value):
    """On what a forked worker has inherited of the line between the host and the app."""
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                os.write(number, b"\0\0")
    return value
