"""Values for a worker that are unpickled there only when they are asked for.

What a spawned worker cannot read would otherwise end it before it can tell anybody. A forked worker
gets them as they are: with fork nothing is pickled. Standard library only: every worker imports it.
"""

from multiprocessing import process
from multiprocessing.reduction import ForkingPickler

TYPE_CHECKING = False  # typing itself would be 2 ms of a worker's start
if TYPE_CHECKING:
    from typing import Any
else:
    Any = object


class Late:
    """`Late(*values).values()`, on the other side of a start of a process, too."""

    def __init__(self, *values: Any) -> None:
        self._values: tuple[Any, ...] | None = values
        self._data = b""

    def __getstate__(self) -> bytes:
        # While a process is being started: locks and queues travel then, and only then.
        try:
            return bytes(ForkingPickler.dumps(self._values))
        except Exception as error:
            raise _not_sent(error) from error

    def __setstate__(self, data: bytes) -> None:
        self._values, self._data = None, data

    @property
    def data(self) -> bytes:
        """What is unpickled; empty where nothing was pickled."""
        return self._data

    def values(self) -> tuple[Any, ...]:
        """Raises whatever unpickling them raises."""
        if self._values is None:
            current: Any = process.current_process()
            current._inheriting = True  # as while the process itself was unpickled: proxies ask
            try:
                self._values = ForkingPickler.loads(self._data)
            finally:
                del current._inheriting
        return self._values


def _not_sent(error: Exception) -> Exception:
    from ..problem import Kind, Problem, ProblemError  # of the host's; a worker needs none of it

    values = {"error": f"{type(error).__name__}: {error}"}
    return ProblemError(Problem(Kind.INITIALIZER_NOT_SENT, "initargs", values))
