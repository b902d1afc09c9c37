"""What a file of tasks holds is read off its text, and nothing of it runs."""

import contextlib
import os
from pathlib import Path

import pytest

from poolscope.engine.problem import Kind, ProblemError
from poolscope.engine.tasks.reading import address, read_file, read_text


@pytest.mark.parametrize(
    ("task", "file", "module", "name"),
    [
        ("sleep", None, "", "sleep"),
        ("a/b.py:crunch", "a/b.py", "", "crunch"),
        ("os.path:getsize", None, "os.path", "getsize"),
        (r"C:\jobs\b.py:crunch", r"C:\jobs\b.py", "", "crunch"),
    ],
)
def test_a_task_s_name_says_where_its_function_is(
    task: str, file: str | None, module: str, name: str
) -> None:
    assert address(task) == (None if file is None else Path(file), module, name)


@pytest.mark.parametrize(
    ("arguments", "takes"),
    [
        ("", {0}),
        ("x", {1}),
        ("x, y", {2}),
        ("x, y=2", {1, 2}),
        ("x=1", {0, 1}),
        ("*xs", {0, 1, 2, 3}),
        ("x, *xs", {1, 2, 3}),
        ("x, /", {1}),
        ("x, *, y=1", {1}),
        ("x, *, y", set()),
        ("**kwds", {0}),
    ],
)
def test_how_many_arguments_a_function_takes(arguments: str, takes: set[int]) -> None:
    (function,) = read_text(f"def f({arguments}): pass").functions
    assert {count for count in range(4) if function.takes(count)} == takes


def test_functions_come_with_their_help_in_the_order_of_the_file() -> None:
    source = read_text(
        "def b(x):\n    '''Does b,\n    well.\n\n    More.'''\n"
        "def _hidden(x): pass\n"
        "class C:\n    def method(self): pass\n"
        "async def a(x): pass\n"
        "def g():\n    yield 1\n"
        "def h():\n    def inner():\n        yield 1\n"
    )
    assert [one.name for one in source.functions] == ["b", "a", "g", "h"]
    assert [one.help for one in source.functions] == ["Does b, well.", "", "", ""]
    assert [one.is_async for one in source.functions] == [False, True, False, False]
    assert [one.is_generator for one in source.functions] == [False, False, True, False]
    assert source.function("g") is not None and source.function("inner") is None
    assert (
        source.inner
        == {
            "inner": "h",
        }
        and source.functions[0].line == 1
    )


def test_the_later_of_two_functions_of_a_name_counts() -> None:
    source = read_text("def f(x): pass\ndef f(x, y): pass\n")
    assert [one.least for one in source.functions] == [2]


def test_names_that_are_bound_under_conditions_count_and_the_main_block_s_do_not() -> None:
    source = read_text(
        "import os.path as p, sys\nfrom a import b as c\n"
        "try:\n    import fast\nexcept ImportError:\n    fast = None\n"
        "if sys.platform: \n    def here(x): pass\n"
        "x = y = 1\n(u, [v]) = 1, [2]\nlam = lambda x: x\nz: int = 3\n"
        "for i in (): pass\n"
        "if __name__ == '__main__':\n    def only(x): pass\n"
    )
    assert source.names == {"p", "sys", "c", "fast", "here", *"xyuvzi", "lam"}
    assert source.lambdas == {"lam"} and source.main_only == {"only"}
    assert [one.name for one in source.functions] == ["here"]


@pytest.mark.parametrize(
    "text",
    [
        "for i in '1':\n  def f(x): pass",
        "while True:\n  def f(x): pass\n  break",
        "for i in ():\n  pass\nelse:\n  def f(x): pass",
        "match 1:\n  case 1:\n    def f(x): pass",
        "try:\n  1 / 0\nexcept* ZeroDivisionError:\n  def f(x): pass",
        "if __name__ != '__main__':\n  def f(x): pass",
        "if not __name__ == '__main__':\n  def f(x): pass",
        "if __name__ == '__main__':\n  pass\nelse:\n  def f(x): pass",
        "if __name__ == '__main__':\n  pass\nelif 1:\n  def f(x): pass",
        "if __name__ == '__main__' or DEBUG:\n  def f(x): pass",
        "if '__main__' in argv:\n  def f(x): pass",
    ],
)
def test_a_function_counts_wherever_an_import_may_come_by(text: str) -> None:
    source = read_text(text)
    assert [one.name for one in source.functions] == ["f"] and "f" in source.names
    assert not source.main_only and not source.unknowable


@pytest.mark.parametrize(
    "text",
    [
        "if __name__ == '__main__':\n  def f(x): pass",
        "if '__main__' == __name__ and argv:\n  def f(x): pass",
        "if not (__name__ != '__main__' or argv):\n  def f(x): pass",
        "if __name__ != '__main__':\n  pass\nelse:\n  def f(x): pass",
        "if __name__ == '__main__':\n  if argv:\n    def f(x): pass",
        "try:\n  if __name__ == '__main__':\n    def f(x): pass\nfinally:\n  pass",
    ],
)
def test_a_function_of_the_main_program_is_not_there_when_the_file_is_imported(text: str) -> None:
    source = read_text(text)
    assert source.main_only == {"f"}
    assert not source.functions and not source.names and not source.unknowable


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("(f := print)", {"f"}),
        ("[f := x for x in 'ab']", {"f"}),
        ("def g(x=(f := 1)): pass", {"f", "g"}),
        ("if (f := print): pass", {"f"}),
        ("with a as f, b as (g, h): pass", {"f", "g", "h"}),
        ("match p:\n  case [a, *b, {'k': c, **d}]: pass\n  case e: pass", set("abcde")),
        ("def g():\n  global f\n  f = print\ng()", {"f", "g"}),
        ("for a, (b, c) in (): pass", set("abc")),
        ("a[i] = b.c = 1", set()),
        ("[x for x in 'ab']", set()),
        ("lambda: (f := 1)", set()),
        ("f: int", set()),
    ],
)
def test_every_way_to_bind_a_name_counts_where_it_binds_one(text: str, names: set[str]) -> None:
    source = read_text(text)
    assert source.names == names and not source.unknowable


@pytest.mark.parametrize(
    "text",
    [
        "globals()['f'] = print",
        "for name in 'ab': globals()[name] = print",
        "exec('def f(x): pass')",
        "def g():\n  globals().update(f=print)\ng()",
        "vars()['f'] = locals()['g'] = print",
        "import sys\nsetattr(sys.modules[__name__], 'f', print)",
        "from sys import modules as all\nall[__name__].f = print",
        "from math import *",
        "def __getattr__(name): return print",
    ],
)
def test_a_file_that_may_hold_more_than_its_text_shows_says_so(text: str) -> None:
    assert read_text(text).unknowable
    assert not read_text("import sys\nprint(sys.argv, vars(sys))\nx = [1]").unknowable


def test_a_name_that_is_bound_again_is_not_what_its_definition_says() -> None:
    source = read_text("def f(a, b): pass\nf = partial(f, 1)\ndef g(a): pass")
    assert [one.is_decorated for one in source.functions] == [True, False]
    source = read_text("if fast:\n  def f(a): pass\nelse:\n  def f(a, b): pass")
    assert [one.is_decorated for one in source.functions] == [True]
    source = read_text("try:\n  from fast import f\nexcept ImportError:\n  f = lambda x: x")
    assert not source.lambdas


def test_a_text_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert read_text("\ufeffdef f(x): pass").functions[0].name == "f"
    file = tmp_path / "tasks.py"
    file.write_bytes("\ufeffdef f(x): pass".encode())
    assert read_file(file).functions[0].name == "f"


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n  return " + "+".join(["x"] * 2000),
        "def f(x=" + "+".join(["1"] * 2000) + "): pass",
        "if " + "not " * 1500 + "x: pass\ndef f(): pass",
    ],
    ids=["sum", "default", "nots"],
)
def test_a_deep_expression_is_at_most_not_python(text: str) -> None:
    with contextlib.suppress(ProblemError):
        source = read_text(text)
        assert source.function("f") is not None or source.unknowable


def test_imports_are_found_anywhere_but_those_of_the_package_itself() -> None:
    source = read_text(
        "import a.b\nfrom . import c\nfrom .d import e\ndef f():\n    from g.h import i\n"
    )
    assert source.imports == {"a", "g"}


@pytest.mark.parametrize(("text", "line"), [("x = (\n", 1), ("x = 1\ndef f(:\n", 2), ("\0", None)])
def test_what_is_not_python_names_its_line(text: str, line: int | None) -> None:
    with pytest.raises(ProblemError) as caught:
        read_text(text, "my_tasks.py")
    problem = caught.value.problem
    assert problem.kind is Kind.TASK_SYNTAX and problem.field == "task"
    assert problem.values["path"] == "my_tasks.py" and problem.values["error"]
    assert problem.values["line"] in (line, None)


def test_a_file_is_read_in_the_encoding_that_it_declares(tmp_path: Path) -> None:
    file = tmp_path / "latin.py"
    file.write_bytes("# -*- coding: latin-1 -*-\ndef f(x):\n    '''é'''\n".encode("latin-1"))
    assert read_file(file).functions[0].help == "é"


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir])
def test_a_file_that_cannot_be_read_is_said(tmp_path: Path, make: object) -> None:
    file = tmp_path / "tasks.py"
    make(file)  # type: ignore[operator]
    with pytest.raises(ProblemError) as caught:
        read_file(file)
    assert caught.value.problem.kind is Kind.TASK_NOT_READ


def test_reading_a_file_does_not_run_it(tmp_path: Path) -> None:
    file = tmp_path / "tasks.py"
    file.write_text("open(__file__ + '.ran', 'w')\ndef f(x): pass\n")
    assert read_file(file).functions and not Path(f"{file}.ran").exists()


def test_only_what_is_surely_imported_is_needed() -> None:
    source = read_text(
        "import os.path as p, json\n"
        "from package.part import thing\n"
        "from . import beside\n"
        "from ..above import other\n"
        "with warnings():\n  import inside\n"
        "try:\n  import perhaps\nexcept ImportError:\n  pass\n"
        "if windows:\n  import winreg\n"
        "def late():\n  import later\n"
    )
    assert source.needs == {"os.path", "json", "package.part", ".", "..above", "inside"}


def test_a_decorated_function_says_so() -> None:
    source = read_text("@cache\ndef f(x): pass\ndef g(x): pass")
    assert [one.is_decorated for one in source.functions] == [True, False]


def test_a_doubtful_escape_is_no_error(tmp_path: Path) -> None:
    assert read_text(r"def f(x): return '\d'").functions


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files here")
def test_what_is_no_ordinary_file_is_not_read(tmp_path: Path) -> None:
    pipe = tmp_path / "tasks.py"
    os.mkfifo(pipe)
    with pytest.raises(ProblemError) as caught:
        read_file(pipe)
    assert caught.value.problem.kind is Kind.TASK_NOT_READ


@pytest.mark.parametrize("name", ["a" * 5000 + ".py", "a\0b.py", "a\ud800b.py"])
def test_a_name_that_no_file_can_have_is_said(name: str, tmp_path: Path) -> None:
    with pytest.raises(ProblemError) as caught:
        read_file(tmp_path / name)
    assert caught.value.problem.kind is Kind.TASK_NOT_READ


def test_partials_of_the_top_level_are_tasks_too() -> None:
    text = (
        "import functools\nfrom functools import partial\n"
        "def power(base, exponent): return base ** exponent\n"
        "square = partial(power, exponent=2)\n"
        "cube: object = functools.partial(power, exponent=3)\n"
        "_hidden = partial(power, exponent=4)\n"
        "power_of = partial\n"
    )
    found = read_text(text).functions
    assert [one.name for one in found] == ["power", "square", "cube"]
    assert found[1].help == "partial(power, exponent=2)"
    assert found[1].line == 4 and found[1].takes(1) and found[1].takes(3)
    later = read_text(text + "def square(x): return x\n").functions
    assert [(one.name, one.most) for one in later if one.name == "square"] == [("square", 1)]
