"""Finds the name that a pickle needs and this process cannot import.

Imported only when unpickling has failed. Standard library only.
"""

import contextlib
import io
import pickle
from importlib import import_module
from typing import Any


class _StandIn:
    """In the place of whatever a pickle names: takes what it is given, and does nothing."""

    def __new__(cls, *_: object, **__: object) -> "_StandIn":
        return object.__new__(cls)

    def __init__(self, *_: object, **__: object) -> None: ...
    def __call__(self, *_: object, **__: object) -> "_StandIn":
        return self

    def __setstate__(self, _: object) -> None: ...
    def __setitem__(self, _: object, __: object) -> None: ...
    def append(self, _: object) -> None: ...
    def extend(self, _: object) -> None: ...
    def add(self, _: object) -> None: ...


class _Collector(pickle.Unpickler):
    """Reads a pickle without running any of it; `names` are those that it names, in order."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        self.names: list[tuple[str, str]] = []

    def find_class(self, module: str, name: str) -> Any:
        self.names.append((module, name))
        return _StandIn


def missing_name(data: bytes) -> tuple[str, str] | None:
    """Module and name of the first that cannot be imported here; None when all can.

    Only what unpickling would have imported, too, is imported, and no further than it came.
    """
    collector = _Collector(data)
    with contextlib.suppress(Exception):  # one that plays tricks has named what it did until then
        collector.load()
    for module, name in collector.names:
        try:
            found: Any = import_module(module)
            for part in name.split("."):
                found = getattr(found, part)
        except BaseException:  # a module may call sys.exit
            return module, name
    return None
