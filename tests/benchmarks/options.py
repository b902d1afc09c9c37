"""What was asked of the bench."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

PAIRS = 31
QUICK_PAIRS = 3

Say = Callable[[str], None]
"""Tells what is being measured."""


@dataclass(frozen=True)
class Options:
    """pairs: how often two programs take turns. quick: few and small, to see that it works."""

    pairs: int = PAIRS
    quick: bool = False

    def fewer(self, share: int) -> int:
        """Pairs for what takes long: one for so many."""
        return max(self.pairs // share, 1)


def processes() -> int:
    """Workers that keep every CPU that may be used busy."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def say(sentence: str) -> None:
    """Tell on standard error: the tables are on standard output."""
    print(f"bench: {sentence}", file=sys.stderr, flush=True)


def quiet(_: str) -> None:
    """For tests."""
