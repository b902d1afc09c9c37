import pytest

from poolscope.engine.tasks.reading import read_text
from poolscope.gui.editor.written import task_of


@pytest.mark.parametrize(
    ("text", "task", "earlier", "method", "expected"),
    [
        ("def f(x): 0\ndef g(x): 0", "g", ("f", "g"), "map", "g"),
        ("def f(x): 0\ndef h(x): 0", "g", ("f", "g"), "map", "h"),
        ("def f(x): 0\ndef g(x): 0\ndef h(x): 0", "i", ("i",), "map", "f"),
        ("def two(a, b): 0\ndef one(a): 0", "gone", (), "map", "one"),
        ("def none(): 0\ndef two(a, b): 0", "gone", (), "starmap", "two"),
        ("def gen(n):\n    yield n\ndef f(x): 0", "gone", (), "map", "f"),
        ("async def co(n): 0\ndef f(x): 0", "gone", (), "map", "f"),
        ("def two(a, b): 0", "gone", (), "map", "two"),
        ("f = lambda x: 0\ndef g(x): 0", "f", (), "map", "f"),
        ("x = 1", "f", ("f",), "map", None),
    ],
    ids=[
        "still there",
        "renamed",
        "gone",
        "arity",
        "arity of starmap",
        "generator",
        "async",
        "none fits",
        "lambda",
        "no function",
    ],
)
def test_the_task_of_a_text(
    text: str, task: str, earlier: tuple[str, ...], method: str, expected: str | None
) -> None:
    assert task_of(read_text(text), task, earlier, method) == expected
