"""Source text that the program holds itself: of built-in functions, and of the user's module."""

import ast
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import NamedTuple

from ..tasks import catalogue, files


class Pasted(NamedTuple):
    """Text of a module for the program.

    imports: what must stand above `text`. bound: every name that the two define.
    """

    imports: frozenset[str]
    text: str
    bound: frozenset[str]


def catalogue_function(name: str) -> Pasted:
    """The source of a function of the catalogue, with all that it needs of that module."""
    return _needed(catalogue, {name})


def input_functions(names: Iterable[str]) -> Pasted:
    """The source of `lines` and `column`, those of them that are among `names`."""
    return _needed(files, set(names))


def _needed(module: ModuleType, names: set[str]) -> Pasted:
    """Of the statements that `module` consists of those that define `names`, and what they name."""
    text = _text_of(module)
    statements = ast.parse(text).body
    owners = {name: statement for statement in statements for name in _bound(statement)}
    wanted, bound = [name for name in sorted(names) if name in owners], set[str]()
    while wanted:
        name = wanted.pop()
        if name not in bound:
            bound.add(name)
            inner = ast.walk(owners[name])
            wanted += [n.id for n in inner if isinstance(n, ast.Name) and n.id in owners]
    imports = {_import_of(owners[name], name) for name in bound if _is_import(owners[name])}
    kept = [s for s in statements if not _is_import(s) and bound & set(_bound(s))]
    return Pasted(frozenset(imports), _joined(kept, text), frozenset(bound))


def _text_of(module: ModuleType) -> str:
    loader = module.__spec__.loader if module.__spec__ else None
    text: str = loader.get_source(module.__name__)  # type: ignore[union-attr]
    return text


def _is_import(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom)


def _bound(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in statement.names)
        case ast.Assign():
            for target in statement.targets:
                yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _import_of(statement: ast.stmt, name: str) -> str:
    if isinstance(statement, ast.ImportFrom):
        return f"from {statement.module} import {name}"
    return f"import {name}"


def _joined(statements: list[ast.stmt], text: str) -> str:
    """Their lines, with two blank ones around a function."""
    lines = text.splitlines()
    joined = ""
    before: ast.stmt | None = None
    for statement in statements:
        if before is not None:
            near = isinstance(before, ast.Assign) and isinstance(statement, ast.Assign)
            joined += "\n" if near else "\n\n\n"
        joined += "\n".join(lines[statement.lineno - 1 : statement.end_lineno])
        before = statement
    return joined


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
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return Module("", text.strip("\n"), frozenset())
    lines = text.split("\n")
    futures: list[str] = []
    for statement in reversed(body):  # from the end, so that the numbers of the others stay right
        first, last = statement.lineno - 1, statement.end_lineno or statement.lineno
        if _is_main_block(statement):
            del lines[first:last]
        elif isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
            futures.insert(0, ast.unparse(statement))
            lines[first:last] = _without(lines[first:last], statement)
    return Module("\n".join(futures), "\n".join(lines).strip("\n"), _plain_modules(body))


def _without(lines: list[str], statement: ast.stmt) -> list[str]:
    """What else stands on the lines of `statement`."""
    first, last = lines[0].encode(), lines[-1].encode()
    before, after = first[: statement.col_offset], last[statement.end_col_offset or 0 :]
    left = (before + after.lstrip(b" ;")).decode()
    return [left] if left.strip() else []


def _is_main_block(statement: ast.stmt) -> bool:
    match statement:
        case ast.If(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]), orelse=[]):
            return {ast.unparse(left), ast.unparse(right)} == {"__name__", "'__main__'"}
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
