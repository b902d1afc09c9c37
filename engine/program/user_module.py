"""The text of the user's module, ready to be part of a program."""

import ast
from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from ..tasks.importing import told_by_name
from ..tasks.parsing import parse, parse_expression


class Module(NamedTuple):
    """The user's module as part of a program.

    futures: its `from __future__` lines, which must come first. text: the rest, without what it
    does as a main program. modules: those that it imports under their own names.
    """

    futures: str
    text: str
    modules: frozenset[str]


def module_of(source: str) -> Module:
    """The text of the user's module, ready to be pasted. What is no Python stays as it is."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        body = parse(text).body
        futures, kept = _without_main(text, body)
        return Module(futures, _as_imported(kept).strip("\n"), _plain_modules(body))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return Module("", text.strip("\n"), frozenset())


def _without_main(text: str, body: list[ast.stmt]) -> tuple[str, str]:
    """Its `from __future__` lines, and the rest without what an import does not run."""
    lines = text.split("\n")
    futures: list[str] = []
    for statement in reversed(body):  # from the end, so that the numbers of the others stay right
        first, last = statement.lineno - 1, statement.end_lineno or statement.lineno
        if isinstance(statement, ast.If):
            lines[first:last] = _imported_part(lines, statement)
        elif isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            futures.insert(0, ast.unparse(statement))
            lines[first:last] = _without(lines[first:last], statement)
    return "\n".join(futures), "\n".join(lines)


def _without(lines: list[str], statement: ast.stmt) -> list[str]:
    """What else stands on the lines of `statement`."""
    first, last = lines[0].encode(), lines[-1].encode()
    before, after = first[: statement.col_offset], last[statement.end_col_offset or 0 :]
    left = (before + after.lstrip(b" ;")).decode()
    return [left] if left.strip() else []


def _imported_part(lines: list[str], statement: ast.If) -> list[str]:
    """The lines of the branch that an import takes; all of them where that cannot be told."""
    told = told_by_name(statement.test)
    branch = statement.body if told else statement.orelse
    if told is not None and not branch:
        return []
    kept = None if told is None else _at_top(lines, branch)
    return lines[statement.lineno - 1 : statement.end_lineno] if kept is None else kept


def _at_top(lines: list[str], branch: list[ast.stmt]) -> list[str] | None:
    """The lines of `branch`, comments above it too, at the top level; None: they need their place.

    A text of several lines would lose its own indentation.
    """
    start, margin = branch[0], branch[0].col_offset
    decorators = getattr(start, "decorator_list", [])
    first = min([start.lineno, *(one.lineno for one in decorators)]) - 1
    head = lines[first].encode()[margin:].decode()
    if isinstance(start, ast.If):
        head = head.removeprefix("el")  # of elif
    begin = first
    alone = margin and not lines[first][:margin].strip()
    while alone and (lines[begin - 1].lstrip().startswith("#") or not lines[begin - 1].strip()):
        begin -= 1
    above = [line.strip() for line in lines[begin:first]]
    below = [_dedented(line, margin) for line in lines[first + 1 : branch[-1].end_lineno]]
    kept = [*above, head, *below]
    try:
        same = ast.dump(parse("\n".join(kept))) == ast.dump(ast.Module(branch, []))
    except SyntaxError:
        return None
    return kept if same else None


def _dedented(line: str, margin: int) -> str:
    return line[:margin].lstrip() + line[margin:]


def _as_imported(text: str) -> str:
    """`text` with what it is to a module that is imported in place of each look for the main one.

    The program that it is pasted into is the main program, and its workers have a copy of it.
    """
    if "_main__" not in text:
        return text
    data = text.encode()
    starts = [0, *accumulate(len(line) + 1 for line in data.split(b"\n"))]
    spots = []
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Compare) and (told := told_by_name(node)) is not None:
            begin = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
            if _is_at(data[begin:end], node):
                spots.append((begin, end, str(told).encode()))
    for begin, end, value in sorted(spots, reverse=True):
        before = b" " if data[begin - 1 : begin].isalnum() else b""  # if"__main__"==__name__:
        after = b" " if data[end : end + 1].isalnum() else b""
        data = data[:begin] + before + value + after + data[end:]
    return data.decode()


def _is_at(data: bytes, node: ast.expr) -> bool:
    """Whether `data` is the text of `node`: inside an f-string it may be elsewhere."""
    try:
        return ast.dump(parse_expression(b"(" + data + b")").body) == ast.dump(node)
    except (SyntaxError, ValueError):
        return False


def _plain_modules(body: list[ast.stmt]) -> frozenset[str]:
    """Modules that are imported at the top level under their own names, which mean nothing else."""
    aliases = [a for s in body if isinstance(s, ast.Import) for a in s.names if a.asname is None]
    plain = {alias.name for alias in aliases}
    others = {name for node in ast.walk(ast.Module(body, [])) for name in _bound_elsewhere(node)}
    return frozenset(plain - others)


def _bound_elsewhere(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in node.names)
        case ast.Import():
            yield from (alias.asname for alias in node.names if alias.asname)
