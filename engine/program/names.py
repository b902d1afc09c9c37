"""Names of a program that get into nobody's way."""

import builtins
from collections.abc import Set

BUILTINS = frozenset(dir(builtins))
MODULES = frozenset({"math", "random", "itertools"})
"""What the host gives to expressions, beside `lines` and `column`."""
HELPERS = MODULES | {"lines", "column"}


def fresh(name: str, taken: Set[str]) -> str:
    """`name`, or one like it, that is not among `taken`.

    >>> fresh("pool", {"pool", "main"})
    'the_pool'
    """
    candidate, number = name, 1
    while candidate in taken:
        candidate = f"the_{name}" if number == 1 else f"the_{name}_{number}"
        number += 1
    return candidate


class Names:
    """What the program's own function calls things.

    bound: names that mean something of the user's at the top level. used: those that the function
    needs from there. plain: modules that the user's text imports already, under their own names.
    imports: statements that the names given so far need.
    """

    def __init__(self, bound: Set[str], used: Set[str], plain: Set[str] = frozenset()) -> None:
        self._bound, self._used, self._plain = bound, used, plain
        self.imports: set[str] = set()

    def local(self, name: str) -> str:
        """A variable of the function."""
        return fresh(name, self._used)

    def module(self, name: str) -> str:
        """A module of the standard library."""
        if name in self._plain:
            return name
        alias = fresh(name, self._bound)
        self.imports.add(f"import {name}" if alias == name else f"import {name} as {alias}")
        return alias

    def builtin(self, name: str) -> str:
        """A builtin function, whatever the user calls by its name."""
        return name if self.is_builtin(name) else f"{self.module('builtins')}.{name}"

    def is_builtin(self, name: str) -> bool:
        """Whether the user means the builtin function by its name."""
        return name not in self._bound


def quoted(text: str) -> str:
    """`text` as a Python literal."""
    plain = text.isprintable() and not set(text) & {'"', "\\"}
    return f'"{text}"' if plain else repr(text)
