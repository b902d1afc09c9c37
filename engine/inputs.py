"""How many inputs an expression has, read off its text. Nothing is evaluated."""

import ast

from .problem import Kind, Problem, ProblemError


def check_syntax(expression: str) -> None:
    """Raise ProblemError when `expression` is no Python expression."""
    _parse(expression)


def static_count(expression: str) -> int | None:
    """The number of items of `expression`, or None when only running it would tell.

    >>> static_count("range(20_000, 20_122)")
    122
    >>> static_count("[bytes(1_000_000)] * 20")
    20
    >>> static_count("load()") is None
    True
    """
    try:
        return _count(_parse(expression).body)
    except (ProblemError, RecursionError):
        return None


def _parse(expression: str) -> ast.Expression:
    try:
        return ast.parse(expression.strip(), "<inputs>", "eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ProblemError(Problem(Kind.INPUTS_SYNTAX, "inputs", {"error": message})) from error


def _count(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(value=str() | bytes() as text):
            return len(text)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return None if any(isinstance(item, ast.Starred) for item in items) else len(items)
        case ast.Set() | ast.Dict():
            return _literal_length(node)
        case ast.Call(func=ast.Name(id="range"), args=args, keywords=[]):
            return _range_length(args)
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[item], keywords=[]):
            return _count(item)
        case ast.ListComp(generators=[one]) if not one.ifs and not one.is_async:
            return _count(one.iter)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return _product(left, right)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            first, second = _count(left), _count(right)
            return None if first is None or second is None else first + second
    return None


def _integer(node: ast.expr) -> int | None:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, int) else None


def _literal_length(node: ast.expr) -> int | None:
    try:
        return len(ast.literal_eval(node))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _range_length(args: list[ast.expr]) -> int | None:
    numbers = [_integer(arg) for arg in args]
    known = [number for number in numbers if number is not None]
    if len(known) != len(numbers):
        return None
    try:
        return len(range(*known))
    except (ValueError, TypeError, OverflowError):
        return None


def _product(left: ast.expr, right: ast.expr) -> int | None:
    for items, times in ((left, right), (right, left)):
        if isinstance(items, ast.Call) and ast.unparse(items.func) == "range":
            continue  # it cannot be repeated
        count, factor = _count(items), _integer(times)
        if count is not None and factor is not None:
            return count * max(factor, 0)
    return None
