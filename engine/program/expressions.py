"""A person's expressions inside the program's text: which names they need, and how they are set."""

import ast
import re
import symtable
from functools import lru_cache

from ..inputs import parse
from ..problem import ProblemError
from .names import Names

INDENT = 4
STRING = (ast.Constant, ast.JoinedStr)


@lru_cache(maxsize=4)
def free_names(expression: str) -> frozenset[str]:
    """The names that evaluating `expression` looks up outside of it; none if it is no Python.

    >>> sorted(free_names("[double(x) for x in numbers() if math.isqrt(x)]"))
    ['double', 'math', 'numbers']
    """
    if not re.search(r"[^\W\d]", expression):
        return frozenset()  # a long list of numbers, say, which would be parsed once more
    try:
        top = symtable.symtable(expression.strip(), "<expression>", "eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return frozenset()
    own = {symbol.get_name() for symbol in top.get_symbols() if symbol.is_assigned()}
    return frozenset(_looked_up(top)) - own


def _looked_up(table: symtable.SymbolTable) -> set[str]:
    is_top = table.get_type() == "module"
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (is_top or symbol.is_global())
    }
    for child in table.get_children():
        found |= _looked_up(child)
    return found


def listed(expression: str, indent: int, names: Names, *, changes: bool) -> str:
    """The items of `expression` as Python: something that can be counted and read twice.

    changes: the program will reorder them in place, which takes a list.
    """
    node = _parsed(expression)
    match node:
        case ast.List() | ast.ListComp():
            return _spread("", expression, "", indent)
        case ast.Tuple() if not changes:
            return _spread("", expression, "", indent)
        case ast.Call(func=ast.Name(id="range")) if not changes and names.is_builtin("range"):
            return _spread("", expression, "", indent)
        case ast.GeneratorExp() if _is_whole(expression, node):
            return _spread(names.builtin("list"), expression, "", indent)
    return _called(names.builtin("list"), expression, indent)


def tupled(expression: str, indent: int, names: Names) -> str:
    """The arguments of an initializer as Python; what Pool takes, whatever `expression` is."""
    node = _parsed(expression)
    if not isinstance(node, ast.Tuple):
        return _called(names.builtin("tuple"), expression, indent)
    if _is_whole(expression, node) and "#" not in expression:
        return _spread("", expression, "", indent)
    return _spread("(", expression, ")", indent)


def _called(function: str, expression: str, indent: int) -> str:
    """`function(expression)`, also when that is a tuple without brackets."""
    node = _parsed(expression)
    if isinstance(node, ast.Tuple) and not _is_whole(expression, node):
        return _spread(f"{function}((", expression, "))", indent)
    return _spread(f"{function}(", expression, ")", indent)


def _parsed(expression: str) -> ast.expr | None:
    try:
        return parse(expression).body
    except ProblemError:
        return None


def _is_whole(expression: str, node: ast.expr) -> bool:
    """Whether the brackets of `node` are the first and the last thing in `expression`."""
    text = expression.strip()
    if not (text.startswith("(") and text.endswith(")")):
        return False
    match _parsed(f"f(\n{text}\n)"):  # a tuple without brackets is several arguments, or its item
        case ast.Call(args=[one], keywords=[]):
            last = (node.end_lineno or 0) + 1, node.end_col_offset
            return type(one) is type(node) and (one.end_lineno, one.end_col_offset) == last
    return False


def _spread(opening: str, expression: str, closing: str, indent: int) -> str:
    """The three together, on lines of their own when the expression has several, or a comment."""
    text = expression.strip().replace("\r\n", "\n").replace("\r", "\n")
    if not opening and text.startswith("#"):
        opening, closing = "(", ")"
    if not opening.endswith("("):
        return opening + _shifted(text, indent) + closing
    if "\n" not in text and "#" not in text:
        return f"{opening}{text}{closing}"
    within = " " * (indent + INDENT)
    return f"{opening}\n{within}{_shifted(text, indent + INDENT)}\n{' ' * indent}{closing}"


def _shifted(text: str, indent: int) -> str:
    """`text` with its further lines moved to the right, unless that changes what it means."""
    node = _parsed(text) if "\n" in text else None
    if node is None:
        return text
    shifted = text.replace("\n", "\n" + " " * indent)
    if not any(isinstance(one, STRING) and one.lineno != one.end_lineno for one in ast.walk(node)):
        return shifted
    moved = _parsed(f"(\n{shifted}\n)")
    return shifted if moved is not None and ast.dump(node) == ast.dump(moved) else text
