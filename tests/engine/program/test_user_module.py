"""The user's module does in the program what it does when a worker imports it."""

import types

import pytest

from poolscope.engine.program.user_module import module_of

MAIN = 'if __name__ == "__main__":\n    done.append("main")\n'


def run(text: str, name: str) -> list[str]:
    """What `text` has put into `done` as a module called `name`."""
    module = types.ModuleType(name)
    module.__dict__.update(done=[], argv=["program"])
    exec(compile(text, name, "exec"), module.__dict__)
    return module.__dict__["done"]  # type: ignore[no-any-return]


CASES = [
    MAIN,
    'if "__main__" == __name__ and argv: done.append("main")',
    MAIN + 'else:\n    # why\n    done.append("else")',
    MAIN + 'else:\n    done.append("""a\n    b""")',
    MAIN + 'else: done.append("else"); done.append("too")',
    MAIN + 'else:\n    @done.append\n    def f(): pass\n    done[:] = ["f"]',
    MAIN + 'elif argv:\n    done.append("elif")\nelse:\n    done.append("else")',
    MAIN + 'elif not argv:\n    done.append("elif")\nelse:\n    done.append("else")',
    MAIN + 'elif __name__ == "__mp_main__":\n    done.append("b")\nelse:\n    done.append("c")',
    'if __name__ != "__main__":\n    done.append("import")',
    'if __name__ != "__main__":\n    done.append("import")\nelse:\n    done.append("main")',
    'if not __name__ == "__main__":\n\n    if argv:\n        done.append("import")',
    'if __name__ == "__main__" or not argv:\n    done.append("main")\nelse:\n    done.append("é")',
    'é = 1; é = "é" if __name__ == "__main__" else done.append("else")',
    "try:\n    " + MAIN.replace("\n    ", "\n        ") + 'finally:\n    done.append("end")',
    'def f():\n    if __name__=="__main__":\n        done.append("main")\nf()',
    'if"__main__"!=__name__ and argv: done.append("import")\nelse: done.append("main")',
    'done.append("1"if __name__=="__main__"else"2")',
    'if"__main__"==__name__ or not argv:done.append("main")\nelse:done.append("else")',
    'is_main = __name__ == \\\n    "__main__"\ndone.append(str(is_main))',
    "done.append(f\"{__name__ != '__main__'} é\")",
    'x = 1\nif (\n    # c\n    __name__ == "__main__"\n):\n    x = 2\nelse:\n\n    x = 3\n'
    "done.append(str(x))",
    'else_x = 1\nif __name__ == "__main__":\n    pass\nelse:\n    elif_x = 2\n    done.append("x")',
]


@pytest.mark.parametrize("name", ["__main__", "__mp_main__"])
@pytest.mark.parametrize("source", CASES)
def test_what_the_program_does_at_the_top_level_is_what_an_import_does(
    source: str, name: str
) -> None:
    source = "first = 1\n" + source + "\nlast = 1\n"
    text = module_of(source).text
    assert run(text, name) == run(source, "jobs")
    assert text.startswith("first = 1\n") and text.endswith("\nlast = 1")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (MAIN, ""),
        ('if __name__ == "__main__" and argv:\n    main()\n', ""),
        (MAIN + "else:\n    # why\n\n    a = 1\n    b = [\n  2]\n", "# why\n\na = 1\nb = [\n2]"),
        (MAIN + "elif a:\n    b = 1\nelse:\n    c = 1\n", "if a:\n    b = 1\nelse:\n    c = 1"),
        ('if __name__ != "__main__":\n    a = 1\n', "a = 1"),
        (
            MAIN + 'else:\n    a = """b\n    c"""\n',
            'if False:\n    done.append("main")\nelse:\n    a = """b\n    c"""',
        ),
        (
            'if a or __name__ == "__main__":\n    main()\n',
            "if a or False:\n    main()",
        ),
        ('name = "__main__"\n', 'name = "__main__"'),
        ("\ufeffa = 1\n", "a = 1"),
    ],
)
def test_only_the_part_that_runs_is_kept_where_that_is_plain(source: str, expected: str) -> None:
    assert module_of(source).text == expected


def test_a_future_behind_a_byte_order_mark_still_comes_first() -> None:
    module = module_of("\ufefffrom __future__ import annotations\r\nimport os\r\n")
    assert (module.futures, module.text) == ("from __future__ import annotations", "import os")
    assert module.modules == {"os"}


@pytest.mark.parametrize("source", ["if " + "not " * 2000 + "x: pass\n", "def f(:\n", "\0"])
def test_what_cannot_be_read_stays_as_it_is(source: str) -> None:
    assert module_of(source).text == source.strip("\n")
