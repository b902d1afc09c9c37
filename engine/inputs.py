"""How many inputs an expression has, and how large they are, read off its text.

Nothing is evaluated.
"""

import ast
import sys
from functools import lru_cache

from .problem import Kind, Problem, ProblemError
from .tasks.parsing import parse_expression

MOST_TEXT = 100_000
"""Characters of an expression whose items are looked at one by one."""
POINTER, NUMBER, TEXT, LIST = 8, 32, 49, 56
"""Bytes of a reference, of a number, and of the beginning of a text or bytes and of a list."""

ARITHMETIC = (ast.Name, ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Load)


def check_syntax(expression: str) -> None:
    """Raise ProblemError when `expression` is no Python expression."""
    parse(expression)


@lru_cache(maxsize=8)
def static_count(expression: str) -> int | None:
    """The number of items of `expression`, or None when only running it would tell.

    Also None when there are more than any list could have, and so with `static_bytes`.

    >>> static_count("range(20_000, 20_122)")
    122
    >>> static_count("[bytes(1_000_000)] * 20")
    20
    >>> static_count("load()") is None
    True
    """
    try:
        return _possible(_count(parse(expression).body))
    except (ProblemError, RecursionError):
        return None


@lru_cache(maxsize=8)
def static_bytes(expression: str) -> int | None:
    """About how much memory the list of all items takes, or None when the text does not tell.

    One object that is there several times counts once. The sizes are those of 64-bit CPython.

    >>> static_bytes("[bytes(2_000_000) for _ in range(100)]") // 1_000_000
    200
    >>> static_bytes("[bytes(2_000_000)] * 100") // 1_000_000
    2
    """
    if len(expression) > MOST_TEXT:
        return None
    try:
        return _possible(_listed(parse(expression).body))
    except (ProblemError, RecursionError):
        return None


@lru_cache(maxsize=8)
def static_distinct(expression: str) -> int | None:
    """How many of the items are objects of their own, or None when the text does not tell.

    >>> static_distinct("[bytes(2_000_000)] * 100 + [1]")
    2
    """
    try:
        return _possible(_distinct(parse(expression).body))
    except (ProblemError, RecursionError):
        return None


def _possible(number: int | None) -> int | None:
    return None if number is None or number > sys.maxsize else number


@lru_cache(maxsize=4)
def parse(expression: str) -> ast.Expression:
    """Its tree, which belongs to all and is not to be changed.

    Raises ProblemError when it is no Python expression.
    """
    try:
        return parse_expression(expression.strip(), "<inputs>")
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
            return _sum_known(_count(left), _count(right))
    return None


def _distinct(node: ast.expr) -> int | None:
    match node:
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            items = left if _count(left) is not None else right
            return _distinct(items) if _count(node) else _count(node)
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _sum_known(_distinct(left), _distinct(right))
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[item]):
            return _distinct(item)
    return _count(node)


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
    numbers = [_number(arg) for arg in args]
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
        count, factor = _count(items), _number(times)
        if count is not None and factor is not None:
            return count * max(factor, 0)
    return None


def _listed(node: ast.expr) -> int | None:
    """The list of the items of `node`, and what it refers to."""
    count = _count(node)
    match node:
        case ast.Constant(value=str()):
            return LIST + POINTER * (count or 0) + min(count or 0, 256) * TEXT
        case ast.Call(func=ast.Name(id="range")) if count is not None:
            return LIST + count * (POINTER + NUMBER)
        case ast.Call(func=ast.Name(id="list" | "tuple" | "sorted"), args=[item]):
            return _listed(item)
        case ast.List() | ast.Tuple() | ast.Set():
            return _sum(node.elts, LIST + POINTER * len(node.elts))
        case ast.ListComp(elt=item, generators=[ast.comprehension(target=target)]):
            each = NUMBER if _is_arithmetic(item, target, node.generators[0].iter) else _size(item)
            return None if each is None or count is None else LIST + count * (POINTER + each)
        case ast.BinOp(op=ast.Mult(), left=left, right=right) if count is not None:
            once = _listed(left) if _count(left) is not None else _listed(right)
            return None if once is None else once + POINTER * count
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _sum_known(_listed(left), _listed(right))
    return None


def _sum(items: list[ast.expr], begin: int) -> int | None:
    return _sum_known(begin, *map(_size, items))


def _sum_known(*sizes: int | None) -> int | None:
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def _size(node: ast.expr) -> int | None:
    """Of the one object that `node` is evaluated to."""
    match node:
        case ast.Constant(value=str() | bytes() as text):
            return TEXT + len(text)
        case ast.Constant() | ast.UnaryOp(operand=ast.Constant()):
            return NUMBER
        case ast.Call(func=ast.Name(id="bytes" | "bytearray"), args=[length], keywords=[]):
            number = _number(length)
            return None if number is None else TEXT + max(number, 0)
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return _size_repeated(left, right)
        case ast.List() | ast.Tuple() | ast.Call(func=ast.Name(id="list" | "tuple")):
            return _listed(node)
        case ast.Call(func=ast.Name(id="range")):
            return LIST
    return None


def _size_repeated(left: ast.expr, right: ast.expr) -> int | None:
    """Of a text, bytes or list times a number."""
    for item, times in ((left, right), (right, left)):
        number = _number(times)
        match item:
            case ast.Constant(value=str() | bytes() as text) if number is not None:
                return TEXT + len(text) * max(number, 0)
            case ast.List() | ast.Tuple() if number is not None:
                return _sum(item.elts, LIST + POINTER * len(item.elts) * max(number, 0))
    return None


def _number(node: ast.expr) -> int | None:
    """A length as people write it: 2_000_000, 10**6, 2 * 1024 * 1024, 1 << 20, 10**6 + 1."""
    match node:
        case ast.BinOp(op=ast.Mult() | ast.Add() | ast.Sub() as sign, left=left, right=right):
            first, second = _number(left), _number(right)
            if first is None or second is None:
                return None
            if isinstance(sign, ast.Mult):
                return first * second
            return first + second if isinstance(sign, ast.Add) else first - second
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            number = _number(operand)
            return None if number is None else -number
        case ast.BinOp(op=ast.Pow() | ast.LShift() as sign, left=left, right=right):
            base, power = _integer(left), _integer(right)
            if base is None or power is None or not (0 <= power <= 64 and abs(base) <= 1024):
                return None
            return int(base**power) if isinstance(sign, ast.Pow) else base << power
    return _integer(node)


def _is_arithmetic(item: ast.expr, target: ast.expr, items: ast.expr) -> bool:
    """`item` is computed from the numbers of a range and nothing else."""
    if not isinstance(target, ast.Name) or not isinstance(items, ast.Call):
        return False
    if ast.unparse(items.func) != "range":
        return False
    for node in ast.walk(item):
        if isinstance(node, ast.Name) and node.id != target.id:
            return False
        if isinstance(node, ast.Constant) and not isinstance(node.value, int | float):
            return False
        if not isinstance(node, ARITHMETIC):
            return False
    return True
