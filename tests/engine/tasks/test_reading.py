"""What a file of tasks holds is read off its text, and nothing of it runs."""

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
