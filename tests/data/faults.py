"""Tasks that misbehave, and plain ones to compare with. The input says where."""

import contextlib
import gc
import itertools
import os
import pickle
import signal
import subprocess
import sys
import time


def same(value):
    return value


def square(number):
    return number * number


absolute = abs


def sleep(seconds):
    time.sleep(seconds)
    return seconds


def process(_):
    return os.getpid()


# What a task can raise.


def raise_at_3(number):
    if number == 3:
        raise ValueError("three is too much")
    return number


def raise_always(number):
    raise KeyError(number)


class Bare(BaseException):
    pass


def raise_base_at_3(number):
    if number == 3:
        raise Bare("no Exception")
    return number


def interrupt_at_3(number):
    if number == 3:
        raise KeyboardInterrupt
    return number


def exit_at_3(number):
    if number == 3:
        sys.exit(4)
    return number


def stop_iteration_at_3(number):
    if number == 3:
        raise StopIteration
    return number


class WithoutText(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def raise_without_text(number):
    raise WithoutText


class TwoArguments(Exception):
    """Pickles, and cannot be unpickled (gh-79492)."""

    def __init__(self, first, second):
        super().__init__(first)


def raise_unreadable_at_3(number):
    if number == 3:
        raise TwoArguments(1, 2)
    return number


def raise_unpicklable_at_3(number):
    if number == 3:
        error = ValueError("cannot cross")
        error.function = lambda: None
        raise error
    return number


# What a worker can die of.


def end_process_at_3(number):
    if number == 3:
        os._exit(3)
    return number


def kill_at_3(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def end_every_third(number):
    if number % 3 == 0:
        os._exit(3)
    return number


def segfault_at_3(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    return number


def kill_host(_):
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def _die_with_lock(queue, lock):
    """As a worker does that is killed between taking a lock and saying so."""
    for found in gc.get_objects():
        if type(found).__name__ == queue:
            getattr(found, lock).acquire()
            os.kill(os.getpid(), signal.SIGKILL)


def die_with_task_lock_at_3(number):
    if number == 3:
        _die_with_lock("TaskQueue", "_rlock")
    time.sleep(0.05)
    return number


def die_with_result_lock_at_3(number):
    if number == 3:
        _die_with_lock("ResultQueue", "_wlock")
    time.sleep(0.05)
    return number


# Values that do not cross.


class KillsWhenPickled:
    def __reduce__(self):
        os.kill(os.getpid(), signal.SIGKILL)


class ExitsWhenPickled:
    def __reduce__(self):
        sys.exit(6)


class Calls:
    """Calls a function when it is unpickled."""

    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call[0], self.call[1:]


def function_at_3(number):
    return (lambda: None) if number == 3 else number


def exit_when_read_at_3(number):
    return Calls(sys.exit, 5) if number == 3 else number


def exit_when_pickled_at_3(number):
    return ExitsWhenPickled() if number == 3 else number


def kill_when_pickled_at_3(number):
    return KillsWhenPickled() if number == 3 else number


def pickle_buffer(_):
    return pickle.PickleBuffer(b"only protocol 5 can")


def big(megabytes):
    return bytes(int(megabytes * 1e6))


def big_after_a_while(seconds):
    time.sleep(seconds)
    return bytes(10_000_000)


# Texts.


class BadRepr:
    def __repr__(self):
        raise RuntimeError("no repr")


class ExitRepr:
    def __repr__(self):
        sys.exit(9)


def bad_repr(_):
    return BadRepr()


def exit_repr(_):
    return ExitRepr()


# Output.


def print_lines(number):
    for line in range(200):
        print(f"task {number} line {line}")


def _wait_for(path):
    while not os.path.exists(path):
        time.sleep(0.005)


def print_after(path):
    _wait_for(path)
    print("something")


def raise_at_3_after(what):
    number, path = what
    _wait_for(path)
    return raise_at_3(number)


def print_many(number):
    for line in range(50_000):
        print(number, line)


def print_for_ever(number):
    block = b"".join(b"%d %d\n" % (number, line) for line in range(5_000))
    while True:
        os.write(1, block)


def bar_for_ever(_):
    for percent in range(10_000_000):
        print(f"\r{percent % 100:3d}% done", end="", flush=True)
        time.sleep(0.01)


def print_unfinished(_):
    print("no end", end="")


def print_binary(_):
    os.write(1, bytes(range(256)) * 4)


def print_long(_):
    print("é" * 2_500_000, flush=True)


# Processes that nobody knows of, and workers that do not want to go.


def fork(_):
    if os.fork() == 0:
        time.sleep(600)
    return os.getpid()


def subprocess_sleep(_):
    return subprocess.Popen(["sleep", "600"]).pid


def subprocess_until_there(path):
    """One of its own, and an orphan."""
    with subprocess.Popen(["sleep", "600"]) as child:
        orphan = subprocess.check_output(["sh", "-c", "sleep 600 >/dev/null & echo $!"])
        until_there(path)
        child.kill()
        os.kill(int(orphan), signal.SIGKILL)
    return path


def deaf(_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        with contextlib.suppress(BaseException):
            time.sleep(600)


def deep_in_c(_):
    sum(itertools.repeat(1))


def modules(_):
    return sorted(name for name, module in sys.modules.items() if module is not None)


# What cannot travel.

a_lambda = lambda number: number  # noqa: E731


class Unreadable:
    def __reduce__(self):
        return _fail, ()


def _fail():
    raise ValueError("this cannot be read")


def unreadable():
    return Unreadable()


# Initializers, and what they leave to the tasks.

remembered_arguments = None


def remember(*arguments):
    global remembered_arguments
    remembered_arguments = arguments


def remembered(_):
    return remembered_arguments


def remembered_names(_):
    return [type(argument).__name__ for argument in remembered_arguments]


def refuse():
    raise RuntimeError("not today")


def loaded(module):
    return module in sys.modules


def raise_called(name):
    """Raises the exception of that name, if one is named."""
    import multiprocessing

    kinds = {"StopIteration": StopIteration, "TimeoutError": multiprocessing.TimeoutError}
    if name:
        raise kinds[name]("by a task")


def refuse_every_third():
    if os.getpid() % 3 == 0:
        raise RuntimeError("not this one")


def refuse_all_but_the_first():
    """The first worker of a forked pool is the host's first child."""
    import multiprocessing

    if not multiprocessing.current_process().name.endswith("-1"):
        time.sleep(0.1)  # no quicker than the first one starts, also on a busy machine
        raise RuntimeError("one is enough")


def raise_at_0_die_at_3(number):
    if number == 0:
        raise ValueError("the first")
    if number == 3:
        time.sleep(0.1)
        os._exit(1)
    return number


class Iterable:
    def __init__(self, error):
        self.error = error

    def __iter__(self):
        raise self.error


def raise_it(error):
    raise error


class Unpicklable(Iterable):
    def __reduce__(self):
        raise self.error


# Faults of the suite in tests/engine/faults.


def abort_at_3(number):
    if number == 3:
        os.abort()
    return number


def leave_quietly_at_3(number):
    if number == 3:
        sys.exit()
    return number


def kill_when_unpickled():
    return Calls(_kill_this, signal.SIGKILL)


def _kill_this(sign):
    """In a worker only: the host looks at its first input, too."""
    import multiprocessing

    if multiprocessing.parent_process() is not None:
        os.kill(os.getpid(), sign)


def close_files_at_3(number):
    if number == 3:
        os.closerange(3, 256)
    return number


def replace_files_at_3(number):
    """What Pool sends next goes nowhere."""
    if number == 3:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _results().fileno())
        os.close(nowhere)
    return number


def spoil_results_at_3(number):
    """What the pipe holds then is no message."""
    if number == 3:
        os.write(_results().fileno(), b"\xff" * 4)
    return number


def _results():
    """Where this worker's results go."""
    return next(f for f in gc.get_objects() if type(f).__name__ == "ResultQueue")._writer


def raise_in_thread(number):
    import threading

    thread = threading.Thread(target=_fail)
    thread.start()
    thread.join()
    return number


def own_pool(number):
    import multiprocessing

    with multiprocessing.Pool(1) as pool:
        return pool.map(same, [number])


def harmless(number):
    """A thread that raises, another folder, signals that are ignored."""
    os.chdir("/")
    for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    return raise_in_thread(number)


def unreadable_in_worker():
    return Calls(_fail_in_worker)


def _fail_in_worker():
    import multiprocessing

    if multiprocessing.parent_process() is not None:
        raise ValueError("this cannot be read in a worker")


def until_there(path):
    while not os.path.exists(path):
        time.sleep(0.01)
    return path


class SlowToPickle:
    """The host takes its time over it, once the pool is there."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        until_there(self.path)
        return str, (self.path,)


def raise_or_wait(path):
    if path is None:
        raise ValueError("no path")
    return until_there(path)


def slow_to_cross(seconds):
    """Its result takes so long to pickle, and again to unpickle."""
    return Slow(seconds)


class Slow:
    def __init__(self, seconds):
        self.seconds = seconds

    def __reduce__(self):
        time.sleep(self.seconds)
        return time.sleep, (self.seconds,)


def block_pool_and_die(_):
    """Half a message in the pipe by which Pool wakes its own thread; then the worker ends."""
    import stat

    own = {_results().fileno(), _reader_of_tasks().fileno()}
    for number in range(3, 256):
        with contextlib.suppress(OSError):
            if number not in own and stat.S_ISFIFO(os.fstat(number).st_mode):
                os.write(number, b"\0\0")
    os._exit(3)


def _reader_of_tasks():
    return next(f for f in gc.get_objects() if type(f).__name__ == "TaskQueue")._reader


def fork_and_go_on_at_3(number):
    """Two processes run Pool's loop from there on, and both send this chunk's result."""
    if number == 3:
        os.fork()
    time.sleep(0.02)
    return number
