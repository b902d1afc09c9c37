"""Source text of functions of ours that the program holds itself."""

import ast
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import NamedTuple

from ..tasks import catalogue, files
from ..tasks.parsing import parse


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
    statements = parse(text).body
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
