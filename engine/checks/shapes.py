"""What the items of an inputs expression are, as far as its text shows. Nothing is evaluated."""

import ast
from functools import lru_cache

from ..inputs import MOST_TEXT, parse
from ..problem import ProblemError

NO_SEQUENCE = -1
"""Stands for an item that cannot be unpacked into arguments."""


@lru_cache(maxsize=8)
def widths(expression: str) -> frozenset[int]:
    """Into how many arguments the items would be unpacked; only what the text shows for sure.

    >>> sorted(widths("[(1, 2), (3, 4)] * n"))
    [2]
    >>> sorted(widths("range(10)"))
    [-1]
    >>> sorted(widths("load()"))
    []
    """
    if len(expression) > MOST_TEXT:
        return frozenset()
    try:
        found = {_width(item) for item in _items(parse(expression).body)}
    except (ProblemError, RecursionError):
        return frozenset()
    return frozenset(width for width in found if width is not None)


def _items(node: ast.expr) -> list[ast.expr]:
    """Expressions of items; not of all when some are not known."""
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return [item for item in items if not isinstance(item, ast.Starred)]
        case ast.Dict(keys=keys):
            return [key for key in keys if key is not None]
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return _items(left) or _items(right)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _items(left) + _items(right)
        case (
            ast.ListComp(elt=item, generators=[one]) | ast.GeneratorExp(elt=item, generators=[one])
        ):
            same = ast.dump(item).replace("Load", "Store") == ast.dump(one.target)
            return _items(one.iter) if same else [item]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _made_by(name, args)
    return []


def _made_by(name: str, args: list[ast.expr]) -> list[ast.expr]:
    """Items of what a builtin makes of its arguments."""
    if any(isinstance(arg, ast.Starred) for arg in args):
        return []
    match name:
        case "range":
            return [ast.Constant(0)]
        case "list" | "tuple" | "sorted" | "reversed" | "set" if len(args) == 1:
            return _items(args[0])
        case "enumerate" if args:
            return [ast.Tuple([args[0], args[0]])]
        case "zip" if args:
            return [ast.Tuple(args)]
    return []


def _width(item: ast.expr) -> int | None:
    match item:
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return None if any(isinstance(part, ast.Starred) for part in parts) else len(parts)
        case ast.Constant(value=str() | bytes() as text):
            return len(text)
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()) | ast.Lambda():
            return NO_SEQUENCE
    return None
