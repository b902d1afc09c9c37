"""What a Python file holds, read off its text. Nothing is imported and nothing runs.

Standard library only.
"""

import ast
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import NamedTuple

from ..problem import Kind, Problem, ProblemError
from .importing import binds_unseen, bound, bound_by_calls, run_as_main_only, run_by_import
from .parsing import parse

DEFINITION = (ast.FunctionDef, ast.AsyncFunctionDef)
UNKNOWABLE = frozenset({"*", "__getattr__"})
"""Names at the top level that let a module have others that its text does not show."""
MOST_BYTES = 1_000_000
"""Of a file of tasks; reading a larger one would hold up whoever waits."""

MOST_HELP = 200
"""Characters of a partial's call that are kept."""


class Address(NamedTuple):
    """Where a task's function is: in a file, in a module, or (neither) in the catalogue."""

    file: Path | None
    module: str
    name: str


def address(task: str) -> Address:
    """The parts of a task's name.

    >>> address("jobs/my_tasks.py:crunch")
    Address(file=PosixPath('jobs/my_tasks.py'), module='', name='crunch')
    >>> address("os.path:getsize").module, address("sleep").name
    ('os.path', 'sleep')
    """
    place, _, name = task.rpartition(":")
    if not place:
        return Address(None, "", name)
    if place.endswith(".py"):
        return Address(Path(place), "", name)
    return Address(None, place, name)


@dataclass(frozen=True)
class Function:
    """A function at the top level of a file.

    help: the first paragraph of its docstring, in one line. line: where it begins, from 1.
    least, most: positional arguments that a call must and can have; most None: any number.
    parameters: their names, as "a, b=…, *rest".
    is_decorated: what its name is bound to in the end may take and return something else.
    """

    name: str
    help: str
    line: int
    least: int
    most: int | None
    is_generator: bool = False
    is_async: bool = False
    signature: str = ""
    parameters: str = ""
    is_decorated: bool = False

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many positional arguments."""
        return self.least <= count and (self.most is None or count <= self.most)


@dataclass(frozen=True)
class Source:
    """What the text of a module defines, and what it imports.

    functions: at its top level, without those whose name begins with "_"; after them the partials.
    names: everything that importing it may bind at its top level, as far as its text shows.
    lambdas: names of `names` that are bound to a lambda and to nothing else.
    inner: functions that are defined inside others, by name: the outer function's name.
    main_only: functions that are there only when the file runs as the main program.
    imports: top-level packages that it imports anywhere.
    needs: modules, as written, without which it cannot be imported; a relative one begins with ".".
    unknowable: only importing it would tell which names it has beside those.
    """

    functions: tuple[Function, ...] = ()
    names: frozenset[str] = frozenset()
    lambdas: frozenset[str] = frozenset()
    inner: dict[str, str] | None = None
    main_only: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    unknowable: bool = False

    def function(self, name: str) -> Function | None:
        """The function of that name."""
        return next((one for one in self.functions if one.name == name), None)


def read_file(path: Path) -> Source:
    """What is in the file at `path`. Raises ProblemError when it cannot be read, or is not Python.

    Only the beginning of a docstring is kept, so a large file costs little to remember.
    """
    try:
        status = path.stat()
        if not S_ISREG(status.st_mode):
            raise OSError("it is no ordinary file")
        if status.st_size > MOST_BYTES:
            raise OSError(f"it has more than {MOST_BYTES:,} bytes")
        text = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        values = {"path": str(path), "error": getattr(error, "strerror", None) or str(error)}
        raise ProblemError(Problem(Kind.TASK_NOT_READ, "task", values)) from error
    return read_text(text, str(path))


def read_text(text: str | bytes, path: str = "") -> Source:
    """What is in `text`; `path` names it in the ProblemError that is raised if it is not Python.

    That problem (TASK_SYNTAX) has the values path, line (from 1, or None) and error.
    """
    text = text.removeprefix("\ufeff") if isinstance(text, str) else text  # ast does it for bytes
    try:
        with warnings.catch_warnings():  # a doubtful escape such as "\d" is for the run to say
            warnings.simplefilter("ignore")
            tree = parse(text, path or "<text>")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        line = error.lineno if isinstance(error, SyntaxError) else None
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        values = {"path": path, "line": line, "error": message}
        raise ProblemError(Problem(Kind.TASK_SYNTAX, "task", values)) from error
    try:
        return _source(tree)
    except RecursionError:
        return Source(unknowable=True)


def _source(tree: ast.Module) -> Source:
    body, nodes = list(run_by_import(tree.body)), list(ast.walk(tree))
    defined = [node for node in body if isinstance(node, DEFINITION)]
    last = {node.name: node for node in defined}  # a later one of the same name hides the earlier
    lambdas = frozenset(name for node in body for name in _lambdas(node))
    others = [node for node in body if not isinstance(node, DEFINITION) and not any(_lambdas(node))]
    elsewhere = {name for node in others for name in bound(node)} | set(bound_by_calls(nodes))
    names = elsewhere.union(lambdas, *map(bound, defined))
    sure = set(tree.body)
    doubtful = {n.name for n in defined if last[n.name] is not n and last[n.name] not in sure}
    changed = elsewhere | lambdas | doubtful
    shown = [node for node in last.values() if not node.name.startswith("_")]
    partials = {one.name: one for node in body for one in _partials(node) if one.name not in last}
    return Source(
        functions=(
            *(_function(node, node.name in changed) for node in shown),
            *partials.values(),
        ),
        names=frozenset(names),
        lambdas=lambdas - elsewhere - set(last),
        inner={inner: node.name for node in defined for inner in _inner(node)},
        main_only=frozenset(n for s in run_as_main_only(tree.body) for n in bound(s)) - names,
        imports=frozenset(_imports(nodes)),
        needs=frozenset(_needs(tree.body)),
        unknowable=bool(UNKNOWABLE & names) or binds_unseen(nodes),
    )


def _lambdas(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Assign(targets=targets, value=ast.Lambda()):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Lambda()):
            yield name


def _partials(node: ast.stmt) -> Iterator[Function]:
    """What the statement binds to a partial; nobody can say what that takes. help: its call."""
    match node:
        case ast.Assign(targets=targets, value=ast.Call(func=called) as call):
            names = [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.Call(func=called) as call):
            names = [name]
        case _:
            return
    match called:
        case ast.Name(id="partial") | ast.Attribute(attr="partial"):
            text = ast.unparse(call)[:MOST_HELP]
            for name in names:
                if not name.startswith("_"):
                    yield Function(
                        name,
                        text,
                        node.lineno,
                        0,
                        None,
                        signature="(…)",
                        parameters="…",
                        is_decorated=True,
                    )


def _inner(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if inner is not node and isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            yield inner.name


def _imports(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def _needs(body: Iterable[ast.stmt]) -> Iterator[str]:
    """Of the statements that always run; what is under `if` and `try` may do without."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.With):
            yield from _needs(node.body)


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef, is_changed: bool) -> Function:
    args = node.args
    places = len(args.posonlyargs) + len(args.args)
    needed = places - len(args.defaults)
    if not all(default is not None for default in args.kw_defaults):
        needed = places = -1  # it must be given keywords, which no Pool method hands over
    return Function(
        name=node.name,
        help=" ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split()),
        line=node.lineno,
        least=max(needed, 0),
        most=None if args.vararg is not None and places >= 0 else places,
        is_generator=_yields(node),
        is_async=isinstance(node, ast.AsyncFunctionDef),
        signature=f"({ast.unparse(args)})",
        parameters=", ".join(_parameters(args)),
        is_decorated=bool(node.decorator_list) or is_changed,
    )


def _parameters(args: ast.arguments) -> Iterator[str]:
    places = [*args.posonlyargs, *args.args]
    first_default = len(places) - len(args.defaults)
    for place, arg in enumerate(places):
        yield arg.arg if place < first_default else f"{arg.arg}=…"
    if args.vararg is not None:
        yield f"*{args.vararg.arg}"
    for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield arg.arg if default is None else f"{arg.arg}=…"
    if args.kwarg is not None:
        yield f"**{args.kwarg.arg}"


def _yields(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether its own body does, and not only a function inside of it."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        one = waiting.pop()
        if isinstance(one, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(one, (*DEFINITION, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(one)
    return False
