"""A row of the tree of processes that is kept, and the order of rows. No Qt."""

from bisect import bisect_left

from ....engine.sampling.layout import Role
from .places import Subject, node_handle

ORDER = (
    Role.KEEPER,
    Role.HOST,
    Role.RESOURCE_TRACKER,
    Role.FORK_SERVER,
    Role.WORKER,
    Role.OF_TASK,
    Role.APP,
)
"""Of children of one process; crowds come last."""


class Node:
    """A row that is kept. shown: it is in the tree, and so are all above it."""

    __slots__ = (
        "children",
        "depth",
        "gone",
        "key",
        "parent",
        "serial",
        "shown",
        "subject",
    )

    def __init__(self, serial: int, subject: Subject, parent: "Node | None") -> None:
        self.serial = serial
        self.subject = subject
        self.parent = parent
        self.children: list[Node] = []
        self.depth: int = 0 if parent is None else parent.depth + 1
        self.gone = self.shown = False
        rank = ORDER.index(subject.role) if subject.role is not None else len(ORDER)
        self.key = (rank, subject.ordinal or 0, serial)

    @property
    def handle(self) -> int:
        return node_handle(self.serial)


def key_of(node: Node) -> tuple[int, int, int]:
    return node.key


def insert(siblings: list[Node], node: Node) -> None:
    """Put a row where it belongs among its siblings."""
    siblings.insert(bisect_left(siblings, node.key, key=key_of), node)


def show(node: Node) -> None:
    """It is in the tree now, with all below it."""
    for one in all_below(node):
        one.shown = True


def all_below(node: Node) -> list[Node]:
    """The node and all below it, from the top down."""
    found = [node]
    for one in found:
        found += one.children
    return found
