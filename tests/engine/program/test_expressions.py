"""A person's expressions mean in the program what they mean to the host."""

import ast
import random
from typing import Any

import pytest

from poolscope.engine import inputs as engine_inputs
from poolscope.engine.experiment import Experiment
from poolscope.engine.program import program

EXPRESSIONS = [
    '("ab"),',
    "(1,),(2,)",
    "(1), (2)",
    "(1, 2), (3)",
    "(1, 2),",
    "(1, 2), # (3)",
    "(1, 2)",
    "(1, 2)  # (two)",
    "((1, 2))",
    "()",
    "(),",
    "(1,)",
    "1,",
    "(1) + 2, 3",
    "(x for x in 'ab')",
    "((x for x in 'ab'))",
    "(x for x in 'ab')  # two",
    "{1, 2}",
    "'word'",
    "('word')",
    "range(3)",
    "# c\n[1, 2]",
    "# c\n1, 2",
    "# c\n(1, 2)",
    "# c\n(x for x in 'ab')",
    "# c\nrange(3)",
    "# c\r\n\r\n  # d\r\n[1,\r\n2] # e",
    "[1,\n 2]\n# c",
    "[\n# c\n'''a\nb''', '# d', 'e\\\nf']",
    "['''a\n  b''',\n f'''{1}\n{2}''']",
    "# c\n['''a\n  b''']",
    "('a'\n 'b', 'c')",
    "[1] \\\n + [2]",
]


def parts(text: str) -> tuple[Any, Any, str]:
    """What the program makes of its inputs and initargs, and its line that shuffles."""
    (main,) = (
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name == "main"
    )
    found: dict[str, Any] = {"initargs": ()}
    for node in ast.walk(main):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "inputs":
            found["inputs"] = eval(ast.unparse(node.value))
        elif isinstance(node, ast.keyword) and node.arg == "initargs":
            found["initargs"] = eval(ast.unparse(node.value))
    shuffle = [line.strip() for line in text.splitlines() if "shuffle(" in line]
    return found["inputs"], found["initargs"], "".join(shuffle)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_inputs_are_those_of_the_run(expression: str) -> None:
    expected = list(eval(expression.strip()))
    inputs, _, _ = parts(program(Experiment("sleep", expression)))
    assert list(inputs) == expected and len(inputs) == len(expected)
    shuffled, _, line = parts(program(Experiment("sleep", expression, order="shuffled")))
    assert isinstance(shuffled, list) and shuffled == expected
    assert line == "random.Random(0).shuffle(inputs)"


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_arguments_of_an_initializer_are_those_of_the_run(expression: str) -> None:
    experiment = Experiment("sleep").with_pool(initializer="os:getenv", initargs=expression)
    _, initargs, _ = parts(program(experiment))
    assert initargs == tuple(eval(expression.strip()))


def test_brackets_come_only_where_they_are_needed() -> None:
    shuffled = program(Experiment("sleep", '("ab"),', order="shuffled"))
    assert '    inputs = list((("ab"),))\n' in shuffled
    assert "    inputs = list((1, 2))\n" in program(Experiment("sleep", "(1, 2)", order="shuffled"))
    assert "    inputs = list(x for x in y)\n" in program(Experiment("sleep", "(x for x in y)"))
    assert "    inputs = (\n        # c\n        [1]\n    )\n" in program(
        Experiment("sleep", "# c\n[1]")
    )


def test_a_text_that_is_no_expression_by_itself_stays_one_argument() -> None:
    assert "inputs = list(x for x in y)\n" in program(Experiment("sleep", "x for x in y"))


def test_an_expression_is_parsed_once_however_long_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []

    def parse(text: Any, *arguments: Any, **names: Any) -> Any:
        texts.append(text)
        return plain(text, *arguments, **names)

    plain = ast.parse
    engine_inputs.parse.cache_clear()
    monkeypatch.setattr(ast, "parse", parse)
    for _ in range(3):
        long = ", ".join(str(random.random()) for _ in range(5_000))
        program(Experiment("sleep", f"[{long}]"))
        assert sum(long in text for text in texts) == 1
        texts.clear()
