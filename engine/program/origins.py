"""Where the program has its functions from: the catalogue, a file, a module or its own text."""

import ast
import keyword
import re
from collections.abc import Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..experiment import Experiment
from ..inputs import parse
from ..problem import ProblemError
from ..tasks.reading import Source, address, read_file, read_text
from .names import BUILTINS, HELPERS, fresh, quoted
from .pasting import catalogue_function
from .user_module import module_of

READERS = ("lines", "column", "open")


@dataclass(frozen=True)
class Origin:
    """What makes the functions known, as Python, and what they are called then.

    task, initializer: expressions for the two functions.
    bound: all names that the user's part of the program defines at the top level.
    imports: statements that need the standard library only. loads: those that need the user's
    files, after what prepares the path for them. text: source that is pasted below.
    futures: what must come first. plain: modules that `text` imports under their own names.
    """

    task: str
    initializer: str
    bound: frozenset[str]
    imports: frozenset[str] = frozenset()
    loads: tuple[str, ...] = ()
    text: str = ""
    futures: str = ""
    plain: frozenset[str] = frozenset()
    words: frozenset[str] = field(default=frozenset(), repr=False)


def origin_of(experiment: Experiment, wanted: Set[str]) -> Origin:
    """Where `experiment` has its functions from; `wanted`: names that its expressions use."""
    where = address(experiment.task)
    beside, initializer = _beside(experiment)
    if experiment.source:
        origin = _pasted_module(experiment)
    elif where.file is None and not where.module:
        pasted = catalogue_function(where.name)
        bound = pasted.bound | {where.name}
        origin = Origin(where.name, "", bound, pasted.imports, text=pasted.text)
    else:
        names = {where.name.partition(".")[0], *beside}
        names |= _of_the_module(wanted, _read(where.file))
        origin = Origin(where.name, "", frozenset(names), loads=_loads(experiment, names))
    if beside or not initializer:
        return replace(origin, initializer=initializer)
    return _with_initializer(origin, initializer)


def _beside(experiment: Experiment) -> tuple[set[str], str]:
    """The initializer's first name, if it is a function of the task's own module; its name."""
    initializer = experiment.pool.initializer
    place, _, name = initializer.rpartition(":")
    return ({name.partition(".")[0]} if name and not place else set()), initializer


def _pasted_module(experiment: Experiment) -> Origin:
    module = module_of(experiment.source)
    try:
        bound = read_text(experiment.source).names
    except ProblemError:
        bound = frozenset()
    name = experiment.function_name
    return Origin(
        name,
        "",
        bound | {name},
        text=module.text,
        futures=module.futures,
        plain=module.modules,
        words=frozenset(re.findall(r"\w+", experiment.source)),
    )


def _read(file: Path | None) -> Source | None:
    """What is in the file, as far as anybody can tell without importing it."""
    try:
        return None if file is None else read_file(file)
    except (ProblemError, ValueError):
        return None


def _of_the_module(wanted: Set[str], source: Source | None) -> set[str]:
    """Names of `wanted` that are the module's: its own win, as in the host."""
    known = frozenset() if source is None else source.names
    elsewhere = (HELPERS | BUILTINS) - known
    return {name for name in wanted - elsewhere if not name.startswith("__")}


def _loads(experiment: Experiment, names: Set[str]) -> tuple[str, ...]:
    where = address(experiment.task)
    if where.file is not None:
        path = _real(where.file)
        return (_path_line(path.parent), *_import_lines(path.stem, {name: name for name in names}))
    folder = working_directory(experiment, frozenset())
    path_lines = () if folder is None else (_path_line(folder),)
    return (*path_lines, *_import_lines(where.module, {name: name for name in names}))


def _with_initializer(origin: Origin, initializer: str) -> Origin:
    """With a function of another module, by a name of its own."""
    where = address(initializer)
    root, dot, rest = where.name.partition(".")
    alias = fresh(root, origin.bound | origin.words)
    module, loads = where.module, origin.loads
    if where.file is not None:
        path = _real(where.file)
        module = path.stem
        if _path_line(path.parent) not in loads:
            loads += (_path_line(path.parent),)
    loads += tuple(_import_lines(module, {root: alias}))
    return replace(
        origin, initializer=alias + dot + rest, bound=origin.bound | {alias}, loads=loads
    )


def _import_lines(module: str, names: dict[str, str]) -> list[str]:
    """Import `names` (to what they are called) from `module`, whatever its file is called."""
    if all(part.isidentifier() and not keyword.iskeyword(part) for part in module.split(".")):
        listed = (name if name == alias else f"{name} as {alias}" for name, alias in names.items())
        return [f"from {module} import {', '.join(sorted(listed))}"]
    loaded = f"importlib.import_module({quoted(module)})"
    lines = ["import importlib", ""]
    return lines + [f"{alias} = {loaded}.{name}" for name, alias in sorted(names.items())]


def _path_line(folder: Path) -> str:
    return f"sys.path.insert(0, {quoted(str(folder))})"


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):
        return path.absolute()


def working_directory(experiment: Experiment, wanted: Set[str]) -> Path | None:
    """Where the program must run; None when it does not matter.

    It does, also when nobody asks for a folder, to a module and to files that are named relative
    to the folder that the app runs in.
    """
    if experiment.folder is not None:
        return experiment.folder.absolute()
    module = "" if experiment.source else address(experiment.task).module.partition(".")[0]
    try:
        here = Path.cwd()
        if module and ((here / module).is_dir() or (here / f"{module}.py").is_file()):
            return here
    except OSError:
        return None
    return here if wanted & set(READERS) and _reads_here(experiment.inputs) else None


def _reads_here(expression: str) -> bool:
    """Whether `expression` reads a file by a path that is not known to be absolute."""
    try:
        nodes = list(ast.walk(parse(expression)))
    except ProblemError:
        return False
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(path)), *_]):
                if name in READERS and not Path(path).is_absolute():
                    return True
            case ast.Call(func=ast.Name(id=name)) if name in READERS:
                return True
    return False
