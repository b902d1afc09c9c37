"""What a host and its workers have loaded: a re-export would pull in numpy or Qt unseen."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from poolscope.engine import host_files
from poolscope.engine.experiment import start_methods
from poolscope.engine.run import Run

MakeRun = Callable[..., Run]
DEAR = {"numpy", "psutil", "PySide6", "shiboken6", "pyqtgraph", "platformdirs"}
ASKS = """
import sys

def modules(path):
    loaded = sorted(sys.modules)
    with open(path, "w") as file:
        file.write(" ".join(loaded))
"""
PLAIN = """
import sys
from asks import modules
from multiprocessing import get_context

if __name__ == "__main__":
    with get_context("spawn").Pool(1) as pool:
        pool.map(modules, sys.argv[1:])
"""


def tops(names: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def loaded_in_a_worker(finish: MakeRun, tmp_path: Path, method: str) -> set[str]:
    script, answer = tmp_path / "asks.py", tmp_path / "answer"
    script.write_text(ASKS)
    finish(f"{script}:modules", repr([str(answer)]), start_method=method)
    return set(answer.read_text().split())


def test_neither_a_host_nor_a_worker_loads_anything_dear(
    finish: MakeRun, tmp_path: Path, start_method: str
) -> None:
    loaded = loaded_in_a_worker(finish, tmp_path, start_method)
    assert "poolscope.engine.host.worker" in loaded
    assert not tops(loaded) & DEAR


@pytest.mark.skipif("fork" not in start_methods(), reason="only a forked worker shows it")
def test_the_host_itself_loads_only_the_standard_library(finish: MakeRun, tmp_path: Path) -> None:
    # A forked worker has inherited all that the host had loaded when it made the pool.
    names = loaded_in_a_worker(finish, tmp_path, "fork")
    assert {"poolscope.engine.host.watch", "poolscope.engine.backends.pool"} <= names
    loaded = tops(names)
    ours = {"poolscope", "__main__", "asks", "__mp_main__"}
    # What a site's .pth files load is there in any Python, whoever starts it.
    command = [sys.executable, "-c", "import json, sys; print(json.dumps(sorted(sys.modules)))"]
    bare = tops(set(json.loads(subprocess.check_output(command))))
    assert loaded - ours - bare <= set(sys.stdlib_module_names)
    assert not loaded & DEAR


def test_a_spawned_worker_loads_what_a_plain_pool_s_does_and_two_small_modules(
    finish: MakeRun, tmp_path: Path
) -> None:
    ours = loaded_in_a_worker(finish, tmp_path, "spawn")
    (tmp_path / "plain.py").write_text(PLAIN)
    command = [sys.executable, tmp_path / "plain.py", tmp_path / "bare"]
    subprocess.run(command, check=True)
    bare = set((tmp_path / "bare").read_text().split())
    more = {name for name in ours - bare if name.partition(".")[0] != "poolscope"}
    assert {"mmap"} <= more <= {"mmap", "fcntl"}


def test_the_laid_files_import_the_standard_library_and_each_other_only() -> None:
    for path in Path(host_files.lay()).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names = {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = {str(node.module).partition(".")[0]}
            else:
                continue
            assert names <= set(sys.stdlib_module_names) | {"poolscope"}, path


def test_a_host_needs_no_path_to_the_app(finish: MakeRun) -> None:
    assert "PYTHONPATH" not in os.environ
    assert finish(":same", "range(3)").recording.counts.done == 3
