"""`poolscope tasks`: the catalogue, a line each."""

import argparse

from ...engine.tasks.catalogue import CATALOGUE
from .. import wording
from .console import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(_arguments: argparse.Namespace) -> int:
    """Print them; always 0."""
    name_width = max(len(task.name) for task in CATALOGUE)
    kind_width = max(len(task.kind) for task in CATALOGUE)
    for task in CATALOGUE:
        say(f"{task.name:{name_width}}  {task.kind:{kind_width}}  {wording.translate(task.help)}")
    return 0
