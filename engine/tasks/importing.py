"""What importing a module runs of it, and which names that binds, read off its tree.

Nothing is imported and nothing runs. Standard library only.
"""

import ast
from collections.abc import Iterable, Iterator

MAIN = ("__main__", "__mp_main__")
"""What `__name__` is in a main program, and in a worker's copy of it; never in an import."""


def told_by_name(test: ast.expr) -> bool | None:
    """What `test` is in a module that is imported; None: `__name__` alone does not tell.

    >>> told_by_name(ast.parse("__name__ == '__main__' and argv", mode="eval").body)
    False
    """
    match test:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as sign], comparators=[right]):
            is_main = _is_main(left, right) or _is_main(right, left)
            return isinstance(sign, ast.NotEq) if is_main else None
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            told = told_by_name(operand)
            return None if told is None else not told
        case ast.BoolOp(op=sign, values=values):
            all_told = {told_by_name(value) for value in values}
            decides = isinstance(sign, ast.Or)
            if decides in all_told:
                return decides
            return None if None in all_told else not decides
    return None


def _is_main(name: ast.expr, value: ast.expr) -> bool:
    match name, value:
        case ast.Name(id="__name__"), ast.Constant(value=str(text)):
            return text in MAIN
    return False


def run_by_import(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that an import may come by, also inside of others: of `if`, `for`, `try` …"""
    for node in body:
        yield node
        for block in _blocks(node):
            yield from run_by_import(block)


def run_as_main_only(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Those that run only when the file is the main program."""
    for node in run_by_import(body):
        if isinstance(node, ast.If) and (told := told_by_name(node.test)) is not None:
            yield from run_by_import(node.orelse if told else node.body)


def _blocks(node: ast.stmt) -> list[list[ast.stmt]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return []
    if isinstance(node, ast.If) and (told := told_by_name(node.test)) is not None:
        return [node.body if told else node.orelse]
    parts = [*getattr(node, "handlers", ()), *getattr(node, "cases", ())]
    inner = [getattr(node, field, []) for field in ("body", "orelse", "finalbody")]
    return [inner[0], *(part.body for part in parts), *inner[1:]]


def bound(node: ast.stmt) -> Iterator[str]:
    """Names that `node` binds where it stands; what the statements inside of it do is theirs."""
    waiting: list[ast.AST] = [node]
    while waiting:
        one = waiting.pop()
        match one:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.alias(name=name, asname=asname):
                yield asname or name.partition(".")[0]
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
        waiting += [part for part in _evaluated(one) if not isinstance(part, ast.stmt)]


def _evaluated(node: ast.AST) -> Iterable[ast.AST]:
    """The parts of `node` that are evaluated in the scope that it stands in."""
    match node:
        case ast.Lambda(args=arguments):
            return [arguments]
        case ast.comprehension(iter=items, ifs=tests):
            return [items, *tests]
        case ast.AnnAssign(value=None):
            return []
    return ast.iter_child_nodes(node)


def bound_by_calls(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names that functions among `nodes` say they bind at the top level, if anybody calls them."""
    for node in nodes:
        if isinstance(node, ast.Global):
            yield from node.names


def binds_unseen(nodes: Iterable[ast.AST]) -> bool:
    """Whether anything among `nodes` may bind names at the top level that no text shows."""
    for node in nodes:
        match node:
            case ast.Name(id="globals" | "exec"):
                return True
            case ast.Call(func=ast.Name(id="locals" | "vars"), args=[], keywords=[]):
                return True
            case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
                return True
            case ast.ImportFrom(module="sys", names=names):
                if any(alias.name == "modules" for alias in names):
                    return True
    return False
