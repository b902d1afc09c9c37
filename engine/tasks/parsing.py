"""Python text as a tree, from any thread.

CPython 3.11 counts how deep a tree is for all threads together: where two of them make one at the
same time, ast.parse raises SystemError. So one waits for the other.
"""

import ast
import threading

_ONE_AT_A_TIME = threading.Lock()


def parse(text: str | bytes, name: str = "<text>") -> ast.Module:
    """A module; raises what ast.parse does."""
    with _ONE_AT_A_TIME:
        return ast.parse(text, name)


def parse_expression(text: str | bytes, name: str = "<text>") -> ast.Expression:
    """One expression; raises what ast.parse does."""
    with _ONE_AT_A_TIME:
        return ast.parse(text, name, "eval")
