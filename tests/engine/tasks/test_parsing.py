"""Trees of Python texts, from any thread."""

import ast
import re
import threading
from pathlib import Path

import pytest

from poolscope.engine.tasks import parsing

ROOT = Path(__file__).parents[3]


def test_one_thread_waits_for_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    at_it, go_on, calls = threading.Event(), threading.Event(), []
    parse = ast.parse

    def slow(text: str, name: str) -> ast.Module:
        calls.append(text)
        if text == "first":
            at_it.set()
            assert go_on.wait(10)
        return parse(text, name)

    monkeypatch.setattr(parsing.ast, "parse", slow)
    threads = [threading.Thread(target=parsing.parse, args=(text,)) for text in ("first", "next")]
    threads[0].start()
    assert at_it.wait(10)
    threads[1].start()
    assert calls == ["first"] and parsing._ONE_AT_A_TIME.locked()
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert calls == ["first", "next"]


def test_nobody_else_makes_trees() -> None:
    sources = [*(ROOT / "engine").rglob("*.py"), *(ROOT / "gui").rglob("*.py")]
    own = [path for path in sources if path.name != "parsing.py"]
    assert len(own) > 200
    calls = re.compile(r"^(?!\s*>>>).*\bast\.parse\(", re.MULTILINE)
    assert [path.name for path in own if calls.search(path.read_text("utf-8"))] == []
